"""The form of a list: its kind, how it is written, and where its rows begin."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of lists."""

    CSV = "csv"
    NDJSON = "ndjson"


class Quoting(StrEnum):
    """How a cell can contain a delimiter, a quotation mark or a line end."""

    #: ``"Ed ""Big"" Lee"``: RFC 4180.
    DOUBLED = "doubled"
    #: ``"Ed \"Big\" Lee"``: MariaDB's ENCLOSED BY, PHP's fputcsv, JSON.stringify per cell.
    BACKSLASH = "backslash"
    #: ``Ed "Big" Lee\tNew\nYork``: COPY text, ``mysql --batch``; a quotation mark is an ordinary character.
    ESCAPED = "escaped"


NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

QUOTINGS = {
    Quoting.DOUBLED: "",
    Quoting.BACKSLASH: "a backslash escapes in quoted cells",
    Quoting.ESCAPED: "a backslash escapes, quotation marks are ordinary characters",
}

UTF8 = "utf-8"


@dataclass(frozen=True, slots=True)
class Skipped:
    """What comes before the header: how many records, and the first of them."""

    count: int = 0
    first: str = ""


@dataclass(frozen=True, slots=True)
class TableForm:
    """How the bytes of a list are read.

    They are read as UTF-8: a list in another charset is transcoded on arrival (``tables.charset``), and all offsets are
    those of the UTF-8. ``data_start`` is the byte where the rows begin, ``data_line`` its line, from 1.
    """

    kind: Kind
    #: The unique names of the columns; of NDJSON those that its first rows have.
    columns: tuple[str, ...]
    #: The names as they are written in the list: some may be equal, some blank.
    header: tuple[str, ...]
    #: The charset that the list came in, as Python calls it.
    encoding: str = UTF8
    #: One character; without meaning for NDJSON.
    delimiter: str = ","
    data_start: int = 0
    data_line: int = 1
    quoting: Quoting = Quoting.DOUBLED
    #: Whether a lone return ends a row, as on old Macs. In lists of line feeds it is a blank inside a cell.
    ends_at_return: bool = True
    #: Whether the header's names are quoted: then every row begins with a quotation mark or is short.
    quotes_header: bool = False
    #: Whether cells are quoted where they have to be, so that a mark at the beginning of one has a meaning.
    quotes: bool = False
    #: Whether a bare NA means NULL: texts are quoted and it is not, or it is in a column of numbers.
    na_is_nothing: bool = False
    #: The line of the header, from 1.
    header_line: int = 1
    above: Skipped = Skipped()
    #: Names of the list as the guessed charset reads them; "" if the charset is not a guess.
    guess: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing was decided that a person should know."""
        is_usual = self.delimiter != "|" and self.quoting is Quoting.DOUBLED
        return self.encoding == UTF8 and is_usual and not self.above.count

    @property
    def read_as(self) -> str:
        """How the list is read, in one line."""
        charset = f"{self.encoding}, a guess ({self.guess})" if self.guess else self.encoding.upper()
        if self.kind is Kind.NDJSON:
            return f"NDJSON, {charset}"
        name = NAMES.get(self.delimiter, repr(self.delimiter))
        parts = [charset, f"cells end at a {name}", QUOTINGS[self.quoting], f"header in line {self.header_line}"]
        if self.above.count:
            lines = f"{self.above.count} line{'' if self.above.count == 1 else 's'}"
            parts.append(f"{lines} above it skipped ('{shortened(self.above.first)}')")
        return ", ".join(part for part in parts if part)


def shortened(text: str, length: int = 60) -> str:
    """Return a text short enough for a sentence."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"
