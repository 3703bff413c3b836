"""One thread that draws: where processes can't be forked, and for tests in one process.

It takes the same orders through the same queue. What it lacks is what only processes give: what hangs can't be ended,
what crashes takes the server with it, and while it draws nothing else in the process runs.
"""

import asyncio
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from imgurl.errors import RenderFailed
from imgurl.renderers.backlog import Backlog
from imgurl.renderers.facts import Facts
from imgurl.renderers.failures import PoolClosed
from imgurl.renderers.orders import Bounds, Drawn, Lacking, Order, Recipe, Studio
from imgurl.renderers.port import Renderers
from imgurl.renderers.tickets import Ticket


class DrawingThread(Renderers):
    """A thread that draws what is ordered. ``open_studio`` is called there, for the first order."""

    def __init__(self, open_studio: Callable[[], Studio], bounds: Bounds = Bounds()) -> None:  # noqa: B008 - frozen
        self._open_studio = open_studio
        self._studio: Studio | None = None
        self._backlog = Backlog(bounds.orders, bounds.seconds)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="render")
        self._is_busy = False
        self._is_open = True

    async def start(self) -> None:
        """Do nothing: the thread starts with the first order."""

    async def renew(self, recipe: Recipe) -> None:
        """Do nothing: the one studio learns what it lacks."""

    async def close(self, drain_seconds: float = 0.0) -> None:
        """Drop what waits; what is being drawn is finished."""
        self._is_open = False
        self._backlog.drop_all()
        self._thread.shutdown(wait=False)

    def submit(self, order: Order) -> Ticket:
        """Let an order wait. Raises PoolClosed or QueueFull."""
        if not self._is_open:
            raise PoolClosed
        self._backlog.require_room(order)
        ticket = self._backlog.add(order)
        self._dispatch()
        return ticket

    def withdraw(self, ticket: Ticket) -> bool:
        """Take back an order; return whether it had not begun. One that has begun is finished."""
        return ticket.withdraw(self._backlog.queue)

    @property
    def facts(self) -> Facts:
        """What there is to be measured."""
        counts, queue = self._backlog.counts, self._backlog.queue
        return Facts(
            busy=int(self._is_busy),
            waiting=queue.count,
            waiting_seconds=queue.seconds,
            drawn=counts["drawn"],
            failed=counts["failed"],
            drawing_seconds=self._backlog.drawing_seconds,
            refused_full=counts["refused_full"],
            supplied=counts["supplied"],
        )

    def _dispatch(self) -> None:
        if not self._is_busy and (entry := self._backlog.queue.pop()) is not None:
            self._is_busy = True
            self._thread.submit(self._work, entry.item, asyncio.get_running_loop())

    def _work(self, ticket: Ticket, loop: asyncio.AbstractEventLoop) -> None:
        """Draw on the thread; the answer is given on the event loop that ordered."""
        began, afterwards = time.perf_counter(), None
        try:
            body, afterwards = self._drawn(ticket)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a picture, the next one is drawn
            failed = RenderFailed(str(error) or type(error).__name__)
            seconds, give = time.perf_counter() - began, partial(ticket.fail, failed)
        else:
            seconds = time.perf_counter() - began
            give = partial(ticket.fulfil, body, seconds)
        try:
            loop.call_soon_threadsafe(self._answer, ticket, give, seconds)
        except RuntimeError:
            # The event loop has ended, and nobody waits.
            self._is_busy = False
        if afterwards is not None:
            try:
                afterwards()
            except Exception:  # noqa: BLE001 - the picture is sent
                traceback.print_exc()

    def _drawn(self, ticket: Ticket) -> Drawn:
        if self._studio is None:
            self._studio = self._open_studio()
        try:
            return self._studio.draw(ticket.order.work)
        except Lacking:
            supply = ticket.take_supply()
            if supply is None:
                raise RenderFailed("the renderers lack what it is drawn with") from None
            self._backlog.counts["supplied"] += 1
            self._studio.learn(supply())
            return self._studio.draw(ticket.order.work)

    def _answer(self, ticket: Ticket, give: Callable[[], None], seconds: float) -> None:
        self._is_busy = False
        give()
        self._backlog.note(ticket, seconds, is_drawn=not (ticket.future.done() and _has_failed(ticket.future)))
        self._dispatch()


def _has_failed(future: asyncio.Future[bytes]) -> bool:
    return not future.cancelled() and future.exception() is not None
