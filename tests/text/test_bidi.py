"""Facts of imgurl.text.bidi; the Unicode test files are in tests/conformance."""

import time
import unicodedata
from itertools import chain
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.text.bidi import BaseDirection, Levels, line_levels, paragraph_levels, visual_runs

LRE, RLE, PDF, LRO, RLO = "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"
LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
ZWJ, ACUTE, OBJECT = "\u200d", "\u0301", "\ufffc"
SHAKING_FACE: Final = "\U0001fae8"  # Unicode 15, unknown to Python 3.11

CONTROLS: Final = LRE + RLE + PDF + LRO + RLO + LRI + RLI + FSI + PDI
BASES: Final[tuple[BaseDirection, ...]] = ("ltr", "rtl", "auto")

# Any code point, lone surrogates and unassigned ones too, but often one that the rules are about.
EVENTFUL: Final = "a\u05d0\u06271+%\u0661,\u0301\u00ad\n\t ![]()\u2329\u232a\u3008\u3009" + CONTROLS
any_character = st.one_of(st.sampled_from(EVENTFUL), st.characters())
any_base = st.sampled_from(BASES)
LEFT_CLASSES: Final = frozenset(("L", "EN", "ES", "ET", "CS", "NSM", "BN", "B", "S", "WS", "ON"))


def is_inside_a_value(character: str) -> bool:
    """Return whether a character cannot end an isolate: values are cleaned of those that can."""
    return unicodedata.bidirectional(character) not in {"LRI", "RLI", "FSI", "PDI", "B"}


def digits(text: str, base: BaseDirection = "auto") -> str:
    """Return the levels of a paragraph, one digit for each code point."""
    return "".join(map(str, paragraph_levels(text, base).levels))


def visual(text: str, base: BaseDirection = "auto") -> str:
    """Return the text as one line in visual order, brackets not mirrored."""
    levels = line_levels(text, paragraph_levels(text, base), 0, len(text))
    runs = visual_runs(levels)
    return "".join(text[start:end][:: -1 if level & 1 else 1] for start, end, level in runs)


def reversed_by_level(levels: list[int]) -> list[int]:
    """Do L2 word for word: reverse code points, from the highest level down to the lowest odd one."""
    order = list(range(len(levels)))
    lowest_odd = min((level for level in levels if level & 1), default=127)
    for level in range(max(levels, default=0), lowest_odd - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end + 1
    return order


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("Ava Johnson 50%", "auto", Levels(0, (0,) * 15)),
        ("Zoë, 李雷 🎉", "ltr", Levels(0, (0,) * 9)),
        ("Ava 1!", "rtl", Levels(1, (2, 2, 2, 2, 2, 1))),
        ("123", "rtl", Levels(1, (2, 2, 2))),
        ("", "auto", Levels(0, ())),
        ("", "rtl", Levels(1, ())),
    ],
)
def test_left_to_right_text(text: str, base: BaseDirection, expected: Levels) -> None:
    """Left-to-right text is level 0; in a right-to-left paragraph it is level 2."""
    assert expected == paragraph_levels(text, base)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("שלום 123", "11111222"),
        ("מחיר 1,299.50 ש", "111112222222211"),
        ("הנחה 50%!", "111112221"),
        ("טל 050-1234", "11122222222"),
        ("a שלום 12 b", "00111112200"),
    ],
)
def test_hebrew_with_numbers(text: str, expected: str) -> None:
    """Numbers in Hebrew are level 2, with the separators, hyphens and percent signs that belong to them."""
    assert expected == digits(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("عرض 50%!", "11112211"),
        ("مرحبا Ava 50%", "1111112222222"),
        ("Hi مرحبا 5!", "00011111120"),
    ],
)
def test_arabic_with_latin_and_numbers(text: str, expected: str) -> None:
    """A number after Arabic becomes Arabic and its percent sign stays out of it; one after Latin is Latin."""
    assert expected == digits(text)


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("abc (אב) d", "ltr", "0000011000"),
        ("אב (cd) ה", "rtl", "111122111"),
        ("אב (cd ה) ו", "rtl", "11112211111"),
        ("א(ב) c", "ltr", "111100"),
        ("a (ב) ג", "ltr", "0001001"),
        ("אa(b)" + ACUTE, "rtl", "122222"),
    ],
)
def test_brackets_of_a_pair_agree(text: str, base: BaseDirection, expected: str) -> None:
    """A pair has one direction: the paragraph's, unless the text in it and before it is against that."""
    assert expected == digits(text, base)


def test_brackets_pair_with_their_canonical_equivalents() -> None:
    """U+2329 is closed by U+3009, which is canonically equivalent to its own partner U+232A."""
    expected = "111100"
    assert expected == digits("א\u2329ב\u3009 c", "ltr")


