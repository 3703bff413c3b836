"""Count what differs among millions, in little memory: digests in temporary files, one part of them at a time."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO, Self

from imgurl.preflight.tally import BUCKETS, DIGEST_BYTES

# Digests of a bucket that are kept in memory: those of 4 million rows in all.
MEMORY_BYTES = 524_288


class DistinctCount:
    """Counts digests, and how many of them differ, for the duration of a ``with``. Mutable state: its files."""

    def __init__(self) -> None:
        self._files: list[IO[bytes]] = []
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        """Open the files, which hold what is too much for memory."""
        files = [tempfile.SpooledTemporaryFile(MEMORY_BYTES) for _ in range(BUCKETS)]  # noqa: SIM115 - closed below
        self._files = [self._opened.enter_context(file) for file in files]
        return self

    def __exit__(self, *_: object) -> None:
        """Delete the files."""
        self._opened.close()

    def add(self, buckets: Sequence[bytes]) -> None:
        """Add digests, divided into buckets."""
        for file, digests in zip(self._files, buckets, strict=True):
            if digests:
                file.write(digests)

    @property
    def counts(self) -> tuple[int, int]:
        """How many digests were added, and how many different ones."""
        total = different = 0
        for file in self._files:
            file.seek(0)
            digests = file.read()
            file.seek(0, 2)
            total += len(digests) // DIGEST_BYTES
            different += len({digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)})
        return total, different
