"""Divide a list of any length into spans of whole rows, in one pass and in little memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from imgurl.tables.form import TableForm
from imgurl.tables.records import MAX_RECORD_BYTES, RETURN, Grid, grid_of, is_blank, is_ended, lines_in

# A span is closed at this length, however few rows it has.
SPAN_BYTES = 4_194_304

# Nobody needs more of a span than this: what is beyond is the end of one row that is too long anyway.
READ_BYTES = SPAN_BYTES + 2 * MAX_RECORD_BYTES

# Parts are put together to blocks of at least this length, so that the cost does not depend on theirs.
BLOCK_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``start`` up to ``end`` of a list that hold whole rows.

    ``first_row`` counts from 1, without header and blank lines; ``first_line`` counts the lines of the file from 1.
    """

    start: int
    end: int
    first_row: int
    rows: int
    first_line: int

    @property
    def read_end(self) -> int:
        """Where reading may end: a span is longer than ``READ_BYTES`` only where its one row is."""
        return min(self.end, self.start + READ_BYTES)


class _Piece(NamedTuple):
    """The next record: its length in bytes and lines, whether it is a row, whether it is too long to be kept."""

    length: int
    lines: int
    is_row: bool
    is_huge: bool = False


def spans(parts: Iterable[bytes], form: TableForm, rows_each: int) -> Iterator[Span]:
    """Yield spans of ``rows_each`` rows, fewer where the rows are long; the last has what is left.

    ``parts`` are the bytes of the file from its first on. Joined, the spans are everything behind the header; where
    there is no row there is no span. Holds a few megabytes, whatever the file is.
    """
    start = end = form.data_start
    first_line = line = form.data_line
    first_row, rows = 1, 0
    is_full = False
    for length, lines, is_row, is_huge in _pieces(parts, form):
        if is_row and rows and (is_full or is_huge or rows == rows_each or end - start >= SPAN_BYTES):
            yield Span(start, end, first_row, rows, first_line)
            start, first_row, rows, first_line = end, first_row + rows, 0, line
            is_full = False
        rows += is_row
        end += length
        line += lines
        is_full = is_full or is_huge
    if rows:
        yield Span(start, end, first_row, rows, first_line)


def _pieces(parts: Iterable[bytes], form: TableForm) -> Iterator[_Piece]:
    """Yield the records; one that is too long to be kept comes in several pieces, of which the first is the row."""
    grid = grid_of(form)
    buffer, at = b"", 0
    in_huge = False
    for block, is_all in _blocks(_behind(parts, form.data_start)):
        buffer, at = buffer[at:] + block, 0
        while at < len(buffer):
            if in_huge:
                end, in_huge = _rest_of_line(grid, buffer, at, is_all=is_all)
                yield _Piece(end - at, not in_huge, is_row=False)
                at = end
                if in_huge:
                    break
                continue
            found = grid.record_at(buffer, at, is_all=is_all)
            if found is None:
                break
            end, _ = found
            if end < 0:
                in_huge = True
                yield _Piece(0, 0, is_row=True, is_huge=True)
                continue
            is_row = not is_blank(buffer, at, form.kind)
            yield _Piece(end - at, lines_in(buffer, at, end), is_row, end - at > MAX_RECORD_BYTES)
            at = end


def _rest_of_line(grid: Grid, data: bytes, at: int, *, is_all: bool) -> tuple[int, bool]:
    """Return up to where the line goes that holds the byte, and whether it goes on behind the data."""
    found = grid.line.match(data, at)
    assert found is not None, "the pattern of a line fits anywhere"
    end = found.end()
    if is_all or is_ended(data, end):
        return end, False
    # A line feed may follow a return: it waits for the next block.
    return end - (data[end - 1] == RETURN), True


def _behind(parts: Iterable[bytes], start: int) -> Iterator[bytes]:
    for part in parts:
        if start < len(part):
            yield part[start:]
        start = max(0, start - len(part))


def _blocks(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes in blocks, and whether a block is the last one."""
    held: list[bytes] = []
    length = 0
    for part in parts:
        if length >= BLOCK_BYTES:
            yield b"".join(held), False
            held, length = [], 0
        held.append(part)
        length += len(part)
    yield b"".join(held), True
