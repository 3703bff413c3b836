"""A gatherer for those who have no event loop: commands, and the workers of batches."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from imgurl.gathering.gatherer import Gatherer
from imgurl.gathering.needs import Gathering, Need, Show, Shown

Thing = TypeVar("Thing", bound=Shown)

CLOSE_SECONDS = 2.0


class GatheringThread(Gathering):
    """A thread with an event loop that gathers. ``open_gatherer`` is called there, for the first thing needed.

    Mutable state: the loop and its gatherer, once something was needed.
    """

    def __init__(self, hosts: frozenset[str], open_gatherer: Callable[[], Gatherer]) -> None:
        self.hosts = hosts
        self._open_gatherer = open_gatherer
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gatherer: Gatherer | None = None

    def complete(self, show: Show[Thing]) -> Thing:
        """Return what is shown once everything was gathered that could be in time."""
        shown = show({})
        if not shown.needs:
            return shown
        loop, gatherer = self._opened()
        return asyncio.run_coroutine_threadsafe(gatherer.complete(show, shown), loop).result()

    def start(self, needs: Iterable[Need]) -> None:
        """Begin to fetch pictures that will be needed, without waiting for them."""
        needed = tuple(needs)
        if needed:
            loop, gatherer = self._opened()
            loop.call_soon_threadsafe(gatherer.start, needed)

    def close(self) -> None:
        """Give up what is on its way, and end the thread."""
        if self._loop is not None and self._gatherer is not None:
            asyncio.run_coroutine_threadsafe(self._gatherer.close(), self._loop).result(CLOSE_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = self._gatherer = None

    def _opened(self) -> tuple[asyncio.AbstractEventLoop, Gatherer]:
        with self._lock:
            if self._loop is None or self._gatherer is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name="gathering", daemon=True).start()
                self._gatherer = asyncio.run_coroutine_threadsafe(self._make(), self._loop).result()
            return self._loop, self._gatherer

    async def _make(self) -> Gatherer:
        return self._open_gatherer()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Run an event loop until it is stopped."""
    try:
        loop.run_forever()
    finally:
        loop.close()
