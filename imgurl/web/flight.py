"""One render per key however many ask, a bounded queue before it, a deadline for those who wait.

Drawing holds Python's lock, so more than one drawing thread a process gains nothing; processes scale. Encoding WebP and
AVIF takes ten times as long and does not hold it: it has a thread of its own and delays no other picture. The threads
go on after a deadline: their picture is kept for the next request.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from imgurl.cache.keys import RenderKey
from imgurl.errors import ImgurlError

Result = TypeVar("Result")

#: Draws, and returns the file or what encodes it.
Work = Callable[[], bytes | Callable[[], bytes]]


class Overloaded(ImgurlError):
    """Raised when the queue is full, or the picture was not ready by the deadline."""

    status_hint = 503


class Flights:
    """Renders under way. Mutable state: the flights by key; one event loop is its owner.

    ``keep`` gets each finished picture on the event loop, whether or not somebody still waits for it. ``find`` looks
    for a picture elsewhere before it is drawn.
    """

    def __init__(
        self,
        max_waiting: int,
        deadline_seconds: float,
        keep: Callable[[RenderKey, bytes], object],
        find: Callable[[RenderKey], Awaitable[bytes | None]] | None = None,
    ) -> None:
        self._max_waiting = max_waiting
        self._deadline_seconds = deadline_seconds
        self._keep = keep
        self._find = find
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="render")
        self._encoder = ThreadPoolExecutor(1, thread_name_prefix="encode")
        self._flights: dict[RenderKey, asyncio.Future[bytes]] = {}

    @property
    def waiting(self) -> int:
        """Renders queued or under way."""
        return len(self._flights)

    async def run(self, key: RenderKey, work: Work) -> bytes:
        """Return the file that ``work`` makes; whoever asks for the same key meanwhile gets the same bytes.

        Raises Overloaded, or what ``work`` raises. A client that goes away does not stop the work of others.
        """
        flight = self._flights.get(key)
        if flight is None:
            if len(self._flights) >= self._max_waiting:
                raise Overloaded(f"{self._max_waiting} pictures are waiting already")
            flight = asyncio.ensure_future(self._flown(key, work))
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._landed(key, done))
        try:
            # Shielded: the deadline of one request must not cancel the picture for all.
            return await asyncio.wait_for(asyncio.shield(flight), self._deadline_seconds)
        except TimeoutError:
            raise Overloaded(f"not drawn within {self._deadline_seconds:g} s") from None

    async def _flown(self, key: RenderKey, work: Work) -> bytes:
        found = await self._find(key) if self._find else None
        if found is not None:
            return found
        loop = asyncio.get_running_loop()
        drawn = await loop.run_in_executor(self._thread, work)
        return drawn if isinstance(drawn, bytes) else await loop.run_in_executor(self._encoder, drawn)

    async def aside(self, work: Callable[[], Result]) -> Result:
        """Run some work on the drawing thread, without a place in the queue; return what it returns."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Drop what waits; what is being drawn is finished."""
        for thread in (self._thread, self._encoder):
            thread.shutdown(wait=False, cancel_futures=True)

    def _landed(self, key: RenderKey, flight: asyncio.Future[bytes]) -> None:
        # The exception is asked for, so that a failure nobody waited for does not end up as a warning.
        if not flight.cancelled() and flight.exception() is None:
            # Kept in the same turn of the loop in which the flight ends: nobody can ask in between and draw again.
            self._keep(key, flight.result())
        self._flights.pop(key, None)