@pytest.mark.parametrize(("depth", "expected"), [(63, 0), (64, 1)])
def test_63_open_brackets_are_followed(depth: int, expected: int) -> None:
    """63 nested pairs take the direction of the "b" in them; a 64th opening bracket ends the search."""
    levels = paragraph_levels("א" + "(" * depth + "bא" + ")" * depth + "א", "ltr").levels
    assert (expected,) * depth == levels[-1 - depth : -1]


def test_isolated_name_does_not_capture_the_number_after_it() -> None:
    """A number after a Hebrew name is drawn left of it, after an isolated one where it was written."""
    expected = ("Hi 2 ,לט", f"Hi {FSI}לט{PDI}, 2")
    assert expected == (visual("Hi טל, 2"), visual(f"Hi {FSI}טל{PDI}, 2"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"a{RLI}b", "002"),
        (f"a{RLI}א", "001"),
        (f"{PDI}א{PDF}b", "1112"),
        (f"a{PDI}א{PDF}b", "00110"),
        (f"{FSI}א{PDI}a", "0100"),
        (f"{FSI}{FSI}a{PDI}א", "01211"),
        (f"a{RLE}b{PDF}{PDF}c", "002220"),
        (f"a{RLI}{RLE}b{PDI}c", "000400"),
    ],
)
def test_unbalanced_controls(text: str, expected: str) -> None:
    """An isolate left open lasts to the end; a PDI or PDF that closes nothing changes nothing."""
    assert expected == digits(text)


@pytest.mark.parametrize("opener", [LRE + RLE, LRI + RLI])
def test_depth_ends_at_level_125(opener: str) -> None:
    """200 nested embeddings or isolates reach level 125, its Latin 126, and 200 closers lead back to 0."""
    closer = PDF if opener[0] == LRE else PDI
    levels = paragraph_levels("a" + opener * 100 + "אb" + closer * 200 + "a", "ltr").levels
    expected = (0, 125, 126, 0)
    assert expected == (levels[0], *levels[201:203], levels[-1])


def test_override_forces_a_direction() -> None:
    """RLO makes Latin letters and brackets level 1, up to its PDF."""
    expected = "a)c(bd"
    assert expected == visual(f"a{RLO}b(c){PDF}d").replace(RLO, "").replace(PDF, "")


def test_joiners_do_not_split_runs() -> None:
    """A joiner has the level of the letter before it, at the end of a line too."""
    text = f"a ب{ZWJ}ب{ZWJ} "
    levels = paragraph_levels(text)
    expected = (0, 0, 1, 1, 1, 1, 0)
    assert expected == levels.levels
    assert expected[:6] == line_levels(text, levels, 0, 6)


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("שלום עולם a", 0, 5, (1, 1, 1, 1, 1)),
        ("a שלום עולם", 2, 7, (1, 1, 1, 1, 0)),
        ("a ש\tב  ", 0, 7, (0, 0, 1, 0, 1, 0, 0)),
        (f"a ש \u202c {FSI}", 0, 7, (0, 0, 1, 0, 0, 0, 0)),
        ("a שב", 2, 2, ()),
    ],
)
def test_white_space_at_a_lines_end(text: str, start: int, end: int, expected: tuple[int, ...]) -> None:
    """Tabs, and spaces and controls before them or at a line's end, go to the paragraph's level."""
    assert expected == line_levels(text, paragraph_levels(text), start, end)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((), ()),
        ((0, 0), ((0, 2, 0),)),
        ((1, 1), ((0, 2, 1),)),
        ((0, 1, 1, 2), ((0, 1, 0), (3, 4, 2), (1, 3, 1))),
        ((1, 2, 2, 1), ((3, 4, 1), (1, 3, 2), (0, 1, 1))),
        ((1, 3, 1), ((2, 3, 1), (1, 2, 3), (0, 1, 1))),
        ((2, 0, 2), ((0, 1, 2), (1, 2, 0), (2, 3, 2))),
    ],
)
def test_visual_runs(levels: tuple[int, ...], expected: tuple[tuple[int, int, int], ...]) -> None:
    """Runs come from left to right, their own order left to the shaper."""
    assert expected == visual_runs(levels)


