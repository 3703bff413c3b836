"""Divide a list of any length into byte ranges of whole rows, in one pass and in little memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from imgurl.tables.form import Kind, TableForm
from imgurl.tables.leftovers import Leftovers, leftovers_of
from imgurl.tables.records import MAX_RECORD_BYTES, RETURN, Grid, grid_of, is_blank, is_empty_line

# A range is closed at this length, however few rows it has.
RANGE_BYTES = 4_194_304

# Nobody needs more of a range than this: the rest is the end of one row that is too long anyway.
READ_BYTES = RANGE_BYTES + 2 * MAX_RECORD_BYTES

# Parts are joined to blocks of at least this length, so that the cost does not depend on theirs.
BLOCK_BYTES = 262_144

# Lines after the last row, from a blank one on, that are held back until it is known whether a row follows.
MAX_ENDING = 200


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes ``start`` up to, but not including, ``end`` of a list: whole rows.

    ``first_row`` counts from 1, without header and blank lines; ``first_line`` counts the lines of the file from 1.
    ``left_out`` counts the records up to the end of the range that are neither rows nor blank: headers of joined files,
    footers. A range without rows is what follows the last row.
    """

    start: int
    end: int
    first_row: int
    rows: int
    first_line: int
    left_out: int = 0

    @property
    def read_end(self) -> int:
        """Where reading may end: a range is longer than ``READ_BYTES`` only if its one row is."""
        return min(self.end, self.start + READ_BYTES)


class _Piece(NamedTuple):
    """The next record: its length in bytes and lines, whether it is a row, whether it is too long to be kept.

    ``is_left_out`` is a record that is neither a row nor blank; ``may_end`` one that may come after the last row.
    """

    length: int
    lines: int
    is_row: bool
    is_huge: bool = False
    is_left_out: bool = False
    may_end: bool = False
    is_empty: bool = False
    is_ending: bool = False


def divide(parts: Iterable[bytes], form: TableForm, rows_each: int) -> Iterator[ByteRange]:
    """Yield ranges of ``rows_each`` rows, fewer if the rows are long; the range of the last row has what is left.

    ``parts`` are the bytes of the file from its first on, in UTF-8. Joined, the ranges are everything after the header;
    a list without rows has no range with rows. Holds a few megabytes, whatever the file is. Raises BadTable for a
    header with other columns among the rows.
    """
    start = end = form.data_start
    first_line = line = form.data_line
    first_row, rows, left_out = 1, 0, 0
    is_full = is_ending = False
    for piece in _with_ending(_pieces(parts, form)):
        is_over = is_full or piece.is_huge or rows == rows_each or end - start >= RANGE_BYTES
        if rows and ((piece.is_row and is_over) or (piece.is_ending and not is_ending)):
            yield ByteRange(start, end, first_row, rows, first_line, left_out)
            start, first_row, rows, first_line = end, first_row + rows, 0, line
            is_full = False
        is_ending = piece.is_ending
        rows += piece.is_row
        left_out += piece.is_left_out
        end += piece.length
        line += piece.lines
        is_full = is_full or piece.is_huge
    if rows or is_ending:
        yield ByteRange(start, end, first_row, rows, first_line, left_out)


def _with_ending(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the records; a blank line at the end of the list, and single cells after it, are its ending.

    Reports have their name, their owner and their totals there (Salesforce).
    """
    ending: list[_Piece] = []
    for piece in pieces:
        if piece.may_end and (ending or piece.is_empty) and len(ending) < MAX_ENDING:
            ending.append(piece)
            continue
        yield from ending
        ending.clear()
        yield piece
    for piece in ending:
        yield piece._replace(is_row=False, is_left_out=not piece.is_empty, is_ending=True)


def _pieces(parts: Iterable[bytes], form: TableForm) -> Iterator[_Piece]:
    """Yield the records; one that is too long to be kept comes in several pieces, the first of which is the row."""
    grid, leftovers = grid_of(form), leftovers_of(form)
    buffer, at, line = b"", 0, form.data_line
    in_huge = is_at_end = False
    for block, is_all in _blocks(_after(parts, form.data_start)):
        buffer, at = buffer[at:] + block, 0
        while at < len(buffer):
            if in_huge:
                end, in_huge = _rest_of_line(grid, buffer, at, is_all=is_all)
                piece = _Piece(end - at, not in_huge, is_row=False)
                at = end
                line += piece.lines
                yield piece
                if in_huge:
                    break
                continue
            record = grid.record_at(buffer, at, is_all=is_all)
            if record is None:
                break
            end, _ = record
            if end < 0:
                in_huge = True
                yield _Piece(0, 0, is_row=True, is_huge=True)
                continue
            lines = grid.lines_in(buffer, at, end)
            piece = _piece(buffer, at, end, lines, form)
            if leftovers and (is_at_end or piece.is_empty or leftovers.may_be(buffer, at)):
                piece = _classed(piece, buffer[at:end], leftovers, line, is_at_end=is_at_end)
            is_at_end = piece.may_end
            yield piece
            line += lines
            at = end


def _piece(buffer: bytes, at: int, end: int, lines: int, form: TableForm) -> _Piece:
    is_empty = form.kind is Kind.CSV and is_empty_line(buffer, at, form)
    is_row = not is_blank(buffer, at, form)
    return _Piece(end - at, lines, is_row, end - at > MAX_RECORD_BYTES, may_end=is_empty, is_empty=is_empty)


def _classed(piece: _Piece, raw: bytes, leftovers: Leftovers, line: int, *, is_at_end: bool) -> _Piece:
    """Return the record, marked if it is not a row. Whether it is alone in its line matters at an end only."""
    if piece.is_empty or piece.is_huge:
        return piece
    leftovers.check_order(raw, line)
    is_left_out = leftovers.is_leftover(raw)
    may_end = is_at_end and len(leftovers.form.columns) > 1 and leftovers.is_lonely(raw)
    return piece._replace(is_row=piece.is_row and not is_left_out, is_left_out=is_left_out, may_end=may_end)


def _rest_of_line(grid: Grid, data: bytes, at: int, *, is_all: bool) -> tuple[int, bool]:
    """Return where the line that contains the byte ends, and whether it continues after the data."""
    match = grid.line.match(data, at)
    assert match is not None, "the pattern of a line matches anywhere"
    end = match.end()
    if is_all or grid.is_ended(data, end):
        return end, False
    # A line feed may follow a return: it waits for the next block.
    return end - (data[end - 1] == RETURN), True


def _after(parts: Iterable[bytes], start: int) -> Iterator[bytes]:
    for part in parts:
        if start < len(part):
            yield part[start:]
        start = max(0, start - len(part))


def _blocks(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes in blocks, each with whether it is the last one."""
    block: list[bytes] = []
    length = 0
    for part in parts:
        if length >= BLOCK_BYTES:
            yield b"".join(block), False
            block, length = [], 0
        block.append(part)
        length += len(part)
    yield b"".join(block), True
