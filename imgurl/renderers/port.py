"""What draws, as those see it who order: processes (``pool``), or a thread (``thread``)."""

import asyncio
from typing import Protocol

from imgurl.renderers.facts import Facts
from imgurl.renderers.orders import Order, Recipe
from imgurl.renderers.tickets import Ticket


class Renderers(Protocol):
    """Renderers with a fair queue in front of them, driven by an event loop."""

    async def start(self) -> None:
        """Make ready. Raises StudioFailed."""

    async def renew(self, recipe: Recipe) -> None:
        """Go on with another recipe, without a pause. Raises StudioFailed, and goes on as before then."""

    async def close(self, drain_seconds: float = 0.0) -> None:
        """Drop what waits; what is being drawn may be finished within some seconds."""

    def submit(self, order: Order) -> Ticket:
        """Let an order wait. Raises PoolClosed, Poisoned or QueueFull."""

    def withdraw(self, ticket: Ticket) -> bool:
        """Take back an order; return whether it had not begun. One that has begun is finished."""

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
