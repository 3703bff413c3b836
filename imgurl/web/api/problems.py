"""Errors of the API: problem+json (RFC 9457). Each status means one thing, and has one type and one title."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from imgurl.errors import ImgurlError, Problem

MEDIA_TYPE = "application/problem+json"

# What a client can act on is told at once, but not without end.
MAX_ERRORS = 20

# Seconds after which something that is down is worth another try.
RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status says. ``slug`` names it on the reference page, which is the problem's ``type``."""

    slug: str
    title: str
    sentence: str


MEANINGS: Mapping[int, Meaning] = {
    400: Meaning(
        "bad-request",
        "Bad request",
        "Something in the request is wrong: its JSON, a name, a type, a value. The same request fails again.",
    ),
    401: Meaning(
        "no-key",
        "No valid API key",
        "The request came without an API key, or with one that is mistyped, unknown, expired or revoked.",
    ),
    403: Meaning(
        "not-allowed",
        "Not allowed",
        "The key is good, and may not do this: it lacks the scope, or the design is not on its list.",
    ),
    404: Meaning("not-found", "Not found", "There is no such page, design or job, or the job is not yours."),
    405: Meaning("wrong-method", "Wrong method", "The page exists, but not for this method; Allow says for which."),
    409: Meaning(
        "not-now",
        "Not in this state",
        "What the request is about is under way or over: another request with the same Idempotency-Key still runs, "
        "the result of a job is not complete, an ended job can't be cancelled.",
    ),
    413: Meaning(
        "too-large",
        "Too large",
        "The body is over the limit: 1 MB for JSON. Longer lists are sent as CSV or NDJSON to /v1/batches.",
    ),
    415: Meaning(
        "wrong-media-type", "Unsupported media type", "The body is of a kind that is not read here, or is compressed."
    ),
    422: Meaning(
        "key-reused",
        "Idempotency key reused",
        "This Idempotency-Key was used within the last 24 hours for another request.",
    ),
    429: Meaning(
        "too-many",
        "Too many requests",
        "The key has used up its requests, or its share of unfinished jobs, for now; Retry-After says for how long.",
    ),
    500: Meaning("failed", "Failed", "A mistake of ours. The log has more under the request id."),
    503: Meaning(
        "unavailable",
        "Not available",
        "Something the server needs does not answer, or it has too much to do. The same request may succeed soon.",
    ),
}


class Refusal(ImgurlError):
    """Raised to answer a request with a problem: a status of ``MEANINGS``, a sentence, and where in the request."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[Problem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status_hint = status
        self.is_permanent = status < 500
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def refused(errors: Iterable[Problem], count: int | None = None) -> Refusal:
    """Return the 400 for mistakes in a request; its detail is the first of them.

    ``count`` is how many there are, where only the first of them were put into words.
    """
    found = tuple(errors)
    others = (count or len(found)) - 1
    more = f" (and {others:,} more)" if others else ""
    return Refusal(400, f"{found[0]}{more}", found[:MAX_ERRORS])


def problem(refusal: Refusal, request_id: str) -> Response:
    """Return the answer to a request that is refused or failed."""
    meaning = MEANINGS[refusal.status_hint]
    document: dict[str, object] = {
        "type": f"/docs#{meaning.slug}",
        "title": meaning.title,
        "status": refusal.status_hint,
        "detail": refusal.detail,
        "errors": [{"pointer": error.pointer, "detail": error.sentence} for error in refusal.errors],
        "request_id": request_id,
    }
    body = json.dumps(document, ensure_ascii=False).encode(errors="backslashreplace")
    return Response(body, refusal.status_hint, refusal.headers, MEDIA_TYPE)


def as_refusal(error: ImgurlError) -> Refusal:
    """Return how an error of a lower room is told to a client.

    What is wrong with the request is told in its words; what is wrong with the server is for the log alone.
    """
    if isinstance(error, Refusal):
        return error
    if error.status_hint == 503:
        sentence = "the server can't do this at the moment; try again soon"
        return Refusal(503, sentence, headers={"Retry-After": str(RETRY_SECONDS)})
    if error.status_hint == 429:
        return Refusal(429, str(error), headers={"Retry-After": str(RETRY_SECONDS)})
    if error.status_hint in MEANINGS and error.status_hint < 500:
        return Refusal(error.status_hint, str(error))
    return Refusal(500, "this failed on our side; the log has more under the request id")
