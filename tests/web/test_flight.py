"""One render per key, a bounded queue, a deadline."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from imgurl.cache.keys import RenderKey
from imgurl.web.flight import FAILED_SECONDS, ClientGone, FailedLately, Flights, Overloaded, while_there
from tests.cache.contract import key_of

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


def drop(_: RenderKey, __: bytes) -> None:
    """Keep nothing."""


@pytest.fixture
def make() -> Iterator[Callable[..., Flights]]:
    """Makes flights that are closed at the end."""
    made: list[Flights] = []

    def new(
        max_waiting: int = 100,
        deadline_seconds: float = 20.0,
        keep: Callable[[RenderKey, bytes], object] = drop,
        clock: Callable[[], float] = time.monotonic,
    ) -> Flights:
        made.append(Flights(max_waiting, deadline_seconds, keep, clock=clock))
        return made[-1]

    yield new
    for flights in made:
        flights.close()


async def begin(flights: Flights, *works: tuple[object, Gate]) -> list[asyncio.Task[bytes]]:
    """Ask for several works in this order and let all of them wait."""
    tasks = [asyncio.create_task(flights.run(key, gate)) for key, gate in works]  # type: ignore[arg-type]
    await asyncio.sleep(0.01)
    return tasks


def test_one_work_however_many_ask(make: Callable[..., Flights]) -> None:
    """A thousand requests for one key begin one work and get the same bytes."""
    gate = Gate()

    async def main() -> list[bytes]:
        tasks = await begin(make(), *[(AVA, gate)] * 1_000)
        gate.open.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [b"image"] * 1_000
    assert gate.begun == 1


def test_each_key_has_its_own_work(make: Callable[..., Flights]) -> None:
    """Requests for other keys do not share a picture."""
    gates = {AVA: Gate(b"Ava"), LEO: Gate(b"Leo")}

    async def main() -> list[bytes]:
        for gate in gates.values():
            gate.open.set()
        tasks = await begin(make(), (AVA, gates[AVA]), (LEO, gates[LEO]), (AVA, gates[AVA]))
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [b"Ava", b"Leo", b"Ava"]


def test_works_are_done_one_after_the_other(make: Callable[..., Flights]) -> None:
    """Drawing holds Python's lock: one work a process at a time."""
    first, second = Gate(), Gate()

    async def main() -> tuple[int, int]:
        tasks = await begin(make(), (AVA, first), (LEO, second))
        while_first_works = (first.begun, second.begun)
        first.open.set()
        second.open.set()
        await asyncio.gather(*tasks)
        return while_first_works

    assert asyncio.run(main()) == (1, 0)
    assert second.finished == 1


def test_encoding_does_not_hold_up_drawing(make: Callable[..., Flights]) -> None:
    """A work that hands back its encoding leaves the drawing thread to the next one meanwhile."""
    encoding, drawing = Gate(b"slow"), Gate(b"quick")

    async def main() -> tuple[int, bytes, bytes]:
        flights = make()
        slow = asyncio.create_task(flights.run(AVA, lambda: encoding))
        await asyncio.sleep(0.01)
        drawing.open.set()
        quick = await flights.run(LEO, drawing)
        begun = encoding.begun
        encoding.open.set()
        return begun, quick, await slow

    assert asyncio.run(main()) == (1, b"quick", b"slow")


def test_a_landed_flight_is_over(make: Callable[..., Flights]) -> None:
    """Flights are no cache: who asks after the landing begins a new work."""
    gate = Gate(b"first", b"second")
    gate.open.set()

    async def main() -> list[bytes]:
        flights = make()
        return [await flights.run(AVA, gate), await flights.run(AVA, gate)]

    assert asyncio.run(main()) == [b"first", b"second"]


def test_a_leader_that_goes_away_leaves_its_work_to_the_others(make: Callable[..., Flights]) -> None:
    """The first of fifty is cancelled; the others get the picture, which was drawn once."""
    gate = Gate()

    async def main() -> list[bytes]:
        tasks = await begin(make(), *[(AVA, gate)] * 50)
        tasks[0].cancel()
        await asyncio.sleep(0)
        gate.open.set()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        return await asyncio.gather(*tasks[1:])

    assert asyncio.run(main()) == [b"image"] * 49
    assert gate.begun == 1


def test_what_has_not_begun_is_dropped_when_everybody_has_gone(make: Callable[..., Flights]) -> None:
    """Three hundred clients ask for as many pictures and leave: none is drawn but the one under way."""
    under_way, waiting = Gate(), Gate()
    waiting.open.set()

    async def main() -> int:
        flights = make(max_waiting=1_000)
        tasks = await begin(flights, (AVA, under_way), *[(key_of(str(number)), waiting) for number in range(300)])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        left = flights.waiting
        under_way.open.set()
        await flights.aside(lambda: None)
        return left

    assert asyncio.run(main()) == 1
    assert (under_way.finished, waiting.begun) == (1, 0)


def test_one_who_waits_is_enough(make: Callable[..., Flights]) -> None:
    """A picture that was asked for twice is drawn for the one who stays."""
    under_way, waiting = Gate(), Gate(b"stays")
    waiting.open.set()

    async def main() -> bytes:
        tasks = await begin(make(), (AVA, under_way), (LEO, waiting), (LEO, waiting))
        tasks[1].cancel()
        await asyncio.gather(tasks[1], return_exceptions=True)
        under_way.open.set()
        return await tasks[2]

    assert asyncio.run(main()) == b"stays"


def test_who_asks_right_after_a_drop_gets_a_picture(make: Callable[..., Flights]) -> None:
    """In the very turn of the loop in which a flight is dropped, the next request for its key begins another one."""
    under_way, first, second = Gate(), Gate(b"first"), Gate(b"second")
    first.open.set()
    second.open.set()

    async def main() -> bytes:
        flights = make()
        tasks = await begin(flights, (AVA, under_way), (LEO, first))

        async def leave_and_come() -> bytes:
            tasks[1].cancel()
            with pytest.raises(asyncio.CancelledError):
                await tasks[1]
            under_way.open.set()
            return await flights.run(LEO, second)

        return await leave_and_come()

    assert asyncio.run(main()) == b"second"
    assert first.begun == 0


def test_what_is_late_and_not_begun_is_dropped(make: Callable[..., Flights]) -> None:
    """Nobody waits beyond the deadline, so that a burst costs no drawing after it."""
    under_way, late = Gate(), Gate()
    late.open.set()

    async def main() -> int:
        flights = make(deadline_seconds=0.05)
        tasks = await begin(flights, (AVA, under_way), (LEO, late))
        await asyncio.gather(*tasks, return_exceptions=True)
        left = flights.waiting
        under_way.open.set()
        await flights.aside(lambda: None)
        return left

    assert asyncio.run(main()) == 1
    assert late.begun == 0


def test_an_encoding_that_nobody_waits_for_is_dropped(make: Callable[..., Flights]) -> None:
    """Drawn, and waiting to be encoded, which takes ten times as long: it does not begin."""
    encoding, dropped = Gate(), Gate()
    dropped.open.set()

    async def main() -> int:
        flights = make()
        first = asyncio.create_task(flights.run(AVA, lambda: encoding))
        second = asyncio.create_task(flights.run(LEO, lambda: dropped))
        await asyncio.sleep(0)
        await flights.aside(lambda: None)
        await asyncio.sleep(0.01)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        left = flights.waiting
        encoding.open.set()
        await first
        return left

    assert asyncio.run(main()) == 1
    assert dropped.begun == 0


