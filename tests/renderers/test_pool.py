"""Orders in, files out: what a pool does while nobody dies."""

import asyncio
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from imgurl.errors import RenderFailed, UnknownDesign
from imgurl.renderers.failures import PoolClosed, QueueFull, StudioFailed
from imgurl.renderers.orders import Bounds, Limits, Order, Recipe, Urgency
from imgurl.renderers.pool import Pool
from imgurl.renderers.tickets import Ticket
from tests.renderers.pools import LIMITS, TOY, is_running, order, pool_of, processes, runs, until

TOY_MODULE = TOY.partition(":")[0]


@runs
async def test_files_come_back_whole() -> None:
    """From nothing to 8 MB, each order gets its own bytes; orders may be as long."""
    async with pool_of() as pool:
        for size in (0, 1, 8, 9, 1_000, 110_000, 262_144, 262_145, 850_000, 8_000_000):
            body = os.urandom(size)
            assert await pool.draw(order("echo", body)) == body


@runs
async def test_each_gets_its_own() -> None:
    """A thousand orders at once on two renderers: none gets the file of another."""
    async with pool_of() as pool:
        bodies = [f"{number}".encode() * (number % 50) for number in range(1_000)]
        assert await asyncio.gather(*(pool.draw(order("echo", body)) for body in bodies[:500])) == bodies[:500]
        assert await asyncio.gather(*(pool.draw(order("echo", body)) for body in bodies[500:])) == bodies[500:]
        assert (pool.facts.drawn, pool.facts.waiting, pool.facts.busy) == (1_000, 0, 0)


@runs
async def test_renderers_work_at_the_same_time() -> None:
    """Two orders meet in the middle of their work, so neither waits for the other."""
    async with pool_of() as pool:
        before = asyncio.get_running_loop().time()
        await asyncio.gather(*(pool.draw(order("sleep", 0.3, b"%d" % number)) for number in range(2)))
        assert asyncio.get_running_loop().time() - before < 0.55


@runs
async def test_a_picture_that_fails_says_why() -> None:
    """The error's text comes back as RenderFailed; the renderer draws the next picture."""
    async with pool_of(1) as pool:
        pid = await pool.draw(order("pid"))
        with pytest.raises(RenderFailed, match="no such colour"):
            await pool.draw(order("raises", "no such colour"))
        with pytest.raises(RenderFailed, match="has no attribute 'nonsense'"):
            await pool.draw(order("nonsense"))
        assert await pool.draw(order("pid")) == pid
        assert (pool.facts.failed, pool.facts.died) == (2, 0)


@runs
async def test_what_a_renderer_lacks_is_sent_once() -> None:
    """An order that names an unknown design is sent again with the design, which the renderer keeps."""
    async with pool_of(1) as pool:
        design = order("design", "hero", supply=lambda: ("hero", b"edited" * 1_000_000))
        assert await pool.draw(design) == b"edited" * 1_000_000
        assert await pool.draw(design) == b"edited" * 1_000_000
        assert pool.facts.supplied == 1


@runs
async def test_a_supply_that_fails_fails_its_own_order() -> None:
    """What the owner's function raises is raised to who ordered; the renderer goes on."""

    def gone() -> object:
        raise UnknownDesign("hero", ())

    async with pool_of(1) as pool:
        with pytest.raises(UnknownDesign):
            await pool.draw(order("design", "hero", supply=gone))
        with pytest.raises(AttributeError, match=r"pickle|local object"):
            await pool.draw(order("echo", lambda: None))
        assert await pool.draw(order("echo", b"next")) == b"next"


@pytest.mark.parametrize("supply", [None, lambda: ("another", b"")])
def test_what_nobody_can_send_is_lacking(supply: Callable[[], object] | None) -> None:
    """Without a supply, or with one that does not help, the picture fails and the renderer goes on."""

    async def scenario() -> None:
        async with pool_of(1) as pool:
            with pytest.raises(RenderFailed, match="lack what it is drawn with"):
                await pool.draw(order("design", "hero", supply=supply))
            assert await pool.draw(order("echo", b"next")) == b"next"

    asyncio.run(scenario())


