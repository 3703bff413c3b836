"""The text room breaks lines where Chromium does and sets them as wide."""

from enum import StrEnum
from typing import Final, NamedTuple

import pytest

from imgurl.text.fonts import FontCatalogue

from .cases import CASES, HANGING, Case, layout_of
from .chromium import Answer

# Chromium places text in steps of 1/64 px; a line of several runs adds up some of them.
TOLERANCE_PX: Final = 0.1


class Kind(StrEnum):
    """In what a case differs from Chromium."""

    BREAKS = "breaks"
    WIDTHS = "widths"


class Difference(NamedTuple):
    """A difference that is meant, and the rule behind it."""

    kind: Kind
    reason: str


SLASH: Final = Difference(
    Kind.BREAKS,
    "UAX #14, class SY: a line may end after a slash, which is there so that addresses fit; Chromium's table for "
    "pairs of ASCII characters has no break there, and the address leaves the box",
)
HYPHEN_DIGIT: Final = Difference(
    Kind.BREAKS,
    "UAX #14, LB25 (HY × NU): no break between a hyphen and a digit, so that numbers stay whole; Chromium breaks after "
    "the hyphen where a letter or digit is before it",
)
HEBREW_HYPHEN: Final = Difference(
    Kind.BREAKS,
    "UAX #14, LB21a (HL HY × [^HL]): no break after the hyphen of a Hebrew prefix before Latin; Chromium breaks there",
)
EXCLAMATION: Final = Difference(
    Kind.BREAKS,
    "UAX #14, LB13 and LB31: no break before an exclamation mark, also not after spaces, but one after it; Chromium's "
    "table for pairs of ASCII characters has it the other way about",
)
DICTIONARY: Final = Difference(
    Kind.BREAKS,
    "UAX #14, SA: where words end in a script without spaces is up to a dictionary; ICU 78 and the ICU in Chromium "
    "have different ones",
)
HANGING_SPACE: Final = Difference(
    Kind.WIDTHS,
    "Kerning with a space: Chromium kerns the last letter with the space that hangs over the line's end, the text room "
    "shapes the line without it",
)
CONTEXTUAL: Final = Difference(
    Kind.WIDTHS,
    "CSS Text 3, #letter-spacing-property: spaced letters have no optional ligatures; Chromium turns contextual "
    "alternates (calt) off with them, the text room (as Firefox) does not",
)
EMOJI_BY_DEFAULT: Final = Difference(
    Kind.WIDTHS,
    "UTS #51, Emoji_Presentation=Yes: an emoji without a selector is one in colour; Chromium takes it from the first "
    "listed font that has it, here a black and white one",
)
INSIDE_A_WORD: Final = Difference(
    Kind.WIDTHS,
    "A hyphen or an apostrophe between two letters comes from their font in the text room, as the names of people have "
    "them; Chromium takes it from Inter, the first listed font",
)
ONE_FONT: Final = Difference(
    Kind.WIDTHS,
    "The letters of one script come from one font in the text room, the Armenian full stop (Script=Armn) too; Chromium "
    "takes that from Inter, the first listed font that has it",
)

DIFFERENCES: Final = {
    "latin-slash": SLASH,
    "mono-bold": HYPHEN_DIGIT,
    "arabic-hyphen-number": HYPHEN_DIGIT,
    "hebrew-hyphen-latin": HEBREW_HYPHEN,
    "mono-sign-and-mark": EXCLAMATION,
    "khmer-words": DICTIONARY,
    "lao-words": DICTIONARY,
    "playfair-kerned-space": HANGING_SPACE,
    "spacing-contextual": CONTEXTUAL,
    "emoji-default": EMOJI_BY_DEFAULT,
    "hebrew-quotes": INSIDE_A_WORD,
    "armenian": ONE_FONT,
}


@pytest.mark.parametrize("case", [case for case in CASES if case.id not in DIFFERENCES], ids=lambda case: case.id)
def test_lines_are_those_of_chromium(case: Case, fonts: FontCatalogue, answer: Answer) -> None:
    """Each line has the text that it has in Chromium, and its width to 0.1 px."""
    layout = layout_of(case, fonts)
    expected = answer.lines[case.id]
    assert [line.text for line in expected] == [line.text.rstrip(HANGING) for line in layout.lines]
    assert [line.width for line in expected] == pytest.approx([line.width for line in layout.lines], abs=TOLERANCE_PX)
    assert case.size == layout.size


@pytest.mark.parametrize("case", [case for case in CASES if case.id in DIFFERENCES], ids=lambda case: case.id)
def test_differences_are_those_listed(case: Case, fonts: FontCatalogue, answer: Answer) -> None:
    """Each listed difference is there: one that has gone leaves the list."""
    theirs, ours = answer.lines[case.id], layout_of(case, fonts).lines
    same_breaks = [line.text for line in theirs] == [line.text.rstrip(HANGING) for line in ours]
    pairs = zip(theirs, ours, strict=False)
    same_widths = same_breaks and all(abs(their.width - our.width) <= TOLERANCE_PX for their, our in pairs)
    actual = Kind.BREAKS if not same_breaks else None if same_widths else Kind.WIDTHS
    assert DIFFERENCES[case.id].kind == actual


def test_every_case_has_a_name_of_its_own() -> None:
    """No two cases have one id, and only cases are listed as different."""
    ids = [case.id for case in CASES]
    assert sorted(set(ids)) == sorted(ids)
    assert set(DIFFERENCES) <= set(ids)