class Clock:
    """A monotonic clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_the_queue_is_bounded_in_seconds(make: Callable[..., Flights]) -> None:
    """By what pictures of a kind have lasted: five of a second each fill a queue of five seconds, not a hundred."""
    clock = Clock()

    def slow() -> bytes:
        clock.now += 1.0
        return b"slow"

    async def main() -> tuple[int, bytes]:
        flights = make(deadline_seconds=5.0, clock=clock)
        for name in ("first", "second", "third"):
            await flights.run(key_of(name), slow, "slow")
        gate, under_way = Gate(), Gate()
        gate.open.set()
        blocked = asyncio.create_task(flights.run(AVA, under_way, "other"))
        await asyncio.sleep(0.01)
        tasks = [asyncio.create_task(flights.run(key_of(str(number)), gate, "slow")) for number in range(20)]
        await asyncio.sleep(0.01)
        with pytest.raises(Overloaded, match=r"pictures of about 5\.0 s are waiting"):
            await flights.run(MIA, gate, "slow")
        taken = flights.waiting - 1
        under_way.open.set()
        results = await asyncio.gather(blocked, *tasks, return_exceptions=True)
        assert sum(isinstance(result, Overloaded) for result in results) == 20 - taken
        return taken, await flights.run(MIA, gate, "slow")

    assert asyncio.run(main()) == (5, b"image")


def test_encoding_fills_no_queue_but_its_own(make: Callable[..., Flights]) -> None:
    """While too much waits to be encoded, pictures that are only drawn are taken, and those of that format are not."""
    clock, encoding = Clock(), Gate()

    def encoded() -> bytes:
        clock.now += 10.0
        return b"slow"

    async def main() -> bytes:
        flights = make(max_waiting=2, deadline_seconds=15.0, clock=clock)
        for name in ("first", "second"):
            await flights.run(key_of(name), lambda: encoded, "avif")
        tasks = [asyncio.create_task(flights.run(key_of(str(number)), lambda: encoding, "avif")) for number in range(3)]
        await asyncio.sleep(0.01)
        with pytest.raises(Overloaded, match="are waiting already"):
            await flights.run(MIA, lambda: encoding, "avif")
        quick = await flights.run(AVA, lambda: b"quick", "png")
        encoding.open.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        return quick

    assert asyncio.run(main()) == b"quick"


def test_a_client_that_leaves(make: Callable[..., Flights]) -> None:
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


def test_a_work_that_nobody_waits_for_is_finished(make: Callable[..., Flights]) -> None:
    """All fifty are cancelled: what is being drawn is finished, and the flight is over."""
    gate = Gate()

    async def main() -> int:
        flights = make()
        tasks = await begin(flights, *[(AVA, gate)] * 50)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        gate.open.set()
        await flights.aside(lambda: None)
        await asyncio.sleep(0.01)
        return flights.waiting

    assert asyncio.run(main()) == 0
    assert gate.finished == 1


def test_a_failure_reaches_all(make: Callable[..., Flights]) -> None:
    """Everybody who waits for a work that fails gets the failure; it is tried again some seconds later."""
    gate = Gate(ValueError("no ink"), b"image")
    clock = Clock()

    async def main() -> tuple[list[str], bytes]:
        flights = make(clock=clock)
        tasks = await begin(flights, *[(AVA, gate)] * 20)
        gate.open.set()
        failures = await asyncio.gather(*tasks, return_exceptions=True)
        clock.now += FAILED_SECONDS - 1
        with pytest.raises(FailedLately):
            await flights.run(AVA, gate)
        clock.now += 1
        return [repr(failure) for failure in failures], await flights.run(AVA, gate)

    assert asyncio.run(main()) == (["ValueError('no ink')"] * 20, b"image")
    assert gate.begun == 2


def test_a_failure_that_nobody_waits_for_is_silent(
    make: Callable[..., Flights], caplog: pytest.LogCaptureFixture
) -> None:
    """A failure after everybody went away is not reported as an exception that was never retrieved."""
    gate = Gate(ValueError("no ink"))

    async def main() -> None:
        flights = make()
        (task,) = await begin(flights, (AVA, gate))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        gate.open.set()
        await flights.aside(lambda: None)
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert gate.finished == 1
    assert caplog.records == []


def test_a_full_queue_refuses_at_once(make: Callable[..., Flights]) -> None:
    """With two waiting at the most the third key is refused unbegun; a key under way still takes followers."""
    first, second, third = Gate(b"first"), Gate(b"second"), Gate(b"third")

    async def main() -> list[bytes]:
        flights = make(max_waiting=2)
        tasks = await begin(flights, (AVA, first), (LEO, second))
        assert flights.waiting == 2
        with pytest.raises(Overloaded, match="2 pictures are waiting"):
            await flights.run(MIA, third)
        tasks += await begin(flights, (AVA, first), (LEO, second))
        first.open.set()
        second.open.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [b"first", b"second", b"first", b"second"]
    assert third.begun == 0


def test_a_place_in_the_queue_comes_free_again(make: Callable[..., Flights]) -> None:
    """After a landing the next key is taken."""
    gate = Gate()
    gate.open.set()

    async def main() -> list[bytes]:
        flights = make(max_waiting=1)
        return [await flights.run(key, gate) for key in (AVA, LEO, MIA)]

    assert asyncio.run(main()) == [b"image"] * 3


def test_after_the_deadline_the_work_goes_on(make: Callable[..., Flights]) -> None:
    """A request gives up at its deadline; the picture still lands, for whoever asks then, and is drawn once."""
    gate = Gate(b"late", b"again")

    async def main() -> bytes:
        flights = make(deadline_seconds=0.05)
        with pytest.raises(Overloaded, match=r"not drawn within 0\.05 s"):
            await flights.run(AVA, gate)
        (second,) = await begin(flights, (AVA, gate))
        gate.open.set()
        return await second

    assert asyncio.run(main()) == b"late"
    assert gate.begun == 1


def test_waiting_in_the_queue_counts_for_the_deadline(make: Callable[..., Flights]) -> None:
    """The deadline is one of waiting, not of drawing: a picture that is not begun by then is late too."""
    slow, quick = Gate(), Gate()
    quick.open.set()

    async def main() -> None:
        flights = make(deadline_seconds=0.05)
        (first,) = await begin(flights, (AVA, slow))
        with pytest.raises(Overloaded):
            await flights.run(LEO, quick)
        assert quick.begun == 0
        slow.open.set()
        await asyncio.gather(first, return_exceptions=True)

    asyncio.run(main())


def test_what_lands_is_kept(make: Callable[..., Flights]) -> None:
    """Each finished picture is handed on once, also one that came after its deadline; a failure is not."""
    kept: list[tuple[RenderKey, bytes]] = []
    late, good, bad = Gate(b"late"), Gate(b"good"), Gate(ValueError("no ink"))

    async def main() -> None:
        flights = make(deadline_seconds=0.05, keep=lambda key, body: kept.append((key, body)))
        with pytest.raises(Overloaded):
            await flights.run(AVA, late)
        for gate in (late, good, bad):
            gate.open.set()
        tasks = await begin(flights, (LEO, good), (LEO, good), (MIA, bad))
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert kept == [(AVA, b"late"), (LEO, b"good")]


def test_what_lands_is_kept_before_the_flight_is_over(make: Callable[..., Flights]) -> None:
    """There is no moment in which a finished picture is neither under way nor kept."""
    waiting: list[int] = []
    gate = Gate()
    gate.open.set()

    async def main() -> None:
        made: list[Flights] = []
        made.append(make(keep=lambda _, __: waiting.append(made[0].waiting)))
        await made[0].run(AVA, gate)

    asyncio.run(main())
    assert waiting == [1]


def test_work_aside_takes_its_turn_and_no_place(make: Callable[..., Flights]) -> None:
    """Work aside runs on the drawing thread after what is there already, and does not count as waiting."""
    gate = Gate()
    order: list[str] = []

    async def main() -> int:
        flights = make()
        (task,) = await begin(flights, (AVA, gate))
        aside = asyncio.create_task(flights.aside(lambda: order.append(f"aside after {gate.finished}")))
        await asyncio.sleep(0.01)
        waiting = flights.waiting
        gate.open.set()
        await asyncio.gather(task, aside)
        return waiting

    assert asyncio.run(main()) == 1
    assert order == ["aside after 1"]


def test_closing_drops_what_waits(make: Callable[..., Flights]) -> None:
    """On the way out what is being drawn is finished, and what waits is not begun."""
    under_way, waiting = Gate(), Gate()
    waiting.open.set()

    async def main() -> list[object]:
        flights = make()
        tasks = await begin(flights, (AVA, under_way), (LEO, waiting))
        flights.close()
        under_way.open.set()
        return [type(result) for result in await asyncio.gather(*tasks, return_exceptions=True)]

    assert asyncio.run(main()) == [bytes, asyncio.CancelledError]
    assert (under_way.finished, waiting.begun) == (1, 0)