def test_a_renderer_answers_first_and_writes_then(tmp_path: Path) -> None:
    """What may wait is done after the answer, before the next order, and also where the pool closes meanwhile."""

    async def scenario() -> None:
        first, second = tmp_path / "first", tmp_path / "second"
        async with pool_of(1) as pool:
            assert await pool.draw(order("afterwards", str(first), 0.2)) == b"answered"
            assert not first.exists()
            assert await pool.draw(order("echo", b"next")) == b"next"
            assert first.read_text() == "written"
            assert await pool.draw(order("afterwards", str(second), 0.2)) == b"answered"
        assert second.read_text() == "written"

    asyncio.run(scenario())


def test_a_renderer_gets_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither it nor the process it is forked from has a key or a password in its environment."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", "k1:sign:secret")

    async def scenario() -> None:
        async with pool_of(1) as pool:
            seen = await pool.draw(order("environment"))
            assert b"PATH" in seen
            assert b"IMGURL_" not in seen

    asyncio.run(scenario())


@runs
async def test_a_write_that_fails_costs_nothing() -> None:
    """The picture was sent: the renderer goes on after what it could not do afterwards."""
    async with pool_of(1) as pool:
        pid = await pool.draw(order("pid"))
        assert await pool.draw(order("fail_afterwards")) == b"answered"
        assert await pool.draw(order("pid")) == pid


@runs
async def test_an_order_that_waits_can_be_withdrawn() -> None:
    """It is never drawn; one that has begun is finished, and its renderer is free for others then."""
    async with pool_of(1) as pool:
        begun = pool.submit(order("sleep", 0.1, b"begun"))
        waiting = pool.submit(order("echo", b"waiting"))
        assert pool.withdraw(waiting)
        assert waiting.future.cancelled()
        assert not pool.withdraw(begun)
        assert await begun.future == b"begun"
        assert (pool.facts.drawn, pool.facts.waiting) == (1, 0)


