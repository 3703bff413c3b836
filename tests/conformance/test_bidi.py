"""imgurl.text.bidi against BidiTest.txt and BidiCharacterTest.txt of Unicode 17.0, every case."""

import lzma
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from imgurl.text.bidi import BaseDirection, line_levels, paragraph_levels, visual_runs

FOLDER: Final = Path(__file__).parent

# One character for each Bidi_Class; that of ON is not a bracket, as BidiTest.txt demands.
SAMPLES: Final = {
    "L": "a", "R": "\u05d0", "AL": "\u0627", "EN": "1", "ES": "+", "ET": "#", "AN": "\u0661", "CS": ",",
    "NSM": "\u0300", "BN": "\u00ad", "B": "\u2029", "S": "\t", "WS": " ", "ON": "!",
    "LRE": "\u202a", "RLE": "\u202b", "PDF": "\u202c", "LRO": "\u202d", "RLO": "\u202e",
    "LRI": "\u2066", "RLI": "\u2067", "FSI": "\u2068", "PDI": "\u2069",
}  # fmt: skip
BITS: Final[tuple[tuple[int, BaseDirection], ...]] = ((1, "auto"), (2, "ltr"), (4, "rtl"))
DIRECTIONS: Final[tuple[BaseDirection, ...]] = ("ltr", "rtl", "auto")

Expected = tuple[int | None, ...]  # a level for each character, None where the file has "x": removed by X9


def data_lines(name: str) -> Iterator[str]:
    """Yield the lines of a test file that are neither empty nor comments."""
    with lzma.open(FOLDER / f"{name}.txt.xz", "rt", encoding="utf-8") as lines:
        yield from (line.rstrip("\n") for line in lines if line.strip() and not line.startswith("#"))


def expected_levels(field: str) -> Expected:
    """Return the levels of a field, ``0 x 1`` is ``(0, None, 1)``."""
    return tuple(None if level == "x" else int(level) for level in field.split())


@cache
def visual_order(levels: tuple[int, ...]) -> tuple[int, ...]:
    """Return the offsets of a line's characters from left to right."""
    runs = visual_runs(levels)
    return tuple(
        chain.from_iterable(
            reversed(range(start, end)) if level & 1 else range(start, end) for start, end, level in runs
        )
    )


@cache
def judged(levels: tuple[int, ...], expected: Expected) -> tuple[bool, tuple[int, ...]]:
    """Return whether the levels are right, and the visual order without the removed characters."""
    same = len(levels) == len(expected) and all(
        wanted is None or wanted == level for level, wanted in zip(levels, expected, strict=True)
    )
    return same, tuple(at for at in visual_order(levels) if expected[at] is not None)


def resolve(text: str, base: BaseDirection) -> tuple[int, tuple[int, ...]]:
    """Return the base level and the levels of a text that is one line."""
    levels = paragraph_levels(text, base)
    return levels.base, line_levels(text, levels, 0, len(text))


def test_every_case_of_bidi_test() -> None:
    """All 770,241 sequences of classes get the levels and the order of BidiTest.txt."""
    levels: Expected = ()
    order: tuple[int, ...] = ()
    cases, wrong = 0, list[str]()
    for line in data_lines("BidiTest"):
        if line.startswith("@"):
            field, _, value = line.partition(":")
            if field == "@Levels":
                levels = expected_levels(value)
            elif field == "@Reorder":
                order = tuple(map(int, value.split()))
            continue
        classes, _, bits = line.partition(";")
        text = "".join([SAMPLES[name] for name in classes.split()])
        for bit, base in BITS:
            if int(bits, 16) & bit:
                cases += 1
                if judged(resolve(text, base)[1], levels) != (True, order):
                    wrong.append(f"{line} ({base})")
    expected: tuple[int, list[str]] = (770_241, [])
    assert expected == (cases, wrong[:20])


def test_every_case_of_bidi_character_test() -> None:
    """All 91,707 texts get the base level, the levels and the order of BidiCharacterTest.txt."""
    cases, wrong = 0, list[str]()
    for line in data_lines("BidiCharacterTest"):
        code_points, direction, base, field, order = line.split(";")
        text = "".join([chr(int(code_point, 16)) for code_point in code_points.split()])
        resolved_base, levels = resolve(text, DIRECTIONS[int(direction)])
        cases += 1
        verdict = (resolved_base, *judged(levels, expected_levels(field)))
        if verdict != (int(base), True, tuple(map(int, order.split()))):
            wrong.append(line)
    expected: tuple[int, list[str]] = (91_707, [])
    assert expected == (cases, wrong[:20])


def test_bidi_character_test_needs_no_character_newer_than_pythons_data() -> None:
    """No line has to be excused: Python 3.11 knows the class of every character the file uses."""
    used = {code_point for line in data_lines("BidiCharacterTest") for code_point in line.split(";")[0].split()}
    unknown = {code_point for code_point in used if unicodedata.category(chr(int(code_point, 16))) == "Cn"}
    assert set() == unknown
