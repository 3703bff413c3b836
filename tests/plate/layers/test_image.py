"""Pictures from the design's folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imgurl.errors import BadDesign
from tests.design.documents import box, image_layer, shape_layer
from tests.design.svgs import svg
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


class TestVectors:
    """SVGs: sharp at every number of device pixels, wherever a picture may be."""

    HALVES = svg('<rect width="20" height="20" fill="red"/><rect x="20" width="20" height="20" fill="blue"/>')

    @pytest.fixture
    def halves(self, tmp_path: Path) -> Mapping[str, Path]:
        """A picture that is red on the left and blue on the right."""
        (tmp_path / "halves.svg").write_bytes(self.HALVES)
        return {"halves.svg": tmp_path / "halves.svg"}

    @pytest.mark.parametrize("dpr", [1, 2, 3])
    def test_a_layer(self, plate_of: PlateOf, halves: Mapping[str, Path], dpr: int) -> None:
        """Drawn at the pixels of its box: there is no third colour between the two."""
        plate = plate_of(small(6, 3, image_layer("halves.svg", box=box(0, 0, 6, 3))), halves, dpr)
        assert drawn(plate) == ["R" * 3 * dpr + "B" * 3 * dpr] * 3 * dpr

    def test_a_background(self, plate_of: PlateOf, halves: Mapping[str, Path]) -> None:
        """And it is opaque, so the plate has no alpha."""
        plate = plate_of(small(4, 2, background={"asset": "halves.svg"}), halves)
        assert (drawn(plate), plate.base.mode) == (["RRBB"] * 2, "RGB")

    def test_a_mask(self, plate_of: PlateOf, tmp_path: Path) -> None:
        """A group is seen where it is opaque."""
        (tmp_path / "left.svg").write_bytes(svg('<rect width="20" height="20"/>'))
        group = {"type": "group", "box": box(0, 0, 4, 2), "clip": {"mask": "left.svg"}, "layers": [
            shape_layer(box=box(0, 0, 4, 2), fill="red")
        ]}  # fmt: skip
        assert drawn(plate_of(small(4, 2, group), {"left.svg": tmp_path / "left.svg"})) == ["RRWW"] * 2

    def test_one_by_a_value(self, plate_of: PlateOf, halves: Mapping[str, Path], tmp_path: Path) -> None:
        """Named after a choice, it is drawn for each recipient."""
        (tmp_path / "tin.svg").write_bytes(svg('<rect width="40" height="20" fill="lime"/>'))
        files = {"gold.svg": halves["halves.svg"], "tin.svg": tmp_path / "tin.svg"}
        plate = plate_of(small(4, 2, image_layer("<<tier>>.svg", box=box(0, 0, 4, 2))), files)
        assert [drawn(plate, tier=tier)[0] for tier in ("gold", "tin", "")] == ["RRBB", "GGGG", "WWWW"]

    def test_a_broken_one_is_a_bad_design(self, plate_of: PlateOf, tmp_path: Path) -> None:
        """Found when the plate is compiled, at its place."""
        (tmp_path / "bad.svg").write_bytes(svg('<image href="data:image/png;base64,AAAA"/>'))
        with pytest.raises(BadDesign, match=r"/layers/0/asset.*a picture in bad\.svg can't be read"):
            plate_of(small(4, 2, image_layer("bad.svg")), {"bad.svg": tmp_path / "bad.svg"})
