"""Join the chunks of a batch, and give the result as CSV or NDJSON, whichever the list was."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from imgurl.batches.chunk import WARNING_SEPARATOR
from imgurl.batches.files import JobFiles
from imgurl.batches.order import RESULT_COLUMNS, BatchOrder
from imgurl.batches.plan import Plan, read_plan
from imgurl.batches.tally import Tally
from imgurl.errors import StorageError
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.rows import rows
from imgurl.tables.sniff import MAX_COLUMNS
from imgurl.tables.writing import csv_bytes, inert, ndjson_bytes

# Rows that are converted at a time.
ROWS_AT_ONCE = 1_000


def stream_native(files: JobFiles, order: BatchOrder) -> Iterator[bytes]:
    """Yield the result in the form of the list: from its file if the chunks are joined, else from the chunks.

    Raises StorageError if a chunk is not done.
    """
    if files.result.size() is not None:
        yield from files.result.stream()
        return
    if order.form.kind is Kind.CSV:
        yield csv_bytes([[*order.form.header, *RESULT_COLUMNS]], order.form.delimiter)
    for number in range(_plan(files).chunks):
        body = files.rows(number).get()
        if body is None:
            raise _not_done(files, number)
        yield body


def stream_as(
    kind: Kind, native: Iterator[bytes], order: BatchOrder, columns: Iterable[str], delimiter: str | None = None
) -> Iterator[bytes]:
    """Yield a result as CSV or NDJSON. ``columns`` are those of an NDJSON list, as ``all_columns`` finds them.

    A CSV has the delimiter of the list unless another one is given.
    """
    own = order.form.delimiter
    if kind is not order.form.kind:
        yield from _as_ndjson(native, order.form) if kind is Kind.NDJSON else _as_csv(native, tuple(columns), delimiter)
    elif kind is Kind.CSV and delimiter not in (None, own):
        yield from _delimited(native, own, delimiter or own)
    else:
        yield from native


def all_columns(files: JobFiles) -> tuple[str, ...]:
    """Return all keys of the rows of an NDJSON list, in the order in which they first appear; at most 1,000."""
    written = files.columns.get()
    if written is not None:
        return tuple(json.loads(written))
    columns: dict[str, None] = {}
    for number in range(_plan(files).chunks):
        tally = files.tally(number).get()
        if tally is None:
            raise _not_done(files, number)
        columns |= dict.fromkeys(Tally.from_json(tally).columns)
        if len(columns) >= MAX_COLUMNS:
            break
    return tuple(islice(columns, MAX_COLUMNS))


def _plan(files: JobFiles) -> Plan:
    plan = read_plan(files)
    if plan is None:
        raise StorageError(f"job '{files.job_id}' is not split into chunks: there is no result yet")
    return plan


def _not_done(files: JobFiles, number: int) -> StorageError:
    return StorageError(f"chunk {number} of job '{files.job_id}' is not done: there is no result yet")


def _as_ndjson(native: Iterator[bytes], form: TableForm) -> Iterator[bytes]:
    """Turn a CSV of ours into objects: the columns by their names, which are unique."""
    reader = csv.reader((line.decode() for line in _lines(native)), delimiter=form.delimiter)
    next(reader)
    width = len(form.columns)
    while block := list(islice(reader, ROWS_AT_ONCE)):
        yield ndjson_bytes(
            {
                **dict(zip(form.columns, cells, strict=False)),
                "image_url": url or None,
                "image_path": path or None,
                "error": error or None,
                "warnings": warnings.split(WARNING_SEPARATOR) if warnings else [],
            }
            for cells in block
            for url, path, error, warnings in (cells[width : width + len(RESULT_COLUMNS)],)
        )


def _delimited(native: Iterator[bytes], own: str, delimiter: str) -> Iterator[bytes]:
    """Turn a CSV of ours into one with another delimiter."""
    reader = csv.reader((line.decode() for line in _lines(native)), delimiter=own)
    while block := list(islice(reader, ROWS_AT_ONCE)):
        yield csv_bytes(block, delimiter)


def _as_csv(native: Iterator[bytes], columns: tuple[str, ...], delimiter: str | None) -> Iterator[bytes]:
    mark = delimiter or ","
    yield csv_bytes([[*columns, *RESULT_COLUMNS]], mark)
    form = TableForm(Kind.NDJSON, (), ())
    lines = _lines(native)
    while block := b"".join(islice(lines, ROWS_AT_ONCE)):
        cells = (
            [
                *(inert(row.values.get(column, "")) for column in columns),
                row.values["image_url"],
                row.values["image_path"],
                row.values["error"],
                WARNING_SEPARATOR.join(json.loads(row.values["warnings"])),
            ]
            for row in rows(block, form)
        )
        yield csv_bytes(cells, mark)


def _lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream with their line feeds."""
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest
