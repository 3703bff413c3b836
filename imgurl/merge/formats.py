"""Values as they are drawn: numbers, money and dates as their locale writes them (ICU, through icu4py)."""

from dataclasses import dataclass

from imgurl.merge.dates import read_date
from imgurl.merge.icu import write
from imgurl.merge.kinds import FieldType, Notation
from imgurl.merge.moments import read_moment, write_moment
from imgurl.merge.numbers import pattern_of, read_number

DATE_STYLES = ("short", "medium", "long", "full")


@dataclass(frozen=True, slots=True)
class Displayed:
    """A value as it is drawn; ``reading`` is a number in plain decimals, a day or moment in ISO 8601, else ""."""

    text: str
    reading: str = ""


def display(notation: Notation, text: str) -> Displayed:
    """Return a cleaned, non-empty value as it is drawn.

    Raises NotOfType when the value is not of the notation's type.
    """
    match notation.type:
        case FieldType.NUMBER | FieldType.MONEY:
            number = read_number(text, notation)
            return Displayed(write(pattern_of(notation), notation.locale, number), f"{number:f}")
        case FieldType.DATE:
            style = notation.format or "long"
            written = style if style in DATE_STYLES else f"::{style}"
            day = read_date(text, notation)
            return Displayed(write(f"{{v, date, {written}}}", notation.locale, day), day.isoformat())
        case FieldType.DATETIME:
            moment = read_moment(text, notation)
            return Displayed(write_moment(moment, notation), moment.isoformat())
        case _:
            return Displayed(text)
