"""The cells of one record: RFC 4180, and what programs write that do not conform to it.

All patterns use possessive repetition: they never backtrack, whatever is in a list.
"""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from imgurl.tables.form import Quoting, TableForm

UNCLOSED = "has a cell that begins with a quotation mark and never ends; is a quotation mark missing?"
UNOPENED = "has a cell that ends with a quotation mark but does not begin with one; does an earlier row lack one?"

# What follows a backslash in an escaped text. MariaDB, Postgres (COPY) and JSON agree on the letters they share; any
# other character stands for itself.
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "Z": "\x1a"}
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
SURROGATE = re.compile("[\ud800-\udfff]")

# How NULL is written: in lists that escape with a backslash, and by MariaDB where the quotation mark itself escapes.
BACKSLASH_NULL, QUOTE_NULL = r"\N", '"N'
# How R writes NULL; quoted, it is a name.
BARE_NA = "NA"


class Cells(NamedTuple):
    """The cells of a record. ``nothing`` are the indexes of those written as NULL; ``problem`` is what is wrong."""

    texts: tuple[str, ...]
    problem: str = ""
    nothing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CellPatterns:
    """What the cells of a list look like: patterns for its UTF-8 bytes, each from the beginning of a cell."""

    #: A quoted cell with the blanks around it, up to the blanks after the closing mark.
    quoted: re.Pattern[bytes]
    #: A cell that is not quoted, to the next delimiter or line end.
    bare: re.Pattern[bytes]
    #: The opening mark, after blanks.
    opening: re.Pattern[bytes]
    #: A line whose cells all end in it, each quoted as RFC 4180 says or without a mark.
    tidy: re.Pattern[bytes]


def _sources(delimiter: str, quoting: Quoting, *, ends_at_return: bool) -> tuple[str, str, str]:
    mark = re.escape(delimiter)
    # Blanks around a quoted cell are not part of it. If the delimiter is a tab, a tab is not a blank.
    blanks = "[ ]*+" if delimiter == "\t" else "[ \t]*+"
    ends = "\r\n" if ends_at_return else "\n"
    escaped = r"(?:\\.)"
    if quoting is Quoting.BACKSLASH:
        quoted = rf'{blanks}"((?:[^"\\]++|""|{escaped})*+)"{blanks}'
        bare = rf"(?:[^{mark}{ends}\\]++|{escaped})*+"
    elif quoting is Quoting.ESCAPED:
        quoted = r"(?!)"
        bare = rf"(?:[^{mark}{ends}\\]++|{escaped})*+"
    else:
        quoted = rf'{blanks}"((?:[^"]++|"")*+)"{blanks}'
        bare = rf"[^{mark}{ends}]*+"
    return quoted, bare, rf'{blanks}"'


@lru_cache(maxsize=32)
def cell_patterns(delimiter: str, quoting: Quoting, *, ends_at_return: bool) -> CellPatterns:
    """Return the patterns of a list's cells."""
    quoted, bare, opening = _sources(delimiter, quoting, ends_at_return=ends_at_return)
    mark = re.escape(delimiter)
    cell = rf'(?:"(?:[^"\\\r\n]++|"")*+"|[^"\\{mark}\r\n]*+)'
    tidy = rf"{cell}(?:{mark}{cell})*+\r?(?:\n|\Z)"
    return CellPatterns(*(re.compile(each.encode(), re.DOTALL) for each in (quoted, bare, opening, tidy)))


@lru_cache(maxsize=32)
def _splitter(delimiter: str, quoting: Quoting) -> re.Pattern[str]:
    # Group 1 is the content of a quoted cell, group 2 a bare one, group 3 what ends it.
    quoted, _, opening = _sources(delimiter, quoting, ends_at_return=False)
    mark = re.escape(delimiter)
    # In a record that was cut out, a line end no longer ends a cell.
    bare = rf"[^{mark}]*+" if quoting is Quoting.DOUBLED else rf"(?:[^{mark}\\]++|\\.)*+"
    not_quoted = "" if quoting is Quoting.ESCAPED else f"(?!{opening})"
    return re.compile(rf"(?:{quoted}|{not_quoted}({bare}))({mark}|\Z)".replace("(?!)", "(?!)()"), re.DOTALL)


@lru_cache(maxsize=8)
def _tidy(delimiter: str) -> re.Pattern[str]:
    """Return the pattern of records that the standard library reads as RFC 4180 says: almost every one."""
    cell = rf'(?:"(?:[^"]++|"")*+"|[^"{re.escape(delimiter)}\r\n]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+")


def split(text: str, form: TableForm) -> Cells:
    """Return the cells of a record, given without its line end. Never raises."""
    if form.quoting is Quoting.DOUBLED:
        if '"' not in text:
            return Cells(tuple(text.split(form.delimiter)))
        if _tidy(form.delimiter).fullmatch(text):
            return Cells(tuple(next(csv.reader((text,), delimiter=form.delimiter))))
        return _strict(text, form) or _lenient(text, form)
    return _escaped(text, form) or _strict(text, form) or _lenient(text, form)