@runs
async def test_a_caller_that_goes_takes_its_order_along() -> None:
    """Cancelling who draws withdraws what waits; what has begun goes on without anybody, and harms nobody."""
    async with pool_of(1) as pool:
        tasks = [asyncio.create_task(pool.draw(order("sleep", 0.1))) for _ in range(2)]
        await until(lambda: pool.facts.busy == 1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert pool.facts.waiting == 0
        assert await pool.draw(order("echo", b"next")) == b"next"
        assert pool.facts.drawn == 2


@runs
async def test_links_share_the_renderers() -> None:
    """Beside a link with 200 orders waiting, another one's order is drawn after one or two of them."""
    async with pool_of(1) as pool:
        noisy = [pool.submit(order("sleep", 0.005, link="noisy")) for _ in range(200)]
        assert await pool.draw(order("echo", b"quiet", link="quiet")) == b"quiet"
        assert sum(ticket.future.done() for ticket in noisy) <= 3
        for ticket in noisy:
            pool.withdraw(ticket)


@runs
async def test_batches_yield_to_mail() -> None:
    """What a batch draws ahead waits for what a reader opens, of whatever link."""
    async with pool_of(1) as pool:
        batch = [pool.submit(order("sleep", 0.005, link="a", urgency=Urgency.AHEAD)) for _ in range(10)]
        mail = [pool.submit(order("sleep", 0.005, link="a")) for _ in range(10)]
        await asyncio.gather(*(ticket.future for ticket in mail))
        assert sum(ticket.future.done() for ticket in batch) <= 3
        await asyncio.gather(*(ticket.future for ticket in batch))


@runs
async def test_too_much_of_a_link_is_refused() -> None:
    """By count; other links still get in."""
    async with pool_of(1, bounds=Bounds(orders=10)) as pool:
        tickets = [pool.submit(order("sleep", 0.01, link="noisy")) for _ in range(11)]
        with pytest.raises(QueueFull, match="too many pictures of noisy"):
            pool.submit(order("echo", b"", link="noisy"))
        assert await pool.draw(order("echo", b"quiet", link="quiet")) == b"quiet"
        await asyncio.gather(*(ticket.future for ticket in tickets))
        assert pool.facts.refused_full == 1


@runs
async def test_what_waits_is_bounded_by_its_seconds() -> None:
    """Once it is known how long orders of a kind take, no more are taken than can be begun in time."""
    async with pool_of(1, bounds=Bounds(seconds=0.25)) as pool:
        for _ in range(2):
            await pool.draw(order("sleep", 0.05, kind="slow"))
        taken: list[Ticket] = []

        def take_all() -> None:
            while True:
                taken.append(pool.submit(order("sleep", 0.05, kind="slow")))

        with pytest.raises(QueueFull):
            take_all()
        # One is being drawn; what waits has to fit.
        assert 3 <= len(taken) <= 6
        await asyncio.gather(*(ticket.future for ticket in taken))


@runs
async def test_other_designs_need_no_pause() -> None:
    """While orders come, all renderers are replaced by those of another recipe; each order is answered."""
    async with pool_of(recipe=Recipe(TOY, "old")) as pool:
        before = processes(pool.facts)
        answers: list[bytes] = []

        async def ask() -> None:
            while answers.count(b"new") < 20:
                answers.append(await pool.draw(order("setting")))

        asking = [asyncio.create_task(ask()) for _ in range(4)]
        slow = asyncio.create_task(pool.draw(order("sleep", 0.5, b"slow")))
        await pool.renew(Recipe(TOY, "new"))
        await asyncio.gather(*asking)
        assert await slow == b"slow"
        assert answers == sorted(answers, reverse=True)
        assert {await pool.draw(order("setting")) for _ in range(4)} == {b"new"}
        await until(lambda: not any(map(is_running, before)))
        assert pool.facts.died == 0


@runs
async def test_designs_that_can_not_be_opened_change_nothing() -> None:
    """A recipe that fails says why, and the renderers that are there go on."""
    async with pool_of(recipe=Recipe(TOY, "old")) as pool:
        before = processes(pool.facts)
        with pytest.raises(StudioFailed, match="RuntimeError: no designs in here"):
            await pool.renew(Recipe(f"{TOY_MODULE}:open_broken", "here"))
        assert await pool.draw(order("setting")) == b"old"
        assert sorted(processes(pool.facts)) == sorted(before)


@pytest.mark.parametrize(
    ("opener", "reason"),
    [
        (f"{TOY_MODULE}:open_broken", "no designs in None"),
        (f"{TOY_MODULE}:open_dying", "exited with status 7"),
        ("tests.renderers.nowhere:open_toy", "ModuleNotFoundError"),
        (f"{TOY_MODULE}:nothing", "AttributeError"),
    ],
)
def test_a_pool_that_can_not_draw_does_not_start(opener: str, reason: str) -> None:
    """An import that fails, an opener that raises or dies: start says it, and leaves no process."""

    async def scenario() -> None:
        pool = Pool(Recipe(opener), 2, LIMITS)
        with pytest.raises(StudioFailed, match=reason):
            await pool.start()
        await pool.close()

    asyncio.run(scenario())


@runs
async def test_a_closed_pool_takes_no_orders() -> None:
    """What waits is dropped when the pool closes; what is being drawn may be finished; nothing is taken any more."""
    async with pool_of(1) as pool:
        begun, waiting = pool.submit(order("sleep", 0.2, b"begun")), pool.submit(order("echo", b"waiting"))
        await pool.close(drain_seconds=5.0)
        assert await begun.future == b"begun"
        with pytest.raises(PoolClosed):
            await waiting.future
        with pytest.raises(PoolClosed):
            pool.submit(order("echo", b"late"))


@runs
async def test_a_pool_does_not_wait_for_what_lasts_too_long() -> None:
    """What is not finished within the time to drain is killed, and whoever waits for it is told."""
    async with pool_of(1) as pool:
        begun = pool.submit(order("hang_natively"))
        await pool.close(drain_seconds=0.1)
        with pytest.raises(RenderFailed):
            await begun.future


@runs
async def test_renderers_share_one_parent_and_are_nice() -> None:
    """Both are forked from the zygote, and yield the processor to whoever serves."""
    async with pool_of(limits=Limits(niceness=10)) as pool:
        parents = await asyncio.gather(*(pool.draw(order("parent")) for _ in range(8)))
        assert set(parents) == {str(pool.facts.zygote).encode()}
        assert await pool.draw(order("nice")) == str(os.nice(0) + 10).encode()


def test_orders_are_small() -> None:
    """What goes to a renderer is the work alone: neither who asks nor how to get what is lacking must be pickled."""
    lacking = Order("key", ("echo", b"x"), link=object(), supply=lambda: None)
    assert len(pickle.dumps((lacking.work, None))) < 100
