"""One thread that does one task after another, and estimates how long the waiting ones will take."""

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

# How long a task of an unknown kind is expected to take, in seconds: so short that only the number of tasks bounds a
# first burst.
UNKNOWN_SECONDS = 0.01

# The next task of a kind is expected to take the median of this many: one that had to wait for the disk has no effect.
REMEMBERED = 5
MAX_KINDS = 1_024


class Estimates:
    """How long tasks of a kind take, in seconds. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lasted: LRUCache[Hashable, deque[float]] = LRUCache(MAX_KINDS)

    def knows(self, kind: Hashable) -> bool:
        """Say whether a task of this kind was done before."""
        with self._lock:
            return kind in self._lasted

    def of(self, kind: Hashable) -> float:
        """Return how long a task of this kind will take."""
        with self._lock:
            lasted = self._lasted.get(kind)
        return statistics.median(lasted) if lasted else UNKNOWN_SECONDS

    def note(self, kind: Hashable, seconds: float) -> None:
        """Note how long a task took. The first of a kind is left out: it compiles what the others find ready."""
        with self._lock:
            lasted = self._lasted.get(kind)
            if lasted is None:
                self._lasted[kind] = deque(maxlen=REMEMBERED)
            else:
                lasted.append(seconds)


class Line:
    """A thread and what waits for it. Tasks are submitted by one thread, that of the event loop."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._estimates = Estimates()
        self._numbers = itertools.count()
        # Guards what follows: how many seconds each waiting task is expected to take, and for the one under way when it
        # began and how long it is expected to take.
        self._lock = threading.Lock()
        self._waiting: dict[int, float] = {}
        self._under_way: tuple[float, float] | None = None

    @property
    def seconds(self) -> float:
        """Estimated seconds until a task submitted now would begin."""
        with self._lock:
            waiting, under_way = sum(self._waiting.values()), self._under_way
        if under_way is None:
            return waiting
        # One that takes longer than expected counts as nearly done: refusing costs a picture, waiting costs none.
        began, expected = under_way
        return waiting + max(0.0, began + expected - self._clock())

    def has_done(self, kind: Hashable) -> bool:
        """Say whether a task of this kind was done here before."""
        return self._estimates.knows(kind)

    def expect(self, kind: Hashable) -> int:
        """Count a task that will be submitted, from now on; return its number.

        ``kind`` is what tasks that take equally long have in common.
        """
        number, expected = next(self._numbers), self._estimates.of(kind)
        with self._lock:
            self._waiting[number] = expected
        return number

    def forget(self, number: int) -> None:
        """Stop counting a task that is not submitted after all. One that was done is not counted anyway."""
        with self._lock:
            self._waiting.pop(number, None)

    def submit(self, kind: Hashable, work: Callable[[], Result], number: int | None = None) -> Future[Result]:
        """Submit a task, which may have been expected under a number. It can be cancelled until it begins."""
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
