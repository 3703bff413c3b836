"""Errors of the API: problem+json (RFC 9457). Each status means one thing, and has one type and one title."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from imgurl.errors import ImgurlError, Problem

MEDIA_TYPE = "application/problem+json"

# Mistakes that one answer lists; a body can hold thousands.
MAX_ERRORS = 20

# Seconds after which it makes sense to try again something that is down.
RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class ProblemType:
    """What a status means. ``slug`` is its anchor on the reference page, to which the problem's ``type`` points."""

    slug: str
    title: str
    description: str


PROBLEM_TYPES: Mapping[int, ProblemType] = {
    400: ProblemType(
        "bad-request",
        "Bad request",
        "Something in the request is wrong: its JSON, a name, a type, a value. Sent again, it fails again.",
    ),
    401: ProblemType(
        "no-key",
        "No valid API key",
        "The request has no API key, or one that is mistyped, unknown, expired or revoked.",
    ),
    403: ProblemType(
        "not-allowed",
        "Not allowed",
        "The key is valid but may not do this: it lacks the scope, or the design is not on its list.",
    ),
    404: ProblemType(
        "not-found",
        "Not found",
        "The path, design or job does not exist, or the job belongs to another key.",
    ),
    405: ProblemType(
        "wrong-method",
        "Method not allowed",
        "The path exists, but not for this method; Allow lists the methods it has.",
    ),
    409: ProblemType(
        "not-now",
        "Not in this state",
        "The current state does not allow this: another request with the same Idempotency-Key is still running, the "
        "result of a job is not complete, a finished job cannot be cancelled.",
    ),
    413: ProblemType(
        "too-large",
        "Too large",
        "The body exceeds the limit: 1 MB for JSON. Send longer lists to /v1/batches as CSV or NDJSON.",
    ),
    415: ProblemType(
        "wrong-media-type",
        "Unsupported media type",
        "The Content-Type of the body is not supported here, or the body is compressed.",
    ),
    422: ProblemType(
        "key-reused",
        "Idempotency key reused",
        "This Idempotency-Key was used for a different request within the last 24 hours.",
    ),
    429: ProblemType(
        "too-many",
        "Too many requests",
        "The key has used up its requests, or has too many unfinished jobs; Retry-After says how long to wait.",
    ),
    500: ProblemType("failed", "Failed", "Our mistake. The server's log has the details under the request id."),
    503: ProblemType(
        "unavailable",
        "Not available",
        "Something the server depends on is not responding, or the server is overloaded. Try again shortly.",
    ),
}


class ProblemError(ImgurlError):
    """Raised to answer a request with a problem: a status of ``PROBLEM_TYPES``, a sentence, the mistakes' places."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[Problem] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status_hint = status
        self.is_permanent = status < 500
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        #: More members of the document (RFC 9457 3.2), for readers that don't show the sentence itself.
        self.members = dict(members or {})


def bad_request(errors: Iterable[Problem], count: int | None = None) -> ProblemError:
    """Return the 400 for mistakes in a request; its detail is the first of them.

    ``count`` is their number, where ``errors`` holds only the first of them.
    """
    listed = tuple(errors)
    others = (count or len(listed)) - 1
    more = f" (and {others:,} more)" if others else ""
    return ProblemError(400, f"{listed[0]}{more}", listed[:MAX_ERRORS])


def problem_response(error: ProblemError, request_id: str) -> Response:
    """Return the answer to a request that was refused or failed."""
    kind = PROBLEM_TYPES[error.status_hint]
    document: dict[str, object] = {
        "type": f"/docs#{kind.slug}",
        "title": kind.title,
        "status": error.status_hint,
        "detail": error.detail,
        "errors": [{"pointer": mistake.pointer, "detail": mistake.sentence} for mistake in error.errors],
        "request_id": request_id,
        **error.members,
    }
    body = json.dumps(document, ensure_ascii=False).encode(errors="backslashreplace")
    return Response(body, error.status_hint, error.headers, MEDIA_TYPE)


def as_problem(error: ImgurlError) -> ProblemError:
    """Return the problem that a client sees for an error of a lower room.

    Mistakes of the client are described in full; what is wrong with the server goes to the log only.
    """
    if isinstance(error, ProblemError):
        return error
    if error.status_hint == 503:
        sentence = "the server cannot do this at the moment; try again shortly"
        return ProblemError(503, sentence, headers={"Retry-After": str(RETRY_SECONDS)})
    if error.status_hint == 429:
        return ProblemError(429, str(error), headers={"Retry-After": str(RETRY_SECONDS)})
    if error.status_hint in PROBLEM_TYPES and error.status_hint < 500:
        return ProblemError(error.status_hint, str(error))
    return ProblemError(500, "this failed on the server; its log has the details under the request id")
