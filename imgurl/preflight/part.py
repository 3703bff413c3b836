"""A part of a list: its rows read, those that are alike put together, judged, laid out and counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from imgurl.batches.row_minter import NESTED, NO_COLUMN
from imgurl.design.library import Design, make_design
from imgurl.merge.judge import REASONS, Flag
from imgurl.preflight.drawing import draw_rows, size_that_fits
from imgurl.preflight.facts import Cell, RowFact
from imgurl.preflight.judging import RowJudge
from imgurl.preflight.order import PreflightOrder
from imgurl.preflight.requests import Draw, Part, Refit, Thumbnail
from imgurl.preflight.tally import Counting, Distinct, Tally
from imgurl.tables.byte_ranges import ByteRange
from imgurl.tables.rows import Row, rows
from imgurl.text.fonts import FontCatalogue, load_catalogue
from imgurl.urls.sealing import NoValue

UNLISTED = NoValue(NO_COLUMN)
NESTED_CELL = NoValue(NESTED)
NULL_CELL = NoValue(REASONS[Flag.NULL_WORD])


class PartJudge:
    """Judges parts of a list. Mutable state: what the judge of rows remembers."""

    def __init__(self, order: PreflightOrder, design: Design) -> None:
        columns = order.columns.columns
        fields = design.document.fields
        unlisted = frozenset(field.name for field in fields if field.name not in columns)
        # The columns of NDJSON are those of its first rows: a later row may have a key of a field's name.
        if not order.columns.form.columns:
            unlisted = frozenset()
        options = order.options
        self._order = order
        self._design = design
        # The column of each field, and whether it is one that a row may lack.
        self._columns = [(columns.get(field.name, field.name), field.name in columns) for field in fields]
        self._judge = RowJudge(design, options.fallbacks, unlisted, options.ext, options.dpr, options.now)

    def judge(self, cells: tuple[Cell, ...]) -> RowFact:
        """Judge one row by the cells of its fields."""
        return self._judge.judge(cells)

    def answer(self, request: Part | Draw | Refit) -> Tally | Sequence[Thumbnail] | Mapping[str, int]:
        """Do what a process is asked for."""
        match request:
            case Draw():
                return self.draw(request)
            case Refit():
                return self.refit(request)
            case part, data:
                return self.count(data, part)

    def draw(self, request: Draw) -> Sequence[Thumbnail]:
        """Draw some rows. Raises RenderFailed, BadDesign."""
        facts = [self._judge.judge(cells) for cells in request.rows]
        return draw_rows(self._design, facts, self._order.options, request.width)

    def refit(self, request: Refit) -> Mapping[str, int]:
        """Say which ``min_size`` layers would need to hold the texts of some rows."""
        return {name: self._size_for(name, rows) for name, rows in request.layers.items()}

    def _size_for(self, layer: str, rows: Sequence[tuple[Cell, ...]]) -> int:
        facts = (self._judge.judge(cells).facts for cells in rows)
        return size_that_fits(self._design, layer, [{one.name: one.text for one in row} for row in facts])

    def count(self, data: bytes, part: ByteRange) -> Tally:
        """Count the rows of a part, given its bytes in UTF-8."""
        counting = Counting(self._order.salt)
        read = rows(data, self._order.columns.form, part.first_row, part.first_line) if part.rows else ()
        for distinct in self._distinct(read, counting):
            counting.add(distinct, self._judge.judge(distinct.cells))
        return counting.tally()

    def _distinct(self, read: Iterable[Row], counting: Counting) -> Iterator[Distinct]:
        """Yield rows whose cells are alike together, and count on the way what is not about their values."""
        groups: dict[tuple[Cell, ...], list[int]] = {}
        identity = self._order.identity
        for row in read:
            if row.warnings:
                counting.add_warning()
            if row.problem:
                counting.add_problem(row.problem)
                continue
            who = row.values.get(identity, "").strip().casefold() if identity else row.text.strip()
            if who:
                counting.add_recipient(who)
            cells = self.cells_of(row)
            group = groups.get(cells)
            if group is None:
                groups[cells] = [1, row.number, row.line]
            else:
                group[0] += 1
        yield from (Distinct(cells, count, number, line) for cells, (count, number, line) in groups.items())

    def cells_of(self, row: Row) -> tuple[Cell, ...]:
        """Return the cells of a row's fields, as a batch reads them."""
        values = row.values
        if not row.nested and not row.nothing:
            return tuple([
                values.get(column, "") if is_listed or column in values else UNLISTED
                for column, is_listed in self._columns
            ])  # fmt: skip
        return tuple([self._cell(row, column, is_listed=is_listed) for column, is_listed in self._columns])

    def _cell(self, row: Row, column: str, *, is_listed: bool) -> Cell:
        if not is_listed and column not in row.values:
            return UNLISTED
        if column in row.nested:
            return NESTED_CELL
        return NULL_CELL if column in row.nothing else row.values.get(column, "")


class LocalCrew:
    """This process: for lists so short that starting others would take longer. Mutable state: what it remembers."""

    def __init__(self, order: PreflightOrder, design: Design) -> None:
        self._judge = PartJudge(order, design)

    def judge(self, parts: Iterator[Part]) -> Iterator[Tally]:
        """Yield the counts of the parts."""
        return (self._judge.count(data, part) for part, data in parts)

    def draw(self, request: Draw) -> Sequence[Thumbnail]:
        """Draw some rows. Raises RenderFailed, BadDesign."""
        return self._judge.draw(request)

    def refit(self, request: Refit) -> Mapping[str, int]:
        """Say which ``min_size`` layers would need."""
        return self._judge.refit(request)


def open_design(order: PreflightOrder, fonts: FontCatalogue | None = None) -> Design:
    """Make the design of an order again, in a process that knows only the order."""
    files = order.design
    catalogue = fonts or load_catalogue(order.fonts)
    return make_design(files.id, files.text, files.assets, files.assets.__getitem__, catalogue)
