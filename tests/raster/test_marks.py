"""Masks of stars, bars and arcs."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.raster.marks import arc_mask, bar_mask, in_row, left_part, star_mask
from tests.raster.grids import levels, rows


def covered(mask: Image.Image) -> float:
    """Return how many pixels a mask covers."""
    return float(np.asarray(mask).sum() / 255)


class TestStar:
    """Five rounded tips in a square."""

    @pytest.mark.parametrize("side", [9, 16, 24, 48, 96, 200])
    def test_as_wide_as_its_square(self, side: int) -> None:
        """It touches the left and the right edge, is nearly as high, stands in the middle, and is its own mirror."""
        pixels = np.asarray(star_mask(side)).astype(int)
        across, down = np.nonzero(pixels.max(axis=0) > 60)[0], np.nonzero(pixels.max(axis=1) > 60)[0]
        assert (across[0] <= 1, across[-1] >= side - 2) == (True, True)
        assert abs(down[0] - (side - 1 - down[-1])) <= max(2, side / 20)
        assert (pixels == pixels[:, ::-1]).all()

    def test_its_area(self) -> None:
        """A star with these tips covers half of its square, to a tenth."""
        assert 0.4 < covered(star_mask(200)) / 200**2 < 0.55

    @pytest.mark.parametrize("side", [1, 2, 3])
    def test_tiny(self, side: int) -> None:
        """There is always something to see."""
        assert covered(star_mask(side)) > 0

    def test_in_a_row(self) -> None:
        """At their places, in the middle of the height."""
        mark = Image.new("L", (1, 1), 255)
        assert levels(in_row(mark, 5, 3, (0, 2, 3))) == [".....", "#.##.", "....."]


class TestLeftPart:
    """A mask cut at an edge between pixels."""

    @pytest.mark.parametrize(
        ("edge", "row"),
        [(0, "...."), (2, "##.."), (2.5, "##+."), (2.25, "##-."), (4, "####"), (9, "####"), (-1, "....")],
    )
    def test_cut(self, edge: float, row: str) -> None:
        """The pixel at the edge is covered by its part."""
        assert levels(left_part(Image.new("L", (4, 1), 255), edge)) == [row]


class TestBar:
    """Bars that grow in four directions."""

    @pytest.mark.parametrize(
        ("direction", "drawn"),
        [("right", "####.... ####...."), ("left", "....#### ....####")],
    )
    def test_across(self, direction: str, drawn: str) -> None:
        """Half of it."""
        assert levels(bar_mask((8, 2), 0.5, direction, is_round=False)) == drawn.split()

    @pytest.mark.parametrize(("direction", "drawn"), [("up", ". . # #"), ("down", "# # . .")])
    def test_along(self, direction: str, drawn: str) -> None:
        """From the bottom, or from the top."""
        assert levels(bar_mask((1, 4), 0.5, direction, is_round=False)) == drawn.split()

    def test_round_ends(self) -> None:
        """The end of a part is as round as that of the whole, and nothing is outside of the whole."""
        whole = np.asarray(bar_mask((60, 12), 1.0, "right", is_round=True)).astype(int)
        half = np.asarray(bar_mask((60, 12), 0.5, "right", is_round=True)).astype(int)
        assert (half[:, :20] == whole[:, :20]).all()
        assert (half[:, 20:30] == whole[:, 50:60]).all()
        assert not half[:, 30:].any()

    @given(st.integers(1, 80), st.integers(1, 30), st.floats(0, 1), st.floats(0, 1), st.booleans())
    def test_more_covers_more(self, width: int, height: int, less: float, more: float, is_round: bool) -> None:
        """A greater share is never smaller, and nothing of none is seen."""
        less, more = sorted((less, more))
        first, second = (
            covered(bar_mask((width, height), share, "right", is_round=is_round)) for share in (less, more)
        )
        assert first <= second + 1
        assert covered(bar_mask((width, height), 0.0, "right", is_round=is_round)) == 0


class TestArc:
    """Arcs within a circle."""

    def test_a_ring(self) -> None:
        """A whole turn: area as geometry has it, to a hundredth."""
        ring = arc_mask((200, 200), 20, 0, 360, is_round=True)
        assert abs(covered(ring) / (math.pi * (100**2 - 80**2)) - 1) < 0.01

    @pytest.mark.parametrize(
        ("start", "quadrant"), [(0, (1, 0)), (90, (1, 1)), (180, (0, 1)), (-90, (0, 0)), (270, (0, 0))]
    )
    def test_clockwise_from_the_top(self, start: float, quadrant: tuple[int, int]) -> None:
        """A quarter with straight ends is in one quarter of the box."""
        pixels = np.asarray(arc_mask((100, 100), 10, start, 90, is_round=False)).astype(float)
        whole = pixels.sum()
        right, down = quadrant
        inside = pixels[50 * down : 50 * down + 50, 50 * right : 50 * right + 50].sum()
        assert inside / whole > 0.99
        assert abs(whole / 255 / (math.pi * (50**2 - 40**2) / 4) - 1) < 0.02

    def test_round_ends_are_half_circles(self) -> None:
        """Two of them are one circle more than straight ends have."""
        straight, rounded = (
            covered(arc_mask((200, 200), 20, 30, 120, is_round=is_round)) for is_round in (False, True)
        )
        assert abs((rounded - straight) / (math.pi * 10**2) - 1) < 0.05

    def test_nothing(self) -> None:
        """No turn, no arc: not even its ends."""
        assert covered(arc_mask((50, 50), 10, 0, 0, is_round=True)) == 0

    @pytest.mark.parametrize("size", [(60, 20), (20, 60)])
    def test_in_the_middle_of_any_box(self, size: tuple[int, int]) -> None:
        """The circle is as large as the shorter side."""
        pixels = np.asarray(arc_mask(size, 4, 0, 360, is_round=True))
        assert (pixels == pixels[::-1, ::-1]).all()
        assert covered(arc_mask(size, 4, 0, 360, is_round=True)) == pytest.approx(math.pi * (10**2 - 6**2), rel=0.02)

    @settings(max_examples=60, deadline=None)
    @given(st.floats(-360, 360), st.floats(1, 359), st.booleans())
    def test_turned_it_covers_as_much(self, start: float, sweep: float, is_round: bool) -> None:
        """Wherever it begins, to two pixels."""
        first, second = (covered(arc_mask((80, 80), 9, at, sweep, is_round=is_round)) for at in (0, start))
        assert abs(first - second) < 3

    def test_a_thickness_beyond_the_radius(self) -> None:
        """It is a disc, or a slice of one."""
        assert covered(arc_mask((40, 40), 99, 0, 360, is_round=False)) == pytest.approx(math.pi * 400, rel=0.01)


def test_edges_are_soft() -> None:
    """Stars and arcs have shades between nothing and all."""
    masks: list[Any] = [star_mask(24), arc_mask((24, 24), 4, 0, 200, is_round=True)]
    for mask in masks:
        assert len(set(np.asarray(mask).ravel().tolist())) > 8
    assert levels(arc_mask((5, 5), 1, 0, 360, is_round=True)) != rows("#####\n" * 5)
