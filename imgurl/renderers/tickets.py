"""An order on its way through a queue."""

import asyncio
from collections.abc import Callable

from imgurl.renderers.fairness import Entry, FairQueue
from imgurl.renderers.orders import Order


class Ticket:
    """An order on its way. ``future`` has the file, or a RenderFailed; cancelling it does not take back the order.

    ``work`` is what a renderer gets; ``seconds`` is how long it took for the file.
    """

    __slots__ = ("_supply", "entry", "future", "order", "seconds", "work")

    def __init__(self, order: Order, future: asyncio.Future[bytes], work: bytes = b"") -> None:
        self.order = order
        self.work = work
        self.future = future
        self.seconds = 0.0
        self.entry: Entry[Ticket] | None = None
        self._supply = order.supply

    def wait(self, queue: FairQueue["Ticket"], seconds: float) -> None:
        """Wait in a queue for a renderer."""
        self.entry = queue.push(self, self.order.link, self.order.urgency, seconds)

    def withdraw(self, queue: FairQueue["Ticket"]) -> bool:
        """Leave a queue; return whether the order still waited in it."""
        if self.entry is None or not queue.cancel(self.entry):
            return False
        self.future.cancel()
        return True

    def settle(self, queue: FairQueue["Ticket"], seconds: float) -> None:
        """Charge the order's link with the time it has taken."""
        if self.entry is not None:
            queue.settle(self.entry, seconds)

    def take_supply(self) -> Callable[[], object] | None:
        """Return, once, what gets the renderer what it lacks."""
        supply, self._supply = self._supply, None
        return supply

    def fulfil(self, body: bytes, seconds: float) -> None:
        """Hand over the file, which took some seconds, to those who still wait."""
        self.seconds = seconds
        if not self.future.done():
            self.future.set_result(body)

    def fail(self, error: Exception) -> None:
        """Report an error to those who still wait; if nobody does, it does not count as missed."""
        if not self.future.done():
            self.future.set_exception(error)
            self.future.exception()
