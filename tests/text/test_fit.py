"""Facts and laws about fitting, breaking and laying out."""

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.config import shipped
from imgurl.merge.names import short_forms
from imgurl.text.fit import SIZE_STEP, FitRules, FitStep, Fitting, fit, wrap
from imgurl.text.fonts import FontCatalogue, FontStack, load_catalogue
from imgurl.text.layout import TextBox, TextLayout, lay_out
from imgurl.text.paragraph import Paragraph, TextSpan, build_paragraph
from imgurl.text.shape import ShapingStyle
from imgurl.text.style import Align, VerticalAlign

STACK = load_catalogue(shipped("fonts")).stack("Inter", 400, "normal", 32)
# Letters of many scripts, spaces, marks, hyphens, joiners, emoji: what a value may hold.
LETTERS = st.sampled_from(
    "abcdefghijklmnop WMil .,-'0123456789àéüñßøŁΑΩδБжя אבגש عربيم अनितक สมชาย 李雷王の漢ひカ한글 e\u0301\u200d🎉👩🏽"
)
TEXTS = st.text(LETTERS, min_size=1, max_size=60)
SETTINGS = settings(max_examples=150, deadline=None)


def paragraph_of(text: str, stack: FontStack = STACK) -> Paragraph:
    """Shape a text in one span."""
    return build_paragraph((TextSpan(text),), (stack,), ShapingStyle())


def laid(text: str, box: TextBox, *, name: bool = False) -> TextLayout:
    """Lay out a text in one span."""
    return lay_out((TextSpan(text, shorten=partial(short_forms, text) if name else tuple),), (STACK,), box)


def lines_of(layout: TextLayout) -> list[str]:
    """Return the texts of the lines."""
    return [line.text for line in layout.lines]


def test_a_text_that_fits_keeps_its_size() -> None:
    """Nothing is done to a text that fits on one line."""
    layout = laid("Ava", TextBox(500, 60, 40, 20))

    assert (layout.size, lines_of(layout), layout.fitting) == (40, ["Ava"], Fitting(FitStep.FULL_SIZE, 40, 40, 1))


def test_a_longer_text_is_wrapped_before_it_is_shrunk() -> None:
    """Two lines at the full size beat one line at a smaller one."""
    layout = laid("Congratulations, Ava Johnson", TextBox(320, 120, 40, 20, max_lines=2))

    assert (layout.size, lines_of(layout)) == (40, ["Congratulations,", "Ava Johnson"])


def test_a_text_too_long_for_its_lines_is_shrunk() -> None:
    """On one line only the size can give way."""
    layout = laid("Congratulations, Ava Johnson", TextBox(320, 120, 40, 10))

    assert layout.size < 40
    assert lines_of(layout) == ["Congratulations, Ava Johnson"]
    assert layout.fitting == Fitting(FitStep.SMALLER, layout.size, 40, 1)


def test_a_name_is_shortened_before_it_is_cut() -> None:
    """Ava J. is still Ava; only names are treated so."""
    box = TextBox(150, 60, 30, 28)

    short, cut = laid("Ava Featherstonehaugh", box, name=True), laid("Ava Featherstonehaugh", box)
    assert (lines_of(short), short.fitting.step) == (["Ava F."], FitStep.SHORTENED)
    assert (lines_of(cut), cut.fitting.step) == (["Ava Feath…"], FitStep.ELLIPSIS)


def test_a_word_wider_than_the_box_is_broken() -> None:
    """Where lines are left, a word goes on in the next one."""
    layout = laid("Donaudampfschifffahrt", TextBox(160, 120, 30, 28, max_lines=3))

    assert "".join(lines_of(layout)) == "Donaudampfschifffahrt"
    assert layout.fitting.step is FitStep.BROKEN


def test_a_box_too_small_for_anything_stays_empty() -> None:
    """Nothing leaves its box, so nothing is drawn."""
    layout = laid("Ava", TextBox(3, 30, 20, 20))

    assert (layout.lines, layout.fitting) == ((), Fitting(FitStep.NOTHING, 20, 20, 0))


def test_hard_breaks_end_lines() -> None:
    """A line end in the design's own text is kept."""
    assert lines_of(laid("one\ntwo", TextBox(500, 200, 30, 30, max_lines=3))) == ["one", "two"]


