"""What several machines count together, in Redis. Imported where ``IMGURL_REDIS_URL`` is set."""

from dataclasses import dataclass
from typing import Any

from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError

from imgurl.errors import SettingsError

# A slower Redis counts as unavailable: a limit must not cost more than what it protects.
REDIS_SECONDS = 0.5

# Connections of one process; further requests wait for one of them.
MOST_CONNECTIONS = 16

# What is raised where Redis does not answer.
UNAVAILABLE = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class SharedRates:
    """Counts in Redis, over connections that are made when they are needed; ``unavailable`` is what it raises."""

    limiter: FixedWindowRateLimiter
    pool: BlockingConnectionPool
    unavailable: tuple[type[Exception], ...] = UNAVAILABLE


def shared_rates(url: str) -> SharedRates:
    """Return the counts of a Redis. Raises SettingsError for a URL of another kind."""
    if not url.startswith(("redis://", "rediss://", "unix://")):
        # The URL is not repeated: it may contain a password.
        raise SettingsError(
            "IMGURL_REDIS_URL must begin with redis:// or rediss://, for example redis://127.0.0.1:6379/0"
        )
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=REDIS_SECONDS,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
    )
    # The URL only selects the client; the pool has the address.
    options: dict[str, Any] = {"connection_pool": pool}
    storage = RedisStorage("async+redis://", implementation="redispy", key_prefix="imgurl", **options)
    return SharedRates(FixedWindowRateLimiter(storage), pool)
