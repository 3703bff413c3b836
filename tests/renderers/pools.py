"""Pools of real processes for tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import psutil

from imgurl.renderers.facts import Facts
from imgurl.renderers.orders import Limits, Order, Recipe
from imgurl.renderers.pool import Pool

TOY = "tests.renderers.toy:open_toy"

RECIPE = Recipe(TOY)

# Niceness would let the tests wait for whatever else this machine does.
LIMITS = Limits(order_seconds=10.0, memory_mb=256, niceness=0)


@contextlib.asynccontextmanager
async def pool_of(size: int = 2, limits: Limits = LIMITS, recipe: Recipe = RECIPE, **more: Any) -> AsyncIterator[Pool]:
    """Start a pool; end it, and see that none of its processes is left."""
    pool = Pool(recipe, size, limits, **more)
    await pool.start()
    try:
        yield pool
    finally:
        facts = pool.facts
        await pool.close()
        assert not [pid for pid in processes(facts) if is_running(pid)]


def runs(scenario: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Make a test of a coroutine function; it ends after half a minute at the latest."""

    def test() -> None:
        asyncio.run(asyncio.wait_for(_awaited(scenario), 30))

    test.__doc__ = scenario.__doc__
    return test


async def _awaited(scenario: Callable[[], Awaitable[None]]) -> None:
    await scenario()


def order(*work: Any, **more: Any) -> Order:
    """Return an order for the toy; its key is what it does, unless it says otherwise."""
    return Order(**{"key": work, "work": work, **more})


def processes(facts: Facts) -> list[int]:
    """Return the ids of all processes of a pool."""
    return [*facts.renderers, *([facts.zygote] if facts.zygote else [])]


def is_running(pid: int) -> bool:
    """Say whether a process runs: one that nobody has asked for its end yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


async def until(is_so: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something is so. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - what is looked at are processes
            await asyncio.sleep(0.005)
