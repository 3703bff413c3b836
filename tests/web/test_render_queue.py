"""One render per key, a bounded queue, a deadline; drawn by one thread, which takes the same orders as processes."""

import asyncio
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

import pytest

from imgurl.cache.keys import RenderKey
from imgurl.renderers.orders import Bounds, Drawn, Order
from imgurl.renderers.thread import DrawingThread
from imgurl.web.render_queue import FAILED_SECONDS, ClientGone, FailedLately, Overloaded, RenderQueue, while_there
from tests.cache.contract import key_of
from tests.web.asgi import until

AVA, LEO, MIA = key_of("Ava"), key_of("Leo"), key_of("Mia")


class Gate:
    """Work that waits until it is let through, and counts how often it was begun."""

    def __init__(self, *results: bytes | Exception) -> None:
        self.begun = 0
        self.finished = 0
        self.open = threading.Event()
        self._results = results or (b"image",)

    def __call__(self) -> bytes:
        """Wait, then return or raise the next of the results."""
        self.begun += 1
        assert self.open.wait(20)
        self.finished += 1
        result = self._results[min(self.finished, len(self._results)) - 1]
        if isinstance(result, Exception):
            raise result
        return result


def drop(_: RenderKey, __: bytes, ___: float | None) -> None:
    """Keep nothing."""


class Gates:
    """A studio whose orders are gates."""

    def draw(self, gate: Callable[[], bytes]) -> Drawn:
        """Go through a gate."""
        return gate(), None

    def learn(self, _: object) -> None:
        """Learn nothing."""


class Queue(RenderQueue):
    """A render queue before a thread that goes through gates."""

    def __init__(
        self,
        max_pending: int = 100,
        deadline_seconds: float = 20.0,
        keep: Callable[[RenderKey, bytes, float | None], object] = drop,
        clock: Callable[[], float] = time.monotonic,
        queue_seconds: float = 20.0,
    ) -> None:
        self.thread = DrawingThread(Gates, Bounds(1_000, queue_seconds))
        super().__init__(self.thread, max_pending, deadline_seconds, keep, clock=clock)

    async def ask(self, key: RenderKey, gate: Callable[[], bytes], kind: Hashable = None) -> bytes:
        """Ask for what is behind a gate."""
        return await self.run(key, lambda: Order(key, gate, link=key, kind=kind))

    async def until_idle(self) -> None:
        """Wait until nothing is drawn and nothing waits."""

        async def is_idle() -> bool:
            return not self.thread.facts.busy and not self.thread.facts.waiting

        await until(is_idle)


async def begin(queue: Queue, *works: tuple[RenderKey, Gate]) -> list[asyncio.Task[bytes]]:
    """Ask for several works in this order and let all of them wait."""
    tasks = [asyncio.create_task(queue.ask(key, gate)) for key, gate in works]
    await asyncio.sleep(0.01)
    return tasks


def test_one_work_however_many_ask() -> None:
    """A thousand requests for one key begin one work and get the same bytes."""
    gate = Gate()

    async def main() -> list[bytes]:
        tasks = await begin(Queue(), *[(AVA, gate)] * 1_000)
        gate.open.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [b"image"] * 1_000
    assert gate.begun == 1


def test_each_key_has_its_own_work() -> None:
    """Requests for other keys do not share a picture."""
    gates = {AVA: Gate(b"Ava"), LEO: Gate(b"Leo")}

    async def main() -> list[bytes]:
        for gate in gates.values():
            gate.open.set()
        tasks = await begin(Queue(), (AVA, gates[AVA]), (LEO, gates[LEO]), (AVA, gates[AVA]))
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [b"Ava", b"Leo", b"Ava"]


def test_works_are_done_one_after_the_other() -> None:
    """Drawing holds Python's lock: one work a process at a time."""
    first, second = Gate(), Gate()

    async def main() -> tuple[int, int]:
        tasks = await begin(Queue(), (AVA, first), (LEO, second))
        while_first_works = (first.begun, second.begun)
        first.open.set()
        second.open.set()
        await asyncio.gather(*tasks)
        return while_first_works

    assert asyncio.run(main()) == (1, 0)
    assert second.finished == 1


