"""What a check finds: one sentence, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check ended, the best first."""

    OK = "ok"
    #: Not looked at, because it is not set up or something before it failed.
    SKIPPED = "skipped"
    #: Works, and is likely to fail one day or to surprise somebody.
    WARNING = "warning"
    #: Does not work.
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. ``cure`` is what to do, "" if nothing has to be done. Neither holds a secret or a merge value."""

    check: str
    verdict: Verdict
    sentence: str
    cure: str = ""


def ok(check: str, sentence: str) -> Finding:
    """Return that a check found nothing wrong."""
    return Finding(check, Verdict.OK, sentence)


def skipped(check: str, sentence: str) -> Finding:
    """Return that a check could not be made, and why."""
    return Finding(check, Verdict.SKIPPED, sentence)


def warning(check: str, sentence: str, cure: str) -> Finding:
    """Return something that works, and may not for long."""
    return Finding(check, Verdict.WARNING, sentence, cure)


def problem(check: str, sentence: str, cure: str) -> Finding:
    """Return something that does not work."""
    return Finding(check, Verdict.PROBLEM, sentence, cure)
