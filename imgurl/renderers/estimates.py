"""How long orders of a kind take."""

import statistics
from collections import deque
from collections.abc import Hashable

from cachetools import LRUCache

# What an order of an unknown kind is taken to last: so little that a first burst is bounded by its number.
UNKNOWN_SECONDS = 0.01

# The median of so many orders is what the next one of their kind is expected to last.
REMEMBERED = 5
MAX_KINDS = 1_024


class Estimates:
    """The seconds that orders of a kind were measured to take."""

    def __init__(self) -> None:
        self._measured: LRUCache[Hashable, deque[float]] = LRUCache(MAX_KINDS)

    def of(self, kind: Hashable) -> float:
        """Return what an order of a kind will last."""
        measured = self._measured.get(kind)
        return statistics.median(measured) if measured else UNKNOWN_SECONDS

    def note(self, kind: Hashable, seconds: float) -> None:
        """Note what an order has lasted. The first of a kind is left out: it compiles what the others find there."""
        measured = self._measured.get(kind)
        if measured is None:
            self._measured[kind] = deque(maxlen=REMEMBERED)
        else:
            measured.append(seconds)
