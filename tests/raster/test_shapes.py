"""Masks of shapes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.raster.shapes import ellipse_mask, line_mask, rectangle_mask
from tests.raster.grids import levels, rows

sides = st.integers(1, 60)
lengths = st.floats(0, 40)


class TestRectangle:
    """Rectangles, sharp and round."""

    def test_whole(self) -> None:
        """Without radius every pixel is covered."""
        assert levels(rectangle_mask(4, 2)) == ["####", "####"]

    def test_inset(self) -> None:
        """An inset takes whole pixels from each side."""
        assert levels(rectangle_mask(5, 4, inset=1)) == rows("""
            .....
            .###.
            .###.
            .....
        """)

    def test_half_an_inset(self) -> None:
        """Half a pixel of inset leaves the edge half covered and the middle whole."""
        assert levels(rectangle_mask(4, 4, inset=0.5))[1:3] == ["+##+", "+##+"]

    @pytest.mark.parametrize("inset", [2, 2.5, 3, 50])
    def test_an_inset_that_leaves_nothing(self, inset: float) -> None:
        """An outline thicker than the shape fills it: nothing is inside."""
        assert levels(rectangle_mask(4, 4, inset=inset)) == ["...."] * 4

    def test_round_corners(self) -> None:
        """Corners are quarter circles with soft edges."""
        assert levels(rectangle_mask(8, 6, 3)) == rows("""
            .++##++.
            +######+
            +######+
            +######+
            +######+
            .++##++.
        """)

    def test_a_radius_beyond_the_half_is_the_half(self) -> None:
        """The shape becomes a stadium."""
        assert levels(rectangle_mask(12, 6, 99)) == levels(rectangle_mask(12, 6, 3))


class TestEllipse:
    """Ellipses."""

    def test_circle(self) -> None:
        """A circle of eight pixels."""
        assert levels(ellipse_mask(8, 8)) == rows("""
            .-+##+-.
            -+####+-
            +######+
            ########
            ########
            +######+
            -+####+-
            .-+##+-.
        """)

    @pytest.mark.parametrize(("width", "height", "inset"), [(40, 40, 0), (60, 20, 0), (40, 40, 8), (90, 30, 2.5)])
    def test_area(self, width: int, height: int, inset: float) -> None:
        """The area is π a b, to a hundredth."""
        expected = math.pi * (width / 2 - inset) * (height / 2 - inset)
        covered = np.asarray(ellipse_mask(width, height, inset)).sum() / 255
        assert abs(covered / expected - 1) < 0.01


class TestLine:
    """Lines from the top left to the bottom right."""

    @pytest.mark.parametrize(("width", "height", "thickness"), [(9, 1, 1), (9, 2, 3), (1, 9, 1), (2, 9, 4)])
    def test_flat_boxes(self, width: int, height: int, thickness: float) -> None:
        """A box no higher, or no wider, than the line is the line."""
        assert levels(line_mask(width, height, thickness)) == ["#" * width] * height

    def test_diagonal(self) -> None:
        """The corners it joins are covered, the others are not."""
        drawn = levels(line_mask(20, 20, 3))
        assert (drawn[0][0], drawn[10][10], drawn[-1][-1], drawn[0][-1], drawn[-1][0]) == ("#", "#", "#", ".", ".")

    def test_thickness(self) -> None:
        """The area of a diagonal is its length times its thickness, to a tenth."""
        covered = np.asarray(line_mask(100, 100, 6)).sum() / 255
        assert abs(covered / (math.hypot(100, 100) * 6) - 1) < 0.1


@settings(max_examples=100, deadline=None)
@given(sides, sides, lengths, lengths)
def test_shapes_are_symmetric(width: int, height: int, radius: float, inset: float) -> None:
    """Rectangles and ellipses look the same in both mirrors."""
    for mask in (rectangle_mask(width, height, radius, inset), ellipse_mask(width, height, inset)):
        pixels = np.asarray(mask).astype(int)
        assert np.abs(pixels - pixels[::-1]).max() <= 1
        assert np.abs(pixels - pixels[:, ::-1]).max() <= 1


@settings(max_examples=100, deadline=None)
@given(sides, sides, lengths, lengths, lengths)
def test_a_larger_inset_covers_less(width: int, height: int, radius: float, inset: float, more: float) -> None:
    """No pixel is covered more by the shape with the larger inset: an outline has no hole."""
    for outer, inner in (
        (rectangle_mask(width, height, radius, inset), rectangle_mask(width, height, radius, inset + more)),
        (ellipse_mask(width, height, inset), ellipse_mask(width, height, inset + more)),
    ):
        assert outer.size == inner.size == (width, height)
        assert (np.asarray(outer).astype(int) >= np.asarray(inner).astype(int)).all()
