"""Put the chunks of a batch together, and give the result as CSV or NDJSON, whichever the list was."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from imgurl.batches.chunk import BETWEEN_WARNINGS
from imgurl.batches.order import RESULT_COLUMNS, BatchOrder
from imgurl.batches.places import columns_key, result_key, rows_key, tally_key
from imgurl.batches.plan import Plan, read_plan
from imgurl.batches.tally import Tally
from imgurl.errors import StorageError
from imgurl.storage import Storage
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.rows import rows
from imgurl.tables.sniff import MAX_COLUMNS
from imgurl.tables.writing import csv_bytes, inert, ndjson_bytes

# Rows that are turned into the other form at a time.
ROWS_AT_ONCE = 1_000


def stream_native(storage: Storage, job_id: str, order: BatchOrder) -> Iterator[bytes]:
    """Yield the result in the form of the list: from one file where it was put together, else from the chunks.

    Raises StorageError where a chunk is not done.
    """
    if storage.size(result_key(job_id)) is not None:
        yield from storage.stream(result_key(job_id))
        return
    if order.form.kind is Kind.CSV:
        yield csv_bytes([[*order.form.header, *RESULT_COLUMNS]], order.form.delimiter)
    for number in range(_plan(storage, job_id).chunks):
        body = storage.get(rows_key(job_id, number))
        if body is None:
            raise StorageError(f"chunk {number} of job '{job_id}' is not done: there is no result yet")
        yield body


def stream_as(
    kind: Kind, native: Iterator[bytes], order: BatchOrder, columns: Iterable[str], delimiter: str | None = None
) -> Iterator[bytes]:
    """Yield a result in a form. ``columns`` are those of an NDJSON list, as ``all_columns`` finds them.

    A CSV has the delimiter of the list unless another one is wanted.
    """
    own = order.form.delimiter
    if kind is not order.form.kind:
        yield from _as_ndjson(native, order.form) if kind is Kind.NDJSON else _as_csv(native, tuple(columns), delimiter)
    elif kind is Kind.CSV and delimiter not in (None, own):
        yield from _delimited(native, own, delimiter or own)
    else:
        yield from native


def all_columns(storage: Storage, job_id: str) -> tuple[str, ...]:
    """Return the keys that the rows of an NDJSON list have together, in the order they were met; 1,000 at the most."""
    held = storage.get(columns_key(job_id))
    if held is not None:
        return tuple(json.loads(held))
    found: dict[str, None] = {}
    for number in range(_plan(storage, job_id).chunks):
        tally = storage.get(tally_key(job_id, number))
        if tally is None:
            raise StorageError(f"chunk {number} of job '{job_id}' is not done: there is no result yet")
        found |= dict.fromkeys(Tally.from_json(tally).columns)
        if len(found) >= MAX_COLUMNS:
            break
    return tuple(islice(found, MAX_COLUMNS))


def _plan(storage: Storage, job_id: str) -> Plan:
    plan = read_plan(storage, job_id)
    if plan is None:
        raise StorageError(f"job '{job_id}' is not split into chunks: there is no result yet")
    return plan


def _as_ndjson(native: Iterator[bytes], form: TableForm) -> Iterator[bytes]:
    """Turn a CSV of ours into objects: the columns by their names, of which no two are alike."""
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
                "warnings": warnings.split(BETWEEN_WARNINGS) if warnings else [],
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
        written = (
            [
                *(inert(row.values.get(column, "")) for column in columns),
                row.values["image_url"],
                row.values["image_path"],
                row.values["error"],
                BETWEEN_WARNINGS.join(json.loads(row.values["warnings"])),
            ]
            for row in rows(block, form)
        )
        yield csv_bytes(written, mark)


def _lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream with their line feeds."""
    held = b""
    for part in parts:
        *lines, held = (held + part).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if held:
        yield held
