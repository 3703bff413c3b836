"""What a pool does when processes crash, hang, eat memory or are killed."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import psutil
import pytest

from imgurl.errors import RenderFailed
from imgurl.renderers.failures import Death, Poisoned, RendererDied, RendererKilled
from imgurl.renderers.orders import PATIENCE, Limits, Recipe
from imgurl.renderers.pool import POISONED_SECONDS
from tests.renderers.pools import LIMITS, TOY, is_running, order, pool_of, processes, runs, until

TOY_MODULE = TOY.partition(":")[0]

ORDERS = 500
KILLS = 25


def kill_at_once(pids: Collection[int]) -> None:
    """Kill processes and wait until they are gone: the event loop can't notice meanwhile."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    while any(map(is_running, pids)):
        os.sched_yield()


@runs
async def test_kills_under_load_cost_at_most_a_picture_each() -> None:
    """Renderers are killed at random while five hundred orders are drawn: all others get exactly their own file."""
    async with pool_of() as pool:
        chance = random.Random(11)
        numbers = iter(range(ORDERS))
        lost: list[int | None] = []

        async def ask() -> None:
            for number in numbers:
                body = b"%d," % number * chance.randrange(20_000)
                try:
                    assert await pool.draw(order("sleep", 0.004, body, key=number)) == body
                except RendererDied as error:
                    lost.append(error.death.status)

        async def kill() -> None:
            for killed in range(KILLS):
                await until(lambda: len(pool.facts.renderers) > 0)
                os.kill(chance.choice(pool.facts.renderers), signal.SIGKILL)
                await until(lambda: pool.facts.died > killed)  # noqa: B023 - it is awaited here
                await asyncio.sleep(0.01)

        await asyncio.gather(kill(), *(ask() for _ in range(6)))
        assert len(lost) <= KILLS
        assert {*lost} == {-signal.SIGKILL}
        assert (pool.facts.drawn, pool.facts.died, pool.facts.killed) == (ORDERS - len(lost), KILLS, 0)
        await until(lambda: len(pool.facts.renderers) == 2)


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (("crash",), "was ended by SIGSEGV"),
        (("signal", int(signal.SIGKILL)), "was ended by SIGKILL"),
        (("exit", 3), "exited with status 3"),
        (("eat", 2_000), "exited with status 1"),
    ],
)
def test_a_renderer_that_dies_takes_its_picture_along_and_no_other(work: tuple[Any, ...], words: str) -> None:
    """A native crash, an exit, too much memory: who waits is told how, and the others have their files."""

    async def scenario() -> None:
        reported: list[Death] = []
        async with pool_of(report=reported.append) as pool:
            others = [pool.submit(order("sleep", 0.01, b"%d" % number)) for number in range(10)]
            with pytest.raises(RendererDied, match=words) as raised:
                await pool.draw(order(*work))
            assert await asyncio.gather(*(other.future for other in others)) == [b"%d" % n for n in range(10)]
            assert reported == [raised.value.death]
            assert (pool.facts.died, pool.facts.failed) == (1, 0)
            await until(lambda: len(pool.facts.renderers) == 2)

    asyncio.run(scenario())


@pytest.mark.parametrize("verb", ["hang_natively", "spin"])
def test_what_hangs_is_killed_and_replaced(verb: str) -> None:
    """An order that lasts longer than it may costs its renderer, also where no Python runs any more."""

    async def scenario() -> None:
        async with pool_of(limits=Limits(order_seconds=0.3, memory_mb=0, niceness=0)) as pool:
            before = asyncio.get_running_loop().time()
            with pytest.raises(RendererKilled, match=r"was killed after [01]\.\d s"):
                await pool.draw(order(verb))
            # What it waits for a processor of a busy machine does not count.
            assert 0.3 <= asyncio.get_running_loop().time() - before < 0.3 * PATIENCE + 0.5
            await until(lambda: len(pool.facts.renderers) == 2)
            assert (pool.facts.killed, pool.facts.died) == (1, 1)
            assert await pool.draw(order("echo", b"next")) == b"next"

    asyncio.run(scenario())


@runs
async def test_a_stopped_renderer_is_killed_too() -> None:
    """One that stands still, as a debugger leaves it, is overdue like any other."""
    async with pool_of(1, limits=Limits(order_seconds=0.3, niceness=0)) as pool:
        os.kill(pool.facts.renderers[0], signal.SIGSTOP)
        with pytest.raises(RendererKilled):
            await pool.draw(order("echo", b"never"))
        assert await pool.draw(order("echo", b"next")) == b"next"


@pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="this system does not say how long processes wait"
)
@runs
async def test_a_renderer_that_waits_for_a_processor_has_more_time() -> None:
    """What others take from it does not count: a picture is drawn that lasts too long only because they are busy."""
    processor = min(os.sched_getaffinity(0))
    async with pool_of(1, limits=Limits(order_seconds=0.3, niceness=0)) as pool:
        os.sched_setaffinity(pool.facts.renderers[0], {processor})
        busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])  # noqa: ASYNC220
        try:
            os.sched_setaffinity(busy.pid, {processor})
            began = time.monotonic()
            assert await pool.draw(order("work", 0.2)) == b"done"
            assert time.monotonic() - began > 0.3
        finally:
            busy.kill()
            busy.wait()
        assert pool.facts.killed == 0


@runs
async def test_a_picture_that_killed_two_renderers_is_poisoned() -> None:
    """It is refused for ten minutes; others are drawn; then it is tried again."""
    now = 1_000.0
    async with pool_of(clock=lambda: now) as pool:
        for _ in range(2):
            with pytest.raises(RendererDied):
                await pool.draw(order("exit", 1, key="poison"))
        with pytest.raises(Poisoned, match="poison"):
            await pool.draw(order("exit", 1, key="poison"))
        assert await pool.draw(order("echo", b"other")) == b"other"
        assert (pool.facts.died, pool.facts.poisoned, pool.facts.refused_poisoned) == (2, 1, 1)
        now += POISONED_SECONDS - 1
        with pytest.raises(Poisoned):
            await pool.draw(order("exit", 1, key="poison"))
        now += 2
        assert await pool.draw(order("echo", b"mended", key="poison")) == b"mended"


@runs
async def test_a_zygote_that_dies_is_replaced_and_renderers_go_on() -> None:
    """Living renderers draw on; those that end meanwhile are replaced when the new zygote is there."""
    async with pool_of() as pool:
        old, renderers = pool.facts.zygote, pool.facts.renderers
        assert old
        under_way = pool.submit(order("sleep", 0.2, b"under way"))
        os.kill(old, signal.SIGKILL)
        await until(lambda: not is_running(old))
        assert await pool.draw(order("pid")) in {str(pid).encode() for pid in renderers}
        assert await under_way.future == b"under way"
        await until(lambda: pool.facts.zygote != old)
        await until(lambda: not any(map(is_running, renderers)))
        assert await pool.draw(order("parent")) == str(pool.facts.zygote).encode()
        await until(lambda: len(pool.facts.renderers) == 2)
        assert pool.facts.zygotes_died == 1


@runs
async def test_renderers_and_zygote_may_die_together() -> None:
    """After all processes are killed at once, the next order is drawn as soon as there are new ones."""
    async with pool_of() as pool:
        kill_at_once(processes(pool.facts))
        assert await pool.draw(order("echo", b"again")) == b"again"


@runs
async def test_who_died_idle_takes_no_picture_along() -> None:
    """An order for a renderer that ended unnoticed is given to another one."""
    async with pool_of() as pool:
        for _ in range(10):
            await until(lambda: len(pool.facts.renderers) == 2)
            kill_at_once(pool.facts.renderers[:1])
            bodies = await asyncio.gather(*(pool.draw(order("echo", b"%d" % number)) for number in range(4)))
            assert bodies == [b"0", b"1", b"2", b"3"]
        assert pool.facts.died == 10


@runs
async def test_a_zygote_that_hangs_is_replaced() -> None:
    """One that forks nothing within the time to start is killed."""
    async with pool_of(1, limits=Limits(start_seconds=0.3, niceness=0)) as pool:
        old = pool.facts.zygote
        assert old
        # It closes its copy of the connection after the renderer has greeted.
        await until(lambda: psutil.Process(old).status() == psutil.STATUS_SLEEPING)
        os.kill(old, signal.SIGSTOP)
        kill_at_once(pool.facts.renderers)
        assert await pool.draw(order("parent")) != str(old).encode()
        assert pool.facts.zygotes_died == 1


@runs
async def test_who_was_killed_and_does_not_go_is_left_alone() -> None:
    """Where somebody holds a copy of the connection, the caller is told and another renderer started all the same."""
    async with pool_of(1, limits=Limits(order_seconds=0.2, niceness=0)) as pool:
        before = time.monotonic()
        with pytest.raises(RendererKilled):
            await pool.draw(order("leave_a_copy"))
        assert time.monotonic() - before < 4.0
        assert await pool.draw(order("echo", b"next")) == b"next"


@runs
async def test_renderers_that_are_born_dead_make_no_storm() -> None:
    """Where none lives to answer, they are tried again some times at once, and then ever more rarely."""
    async with pool_of(2, recipe=Recipe(f"{TOY_MODULE}:open_stillborn")) as pool:
        await until(lambda: pool.facts.died >= 8)
        await asyncio.sleep(1.0)
        assert 8 <= pool.facts.died <= 20


@runs
async def test_signals_for_the_group_end_no_renderer() -> None:
    """Ctrl-C and a service manager's SIGTERM reach all processes: those of a pool end when the pool does."""
    async with pool_of() as pool:
        before = processes(pool.facts)
        for pid in before:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(pid, number)
        assert await pool.draw(order("echo", b"still here")) == b"still here"
        assert sorted(processes(pool.facts)) == sorted(before)


@runs
async def test_memory_limits_are_those_of_one_renderer() -> None:
    """What fits is drawn, beyond it a renderer dies; without a limit it is drawn too."""
    async with pool_of(1, limits=Limits(memory_mb=150, niceness=0)) as pool:
        await pool.draw(order("eat", 100))
        with pytest.raises(RendererDied):
            await pool.draw(order("eat", 200))
    async with pool_of(1, limits=Limits(memory_mb=0, niceness=0)) as pool:
        await pool.draw(order("eat", 200))


SERVER = """
import asyncio, sys
from imgurl.renderers.orders import Limits, Order, Recipe
from imgurl.renderers.pool import Pool

async def main():
    pool = Pool(Recipe("tests.renderers.toy:open_toy"), 2, Limits(order_seconds=0.3, niceness=0))
    await pool.start()
    await pool.draw(Order("k", ("echo", b"")))
    tickets = [pool.submit(Order("k", (verb,))) for verb in sys.argv[1:]]
    print(pool.facts.zygote, *pool.facts.renderers, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("verbs", [[], ["hang_natively", "spin"]])
def test_no_process_outlives_the_one_that_serves(verbs: list[str]) -> None:
    """After kill -9 of the server its renderers end: those that are idle at once, those that hang by the kernel."""
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", SERVER, *verbs], cwd=root, stdout=subprocess.PIPE) as server:
        assert server.stdout
        pids = [int(word) for word in server.stdout.readline().split()]
        assert len(pids) >= 2
        assert all(map(is_running, pids))
        server.kill()
        server.wait()
        give_up = time.monotonic() + (5.0 if verbs else 2.0)
        while any(map(is_running, pids)) and time.monotonic() < give_up:
            time.sleep(0.01)
        assert not [pid for pid in pids if is_running(pid)]


@runs
async def test_a_dead_renderer_is_replaced_within_a_tenth_of_a_second() -> None:
    """From the kill to the first answer of the new one; the best of five, for the machine may be busy."""
    async with pool_of(1) as pool:
        took = []
        for number in range(5):
            began = time.perf_counter()
            os.kill(pool.facts.renderers[0], signal.SIGKILL)
            try:
                await pool.draw(order("echo", b"", key=number))
            except RenderFailed:
                await pool.draw(order("echo", b"", key=number))
            took.append(time.perf_counter() - began)
        assert min(took) < 0.1


def test_deaths_are_told_in_words() -> None:
    """By signal, by status, or that nobody knows."""
    assert str(Death("renderer", 7, -11)) == "renderer 7 was ended by SIGSEGV"
    assert str(Death("renderer", 7, -64)) in {"renderer 7 was ended by SIGRTMAX", "renderer 7 was ended by signal 64"}
    assert str(Death("zygote", 7, 1)) == "zygote 7 exited with status 1"
    assert str(Death("renderer", None, None)) == "renderer (not started yet) ended in an unknown way"
    assert str(Death("renderer", 7, -9, 5.02, is_overdue=True)) == "renderer 7 was killed after 5.0 s"
    assert LIMITS.order_seconds == 10.0
