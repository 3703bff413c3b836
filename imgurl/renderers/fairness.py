"""A queue that is fair to links: pure data, no clock, no waiting.

Each link is served in the order in which its entries came; between links that wait, time is shared equally. So a link
gets everything while it is alone, and at most half while another one waits; one that asks now and then is served next.

It is start-time fair queueing (Goyal, Vin, Cheng 1996). A link has a *tag*: the seconds of work it was served since it
began to wait, counted from where the others were then. The link with the lowest tag is served, and what its entry is
expected to cost is added; what it did cost replaces that afterwards. Links whose entries are all served are forgotten
when they would be next: time that nobody else wanted is free, and no link saves any up.
"""

import heapq
import itertools
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from imgurl.renderers.orders import Urgency

Item = TypeVar("Item")

# The share of time for what is drawn ahead while mail that is being opened could use all of it.
SHARE_AHEAD = 0.1


@dataclass(frozen=True, eq=False, slots=True)
class Entry(Generic[Item]):
    """What waits, and the seconds it is expected to cost."""

    item: Item
    link: Hashable
    urgency: Urgency
    seconds: float


class _Link(Generic[Item]):
    """What waits of one link. ``turn`` is the number of its one valid place in the heap."""

    __slots__ = ("entries", "seconds", "tag", "turn")

    def __init__(self, tag: float, turn: int) -> None:
        self.tag = tag
        self.turn = turn
        self.entries: OrderedDict[Entry[Item], None] = OrderedDict()
        self.seconds = 0.0

    def add(self, entry: Entry[Item]) -> None:
        self.entries[entry] = None
        self.seconds += entry.seconds

    def drop(self, entry: Entry[Item]) -> None:
        del self.entries[entry]
        self.seconds = self.seconds - entry.seconds if self.entries else 0.0

    def charge(self, seconds: float, least: float, turn: int) -> None:
        self.tag = max(least, self.tag + seconds)
        self.turn = turn


class FairLane(Generic[Item]):
    """Entries of one urgency."""

    def __init__(self, max_entries: int, max_seconds: float) -> None:
        self._max_entries = max_entries
        self._max_seconds = max_seconds
        self._links: dict[Hashable, _Link[Item]] = {}
        self._heap: list[tuple[float, int, Hashable]] = []
        self._turns = itertools.count()
        # The tag that was served last; no tag is lower.
        self._now = 0.0
        self._waiting_links = 0
        self.count = 0
        self.seconds = 0.0

    def has_room(self, key: Hashable) -> bool:
        """Say whether another entry of a link would be served in time.

        Before it, each link that waits is served what this one has waiting, and one entry more; and all of them
        together no more than there is. So a link that has much waiting is refused, and the others are not.
        """
        link = self._links.get(key)
        count, seconds = (len(link.entries), link.seconds) if link else (0, 0.0)
        links = self._waiting_links + (not count)
        if (count + 1) * links > self._max_entries:
            return False
        return not self.count or min(self.seconds, links * (seconds + self.seconds / self.count)) <= self._max_seconds

    def push(self, entry: Entry[Item]) -> None:
        """Let an entry wait."""
        link = self._links.get(entry.link)
        if link is None:
            link = self._links[entry.link] = _Link(self._now, next(self._turns))
            heapq.heappush(self._heap, (link.tag, link.turn, entry.link))
        self._waiting_links += not link.entries
        link.add(entry)
        self.count += 1
        self.seconds += entry.seconds

    def pop(self) -> Entry[Item] | None:
        """Return the entry that is served next; None where nothing waits."""
        while self._heap:
            tag, turn, key = heapq.heappop(self._heap)
            link = self._links.get(key)
            if link is None or link.turn != turn:
                continue
            if not link.entries:
                del self._links[key]
                continue
            self._now = tag
            entry = next(iter(link.entries))
            self._remove(link, entry)
            self._charge(key, link, entry.seconds)
            return entry
        return None

    def cancel(self, entry: Entry[Item]) -> bool:
        """Take back an entry; return whether it was still waiting."""
        link = self._links.get(entry.link)
        if link is None or entry not in link.entries:
            return False
        self._remove(link, entry)
        return True

    def settle(self, entry: Entry[Item], seconds: float) -> None:
        """Charge an entry that was served with what it has cost."""
        link = self._links.get(entry.link)
        if link is not None:
            self._charge(entry.link, link, seconds - entry.seconds)

    def _remove(self, link: _Link[Item], entry: Entry[Item]) -> None:
        link.drop(entry)
        self._waiting_links -= not link.entries
        self.count -= 1
        self.seconds = self.seconds - entry.seconds if self.count else 0.0

    def _charge(self, key: Hashable, link: _Link[Item], seconds: float) -> None:
        link.charge(seconds, self._now, next(self._turns))
        heapq.heappush(self._heap, (link.tag, link.turn, key))


class FairQueue(Generic[Item]):
    """A lane for pictures that are opened, and one for those drawn ahead, which get a tenth while both have entries."""

    def __init__(self, max_entries: int, max_seconds: float) -> None:
        self._opened, self._ahead = self._lanes = tuple(FairLane[Item](max_entries, max_seconds) for _ in Urgency)
        # Seconds that pictures drawn ahead may have before others that wait.
        self._owed = 0.0

    @property
    def count(self) -> int:
        """How many entries wait."""
        return self._opened.count + self._ahead.count

    @property
    def seconds(self) -> float:
        """The seconds that what waits is expected to cost."""
        return self._opened.seconds + self._ahead.seconds

    def has_room(self, link: Hashable, urgency: Urgency) -> bool:
        """Say whether another entry of a link would be served in time."""
        return self._lanes[urgency].has_room(link)

    def push(self, item: Item, link: Hashable, urgency: Urgency, seconds: float) -> Entry[Item]:
        """Let an item wait that is expected to cost some seconds."""
        entry = Entry(item, link, urgency, seconds)
        self._lanes[urgency].push(entry)
        return entry

    def pop(self) -> Entry[Item] | None:
        """Return the entry that is served next; None where nothing waits."""
        if not self._ahead.count:
            self._owed = 0.0
            return self._opened.pop()
        if self._opened.count and self._owed <= 0.0:
            entry = self._opened.pop()
            self._owed += SHARE_AHEAD * entry.seconds if entry else 0.0
            return entry
        entry = self._ahead.pop()
        if entry and self._opened.count:
            self._owed -= entry.seconds
        return entry

    def cancel(self, entry: Entry[Item]) -> bool:
        """Take back an entry; return whether it was still waiting."""
        return self._lanes[entry.urgency].cancel(entry)

    def settle(self, entry: Entry[Item], seconds: float) -> None:
        """Charge an entry that was served with what it has cost."""
        self._lanes[entry.urgency].settle(entry, seconds)
