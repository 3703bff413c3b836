"""A pool for callers without an event loop."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from imgurl.errors import RenderFailed
from imgurl.renderers.blocking import BlockingPool
from imgurl.renderers.failures import StudioFailed
from imgurl.renderers.orders import Recipe
from imgurl.renderers.pool import Pool
from tests.renderers.pools import LIMITS, TOY, is_running, order, processes


def test_many_threads_share_a_pool() -> None:
    """Each gets its own file; afterwards neither a process nor the thread is left."""
    with BlockingPool(Pool(Recipe(TOY), 2, LIMITS)) as pool, ThreadPoolExecutor(8) as threads:
        bodies = [b"%d" % number * 1_000 for number in range(200)]
        assert list(threads.map(lambda body: pool.draw(order("echo", body)), bodies)) == bodies
        pids = processes(pool.facts)
    assert not any(map(is_running, pids))
    assert "renderers" not in {thread.name for thread in threading.enumerate()}


def test_orders_may_be_handed_in_ahead() -> None:
    """A batch keeps several under way: results come as futures, and what has not begun can be cancelled."""
    with BlockingPool(Pool(Recipe(TOY), 1, LIMITS), drain_seconds=5.0) as pool:
        futures = [pool.submit(order("sleep", 0.01, b"%d" % number)) for number in range(20)]
        assert futures[-1].cancel()
        assert [future.result() for future in futures[:-1]] == [b"%d" % number for number in range(19)]


def test_errors_are_those_of_the_pool() -> None:
    """What fails there is raised here, also at the start."""
    with BlockingPool(Pool(Recipe(TOY), 1, LIMITS)) as pool, pytest.raises(RenderFailed, match="oh"):
        pool.draw(order("raises", "oh"))
    with (
        pytest.raises(StudioFailed, match="no designs"),
        BlockingPool(Pool(Recipe(TOY.replace("open_toy", "open_broken")), 1, LIMITS)),
    ):
        pass
    assert "renderers" not in {thread.name for thread in threading.enumerate()}


def test_what_lasts_is_dropped_when_the_caller_fails() -> None:
    """After an error nobody waits for what is being drawn."""

    def fail() -> None:
        with BlockingPool(Pool(Recipe(TOY), 1, LIMITS), drain_seconds=60.0) as pool:
            pool.submit(order("hang_natively"))
            while not pool.facts.busy:
                os.sched_yield()
            raise RuntimeError("the batch is wrong")

    with pytest.raises(RuntimeError, match="batch is wrong"):
        fail()
