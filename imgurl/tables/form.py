"""What a list is: its kind, how it is spelt, and where its rows begin."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of lists."""

    CSV = "csv"
    NDJSON = "ndjson"


@dataclass(frozen=True, slots=True)
class TableForm:
    """How the bytes of a list are read.

    ``encoding`` is ``utf-8`` or ``cp1252``; with the first, a single row in Windows-1252 is read too. ``data_start``
    is the byte where the rows begin, ``data_line`` its line, from 1.
    """

    kind: Kind
    #: The names of the columns, no two alike; of NDJSON those that its first rows have.
    columns: tuple[str, ...]
    #: The names as they are written in the list: two may be alike, some may be blank.
    header: tuple[str, ...]
    encoding: str = "utf-8"
    #: One character; of no meaning for NDJSON.
    delimiter: str = ","
    data_start: int = 0
    data_line: int = 1


def match_columns(columns: Iterable[str], names: Iterable[str]) -> Mapping[str, str]:
    """Return the column of each of the names: ``First Name`` and ``firstName`` are found for ``first_name``.

    Only letters and digits are compared. Of two columns that fit the first counts; a name without one is left out.
    """
    by_letters = {_letters(column): column for column in reversed(tuple(columns))}
    return {name: by_letters[_letters(name)] for name in names if _letters(name) in by_letters}


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
