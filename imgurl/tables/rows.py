"""Read the rows of a list, or of a byte range of it. A bad row has its problem and stops nothing."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imgurl.tables.cells import bare_nas, split
from imgurl.tables.charset import is_western
from imgurl.tables.form import NAMES, UTF8, Kind, TableForm
from imgurl.tables.leftovers import leftovers_of
from imgurl.tables.ndjson import Unreadable, read_object
from imgurl.tables.records import Record, cut, decode, without_end
from imgurl.tables.values import unwrapped

NUL = "contains a NUL character; is the list damaged?"
DAMAGED = "contains bytes that are not UTF-8: a character was damaged; save the list as UTF-8"
FOREIGN = "contains bytes that are not in the charset of the list: a character was damaged"

WESTERN = "the row is not UTF-8 and was read as Windows-1252"


class Row(NamedTuple):
    """A row: its number and the line in which it begins, both from 1, and its values by column.

    Every value is text; a missing one is blank. ``problem`` says what is wrong with the row, "" if nothing is;
    otherwise its values are what could be read. ``text`` is the row as it is written in the list. ``rest`` has the
    cells beyond the header, ``nested`` the columns whose value is a list or an object, given as JSON. ``nothing`` are
    the columns whose cell is a program's way to write NULL. ``warnings`` is what a person should know about a row that
    is read nevertheless.
    """

    number: int
    line: int
    values: dict[str, str]
    problem: str
    text: str
    rest: tuple[str, ...] = ()
    nested: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()

    def value(self, column: str) -> str:
        """Return what a cell means, "" if that is NULL."""
        return "" if column in self.nothing else unwrapped(self.values.get(column, ""))


def rows(data: bytes, form: TableForm, first_row: int = 1, first_line: int | None = None) -> Iterator[Row]:
    """Yield the rows of data that ends with a record: all after a list's header, or a byte range. Never raises.

    ``first_row`` and ``first_line`` are the numbers of the first row; by default it is the first of the list. Records
    that are not rows are omitted.
    """
    line = form.data_line if first_line is None else first_line
    leftovers = leftovers_of(form)
    number = first_row
    for record in cut(data, form, line):
        if (
            leftovers
            and leftovers.may_be(data, record.start)
            and leftovers.is_leftover(data[record.start : record.end])
        ):
            continue
        text, problem, warnings = _text(data, form, record)
        row = _row(text, problem, form, number, record)
        yield row._replace(warnings=warnings + row.warnings) if warnings else row
        number += 1


def left_out(data: bytes, form: TableForm, first_line: int, *, is_ending: bool = False) -> Iterator[tuple[int, str]]:
    """Yield the records of a range that are not rows, as line and text; in the ending after the last row, all are."""
    leftovers = leftovers_of(form)
    for record in cut(data, form, first_line):
        raw = data[record.start : record.end]
        if raw.strip() and (is_ending or (leftovers and leftovers.is_leftover(raw))):
            yield record.line, decode(raw)[0].strip()


def _row(text: str, problem: str, form: TableForm, number: int, record: Record) -> Row:
    if record.fault:
        return Row(number, record.line, {}, problem, text)
    if form.kind is Kind.CSV:
        return _csv_row(text, problem, form, number, record)
    if problem:
        return Row(number, record.line, {}, problem, text)
    try:
        values, nested = read_object(text)
    except Unreadable as error:
        return Row(number, record.line, {}, str(error), text)
    return Row(number, record.line, values, "", text, nested=nested)


def _csv_row(text: str, problem: str, form: TableForm, number: int, record: Record) -> Row:
    cells, fault, null = split(text, form)
    nothing = null | bare_nas(text, form) if form.na_is_nothing else null
    width = len(form.columns)
    if len(cells) == width and not nothing:
        return Row(number, record.line, dict(zip(form.columns, cells, strict=True)), problem or fault, text)
    values = dict(zip(form.columns, cells, strict=False)) | dict.fromkeys(form.columns[len(cells) :], "")
    rest = cells[width:]
    problem = problem or fault or width_fault(cells, width, form.delimiter)
    if not any(cell.strip() for cell in rest):
        rest = ()
    names = frozenset(form.columns[index] for index in nothing if index < width)
    warnings = (f"{counted(cells, width)}; the missing ones count as blank",) if len(cells) < width else ()
    return Row(number, record.line, values, problem, text, rest, nothing=names, warnings=warnings)


def counted(cells: Sequence[str], width: int) -> str:
    """Return how many cells a row has."""
    return f"has {len(cells)} cell{'' if len(cells) == 1 else 's'}, the header has {width}"


def width_fault(cells: Sequence[str], width: int, delimiter: str) -> str:
    """Return what is wrong with the number of a row's cells, "" if nothing is.

    Spreadsheets add blank cells, and some programs omit blank cells at the end of a row.
    """
    if len(cells) > width:
        is_blank = not any(cell.strip() for cell in cells[width:])
        return "" if is_blank else f"{counted(cells, width)}; is a {NAMES.get(delimiter, delimiter)} not quoted?"
    if len(cells) != 1 or width == 1:
        return ""
    other = next((mark for mark in NAMES if mark != delimiter and cells[0].count(mark) == width - 1), None)
    return f"{counted(cells, width)}; its cells are separated by a {NAMES[other]}" if other else ""


def _text(data: bytes, form: TableForm, record: Record) -> tuple[str, str, tuple[str, ...]]:
    """Return the text of a record, what is wrong with its bytes, and warnings about them."""
    raw = data[record.start : record.end]
    text, is_utf8 = decode(raw)
    damage = ""
    warnings: tuple[str, ...] = ()
    if not is_utf8 and is_western(raw):
        # Some lists are joined from several.
        text, warnings = raw.decode("cp1252"), (WESTERN,)
    elif not is_utf8:
        damage = DAMAGED
    elif form.encoding != UTF8 and "\ufffd" in text:
        damage = FOREIGN
    if form.guess and not text.isascii():
        warnings = (f"the list is not UTF-8 and was read as {form.encoding}, which is a guess",)
    problem = record.fault or damage or (NUL if "\0" in text else "")
    return without_end(text, form), problem, warnings
