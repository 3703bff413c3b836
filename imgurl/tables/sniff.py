"""Detect the form of a list from its beginning."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from imgurl.errors import BadTable
from imgurl.tables.cells import UNCLOSED
from imgurl.tables.charset import Charset, checked_charset, find_charset, transcoded
from imgurl.tables.dialect import find_dialect
from imgurl.tables.form import UTF8, Kind, Skipped, TableForm
from imgurl.tables.header import FoundHeader
from imgurl.tables.records import MAX_ROW_BYTES, TOO_LONG, decode, grid_of
from imgurl.tables.rows import DAMAGED, FOREIGN, NUL, rows

# How much of a list is looked at. A shorter head is the whole list.
HEAD_BYTES = 262_144

# Rows of NDJSON whose keys are looked at: a key may be missing where a row has no value.
SAMPLE_ROWS = 1_000

MAX_COLUMNS = 1_000

# What spreadsheets on a European Windows write above the header to tell the delimiter.
SEPARATOR_LINE = re.compile(rb'"?sep=([,;\t|])"?[,;]*(?:\r\n|\r|\n)', re.IGNORECASE)

# How files begin that are not text, and what to do with them.
MAGIC = (
    (b"\x1f\x8b", "is compressed with gzip; send it unpacked (gunzip)"),
    (b"BZh", "is compressed with bzip2; send it unpacked (bunzip2)"),
    (b"\xfd7zXZ\x00", "is compressed with xz; send it unpacked (unxz)"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd; send it unpacked (unzstd)"),
    (b"PK\x03\x04", "is an Excel workbook or a ZIP archive; save the sheet as 'CSV UTF-8', or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook; save the sheet as 'CSV UTF-8'"),
    (b"PAR1", "is a Parquet file; write it as CSV or NDJSON"),
    (b"%PDF", "is a PDF; send a CSV or NDJSON"),
)

CSV_HINT = re.compile(r"(?:text|application)/(?:csv|tab-separated-values)|.*\.(?:csv|tsv|txt)")
NDJSON_HINT = re.compile(r"application/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)|.*\.(?:ndjson|jsonl)")
TAB_HINT = re.compile(r"text/tab-separated-values|.*\.tsv")


@dataclass(frozen=True, slots=True)
class _Hint:
    """What the sender says about a list: media type or file name in lowercase, and the charset if given."""

    kind: str
    charset: str | None


def sniff(head: bytes, hint: str = "", charset: str | None = None) -> TableForm:
    """Return the form of a list from its beginning, ``head`` (``HEAD_BYTES`` of it, or all).

    ``hint`` is its media type, with or without a charset, or its file name; if it says nothing, the content decides.
    ``charset`` takes precedence over both. Raises BadTable with a sentence for what is not a list.
    """
    is_all = len(head) < HEAD_BYTES
    parsed = _read_hint(hint)
    _check_is_text(head)
    name = parsed.charset if charset is None else charset
    detected = find_charset(head, is_all=is_all) if name is None else Charset(checked_charset(name, head))
    text = b"".join(transcoded((head,), detected.name))
    start = len(codecs.BOM_UTF8) if text.startswith(codecs.BOM_UTF8) else 0
    if not text[start:].strip():
        raise BadTable("the list is empty; the first line must name the columns")
    if text.count(0) * 5 > len(text):
        raise BadTable("the list is not text; save it as 'CSV UTF-8'")
    if _kind(parsed.kind, text[start:]) is Kind.NDJSON:
        if detected.name != UTF8:
            raise BadTable(f"NDJSON must be UTF-8; the list is {detected.name}")
        return _ndjson_form(text, start)
    form = _csv_form(text, start, "\t" if TAB_HINT.fullmatch(parsed.kind) else None, is_all=is_all)
    if problem := _header_fault(text, form, detected.name):
        raise BadTable(f"the header {problem}")
    return replace(form, encoding=detected.name, guess=detected.guess)


def read_form(head: bytes, hint: str = "", charset: str | None = None) -> TableForm:
    """Return the form of a list, as ``sniff`` does, and check its first rows: what cannot be meant is refused at once.

    Raises BadTable if there is no row, or if all rows have the same problem.
    """
    form = sniff(head, hint, charset)
    text = b"".join(transcoded((head,), form.encoding))
    sample = list(islice(rows(text[form.data_start :], form), SAMPLE_ROWS + 1))
    is_all = len(head) < HEAD_BYTES
    if not is_all and len(sample) <= SAMPLE_ROWS:
        sample = sample[:-1]  # it was cut
    if not sample and is_all:
        raise BadTable("the list has a header but no rows")
    problems = {row.problem for row in sample}
    if len(sample) > 1 and len(problems) == 1 and (problem := problems.pop()):
        raise BadTable(f"every row of the list has the same problem: line {sample[0].line} {problem}")
    return form


def _read_hint(hint: str) -> _Hint:
    kind, _, parameters = hint.lower().partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        word = value.strip("\"' ")
        if name == "charset":
            return _Hint(kind.strip(), word)
        if name == "header" and word == "absent":
            raise BadTable("Content-Type says that the list has no header; the first line must name the columns")
    return _Hint(kind.strip(), None)


def _check_is_text(head: bytes) -> None:
    for magic, sentence in MAGIC:
        if head.startswith(magic):
            raise BadTable(f"the list {sentence}")


def _kind(hint: str, text: bytes) -> Kind:
    first = text.lstrip()[:1]
    is_ndjson = bool(NDJSON_HINT.fullmatch(hint)) or (not CSV_HINT.fullmatch(hint) and first in (b"{", b"["))
    if is_ndjson and first == b"[":
        raise BadTable("the list is a JSON array; write one object per line, without brackets and commas between them")
    return Kind.NDJSON if is_ndjson else Kind.CSV


def _csv_form(head: bytes, start: int, delimiter: str | None, *, is_all: bool) -> TableForm:
    line, above = 1, Skipped()
    if separator := SEPARATOR_LINE.match(head, start):
        delimiter, start, line = separator.group(1).decode(), separator.end(), 2
        if not head[start:].strip():
            raise BadTable("the list is empty; the first line must name the columns")
    data = head[start:]
    form, top = find_dialect(data, line, delimiter, is_all=is_all)
    record, header = top.header.record, top.header.cells
    if top.index:
        above = Skipped(top.index, top.lines[0].text)
    header = _without_padding(header, top)
    if len(header) > MAX_COLUMNS:
        raise BadTable(f"the list has {len(header):,} columns; at most {MAX_COLUMNS:,} are read")
    _check_row_names(header, top)
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
    """Say whether a cell of the header begins with a quotation mark that is never closed."""
    return cell.lstrip().startswith('"') and cell.count('"') % 2 == 1


def _without_padding(header: tuple[str, ...], top: FoundHeader) -> tuple[str, ...]:
    """Return the header without blank names at its end: below a title, a table is padded with delimiters."""
    return header[: top.header.filled] if top.index and not any(header[top.header.filled :]) else header


def _check_row_names(header: Sequence[str], top: FoundHeader) -> None:
    """Raise BadTable for what R writes by default: rows with names, below a header without a column for them."""
    ahead = [line.cells for line in top.rows]
    if not ahead or any(len(cells) != len(header) + 1 or not cells[-1].strip() for cells in ahead):
        return
    names = [cells[0] for cells in ahead]
    is_numbered = names == [str(number) for number in range(1, len(names) + 1)]
    is_named = top.header.text.startswith('"') and len(names) > 1 and len({*names}) == len(names)
    if is_numbered or is_named:
        raise BadTable(
            f"each row has one more cell than the header; the first is the name of the row ('{names[0]}'), as R writes "
            "it: use row.names = FALSE"
        )


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    """Return unique names: a second ``note`` is ``note_2``, a third column without a name is ``column_3``."""
    names: list[str] = []
    written = {cell.strip() for cell in header}
    for number, cell in enumerate(header, start=1):
        name = base = cell.strip() or f"column_{number}"
        count = 2
        while name in names or (name != cell.strip() and name in written):
            name = f"{base}_{count}"
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
        raise BadTable(f"no line of the list can be read: line {sample[0].line} {sample[0].problem}")
    names = tuple(islice(dict.fromkeys(name for row in sample for name in row.values), MAX_COLUMNS))
    return TableForm(Kind.NDJSON, names, names, data_start=start)
