"""Rate limits of API keys: fixed windows, counted in memory by each process or in Redis for all of them.

Image requests are never limited. Windows are fixed, so that the headers are exact: how many requests are left, and when
the window ends.
"""

import math
import time
from dataclasses import dataclass
from typing import Any

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError

from imgurl.errors import SettingsError
from imgurl.outbound.breaker import Breaker

# A slower Redis counts as unavailable: a limit must not cost more than what it protects.
REDIS_SECONDS = 0.5

# Connections of one process; further requests wait for one of them.
MOST_CONNECTIONS = 16

POLICY = "default"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key has left: ``remaining`` of ``quota`` requests; the window ends in ``reset`` seconds."""

    allowed: bool
    quota: int
    window: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers of draft-ietf-httpapi-ratelimit-headers-11, and Retry-After if the request is refused."""
        headers = {
            "RateLimit-Policy": f'"{POLICY}";q={self.quota};w={self.window}',
            "RateLimit": f'"{POLICY}";r={self.remaining};t={self.reset}',
        }
        return headers if self.allowed else headers | {"Retry-After": str(self.reset)}


class Rates:
    """Counts the requests of each key. Mutable state: the counts, here or in Redis; whether Redis answers.

    ``rate`` is for example ``600/minute``. Raises SettingsError for a URL of another kind.
    """

    def __init__(self, rate: str, redis_url: str | None) -> None:
        self._rate: RateLimitItem = parse(rate)
        self._local = FixedWindowRateLimiter(MemoryStorage())
        self._pool = _pool(redis_url) if redis_url else None
        self._shared = _shared(self._pool) if self._pool else None
        self._breaker = Breaker()
        self._log = structlog.get_logger()

    async def hit(self, key_id: str) -> Allowance:
        """Count a request of a key. While Redis does not answer, each process counts by itself."""
        if self._shared is not None and self._breaker.may_try():
            allowance = await self._ask(self._shared, key_id)
            if allowance is not None:
                return allowance
        return await self._hit(self._local, key_id)

    async def close(self) -> None:
        """Close the connections to Redis; the object may be used again."""
        if self._pool is not None:
            await self._pool.disconnect()

    async def _ask(self, shared: FixedWindowRateLimiter, key_id: str) -> Allowance | None:
        try:
            allowance = await self._hit(shared, key_id)
        except (RedisError, OSError, TimeoutError) as error:
            self._breaker.failed()
            self._log.warning("rate limits are counted by each process alone", reason=type(error).__name__)
            return None
        except BaseException:
            self._breaker.cancelled()
            raise
        self._breaker.succeeded()
        return allowance

    async def _hit(self, limiter: FixedWindowRateLimiter, key_id: str) -> Allowance:
        allowed = await limiter.hit(self._rate, key_id)
        stats = await limiter.get_window_stats(self._rate, key_id)
        reset = max(1, math.ceil(stats.reset_time - time.time()))
        return Allowance(allowed, self._rate.amount, self._rate.get_expiry(), max(0, stats.remaining), reset)


def _pool(url: str) -> BlockingConnectionPool:
    if not url.startswith(("redis://", "rediss://", "unix://")):
        # The URL is not repeated: it may contain a password.
        raise SettingsError(
            "IMGURL_REDIS_URL must begin with redis:// or rediss://, for example redis://127.0.0.1:6379/0"
        )
    return BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=REDIS_SECONDS,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
    )


def _shared(pool: BlockingConnectionPool) -> FixedWindowRateLimiter:
    # The URL only selects the client; the pool has the address.
    options: dict[str, Any] = {"connection_pool": pool}
    return FixedWindowRateLimiter(
        RedisStorage("async+redis://", implementation="redispy", key_prefix="imgurl", **options)
    )
