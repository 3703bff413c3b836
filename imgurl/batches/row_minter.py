"""From a row to its signed URL: its values, fallbacks, and warnings about them."""

from dataclasses import dataclass
from functools import lru_cache

from imgurl.batches.order import BatchOrder
from imgurl.design.layers.coding import undrawn_codes
from imgurl.errors import BadValue
from imgurl.merge.judge import REASONS, Flag
from imgurl.tables.rows import Row
from imgurl.urls.sealing import Judge, NoValue, Shown, candidate, seal_row
from imgurl.urls.signing import SigningKey

# Checked values that are kept while a chunk is done: first names, towns and offers repeat.
KEPT_VALUES = 4_096

NESTED = "is a list or an object; write a text"
NO_COLUMN = "has no column"

# How the warning about a blank cell ends.
BLANK = f" {REASONS[Flag.MISSING]}; the fallback is shown"


@dataclass(frozen=True, slots=True)
class MintedRow:
    """The outcome of a row: a URL, or an error instead. ``fallbacks`` are the fields that show their fallback.

    ``is_drawn`` says whether its image is in the cache, rendered in advance.
    """

    url: str
    error: str = ""
    warnings: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    is_drawn: bool = False

    @property
    def path(self) -> str:
        """What follows ``/i/`` in the URL.

        HTML tools put their own host in front of a ``src`` that begins with a merge tag; after a host, this can be
        such a tag.
        """
        return self.url.partition("/i/")[2]


class RowMinter:
    """Mints the URLs of a batch. Mutable state: a small cache of checked values."""

    def __init__(self, order: BatchOrder, key: SigningKey) -> None:
        minter = order.bulk(key)
        by_name = {field.name: field for field in order.fields}
        judge = lru_cache(KEPT_VALUES)(lambda name, text: candidate(by_name[name], text))
        self._mint = minter.mint
        self._encode = lru_cache(KEPT_VALUES)(minter.seal)
        # Looked up by its name: hashing a whole field takes longer than judging most values.
        self._judge: Judge = lambda field, text: judge(field.name, text)
        self._added = order.added
        self._fields = order.fields
        self._columns = order.columns
        self._fallbacks = order.options.fallbacks
        self._codes = order.codes
        self._by_name = by_name

    def mint(self, row: Row) -> MintedRow:
        """Return the outcome of a row. Never raises because of a value."""
        if row.problem:
            return _failed(row, row.problem)
        clash = next((name for name in self._added if name in row.values), None)
        if clash:
            return _failed(row, f"has the key '{clash}', which the result adds; rename or remove it")
        values = {field.name: self._value(row, field.name) for field in self._fields}
        sealed = seal_row(self._fields, values, self._fallbacks, judge_value=self._judge)
        if lacking := next((note for note in sealed.notes if note.shown is Shown.NOTHING), None):
            return _failed(row, str(lacking))
        # What is the same in all rows is in the count of fallbacks.
        warnings = (*row.warnings, *(str(note) for note in sealed.notes if note.reason != NO_COLUMN))
        if self._codes:
            warnings += undrawn_codes(self._codes, sealed.values, self._by_name)
        fallbacks = sealed.fields_showing(Shown.FALLBACK, Shown.DESIGN_FALLBACK)
        try:
            url = self._mint(self._encode(name, text) for name, text in sealed.values.items())
        except BadValue as error:
            return _failed(row, str(error))
        return MintedRow(url, "", warnings, fallbacks)

    def _value(self, row: Row, name: str) -> str | NoValue:
        """Return the value of a field, or why there is none."""
        # The columns of NDJSON are those of its first rows; a later row may still have a key of this name.
        column = self._columns.get(name, name)
        if name not in self._columns and name not in row.values:
            return NoValue(NO_COLUMN)
        if column in row.nested:
            return NoValue(NESTED)
        return NoValue(REASONS[Flag.NULL_WORD]) if column in row.nothing else row.value(column)


def _failed(row: Row, problem: str) -> MintedRow:
    return MintedRow("", f"line {row.line}: {problem}")
