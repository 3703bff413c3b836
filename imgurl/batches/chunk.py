"""A chunk: from some rows of the list to the same rows of the result."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from imgurl.batches.order import RESULT_COLUMNS
from imgurl.batches.row_minter import MintedRow
from imgurl.batches.tally import Tally
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.rows import Row
from imgurl.tables.sniff import MAX_COLUMNS
from imgurl.tables.writing import csv_bytes, extended_object, inert, ndjson_bytes

# What separates two warnings in a cell of a CSV; no warning contains it.
WARNING_SEPARATOR = " | "


#: A row of the list, and what became of it.
Outcome = tuple[Row, MintedRow]


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of a chunk as they are in the result, and their outcome."""

    body: bytes
    tally: Tally


def make_chunk(form: TableForm, outcomes: Iterable[Outcome]) -> Chunk:
    """Write each row: its own columns, then ``RESULT_COLUMNS``, then the cells beyond the header.

    The result has the form of the list. A row of NDJSON keeps its spelling, numbers and all; in a CSV, which may be
    opened in a spreadsheet, a formula becomes text.
    """
    pairs = [*outcomes]
    tally = _tally([minted for _, minted in pairs], _columns(form, pairs))
    if form.kind is Kind.NDJSON:
        return Chunk(b"".join(_object(row, minted) for row, minted in pairs), tally)
    return Chunk(csv_bytes((_cells(form, row, minted) for row, minted in pairs), form.delimiter), tally)


def _tally(outcomes: Sequence[MintedRow], columns: tuple[str, ...]) -> Tally:
    errors = [minted.error for minted in outcomes if minted.error]
    return Tally(
        total=len(outcomes),
        done=len(outcomes) - len(errors),
        failed=len(errors),
        fallbacks=dict(Counter(name for minted in outcomes for name in minted.fallbacks)),
        columns=columns,
        drawn=sum(minted.is_drawn for minted in outcomes),
        error=errors[0] if errors else "",
    )


def _columns(form: TableForm, pairs: Iterable[Outcome]) -> tuple[str, ...]:
    """Return the keys of rows of NDJSON, in the order in which they first appear."""
    if form.kind is Kind.CSV:
        return ()
    names = dict.fromkeys(name for row, _ in pairs for name in row.values if name not in RESULT_COLUMNS)
    return tuple(islice(names, MAX_COLUMNS))


def _cells(form: TableForm, row: Row, minted: MintedRow) -> list[str]:
    added = (minted.url, minted.path, minted.error, WARNING_SEPARATOR.join(minted.warnings))
    return [*own_cells(form, row), *added, *map(inert, row.rest)]


def own_cells(form: TableForm, row: Row) -> list[str]:
    """Return the cells of a row under the header, as they are written into a CSV."""
    return [inert(text) for text in row.values.values()] or [""] * len(form.columns)


def _object(row: Row, minted: MintedRow) -> bytes:
    values = (minted.url or None, minted.path or None, minted.error or None, minted.warnings)
    added = dict(zip(RESULT_COLUMNS, values, strict=True))
    # A row that cannot be read, or has these keys itself, is not repeated.
    if row.problem or any(name in row.values for name in RESULT_COLUMNS):
        return ndjson_bytes([added])
    return (extended_object(row.text, added) + "\n").encode()
