"""From a row to its signed URL: values, fallbacks, and what is to be said about them."""

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

# Values that are kept checked while a chunk is done: first names, towns and offers come again and again.
KEPT_VALUES = 4_096

NESTED = "is a list or an object; a text is wanted"
NO_COLUMN = "has no column"

# How the warning of a field ends that has no value and shows its fallback.
FALLBACK_SHOWN = "; the fallback is shown"
BLANK = f" is blank{FALLBACK_SHOWN}"


@dataclass(frozen=True, slots=True)
class Link:
    """What became of a row: a URL, or an error instead. ``fallbacks`` are the fields that show their fallback.

    ``is_drawn`` says whether its image lies in the cache, drawn ahead.
    ``path`` is what follows the host and ``/i/`` in the URL: HTML tools put their own host in front of a ``src`` that
    begins with a merge tag.
    """

    url: str
    error: str = ""
    warnings: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    is_drawn: bool = False

    @property
    def path(self) -> str:
        """What stands in the URL behind ``/i/``."""
        return self.url.partition("/i/")[2]


class Links:
    """Makes the links of a batch. Mutable state: a small cache of checked values."""

    def __init__(self, order: BatchOrder, key: SigningKey) -> None:
        self._minter = order.bulk(key)
        self._added = order.added
        self._seal = lru_cache(KEPT_VALUES)(self._seal_anew)
        columns = order.columns
        self._fields = tuple((field, columns.get(field.name)) for field in order.fields)
        self._fallbacks = self._sealed_fallbacks(order)

    def link(self, row: Row) -> Link:
        """Return the link of a row. Never raises because of a value."""
        if row.problem:
            return _failed(row, row.problem)
        taken = next((name for name in self._added if name in row.values), None)
        if taken:
            return _failed(row, f"has the key '{taken}', which the result adds; rename or remove it")
        sealed: list[SealedValue] = []
        warnings = [*row.warnings]
        fallbacks: list[str] = []
        for field, column in self._fields:
            found = self._value(row, field.name, column)
            if isinstance(found, SealedValue):
                sealed.append(found)
                warnings += [f"{field.name} {warning}" for warning in found.warnings]
                continue
            fallback = self._fallbacks.get(field.name)
            if fallback is not None:
                sealed.append(fallback)
            elif field.required:
                return _failed(row, f"{field.name} {found}; it is required and has no fallback")
            fallbacks.append(field.name)
            # What is the same in all rows is told by the count of fallbacks.
            if found != NO_COLUMN:
                warnings.append(f"{field.name} {found}{FALLBACK_SHOWN}")
        try:
            return Link(self._minter.mint(sealed), "", tuple(warnings), tuple(fallbacks))
        except BadValue as error:
            return _failed(row, str(error))

    def _value(self, row: Row, name: str, column: str | None) -> SealedValue | str:
        """Return the value of a field, or why there is none."""
        if column is None:
            # The columns of NDJSON are those of its first rows; a later row may have a key of this name all the same.
            if name not in row.values:
                return NO_COLUMN
            column = name
        if column in row.nested:
            return NESTED
        return REASONS[Flag.NULL_WORD] if column in row.nothing else self._seal(name, row.value(column))

    def _seal_anew(self, name: str, text: str) -> SealedValue | str:
        try:
            # Line ends, and what shows nothing, are worth no room in a URL: the server would take them out too.
            tidy = clean(text)
        except TooLong:
            tidy = text
        try:
            return self._minter.seal(name, tidy)
        except BadValue as error:
            return error.reason

    def _sealed_fallbacks(self, order: BatchOrder) -> Mapping[str, SealedValue]:
        """Return what is sealed for rows without a value; the design's own words need no place in the URL."""
        own = {field.name: field.fallback for field in order.fields}
        wanted = {name: clean(text) for name, text in order.options.fallbacks.items()}
        return {
            name: self._minter.seal(name, text, Words.SIGNED)
            for name, text in wanted.items()
            if text and text != own[name]
        }


def _failed(row: Row, problem: str) -> Link:
    return Link("", f"line {row.line}: {problem}")
