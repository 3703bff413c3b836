"""Find the header of a list among its first records, after titles, notes and other tables."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from imgurl.tables.cells import split
from imgurl.tables.columns import known_names
from imgurl.tables.form import TableForm
from imgurl.tables.leftovers import NO_NAME
from imgurl.tables.records import Record, cut, decode, without_end

# Records of the head that are read, and records among which the header is sought.
SAMPLE_RECORDS = 1_000
HEADER_RECORDS = 20

# What PowerShell and others write above the header.
COMMENT = re.compile(r"#TYPE |#(?![^,;\t|]*[,;\t|])|sep=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A record of the head: where it is, its text and its cells."""

    record: Record
    text: str
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        """Number of cells up to the last one that is not blank."""
        return next((index for index in range(len(self.cells), 0, -1) if self.cells[index - 1].strip()), 0)


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """Which line is the header of a list, as one delimiter splits it."""

    lines: tuple[Line, ...]
    index: int

    @property
    def header(self) -> Line:
        """The header."""
        return self.lines[self.index]

    @property
    def rows(self) -> tuple[Line, ...]:
        """The lines after it."""
        return self.lines[self.index + 1 :]

    @property
    def agreeing(self) -> float:
        """The share of rows that are as wide as the header."""
        width = len(self.header.cells)
        fitting = sum(len(line.cells) == width for line in self.rows)
        return fitting / len(self.rows) if self.rows else 1.0


def sample_lines(data: bytes, form: TableForm, line: int, *, is_all: bool) -> tuple[Line, ...]:
    """Return the first records of a head. If it is not the whole list, the last one may be cut and is omitted."""
    lines: list[Line] = []
    for record in islice(cut(data, form, line), SAMPLE_RECORDS):
        if not is_all and record.end == len(data) and lines:
            break
        text = without_end(decode(data[record.start : record.end])[0], form)
        lines.append(Line(record, text, split(text, form).texts))
    return tuple(lines)


def find_header(lines: Sequence[Line]) -> FoundHeader:
    """Return the header: the first record, unless it is a title or belongs to another table.

    Otherwise it is, within 20 records or after a title, the record with the most known column names whose cells are
    all names, unique, and as many as in most records after it.
    """
    start = next((index for index in range(len(lines)) if not _is_comment(lines, index)), 0)
    if not _is_above(lines, start):
        return FoundHeader(tuple(lines), start)
    likely = [
        index for index in range(start, len(lines))
        if (index < HEADER_RECORDS or lines[index - 1].filled == 1) and _is_header(lines, index)
    ]  # fmt: skip
    best = max(likely, key=lambda index: known_names(lines[index].cells), default=start)
    return FoundHeader(tuple(lines), best)


def _is_comment(lines: Sequence[Line], index: int) -> bool:
    """Say whether a record is a comment, maybe with commas in it, and not a header whose first column is called "#"."""
    line = lines[index]
    if COMMENT.match(line.text):
        return True
    below = lines[index + 1 : HEADER_RECORDS]
    return line.text.startswith("#") and not known_names(line.cells) and any(known_names(row.cells) for row in below)


def _is_above(lines: Sequence[Line], index: int) -> bool:
    """Say whether a record cannot be the header: a title in one cell, or of another width than what follows."""
    widths = Counter(max(line.filled, 1) for line in lines[index + 1 :])
    if not widths or max(widths) == 1:
        return False
    line = lines[index]
    if known_names(line.cells) > 1:
        return False
    if line.filled <= 1:
        # One word, or the name of a column, is the header of rows with a delimiter in their only cell; but a title is
        # followed by a blank line, or by the names of columns.
        below = lines[index + 1]
        is_apart = below.record.line > line.record.line + 1 or known_names(below.cells) > 1
        return is_apart or not (re.fullmatch(r"\w+", line.cells[0].strip()) or known_names(line.cells))
    if not known_names(line.cells) and _is_second_table(lines, index):
        return True
    rows = lines[index + 1 :]
    fitting = sum(line.filled <= len(row.cells) <= len(line.cells) or row.filled == line.filled for row in rows)
    return fitting * 2 < len(rows)


def _is_second_table(lines: Sequence[Line], index: int) -> bool:
    """Say whether a header of people comes after a blank line: Zoom writes a table about the meeting before it."""
    return any(
        line.record.line > before.record.line + 1 and known_names(line.cells) and _is_header(lines, at)
        for at, (before, line) in enumerate(pairwise(lines[index:HEADER_RECORDS]), index + 1)
    )


def _is_header(lines: Sequence[Line], index: int) -> bool:
    cells = [cell.strip() for cell in lines[index].cells[: lines[index].filled]]
    if len(cells) < 2 or not all(cells) or len({*cells}) < len(cells) or any(NO_NAME.fullmatch(cell) for cell in cells):
        return False
    widths = Counter(len(line.cells) for line in lines[index + 1 :])
    return not widths or widths[len(lines[index].cells)] * 2 >= sum(widths.values()) or bool(known_names(cells))