def test_thai_is_broken_between_words() -> None:
    """Thai has no spaces between words; a dictionary finds them."""
    layout = laid("สวัสดีครับคุณสมชาย", TextBox(120, 200, 30, 30, max_lines=4))

    assert lines_of(layout) == ["สวัสดีครับ", "คุณ", "สมชาย"]


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("你的一年，", "李小雷", "！"),
        ("", "さくらももこ", "さんの一年"),
        ("축하해요 ", "김서연", "님"),
        ("สวัสดีคุณ", "ศรีสุดา", "วันนี้"),
    ],
)
def test_a_name_stays_on_one_line(before: str, name: str, after: str) -> None:
    """Whatever the width: lines end before and after a name, where the rules of its script allow one inside, too."""
    spans = (TextSpan(before), TextSpan(name, isolated=True, is_name=True), TextSpan(after))
    for width in range(330, 700, 10):
        layout = lay_out(spans, (STACK,), TextBox(width, 400, 50, min_size=50, max_lines=5))
        assert name in "\n".join(lines_of(layout)), width
        assert layout.fitting.step is FitStep.FULL_SIZE


@pytest.mark.parametrize(
    ("value", "is_name", "lines", "step"),
    [
        ("ลดราคา", False, ["ลด", "ราคา"], FitStep.FULL_SIZE),
        ("山田 さくら", True, ["山田", "さくら"], FitStep.FULL_SIZE),
        ("マリ・スミス", True, ["マリ・", "スミス"], FitStep.FULL_SIZE),
        ("让·范戴姆", True, ["让·", "范戴姆"], FitStep.FULL_SIZE),
        ("さくらももこ", True, ["さくら", "ももこ"], FitStep.BROKEN),
    ],
)
def test_what_is_broken(value: str, is_name: bool, lines: list[str], step: FitStep) -> None:
    """Other values as their script allows it, names at spaces and signs; a name wider than the box, as any word."""
    spans = (TextSpan(value, isolated=True, is_name=is_name),)
    layout = lay_out(spans, (STACK,), TextBox(155, 400, 50, min_size=50, max_lines=5))
    assert (lines_of(layout), layout.fitting.step) == (lines, step)


def test_balanced_lines_are_about_equally_long() -> None:
    """No single word is left on the last line."""
    text = "Two of everything, but only until midnight"
    greedy = laid(text, TextBox(420, 120, 30, 30, max_lines=2))
    balanced = laid(text, TextBox(420, 120, 30, 30, max_lines=2, balanced=True))

    def spread(layout: TextLayout) -> float:
        return max(line.width for line in layout.lines) - min(line.width for line in layout.lines)

    assert len(balanced.lines) == len(greedy.lines)
    assert spread(balanced) < spread(greedy)


@pytest.mark.parametrize(
    ("align", "text", "expected"),
    [
        (Align.START, "Ava", "left"),
        (Align.START, "محمد", "right"),
        (Align.END, "Ava", "right"),
        (Align.END, "محمد", "left"),
        (Align.LEFT, "محمد", "left"),
        (Align.RIGHT, "Ava", "right"),
        (Align.CENTER, "Ava", "center"),
    ],
)
def test_alignment_follows_the_direction(align: Align, text: str, expected: str) -> None:
    """Start is left for Latin and right for Arabic."""
    (line,) = laid(text, TextBox(400, 60, 30, 30, align=align)).lines
    places = {"left": 0.0, "right": 400 - line.width, "center": (400 - line.width) / 2}

    assert line.left == pytest.approx(places[expected], abs=1.5)


def test_vertical_alignment_moves_by_the_spare_height() -> None:
    """Top, middle and bottom differ by half of the height that is left."""
    baselines = [
        laid("Ava", TextBox(400, 136, 30, 30, valign=valign)).lines[0].baseline
        for valign in (VerticalAlign.TOP, VerticalAlign.MIDDLE, VerticalAlign.BOTTOM)
    ]

    assert [second - first for first, second in pairwise(baselines)] == [50, 50]


def test_a_value_cannot_reorder_the_text_around_it() -> None:
    """An Arabic name takes the place of its placeholder, the sentence around it runs on from left to right."""
    spans = (TextSpan("Hi "), TextSpan("محمد 24", isolated=True), TextSpan(" (7)!"))
    (line,) = lay_out(spans, (STACK,), TextBox(900, 60, 30, 30)).lines
    by_text = paragraph_of("Hi ").runs[0].advance * 30
    tail = [x for run in line.runs for _, x, _ in run.glyphs]

    assert line.runs[0].glyphs[0][1] == 0.0
    assert max(tail) > by_text
    plain = lay_out((TextSpan("Hi xx (7)!"),), (STACK,), TextBox(900, 60, 30, 30)).lines[0]
    assert [glyph for glyph, _, _ in line.runs[-1].glyphs][-4:] == [glyph for glyph, _, _ in plain.runs[-1].glyphs][-4:]


def test_letter_spacing_leaves_joined_scripts_alone() -> None:
    """Spacing would tear Arabic letters apart; Latin ones are spaced and lose their ligatures."""
    spaced = TextBox(900, 60, 30, 30, shaping=ShapingStyle(letter_spacing=0.5))
    plain = TextBox(900, 60, 30, 30)

    assert laid("محمد", spaced).lines[0].width == laid("محمد", plain).lines[0].width
    assert laid("Ava", spaced).lines[0].width == pytest.approx(laid("Ava", plain).lines[0].width + 3 * 15)


