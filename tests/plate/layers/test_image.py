"""Pictures from the design's folder."""

from typing import Any

import pytest
from PIL import Image

from tests.design.documents import box, image_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import small
from tests.plate.plates import drawn
from tests.raster.grids import letters
from tests.raster.grids import picture as picture_of


class TestImages:
    """Pictures from the design's folder."""

    WIDE = {"a.png": picture_of("RGBY\nRGBY")}

    @pytest.mark.parametrize(
        ("more", "picture_drawn"),
        [
            ({}, ["WWWW", "WGBW", "WGBW", "WWWW"]),
            ({"focus": {"x": 0}}, ["WWWW", "WRGW", "WRGW", "WWWW"]),
            ({"focus": {"x": 1, "y": 0}}, ["WWWW", "WBYW", "WBYW", "WWWW"]),
            ({"box": box(0, 0, 4, 4), "fit": "contain"}, ["WWWW", "RGBY", "RGBY", "WWWW"]),
            ({"box": box(0, 1, 4, 2), "fit": "fill"}, ["WWWW", "RGBY", "RGBY", "WWWW"]),
            ({"box": box(-1, 0, 4, 2)}, ["GBYW", "GBYW", "WWWW", "WWWW"]),
        ],
    )
    def test_drawn(self, plate_of: PlateOf, more: dict[str, Any], picture_drawn: list[str]) -> None:
        """Fit and focus within the layer's box."""
        plate = plate_of(small(4, 4, image_layer("a.png", **{"box": box(1, 1, 2, 2)} | more)), self.WIDE)
        assert drawn(plate) == picture_drawn

    def test_circle_and_corners(self, plate_of: PlateOf) -> None:
        """Both leave the corners free and the middle whole."""
        red = {"a.png": Image.new("RGB", (4, 4), "red")}
        for more in ({"circle": True}, {"radius": 6}):
            rows = letters(plate_of(small(12, 12, image_layer("a.png", box=box(0, 0, 12, 12), **more)), red).base)
            assert (rows[0][0], rows[-1][-1], rows[6], rows[0][6]) == ("W", "W", "R" * 12, "R")

    def test_a_radius_grows_with_the_resolution(self, plate_of: PlateOf) -> None:
        """At dpr 3 a corner of 2 px is one of 6 device pixels."""
        red = {"a.png": Image.new("RGB", (4, 4), "red")}
        base = plate_of(small(8, 8, image_layer("a.png", box=box(0, 0, 8, 8), radius=2)), red, dpr=3).base
        assert (letters(base)[0].index("R") in (5, 6, 7), base.size) == (True, (24, 24))

    def test_named_after_values(self, plate_of: PlateOf) -> None:
        """Each choice has its file; without a value nothing is drawn."""
        pictures = {
            f"{tier}-{vip}.png": picture_of(letter)
            for (tier, vip), letter in zip(
                [("gold", "true"), ("gold", "false"), ("tin", "true"), ("tin", "false")], "RGBY", strict=True
            )
        }
        plate = plate_of(small(1, 1, image_layer("<<tier>>-<<vip>>.png", box=box(0, 0, 1, 1))), pictures)
        found = [drawn(plate, tier=tier, vip=vip)[0] for tier in ("gold", "tin", "") for vip in ("true", "false", "")]
        assert found == ["R", "G", "W", "B", "Y", "W", "W", "W", "W"]
