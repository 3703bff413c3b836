"""What was made before for the same values."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

Made = TypeVar("Made")

# Keys remembered that were asked for once: hashes, so that a list of new names takes two megabytes at the most.
MAX_SEEN = 20_000


class RecentCache(Generic[Made]):
    """What was made before, bounded in bytes, least recently used out first. Used by one thread.

    Kept from the second time on that its key is asked for: each name of a list is new and never comes back, but not
    each city, offer or date.
    """

    def __init__(self, max_bytes: int, size_of: Callable[[Made], int]) -> None:
        self._kept: LRUCache[Hashable, Made] = LRUCache(max_bytes, getsizeof=size_of)
        self._size_of = size_of
        self._seen: set[int] = set()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was kept for this key; if there is nothing, make it."""
        try:
            return self._kept[key]
        except KeyError:
            made = make()
        seen = hash(key)
        if seen not in self._seen:
            if len(self._seen) >= MAX_SEEN:
                self._seen.clear()
            self._seen.add(seen)
        # LRUCache raises for an entry larger than itself.
        elif self._size_of(made) <= self._kept.maxsize:
            self._kept[key] = made
        return made
