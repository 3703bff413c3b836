"""What every store can do."""

from collections.abc import Iterable, Iterator
from typing import Protocol


class Storage(Protocol):
    """Files under keys. May be used from any thread, but not across a fork: a new process opens its own.

    A key is relative and slash-separated, for example ``jobs/5f3a/input``. No key is below another one: a folder
    cannot hold both ``a`` and ``a/b``. Writing overwrites; nothing depends on conditional writes, which not every S3
    server has. Every method raises StorageError if the store fails, and ValueError if a key is not valid.
    """

    def get(self, key: str) -> bytes | None:
        """Return the content of a key, None if it does not exist."""
        ...

    async def get_async(self, key: str) -> bytes | None:
        """Return the content of a key, None if it does not exist. A cancelled call closes its connection."""
        ...

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """Return bytes ``start`` up to, but not including, ``end``; StorageError if the content is shorter."""
        ...

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the content of a key, 1 MiB at a time. The first part raises StorageError if the key does not exist.

        Reading may take as long as the caller likes: no connection stays open between two requests. Content that is
        replaced meanwhile is a StorageError too.
        """
        ...

    def size(self, key: str) -> int | None:
        """Return the length of a key's content in bytes, None if it does not exist."""
        ...

    def list(self, prefix: str) -> list[str]:
        """Return the keys below a prefix, ascending; ``jobs/12/input`` is not below ``jobs/1``."""
        ...

    def put(self, key: str, body: bytes, *, lasting: bool = True) -> None:
        """Store a body, whole or not at all.

        What can be made again need not be ``lasting``: then a folder does not wait for the disk, and a power cut may
        damage the file.
        """
        ...

    def put_stream(self, key: str, parts: Iterable[bytes]) -> int:
        """Store the concatenation of ``parts``, whole or not at all; return its length in bytes.

        Holds about three parts of 8 MiB in memory, whatever the length. What ``parts`` raises comes through, and
        nothing is stored. ``parts`` must not read from a store while they are produced (see ``batches.prefetch``).
        """
        ...

    def delete(self, prefix: str) -> None:
        """Delete a key and everything below it; it is not an error if there is nothing."""
        ...
