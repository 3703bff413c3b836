"""Find out from its beginning what a list is."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from imgurl.errors import BadTable
from imgurl.tables.cells import UNCLOSED
from imgurl.tables.charset import Charset, find_charset, told_charset, transcoded
from imgurl.tables.dialect import find_dialect
from imgurl.tables.form import UTF8, Kind, Skipped, TableForm
from imgurl.tables.header import Found
from imgurl.tables.records import MAX_ROW_BYTES, TOO_LONG, decode, grid_of
from imgurl.tables.rows import DAMAGED, FOREIGN, NUL, rows

# How much of a list is wanted here. A shorter head is the whole list.
HEAD_BYTES = 262_144

# Rows of NDJSON whose keys are looked at: a key may be missing where a row has no value.
SAMPLE_ROWS = 1_000

MAX_COLUMNS = 1_000

# What spreadsheets on a European Windows write above the header to tell the delimiter.
SEPARATOR_LINE = re.compile(rb'"?sep=([,;\t|])"?[,;]*(?:\r\n|\r|\n)', re.IGNORECASE)

# How files begin that are no text, and what to do with them.
MAGIC = (
    (b"\x1f\x8b", "is compressed with gzip; send it unpacked (gunzip)"),
    (b"BZh", "is compressed with bzip2; send it unpacked (bunzip2)"),
    (b"\xfd7zXZ\x00", "is compressed with xz; send it unpacked (unxz)"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd; send it unpacked (unzstd)"),
    (b"PK\x03\x04", "is an Excel workbook or a ZIP archive; save the sheet as 'CSV UTF-8', or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook; save the sheet as 'CSV UTF-8'"),
    (b"PAR1", "is a Parquet file; write it as CSV or NDJSON"),
    (b"%PDF", "is a PDF; a CSV or NDJSON is wanted"),
)

CSV_HINT = re.compile(r"(?:text|application)/(?:csv|tab-separated-values)|.*\.(?:csv|tsv|txt)")
NDJSON_HINT = re.compile(r"application/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)|.*\.(?:ndjson|jsonl)")
TAB_HINT = re.compile(r"text/tab-separated-values|.*\.tsv")


@dataclass(frozen=True, slots=True)
class _Hint:
    """What the sender says of a list: media type or file name in small letters, and the charset where it is said."""

    kind: str
    charset: str | None


def sniff(head: bytes, hint: str = "", charset: str | None = None) -> TableForm:
    """Say what a list is of which ``head`` is the beginning (``HEAD_BYTES`` of it, or all).

    ``hint`` is its media type, with a charset or without, or its file name; without one, or with one that says
    nothing, the content decides. ``charset`` goes before both. Raises BadTable with a sentence for what is no list.
    """
    is_all = len(head) < HEAD_BYTES
    told = _read_hint(hint)
    _check_is_text(head)
    wanted = told.charset if charset is None else charset
    found = Charset(told_charset(wanted, head)) if wanted is not None else find_charset(head, is_all=is_all)
    text = b"".join(transcoded((head,), found.name))
    start = len(codecs.BOM_UTF8) if text.startswith(codecs.BOM_UTF8) else 0
    if not text[start:].strip():
        raise BadTable("the list is empty; the first line must name the columns")
    if text.count(0) * 5 > len(text):
        raise BadTable("the list is no text; save it as 'CSV UTF-8'")
    if _kind(told.kind, text[start:]) is Kind.NDJSON:
        if found.name != UTF8:
            raise BadTable(f"NDJSON is UTF-8; the list is {found.name}")
        return _ndjson_form(text, start)
    form = _csv_form(text, start, "\t" if TAB_HINT.fullmatch(told.kind) else None, is_all=is_all)
    if problem := _header_fault(text, form, found.name):
        raise BadTable(f"the header {problem}")
    return replace(form, encoding=found.name, guess=found.guess)


def read_form(head: bytes, hint: str = "", charset: str | None = None) -> TableForm:
    """Say what a list is, as ``sniff`` does, and look at its first rows: a list that can't be meant is refused at once.

    Raises BadTable where there is no row, or where all rows fail alike.
    """
    form = sniff(head, hint, charset)
    text = b"".join(transcoded((head,), form.encoding))
    sample = list(islice(rows(text[form.data_start :], form), SAMPLE_ROWS + 1))
    is_all = len(head) < HEAD_BYTES
    if not is_all and len(sample) <= SAMPLE_ROWS:
        sample = sample[:-1]  # it was cut
    if not sample and is_all:
        raise BadTable("the list has a header and no row below it")
    problems = {row.problem for row in sample}
    if len(sample) > 1 and len(problems) == 1 and (problem := problems.pop()):
        raise BadTable(f"all rows of the list have the same mistake: line {sample[0].line} {problem}")
    return form


def _read_hint(hint: str) -> _Hint:
    kind, _, parameters = hint.lower().partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        told = value.strip("\"' ")
        if name == "charset":
            return _Hint(kind.strip(), told)
        if name == "header" and told == "absent":
            raise BadTable("the list is said to have no header; the first line must name the columns")
    return _Hint(kind.strip(), None)


def _check_is_text(head: bytes) -> None:
    for magic, sentence in MAGIC:
        if head.startswith(magic):
            raise BadTable(f"the list {sentence}")


def _kind(hint: str, text: bytes) -> Kind:
    first = text.lstrip()[:1]
    is_ndjson = bool(NDJSON_HINT.fullmatch(hint)) or (not CSV_HINT.fullmatch(hint) and first in (b"{", b"["))
    if is_ndjson and first == b"[":
        raise BadTable("the list is one JSON array; write one object a line, without brackets and commas between")
    return Kind.NDJSON if is_ndjson else Kind.CSV


def _csv_form(head: bytes, start: int, delimiter: str | None, *, is_all: bool) -> TableForm:
    line, above = 1, Skipped()
    if separator := SEPARATOR_LINE.match(head, start):
        delimiter, start, line = separator.group(1).decode(), separator.end(), 2
        if not head[start:].strip():
            raise BadTable("the list is empty; the first line must name the columns")
    data = head[start:]
    form, found = find_dialect(data, line, delimiter, is_all=is_all)
    record, header = found.header.record, found.header.cells
    if found.index:
        above = Skipped(found.index, found.lines[0].text)
    header = _without_padding(header, found)
    if len(header) > MAX_COLUMNS:
        raise BadTable(f"the list has {len(header):,} columns; at most {MAX_COLUMNS:,} are read")
    _check_row_names(header, found)
    return replace(
        form,
        columns=_unique(header),
        header=header,
        data_start=start + record.end,
        data_line=record.line + grid_of(form).lines_in(data, record.start, record.end),
        header_line=record.line,
        above=above,
    )


def _header_fault(text: bytes, form: TableForm, encoding: str) -> str:
    """Return what is wrong with the header's bytes."""
    start = text.rfind(b"\n", 0, form.data_start - 1) + 1 if form.data_start else 0
    line, is_utf8 = decode(text[start : form.data_start])
    header = "".join(form.header)
    if form.data_start - start > MAX_ROW_BYTES:
        return TOO_LONG
    if not is_utf8 or ("\ufffd" in line and encoding != UTF8):
        return DAMAGED if encoding == UTF8 else FOREIGN
    if "\0" in header:
        return NUL
    return UNCLOSED if any(is_unclosed(cell) for cell in form.header) else ""


