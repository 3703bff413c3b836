"""Do a chunk: from some rows of the list to the same rows of the result."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from imgurl.batches.links import Link
from imgurl.batches.order import RESULT_COLUMNS
from imgurl.batches.tally import Tally
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.rows import Row
from imgurl.tables.sniff import MAX_COLUMNS
from imgurl.tables.writing import csv_bytes, extended_object, inert, ndjson_bytes

# What stands between two warnings in a cell of a CSV; no warning holds it.
BETWEEN_WARNINGS = " | "


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of a chunk as they stand in the result, and what became of them."""

    body: bytes
    tally: Tally


def do_chunk(form: TableForm, rows: Iterable[Row], link: Callable[[Row], Link]) -> Chunk:
    """Link each row and write it down: its own columns, then ``RESULT_COLUMNS``, then what is beyond the header.

    The result has the form of the list. A row of NDJSON stays as it is written, numbers and all; in a CSV, which may
    be opened in a spreadsheet, a formula is made a text.
    """
    linked = [(row, link(row)) for row in rows]
    fallbacks: Counter[str] = Counter()
    for _, made in linked:
        fallbacks.update(made.fallbacks)
    failed = sum(1 for _, made in linked if made.error)
    drawn = sum(1 for _, made in linked if made.is_drawn)
    error = next((made.error for _, made in linked if made.error), "")
    tally = Tally(len(linked), len(linked) - failed, failed, dict(fallbacks), _columns(form, linked), drawn, error)
    if form.kind is Kind.NDJSON:
        return Chunk(b"".join(_object(row, made) for row, made in linked), tally)
    return Chunk(csv_bytes(_cells(form, linked), form.delimiter), tally)


def _columns(form: TableForm, linked: Iterable[tuple[Row, Link]]) -> tuple[str, ...]:
    """Return the keys of rows of NDJSON, in the order they are met."""
    if form.kind is Kind.CSV:
        return ()
    names = dict.fromkeys(name for row, _ in linked for name in row.values if name not in RESULT_COLUMNS)
    return tuple(islice(names, MAX_COLUMNS))


def _cells(form: TableForm, linked: Iterable[tuple[Row, Link]]) -> Iterator[list[str]]:
    for row, made in linked:
        yield [
            *own_cells(form, row),
            made.url,
            made.path,
            made.error,
            BETWEEN_WARNINGS.join(made.warnings),
            *map(inert, row.rest),
        ]


def own_cells(form: TableForm, row: Row) -> list[str]:
    """Return the cells of a row under the header, as they are written into a CSV again."""
    return [inert(text) for text in row.values.values()] or [""] * len(form.columns)


def _object(row: Row, made: Link) -> bytes:
    added = dict(
        zip(RESULT_COLUMNS, (made.url or None, made.path or None, made.error or None, made.warnings), strict=True)
    )
    # A row that can't be read, or has these keys itself, can't be carried on.
    if row.problem or any(name in row.values for name in RESULT_COLUMNS):
        return ndjson_bytes([added])
    return (extended_object(row.text, added) + "\n").encode()
