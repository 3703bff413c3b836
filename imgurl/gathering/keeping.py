"""What was fetched, kept for a while: one fetch for each thing however many ask, and those who ask wait a little.

What is out of date is still handed out for a while, and fetched anew meanwhile. What could not be fetched is not tried
again for some seconds, so that neither a source that is down nor one that comes back is met by all at once.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from cachetools import LRUCache, TLRUCache

from imgurl.gathering.counting import CountWait, Wait, uncounted
from imgurl.gathering.needs import Missing

Item = TypeVar("Item")

# A thing that could not be fetched is tried again after so many seconds at the earliest.
AGAIN_SECONDS = (4.0, 6.0)
MAX_FAILED = 4_096

# On their way at once; of those, how many are being fetched.
MAX_FLIGHTS = 1_000
MAX_FETCHING = 32


@dataclass(frozen=True, slots=True)
class Kept(Generic[Item]):
    """A thing, and when it was fetched (Unix seconds). ``most`` is for how many seconds it is good at the most."""

    item: Item
    at: float
    most: float | None = None

    def good_for(self, ttl: float) -> float:
        """Return for how many seconds it is good where others of its kind are for ``ttl``."""
        return ttl if self.most is None else min(ttl, self.most)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a thing is good, for how long it may be used beyond that, and how long one who asks for it waits."""

    ttl: float
    max_stale: float
    wait: float


@dataclass(frozen=True, slots=True)
class _Flight(Generic[Item]):
    task: "asyncio.Task[Kept[Item] | Missing]"
    began: float


#: Fetches a thing; ``newer_than`` is when the one that is kept was fetched, None if none is.
Fetch = Callable[[float | None], Awaitable[Kept[Item] | Missing]]


class Keeper(Generic[Item]):
    """Things by their keys, bounded in bytes, least recently used out first. One event loop is its owner.

    Mutable state: these things, those on their way, and those that could not be fetched lately.
    """

    def __init__(
        self, max_bytes: int, size_of: Callable[[Item], int], clock: Callable[[], float] = time.time,
        count: CountWait = uncounted,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._count = count
        self._kept: LRUCache[Hashable, Kept[Item]] = LRUCache(max_bytes, getsizeof=lambda kept: size_of(kept.item))
        self._failed: TLRUCache[Hashable, Missing] = TLRUCache(
            MAX_FAILED,
            lambda _key, _missing, now: now + random.uniform(*AGAIN_SECONDS),  # noqa: S311 - no secret
            time.monotonic,
        )
        self._flights: dict[Hashable, _Flight[Item]] = {}
        self._fetching = asyncio.Semaphore(MAX_FETCHING)

    async def get(self, key: Hashable, terms: Terms, fetch: Fetch[Item]) -> Kept[Item] | Missing:
        """Return a thing, which may be out of date by ``max_stale`` seconds; fetch it where that is due."""
        kept = self._usable(key, terms)
        if kept is not None:
            self._renew(key, terms, kept, fetch)
            return kept
        if (failed := self._failed.get(key)) is not None:
            return failed
        if (flight := self._flights.get(key)) is not None:
            self._count(Wait.SHARED)
        else:
            flight = self._begin(key, None, fetch)
        if flight is None:
            return Missing("too much is being fetched")
        # From the flight's begin: of two who ask, the second knows as much as the first that it is late.
        await asyncio.wait((flight.task,), timeout=max(0.0, flight.began + terms.wait - time.monotonic()))
        if not flight.task.done():
            self._count(Wait.LATE)
            return Missing(f"it was not there within {terms.wait:.2g} seconds")
        if flight.task.cancelled():
            return Missing("the server is ending")
        outcome = flight.task.result()
        if isinstance(outcome, Kept):
            # From the disk it may come out of date.
            self._renew(key, terms, outcome, fetch)
            if not self._is_usable(outcome, terms):
                return Missing("what is there is too old")
        return outcome

    def start(self, key: Hashable, terms: Terms, fetch: Fetch[Item]) -> None:
        """Begin to fetch a thing that is not there, without waiting for it."""
        if self._usable(key, terms) is None and key not in self._failed and key not in self._flights:
            self._begin(key, None, fetch)

    async def close(self) -> None:
        """Give up what is on its way."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _usable(self, key: Hashable, terms: Terms) -> Kept[Item] | None:
        kept = self._kept.get(key)
        return kept if kept is not None and self._is_usable(kept, terms) else None

    def _is_usable(self, kept: Kept[Item], terms: Terms) -> bool:
        return self._age(kept) <= kept.good_for(terms.ttl) + terms.max_stale

    def _age(self, kept: Kept[Item]) -> float:
        """Return the age of a thing; one from the future, by a clock that was set back, is as old as can be."""
        age = self._clock() - kept.at
        return age if age >= -1.0 else float("inf")

    def _renew(self, key: Hashable, terms: Terms, kept: Kept[Item], fetch: Fetch[Item]) -> None:
        if self._age(kept) > kept.good_for(terms.ttl) and key not in self._failed and key not in self._flights:
            self._begin(key, kept.at, fetch)

    def _begin(self, key: Hashable, newer_than: float | None, fetch: Fetch[Item]) -> _Flight[Item] | None:
        if len(self._flights) >= MAX_FLIGHTS:
            return None

        async def fly() -> Kept[Item] | Missing:
            async with self._fetching:
                return await fetch(newer_than)

        flight = _Flight(asyncio.ensure_future(fly()), time.monotonic())
        self._flights[key] = flight
        flight.task.add_done_callback(lambda task: self._land(key, task))
        return flight

    def _land(self, key: Hashable, task: "asyncio.Task[Kept[Item] | Missing]") -> None:
        del self._flights[key]
        if task.cancelled():
            return
        # Asking for the exception marks it as seen; those who wait for the task get it too.
        outcome = Missing("an error of this server") if task.exception() is not None else task.result()
        if isinstance(outcome, Missing):
            self._failed[key] = outcome
        elif self._kept.getsizeof(outcome) <= self._kept.maxsize:
            self._kept[key] = outcome
