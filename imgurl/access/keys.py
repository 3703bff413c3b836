"""API keys: who calls the API, and what they may do.

A key is stored as its SHA-256 and shown once, when it is created. A revoked key stops working in every process within
five seconds: a process may remember a key for that long.
"""

import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from cachetools import TTLCache
from sqlalchemy import ColumnElement, Engine, Row, and_, func, insert, or_, select, update

from imgurl.access.database import API_KEYS, LOCK_ID
from imgurl.access.tokens import Token, new_token, parse_token
from imgurl.database import exclusive, reading, writing
from imgurl.errors import BadApiKey

# Below the promised five seconds, to leave time for the query and for slow machines.
CACHED_SECONDS = 3.0
CACHED_KEYS = 4_096

# An old key and its successor, while a service switches from one to the other.
MAX_LIVE_KEYS = 2

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
DEFAULT_NAME = "api"

# What a digest is compared with if no row was found, so that both cases take the same steps.
NO_DIGEST = "0" * 64

# The latest time at which a key may expire, in Unix seconds: the year 5138.
MAX_EXPIRES = 99_999_999_999


class Scope(StrEnum):
    """What a key may do. ``admin`` includes the others."""

    #: See designs and explain URLs.
    READ = "read"
    #: Make URLs and images.
    RENDER = "render"
    #: Run batches.
    BATCH = "batch"
    #: See the counts of campaigns, stop and limit them.
    CAMPAIGNS = "campaigns"
    #: Change designs.
    EDIT = "edit"
    #: Everything.
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. Times are Unix seconds; ``designs`` is None if all may be used."""

    id: str
    name: str
    test: bool
    scopes: frozenset[Scope]
    designs: tuple[str, ...] | None
    expires: int | None
    created: int
    revoked: int | None
    #: The beginning of the key, to recognise it by.
    shown: str

    @property
    def owner(self) -> str:
        """The owner of jobs: the name, so that a key's successor sees them; those of test keys are separate."""
        return f"{self.name}:test" if self.test else self.name

    def allows(self, accepted: Iterable[Scope]) -> bool:
        """Return whether the key has one of these scopes."""
        return Scope.ADMIN in self.scopes or not self.scopes.isdisjoint(accepted)

    def may_use(self, design: str) -> bool:
        """Return whether the key may use a design."""
        return self.designs is None or design in self.designs

    def is_live(self, now: float) -> bool:
        """Return whether the key works at a time."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class ApiKeys:
    """All API keys. May be used from any thread; every method raises DatabaseDown.

    Mutable state: the keys that were looked up in the last seconds, guarded by a lock.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        # Expires by monotonic time, whatever the clock does.
        self._cache: TTLCache[str, ApiKey] = TTLCache(CACHED_KEYS, CACHED_SECONDS, time.monotonic)

    def create(
        self,
        name: str,
        scopes: Iterable[Scope],
        *,
        test: bool = False,
        designs: Iterable[str] | None = None,
        expires: int | None = None,
        key_id: str | None = None,
    ) -> tuple[Token, ApiKey]:
        """Create a key; the token is the only copy of its secret.

        Raises BadApiKey for an invalid name, scope or time, if two keys of this name are active already, and for a
        ``key_id`` that there is.
        """
        now = int(self._clock())
        token = new_token(test=test)
        key = ApiKey(
            key_id or secrets.token_hex(6), name, test, frozenset(scopes), None if designs is None else tuple(designs),
            expires, now, None, token.shown,
        )  # fmt: skip
        _check(key, now)
        row = {
            "id": key.id,
            "name": key.name,
            "test": key.test,
            "digest": token.digest,
            "shown": key.shown,
            "scopes": " ".join(sorted(key.scopes)),
            "designs": None if key.designs is None else json.dumps(key.designs),
            "created": key.created,
            "expires": key.expires,
        }
        with exclusive(self._engine, LOCK_ID) as connection:
            of_name = and_(API_KEYS.c.name == name, API_KEYS.c.test == test, _is_live(now))
            active = connection.scalar(select(func.count()).select_from(API_KEYS).where(of_name)) or 0
            if active >= MAX_LIVE_KEYS:
                raise BadApiKey(
                    f"'{name}' already has {active} active {'test ' if test else ''}keys (the maximum, for rotation): "
                    "revoke one, or give the new key another name"
                )
            if connection.scalar(select(API_KEYS.c.id).where(API_KEYS.c.id == key.id)) is not None:
                raise BadApiKey(f"there is a key '{key.id}' already")
            connection.execute(insert(API_KEYS).values(row))
        return token, key

    def find(self, text: str) -> ApiKey | None:
        """Return the key with this text, None if it is unknown, expired or revoked.

        A text without the form and checksum of a key is refused without a query.
        """
        token = parse_token(text)
        if token is None:
            return None
        digest = token.digest
        with self._lock:
            key = self._cache.get(digest)
        if key is None:
            with reading(self._engine) as connection:
                row = connection.execute(select(API_KEYS).where(API_KEYS.c.digest == digest)).first()
            # The index has compared before, in a time that depends on SHA-256 sums only; this decides.
            if not hmac.compare_digest(row.digest if row else NO_DIGEST, digest) or row is None:
                return None
            key = _key(row)
            with self._lock:
                self._cache[digest] = key
        return key if key.is_live(self._clock()) else None

    def known(self, key_id: str) -> ApiKey | None:
        """Return the key with this id, None if it is unknown, expired or revoked."""
        with self._lock:
            key = self._cache.get(key_id)
        if key is None:
            with reading(self._engine) as connection:
                row = connection.execute(select(API_KEYS).where(API_KEYS.c.id == key_id)).first()
            if row is None:
                return None
            key = _key(row)
            with self._lock:
                self._cache[key_id] = key
        return key if key.is_live(self._clock()) else None

    def list(self) -> tuple[ApiKey, ...]:
        """Return all keys, oldest first, including expired and revoked ones."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(API_KEYS).order_by(API_KEYS.c.created, API_KEYS.c.id)).all()
        return tuple(map(_key, rows))

    def revoke(self, key_id: str) -> ApiKey | None:
        """Revoke a key for good; return it, None if the id is unknown. Revoking it again changes nothing."""
        of_id = API_KEYS.c.id == key_id
        with writing(self._engine) as connection:
            connection.execute(
                update(API_KEYS).where(of_id, API_KEYS.c.revoked.is_(None)).values(revoked=int(self._clock()))
            )
            row = connection.execute(select(API_KEYS).where(of_id)).first()
        with self._lock:
            self._cache.clear()
        return _key(row) if row else None


def _check(key: ApiKey, now: int) -> None:
    if not NAME.fullmatch(key.name):
        raise BadApiKey(
            "a key's name has 1 to 64 lowercase letters, digits, '.', '-' and '_', and starts with a letter or digit"
        )
    if not key.scopes:
        raise BadApiKey(f"a key needs at least one scope: {', '.join(Scope)}")
    if key.expires is not None and not now < key.expires <= MAX_EXPIRES:
        raise BadApiKey("the expiry of a key must be in the future, in Unix seconds")
    if key.designs is not None and not key.designs:
        raise BadApiKey("the list of designs is empty: name at least one, or leave the list out to allow all")


def _is_live(now: int) -> ColumnElement[bool]:
    return and_(API_KEYS.c.revoked.is_(None), or_(API_KEYS.c.expires.is_(None), API_KEYS.c.expires > now))


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        row.id,
        row.name,
        row.test,
        frozenset(map(Scope, row.scopes.split())),
        None if row.designs is None else tuple(json.loads(row.designs)),
        row.expires,
        row.created,
        row.revoked,
        row.shown,
    )
