"""A circuit breaker: a service that keeps failing is not called for a while, then probed by one caller.

Written here because the package purgatory has no time window, lets every caller through when it probes, uses the wall
clock, and keeps the traceback of each rejected call while it is open (1.3 KB per call were measured).
"""

import threading
import time
from collections.abc import Callable

# This many failures within this many seconds open the breaker, unless there are more successes than failures: of a
# thousand calls a second a few fail although nothing is wrong.
FAILURES = 5
WINDOW_SECONDS = 10.0
OPEN_SECONDS = 5.0


class Breaker:
    """Whether a service is worth calling. May be used from any thread.

    Closed, it lets all callers through; open, none; half-open, one that probes. Each call of ``may_try`` that returns
    True must be followed by one call of ``succeeded``, ``failed`` or ``cancelled``.

    Mutable state: the counts of the current window, and since when it is open, behind a lock.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._window_began = clock()
        self._successes = 0
        self._failures = 0
        self._open_until: float | None = None
        self._is_probing = False

    @property
    def is_closed(self) -> bool:
        """Whether the service works, as far as is known."""
        return self._open_until is None

    def may_try(self) -> bool:
        """Return whether the caller may call the service now."""
        with self._lock:
            if self._open_until is None:
                return True
            if self._is_probing or self._clock() < self._open_until:
                return False
            self._is_probing = True
            return True

    def succeeded(self) -> None:
        """Record that the service answered."""
        with self._lock:
            if self._is_probing:
                self._is_probing = False
                self._open_until = None
                self._begin_window()
            self._turn_window()
            self._successes += 1

    def failed(self) -> None:
        """Record that the service failed, or did not answer in time."""
        with self._lock:
            self._turn_window()
            self._failures += 1
            if self._is_probing or (self._failures >= FAILURES and self._failures >= self._successes):
                self._is_probing = False
                self._open_until = self._clock() + OPEN_SECONDS

    def cancelled(self) -> None:
        """Record that the call was cancelled before its outcome was known."""
        with self._lock:
            self._is_probing = False

    def _turn_window(self) -> None:
        if self._clock() - self._window_began > WINDOW_SECONDS:
            self._begin_window()

    def _begin_window(self) -> None:
        self._window_began = self._clock()
        self._successes = self._failures = 0
