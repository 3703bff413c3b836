"""Orders in, finished files out: a fair queue before a number of renderers."""

import asyncio
import pickle
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from cachetools import TTLCache

from imgurl.errors import RenderFailed
from imgurl.renderers.estimates import Estimates
from imgurl.renderers.failures import Death, Poisoned, PoolClosed, QueueFull, RendererDied, RendererKilled
from imgurl.renderers.fairness import Entry, FairQueue
from imgurl.renderers.orders import Limits, Order, Recipe
from imgurl.renderers.processes import Renderer
from imgurl.renderers.supervisor import Supervisor
from imgurl.renderers.wire import Frame, Kind

# A picture that killed so many renderers is not tried again for so many seconds after the last one.
MAX_DEATHS = 2
POISONED_SECONDS = 600.0
MAX_POISONED = 4_096


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait before a pool: orders, and seconds until one begins."""

    orders: int = 1_000
    seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class Facts:
    """A pool at a moment, and what has happened since it was made."""

    #: Process ids of the renderers, and of the zygote they come from.
    renderers: tuple[int, ...]
    zygote: int | None
    busy: int
    waiting: int
    #: What waits is expected to take one renderer so long.
    waiting_seconds: float
    #: Pictures that are not tried now, because they killed their renderers.
    poisoned: int
    drawn: int
    failed: int
    #: Seconds that renderers took for the drawn and the failed ones.
    drawing_seconds: float
    #: Renderers that ended without being asked to, and how many of them were killed because they took too long.
    died: int
    killed: int
    zygotes_died: int
    #: Orders refused: as poisoned, and because too much waited.
    refused_poisoned: int
    refused_full: int
    #: Orders for which a renderer was sent what it lacked.
    supplied: int


class Ticket:
    """An order on its way. ``future`` has the file, or a RenderFailed; cancelling it does not take back the order."""

    __slots__ = ("_supply", "entry", "future", "order", "work")

    def __init__(self, order: Order, future: asyncio.Future[bytes]) -> None:
        self.order = order
        self.work = pickle.dumps((order.work, None))
        self.future = future
        self.entry: Entry[Ticket] | None = None
        self._supply = order.supply

    def wait(self, queue: FairQueue["Ticket"], seconds: float) -> None:
        """Wait in a queue for a renderer."""
        self.entry = queue.push(self, self.order.link, self.order.urgency, seconds)

    def settle(self, queue: FairQueue["Ticket"], seconds: float) -> None:
        """Charge the order's link with the time it has taken."""
        if self.entry is not None:
            queue.settle(self.entry, seconds)

    def take_supply(self) -> Callable[[], object] | None:
        """Return, once, what gets the renderer what it lacks."""
        supply, self._supply = self._supply, None
        return supply


