"""Dashes along outlines."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.raster.canvas import without
from imgurl.raster.dashes import dashed, ellipse_path, rectangle_paths, rounded_path
from imgurl.raster.shapes import ellipse_mask, rectangle_mask
from tests.raster.grids import levels


def test_a_line_begins_and_ends_with_a_dash() -> None:
    """Dashes and gaps of whole pixels are sharp."""
    line = Image.new("L", (22, 1), 255)
    drawn = dashed(line, [[(0.0, 0.5), (22.0, 0.5)]], (4, 2), 1, is_line=True)
    assert levels(drawn) == ["####..####..####..####"]


def test_a_line_is_stretched_to_whole_dashes() -> None:
    """However long it is, both ends look alike."""
    for width in range(5, 80):
        drawn = np.asarray(
            dashed(Image.new("L", (width, 1), 255), [[(0.0, 0.5), (width, 0.5)]], (4, 2), 1, is_line=True)
        )
        assert np.abs(drawn.astype(int) - drawn[:, ::-1]).max() <= 128
        assert drawn[0, 0] == 255


def test_corners_of_a_rectangle_are_in_a_dash() -> None:
    """All four look alike, and nothing is outside of the outline."""
    outline = without(rectangle_mask(60, 40), rectangle_mask(60, 40, inset=2))
    drawn = np.asarray(dashed(outline, rectangle_paths(60, 40, 1), (6, 4), 2, is_line=False)).astype(int)
    assert {drawn[y, x] for y in (0, -1) for x in (0, -1)} == {255}
    assert np.abs(drawn - drawn[::-1, ::-1]).max() <= 130
    assert (drawn <= np.asarray(outline)).all()
    assert 0.5 < drawn.sum() / np.asarray(outline).sum() < 0.7


@pytest.mark.parametrize("shape", ["ellipse", "rounded"])
def test_on_a_curve_dashes_take_their_share(shape: str) -> None:
    """Dash and gap in the proportion that was asked for, to a twentieth."""
    if shape == "ellipse":
        outline = without(ellipse_mask(200, 120), ellipse_mask(200, 120, 4))
        path = ellipse_path(200, 120, 2)
    else:
        outline = without(rectangle_mask(200, 120, 30), rectangle_mask(200, 120, 30, 4))
        path = rounded_path(200, 120, 30, 2)
    drawn = dashed(outline, [path], (9, 6), 4, is_line=False)
    assert np.asarray(drawn).sum() / np.asarray(outline).sum() == pytest.approx(0.6, abs=0.05)


def test_a_path_is_as_long_as_geometry_has_it() -> None:
    """The circumference of a circle, to a thousandth."""
    path = ellipse_path(100, 100, 0)
    length = sum(math.dist(first, second) for first, second in pairwise(path))
    assert length == pytest.approx(math.pi * 100, rel=0.001)
    assert path[0] == path[-1]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 60), st.integers(1, 60), st.floats(0.5, 20),
    st.lists(st.floats(0.5, 20), min_size=1, max_size=3).map(lambda half: half + half),
)  # fmt: skip
def test_dashes_only_take_away(width: int, height: int, thickness: float, dash: list[float]) -> None:
    """Whatever the sizes, nothing is drawn where the outline is not."""
    outline = rectangle_mask(width, height)
    drawn = dashed(outline, rectangle_paths(width, height, thickness / 2), dash, thickness, is_line=False)
    assert (np.asarray(drawn) <= np.asarray(outline)).all()
    assert drawn.size == outline.size
