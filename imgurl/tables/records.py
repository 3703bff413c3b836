"""Cut the bytes of a list into records.

A record of a CSV ends at a line end outside of quotation marks; one of NDJSON at each line feed. Where a record ends
never depends on what comes after it, so a list can be cut in one pass and its pieces can be read anywhere.

An unclosed quotation mark would swallow the rows after it, up to the next mark anywhere. So a record over several lines
is believed only if each closing mark is followed by a delimiter or a line end, if it has as many cells as the header,
and if its lines do not read as rows themselves; otherwise its first line alone is a record, with a fault. The end is
sought within ``MAX_RECORD_BYTES``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from imgurl.tables.cells import CellPatterns, cell_patterns
from imgurl.tables.form import Kind, Quoting, TableForm

# The longest record that is kept in memory.
MAX_RECORD_BYTES = 1_048_576

# The longest record that is read.
MAX_ROW_BYTES = 131_072

NEW_LINE, RETURN = b"\n\r"

# From this many columns on it is not a coincidence that each line of a quoted text has as many delimiters as a row.
TELLING_WIDTH = 4

# A UTF-8 sequence of two bytes or more: bytes with one of these are damaged UTF-8, not another charset.
UTF8_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")

TOO_LONG = f"is longer than {MAX_ROW_BYTES:,} bytes; shorten or remove its longest cell"


class Record(NamedTuple):
    """A record: its bytes ``start`` to ``end`` with the line end, the line in which it begins, and its fault."""

    start: int
    end: int
    line: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """How a list is cut into records."""

    line: re.Pattern[bytes]
    line_end: re.Pattern[bytes]
    #: None for NDJSON, where a record is a line.
    cells: CellPatterns | None
    delimiter: bytes
    quoting: Quoting
    ends_at_return: bool
    #: How many cells a record over several lines must have; 0 if that is not known yet.
    width: int
    #: Whether a record over several lines is one even if all of its lines read as rows.
    trusts_marks: bool

    def record_at(self, data: bytes, at: int, *, is_all: bool) -> tuple[int, str] | None:
        """Return where the record that begins at a byte ends, and its fault; None if more bytes are needed.

        The end is -1 if the record is longer than can be kept: its line has no end yet.
        """
        match = self.line.match(data, at)
        assert match is not None, "the pattern of a line fits anywhere"
        end = match.end()
        if not is_all and not self.is_ended(data, end):
            return (-1, TOO_LONG) if len(data) - at > MAX_RECORD_BYTES else None
        if self._may_go_on(data, at, end):
            further = self._record_end(data, at, is_all=is_all)
            if further is None and not is_all and len(data) - at <= MAX_RECORD_BYTES:
                return None
            if further and further > end and further - at <= MAX_RECORD_BYTES and self._is_believed(data, at, further):
                end = further
        return end, TOO_LONG if end - at > MAX_ROW_BYTES else ""

    def is_ended(self, data: bytes, end: int) -> bool:
        """Say whether the line before ``end`` certainly ends there: a line feed may follow a return."""
        if end == 0:
            return False
        return data[end - 1] == NEW_LINE or (self.ends_at_return and data[end - 1] == RETURN and end < len(data))

    def lines_in(self, data: bytes, start: int, end: int) -> int:
        """Return how many lines a record takes: more than one if a cell contains a line end."""
        if data.find(b'"', start, end) < 0 and data.find(b"\\", start, end) < 0:
            return 1
        lines = len(data[start:end].splitlines()) if self.ends_at_return else data.count(b"\n", start, end)
        return max(1, lines)

    def _may_go_on(self, data: bytes, at: int, end: int) -> bool:
        """Say whether a line can be the beginning of a longer record; almost none can."""
        if self.cells is None:
            return False
        if self.quoting is not Quoting.DOUBLED and data.find(b"\\", at, end) >= 0:
            return True
        if self.quoting is Quoting.ESCAPED or data.find(b'"', at, end) < 0:
            return False
        tidy = self.cells.tidy.match(data, at, end)
        return tidy is None or tidy.end() != end

    def _record_end(self, data: bytes, at: int, *, is_all: bool) -> int | None:
        """Return where the record that begins at a byte ends; 0 if there is none, None if the data ends first."""
        assert self.cells is not None
        count = 0
        while True:
            count += 1
            opening = self.cells.opening.match(data, at) if self.quoting is not Quoting.ESCAPED else None
            match = (self.cells.quoted if opening else self.cells.bare).match(data, at)
            if match is None or not match.end() < len(data):
                # A cell that is not closed, or one that continues after the data.
                is_complete = is_all and match is not None and self._fits(count)
                return len(data) if is_complete else 0 if is_all else None
            if self.width and count > self.width and match.end() - at > data.count(b" ", at, match.end()):
                return 0
            at = match.end()
            if data.startswith(self.delimiter, at):
                at += 1
                continue
            end = self.line_end.match(data, at)
            if end is None:
                return 0  # a closing mark with something after it
            if not is_all and not self.is_ended(data, end.end()):
                return None
            return end.end() if self._fits(count) else 0

    def _fits(self, count: int) -> bool:
        # More cells than columns: the others are blank.
        return not self.width or count >= self.width

    def _is_believed(self, data: bytes, at: int, end: int) -> bool:
        if self.trusts_marks or not self.width or self.quoting is Quoting.ESCAPED:
            return True
        lines = data[at:end].splitlines()
        return any(line.count(self.delimiter) != self.width - 1 for line in lines)


def grid_of(form: TableForm) -> Grid:
    """Return how a list of this form is cut."""
    if form.kind is Kind.NDJSON:
        return _ndjson_grid()
    width = len(form.columns)
    trusts = form.quotes_header or (form.quotes and width < TELLING_WIDTH)
    return _csv_grid(form.delimiter, form.quoting, form.ends_at_return, width, trusts)


@lru_cache(maxsize=32)
def _csv_grid(delimiter: str, quoting: Quoting, ends_at_return: bool, width: int, trusts: bool) -> Grid:  # noqa: FBT001 - the key of a cache
    ends = rb"\r\n|\r|\n|\Z" if ends_at_return else rb"\r?\n|\r?\Z"
    line = rb"[^\r\n]*+(?:\r\n|\r|\n|\Z)" if ends_at_return else rb"[^\n]*+(?:\n|\Z)"
    cells = cell_patterns(delimiter, quoting, ends_at_return=ends_at_return)
    return Grid(
        re.compile(line), re.compile(ends), cells, delimiter.encode(), quoting, ends_at_return, width, trusts
    )  # fmt: skip


@lru_cache(maxsize=1)
def _ndjson_grid() -> Grid:
    line = re.compile(rb"[^\n]*+(?:\n|\Z)")
    return Grid(line, line, None, b"", Quoting.DOUBLED, ends_at_return=False, width=0, trusts_marks=True)


def cut(data: bytes, form: TableForm, first_line: int) -> Iterator[Record]:
    """Yield the records of data that ends with one; blank lines are omitted."""
    grid = grid_of(form)
    at, line = 0, first_line
    while at < len(data):
        record = grid.record_at(data, at, is_all=True)
        assert record is not None, "there is no more to come"
        end, fault = record
        if not is_blank(data, at, form):
            yield Record(at, end, line, fault)
        line += grid.lines_in(data, at, end)
        at = end


def is_blank(data: bytes, at: int, form: TableForm) -> bool:
    """Say whether the record that begins at a byte is a blank line; for NDJSON, one of whitespace.

    In a list of one column, a blank line is a row: its only cell is blank.
    """
    if form.kind is Kind.CSV:
        return len(form.columns) != 1 and is_empty_line(data, at, form)
    # The blanks of JSON; the line feed among them ends the line.
    while at < len(data) and data[at] in b" \t\r":
        at += 1
    return at == len(data) or data[at] == NEW_LINE


def is_empty_line(data: bytes, at: int, form: TableForm) -> bool:
    """Say whether a byte is the beginning of a line end."""
    if data[at] != RETURN or form.ends_at_return:
        return data[at] in (NEW_LINE, RETURN)
    return data[at + 1 : at + 2] in (b"\n", b"")


def decode(raw: bytes) -> tuple[str, bool]:
    """Return the text of a record, and whether it is UTF-8; invalid bytes become U+FFFD."""
    try:
        return raw.decode(), True
    except UnicodeDecodeError:
        return raw.decode(errors="replace"), False


def without_end(text: str, form: TableForm) -> str:
    """Return a record without its line end; after a backslash, a line end is part of the last cell."""
    if form.quoting is Quoting.DOUBLED:
        return text.rstrip("\r\n")
    return text.removesuffix("\n").removesuffix("\r")
