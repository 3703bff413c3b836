"""One render per key however many ask, a bounded queue before it, a deadline for those who wait.

Drawing holds Python's lock, so more than one drawing thread a process gains nothing; processes scale. Encoding WebP and
AVIF takes ten times as long and does not hold it: it has a line of its own and delays no other picture.

What is under way when everybody has gone is finished: its picture is kept for the next request. What has not begun by
then is dropped, and so is what would begin too late for anybody to wait for it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cachetools import TTLCache
from starlette.types import Receive

from imgurl.cache.keys import RenderKey
from imgurl.errors import ImgurlError
from imgurl.web.line import Line

Result = TypeVar("Result")

#: Draws, and returns the file or what encodes it.
Work = Callable[[], bytes | Callable[[], bytes]]

# A picture that could not be drawn is not tried again for so many seconds.
FAILED_SECONDS = 3.0
MAX_FAILED = 4_096

# Works beside the queue: loading designs, default images. They last what they last.
ASIDE = "aside"


class NotDrawn(ImgurlError):
    """Raised where a picture is not to be had now, for a reason that lies with the queue and not with the picture."""

    status_hint = 503


class Overloaded(NotDrawn):
    """Raised when too much waits, or the picture was not ready by the deadline."""


class FailedLately(NotDrawn):
    """Raised when the picture could not be drawn a moment ago: why was told then."""

    def __init__(self) -> None:
        super().__init__("the picture could not be drawn a moment ago; ask again in some seconds")


class ClientGone(NotDrawn):
    """Raised when whoever asked for a picture has closed the connection."""


@dataclass(eq=False, slots=True)
class _Flight:
    """A picture on its way.

    ``drawing`` and ``encoding`` are its numbers in the two lines; the latter is None where it is not known whether it
    will be there. ``waiting`` counts who waits for it; ``step`` is what it waits for, or what is done now.
    """

    key: RenderKey
    drawing: int
    encoding: int | None
    waiting: int = 0
    step: Future[Any] | None = None
    is_drawn: bool = False
    landing: asyncio.Task[bytes] = field(init=False)


class Flights:
    """Renders under way. Mutable state: the flights by key, and failures of late; one event loop is their owner.

    At most ``max_waiting`` flights are under way, and none is begun that would wait longer than the deadline, by what
    pictures of its kind have lasted. ``keep`` gets each finished picture on the event loop, whether or not somebody
    still waits for it. ``find`` looks for a picture elsewhere before it is drawn.
    """

    def __init__(
        self,
        max_waiting: int,
        deadline_seconds: float,
        keep: Callable[[RenderKey, bytes], object],
        find: Callable[[RenderKey], Awaitable[bytes | None]] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_waiting = max_waiting
        self._deadline_seconds = deadline_seconds
        self._keep = keep
        self._find = find
        self._drawing = Line("render", clock)
        self._encoding = Line("encode", clock)
        self._flights: dict[RenderKey, _Flight] = {}
        self._failed: TTLCache[RenderKey, bool] = TTLCache(MAX_FAILED, FAILED_SECONDS, clock)

    @property
    def waiting(self) -> int:
        """Renders queued or under way."""
        return len(self._flights)

    async def run(self, key: RenderKey, work: Work, kind: Hashable = None) -> bytes:
        """Return the file that ``work`` makes; whoever asks for the same key meanwhile gets the same bytes.

        ``kind`` is what pictures that take alike long have in common, such as design and format. Raises Overloaded,
        FailedLately, or what ``work`` raises. A client that goes away does not stop the work of others.
        """
        flight = self._flights.get(key) or self._begun(key, work, kind)
        flight.waiting += 1
        try:
            # Shielded: the deadline of one request must not cancel the picture for all.
            return await asyncio.wait_for(asyncio.shield(flight.landing), self._deadline_seconds)
        except TimeoutError:
            raise Overloaded(f"not drawn within {self._deadline_seconds:g} s") from None
        finally:
            flight.waiting -= 1
            self._drop_unwanted(flight)

    async def aside(self, work: Callable[[], Result]) -> Result:
        """Run some work on the drawing thread, without a place in the queue; return what it returns."""
        return await asyncio.wrap_future(self._drawing.submit(ASIDE, work))

    def close(self) -> None:
        """Drop what waits; what is being drawn is finished."""
        for line in (self._drawing, self._encoding):
            line.close()

    def _begun(self, key: RenderKey, work: Work, kind: Hashable) -> _Flight:
        if key in self._failed:
            raise FailedLately
        if sum(not flight.is_drawn for flight in self._flights.values()) >= self._max_waiting:
            raise Overloaded(f"{self._max_waiting} pictures are waiting already")
        is_encoded = self._encoding.has_done(kind)
        seconds = max(self._drawing.seconds, self._encoding.seconds if is_encoded else 0.0)
        if seconds > self._deadline_seconds:
            raise Overloaded(f"pictures of about {seconds:.1f} s are waiting already")
        encoding = self._encoding.expect(kind) if is_encoded else None
        flight = self._flights[key] = _Flight(key, self._drawing.expect(kind), encoding)
        flight.landing = asyncio.ensure_future(self._flown(flight, work, kind))
        flight.landing.add_done_callback(lambda _: self._landed(flight))
        return flight

    async def _flown(self, flight: _Flight, work: Work, kind: Hashable) -> bytes:
        found = await self._find(flight.key) if self._find else None
        if found is not None:
            return found
        flight.step = self._drawing.submit(kind, work, flight.drawing)
        drawn = await asyncio.wrap_future(flight.step)
        flight.is_drawn = True
        if not isinstance(drawn, bytes):
            flight.step = self._encoding.submit(kind, drawn, flight.encoding)
            drawn = await asyncio.wrap_future(flight.step)
        assert isinstance(drawn, bytes)
        return drawn

    def _drop_unwanted(self, flight: _Flight) -> None:
        """Drop a flight that nobody waits for, unless it is being drawn or encoded right now."""
        if flight.waiting or flight.landing.done():
            return
        if flight.step is None or flight.step.cancel():
            flight.landing.cancel()
            # At once, and not when it has landed: whoever asks in between begins another one.
            self._forget(flight)

    def _landed(self, flight: _Flight) -> None:
        # The exception is asked for, so that a failure nobody waited for does not end up as a warning.
        if not flight.landing.cancelled():
            if flight.landing.exception() is None:
                # Kept in the same turn of the loop in which the flight ends: nobody can ask in between and draw again.
                self._keep(flight.key, flight.landing.result())
            else:
                self._failed[flight.key] = True
        self._forget(flight)

    def _forget(self, flight: _Flight) -> None:
        self._drawing.forget(flight.drawing)
        if flight.encoding is not None:
            self._encoding.forget(flight.encoding)
        if self._flights.get(flight.key) is flight:
            del self._flights[flight.key]


async def while_there(receive: Receive, work: Coroutine[Any, Any, Result]) -> Result:
    """Do some work for a client. Raises ClientGone when the client closes the connection before it is done."""
    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise ClientGone("the client has closed the connection")
        return doing.result()
    finally:
        doing.cancel()
        leaving.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
