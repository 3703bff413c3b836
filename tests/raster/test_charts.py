"""Masks of charts."""

import numpy as np
import pytest

from imgurl.raster.charts import Bar, area_below, bars_mask, line_through
from tests.raster.grids import levels, rows


def test_bars_grow_up_and_down() -> None:
    """From their base; one without height is not there."""
    bars = [Bar(0, 2, 2, 0), Bar(3, 1, 2, 4), Bar(5, 1, 2, 2)]
    assert levels(bars_mask((6, 4), bars, 0)) == rows("""
        ##....
        ##....
        ...#..
        ...#..
    """)


def test_only_ends_are_round() -> None:
    """The corners at the base are sharp; a low bar is cut like a high one."""
    up, down = (levels(bars_mask((8, 12), [Bar(0, 8, base, end)], 3)) for base, end in ((12, 0), (0, 12)))
    assert up == down[::-1]
    assert (up[0][0], up[-1]) == (".", "########")
    low = levels(bars_mask((8, 2), [Bar(0, 8, 2, 0)], 3))
    assert low[0] == up[0]


def test_a_line_and_the_area_below_it() -> None:
    """The line is as thick as asked; the area ends where the line is and at the base."""
    run = [(1.0, 4.0), (9.0, 4.0)]
    drawn = levels(line_through((10, 8), [run], 2))
    assert [row.strip(".") for row in drawn] == ["", "", "", "+########+", "+########+", "", "", ""]
    area = np.asarray(area_below((10, 8), [run], 7.0))
    assert (area[4:7, 1:9] == 255).all()
    assert not area[:3].any()
    assert area[3].max() <= 64
    assert not area[7:].any()


def test_one_point_is_a_dot() -> None:
    """As wide as the line is thick."""
    dot = np.asarray(line_through((9, 9), [[(4.5, 4.5)]], 5)).astype(int)
    assert dot[4, 4] == 255
    assert np.abs(dot - dot[::-1]).max() <= 64
    assert dot.sum() / 255 == pytest.approx(3.14159 * 2.5**2, rel=0.15)
