"""Find out from its beginning how the cells of a list are spelt: delimiter, quoting, line ends, what is nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from imgurl.tables.cells import BARE_NA
from imgurl.tables.columns import known_names
from imgurl.tables.form import NAMES, Kind, Quoting, TableForm
from imgurl.tables.header import Found, Line, find_header, sample_lines

# Escapes that programs write. In a list that escapes, a backslash stands before nothing else.
WRITTEN_ESCAPE = re.compile(r"""\\(?:[nrtbfNZ0"'\\/,;|\t\r\n]|u[0-9A-Fa-f]{4}|\Z)""")
# A backslash in what is no text: NORTHWIND\nina, C:\temp, \\server.
WINDOWS_NAME = re.compile(r'(?:^|[\t,;|" ])(?:[A-Z0-9.-]{2,}\\(?=[a-z])|[A-Za-z]:\\|\\\\[a-z]{2})', re.MULTILINE)

QUOTED_NA, NUMBER = f'"{BARE_NA}"', re.compile(r"[+-]?[\d.,]*\d(?:[eE][+-]?\d+)?%?")


def find_dialect(data: bytes, line: int, delimiter: str | None, *, is_all: bool) -> tuple[TableForm, Found]:
    """Return how the records of a head are read, and where its header is. The form knows no columns yet."""
    ends_at_return = _ends_at_return(data)
    tried = []
    for mark in (delimiter,) if delimiter else tuple(NAMES):
        form = TableForm(Kind.CSV, (), (), delimiter=mark, ends_at_return=ends_at_return)
        tried.append((form, find_header(sample_lines(data, form, line, is_all=is_all))))
    form, found = max(tried, key=lambda each: _fitness(each[1]))
    quoting = _quoting(found, form)
    if quoting is not Quoting.DOUBLED:
        form = replace(form, quoting=quoting)
        found = find_header(sample_lines(data, form, line, is_all=is_all))
    header = found.header.text
    quoted = [row for row in found.rows if _is_quoted(row.text, form)]
    return replace(
        form,
        quotes_header=quoting is not Quoting.ESCAPED and header.lstrip().startswith('"') and header.count('"') > 1,
        quotes='"' in header or bool(quoted),
        na_is_nothing=_na_is_nothing(found, form),
    ), found


def _ends_at_return(data: bytes) -> bool:
    """Say whether a lone return ends a line: the first line end tells."""
    match = re.search(rb"\r\n|\n|\r", data.lstrip(b"\r\n"))
    return match is None or match[0] == b"\r"


def _fitness(found: Found) -> tuple[bool, bool, bool, bool, int]:
    """Return how well a delimiter cuts a list, the most telling first.

    Whether the header has names of columns for people, whether most rows are as wide, whether it has one such name,
    whether nothing stands above it, and how wide it is. A cell with a quotation mark inside, or one that begins with a
    blank, is one that another delimiter would have cut right.
    """
    cells = found.header.cells
    wrong = sum('"' in cell for cell in cells) * 2 + sum(cell.startswith(" ") for cell in cells)
    is_table = found.agreeing >= 0.5 and len(cells) > 1
    known = known_names(cells)
    return known > 1, is_table, is_table and known > 0, found.index == 0, len(cells) - wrong


def _quoting(found: Found, form: TableForm) -> Quoting:
    """Say whether a backslash escapes: where a list shows it beyond doubt, and no backslash speaks against it."""
    lines = [found.header, *found.rows]
    texts = [line.text for line in lines if "\\" in line.text]
    whole = "\n".join(texts)
    if not texts or WINDOWS_NAME.search(whole) or _foreign_backslashes(whole):
        return Quoting.DOUBLED
    mark = re.escape(form.delimiter)
    # A whole cell in marks, in which a backslash escapes one.
    enclosed = re.compile(rf'(?:^|{mark})"(?:[^"\\]++|\\.)*+"(?:{mark}|$)', re.DOTALL | re.MULTILINE)
    is_quoted = any(enclosed.search(line.text) for line in lines)
    null = re.search(rf"(?:^|{mark})\\N(?:{mark}|$)", whole, re.MULTILINE)
    # A mark behind a backslash that ends no cell.
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
    """Say whether some backslash stands where no program that escapes would write one."""
    return "\\" in WRITTEN_ESCAPE.sub("", text)


def _is_quoted(text: str, form: TableForm) -> bool:
    """Say whether a record has a cell that is quoted because it had to be, or is quoted wholly."""
    if '"' not in text or "\n" in text or "\r" in text:
        return False  # a stray mark encloses lines too
    mark = re.escape(form.delimiter)
    if re.search(rf'(?:^|{mark})"[^"]*(?:{mark}|"")[^"]*"(?:{mark}|$)', text):
        return True
    cells = text.split(form.delimiter)
    return all(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells if cell and cell not in (r"\N", "NA"))


def _na_is_nothing(found: Found, form: TableForm) -> bool:
    """Say whether a bare NA is nothing: where texts are quoted and it is not, or where it stands among numbers."""
    with_na = [line for line in found.rows if BARE_NA in line.text]
    if not with_na:
        return False
    mark = re.escape(form.delimiter)
    bare = re.compile(rf"(?:^|{mark})NA(?={mark}|$)")
    if any(bare.search(line.text) for line in with_na) and _quotes_texts(found, form):
        return True
    return any(_is_number_column(found.rows, column) for column in range(len(found.header.cells)))


def _quotes_texts(found: Found, form: TableForm) -> bool:
    """Say whether every text of the list is quoted: what is bare is a number, blank or NA."""
    bare = [
        cell
        for line in (found.header, *found.rows)
        for cell in _bare_cells(line.text, form.delimiter)
        if cell not in ("", BARE_NA, "TRUE", "FALSE") and not NUMBER.fullmatch(cell)
    ]
    return not bare and '"' in found.header.text


def _bare_cells(text: str, delimiter: str) -> list[str]:
    unquoted = re.sub(r'"(?:[^"]|"")*"', '"', text)
    return [cell for cell in unquoted.split(delimiter) if not cell.startswith('"')]


def _is_number_column(rows: Sequence[Line], column: int) -> bool:
    cells = [line.cells[column] for line in rows if column < len(line.cells)]
    others = [cell for cell in cells if cell not in ("", BARE_NA)]
    return BARE_NA in cells and bool(others) and all(NUMBER.fullmatch(cell) for cell in others)