def test_line_feed_closes_isolates_but_keeps_the_base() -> None:
    """What follows a paragraph separator starts afresh, at the level of the first paragraph."""
    expected = Levels(0, (0, 0, 1, 0, 1, 1, 0, 0))
    assert expected == paragraph_levels(f"a{RLI}א\nאב c")


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        (f"{FSI}א{PDI} Ava", "auto", 0),
        (f"{LRI}a{PDI} שלום", "auto", 1),
        (f"{LRI}a שלום", "auto", 0),
        ("12 %", "auto", 0),
        ("12 עולם Ava", "auto", 1),
        ("Ava", "rtl", 1),
        ("שלום", "ltr", 0),
    ],
)
def test_base_level(text: str, base: BaseDirection, expected: int) -> None:
    """ "auto" is the direction of the first strong character outside isolates, else left to right."""
    assert expected == paragraph_levels(text, base).base


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("\u05ff", 1),
        ("\u07bf", 1),
        ("\ufddf", 0),  # noncharacter: BN
        ("\U0010ffff", 0),  # noncharacter: BN
        ("\U0001efff", 1),
        ("\U000e0fff", 0),  # reserved default ignorable: BN
        ("\u0378", 0),
        ("\ud800", 0),
    ],
)
def test_unassigned_code_points_have_a_class(character: str, expected: int) -> None:
    """Unassigned code points of right-to-left blocks are right-to-left letters, as DerivedBidiClass says."""
    assert unicodedata.category(character) in {"Cn", "Cs"}
    assert expected == paragraph_levels(character, "ltr").levels[0]


def test_emoji_newer_than_pythons_data_is_neutral() -> None:
    """An emoji between Hebrew words has their level, whatever the version of unicodedata."""
    expected = "0001111110"
    assert expected == digits(f"a: טל {SHAKING_FACE} ו!")


def test_quick_path_misses_no_right_to_left_character() -> None:
    """Every R, AL, AN and directional control can raise a level in a left-to-right paragraph."""
    raising = {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "LRI", "RLI", "FSI"}
    by_class = [chr(at) for at in range(0x110000) if unicodedata.bidirectional(chr(at)) in raising]
    flat = [char for char in by_class if not any(paragraph_levels(char + "a", "ltr").levels)]
    assert not flat


@pytest.mark.parametrize(
    "unit",
    [
        FSI, RLI, RLE, PDI, "(", "([", ")", "()", "([{)]}", "א (", "%", "%א", " ", "\t ", "\n", ACUTE,
        "ا1", "א1", "\U0001e8c5", FSI + PDI + "a", RLI + "a" + PDI, LRE + "a" + PDF + RLE + "א" + PDF,
    ],
)  # fmt: skip
def test_time_is_linear(unit: str) -> None:
    """Ten times the code points of any pattern cost about ten times as much; a quadratic rule would cost a hundred."""

    def seconds(length: int) -> float:
        text = ("א" + unit * length)[:length]
        start = time.thread_time()
        visual_runs(line_levels(text, paragraph_levels(text), 0, len(text)))
        return time.thread_time() - start

    # Asked again where a busy machine says no: noise only makes a time longer.
    assert any(seconds(5_000) < 40 * min(seconds(500) for _ in range(3)) for _ in range(8))


@given(st.text(any_character, max_size=60), any_base)
def test_any_text_gets_a_level_for_each_code_point(text: str, base: BaseDirection) -> None:
    """No text raises; there is a level of base to 126 for each code point, on lines as well."""
    levels = paragraph_levels(text, base)
    assert len(text) == len(levels.levels)
    for start in range(0, len(text) + 1, 7):
        line = line_levels(text, levels, start, len(text))
        assert len(text) - start == len(line)
        assert all(levels.base <= level <= 126 for level in chain(line, levels.levels))


@given(st.lists(st.integers(0, 126) | st.integers(0, 3), max_size=40))
def test_visual_runs_reverse_by_level(levels: list[int]) -> None:
    """Runs are a permutation of the line, the one that L2 gives code point by code point."""
    runs = visual_runs(levels)
    order = [range(start, end)[:: -1 if level & 1 else 1] for start, end, level in runs]
    assert reversed_by_level(levels) == list(chain.from_iterable(order))


@given(st.text(st.characters().filter(lambda char: unicodedata.bidirectional(char) in LEFT_CLASSES)))
def test_left_to_right_text_is_level_0(text: str) -> None:
    """Text without right-to-left letters, Arabic numbers and controls is level 0."""
    assert Levels(0, (0,) * len(text)) == paragraph_levels(text)


@given(
    before=st.text(any_character, max_size=20),
    value=st.text(any_character.filter(is_inside_a_value)),
    after=st.text(any_character, max_size=20),
    base=any_base,
)
def test_isolated_value_is_like_an_object(before: str, value: str, after: str, base: BaseDirection) -> None:
    """A value in FSI and PDI leaves the text around it as a picture in its place would."""
    isolated = paragraph_levels(f"{before}{FSI}{value}{PDI}{after}", base)
    replaced = paragraph_levels(f"{before}{OBJECT}{after}", base)
    opening, closing = len(before), len(before) + len(value) + 1
    assert replaced.base == isolated.base
    assert replaced.levels == isolated.levels[: opening + 1] + isolated.levels[closing + 1 :]
    assert isolated.levels[opening] == isolated.levels[closing]
