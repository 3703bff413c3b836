"""The kinds of values and how each is written: what fields, formats and casing share."""

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """The kinds of values."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    LANGUAGE = "language"
    BOOLEAN = "flag"
    COLOR = "color"
    URL = "url"


class FieldCasing(StrEnum):
    """How letters are set: ``name`` mends AVA and ava to Ava and leaves McDonald alone."""

    NONE = "none"
    UPPER = "upper"
    LOWER = "lower"
    TITLE = "title"
    NAME = "name"


#: Types whose values are drawn otherwise than they are compared.
READ_TYPES = (FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.DATETIME)


def reading_name(field: str) -> str:
    """Return the name of a field's value as it was read, beside what is drawn of it.

    That is ``1299.5``, ``2026-03-01``, or ``2026-12-31T18:00:00+01:00`` in the field's time zone.

    No field can have this name.
    """
    return f"{field}.reading"


def picture_name(url: str) -> str:
    """Return the name of the picture that was fetched for a URL with placeholders: its value is the picture's digest.

    No field can have this name.
    """
    return f"picture {url}"


@dataclass(frozen=True, slots=True)
class Notation:
    """How the values of a field are read and written.

    ``format`` is a skeleton of ICU or a style of dates, ``input`` further forms of a date (strptime), ``time_zone`` the
    IANA zone whose day is meant where a value tells a moment; None draws the day as the value prints it. Of a
    ``datetime`` it is the zone in which values without one are meant, and all are drawn.
    """

    type: FieldType
    locale: str = "en-US"
    currency: str = "USD"
    format: str | None = None
    input: tuple[str, ...] = ()
    time_zone: str | None = None


class NotOfType(ValueError):
    """Raised with a flag (``not-a-number`` …) when a text is not of its field's type."""