def is_unclosed(cell: str) -> bool:
    """Say whether a cell of the header begins with a quotation mark that nothing closes."""
    return cell.lstrip().startswith('"') and cell.count('"') % 2 == 1


def _without_padding(header: tuple[str, ...], found: Found) -> tuple[str, ...]:
    """Return the header without the blank names at its end, where a table below a title is padded with delimiters."""
    return header[: found.header.filled] if found.index and not any(header[found.header.filled :]) else header


def _check_row_names(header: Sequence[str], found: Found) -> None:
    """Raise BadTable for what R writes where nobody says otherwise: rows with their names, under a header without."""
    ahead = [line.cells for line in found.rows]
    if not ahead or any(len(cells) != len(header) + 1 or not cells[-1].strip() for cells in ahead):
        return
    names = [cells[0] for cells in ahead]
    is_numbered = names == [str(number) for number in range(1, len(names) + 1)]
    is_named = found.header.text.startswith('"') and len(names) > 1 and len({*names}) == len(names)
    if is_numbered or is_named:
        raise BadTable(
            f"each row has one cell more than the header, the first of them a name of the row ('{names[0]}'): R writes "
            "lists like this; write it with row.names = FALSE"
        )


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    """Return names of which no two are alike: a second ``note`` is ``note_2``, a nameless third one ``column_3``."""
    names: list[str] = []
    written = {cell.strip() for cell in header}
    for number, cell in enumerate(header, start=1):
        name = wanted = cell.strip() or f"column_{number}"
        count = 2
        while name in names or (name != cell.strip() and name in written):
            name = f"{wanted}_{count}"
            count += 1
        names.append(name)
    return tuple(names)


def _ndjson_form(head: bytes, start: int) -> TableForm:
    form = TableForm(Kind.NDJSON, (), (), data_start=start)
    sample = list(islice(rows(head[start:], form), SAMPLE_ROWS))
    if len(head) >= HEAD_BYTES and len(sample) < SAMPLE_ROWS:
        sample.pop()  # it was cut
    if not sample:
        raise BadTable(f"line 1 {TOO_LONG}")
    if all(row.problem for row in sample):
        raise BadTable(f"no line of the list can be read; line {sample[0].line} {sample[0].problem}")
    names = tuple(islice(dict.fromkeys(name for row in sample for name in row.values), MAX_COLUMNS))
    return TableForm(Kind.NDJSON, names, names, data_start=start)
