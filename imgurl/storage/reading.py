"""Reading through obstore, which is the same for a folder and for an object store."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from imgurl.errors import StorageError
from imgurl.storage.failures import translating_errors
from imgurl.storage.keys import checked

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import ObjectStore

# A large object is read in requests of this size, so that no request lasts as long as the reader's work.
READ_BYTES = 8_388_608
YIELDED_BYTES = 1_048_576

# What S3, Google and Azure say if the bucket itself does not exist; None, as for a missing key, would hide it.
NO_BUCKET = re.compile("NoSuchBucket|specified bucket does not exist|ContainerNotFound")


class StoreReader:
    """The reading half of ``Storage``, for any store of obstore."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    def get(self, key: str) -> bytes | None:
        """Return the content of a key, None if it does not exist."""
        with translating_errors("reading", key):
            try:
                return self._store.get(checked(key)).bytes().to_bytes()
            except FileNotFoundError as error:
                _check_bucket(error)
                return None

    async def get_async(self, key: str) -> bytes | None:
        """Return the content of a key, None if it does not exist. A cancelled call closes its connection."""
        with translating_errors("reading", key):
            try:
                response = await self._store.get_async(checked(key))
                return (await response.bytes_async()).to_bytes()
            except FileNotFoundError as error:
                _check_bucket(error)
                return None

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """Return bytes ``start`` up to, but not including, ``end``; StorageError if the content is shorter."""
        return self._range(key, start, end, None)

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the content of a key, 1 MiB at a time; StorageError if it does not exist, or is replaced meanwhile."""
        with translating_errors("reading", key):
            head = self._store.head(checked(key))
        for start in range(0, head["size"], READ_BYTES):
            body = self._range(key, start, min(start + READ_BYTES, head["size"]), head["e_tag"])
            for at in range(0, len(body), YIELDED_BYTES):
                yield body[at : at + YIELDED_BYTES]

    def size(self, key: str) -> int | None:
        """Return the length of a key's content in bytes, None if it does not exist."""
        with translating_errors("reading", key):
            try:
                return int(self._store.head(checked(key))["size"])
            except FileNotFoundError:
                return None

    def list(self, prefix: str) -> list[str]:
        """Return the keys below a prefix, ascending; ``jobs/12/input`` is not below ``jobs/1``."""
        with translating_errors("listing", prefix):
            entries = self._store.list(checked(prefix)).collect()
        return sorted(entry["path"] for entry in entries)

    def _range(self, key: str, start: int, end: int, tag: str | None) -> bytes:
        if not 0 <= start <= end:
            raise ValueError(f"bytes {start} to {end} are not a valid range")
        if start == end:
            return b""
        options: GetOptions = {"range": (start, end)} if tag is None else {"range": (start, end), "if_match": tag}
        with translating_errors("reading", key):
            body = self._store.get(checked(key), options=options).bytes().to_bytes()
        if len(body) != end - start:
            raise StorageError(f"the store holds less than {end:,} bytes under '{key}': it was replaced or damaged")
        return body


def _check_bucket(error: FileNotFoundError) -> None:
    """Raise the error again if it is the bucket that does not exist."""
    if NO_BUCKET.search(str(error)):
        raise error
