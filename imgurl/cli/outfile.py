"""The form of a result, from the name of ``--out``."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from imgurl.tables.form import Kind, TableForm
from imgurl.tables.writing import json_array

# Endings of files that are not text: a result under such a name would not be what it says.
UNSUPPORTED = frozenset((
    ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".parquet", ".feather", ".avro", ".pdf", ".html", ".htm",
    ".xml", ".zip", ".gz", ".bz2", ".xz", ".zst", ".db", ".sqlite", ".png", ".jpg",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutForm:
    """The form of a result. ``delimiter`` is None if it is that of the list."""

    kind: Kind
    delimiter: str | None = None
    is_array: bool = False

    def encode(self, parts: Iterable[bytes]) -> Iterable[bytes]:
        """Return the parts of a result, given as CSV or NDJSON, as the file has them."""
        return json_array(_lines(parts)) if self.is_array else parts


def out_form(out: Path, form: TableForm) -> OutForm:
    """Return the form that the ending of a file name stands for; without a known ending, that of the list.

    Raises click.UsageError for an ending that is not supported.
    """
    ending = out.suffix.lower()
    if ending in UNSUPPORTED:
        raise click.UsageError(
            f"--out {out.name} is not supported: write .csv, .tsv, .ndjson or .json; spreadsheets open .csv"
        )
    if ending == ".csv":
        return OutForm(Kind.CSV, "," if form.delimiter == "\t" else None)
    if ending in (".tsv", ".tab"):
        return OutForm(Kind.CSV, "\t")
    if ending in (".ndjson", ".jsonl", ".json"):
        return OutForm(Kind.NDJSON, is_array=ending == ".json")
    return OutForm(Kind.CSV if ending == ".txt" else form.kind)


def _lines(parts: Iterable[bytes]) -> Iterable[bytes]:
    """Yield the lines of a stream."""
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        yield from lines
    if rest:
        yield rest
