"""Values as they are drawn: numbers, money and dates as their locale writes them (ICU, through icu4py)."""

from imgurl.merge.dates import read_date
from imgurl.merge.icu import write
from imgurl.merge.kinds import FieldType, Notation
from imgurl.merge.numbers import pattern_of, read_number

DATE_STYLES = ("short", "medium", "long", "full")


def display(notation: Notation, text: str) -> str:
    """Return a cleaned, non-empty value as it is drawn.

    Raises NotOfType when the value is not of the notation's type.
    """
    match notation.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return write(pattern_of(notation), notation.locale, read_number(text, notation))
        case FieldType.DATE:
            style = notation.format or "long"
            written = style if style in DATE_STYLES else f"::{style}"
            return write(f"{{v, date, {written}}}", notation.locale, read_date(text, notation))
        case _:
            return text
