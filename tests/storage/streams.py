"""Streams for tests of stores."""

from collections.abc import Iterator
from typing import Final

from imgurl.storage.objects import PART_BYTES

MEGABYTE: Final = 1_048_576

# An upload of three parts and a bit.
LARGE: Final = 3 * PART_BYTES + 12_345


class OwnFailure(Exception):
    """What a caller's own parts raise."""


def parts_of(length: int, *, fail_at: int | None = None, size: int = 1_000_003) -> Iterator[bytes]:
    """Yield so many bytes, each megabyte another one; raise OwnFailure at some place."""
    for start in range(0, length, size):
        if fail_at is not None and start >= fail_at:
            raise OwnFailure
        yield bytes([start // size % 251]) * min(size, length - start)
