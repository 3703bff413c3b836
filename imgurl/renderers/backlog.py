"""Orders that wait for what draws, processes or a thread, and what became of those that were drawn."""

import asyncio
from collections import Counter

from imgurl.renderers.estimates import Estimates
from imgurl.renderers.failures import PoolClosed, QueueFull
from imgurl.renderers.fairness import FairQueue
from imgurl.renderers.orders import Order
from imgurl.renderers.tickets import Ticket


class Backlog:
    """A fair queue, and the figures of those who serve it. One event loop owns it.

    ``max_seconds`` bounds the work that waits, for all who draw together. ``counts`` are of orders, by what became of
    them; ``drawing_seconds`` is what they took.
    """

    def __init__(self, max_orders: int, max_seconds: float) -> None:
        self.queue: FairQueue[Ticket] = FairQueue(max_orders, max_seconds)
        self.counts: Counter[str] = Counter()
        self.drawing_seconds = 0.0
        self._estimates = Estimates()

    def require_room(self, order: Order) -> None:
        """Raise QueueFull if the order would wait for too long."""
        if not self.queue.has_room(order.link, order.urgency):
            self.counts["refused_full"] += 1
            raise QueueFull(order.link)

    def add(self, order: Order, work: bytes = b"") -> Ticket:
        """Let an order wait; ``work`` is what a renderer gets."""
        ticket = Ticket(order, asyncio.get_running_loop().create_future(), work)
        ticket.wait(self.queue, self._estimates.of(order.kind))
        return ticket

    def note(self, ticket: Ticket, seconds: float, *, is_drawn: bool) -> None:
        """Count an order that was drawn or has failed, and charge its link with the time that it took."""
        self.counts["drawn" if is_drawn else "failed"] += 1
        self.drawing_seconds += seconds
        self._estimates.note(ticket.order.kind, seconds)
        ticket.settle(self.queue, seconds)

    def drop_all(self) -> None:
        """Tell everyone who waits that nothing is drawn any more."""
        while (entry := self.queue.pop()) is not None:
            entry.item.fail(PoolClosed())
