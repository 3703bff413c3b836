"""What the Studio itself refuses: each with a code, which its pages have a sentence for in every language."""

from collections.abc import Iterable

from imgurl.errors import Problem
from imgurl.web.api.problems import ProblemError


def refusal(status: int, code: str, detail: str, errors: Iterable[Problem] = (), **facts: int) -> ProblemError:
    """Return the problem with a code, and the facts that its sentence in words/*.json has places for."""
    return ProblemError(status, detail, errors, members={"code": code, **facts})
