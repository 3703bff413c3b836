"""Rate limits of API keys: fixed windows, counted in memory by each process or in Redis for all of them.

Image requests are never limited. Windows are fixed, so that the headers are exact: how many requests are left, and when
the window ends.
"""

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from imgurl.outbound.breaker import Breaker

if TYPE_CHECKING:
    from imgurl.web.api.shared_rates import SharedRates

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
        self._shared = _shared(redis_url) if redis_url else None
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
        if self._shared is not None:
            await self._shared.pool.disconnect()

    async def _ask(self, shared: "SharedRates", key_id: str) -> Allowance | None:
        try:
            allowance = await self._hit(shared.limiter, key_id)
        except shared.unavailable as error:
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


def _shared(redis_url: str) -> "SharedRates":
    # Not at the top: one machine counts in memory, and needs no client of Redis.
    from imgurl.web.api.shared_rates import shared_rates  # noqa: PLC0415

    return shared_rates(redis_url)
