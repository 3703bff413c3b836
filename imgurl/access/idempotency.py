"""Idempotency keys: a request that is sent twice is carried out once and gets the same answer twice.

draft-ietf-httpapi-idempotency-key-header. One process claims a key before the work begins; the answer is kept for 24
hours. If the owner of a claim dies, the claim is taken over with the same id: work that is named after the claim, such
as a job, is then the same work and not done twice.
"""

import json
import secrets
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, Row, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from imgurl.access.database import IDEMPOTENCY, LOCK_ID
from imgurl.database import exclusive, reading, writing

KEPT_SECONDS = 86_400

# An owner that has not renewed its claim for this long is taken for dead.
ALIVE_SECONDS = 60

# How often each process deletes answers that are too old.
SWEEP_SECONDS = 3_600

# 128 bits: the claim becomes the id of a job, which must not be guessable.
CLAIM_BYTES = 16

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class New:
    """The request was not carried out: do so, then ``finish``, ``abandon`` or ``release`` the claim.

    ``claim`` has 32 hex digits. ``fingerprint`` is that of an earlier owner that died, None otherwise.
    """

    claim: str
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """The request is being carried out."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The request was carried out: the answer to send again."""

    status: int
    headers: Headers
    body: bytes
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The key was used for another request."""


Beginning = New | Running | Replay | Mismatch


class Idempotency:
    """The idempotency keys of all callers. May be used from any thread; every method raises DatabaseDown.

    ``scope`` names the caller and the route: the same key of another caller is another key.
    Mutable state: when old answers were last deleted.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        self._swept = 0.0

    def begin(self, scope: str, key: str, fingerprint: str | None) -> Beginning:
        """Claim a key for a request, or return what became of the request.

        ``fingerprint`` is a digest over the request; None if its body is still to be read. Then the caller compares it
        with that of a Replay.
        """
        now = int(self._clock())
        self._sweep(now)
        claim = secrets.token_hex(CLAIM_BYTES)
        row = {"scope": scope, "key": key, "claim": claim, "fingerprint": fingerprint, "created": now, "alive": now}
        try:
            with writing(self._engine) as connection:
                # Only this key: two transactions that delete many rows, each in its own order, could deadlock.
                too_old = IDEMPOTENCY.c.created <= now - KEPT_SECONDS
                connection.execute(delete(IDEMPOTENCY).where(_is(scope, key), too_old))
                connection.execute(insert(IDEMPOTENCY).values(row))
        except IntegrityError:
            # Another request has this key, perhaps since a moment ago; the row decides.
            return self._found(scope, key, fingerprint, now)
        return New(claim)

    def seal(self, claim: str, fingerprint: str) -> None:
        """Record the fingerprint of a request whose body was read after its claim, before the work begins."""
        self._change(claim, fingerprint=fingerprint)

    def keep_alive(self, claim: str) -> None:
        """Renew a claim while the work goes on; call it at least every 30 seconds."""
        self._change(claim, alive=int(self._clock()))

    def finish(self, claim: str, status: int, headers: Headers, body: bytes) -> None:
        """Keep the answer, to be sent again."""
        self._change(claim, status=status, headers=json.dumps(headers), body=zlib.compress(body, 1))

    def abandon(self, claim: str) -> None:
        """Drop a claim: nothing was done, and the key may be used again."""
        with writing(self._engine) as connection:
            connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.claim == claim, IDEMPOTENCY.c.status.is_(None)))

    def release(self, claim: str) -> None:
        """Give up a claim whose work failed half way: the next request with the key takes it over at once."""
        self._change(claim, alive=0)

    def _change(self, claim: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(IDEMPOTENCY).where(IDEMPOTENCY.c.claim == claim).values(**values))

    def _found(self, scope: str, key: str, fingerprint: str | None, now: int) -> Beginning:
        with reading(self._engine) as connection:
            row = connection.execute(select(IDEMPOTENCY).where(_is(scope, key))).first()
        if row is None:
            # Dropped between the two statements: the client tries again, as with any request in progress.
            return Running()
        if None not in (fingerprint, row.fingerprint) and fingerprint != row.fingerprint:
            return Mismatch()
        if row.status is not None:
            headers = tuple((name, value) for name, value in json.loads(row.headers))
            return Replay(row.status, headers, zlib.decompress(row.body), row.fingerprint)
        if row.alive + ALIVE_SECONDS > now:
            return Running()
        return self._taken_over(row, fingerprint, now)

    def _taken_over(self, row: Row[tuple[object, ...]], fingerprint: str | None, now: int) -> Beginning:
        values = {"alive": now} if fingerprint is None else {"alive": now, "fingerprint": fingerprint}
        unfinished = and_(IDEMPOTENCY.c.claim == row.claim, IDEMPOTENCY.c.status.is_(None))
        # Of two that arrive at once, only the first still finds the row as it was read.
        as_seen = and_(unfinished, IDEMPOTENCY.c.alive == row.alive)
        with writing(self._engine) as connection:
            taken = connection.execute(update(IDEMPOTENCY).where(as_seen).values(values)).rowcount
        return New(row.claim, row.fingerprint) if taken else Running()

    def _sweep(self, now: int) -> None:
        with self._lock:
            due = now - self._swept >= SWEEP_SECONDS
            if due:
                self._swept = now
        if due:
            with exclusive(self._engine, LOCK_ID) as connection:
                connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.created <= now - KEPT_SECONDS))


def _is(scope: str, key: str) -> ColumnElement[bool]:
    return and_(IDEMPOTENCY.c.scope == scope, IDEMPOTENCY.c.key == key)
