"""A list in a file, read as UTF-8 by byte ranges."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from imgurl.errors import BadTable
from imgurl.tables.byte_ranges import ByteRange
from imgurl.tables.charset import transcoded
from imgurl.tables.form import UTF8, TableForm

READ_BYTES = 1_048_576


@contextlib.contextmanager
def open_as_utf8(source: Path, form: TableForm) -> Iterator[BinaryIO]:
    """Open a list as UTF-8: itself, or a copy in a file without a name."""
    with source.open("rb") as file:
        if form.encoding == UTF8:
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            copy.writelines(transcoded(parts_of(file), form.encoding))
            copy.flush()
            yield copy


def parts_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a file from its beginning, a megabyte at a time."""
    file.seek(0)
    while part := file.read(READ_BYTES):
        yield part


def bytes_of(file: BinaryIO, byte_range: ByteRange) -> bytes:
    """Return the bytes of a range; where the file is read from otherwise does not change.

    Raises BadTable if the file has become shorter since the range was found.
    """
    size = byte_range.read_end - byte_range.start
    body = _read_at(file, byte_range.start, size)
    if len(body) < size:
        raise BadTable("the list became shorter while it was read; start again once nothing writes to it any more")
    return body


def _read_at(file: BinaryIO, start: int, size: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), size, start)
    before = file.tell()  # Windows
    file.seek(start)
    try:
        return file.read(size)
    finally:
        file.seek(before)
