"""Shapes, their fills and outlines."""

from typing import Any

import pytest

from tests.design.documents import box, shape_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import STOPS, small
from tests.plate.plates import drawn
from tests.raster.grids import letters


class TestShapes:
    """Shapes, their fills and outlines."""

    @pytest.mark.parametrize(
        ("more", "picture_drawn"),
        [
            ({"fill": "red"}, ["RRRR"] * 4),
            ({"fill": "red", "stroke": {"color": "blue", "width": 1}}, ["BBBB", "BRRB", "BRRB", "BBBB"]),
            ({"fill": None, "stroke": {"color": "blue", "width": 1}}, ["BBBB", "BWWB", "BWWB", "BBBB"]),
            ({"fill": None, "stroke": {"color": "blue", "width": 9}}, ["BBBB"] * 4),
            ({"fill": {"type": "linear", "angle": 90, "stops": STOPS}}, ["RRYY"] * 4),
            ({"fill": "<<tint>>"}, ["YYYY"] * 4),
            ({"box": box(1, 2, 2, 1), "fill": "red"}, ["WWWW", "WWWW", "WRRW", "WWWW"]),
            ({"box": box(3, -1, 5, 3), "fill": "red"}, ["WWWR", "WWWR", "WWWW", "WWWW"]),
            (
                {"shape": "line", "box": box(0, 1, 4, 1), "fill": None, "stroke": {"color": "red", "width": 1}},
                ["WWWW", "RRRR", "WWWW", "WWWW"],
            ),
            (
                {"box": box(0, 0, 2, 2), "fill": "red", "shadow": {"x": 2, "y": 1, "blur": 0, "color": "black"}},
                ["RRWW", "RRKK", "WWKK", "WWWW"],
            ),
        ],
    )
    def test_drawn(self, plate_of: PlateOf, more: dict[str, Any], picture_drawn: list[str]) -> None:
        """Pixel by pixel, for a colour field that is yellow."""
        plate = plate_of(small(4, 4, shape_layer(**{"box": box(0, 0, 4, 4)} | more)))
        assert drawn(plate, tint="#ffff00") == picture_drawn

    def test_an_outline_stays_inside_at_every_resolution(self, plate_of: PlateOf) -> None:
        """At dpr 2 an outline of 1 px takes two device pixels of each side."""
        raw = small(3, 3, shape_layer(fill="red", box=box(0, 0, 3, 3), stroke={"color": "blue", "width": 1}))
        assert letters(plate_of(raw, dpr=2).base) == ["BBBBBB", "BBBBBB", "BBRRBB", "BBRRBB", "BBBBBB", "BBBBBB"]

    @pytest.mark.parametrize("shape", [{"shape": "ellipse"}, {"shape": "rounded", "radius": 20}])
    def test_round_outlines_have_one_width(self, plate_of: PlateOf, shape: dict[str, Any]) -> None:
        """Across the middle of a circle an outline of 6 px is 6 px wide on both sides; its corners are free."""
        layer = shape_layer(box=box(0, 0, 40, 40), fill="red", stroke={"color": "blue", "width": 6}, **shape)
        rows = letters(plate_of(small(40, 40, layer)).base)
        assert (rows[20], rows[0][0], rows[-1][-1]) == ("B" * 6 + "R" * 28 + "B" * 6, "W", "W")

    def test_a_color_field_without_value(self, plate_of: PlateOf) -> None:
        """Nothing is painted where the colour is missing."""
        plate = plate_of(small(2, 1, shape_layer(fill="<<tint>>", box=box(0, 0, 2, 1))))
        assert drawn(plate) == ["WW"]
