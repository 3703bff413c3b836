"""What is said of a text without placing its glyphs is what its layout says."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.config import shipped
from imgurl.text.fittings import fitting_of
from imgurl.text.fonts import load_catalogue
from imgurl.text.layout import TextBox, lay_out
from imgurl.text.paragraph import TextSpan
from imgurl.text.shape import ShapingStyle

CATALOGUE = load_catalogue(shipped("fonts"))
# Upright, and slanted with letters that reach far out of their advance.
STACKS = [
    CATALOGUE.stack(family, weight, style, 40)
    for family, weight in (("Inter", 400), ("Playfair Display", 600))
    for style in ("normal", "italic")
]
# Letters that reach far up, down and to the sides; marks, kerning, ligatures, joined and stacked scripts, line ends.
WORDS = st.sampled_from((
    "Ava", "Ångström", "Ťažký", "fjord", "office", "AVAWAY", "Jjj", "(f)", "Żółć", "Ẫ", "g\u0323\u0302", "f", "W", "j",
    "محمد", "ﷺ", "עמליה", "ศรีสมบูรณ์", "प्रियदर्शिनी", "李雷", "😀", "\n", " ", "\u00a0", "-", "Llanfair", "1 2",
))  # fmt: skip
TEXTS = st.lists(WORDS, max_size=6).map(" ".join) | st.lists(WORDS, max_size=3).map("".join)
BOXES = st.builds(
    TextBox, width=st.just(10_000), height=st.just(10_000), size=st.just(40), min_size=st.just(20),
    max_lines=st.integers(1, 3), line_height=st.sampled_from((0.5, 0.7, 1.25)), balanced=st.booleans(),
    shaping=st.builds(ShapingStyle, st.just("en"), st.sampled_from((0.0, 0.2, -0.1))),
)  # fmt: skip
SPARE = st.integers(-6, 6)


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=2), st.sampled_from(STACKS), BOXES, st.integers(1, 3), SPARE, SPARE)
def test_it_is_what_the_layout_says(texts, stack, large, parts, wider, higher) -> None:  # type: ignore[no-untyped-def]  # drawn by hypothesis
    """For any text in any box, most of them about as large as the ink: the step, the size and the lines."""
    spans = [TextSpan(text, isolated=number == 1) for number, text in enumerate(texts)]
    free = lay_out(spans, (stack,), large)
    width = max((line.width for line in free.lines), default=0)
    across = lay_out(spans, (stack,), replace(large, width=max(1, round(width / parts) + wider)))
    height = across.ink[3] - across.ink[1]
    box = replace(large, width=max(1, round(width / parts) + wider), height=max(1, round(height) + higher))
    for tried in (box, replace(box, height=large.height)):
        assert fitting_of(spans, (stack,), tried) == lay_out(spans, (stack,), tried).fitting
