"""From a row to its signed URL: its values, fallbacks, and warnings about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from imgurl.batches.order import BatchOrder
from imgurl.errors import BadValue
from imgurl.merge.clean import TooLong, clean
from imgurl.merge.judge import REASONS, Flag, Words
from imgurl.tables.rows import Row
from imgurl.urls.mint import SealedValue
from imgurl.urls.signing import SigningKey

# Checked values that are kept while a chunk is done: first names, towns and offers repeat.
KEPT_VALUES = 4_096

NESTED = "is a list or an object; write a text"
NO_COLUMN = "has no column"

# How the warning about a field without a value ends.
FALLBACK_SHOWN = "; the fallback is shown"
BLANK = f" is blank{FALLBACK_SHOWN}"


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
        self._series = order.series(key)
        self._added = order.added
        self._seal = lru_cache(KEPT_VALUES)(self._checked)
        columns = order.columns
        self._fields = tuple((field, columns.get(field.name)) for field in order.fields)
        self._fallbacks = self._sealed_fallbacks(order)

    def mint(self, row: Row) -> MintedRow:
        """Return the outcome of a row. Never raises because of a value."""
        if row.problem:
            return _failed(row, row.problem)
        clash = next((name for name in self._added if name in row.values), None)
        if clash:
            return _failed(row, f"has the key '{clash}', which the result adds; rename or remove it")
        sealed: list[SealedValue] = []
        warnings = [*row.warnings]
        fallbacks: list[str] = []
        for field, column in self._fields:
            value = self._value(row, field.name, column)
            if isinstance(value, SealedValue):
                sealed.append(value)
                warnings += [f"{field.name} {warning}" for warning in value.warnings]
                continue
            fallback = self._fallbacks.get(field.name)
            if fallback is not None:
                sealed.append(fallback)
            elif field.required:
                return _failed(row, f"{field.name} {value}; it is required and has no fallback")
            fallbacks.append(field.name)
            # What is the same in all rows is in the count of fallbacks.
            if value != NO_COLUMN:
                warnings.append(f"{field.name} {value}{FALLBACK_SHOWN}")
        try:
            return MintedRow(self._series.mint(sealed), "", tuple(warnings), tuple(fallbacks))
        except BadValue as error:
            return _failed(row, str(error))

    def _value(self, row: Row, name: str, column: str | None) -> SealedValue | str:
        """Return the sealed value of a field, or why there is none."""
        if column is None:
            # The columns of NDJSON are those of its first rows; a later row may still have a key of this name.
            if name not in row.values:
                return NO_COLUMN
            column = name
        if column in row.nested:
            return NESTED
        return REASONS[Flag.NULL_WORD] if column in row.nothing else self._seal(name, row.value(column))

    def _checked(self, name: str, text: str) -> SealedValue | str:
        try:
            # Line ends and invisible characters only make a URL longer: the server would remove them anyway.
            tidy = clean(text)
        except TooLong:
            tidy = text
        try:
            return self._series.seal(name, tidy)
        except BadValue as error:
            return error.reason

    def _sealed_fallbacks(self, order: BatchOrder) -> Mapping[str, SealedValue]:
        """Return what is sealed for rows without a value; the design's own fallbacks need not be in the URL."""
        own = {field.name: field.fallback for field in order.fields}
        fallbacks = {name: clean(text) for name, text in order.options.fallbacks.items()}
        return {
            name: self._series.seal(name, text, Words.SIGNED)
            for name, text in fallbacks.items()
            if text and text != own[name]
        }


def _failed(row: Row, problem: str) -> MintedRow:
    return MintedRow("", f"line {row.line}: {problem}")
