"""Judge a whole list: divided as it is read, its parts judged by processes, the counts added up.

Light: what draws is loaded in the processes that judge.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from imgurl.batches.columns import find_columns
from imgurl.design.library import Design
from imgurl.errors import BadTable
from imgurl.pipeline.orders import files_of
from imgurl.preflight.crew import Crew
from imgurl.preflight.distinct import DistinctCount
from imgurl.preflight.order import PreflightOptions, PreflightOrder
from imgurl.preflight.requests import Part
from imgurl.preflight.tally import Tally
from imgurl.tables.byte_ranges import divide
from imgurl.tables.columns import mail_column
from imgurl.tables.form import TableForm
from imgurl.tables.opening import bytes_of, open_as_utf8, parts_of
from imgurl.tables.sniff import HEAD_BYTES, read_form

# Rows that are judged together: enough that those that are alike are judged once, few enough for progress to be seen.
ROWS_EACH = 20_000


@dataclass(frozen=True, slots=True)
class Counted:
    """A list counted. ``duplicates`` are rows whose recipient came before; ``seconds`` is how long it took."""

    order: PreflightOrder
    tally: Tally
    duplicates: int
    pictures: int
    left_out: int
    seconds: float


def order_for(
    design: Design, source: Path, hint: str, charset: str | None, options: PreflightOptions, fonts: Path
) -> PreflightOrder:
    """Check what is asked for against the list and the design; return the order. ``hint`` is a media type or a name.

    Raises BadTable, UnknownField, UnknownColumn, BadValue.
    """
    with source.open("rb") as file:
        form = read_form(file.read(HEAD_BYTES), hint, charset)
    columns = find_columns(form, design.document.fields, options.mapping, options.fallbacks)
    ext = options.ext or design.document.format
    return PreflightOrder(
        files_of(design), fonts, columns, replace(options, ext=ext), mail_column(form.columns), secrets.token_bytes(32)
    )  # fmt: skip


def count_list(
    order: PreflightOrder, source: Path, crew: Crew, progress: Callable[[int], object] = lambda _: None
) -> Counted:
    """Judge and count a list; ``progress`` gets the rows of each part that was judged.

    Raises BadTable for a list that can't be divided, PreflightFailed if it can't be judged to its end.
    """
    started = time.monotonic()
    tally = Tally()
    form = order.columns.form
    with open_as_utf8(source, form) as file, DistinctCount() as recipients, DistinctCount() as pictures:
        ranges = _Ranges(file, form)
        for part in crew.judge(iter(ranges)):
            tally += part
            recipients.add(part.digests)
            pictures.add(part.pictures)
            progress(part.rows)
        if not tally.rows:
            raise BadTable("the list has a header but no rows")
        total, different = recipients.counts
        seconds = time.monotonic() - started
        return Counted(order, tally, total - different, pictures.counts[1], ranges.left_out, seconds)


class _Ranges:
    """The parts of a list with their bytes, read as they are asked for. Mutable state: the records left out so far."""

    def __init__(self, file: BinaryIO, form: TableForm) -> None:
        self._file = file
        self._form = form
        self.left_out = 0

    def __iter__(self) -> Iterator[Part]:
        for part in divide(parts_of(self._file), self._form, ROWS_EACH):
            self.left_out += part.left_out
            if part.rows:
                yield part, bytes_of(self._file, part)
