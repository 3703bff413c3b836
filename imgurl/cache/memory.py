"""Images in memory, bounded in bytes; the least recently used go first. Owned by the event loop: one thread only."""

from cachetools import LRUCache

from imgurl.cache.keys import RenderKey

# What an entry costs besides its body: the key, two dictionary slots, object headers.
ENTRY_BYTES = 600


class MemoryCache:
    """A least-recently-used cache of image bodies."""

    def __init__(self, max_bytes: int) -> None:
        self._bodies: LRUCache[RenderKey, bytes] = LRUCache(max_bytes, getsizeof=_size)

    def get(self, key: RenderKey) -> bytes | None:
        """Return the image of this key, None on a miss."""
        return self._bodies.get(key)

    def put(self, key: RenderKey, body: bytes) -> None:
        """Store an image, unless it is larger than the whole cache."""
        if _size(body) <= self._bodies.maxsize:
            self._bodies[key] = body

    @property
    def size(self) -> int:
        """Bytes held now."""
        return int(self._bodies.currsize)


def _size(body: bytes) -> int:
    return len(body) + ENTRY_BYTES
