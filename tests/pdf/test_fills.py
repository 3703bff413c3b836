"""Gradients of a page beside those of a canvas, drawn by PDFium."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.color import Color, Fill, GradientStop, LinearGradient, RadialGradient
from imgurl.geometry import Box
from imgurl.pdf.display import Drawing, Filled, Paper
from imgurl.pdf.document import pdf_file
from imgurl.pdf.fills import is_clear, is_opaque
from imgurl.pdf.paths import rectangle
from imgurl.raster.canvas import blank, cover
from tests.pdf.readers import drawn_by_pdfium

WHOLE = Box(0, 0, 160, 120)
WHITE, CLEAR_BLACK = Color(255, 255, 255), Color(0, 0, 0, 0)

colors = st.builds(Color, *[st.integers(0, 255)] * 3, st.sampled_from([255, 255, 128, 0]))
stops = (
    st.lists(st.tuples(st.integers(0, 10), colors), min_size=2, max_size=5, unique_by=lambda pair: pair[0])
    .map(lambda pairs: sorted(pairs, key=lambda pair: pair[0]))
    .map(lambda pairs: tuple(GradientStop(place / 10, color) for place, color in pairs))
)
tenths = st.integers(-4, 14).map(lambda count: count / 10)
gradients = st.one_of(
    st.builds(LinearGradient, st.integers(-360, 360), stops),
    st.builds(RadialGradient, tenths, tenths, st.sampled_from([0.3, 1.0, 2.5]), stops),
)


def both(fill: Fill) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixels of a fill over white: of a page, and of a canvas."""
    paper = Paper(120.0, 90.0, 0.0, 0.0, 0.75)
    page = pdf_file(Drawing(160, 120, paper, "", "en", "", (Filled(rectangle(WHOLE), fill, WHOLE),)))
    canvas = blank(160, 120, opaque=True)
    cover(canvas, fill)
    return drawn_by_pdfium(page), np.asarray(canvas).astype(int)


@pytest.mark.parametrize(
    "fill",
    [
        Color(200, 30, 60),
        Color(200, 30, 60, 100),
        LinearGradient(0, (GradientStop(0, Color(0, 0, 0)), GradientStop(1, WHITE))),
        LinearGradient(120, (GradientStop(0.2, Color(255, 0, 0)), GradientStop(0.7, Color(0, 0, 255)))),
        LinearGradient(90, (GradientStop(0, CLEAR_BLACK), GradientStop(1, Color(0, 0, 0)))),
        LinearGradient(90, (GradientStop(0, CLEAR_BLACK), GradientStop(1, Color(255, 0, 0)))),
        LinearGradient(90, (GradientStop(0, Color(0, 0, 255, 60)), GradientStop(1, Color(255, 0, 0, 60)))),
        RadialGradient(0.5, 0.5, 1.0, (GradientStop(0, WHITE), GradientStop(1, Color(0, 40, 80)))),
        RadialGradient(0.1, 1.2, 0.6, (GradientStop(0, Color(0, 200, 0)), GradientStop(1, CLEAR_BLACK))),
    ],
)
def test_a_fill_looks_as_on_a_canvas(fill: Fill) -> None:
    """Each pixel, to what half a pixel makes of the steepest: PDFium asks at corners, a canvas in the middle."""
    page, canvas = both(fill)
    assert np.abs(page - canvas).max() <= 8


@settings(max_examples=30, deadline=None)
@given(gradients)
def test_any_gradient_looks_as_on_a_canvas(fill: Fill) -> None:
    """In the mean: at an edge between two stops a pixel may be the one or the other."""
    page, canvas = both(fill)
    assert np.abs(page - canvas).mean() <= 6


def test_what_shows_through() -> None:
    """A fill is opaque if each of its stops is, and clear if none is seen."""
    half = LinearGradient(0, (GradientStop(0, CLEAR_BLACK), GradientStop(1, WHITE)))
    none = LinearGradient(0, (GradientStop(0, CLEAR_BLACK), GradientStop(1, CLEAR_BLACK)))
    assert [is_opaque(fill) for fill in (WHITE, CLEAR_BLACK, half, none)] == [True, False, False, False]
    assert [is_clear(fill) for fill in (WHITE, CLEAR_BLACK, half, none)] == [False, True, False, True]
