"""``Idempotency-Key`` on POST: a request that is sent twice is carried out once and gets the same answer twice.

Only successful answers are kept. A request that was refused or failed releases its key: nothing was done, and the
client may correct the request and send it again with the same key.
"""

import json
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from anyio import CancelScope, to_thread
from starlette.requests import Request
from starlette.responses import Response

from imgurl.access.idempotency import CLAIM_BYTES, Idempotency, Mismatch, New, Replay, Running
from imgurl.access.keys import ApiKey
from imgurl.errors import ImgurlError
from imgurl.web.api.problems import RETRY_SECONDS, ProblemError

# A string as in structured fields (RFC 9651), or the bare text that most clients send.
FORM = re.compile(r'"([!#-~ ]{1,255})"|([!#-~]{1,255})')

# The status for a key that was used for another request.
REUSED = 422

# Headers that are kept with an answer; the others are made for each answer.
KEPT_HEADERS = ("content-type", "location", "content-location", "x-imgurl-outcome")


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out a request. ``id`` has 32 random hex digits, after which a job is named.

    ``is_kept`` says whether the request has an Idempotency-Key. ``fingerprint`` is that of an earlier owner of the
    claim that died, None otherwise.
    """

    id: str
    is_kept: bool = False
    fingerprint: str | None = None


class Replays:
    """Carries out each request once. Stateless itself: idempotency keys are in the store."""

    def __init__(self, store: Idempotency) -> None:
        self._store = store

    async def once(
        self,
        request: Request,
        key: ApiKey,
        body: bytes | None,
        work: Callable[[Claim], Awaitable[Response]],
    ) -> Response:
        """Answer a request by ``work``, or with the answer that was kept.

        ``body`` is None if it is streamed: then ``work`` reads it and calls ``seal`` with its fingerprint.
        Raises 400 for a malformed header, 409 while the same request is running, 422 for another request with this key.
        """
        name = idempotency_key(request)
        if name is None:
            return await work(Claim(secrets.token_hex(CLAIM_BYTES)))
        scope = f"{key.owner} {request.method} {request.scope['path']}"
        fingerprint = None if body is None else Fingerprint(request).whole(body)
        beginning = await to_thread.run_sync(self._store.begin, scope, name, fingerprint)
        match beginning:
            case Mismatch():
                raise _reused()
            case Running():
                sentence = "a request with this Idempotency-Key is still running; try again when it has finished"
                raise ProblemError(409, sentence, headers={"Retry-After": str(RETRY_SECONDS)})
            case Replay():
                if body is None and await _digest_of_rest(request) != beginning.fingerprint:
                    raise _reused()
                return _again(beginning)
            case New():
                claim = Claim(beginning.claim, is_kept=True, fingerprint=beginning.fingerprint)
                return await self._carry_out(claim, work)

    async def seal(self, claim: Claim, fingerprint: str) -> None:
        """Record the fingerprint of a streamed request before its work begins.

        Raises 422 if an earlier owner that died had another request with the same key.
        """
        if claim.fingerprint not in (None, fingerprint):
            raise _reused()
        if claim.is_kept:
            await to_thread.run_sync(self._store.seal, claim.id, fingerprint)

    async def keep_alive(self, claim: Claim) -> None:
        """Record that a long request is still being read."""
        if claim.is_kept:
            await to_thread.run_sync(self._store.keep_alive, claim.id)

    async def _carry_out(self, claim: Claim, work: Callable[[Claim], Awaitable[Response]]) -> Response:
        try:
            response = await work(claim)
        except BaseException as error:
            # Also when the server stops: no key may stay claimed without an owner.
            with CancelScope(shield=True):
                await to_thread.run_sync(self._let_go, claim, error)
            raise
        headers = tuple((name, value) for name, value in response.headers.items() if name in KEPT_HEADERS)
        await to_thread.run_sync(self._store.finish, claim.id, response.status_code, headers, bytes(response.body))
        return response

    def _let_go(self, claim: Claim, error: BaseException) -> None:
        """Release a key if nothing was done with it; if that is not certain, keep the claim for the next attempt."""
        certain = isinstance(error, ImgurlError) and error.is_permanent and error.status_hint != REUSED
        if certain and claim.fingerprint is None:
            self._store.abandon(claim.id)
        else:
            self._store.release(claim.id)


class Fingerprint:
    """A digest over what distinguishes requests: method, target, Content-Type, Accept and body."""

    def __init__(self, request: Request) -> None:
        parts = [
            request.method,
            request.scope["path"],
            request.scope["query_string"].decode("latin-1"),
            request.headers.get("content-type", ""),
            request.headers.get("accept", ""),
        ]
        self._digest = sha256(json.dumps(parts).encode())

    def whole(self, body: bytes) -> str:
        """Return the fingerprint of a request with this body."""
        self._digest.update(body)
        return self._digest.hexdigest()

    async def through(self, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the parts of a body, and add them to the digest."""
        async for part in parts:
            self._digest.update(part)
            yield part

    @property
    def hex(self) -> str:
        """The fingerprint of all parts so far."""
        return self._digest.hexdigest()


def idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key of a request, None without one. Raises 400."""
    values = request.headers.getlist("idempotency-key")
    if not values:
        return None
    match = FORM.fullmatch(values[0].strip())
    if len(values) > 1 or match is None:
        raise ProblemError(
            400, "Idempotency-Key must be one string of 1 to 255 visible ASCII characters, such as a UUID"
        )
    return match[1] or match[2]


async def _digest_of_rest(request: Request) -> str:
    fingerprint = Fingerprint(request)
    async for _ in fingerprint.through(request.stream()):
        pass
    return fingerprint.hex


def _again(replay: Replay) -> Response:
    headers: dict[str, Any] = {**dict(replay.headers), "Idempotency-Replayed": "true"}
    return Response(replay.body, replay.status, headers)


def _reused() -> ProblemError:
    return ProblemError(
        REUSED, "this Idempotency-Key was used for a different request within 24 hours; use a new one for each"
    )
