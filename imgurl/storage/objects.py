"""A store at S3, Google or Azure, by obstore."""

import contextlib
from collections.abc import Iterable, Iterator
from itertools import chain

from imgurl.storage.failures import translating_errors
from imgurl.storage.keys import checked
from imgurl.storage.parts import CountedParts
from imgurl.storage.reading import StoreReader

# What a part of a large object holds. S3 wants at least 5 MiB and takes 10,000 parts: objects of up to 84 GB.
PART_BYTES = 8_388_608
PARTS_AT_ONCE = 2

# Keys deleted with one request; S3 takes 1,000.
DELETED_AT_ONCE = 1_000


class ObjectStorage(StoreReader):
    """An object store; see ``Storage``. The store itself makes an object appear when it is whole."""

    def put(self, key: str, body: bytes, *, lasting: bool = True) -> None:
        """Store a body, whole or not at all. Every object lasts."""
        with translating_errors("writing", key):
            self._store.put(checked(key), body, use_multipart=False)

    def put_stream(self, key: str, parts: Iterable[bytes]) -> int:
        """Store the concatenation of ``parts``, whole or not at all; return its length in bytes."""
        checked(key)
        counted = CountedParts(parts)
        remaining = iter(counted)
        head, is_all = _first_part(remaining)
        if is_all:
            self.put(key, head)
            return len(head)
        with counted.raising_own_errors(), translating_errors("writing", key):
            self._store.put(key, chain([head], remaining), chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE)
        return counted.bytes

    def delete(self, prefix: str) -> None:
        """Delete a key and everything below it; it is not an error if there is nothing."""
        with translating_errors("deleting", prefix):
            for entries in self._store.list(checked(prefix), chunk_size=DELETED_AT_ONCE):
                self._store.delete([entry["path"] for entry in entries])
            with contextlib.suppress(FileNotFoundError):
                self._store.delete(prefix)


def _first_part(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """Return the first parts, up to what makes a part of an upload, and whether that is all of them."""
    head = bytearray()
    for part in parts:
        head += part
        if len(head) >= PART_BYTES:
            return bytes(head), False
    return bytes(head), True
