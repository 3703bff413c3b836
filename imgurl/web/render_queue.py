"""One render per key however many ask, a bounded queue before it, a deadline for those who wait.

Drawing holds Python's lock, so more than one render thread per process gains nothing: use more processes instead.
Encoding WebP and AVIF takes ten times as long and doesn't hold it: it has a line of its own and delays nothing else.

A render that is under way when everyone has left is finished: its picture is kept for the next request. One that has
not begun by then is dropped, and so is one that would begin too late for anyone to wait for it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from cachetools import TTLCache
from starlette.types import Receive

from imgurl.cache.keys import RenderKey
from imgurl.errors import ImgurlError
from imgurl.web.line import Line

Result = TypeVar("Result")

#: Draws, and returns the file or what encodes it.
Render = Callable[[], bytes | Callable[[], bytes]]

# A picture that could not be drawn is not tried again for so many seconds.
FAILED_SECONDS = 3.0
MAX_FAILED = 4_096

# The kind of work that has no place in the queue: loading designs, default images. However long it takes.
UNQUEUED = "unqueued"


class NotDrawn(ImgurlError):
    """Raised where a picture can't be had now because of the queue, not because of the picture."""

    status_hint = 503


class Overloaded(NotDrawn):
    """Raised when too much is waiting, or the picture was not ready by the deadline."""


class FailedLately(NotDrawn):
    """Raised when the picture could not be drawn a moment ago: the reason was reported then."""

    def __init__(self) -> None:
        super().__init__("the picture could not be drawn a moment ago; try again in a few seconds")


class ClientGone(NotDrawn):
    """Raised when the client that asked for a picture has closed the connection."""


class _Pending:
    """A picture on its way, shared by everyone who asks for it. Mutable state: who waits, and how far it is.

    ``drawing`` and ``encoding`` are its numbers in the two lines; the latter is None if it is not known whether it
    will have to be encoded apart.
    """

    def __init__(self, key: RenderKey, drawing: int, encoding: int | None) -> None:
        self.key = key
        self.drawing = drawing
        self.encoding = encoding
        self.is_drawn = False
        self.task: asyncio.Task[bytes]
        self._waiting = 0
        self._step: Future[Any] | None = None

    async def wait(self, seconds: float) -> bytes:
        """Return the file. Raises TimeoutError after so many seconds."""
        self._waiting += 1
        try:
            # Shielded: the deadline of one request must not cancel the picture for all.
            return await asyncio.wait_for(asyncio.shield(self.task), seconds)
        finally:
            self._waiting -= 1

    async def drawn(self, step: Future[bytes | Callable[[], bytes]]) -> bytes | Callable[[], bytes]:
        """Wait until it is drawn; return the file or what encodes it."""
        self._step = step
        result = await asyncio.wrap_future(step)
        self.is_drawn = True
        return result

    async def encoded(self, step: Future[bytes]) -> bytes:
        """Wait until it is encoded; return the file."""
        self._step = step
        return await asyncio.wrap_future(step)

    def drop_unwanted(self) -> bool:
        """Cancel the work if nobody waits for it, unless it is being drawn or encoded right now; return whether."""
        if self._waiting or self.task.done() or not (self._step is None or self._step.cancel()):
            return False
        self.task.cancel()
        return True


class RenderQueue:
    """Renders under way. Mutable state: the pending ones by key, and recent failures; one event loop is their owner.

    At most ``max_waiting`` renders wait, and none is begun that would wait longer than the deadline, judging by how
    long pictures of its kind have taken. ``keep`` gets each finished picture on the event loop, whether or not anyone
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
        self._pending: dict[RenderKey, _Pending] = {}
        self._failed: TTLCache[RenderKey, bool] = TTLCache(MAX_FAILED, FAILED_SECONDS, clock)

    @property
    def waiting(self) -> int:
        """Renders queued or under way."""
        return len(self._pending)

    async def run(self, key: RenderKey, render: Render, kind: Hashable = None) -> bytes:
        """Return the file that ``render`` makes; everyone who asks for the same key meanwhile gets the same bytes.

        ``kind`` is what pictures that take equally long have in common, such as design and format. Raises Overloaded,
        FailedLately, or what ``render`` raises. A client that goes away does not stop what others wait for.
        """
        pending = self._pending.get(key) or self._begin(key, render, kind)
        try:
            return await pending.wait(self._deadline_seconds)
        except TimeoutError:
            raise Overloaded(f"not drawn within {self._deadline_seconds:g} s") from None
        finally:
            if pending.drop_unwanted():
                # At once, and not when its task has ended: a request in between begins another render.
                self._forget(pending)

    async def on_render_thread(self, work: Callable[[], Result]) -> Result:
        """Run some work on the render thread, without a place in the queue; return what it returns."""
        return await asyncio.wrap_future(self._drawing.submit(UNQUEUED, work))

    def close(self) -> None:
        """Drop what waits; what is being drawn is finished."""
        for line in (self._drawing, self._encoding):
            line.close()

    def _begin(self, key: RenderKey, render: Render, kind: Hashable) -> _Pending:
        if key in self._failed:
            raise FailedLately
        if sum(not pending.is_drawn for pending in self._pending.values()) >= self._max_waiting:
            raise Overloaded(f"{self._max_waiting} pictures are waiting already")
        is_encoded = self._encoding.has_done(kind)
        seconds = max(self._drawing.seconds, self._encoding.seconds if is_encoded else 0.0)
        if seconds > self._deadline_seconds:
            raise Overloaded(f"pictures of about {seconds:.1f} s are waiting already")
        encoding = self._encoding.expect(kind) if is_encoded else None
        pending = self._pending[key] = _Pending(key, self._drawing.expect(kind), encoding)
        pending.task = asyncio.ensure_future(self._run(pending, render, kind))
        pending.task.add_done_callback(lambda _: self._done(pending))
        return pending

    async def _run(self, pending: _Pending, render: Render, kind: Hashable) -> bytes:
        body = await self._find(pending.key) if self._find else None
        if body is not None:
            return body
        drawn = await pending.drawn(self._drawing.submit(kind, render, pending.drawing))
        if isinstance(drawn, bytes):
            return drawn
        return await pending.encoded(self._encoding.submit(kind, drawn, pending.encoding))

    def _done(self, pending: _Pending) -> None:
        # Asking for the exception marks it as seen: a failure nobody waited for does not end up as a warning.
        if not pending.task.cancelled():
            if pending.task.exception() is None:
                # Kept in the same turn of the loop in which the render ends: no request in between draws again.
                self._keep(pending.key, pending.task.result())
            else:
                self._failed[pending.key] = True
        self._forget(pending)

    def _forget(self, pending: _Pending) -> None:
        self._drawing.forget(pending.drawing)
        if pending.encoding is not None:
            self._encoding.forget(pending.encoding)
        if self._pending.get(pending.key) is pending:
            del self._pending[pending.key]


async def while_there(receive: Receive, work: Coroutine[Any, Any, Result]) -> Result:
    """Do some work for a client. Raises ClientGone if the client closes the connection before it is done."""
    task, disconnect = asyncio.ensure_future(work), asyncio.ensure_future(_disconnect(receive))
    try:
        await asyncio.wait((task, disconnect), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGone("the client has closed the connection")
        return task.result()
    finally:
        task.cancel()
        disconnect.cancel()


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
