"""How many requests begin in one turn of the event loop.

Each step of a request waits for everything else that the loop has to do in a turn, also for what other links ask for. A
turn that begins a thousand requests lasts a second, and a picture takes several turns. So few begin in one; the others
wait in a queue that is fair to the links that they name, so that one link's flood holds up no other link.
"""

import asyncio
import math

from imgurl.renderers.fairness import Entry, FairLane
from imgurl.renderers.orders import Urgency

# So many take a millisecond or two.
BEGUN_IN_TURN = 2


class Turns:
    """Lets requests begin. Mutable state: how many have in this turn, and those that wait; one event loop owns it."""

    def __init__(self) -> None:
        self._begun = 0
        self._waiting: FairLane[asyncio.Future[None]] = FairLane(max_entries=2**62, max_seconds=math.inf)

    async def begin(self, link: bytes) -> None:
        """Return when a request for a link may begin."""
        loop = asyncio.get_running_loop()
        if self._begun < BEGUN_IN_TURN and not self._waiting.count:
            if not self._begun:
                loop.call_soon(self._next)
            self._begun += 1
            return
        entry = Entry(loop.create_future(), link, Urgency.OPENED, 1.0)
        self._waiting.push(entry)
        try:
            await entry.item
        except asyncio.CancelledError:
            self._waiting.cancel(entry)
            raise

    def _next(self) -> None:
        self._begun = 0
        while self._begun < BEGUN_IN_TURN and (entry := self._waiting.pop()) is not None:
            if not entry.item.done():  # else it was cancelled in this very turn
                entry.item.set_result(None)
                self._begun += 1
        if self._begun:
            asyncio.get_running_loop().call_soon(self._next)


def named_link(query: bytes) -> bytes:
    """Return the signature that a query carries: what a link is known by before it is verified."""
    return query.rpartition(b"_s=")[2].partition(b"&")[0]