def test_forms_are_tried_from_the_longest() -> None:
    """Two names in one text get shorter together, and one with fewer forms keeps its shortest."""
    spans = (
        TextSpan("Ava Johnson", shorten=lambda: ("Ava J.", "Ava")),
        TextSpan(" and "),
        TextSpan("Leo Featherstonehaugh", shorten=lambda: ("Leo",)),
    )
    drawn = [lines_of(lay_out(spans, (STACK,), TextBox(width, 60, 30, 30)))[0] for width in (600, 240, 170, 40)]
    assert drawn == ["Ava Johnson and Leo Featherstonehaugh", "Ava J. and Leo", "Ava and Leo", "A…"]


def brute_force(paragraph: Paragraph, rules: FitRules) -> float | None:
    """Try every size of the grid from the largest down."""
    sizes = [rules.size]
    sizes += [step * SIZE_STEP for step in range(math.ceil(rules.size / SIZE_STEP) - 1, 0, -1)]
    for size in [*(size for size in sizes if size > rules.min_size), rules.min_size]:
        lines = wrap(paragraph, rules.width / size, 10_000)
        if lines is not None and len(lines) <= rules.lines_at(size):
            return size
    return None


class TestFitEqualsBruteForce:
    """Fitting finds the largest size of the grid at which the text fits, or that there is none."""

    @given(TEXTS, st.integers(20, 700), st.integers(12, 300), st.integers(1, 6))
    @SETTINGS
    def test_law(self, text: str, width: int, height: int, max_lines: int) -> None:
        """The same size as trying all of them."""
        paragraph = paragraph_of(text)
        rules = FitRules(width, height, 48, 9, max_lines, 1.2)
        found = fit(paragraph, rules)

        if text.strip():
            assert (found.size if found else None) == brute_force(paragraph, rules)


class TestInkStaysInside:
    """No ink leaves the box, whatever the text, the alignment and the size of the box."""

    @given(TEXTS, st.integers(4, 500), st.integers(6, 200), st.sampled_from(Align), st.sampled_from(VerticalAlign))
    @SETTINGS
    def test_law(self, text: str, width: int, height: int, align: Align, valign: VerticalAlign) -> None:
        """The ink box is within 0, 0, width, height."""
        layout = laid(text, TextBox(width, height, 40, 8, 4, 1.1, align, valign))
        left, top, right, bottom = layout.ink

        assert left >= -0.01
        assert top >= -0.01
        assert right <= width + 0.01
        assert bottom <= height + 0.01


class TestLinesFit:
    """The sum of advances of no line exceeds the box's width."""

    @given(TEXTS, st.integers(30, 500), st.integers(1, 5))
    @SETTINGS
    def test_law(self, text: str, width: int, max_lines: int) -> None:
        """Every line is at most as wide as the box."""
        layout = laid(text, TextBox(width, 400, 40, 8, max_lines))

        assert all(line.width <= width + 0.01 for line in layout.lines)
        assert len(layout.lines) <= max_lines


class TestLayoutIsTotal:
    """Layout takes any text at all and says the same twice."""

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(1, 600), st.integers(1, 5))
    @SETTINGS
    def test_law(self, text: str, width: int, max_lines: int) -> None:
        """Never raises over all of Unicode; equal calls give equal layouts."""
        box = TextBox(width, 100, 40, 8, max_lines)

        assert laid(text, box) == laid(text, box)


def test_the_worst_texts_cost_little(fonts: FontCatalogue) -> None:
    """200 code points of the worst kinds take no more than 60 times what 200 plain letters take."""
    from time import perf_counter

    stack = fonts.stack("Inter", 400, "normal", 32)
    worst: Sequence[str] = (
        "W" * 200,
        "a\u0301\u0316\u0323\u0302" * 40,
        "א([" * 66,
        "\u2067a(א" * 50,
        "אa1 " * 50,
        "a-" * 100,
        "ﷺ" * 200,
        "👩🏽‍🚀" * 50,
        "ក្ក" * 66,
        "م" * 200,
    )
    box = TextBox(300, 60, 40, 12, 3)

    def cost(text: str) -> float:
        times = []
        for _ in range(5):
            started = perf_counter()
            lay_out((TextSpan(text, isolated=True, shorten=lambda: (text[:9], text[:3])),), (stack,), box)
            times.append(perf_counter() - started)
        return min(times)

    plain = "plain letters and words " * 8
    # Asked again where a busy machine says no: noise only makes a time longer.
    assert all(any(cost(text) < 60 * cost(plain) for _ in range(8)) for text in worst)
