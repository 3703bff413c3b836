"""Where lines may end: UAX #14 with dictionaries for Thai, Lao, Khmer and Myanmar, through ICU (icu4py)."""

from itertools import accumulate
from typing import NamedTuple

from icu4py.breakers import LineBreaker

# Characters that end a line for good (UAX #14: BK, CR, LF, NL).
LINE_ENDS = "\n\x0b\x0c\r\x85\u2028\u2029"


class Break(NamedTuple):
    """A place between code points where a line may end, or must."""

    offset: int
    mandatory: bool


def line_breaks(text: str, language: str = "en") -> tuple[Break, ...]:
    """Return the break opportunities of ``text``; the last one is its end.

    ``language`` is a BCP 47 tag; it changes the rules for Japanese and Chinese.
    """
    if not text:
        return ()
    # Iterating hands out strings: ICU's own offsets count UTF-16 units.
    lengths = map(len, LineBreaker(text, language.replace("-", "_")))
    return tuple(Break(offset, text[offset - 1] in LINE_ENDS) for offset in accumulate(lengths))
