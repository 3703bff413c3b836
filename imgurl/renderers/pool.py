"""Orders in, finished files out: a fair queue before a number of renderers."""

import pickle
import time
from collections import deque
from collections.abc import Callable, Hashable

from cachetools import TTLCache

from imgurl.errors import RenderFailed
from imgurl.renderers.backlog import Backlog
from imgurl.renderers.facts import Facts
from imgurl.renderers.failures import Death, Poisoned, PoolClosed, RendererDied, RendererKilled, StudioFailed
from imgurl.renderers.orders import Bounds, Limits, Order, Recipe
from imgurl.renderers.port import Renderers
from imgurl.renderers.processes import Renderer
from imgurl.renderers.supervisor import Supervisor
from imgurl.renderers.tickets import Ticket
from imgurl.renderers.wire import Frame, Kind

# A picture that killed so many renderers is not tried again for so many seconds after the last one.
MAX_DEATHS = 2
POISONED_SECONDS = 600.0
MAX_POISONED = 4_096


class Pool(Renderers):
    """Renderers that draw what is ordered, driven by the event loop in which it is started.

    ``report`` gets the death of each process that was not asked to end, and why a studio could not be opened as it
    should be. ``clock`` says when a picture that killed its renderers may be tried again.
    """

    def __init__(
        self,
        recipe: Recipe,
        size: int,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        bounds: Bounds = Bounds(),  # noqa: B008
        *,
        report: Callable[[Death | StudioFailed], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._supervisor: Supervisor[Ticket] = Supervisor(recipe, size, limits, self)
        self._backlog = Backlog(bounds.orders, bounds.seconds * size)
        self._report = report
        self._idle: deque[Renderer[Ticket]] = deque()
        self._deaths: TTLCache[Hashable, int] = TTLCache(MAX_POISONED, POISONED_SECONDS, clock)
        self._is_open = False

    async def start(self) -> None:
        """Open the studio and start the renderers. Raises StudioFailed.

        It may take seconds; what is ordered meanwhile waits.
        """
        self._is_open = True
        try:
            await self._supervisor.start()
        except BaseException:
            self._drop_all()
            raise

    async def renew(self, recipe: Recipe) -> None:
        """Go on with renderers of another recipe, without a pause. Raises StudioFailed, and goes on as before then."""
        await self._supervisor.renew(recipe)

    async def close(self, drain_seconds: float = 0.0) -> None:
        """Drop what waits, and end all processes: what is being drawn may be finished within some seconds."""
        self._drop_all()
        await self._supervisor.close(drain_seconds)

    def submit(self, order: Order) -> Ticket:
        """Let an order wait for a renderer. Raises PoolClosed, Poisoned or QueueFull."""
        if not self._is_open:
            raise PoolClosed
        if self._deaths.get(order.key, 0) >= MAX_DEATHS:
            self._backlog.counts["refused_poisoned"] += 1
            raise Poisoned(order.key)
        self._backlog.require_room(order)
        ticket = self._backlog.add(order, pickle.dumps((order.work, None), pickle.HIGHEST_PROTOCOL))
        self._dispatch()
        return ticket

    def withdraw(self, ticket: Ticket) -> bool:
        """Take back an order; return whether it had not begun. One that has begun is finished."""
        return ticket.withdraw(self._backlog.queue)

    @property
    def facts(self) -> Facts:
        """What there is to be measured."""
        renderers = self._supervisor.renderers
        counts, queue = self._backlog.counts, self._backlog.queue
        return Facts(
            renderers=tuple(renderer.pid for renderer in renderers if renderer.pid is not None),
            zygote=self._supervisor.zygote.pid if self._supervisor.zygote else None,
            busy=sum(renderer.task is not None for renderer in renderers),
            waiting=queue.count,
            waiting_seconds=queue.seconds,
            poisoned=sum(deaths >= MAX_DEATHS for deaths in self._deaths.values()),
            drawn=counts["drawn"],
            failed=counts["failed"],
            drawing_seconds=self._backlog.drawing_seconds,
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
            except Exception as error:  # noqa: BLE001 - from the owner's function: the owner gets it
                ticket.fail(error)
            else:
                self._backlog.counts["supplied"] += 1
                self._supervisor.give(renderer, ticket, work)
                return
        renderer.take()
        is_drawn = frame.kind == Kind.DRAWN
        if is_drawn:
            ticket.fulfil(frame.body, frame.seconds)
        else:
            reason = frame.body.decode() or "the renderers lack what it is drawn with"
            ticket.fail(RenderFailed(reason))
        self._backlog.note(ticket, frame.seconds, is_drawn=is_drawn)
        if self._supervisor.release(renderer):
            self._idle.append(renderer)
            self._dispatch()

    def ended(self, death: Death, task: Ticket | None) -> None:
        """Tell who waits for a picture that it died with its renderer."""
        self._report(death)
        if death.process == "zygote":
            self._backlog.counts["zygotes_died"] += 1
            return
        self._backlog.counts["died"] += 1
        self._backlog.counts["killed"] += death.is_overdue
        if task is not None:
            task.settle(self._backlog.queue, death.seconds)
            key = task.order.key
            self._deaths[key] = self._deaths.get(key, 0) + 1
            task.fail((RendererKilled if death.is_overdue else RendererDied)(key, death))

    def unopened(self, error: StudioFailed) -> None:
        """Pass on why the studio was opened with its spare settings."""
        self._report(error)

    def _drop_all(self) -> None:
        self._is_open = False
        self._backlog.drop_all()

    def _dispatch(self) -> None:
        """Give what waits to renderers that are idle: to the one first that has been idle for longest.

        It is done with what it does after an answer, or most likely so.
        """
        while self._idle:
            if not self._idle[0].is_idle:
                self._idle.popleft()
            elif (entry := self._backlog.queue.pop()) is None:
                return
            else:
                ticket = entry.item
                if not self._supervisor.give(self._idle.popleft(), ticket, ticket.work):
                    ticket.wait(self._backlog.queue, entry.seconds)
