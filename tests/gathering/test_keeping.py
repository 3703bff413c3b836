"""What is kept: one fetch however many ask, for how long it is good, and what happens when it can't be had."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from imgurl.gathering import keeping
from imgurl.gathering.keeping import Fetch, Keeper, Kept, Terms
from imgurl.gathering.needs import Missing

TERMS = Terms(ttl=10.0, max_stale=100.0, wait=0.2)


class Source:
    """Something to fetch: numbers that grow, or failures, with a clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.fetched = 0
        self.is_down = False
        self.opened = asyncio.Event()
        self.opened.set()
        self.keeper: Keeper[int] = Keeper(10_000, lambda _: 100, lambda: self.now)

    async def fetch(self, _: float | None) -> Kept[int] | Missing:
        """Return the next number."""
        self.fetched += 1
        number = self.fetched
        await self.opened.wait()
        return Missing("down") if self.is_down else Kept(number, self.now)

    async def get(self, key: str = "a", terms: Terms = TERMS) -> int | str:
        """Return a number, or why there is none."""
        found = await self.keeper.get(key, terms, self.fetch)
        return found.reason if isinstance(found, Missing) else found.item


def with_source(work: Callable[[Source], Awaitable[Any]]) -> Any:
    """Do some work with a source, and close it."""

    async def run() -> Any:
        source = Source()
        try:
            return await work(source)
        finally:
            await source.keeper.close()

    return asyncio.run(run())


async def settle() -> None:
    """Let what is on its way land."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_thousand_who_ask_are_one_fetch() -> None:
    """At once, and for as long as it is good."""

    async def work(source: Source) -> None:
        assert set(await asyncio.gather(*(source.get() for _ in range(1_000)))) == {1}
        source.now += TERMS.ttl
        assert set(await asyncio.gather(*(source.get() for _ in range(1_000)))) == {1}
        assert source.fetched == 1

    with_source(work)


def test_what_is_out_of_date_is_handed_out_while_it_is_fetched_anew() -> None:
    """Once, however many ask; then the new one is."""

    async def work(source: Source) -> None:
        await source.get()
        source.now += TERMS.ttl + 1
        source.opened.clear()
        assert set(await asyncio.gather(*(source.get() for _ in range(100)))) == {1}
        await settle()
        assert source.fetched == 2
        source.opened.set()
        await settle()
        assert await source.get() == 2

    with_source(work)


def test_what_is_too_old_is_waited_for() -> None:
    """It is not handed out, not even where nothing newer comes."""

    async def work(source: Source) -> None:
        await source.get()
        source.now += TERMS.ttl + TERMS.max_stale + 1
        assert await source.get() == 2
        source.is_down = True
        source.now += TERMS.ttl + TERMS.max_stale + 1
        assert await source.get() == "down"

    with_source(work)


def test_the_last_good_one_is_handed_out_while_the_source_is_down() -> None:
    """And the source is asked now and then, not by everyone."""

    async def work(source: Source) -> None:
        await source.get()
        source.is_down = True
        source.now += TERMS.ttl + 1
        for _ in range(50):
            assert await source.get() == 1
            await settle()
        assert source.fetched == 2

    with_source(work)


def test_those_who_ask_wait_no_longer_than_they_would() -> None:
    """From when it was asked for: the second waits for what is left, those after it not at all."""

    async def work(source: Source) -> list[float]:
        source.opened.clear()
        seconds = []
        loop = asyncio.get_running_loop()
        for _ in range(3):
            began = loop.time()
            assert await source.get() == "it was not there within 0.2 seconds"
            seconds.append(loop.time() - began)
        assert source.fetched == 1
        source.opened.set()
        await settle()
        assert await source.get() == 1
        return seconds

    first, *others = with_source(work)
    assert 0.2 <= first < 0.25
    assert max(others) < 0.05


def test_what_failed_is_not_tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who ask are told why; after a few seconds one is sent again, and all have what it brings."""
    monkeypatch.setattr(keeping, "AGAIN_SECONDS", (0.1, 0.1))

    async def work(source: Source) -> None:
        source.is_down = True
        assert set(await asyncio.gather(*(source.get() for _ in range(1_000)))) == {"down"}
        assert await source.get() == "down"
        assert source.fetched == 1
        source.is_down = False
        await asyncio.sleep(0.12)
        assert set(await asyncio.gather(*(source.get() for _ in range(1_000)))) == {2}
        assert source.fetched == 2

    with_source(work)


def test_one_thing_may_be_good_for_less() -> None:
    """As that there is none."""

    async def work(source: Source) -> None:
        async def fetch(_: float | None) -> Kept[int] | Missing:
            source.fetched += 1
            return Kept(source.fetched, source.now, most=3.0)

        strict = Terms(10.0, 0.0, 0.2)
        first = await source.keeper.get("a", strict, fetch)
        source.now += 2.9
        assert await source.keeper.get("a", strict, fetch) == first
        source.now += 0.2
        assert await source.keeper.get("a", strict, fetch) == Kept(2, source.now, 3.0)

    with_source(work)


def test_a_clock_that_was_set_back_makes_nothing_young() -> None:
    """What seems to be from the future is fetched anew."""

    async def work(source: Source) -> None:
        await source.get()
        source.now -= 3_600
        assert await source.get() == 2

    with_source(work)


def test_memory_is_bounded() -> None:
    """A hundred things fit; the oldest make room."""

    async def work(source: Source) -> None:
        for number in range(150):
            await source.get(f"{number}")
        assert source.fetched == 150
        await source.get("149")
        assert source.fetched == 150
        await source.get("0")
        assert source.fetched == 151

    with_source(work)


def test_no_more_than_some_are_fetched_at_once() -> None:
    """The others wait their turn, and do get it."""

    async def work(source: Source) -> None:
        source.opened.clear()
        asked = [asyncio.ensure_future(source.get(f"{number}", Terms(10, 0, 5))) for number in range(100)]
        await settle()
        assert source.fetched == keeping.MAX_FETCHING
        source.opened.set()
        assert sorted(await asyncio.gather(*asked)) == list(range(1, 101))

    with_source(work)


def test_more_than_can_wait_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on its way is bounded too."""
    monkeypatch.setattr(keeping, "MAX_FLIGHTS", 2)

    async def work(source: Source) -> None:
        source.opened.clear()
        for key in ("a", "b"):
            source.keeper.start(key, TERMS, source.fetch)
        assert await source.get("c") == "too much is being fetched"
        source.opened.set()
        assert await source.get("a") == 1

    with_source(work)


def test_what_is_begun_ahead_is_there_when_it_is_asked_for() -> None:
    """And is fetched once."""

    async def work(source: Source) -> None:
        for _ in range(3):
            source.keeper.start("a", TERMS, source.fetch)
        await settle()
        assert (await source.get(), source.fetched) == (1, 1)
        source.keeper.start("a", TERMS, source.fetch)
        await settle()
        assert source.fetched == 1

    with_source(work)


def test_an_error_of_ours_is_not_repeated_at_once() -> None:
    """Those who wait see it, others are told that there was one."""

    async def broken(_: float | None) -> Kept[int] | Missing:
        raise ZeroDivisionError

    async def work(source: Source) -> None:
        fetch: Fetch[int] = broken
        with pytest.raises(ZeroDivisionError):
            await source.keeper.get("a", TERMS, fetch)
        assert await source.keeper.get("a", TERMS, fetch) == Missing("an error of this server")

    with_source(work)
