"""Detect how the cells of a list are written, from its beginning: delimiter, quoting, line ends, what means NULL."""

import re
from collections.abc import Sequence
from dataclasses import replace

from imgurl.tables.cells import BARE_NA
from imgurl.tables.columns import known_names
from imgurl.tables.form import NAMES, Kind, Quoting, TableForm
from imgurl.tables.header import FoundHeader, Line, find_header, sample_lines

# Escapes that programs write. In a list that escapes, a backslash comes before nothing else.
WRITTEN_ESCAPE = re.compile(r"""\\(?:[nrtbfNZ0"'\\/,;|\t\r\n]|u[0-9A-Fa-f]{4}|\Z)""")
# A backslash that escapes nothing: NORTHWIND\nina, C:\temp, \\server.
WINDOWS_NAME = re.compile(r'(?:^|[\t,;|" ])(?:[A-Z0-9.-]{2,}\\(?=[a-z])|[A-Za-z]:\\|\\\\[a-z]{2})', re.MULTILINE)

QUOTED_NA, NUMBER = f'"{BARE_NA}"', re.compile(r"[+-]?[\d.,]*\d(?:[eE][+-]?\d+)?%?")


def find_dialect(data: bytes, line: int, delimiter: str | None, *, is_all: bool) -> tuple[TableForm, FoundHeader]:
    """Return how the records of a head are read, and where its header is. The form has no columns yet."""
    ends_at_return = _ends_at_return(data)
    attempts = []
    for mark in (delimiter,) if delimiter else tuple(NAMES):
        form = TableForm(Kind.CSV, (), (), delimiter=mark, ends_at_return=ends_at_return)
        attempts.append((form, find_header(sample_lines(data, form, line, is_all=is_all))))
    form, top = max(attempts, key=lambda each: _fitness(each[1]))
    quoting = _quoting(top, form)
    if quoting is not Quoting.DOUBLED:
        form = replace(form, quoting=quoting)
        top = find_header(sample_lines(data, form, line, is_all=is_all))
    header = top.header.text
    quoted = [row for row in top.rows if _is_quoted(row.text, form)]
    return replace(
        form,
        quotes_header=quoting is not Quoting.ESCAPED and header.lstrip().startswith('"') and header.count('"') > 1,
        quotes='"' in header or bool(quoted),
        na_is_nothing=_na_is_nothing(top, form),
    ), top


def _ends_at_return(data: bytes) -> bool:
    """Say whether a lone return ends a line: the first line end decides."""
    match = re.search(rb"\r\n|\n|\r", data.lstrip(b"\r\n"))
    return match is None or match[0] == b"\r"


def _fitness(top: FoundHeader) -> tuple[bool, bool, bool, bool, int]:
    """Return how well a delimiter fits a list, the strongest evidence first.

    Whether the header has known column names, whether most rows are as wide, whether it has one such name, whether
    nothing comes before it, and how wide it is. A cell with a quotation mark inside, or one that begins with a blank,
    is one that another delimiter would have split correctly.
    """
    cells = top.header.cells
    wrong = sum('"' in cell for cell in cells) * 2 + sum(cell.startswith(" ") for cell in cells)
    is_table = top.agreeing >= 0.5 and len(cells) > 1
    known = known_names(cells)
    return known > 1, is_table, is_table and known > 0, top.index == 0, len(cells) - wrong


def _quoting(top: FoundHeader, form: TableForm) -> Quoting:
    """Return whether a backslash escapes: only if the list shows it beyond doubt, and no backslash contradicts it."""
    lines = [top.header, *top.rows]
    texts = [line.text for line in lines if "\\" in line.text]
    whole = "\n".join(texts)
    if not texts or WINDOWS_NAME.search(whole) or _foreign_backslashes(whole):
        return Quoting.DOUBLED
    mark = re.escape(form.delimiter)
    # A whole cell in marks, in which a backslash escapes one.
    enclosed = re.compile(rf'(?:^|{mark})"(?:[^"\\]++|\\.)*+"(?:{mark}|$)', re.DOTALL | re.MULTILINE)
    is_quoted = any(enclosed.search(line.text) for line in lines)
    null = re.search(rf"(?:^|{mark})\\N(?:{mark}|$)", whole, re.MULTILINE)
    # A mark after a backslash that does not end a cell.
    inner_mark = re.search(rf'[^\\]\\"(?![ ]*(?:{mark}|$))', whole, re.MULTILINE)
    escaped_mark = re.search(rf'(?:^|{mark})\\"', whole, re.MULTILINE)
    escaped_delimiter = re.search(rf"\\{mark}", whole)
    pair = r"\\" in whole
    line_end = form.delimiter == "\t" and re.search(r"\\[nrt]", whole)
    continued = any(re.search(r"(?<!\\)(?:\\\\)*\\$", text) for text in texts)
    if is_quoted:
        return Quoting.BACKSLASH if null or inner_mark or escaped_mark or pair else Quoting.DOUBLED
    if (
        null
        or escaped_delimiter
        or line_end
        or escaped_mark
        or inner_mark
        or (pair and form.delimiter == "\t")
        or continued
    ):
        return Quoting.ESCAPED
    return Quoting.DOUBLED


def _foreign_backslashes(text: str) -> bool:
    """Say whether a backslash is where no program that escapes would write one."""
    return "\\" in WRITTEN_ESCAPE.sub("", text)


def _is_quoted(text: str, form: TableForm) -> bool:
    """Say whether a record has a cell that had to be quoted, or has all of its cells quoted."""
    if '"' not in text or "\n" in text or "\r" in text:
        return False  # a stray mark encloses lines too
    mark = re.escape(form.delimiter)
    if re.search(rf'(?:^|{mark})"[^"]*(?:{mark}|"")[^"]*"(?:{mark}|$)', text):
        return True
    cells = text.split(form.delimiter)
    return all(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells if cell and cell not in (r"\N", "NA"))


def _na_is_nothing(top: FoundHeader, form: TableForm) -> bool:
    """Say whether a bare NA means NULL: if texts are quoted and it is not, or if it is in a column of numbers."""
    with_na = [line for line in top.rows if BARE_NA in line.text]
    if not with_na:
        return False
    mark = re.escape(form.delimiter)
    bare = re.compile(rf"(?:^|{mark})NA(?={mark}|$)")
    if any(bare.search(line.text) for line in with_na) and _quotes_texts(top, form):
        return True
    return any(_is_number_column(top.rows, column) for column in range(len(top.header.cells)))


def _quotes_texts(top: FoundHeader, form: TableForm) -> bool:
    """Say whether every text of the list is quoted: what is bare is a number, blank or NA."""
    bare = [
        cell
        for line in (top.header, *top.rows)
        for cell in _bare_cells(line.text, form.delimiter)
        if cell not in ("", BARE_NA, "TRUE", "FALSE") and not NUMBER.fullmatch(cell)
    ]
    return not bare and '"' in top.header.text


def _bare_cells(text: str, delimiter: str) -> list[str]:
    unquoted = re.sub(r'"(?:[^"]|"")*"', '"', text)
    return [cell for cell in unquoted.split(delimiter) if not cell.startswith('"')]


def _is_number_column(rows: Sequence[Line], column: int) -> bool:
    cells = [line.cells[column] for line in rows if column < len(line.cells)]
    others = [cell for cell in cells if cell not in ("", BARE_NA)]
    return BARE_NA in cells and bool(others) and all(NUMBER.fullmatch(cell) for cell in others)
