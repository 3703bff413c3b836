"""The cells of one record: RFC 4180, and what programs write that do not keep to it.

All patterns use possessive repetitions: nothing is tried twice, whatever is in a list.
"""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from imgurl.tables.form import Quoting, TableForm

UNCLOSED = "has a cell that begins with a quotation mark and whose end is not found; is a quotation mark missing?"
UNOPENED = "has a cell that ends with a quotation mark and does not begin with one; does a row before it lack one?"

# What stands behind a backslash in an escaped text. MariaDB, Postgres (COPY) and JSON agree where they share a letter;
# everything else is the character itself.
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "Z": "\x1a"}
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
SURROGATE = re.compile("[\ud800-\udfff]")

# How NULL is written: in lists that escape with a backslash, and by MariaDB where the quotation mark itself escapes.
BACKSLASH_NULL, QUOTE_NULL = r"\N", '"N'
# How R writes NULL; quoted, it is a name.
BARE_NA = "NA"


class Cells(NamedTuple):
    """The cells of a record. ``nothing`` are those that are written as NULL; ``problem`` is what is wrong."""

    texts: tuple[str, ...]
    problem: str = ""
    nothing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CellPatterns:
    """What the cells of a list look like: patterns over its UTF-8 bytes, each at the beginning of a cell."""

    #: A quoted cell with the blanks around it; ends with the closing mark and blanks.
    quoted: re.Pattern[bytes]
    #: A cell that is not quoted, to the next delimiter or line end.
    bare: re.Pattern[bytes]
    #: The opening mark, behind blanks.
    opening: re.Pattern[bytes]
    #: A line whose cells all end in it, each quoted as RFC 4180 says or without a mark.
    tidy: re.Pattern[bytes]


def _sources(delimiter: str, quoting: Quoting, *, ends_at_return: bool) -> tuple[str, str, str]:
    mark = re.escape(delimiter)
    # A blank before a quoted cell is no part of it. Where the delimiter is a tab, a tab is none.
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
    # Group 1 is what stands in a quoted cell, group 2 a bare one, group 3 what ends it.
    quoted, _, opening = _sources(delimiter, quoting, ends_at_return=False)
    mark = re.escape(delimiter)
    # In a record that was cut out, a line end can't end a cell any more.
    bare = rf"[^{mark}]*+" if quoting is Quoting.DOUBLED else rf"(?:[^{mark}\\]++|\\.)*+"
    not_quoted = "" if quoting is Quoting.ESCAPED else f"(?!{opening})"
    return re.compile(rf"(?:{quoted}|{not_quoted}({bare}))({mark}|\Z)".replace("(?!)", "(?!)()"), re.DOTALL)


@lru_cache(maxsize=8)
def _tidy(delimiter: str) -> re.Pattern[str]:
    """Return what a record looks like that the standard library reads as RFC 4180 says: almost every one."""
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
    """Read as RFC 4180 says; None where a closing mark is not followed by a delimiter or the end."""
    found = _matches(text, form.delimiter, Quoting.DOUBLED)
    if found is None:
        return None
    is_torn = form.quotes and any(inside is None and _is_torn(bare) for inside, bare, _ in found)
    texts = (bare if inside is None else inside.replace('""', '"') for inside, bare, _ in found)
    return Cells(tuple(texts), UNOPENED if is_torn else "")


def _matches(text: str, delimiter: str, quoting: Quoting) -> list[tuple[str | None, str, str]] | None:
    """Return each cell as what stands in its marks or bare, and what ends it; None where the text is not so spelt."""
    pattern = _splitter(delimiter, quoting)
    found: list[tuple[str | None, str, str]] = []
    at = 0
    while match := pattern.match(text, at):
        inside, bare, end = match.groups()
        found.append((inside, bare or "", end))
        at = match.end()
        if not end:
            return found
    return None


def _escaped(text: str, form: TableForm) -> Cells | None:
    """Read with a backslash that escapes; None where that gives another count of cells than the header's."""
    found = _matches(text, form.delimiter, form.quoting)
    if found is None or (form.columns and len(found) != len(form.columns) and '\\"' in text):
        return None
    nothing = frozenset(
        index for index, (inside, bare, _) in enumerate(found) if inside is None and bare == BACKSLASH_NULL
    )
    texts = (
        "" if index in nothing else unescape(bare if inside is None else inside.replace('""', '"'))
        for index, (inside, bare, _) in enumerate(found)
    )
    return Cells(tuple(texts), nothing=nothing)


def unescape(text: str) -> str:
    r"""Return a text without its escapes: ``New\nYork`` has two lines."""
    if "\\" not in text:
        return text
    plain = ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else ESCAPES.get(match[2], match[2]), text)
    # JSON writes a character beyond U+FFFF as two halves; half of one alone becomes U+FFFD.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if SURROGATE.search(plain) else plain


def _lenient(text: str, form: TableForm) -> Cells:
    """Read a record with quotation marks where they do not belong, each cell in the likeliest way."""
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
    if len(stripped) > 1 and stripped.endswith('"'):
        return end, _undoubled(stripped[1:-1]), False, ""
    # A mark that is followed by a letter closes nothing: as many open as close.
    if stripped.count('"') % 2 == 0:
        return end, _undoubled(stripped), False, ""
    start = text.index('"', at)
    # Of two marks none closes, of three the last one does.
    closing = re.compile(rf'(?<!")(?:"")*+"(?!")[ ]*+(?={re.escape(delimiter)}|\Z)').search(text, end)
    if closing is None:
        return end, bare, False, UNCLOSED
    return closing.end(), _undoubled(text[start + 1 : closing.end()].rstrip(" ")[:-1]), False, ""


def _undoubled(text: str) -> str:
    """Return a text whose marks are all doubled with single ones."""
    return text.replace('""', '"') if '"' not in text.replace('""', "") else text


def _is_torn(cell: str) -> bool:
    """Say whether a bare cell ends with a mark that closes what it did not open; 6" is six inches."""
    return cell.endswith('"') and cell.count('"') % 2 == 1 and not cell[:-1].rstrip(" ")[-1:].isdigit()


def bare_nas(text: str, form: TableForm) -> frozenset[int]:
    """Return which cells of a record are an NA without quotation marks."""
    if BARE_NA not in text:
        return frozenset()
    marked = re.sub(r'"(?:[^"]|"")*"', lambda match: '"' * len(match[0]), text)
    return frozenset(index for index, cell in enumerate(marked.split(form.delimiter)) if cell == BARE_NA)
