"""Cut the bytes of a list into records, as ``csv`` of the standard library would read them.

A record of a CSV ends at a line end outside of quotation marks; one of NDJSON at each line feed. What is cut here never
depends on what stands behind it, so a list can be cut in one pass and its pieces be read anywhere.

A cell that is opened with a quotation mark and not closed would swallow the rest of a list. So the end of a record is
looked for within ``MAX_RECORD_BYTES``; where it is not found, the first line alone is a bad record, and the next line
begins a new one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from imgurl.tables.form import Kind, TableForm

# The longest record that is kept in memory.
MAX_RECORD_BYTES = 1_048_576

# The longest record that is read: csv.field_size_limit(), which is one for the whole process.
MAX_ROW_BYTES = 131_072

NEW_LINE, RETURN = b"\n\r"

# A UTF-8 sequence of two bytes or more: bytes with one of these are damaged UTF-8, not another code page.
UTF8_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")

TOO_LONG = f"is longer than {MAX_ROW_BYTES:,} bytes; shorten or remove its longest cell"
UNCLOSED = "has a cell that begins with a quotation mark and whose end is not found; is a quotation mark missing?"
DAMAGED = "holds bytes that are neither UTF-8 nor Windows-1252: a character was damaged; save the list as UTF-8"


class Record(NamedTuple):
    """A record that is not blank: its bytes ``start`` to ``end`` with the line end, the line it begins in, a fault."""

    start: int
    end: int
    line: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """The patterns that a list is cut with: a whole record, and a line whatever is in it."""

    record: re.Pattern[bytes]
    line: re.Pattern[bytes]

    def record_at(self, data: bytes, at: int, *, is_all: bool) -> tuple[int, str] | None:
        """Return where the record ends that begins at a byte, and its fault; None where more bytes are needed.

        The end is -1 where the record is longer than can be kept: its line has no end yet.
        """
        found = self.record.match(data, at)
        end = found.end() if found else -1
        is_whole = end >= 0 and (is_all or is_ended(data, end))
        if is_whole and end - at <= MAX_RECORD_BYTES:
            return end, "" if end - at <= MAX_ROW_BYTES else TOO_LONG
        if not is_whole and not is_all and len(data) - at <= MAX_RECORD_BYTES:
            return None
        line = self.line.match(data, at)
        assert line is not None, "the pattern of a line fits anywhere"
        end = line.end()
        if not is_all and not is_ended(data, end):
            return -1, TOO_LONG
        return end, TOO_LONG if end - at > MAX_ROW_BYTES else UNCLOSED


def grid_of(form: TableForm) -> Grid:
    """Return how a list of this form is cut."""
    return _ndjson_grid() if form.kind is Kind.NDJSON else csv_grid(form.delimiter)


@lru_cache(maxsize=8)
def csv_grid(delimiter: str) -> Grid:
    """Return how a CSV with this delimiter is cut.

    The pattern is the state machine of CPython's ``_csv.c`` with its defaults: a quotation mark counts at the
    beginning of a cell only, two of them are one, and behind the closing one a cell goes on unquoted. All repetitions
    are possessive: nothing is tried twice.
    """
    mark = re.escape(delimiter)
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"[^{mark}\r\n]*+|[^"{mark}\r\n][^{mark}\r\n]*+)?+'
    record = rf"{cell}(?:{mark}{cell})*+(?:\r\n|\r|\n|\Z)"
    return Grid(re.compile(record.encode()), re.compile(rb"[^\r\n]*+(?:\r\n|\r|\n|\Z)"))


@lru_cache(maxsize=1)
def _ndjson_grid() -> Grid:
    line = re.compile(rb"[^\n]*+(?:\n|\Z)")
    return Grid(line, line)


def cut(data: bytes, form: TableForm, first_line: int) -> Iterator[Record]:
    """Yield the records of whole ones; blank lines are left out."""
    grid = grid_of(form)
    at, line = 0, first_line
    while at < len(data):
        found = grid.record_at(data, at, is_all=True)
        assert found is not None, "there is no more to come"
        end, fault = found
        if not is_blank(data, at, form.kind):
            yield Record(at, end, line, fault)
        line += lines_in(data, at, end)
        at = end


def is_blank(data: bytes, at: int, kind: Kind) -> bool:
    """Say whether the record that begins at a byte is a line with nothing in it; for NDJSON, with blanks alone."""
    if kind is Kind.CSV:
        return data[at] in (NEW_LINE, RETURN)
    # The blanks of JSON; the line feed among them ends the line.
    while at < len(data) and data[at] in b" \t\r":
        at += 1
    return at == len(data) or data[at] == NEW_LINE


def lines_in(data: bytes, start: int, end: int) -> int:
    """Return how many lines a record takes: more than one where a line end stands in quotation marks."""
    if data.find(b'"', start, end) < 0:
        return 1
    return len(data[start:end].splitlines())


def decode(raw: bytes, encoding: str) -> tuple[str, str]:
    """Return the text of a record and what is wrong with its bytes.

    A row that is no UTF-8 in a list that is, is read as Windows-1252: some lists are put together from several.
    """
    try:
        return raw.decode(encoding), ""
    except UnicodeDecodeError:
        if encoding == "utf-8" and not UTF8_SEQUENCE.search(raw):
            return decode(raw, "cp1252")
        return raw.decode(encoding, errors="replace"), DAMAGED


def is_ended(data: bytes, end: int) -> bool:
    """Say whether the record before ``end`` is ended for certain: a line feed may follow a return."""
    return data[end - 1] == NEW_LINE or (data[end - 1] == RETURN and end < len(data))
