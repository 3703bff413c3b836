"""``imgurl mint --csv``: a list with a link in each row, read and linked as ``imgurl batch`` does, in one process."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from imgurl.batches.chunk import own_cells
from imgurl.batches.order import BatchOptions, BatchOrder, prepare
from imgurl.batches.row_minter import BLANK, MintedRow, RowMinter
from imgurl.cli.listing import NO_LINK, counted
from imgurl.cli.outfile import out_form
from imgurl.design.library import Design
from imgurl.errors import BadTable
from imgurl.files import whole_file
from imgurl.tables.byte_ranges import ByteRange, divide
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.opening import bytes_of, open_as_utf8, parts_of
from imgurl.tables.rows import Row, left_out, rows
from imgurl.tables.sniff import HEAD_BYTES, read_form
from imgurl.tables.writing import csv_bytes, inert
from imgurl.urls.controls import Controls
from imgurl.urls.signing import KeyRing

# Warnings about rows that are printed one by one: a systematic mistake makes thousands.
MAX_WARNINGS = 20

# Rows read and written at a time.
ROWS_AT_ONCE = 1_000

# The result is not secret: the umask decides who may read it.
FILE_MODE = 0o666


@dataclass(frozen=True, slots=True)
class ListOrder:
    """The order for a list: where it is and goes, what its columns are called, and how it is read."""

    source: Path
    out: Path
    #: The column with the links; the next one has what follows ``/i/`` in them.
    column: str
    charset: str | None
    mapping: Mapping[str, str]
    #: Values for rows without one of their own.
    fallbacks: Mapping[str, str]
    controls: Controls

    @property
    def added(self) -> tuple[str, str]:
        """The columns of links and of their paths."""
        return self.column, self.column.removesuffix("_url") + "_path"


def mint_list(request: ListOrder, design: Design, keys: KeyRing, base_url: str) -> None:
    """Write the list with two more columns. A row that can't have a link has none, and standard error says why.

    Ends the process with exit code 2 if no row has one. Raises click.UsageError, and what ``prepare`` raises.
    """
    form = _form(request)
    outward = out_form(request.out, form)
    if outward.kind is not Kind.CSV:
        raise click.UsageError(f"--csv writes .csv or .tsv; 'imgurl batch' writes {request.out.suffix}")
    for column in request.added:
        if column in form.header:
            raise click.UsageError(f"{request.source} already has a column '{column}'; name another with --column")
    options = BatchOptions(design.id, request.mapping, request.fallbacks, request.controls)
    order = prepare(options, form, design, keys, base_url, added=request.added)
    minter = RowMinter(order, keys.signing)
    warner = _Warnings()
    done = total = 0
    delimiter = outward.delimiter or form.delimiter
    with open_as_utf8(request.source, form) as text, whole_file(request.out, mode=FILE_MODE, durable=True) as file:
        file.write(csv_bytes([[*form.header, *request.added]], delimiter))
        for byte_range in divide(parts_of(text), form, ROWS_AT_ONCE):
            linked = [(row, minter.mint(row)) for row in _rows(text, form, byte_range)]
            for row, link in linked:
                warner = warner.after(row, link)
            total += len(linked)
            done += sum(bool(link.url) for _, link in linked)
            file.write(csv_bytes((_cells(form, row, link) for row, link in linked), delimiter))
            _tell_left_out(text, form, byte_range)
    _tell_end(order, warner, done, total)


@dataclass(frozen=True, slots=True)
class _Warnings:
    """How many warnings there were, and the first error of a row."""

    count: int = 0
    error: str = ""

    def after(self, row: Row, link: MintedRow) -> "_Warnings":
        """Print the warnings and the error of a row, unless too many were printed already."""
        # With a blank cell of an optional field a list says that there is no value.
        sentences = [f"line {row.line}: {warning}" for warning in link.warnings if not warning.endswith(BLANK)]
        sentences += [link.error] if link.error else []
        for sentence in sentences[: max(0, MAX_WARNINGS - self.count)]:
            click.echo(f"imgurl: {sentence}", err=True)
        return _Warnings(self.count + len(sentences), self.error or link.error)


def _tell_end(order: BatchOrder, warnings: _Warnings, done: int, total: int) -> None:
    if warnings.count > MAX_WARNINGS:
        click.echo(f"imgurl: {warnings.count - MAX_WARNINGS} more warnings", err=True)
    for note in order.notes:
        click.echo(f"  {note}", err=True)
    if not done:
        click.echo(f"imgurl: none of {counted(total)} has a link", err=True)
        sys.exit(NO_LINK)
    if done < total:
        click.echo(f"imgurl: {counted(total - done)} without a link", err=True)


def _tell_left_out(text: BinaryIO, form: TableForm, byte_range: ByteRange) -> None:
    if byte_range.left_out:
        for line, record in left_out(
            bytes_of(text, byte_range), form, byte_range.first_line, is_ending=not byte_range.rows
        ):
            click.echo(f"imgurl: line {line}: left out, not a row: '{record}'", err=True)


def _form(request: ListOrder) -> TableForm:
    try:
        with request.source.open("rb") as file:
            form = read_form(file.read(HEAD_BYTES), request.source.name, request.charset)
    except BadTable as error:
        raise click.UsageError(f"{request.source} can't be read: {error}") from error
    if form.kind is not Kind.CSV:
        raise click.UsageError(f"{request.source} is NDJSON, which 'imgurl batch' reads; --csv takes a CSV")
    return form


def _cells(form: TableForm, row: Row, link: MintedRow) -> list[str]:
    # Surplus cells stay, after the new columns.
    return [*own_cells(form, row), link.url, link.path, *map(inert, row.rest)]


def _rows(text: BinaryIO, form: TableForm, byte_range: ByteRange) -> Iterator[Row]:
    return (
        rows(bytes_of(text, byte_range), form, byte_range.first_row, byte_range.first_line)
        if byte_range.rows
        else iter(())
    )
