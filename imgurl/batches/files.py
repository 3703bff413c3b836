"""The files of a batch in the store, all below ``jobs/<job id>/``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from imgurl.errors import UnknownJob
from imgurl.storage import Storage

# The grammar of job ids: one segment of a key, so that no id leads anywhere else.
JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A key of a store. Every method is the one of ``Storage`` for this key, and raises StorageError."""

    storage: Storage
    key: str

    def get(self) -> bytes | None:
        """Return the content, None if the file does not exist."""
        return self.storage.get(self.key)

    def get_range(self, start: int, end: int) -> bytes:
        """Return bytes ``start`` up to, but not including, ``end``."""
        return self.storage.get_range(self.key, start, end)

    def stream(self) -> Iterator[bytes]:
        """Yield the content part by part."""
        return self.storage.stream(self.key)

    def size(self) -> int | None:
        """Return the length in bytes, None if the file does not exist."""
        return self.storage.size(self.key)

    def put(self, body: bytes) -> None:
        """Write the file whole or not at all."""
        self.storage.put(self.key, body)

    def put_stream(self, parts: Iterable[bytes]) -> None:
        """Write the file whole or not at all, from parts."""
        self.storage.put_stream(self.key, parts)

    def delete(self) -> None:
        """Delete the file, or everything below it; it is not an error if there is nothing."""
        self.storage.delete(self.key)


@dataclass(frozen=True, slots=True)
class JobFiles:
    """The files of one batch. Raises UnknownJob if ``job_id`` is not a valid job id."""

    storage: Storage
    job_id: str

    def __post_init__(self) -> None:
        if not JOB_ID.fullmatch(self.job_id):
            raise UnknownJob(self.job_id[:64])

    @property
    def everything(self) -> StoredFile:
        """All files of the batch."""
        return StoredFile(self.storage, f"jobs/{self.job_id}")

    @property
    def list(self) -> StoredFile:
        """The list, in UTF-8. Deleted once the result is complete."""
        return self._file("input")

    @property
    def order(self) -> StoredFile:
        """The order. Written last: with it the batch is accepted."""
        return self._file("order.json")

    @property
    def plan(self) -> StoredFile:
        """Which chunk has which bytes of the list."""
        return self._file("plan.txt")

    @property
    def all_rows(self) -> StoredFile:
        """The finished rows of all chunks. Deleted once the result is complete."""
        return self._file("rows")

    def rows(self, chunk: int) -> StoredFile:
        """Return the finished rows of a chunk."""
        return self._file(f"rows/{chunk:06d}")

    def tally(self, chunk: int) -> StoredFile:
        """Return the outcome of a chunk. Written after its rows: with it the chunk is done."""
        return self._file(f"tallies/{chunk:06d}.json")

    @property
    def warm_limit(self) -> StoredFile:
        """How many images are rendered in advance."""
        return self._file("room.json")

    @property
    def columns(self) -> StoredFile:
        """The columns that the rows of an NDJSON list have together."""
        return self._file("columns.json")

    @property
    def result(self) -> StoredFile:
        """The result, in the form of the list."""
        return self._file("result")

    def _file(self, name: str) -> StoredFile:
        return StoredFile(self.storage, f"jobs/{self.job_id}/{name}")
