"""Find out from its beginning what a list is."""

import codecs
import csv
import re
from collections.abc import Sequence
from itertools import islice

from imgurl.errors import BadTable
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.records import TOO_LONG, UTF8_SEQUENCE, Record, cut, decode, lines_in
from imgurl.tables.rows import NUL, rows

# How much of a list is wanted here. A shorter head is the whole list.
HEAD_BYTES = 262_144

DELIMITERS = (",", ";", "\t")

# Rows of NDJSON whose keys are looked at: a key may be missing where a row has no value.
SAMPLE_ROWS = 1_000

MAX_COLUMNS = 1_000

# What spreadsheets on a European Windows write above the header to tell the delimiter.
SEPARATOR_LINE = re.compile(rb"sep=([,;\t])(?:\r\n|\r|\n)", re.IGNORECASE)

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
    (codecs.BOM_UTF16_LE, "is UTF-16; save it as 'CSV UTF-8'"),
    (codecs.BOM_UTF16_BE, "is UTF-16; save it as 'CSV UTF-8'"),
)

ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    # Browsers read Latin-1 as Windows-1252 too (Encoding Standard, names and labels): what is called the one is
    # the other.
    "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252",
}  # fmt: skip

CSV_HINT = re.compile(r"(?:text|application)/(?:csv|tab-separated-values)|.*\.(?:csv|tsv|txt)")
NDJSON_HINT = re.compile(r"application/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)|.*\.(?:ndjson|jsonl)")
TAB_HINT = re.compile(r"text/tab-separated-values|.*\.tsv")


def sniff(head: bytes, hint: str = "") -> TableForm:
    """Say what a list is of which ``head`` is the beginning (``HEAD_BYTES`` of it, or all).

    ``hint`` is its media type, with a charset or without, or its file name; without one, or with one that says
    nothing, the content decides. Raises BadTable with a sentence for what is no list.
    """
    kind_hint, charset = _read_hint(hint)
    _check_is_text(head)
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    if not head[start:].strip():
        raise BadTable("the list is empty; the first line must name the columns")
    if _kind(kind_hint, head[start:]) is Kind.NDJSON:
        if charset not in (None, "utf-8"):
            raise BadTable(f"NDJSON is UTF-8; the list is said to be {charset}")
        return _ndjson_form(head, start)
    encoding = charset or ("utf-8" if start else _encoding(head))
    return _csv_form(head, start, encoding, "\t" if TAB_HINT.fullmatch(kind_hint) else None)


def _read_hint(hint: str) -> tuple[str, str | None]:
    """Return the media type or file name in small letters, and the encoding that the media type tells."""
    kind, _, parameters = hint.lower().partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        told = value.strip("\"' ")
        if name == "charset" and told not in ENCODINGS:
            raise BadTable(f"the list is said to be {told or 'in no charset'}; send it as UTF-8")
        if name == "charset":
            return kind.strip(), ENCODINGS[told]
        if name == "header" and told == "absent":
            raise BadTable("the list is said to have no header; the first line must name the columns")
    return kind.strip(), None


def _check_is_text(head: bytes) -> None:
    for magic, sentence in MAGIC:
        if head.startswith(magic):
            raise BadTable(f"the list {sentence}")
    # UTF-16 without a byte-order mark: every other byte of a Western text is NUL.
    if head.count(0) * 5 > len(head):
        raise BadTable("the list is UTF-16 or no text at all; save it as 'CSV UTF-8'")


def _kind(hint: str, text: bytes) -> Kind:
    first = text.lstrip()[:1]
    is_ndjson = bool(NDJSON_HINT.fullmatch(hint)) or (not CSV_HINT.fullmatch(hint) and first in (b"{", b"["))
    if is_ndjson and first == b"[":
        raise BadTable("the list is one JSON array; write one object a line, without brackets and commas between")
    return Kind.NDJSON if is_ndjson else Kind.CSV


def _encoding(head: bytes) -> str:
    """Return UTF-8, unless most lines with letters beyond ASCII are something else."""
    lines = head.splitlines()
    if len(head) >= HEAD_BYTES:
        lines.pop()  # it may end within a letter
    good = sum(_is_utf8(line) for line in lines if not line.isascii())
    # A line with a whole letter of UTF-8 and half of another one is damaged and tells nothing.
    other = sum(not _is_utf8(line) and not UTF8_SEQUENCE.search(line) for line in lines)
    return "utf-8" if good >= other else "cp1252"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _csv_form(head: bytes, start: int, encoding: str, delimiter: str | None) -> TableForm:
    line = 1
    if separator := SEPARATOR_LINE.match(head, start):
        delimiter, start, line = separator.group(1).decode(), separator.end(), 2
        if not head[start:].strip():
            raise BadTable("the list is empty; the first line must name the columns")
    data = head[start:]
    found = [_header(data, encoding, mark, line) for mark in ((delimiter,) if delimiter else DELIMITERS)]
    # A cell with a quotation mark inside is one that another delimiter would have cut right.
    record, mark, header = max(found, key=lambda each: len(each[2]) - 2 * sum('"' in cell for cell in each[2]))
    if len(header) > MAX_COLUMNS:
        raise BadTable(f"the list has {len(header):,} columns; at most {MAX_COLUMNS:,} are read")
    data_line = record.line + lines_in(data, record.start, record.end)
    return TableForm(Kind.CSV, _unique(header), header, encoding, mark, start + record.end, data_line)


def _header(data: bytes, encoding: str, delimiter: str, line: int) -> tuple[Record, str, tuple[str, ...]]:
    """Return the first record as it is cut with a delimiter. Raises BadTable where it can't be read."""
    record = next(cut(data, TableForm(Kind.CSV, (), (), encoding, delimiter), line))
    text, damage = decode(data[record.start : record.end], encoding)
    if problem := record.fault or damage or (NUL if "\0" in text else ""):
        raise BadTable(f"the header {problem}")
    return record, delimiter, tuple(next(csv.reader((text.rstrip("\r\n"),), delimiter=delimiter)))


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