class Pool:
    """Renderers that draw what is ordered, driven by the event loop in which it is started.

    ``report`` gets the death of each process that was not asked to end. ``clock`` says when a picture that killed its
    renderers may be tried again.
    """

    def __init__(
        self,
        recipe: Recipe,
        size: int,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        bounds: Bounds = Bounds(),
        *,
        report: Callable[[Death], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._supervisor: Supervisor[Ticket] = Supervisor(recipe, size, limits, self)
        self._queue: FairQueue[Ticket] = FairQueue(bounds.orders, bounds.seconds * size)
        self._report = report
        self._estimates = Estimates()
        self._idle: deque[Renderer[Ticket]] = deque()
        self._deaths: TTLCache[Hashable, int] = TTLCache(MAX_POISONED, POISONED_SECONDS, clock)
        self._counts: Counter[str] = Counter()
        self._drawing_seconds = 0.0
        self._is_open = False

    async def start(self) -> None:
        """Open the studio, which may take seconds, and start the renderers. Raises StudioFailed."""
        await self._supervisor.start()
        self._is_open = True

    async def renew(self, recipe: Recipe) -> None:
        """Go on with renderers of another recipe, without a pause. Raises StudioFailed, and goes on as before then."""
        await self._supervisor.renew(recipe)

    async def close(self, drain_seconds: float = 0.0) -> None:
        """Drop what waits, and end all processes: what is being drawn may be finished within some seconds."""
        self._is_open = False
        while (entry := self._queue.pop()) is not None:
            _fail(entry.item, PoolClosed())
        await self._supervisor.close(drain_seconds)

    def submit(self, order: Order) -> Ticket:
        """Let an order wait for a renderer. Raises PoolClosed, Poisoned or QueueFull."""
        if not self._is_open:
            raise PoolClosed
        if self._deaths.get(order.key, 0) >= MAX_DEATHS:
            self._counts["refused_poisoned"] += 1
            raise Poisoned(order.key)
        if not self._queue.has_room(order.link, order.urgency):
            self._counts["refused_full"] += 1
            raise QueueFull(order.link)
        ticket = Ticket(order, asyncio.get_running_loop().create_future())
        ticket.wait(self._queue, self._estimates.of(order.kind))
        self._dispatch()
        return ticket

    def withdraw(self, ticket: Ticket) -> bool:
        """Take back an order; return whether it had not begun. One that has begun is finished."""
        if ticket.entry is None or not self._queue.cancel(ticket.entry):
            return False
        ticket.future.cancel()
        return True

    async def draw(self, order: Order) -> bytes:
        """Return the file of an order. Raises what ``submit`` raises, and RenderFailed."""
        ticket = self.submit(order)
        try:
            return await ticket.future
        except asyncio.CancelledError:
            self.withdraw(ticket)
            raise

    @property
    def facts(self) -> Facts:
        """What there is to be measured."""
        renderers = self._supervisor.renderers
        counts = self._counts
        return Facts(
            renderers=tuple(renderer.pid for renderer in renderers if renderer.pid is not None),
            zygote=self._supervisor.zygote.pid if self._supervisor.zygote else None,
            busy=sum(renderer.task is not None for renderer in renderers),
            waiting=self._queue.count,
            waiting_seconds=self._queue.seconds,
            poisoned=sum(deaths >= MAX_DEATHS for deaths in self._deaths.values()),
            drawn=counts["drawn"],
            failed=counts["failed"],
            drawing_seconds=self._drawing_seconds,
            died=counts["died"],
            killed=counts["killed"],
            zygotes_died=counts["zygotes_died"],
            refused_poisoned=counts["refused_poisoned"],
            refused_full=counts["refused_full"],
            supplied=counts["supplied"],
        )

    def started(self, renderer: Renderer[Ticket]) -> None:
        """Use a renderer that has started."""
        self._idle.append(renderer)
        self._dispatch()

    def answered(self, renderer: Renderer[Ticket], frame: Frame) -> None:
        """Pass on an answer, and give the renderer something else to do."""
        ticket = renderer.task
        if ticket is None:
            return
        if frame.kind == Kind.LACKING and (supply := ticket.take_supply()) is not None:
            try:
                work = pickle.dumps((ticket.order.work, supply()))
            except Exception as error:  # noqa: BLE001 - of the owner's own function: told to whoever gave it
                _fail(ticket, error)
            else:
                self._counts["supplied"] += 1
                self._supervisor.give(renderer, ticket, work)
                return
        renderer.take()
        if frame.kind == Kind.DRAWN:
            self._counts["drawn"] += 1
            if not ticket.future.done():
                ticket.future.set_result(frame.body)
        else:
            self._counts["failed"] += 1
            reason = frame.body.decode() or "the renderers lack what it is drawn with"
            _fail(ticket, RenderFailed(reason))
        self._drawing_seconds += frame.seconds
        self._estimates.note(ticket.order.kind, frame.seconds)
        ticket.settle(self._queue, frame.seconds)
        if self._supervisor.release(renderer):
            self._idle.append(renderer)
            self._dispatch()

    def ended(self, death: Death, task: Ticket | None) -> None:
        """Tell who waits for a picture that it died with its renderer."""
        self._report(death)
        if death.process == "zygote":
            self._counts["zygotes_died"] += 1
            return
        self._counts["died"] += 1
        self._counts["killed"] += death.is_overdue
        if task is not None:
            task.settle(self._queue, death.seconds)
            key = task.order.key
            self._deaths[key] = self._deaths.get(key, 0) + 1
            _fail(task, (RendererKilled if death.is_overdue else RendererDied)(key, death))

    def _dispatch(self) -> None:
        """Give what waits to renderers that are idle: to the one first that has been idle for longest.

        It is done with what it does after an answer, or most likely so.
        """
        while self._idle:
            if not self._idle[0].is_idle:
                self._idle.popleft()
            elif (entry := self._queue.pop()) is None:
                return
            else:
                ticket = entry.item
                if not self._supervisor.give(self._idle.popleft(), ticket, ticket.work):
                    ticket.wait(self._queue, entry.seconds)


def _fail(ticket: Ticket, error: Exception) -> None:
    # Nobody may wait any more; then the error is not one that was missed.
    if not ticket.future.done():
        ticket.future.set_exception(error)
        ticket.future.exception()
