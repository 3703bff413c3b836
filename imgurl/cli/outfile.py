"""What the name of ``--out`` asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from imgurl.tables.form import Kind, TableForm
from imgurl.tables.writing import json_array

# Endings of files that are no lists of text: whoever names one expects what would not be in it.
NOT_WRITTEN = frozenset((
    ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".parquet", ".feather", ".avro", ".pdf", ".html", ".htm",
    ".xml", ".zip", ".gz", ".bz2", ".xz", ".zst", ".db", ".sqlite", ".png", ".jpg",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutForm:
    """The form of a result. ``delimiter`` is None where it is that of the list."""

    kind: Kind
    delimiter: str | None = None
    is_array: bool = False

    def written(self, lines: Iterable[bytes]) -> Iterable[bytes]:
        """Return a result in its kind as the file has it."""
        return json_array(_lines(lines)) if self.is_array else lines


def out_form(out: Path, form: TableForm) -> OutForm:
    """Return what a file name asks for; one that asks for nothing gets the form of the list.

    Raises click.UsageError for the ending of a file that is not written here.
    """
    ending = out.suffix.lower()
    if ending in NOT_WRITTEN:
        raise click.UsageError(
            f"--out {out.name} can't be written: results are .csv, .tsv, .ndjson or .json; a spreadsheet opens .csv"
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
    held = b""
    for part in parts:
        *lines, held = (held + part).split(b"\n")
        yield from lines
    if held:
        yield held