def test_a_finished_render_is_over() -> None:
    """The queue is not a cache: a request after the end begins a new render."""
    gate = Gate(b"first", b"second")
    gate.open.set()

    async def main() -> list[bytes]:
        queue = Queue()
        return [await queue.ask(AVA, gate), await queue.ask(AVA, gate)]

    assert asyncio.run(main()) == [b"first", b"second"]


def test_a_leader_that_goes_away_leaves_its_work_to_the_others() -> None:
    """The first of fifty is cancelled; the others get the picture, which was drawn once."""
    gate = Gate()

    async def main() -> list[bytes]:
        tasks = await begin(Queue(), *[(AVA, gate)] * 50)
        tasks[0].cancel()
        await asyncio.sleep(0)
        gate.open.set()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        return await asyncio.gather(*tasks[1:])

    assert asyncio.run(main()) == [b"image"] * 49
    assert gate.begun == 1


def test_what_has_not_begun_is_dropped_when_everybody_has_gone() -> None:
    """Three hundred clients ask for as many pictures and leave: none is drawn but the one under way."""
    under_way, waiting = Gate(), Gate()
    waiting.open.set()

    async def main() -> int:
        queue = Queue(max_pending=1_000)
        tasks = await begin(queue, (AVA, under_way), *[(key_of(str(number)), waiting) for number in range(300)])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        left = queue.waiting
        under_way.open.set()
        await queue.until_idle()
        return left

    assert asyncio.run(main()) == 1
    assert (under_way.finished, waiting.begun) == (1, 0)


def test_one_who_waits_is_enough() -> None:
    """A picture that was asked for twice is drawn for the one who stays."""
    under_way, waiting = Gate(), Gate(b"stays")
    waiting.open.set()

    async def main() -> bytes:
        tasks = await begin(Queue(), (AVA, under_way), (LEO, waiting), (LEO, waiting))
        tasks[1].cancel()
        await asyncio.gather(tasks[1], return_exceptions=True)
        under_way.open.set()
        return await tasks[2]

    assert asyncio.run(main()) == b"stays"


def test_who_asks_right_after_a_drop_gets_a_picture() -> None:
    """In the very turn of the loop in which a render is dropped, the next request for its key begins another one."""
    under_way, first, second = Gate(), Gate(b"first"), Gate(b"second")
    first.open.set()
    second.open.set()

    async def main() -> bytes:
        queue = Queue()
        tasks = await begin(queue, (AVA, under_way), (LEO, first))

        async def leave_and_come() -> bytes:
            tasks[1].cancel()
            with pytest.raises(asyncio.CancelledError):
                await tasks[1]
            under_way.open.set()
            return await queue.ask(LEO, second)

        return await leave_and_come()

    assert asyncio.run(main()) == b"second"
    assert first.begun == 0


def test_what_is_late_and_not_begun_is_dropped() -> None:
    """Nobody waits beyond the deadline, so that a burst costs no drawing after it."""
    under_way, late = Gate(), Gate()
    late.open.set()

    async def main() -> int:
        queue = Queue(deadline_seconds=0.05)
        tasks = await begin(queue, (AVA, under_way), (LEO, late))
        await asyncio.gather(*tasks, return_exceptions=True)
        left = queue.waiting
        under_way.open.set()
        await queue.until_idle()
        return left

    assert asyncio.run(main()) == 1
    assert late.begun == 0


