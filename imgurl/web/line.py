"""One thread that does one work after the other, and knows about how long what waits for it will take."""

import itertools
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from cachetools import LRUCache

Result = TypeVar("Result")

# What a work of an unknown kind is taken to last, in seconds: so little that a first burst is bounded by its number.
UNKNOWN_SECONDS = 0.01

# The median of so many works is what the next one of their kind is expected to last: one that had to wait for the disk
# does not count.
REMEMBERED = 5
MAX_KINDS = 1_024


class Estimates:
    """How long works of a kind last, in seconds. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lasted: LRUCache[Hashable, deque[float]] = LRUCache(MAX_KINDS)

    def knows(self, kind: Hashable) -> bool:
        """Say whether a work of a kind was done before."""
        with self._lock:
            return kind in self._lasted

    def of(self, kind: Hashable) -> float:
        """Return what a work of a kind will last."""
        with self._lock:
            lasted = self._lasted.get(kind)
        return statistics.median(lasted) if lasted else UNKNOWN_SECONDS

    def note(self, kind: Hashable, seconds: float) -> None:
        """Note what a work has lasted. The first of a kind is left out: it compiles what the others find there."""
        with self._lock:
            lasted = self._lasted.get(kind)
            if lasted is None:
                self._lasted[kind] = deque(maxlen=REMEMBERED)
            else:
                lasted.append(seconds)


class Line:
    """A thread and what waits for it. Works are handed in by one thread, that of the event loop."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._estimates = Estimates()
        self._numbers = itertools.count()
        # Guards what follows: seconds that each waiting work is expected to last, and the work under way: when it
        # began, and what it is expected to last.
        self._lock = threading.Lock()
        self._waiting: dict[int, float] = {}
        self._under_way: tuple[float, float] | None = None

    @property
    def seconds(self) -> float:
        """Seconds until a work that is handed in now would begin, as far as can be told."""
        with self._lock:
            waiting, under_way = sum(self._waiting.values()), self._under_way
        if under_way is None:
            return waiting
        # One that takes longer than it should is taken to be about done: refusing costs a picture, waiting costs none.
        began, expected = under_way
        return waiting + max(0.0, began + expected - self._clock())

    def has_done(self, kind: Hashable) -> bool:
        """Say whether a work of a kind was done here before."""
        return self._estimates.knows(kind)

    def expect(self, kind: Hashable) -> int:
        """Count a work that will be handed in, from now on; return its number.

        ``kind`` is what works that last alike have in common.
        """
        number, expected = next(self._numbers), self._estimates.of(kind)
        with self._lock:
            self._waiting[number] = expected
        return number

    def forget(self, number: int) -> None:
        """Count a work no more that is not handed in after all. One that was done is not counted anyway."""
        with self._lock:
            self._waiting.pop(number, None)

    def submit(self, kind: Hashable, work: Callable[[], Result], number: int | None = None) -> Future[Result]:
        """Hand in a work, which may have been expected under a number. It may be cancelled until it begins."""
        place = self.expect(kind) if number is None else number
        future = self._thread.submit(self._timed, place, kind, work)
        future.add_done_callback(lambda _: self.forget(place))
        return future

    def close(self) -> None:
        """Drop what waits; what is under way is finished."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _timed(self, number: int, kind: Hashable, work: Callable[[], Result]) -> Result:
        began = self._clock()
        with self._lock:
            self._under_way = began, self._waiting.pop(number, UNKNOWN_SECONDS)
        try:
            result = work()
            self._estimates.note(kind, self._clock() - began)
            return result
        finally:
            with self._lock:
                self._under_way = None
