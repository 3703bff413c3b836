"""Rate limits of API keys: fixed windows, counted in memory by each process or in Redis for all of them.

Image requests are never limited. A fixed window, because what the headers say of it is exact: so many requests are
left, and in so many seconds there are all of them again.
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

# A Redis that is slower than this counts as away: the limit must not cost more than what it protects.
REDIS_SECONDS = 0.5

# Connections of one process; more requests at a time wait for one.
MOST_CONNECTIONS = 16

POLICY = "default"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key has left: ``remaining`` of ``quota`` requests, all of them again in ``reset`` seconds."""

    allowed: bool
    quota: int
    window: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers of draft-ietf-httpapi-ratelimit-headers-11, and Retry-After where the request is refused."""
        told = {
            "RateLimit-Policy": f'"{POLICY}";q={self.quota};w={self.window}',
            "RateLimit": f'"{POLICY}";r={self.remaining};t={self.reset}',
        }
        return told if self.allowed else told | {"Retry-After": str(self.reset)}


class Rates:
    """Counts the requests of each key. Mutable state: the counts, here or in Redis; whether Redis answers.

    ``rate`` is for example ``600/minute``. Raises SettingsError for a URL that is not Redis'.
    """

    def __init__(self, rate: str, redis_url: str | None) -> None:
        self._rate: RateLimitItem = parse(rate)
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._pool = _pool(redis_url) if redis_url else None
        self._shared = _shared(self._pool) if self._pool else None
        self._breaker = Breaker()
        self._log = structlog.get_logger()

    async def hit(self, key_id: str) -> Allowance:
        """Count a request of a key. Without an answer from Redis each process counts for itself."""
        if self._shared is not None and self._breaker.may_try():
            found = await self._ask(self._shared, key_id)
            if found is not None:
                return found
        return await self._hit(self._here, key_id)

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
        # Not repeated: it may hold a password.
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
    # The URL only says which kind of store it is; the pool knows where.
    options: dict[str, Any] = {"connection_pool": pool}
    return FixedWindowRateLimiter(
        RedisStorage("async+redis://", implementation="redispy", key_prefix="imgurl", **options)
    )
