"""``Idempotency-Key`` on POST: a request that is sent twice is carried out once, and answered twice alike.

Only answers that succeeded are kept. One that was refused or failed gives its key back: nothing was done, and the
client may mend the request and send it again under the same key.
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
from imgurl.web.api.problems import RETRY_SECONDS, Refusal

# A string of structured fields, or the bare text most clients send.
FORM = re.compile(r'"([!#-~ ]{1,255})"|([!#-~]{1,255})')

# The status that says so.
REUSED = 422

# What is kept of an answer beside its body; the rest is made anew.
KEPT_HEADERS = ("content-type", "location", "content-location", "x-imgurl-outcome")


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out a request. ``id`` has 32 random hex digits; what a request makes is named after it.

    ``is_kept`` says whether it holds an Idempotency-Key. ``fingerprint`` is that of an owner that died at the work.
    """

    id: str
    is_kept: bool = False
    fingerprint: str | None = None


class Replays:
    """Carries out requests once. Knows the store of idempotency keys; holds nothing itself."""

    def __init__(self, store: Idempotency) -> None:
        self._store = store

    async def once(
        self,
        request: Request,
        key: ApiKey,
        body: bytes | None,
        work: Callable[[Claim], Awaitable[Response]],
    ) -> Response:
        """Answer a request: by ``work``, or as it was answered before.

        ``body`` is None where it is streamed: then ``work`` reads it and calls ``seal`` with its fingerprint.
        Raises 400 for a malformed header, 409 while the same request runs, 422 for another one under the same key.
        """
        given = idempotency_key(request)
        if given is None:
            return await work(Claim(secrets.token_hex(CLAIM_BYTES)))
        scope = f"{key.owner} {request.method} {request.scope['path']}"
        fingerprint = None if body is None else Fingerprint(request).whole(body)
        beginning = await to_thread.run_sync(self._store.begin, scope, given, fingerprint)
        match beginning:
            case Mismatch():
                raise _reused()
            case Running():
                sentence = "a request with this Idempotency-Key is being carried out; ask again when it is done"
                raise Refusal(409, sentence, headers={"Retry-After": str(RETRY_SECONDS)})
            case Replay():
                if body is None and await _digest_of_rest(request) != beginning.fingerprint:
                    raise _reused()
                return _again(beginning)
            case New():
                claim = Claim(beginning.claim, is_kept=True, fingerprint=beginning.fingerprint)
                return await self._carry_out(claim, work)

    async def seal(self, claim: Claim, fingerprint: str) -> None:
        """Note the fingerprint of a streamed request before its work begins.

        Raises 422 where an owner that died had another request under the same key.
        """
        if claim.fingerprint not in (None, fingerprint):
            raise _reused()
        if claim.is_kept:
            await to_thread.run_sync(self._store.seal, claim.id, fingerprint)

    async def keep_alive(self, claim: Claim) -> None:
        """Say that a long request goes on."""
        if claim.is_kept:
            await to_thread.run_sync(self._store.keep_alive, claim.id)

    async def _carry_out(self, claim: Claim, work: Callable[[Claim], Awaitable[Response]]) -> Response:
        try:
            response = await work(claim)
        except BaseException as error:
            # Also when the server stops: the key must not be held by nobody.
            with CancelScope(shield=True):
                await to_thread.run_sync(self._let_go, claim, error)
            raise
        headers = tuple((name, value) for name, value in response.headers.items() if name in KEPT_HEADERS)
        await to_thread.run_sync(self._store.finish, claim.id, response.status_code, headers, bytes(response.body))
        return response

    def _let_go(self, claim: Claim, error: BaseException) -> None:
        """Give a key back that nothing was done under; where that is not certain, keep the claim for the next try."""
        certain = isinstance(error, ImgurlError) and error.is_permanent and error.status_hint != REUSED
        if certain and claim.fingerprint is None:
            self._store.abandon(claim.id)
        else:
            self._store.release(claim.id)


class Fingerprint:
    """A digest over what makes a request this request: target, kind of body, wanted answer, body."""

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
        """Return the fingerprint of a request whose body is at hand."""
        self._digest.update(body)
        return self._digest.hexdigest()

    async def through(self, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the parts of a body as they come, and take them up."""
        async for part in parts:
            self._digest.update(part)
            yield part

    @property
    def hex(self) -> str:
        """The fingerprint of what came so far."""
        return self._digest.hexdigest()


def idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key of a request, None without one. Raises 400."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    match = FORM.fullmatch(given[0].strip())
    if len(given) > 1 or match is None:
        raise Refusal(400, "an Idempotency-Key is one text of 1 to 255 visible ASCII characters, for example a UUID")
    return match[1] or match[2]


async def _digest_of_rest(request: Request) -> str:
    fingerprint = Fingerprint(request)
    async for _ in fingerprint.through(request.stream()):
        pass
    return fingerprint.hex


def _again(replay: Replay) -> Response:
    headers: dict[str, Any] = {**dict(replay.headers), "Idempotency-Replayed": "true"}
    return Response(replay.body, replay.status, headers)


def _reused() -> Refusal:
    return Refusal(
        REUSED, "this Idempotency-Key was used for another request within the last 24 hours; take a new one for each"
    )
