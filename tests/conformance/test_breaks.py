"""icu4py's breakers, which the layout relies on, against the Unicode 17.0 break test files, every case."""

import lzma
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

from icu4py.breakers import BaseBreaker, CharacterBreaker, LineBreaker

FOLDER: Final = Path(__file__).parent

# The root locale: the files have the default rules, which some languages tailor.
ROOT: Final = "und"


def cases(name: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each text of a break test file and its boundaries as code point offsets.

    ``÷ 000D × 000A ÷ 0061 ÷`` is ``("\\r\\na", (0, 2, 3))``. LB2 forbids a line break at the start.
    """
    with lzma.open(FOLDER / f"{name}.txt.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.partition("#")[0].split()
            if fields:
                text = "".join([chr(int(code_point, 16)) for code_point in fields[1::2]])
                yield text, tuple(at for at, mark in enumerate(fields[::2]) if mark == "÷")


def ends(breaker: BaseBreaker) -> tuple[int, ...]:
    """Return where the segments end, as code point offsets: ICU counts UTF-16 units."""
    units = accumulate((1 + (char > "\uffff") for char in breaker.text), initial=0)
    code_points = {unit: at for at, unit in enumerate(units)}
    return tuple(code_points[end] for _, end in breaker.segments())


def test_line_breaker_passes_every_case() -> None:
    """ICU finds the break opportunities of all 19,338 cases of LineBreakTest.txt."""
    tested = list(cases("LineBreakTest"))
    wrong = [text for text, boundaries in tested if ends(LineBreaker(text, ROOT)) != boundaries]
    expected: tuple[int, list[str]] = (19_338, [])
    assert expected == (len(tested), wrong[:20])


def test_character_breaker_passes_every_case() -> None:
    """ICU finds the grapheme clusters of all 766 cases of GraphemeBreakTest.txt."""
    tested = list(cases("GraphemeBreakTest"))
    wrong = [text for text, boundaries in tested if (0, *ends(CharacterBreaker(text, ROOT))) != boundaries]
    expected: tuple[int, list[str]] = (766, [])
    assert expected == (len(tested), wrong[:20])