class Clock:
    """A monotonic clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_the_queue_is_bounded_in_seconds() -> None:
    """By what pictures of a kind have lasted: a few of them fill a queue of a fifth of a second, not a hundred."""

    def slow() -> bytes:
        time.sleep(0.05)
        return b"slow"

    async def main() -> tuple[int, bytes]:
        queue = Queue(queue_seconds=0.2)
        for name in ("first", "second", "third"):
            await queue.ask(key_of(name), slow, "slow")
        under_way = Gate()
        (blocked,) = await begin(queue, (AVA, under_way))
        tasks = [asyncio.create_task(queue.ask(key_of(str(number)), slow, "slow")) for number in range(20)]
        await asyncio.sleep(0.01)
        taken = queue.waiting - 1
        with pytest.raises(Overloaded, match="are waiting already"):
            await queue.ask(MIA, slow, "slow")
        under_way.open.set()
        results = await asyncio.gather(blocked, *tasks, return_exceptions=True)
        assert sum(isinstance(result, Overloaded) for result in results) == 20 - taken
        return taken, await queue.ask(MIA, slow, "slow")

    taken, later = asyncio.run(main())
    assert (1 <= taken <= 6, later) == (True, b"slow")


def test_a_client_that_leaves() -> None:
    """The work for it ends as if it had been cancelled; one that is done is returned."""

    async def main() -> bytes:
        leaves = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await leaves.wait()
            return {"type": "http.disconnect"}

        async def done() -> bytes:
            return b"image"

        image = await while_there(receive, done())
        waiting = asyncio.create_task(while_there(receive, asyncio.Event().wait()))
        await asyncio.sleep(0)
        leaves.set()
        with pytest.raises(ClientGone):
            await waiting
        return image

    assert asyncio.run(main()) == b"image"


def test_a_cancelled_request_is_not_one_whose_client_has_left() -> None:
    """The server that ends a request says so, also when the client leaves in the same moment."""

    async def main() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        waiting = asyncio.create_task(while_there(receive, asyncio.Event().wait()))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(main())


def test_a_work_that_nobody_waits_for_is_finished() -> None:
    """All fifty are cancelled: what is being drawn is finished, and the render is over."""
    gate = Gate()

    async def main() -> int:
        queue = Queue()
        tasks = await begin(queue, *[(AVA, gate)] * 50)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        gate.open.set()
        await queue.until_idle()
        await asyncio.sleep(0.01)
        return queue.waiting

    assert asyncio.run(main()) == 0
    assert gate.finished == 1


def test_a_failure_reaches_all() -> None:
    """Everybody who waits for a work that fails gets the failure; it is tried again some seconds later."""
    gate = Gate(ValueError("no ink"), b"image")
    clock = Clock()

    async def main() -> tuple[list[str], bytes]:
        queue = Queue(clock=clock)
        tasks = await begin(queue, *[(AVA, gate)] * 20)
        gate.open.set()
        failures = await asyncio.gather(*tasks, return_exceptions=True)
        clock.now += FAILED_SECONDS - 1
        with pytest.raises(FailedLately):
            await queue.ask(AVA, gate)
        clock.now += 1
        return [repr(failure) for failure in failures], await queue.ask(AVA, gate)

    assert asyncio.run(main()) == (["RenderFailed('no ink')"] * 20, b"image")
    assert gate.begun == 2


def test_a_failure_that_nobody_waits_for_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    """A failure after everybody went away is not reported as an exception that was never retrieved."""
    gate = Gate(ValueError("no ink"))

    async def main() -> None:
        queue = Queue()
        (task,) = await begin(queue, (AVA, gate))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        gate.open.set()
        await queue.until_idle()
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert gate.finished == 1
    assert caplog.records == []


def test_a_full_queue_refuses_at_once() -> None:
    """With two waiting at the most the third key is refused unbegun; a key under way still takes followers."""
    first, second, third = Gate(b"first"), Gate(b"second"), Gate(b"third")

    async def main() -> list[bytes]:
        queue = Queue(max_pending=2)
        tasks = await begin(queue, (AVA, first), (LEO, second))
        assert queue.waiting == 2
        with pytest.raises(Overloaded, match="2 pictures are waiting"):
            await queue.ask(MIA, third)
        tasks += await begin(queue, (AVA, first), (LEO, second))
        first.open.set()
        second.open.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [b"first", b"second", b"first", b"second"]
    assert third.begun == 0


def test_a_place_in_the_queue_comes_free_again() -> None:
    """After a landing the next key is taken."""
    gate = Gate()
    gate.open.set()

    async def main() -> list[bytes]:
        queue = Queue(max_pending=1)
        return [await queue.ask(key, gate) for key in (AVA, LEO, MIA)]

    assert asyncio.run(main()) == [b"image"] * 3


def test_after_the_deadline_the_work_goes_on() -> None:
    """A request gives up at its deadline; the picture still lands, for anyone who asks then, and is drawn once."""
    gate = Gate(b"late", b"again")

    async def main() -> bytes:
        queue = Queue(deadline_seconds=0.05)
        with pytest.raises(Overloaded, match=r"not drawn within 0\.05 s"):
            await queue.ask(AVA, gate)
        (second,) = await begin(queue, (AVA, gate))
        gate.open.set()
        return await second

    assert asyncio.run(main()) == b"late"
    assert gate.begun == 1


def test_waiting_in_the_queue_counts_for_the_deadline() -> None:
    """The deadline is one of waiting, not of drawing: a picture that is not begun by then is late too."""
    slow, quick = Gate(), Gate()
    quick.open.set()

    async def main() -> None:
        queue = Queue(deadline_seconds=0.05)
        (first,) = await begin(queue, (AVA, slow))
        with pytest.raises(Overloaded):
            await queue.ask(LEO, quick)
        assert quick.begun == 0
        slow.open.set()
        await asyncio.gather(first, return_exceptions=True)

    asyncio.run(main())


def test_what_lands_is_kept() -> None:
    """Each finished picture is handed on once, also one that came after its deadline; a failure is not."""
    kept: list[tuple[RenderKey, bytes]] = []
    late, good, bad = Gate(b"late"), Gate(b"good"), Gate(ValueError("no ink"))

    async def main() -> None:
        queue = Queue(deadline_seconds=0.05, keep=lambda key, body, _: kept.append((key, body)))
        with pytest.raises(Overloaded):
            await queue.ask(AVA, late)
        for gate in (late, good, bad):
            gate.open.set()
        tasks = await begin(queue, (LEO, good), (LEO, good), (MIA, bad))
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert kept == [(AVA, b"late"), (LEO, b"good")]


def test_a_picture_is_kept_before_its_render_is_over() -> None:
    """There is no moment in which a finished picture is neither under way nor kept."""
    waiting: list[int] = []
    gate = Gate()
    gate.open.set()

    async def main() -> None:
        made: list[Queue] = []
        made.append(Queue(keep=lambda *_: waiting.append(made[0].waiting)))
        await made[0].ask(AVA, gate)

    asyncio.run(main())
    assert waiting == [1]


def test_closing_drops_what_waits() -> None:
    """On the way out what is being drawn is finished, and what waits is not begun: who waits for it is told so."""
    under_way, waiting = Gate(), Gate()
    waiting.open.set()

    async def main() -> list[object]:
        queue = Queue()
        tasks = await begin(queue, (AVA, under_way), (LEO, waiting))
        await queue.thread.close()
        with pytest.raises(Overloaded, match="shut down"):
            await queue.ask(MIA, waiting)
        under_way.open.set()
        return [type(result) for result in await asyncio.gather(*tasks, return_exceptions=True)]

    assert asyncio.run(main()) == [bytes, Overloaded]
    assert (under_way.finished, waiting.begun) == (1, 0)


def test_a_picture_that_is_found_elsewhere_is_not_drawn() -> None:
    """What another machine drew is taken, and kept as one that took no drawing; what it lacks is drawn here."""
    kept: list[tuple[bytes, bool]] = []
    gate = Gate(b"drawn")
    gate.open.set()

    async def find(key: RenderKey) -> bytes | None:
        await asyncio.sleep(0)
        return b"found" if key == AVA else None

    async def main() -> list[bytes]:
        thread = DrawingThread(Gates)
        keep = lambda _, body, seconds: kept.append((body, seconds is None))  # noqa: E731
        queue = RenderQueue(thread, 10, 20.0, keep, find)
        return [await queue.run(key, lambda: Order("one", gate)) for key in (AVA, LEO)]

    assert asyncio.run(main()) == [b"found", b"drawn"]
    assert kept == [(b"found", True), (b"drawn", False)]
