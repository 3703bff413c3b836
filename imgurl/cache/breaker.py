"""A circuit breaker: what keeps failing is left alone for a while, then tried by one caller.

Written here because the package purgatory has no window of time, lets every caller through when it tries again, goes
by the wall clock, and keeps each refused call's traceback as long as it is open (1.3 KB a call were measured).
"""

import threading
import time
from collections.abc import Callable

# So many failures within so many seconds, and not more successes than failures, open the breaker. The second
# condition is for a busy server: of a thousand calls a second, a few fail where nothing is wrong.
FAILURES = 5
WINDOW_SECONDS = 10.0
OPEN_SECONDS = 5.0


class Breaker:
    """Whether a service is worth a try. May be used from any thread.

    Each call of ``may_try`` that answers True is followed by one of ``succeeded``, ``failed`` or ``given_up``.
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
        """Whether the caller may try: everybody while it works, nobody while it rests, then one until he is back."""
        with self._lock:
            if self._open_until is None:
                return True
            if self._is_probing or self._clock() < self._open_until:
                return False
            self._is_probing = True
            return True

    def succeeded(self) -> None:
        """Note that the service answered."""
        with self._lock:
            if self._is_probing:
                self._is_probing = False
                self._open_until = None
                self._begin_window()
            self._turn_window()
            self._successes += 1

    def failed(self) -> None:
        """Note that the service failed, or did not answer in time."""
        with self._lock:
            self._turn_window()
            self._failures += 1
            if self._is_probing or (self._failures >= FAILURES and self._failures >= self._successes):
                self._is_probing = False
                self._open_until = self._clock() + OPEN_SECONDS

    def given_up(self) -> None:
        """Note that the caller broke off before he knew."""
        with self._lock:
            self._is_probing = False

    def _turn_window(self) -> None:
        if self._clock() - self._window_began > WINDOW_SECONDS:
            self._begin_window()

    def _begin_window(self) -> None:
        self._window_began = self._clock()
        self._successes = self._failures = 0