def _strict(text: str, form: TableForm) -> Cells | None:
    """Read as RFC 4180 says; None if a closing mark is not followed by a delimiter or the end."""
    cells = _matches(text, form.delimiter, Quoting.DOUBLED)
    if cells is None:
        return None
    is_torn = form.quotes and any(inside is None and _is_torn(bare) for inside, bare, _ in cells)
    texts = (bare if inside is None else inside.replace('""', '"') for inside, bare, _ in cells)
    return Cells(tuple(texts), UNOPENED if is_torn else "")


def _matches(text: str, delimiter: str, quoting: Quoting) -> list[tuple[str | None, str, str]] | None:
    """Return each cell as its quoted or its bare content, and what ends it; None if the text does not match."""
    pattern = _splitter(delimiter, quoting)
    cells: list[tuple[str | None, str, str]] = []
    at = 0
    while match := pattern.match(text, at):
        inside, bare, end = match.groups()
        cells.append((inside, bare or "", end))
        at = match.end()
        if not end:
            return cells
    return None


def _escaped(text: str, form: TableForm) -> Cells | None:
    """Read with a backslash that escapes; None if that gives another number of cells than the header has."""
    cells = _matches(text, form.delimiter, form.quoting)
    if cells is None or (form.columns and len(cells) != len(form.columns) and '\\"' in text):
        return None
    nothing = frozenset(
        index for index, (inside, bare, _) in enumerate(cells) if inside is None and bare == BACKSLASH_NULL
    )
    texts = (
        "" if index in nothing else unescape(bare if inside is None else inside.replace('""', '"'))
        for index, (inside, bare, _) in enumerate(cells)
    )
    return Cells(tuple(texts), nothing=nothing)


def unescape(text: str) -> str:
    r"""Return a text without its escapes: ``New\nYork`` has two lines."""
    if "\\" not in text:
        return text
    plain = ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else ESCAPES.get(match[2], match[2]), text)
    # JSON writes a character beyond U+FFFF as a surrogate pair; a lone surrogate becomes U+FFFD.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if SURROGATE.search(plain) else plain


def _lenient(text: str, form: TableForm) -> Cells:
    """Read a record with misplaced quotation marks, each cell in the likeliest way."""
    delimiter = form.delimiter
    texts: list[str] = []
    nothing: set[int] = set()
    problem = ""
    at = 0
    while True:
        end, cell, is_null, fault = _lenient_cell(text, at, delimiter)
        problem = problem or fault or (UNOPENED if form.quotes and _is_torn(cell) and cell == text[at:end] else "")
        if is_null:
            nothing.add(len(texts))
        texts.append(cell)
        if end >= len(text):
            return Cells(tuple(texts), problem, frozenset(nothing))
        at = end + 1


# A cell that goes on in the next line, if the writer doubled its marks.
OPEN = re.compile(r'"(?:[^"]|"")*+')


def _lenient_cell(text: str, at: int, delimiter: str) -> tuple[int, str, bool, str]:
    """Return where a cell ends, its text, whether it is NULL, and its fault."""
    end = text.find(delimiter, at)
    end = len(text) if end < 0 else end
    bare = text[at:end]
    stripped = bare.strip(" ")
    if not stripped.startswith('"'):
        return end, bare, False, ""
    if stripped == QUOTE_NULL:
        return end, "", True, ""
    if len(stripped) > 1 and stripped.endswith('"') and not OPEN.fullmatch(stripped):
        return end, _undoubled(stripped[1:-1]), False, ""
    # A mark that is followed by a letter closes nothing: there are as many opening as closing ones.
    if stripped.count('"') % 2 == 0:
        return end, _undoubled(stripped), False, ""
    start = text.index('"', at)
    # Of two marks neither closes, of three the last one does.
    closing = re.compile(rf'(?<!")(?:"")*+"(?!")[ ]*+(?={re.escape(delimiter)}|\Z)').search(text, end)
    if closing is None:
        return end, bare, False, UNCLOSED
    return closing.end(), _undoubled(text[start + 1 : closing.end()].rstrip(" ")[:-1]), False, ""


def _undoubled(text: str) -> str:
    """Return a text whose marks are all doubled with single marks instead."""
    return text.replace('""', '"') if '"' not in text.replace('""', "") else text


def _is_torn(cell: str) -> bool:
    """Say whether a bare cell ends with a mark that it did not open; 6" is six inches."""
    return cell.endswith('"') and cell.count('"') % 2 == 1 and not cell[:-1].rstrip(" ")[-1:].isdigit()


def bare_nas(text: str, form: TableForm) -> frozenset[int]:
    """Return which cells of a record are an NA without quotation marks."""
    if BARE_NA not in text:
        return frozenset()
    marked = re.sub(r'"(?:[^"]|"")*"', lambda match: '"' * len(match[0]), text)
    return frozenset(index for index, cell in enumerate(marked.split(form.delimiter)) if cell == BARE_NA)
