"""One render per key however many ask, a deadline for those who wait.

The renderers that draw have a queue of their own, which is fair to links. A render that is under way when everyone has
left is finished: its picture is kept for the next request. One that has not begun by then is dropped, and so is one
that would begin too late for anyone to wait for it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cachetools import TTLCache
from starlette.types import Receive

from imgurl.cache.keys import RenderKey
from imgurl.errors import ImgurlError
from imgurl.renderers.failures import PoolClosed, QueueFull
from imgurl.renderers.orders import Order
from imgurl.renderers.port import Renderers
from imgurl.renderers.tickets import Ticket

Result = TypeVar("Result")

# A picture that could not be drawn is not tried again for so many seconds.
FAILED_SECONDS = 3.0
MAX_FAILED = 4_096

# What nobody else asks for may take so long: no mail waits for it.
ONCE_SECONDS = 10.0

# A client that leaves is noticed after so many seconds at first.
UNWATCHED_SECONDS = 0.02


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

    ``future`` has the file. ``ticket`` is its order, None while it is looked for elsewhere.
    """

    def __init__(self, key: RenderKey) -> None:
        self.key = key
        self.future: asyncio.Future[bytes]
        self.ticket: Ticket | None = None
        self._waiting = 0

    def begin(self, ticket: Ticket) -> asyncio.Future[bytes]:
        """Be drawn; return what will have the file."""
        self.ticket = ticket
        return ticket.future

    async def wait(self, seconds: float) -> bytes:
        """Return the file. Raises TimeoutError after so many seconds."""
        self._waiting += 1
        try:
            # Not wait_for: the deadline of one request must not cancel the picture for all.
            await asyncio.wait((self.future,), timeout=seconds)
            if not self.future.done():
                raise TimeoutError
            return self.future.result()
        finally:
            self._waiting -= 1

    @property
    def is_unwanted(self) -> bool:
        """Whether nobody waits for it and it is not there either."""
        return not self._waiting and not self.future.done()


class RenderQueue:
    """Renders under way. Mutable state: the pending ones by key, and recent failures; one event loop is their owner.

    At most ``max_pending`` are under way or wait; the renderers' own queue has further bounds. ``keep`` gets each
    finished picture on the event loop, whether or not anyone still waits for it, and the seconds it took to draw, None
    for one that ``find`` found elsewhere, where it is looked for first.
    """

    def __init__(
        self,
        renderers: Renderers,
        max_pending: int,
        deadline_seconds: float,
        keep: Callable[[RenderKey, bytes, float | None], object],
        find: Callable[[RenderKey], Awaitable[bytes | None]] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._renderers = renderers
        self._max_pending = max_pending
        self._deadline_seconds = deadline_seconds
        self._keep = keep
        self._find = find
        self._pending: dict[RenderKey, _Pending] = {}
        self._failed: TTLCache[RenderKey, bool] = TTLCache(MAX_FAILED, FAILED_SECONDS, clock)

    @property
    def waiting(self) -> int:
        """Renders queued or under way."""
        return len(self._pending)

    async def run(self, key: RenderKey, order: Callable[[], Order]) -> bytes:
        """Return the file of an order; everyone who asks for the same key meanwhile gets the same bytes.

        Raises Overloaded, FailedLately, or RenderFailed. A client that goes away does not stop what others wait for.
        """
        pending = self._pending.get(key) or self._begin(key, order)
        try:
            return await pending.wait(self._deadline_seconds)
        except TimeoutError:
            raise Overloaded(f"not drawn within {self._deadline_seconds:g} s") from None
        except PoolClosed as error:
            raise Overloaded(str(error)) from error
        finally:
            if pending.is_unwanted and self._drop(pending):
                # At once, and not when its future says so: a request in between begins another render.
                self._forget(pending)

    async def once(self, order: Order) -> bytes:
        """Return the answer to an order that is of use to nobody else. Raises Overloaded, or RenderFailed."""
        try:
            return await asyncio.wait_for(self._renderers.draw(order), ONCE_SECONDS)
        except TimeoutError:
            raise Overloaded(f"not drawn within {ONCE_SECONDS:g} s") from None
        except (QueueFull, PoolClosed) as error:
            raise Overloaded(str(error)) from error

    def _begin(self, key: RenderKey, order: Callable[[], Order]) -> _Pending:
        if key in self._failed:
            raise FailedLately
        if len(self._pending) >= self._max_pending:
            raise Overloaded(f"{self._max_pending} pictures are waiting already")
        pending = _Pending(key)
        if self._find is None:
            pending.future = pending.begin(self._submit(key, order()))
        else:
            pending.future = asyncio.ensure_future(self._look_and_draw(pending, self._find, order))
        self._pending[key] = pending
        pending.future.add_done_callback(lambda _: self._done(pending))
        return pending

    async def _look_and_draw(
        self,
        pending: _Pending,
        find: Callable[[RenderKey], Awaitable[bytes | None]],
        order: Callable[[], Order],
    ) -> bytes:
        found = await find(pending.key)
        return found if found is not None else await pending.begin(self._submit(pending.key, order()))

    def _submit(self, key: RenderKey, order: Order) -> Ticket:
        try:
            return self._renderers.submit(order)
        except (QueueFull, PoolClosed) as error:
            raise Overloaded(str(error)) from error
        except ImgurlError:
            self._failed[key] = True
            raise

    def _drop(self, pending: _Pending) -> bool:
        """Take back what nobody waits for, unless it is being drawn right now; return whether."""
        if pending.ticket is not None and not self._renderers.withdraw(pending.ticket):
            return False
        pending.future.cancel()
        return True

    def _done(self, pending: _Pending) -> None:
        # Asking for the exception marks it as seen: a failure nobody waited for does not end up as a warning.
        if not pending.future.cancelled():
            error = pending.future.exception()
            if error is None:
                # Kept in the turn of the loop in which those who wait get it: no request in between draws again.
                seconds = pending.ticket.seconds if pending.ticket else None
                self._keep(pending.key, pending.future.result(), seconds)
            elif not isinstance(error, NotDrawn | PoolClosed):
                self._failed[pending.key] = True
        self._forget(pending)

    def _forget(self, pending: _Pending) -> None:
        if self._pending.get(pending.key) is pending:
            del self._pending[pending.key]


async def while_there(receive: Receive, work: Awaitable[Result]) -> Result:
    """Do some work for a client. Raises ClientGone if the client closes the connection before it is done.

    The connection is watched once the work has taken a moment: most is done before, and needs no task beside it.
    """
    client = _Client(receive)
    try:
        return await work
    except asyncio.CancelledError:
        if client.cancelled_alone():
            raise ClientGone("the client has closed the connection") from None
        raise
    finally:
        client.forget()


class _Client:
    """A client that the current task works for; the task is cancelled when it leaves."""

    def __init__(self, receive: Receive) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None
        self._has_left = self._is_forgotten = False
        self._timer = asyncio.get_running_loop().call_later(UNWATCHED_SECONDS, self._begin)

    def cancelled_alone(self) -> bool:
        """Say whether the task was cancelled because the client has left, and for no other reason."""
        return self._has_left and self._task.uncancel() == 0

    def forget(self) -> None:
        """Watch no more."""
        self._is_forgotten = True
        self._timer.cancel()
        if self._watch is not None:
            self._watch.cancel()

    def _begin(self) -> None:
        self._watch = asyncio.ensure_future(_disconnect(self._receive))
        self._watch.add_done_callback(self._left)

    def _left(self, watch: "asyncio.Task[None]") -> None:
        if not watch.cancelled() and not self._is_forgotten:
            self._has_left = True
            self._task.cancel()


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
