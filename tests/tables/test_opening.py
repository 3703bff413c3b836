"""Lists in files, read by ranges of their bytes."""

from pathlib import Path

import pytest

from imgurl.errors import BadTable
from imgurl.tables.byte_ranges import ByteRange
from imgurl.tables.opening import bytes_of


def test_a_list_that_becomes_shorter_is_noticed(tmp_path: Path) -> None:
    """A program that writes it anew while it is read: rows that are gone must not be left out without a word."""
    path = tmp_path / "list.csv"
    path.write_bytes(b"name\nAva\nBen\n")
    with path.open("rb") as file:
        rows = ByteRange(5, 13, 1, 2, 2)
        assert bytes_of(file, rows) == b"Ava\nBen\n"
        path.write_bytes(b"name\nAva\n")
        with pytest.raises(BadTable, match="became shorter while it was read"):
            bytes_of(file, rows)
