"""From a design to a plate: what is painted once, and where values will appear."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imgurl.config import shipped
from imgurl.design.digest import plate_digest
from imgurl.design.library import load_design
from imgurl.errors import BadDesign
from imgurl.geometry import Box
from imgurl.plate.compile import Overlay, Plate, Slot, compile_plate
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import (
    TEXT_DESIGNS,
    box,
    document,
    field,
    image_layer,
    shape_layer,
    shipped_text,
    write_design,
)
from tests.plate.conftest import PlateOf
from tests.plate.plates import drawn, picture, samples
from tests.raster.grids import letters
from tests.raster.grids import picture as picture_of

SMALL = {"size": {"width": 4, "height": 2}}
TINT = field("tint", type="color", sample="red")


def fill(color: str, x: int = 0, y: int = 0, width: int = 4, height: int = 2, **more: Any) -> dict[str, Any]:
    """Return a rectangle of one colour."""
    return shape_layer(fill=color, box=box(x, y, width, height), **more)


class TestBase:
    """Everything that no value can change."""

    def test_static_layers_in_their_order(self, plate_of: PlateOf) -> None:
        """Later layers lie over earlier ones, all of them in the base; nothing is left to do for a request."""
        plate = plate_of(document(**SMALL, layers=[fill("red", width=3), fill("blue", 1, 0, 1)]))
        assert (letters(plate.base), plate.steps, plate.slots) == (["RBRW", "RBRW"], (), ())

    @pytest.mark.parametrize("design", TEXT_DESIGNS)
    def test_it_is_the_picture_of_the_static_layers_alone(
        self, fonts: FontCatalogue, plate_of: PlateOf, shipped_plates: dict[str, Plate], design: str
    ) -> None:
        """A shipped design without the layers that values change is its plate's picture without values."""
        raw = json.loads(shipped_text(design))
        static = [layer for layer in raw["layers"] if "<<" not in json.dumps(layer) and "show_if" not in layer]
        folder = shipped("designs") / design
        pictures = {path.name: path for path in folder.iterdir() if path.suffix != ".json"}
        alone = plate_of(raw | {"layers": static}, pictures)
        difference = np.asarray(alone.base).astype(int) - np.asarray(shipped_plates[design].base_with_overlays)
        # An overlay's letters are exactly where they are laid out, those of a base at quarters of a pixel.
        assert (np.abs(difference).max() <= 64, np.abs(difference).mean() < 0.02) == (True, True)
        assert (len(static) < len(raw["layers"]), alone.steps) == (True, ())

    def test_painting_leaves_it_alone(self, shipped_plates: dict[str, Plate]) -> None:
        """A plate serves many requests at once: none draws on it."""
        before = {name: plate.base.tobytes() for name, plate in shipped_plates.items()}
        for plate in shipped_plates.values():
            picture(plate, **samples(plate))
        assert {name: plate.base.tobytes() for name, plate in shipped_plates.items()} == before

    def test_nothing_is_read_again(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """Once compiled a plate needs no file: pictures of slots are read ahead, for all their values."""
        raw = document(
            **SMALL,
            fields=[field("vip", type="flag", sample="yes")],
            layers=[image_layer("a-<<vip>>.png", box=box(0, 0, 4, 2))],
        )
        pictures = {
            f"a-{vip}.png": Image.new("RGB", (4, 2), color) for vip, color in (("true", "red"), ("false", "blue"))
        }
        folder = write_design(tmp_path, raw, pictures)
        plate = compile_plate(load_design(folder, fonts), fonts)
        shutil.rmtree(folder)
        assert [drawn(plate, vip="true")[0], drawn(plate, vip="false")[0]] == ["RRRR", "BBBB"]


class TestBackground:
    """Colour, gradient or picture."""

    @pytest.mark.parametrize(
        ("background", "base"),
        [
            ("blue", ["BBBB", "BBBB"]),
            (
                {
                    "type": "linear",
                    "angle": 90,
                    "stops": [{"offset": 0.5, "color": "red"}, {"offset": 0.5, "color": "blue"}],
                },
                ["RRBB", "RRBB"],
            ),
            ({"asset": "a.png"}, ["RRRR", "GGGG"]),
            ({"asset": "a.png", "focus": {"y": 1}}, ["GGGG", "BBBB"]),
            ({"asset": "a.png", "focus": {"y": 0}}, ["YYYY", "RRRR"]),
        ],
    )
    def test_kinds(self, plate_of: PlateOf, background: Any, base: list[str]) -> None:
        """Each covers the whole design."""
        asset = picture_of("YYYY\nRRRR\nGGGG\nBBBB")
        plate = plate_of(document(**SMALL, background=background), {"a.png": asset})
        assert (letters(plate.base), plate.base.mode) == (base, "RGB")

    def test_white_where_nothing_is_said(self, plate_of: PlateOf) -> None:
        """A mail's page is white."""
        assert letters(plate_of(document(**SMALL)).base) == ["WWWW", "WWWW"]

    @pytest.mark.parametrize("background", ["transparent", "rgb(255 0 0 / 99%)", {"asset": "a.png", "fit": "contain"}])
    def test_transparent(self, plate_of: PlateOf, background: Any) -> None:
        """Where anything shines through, the picture is RGBA; a layer may cover it."""
        raw = document(**SMALL, background=background, layers=[fill("blue", 3, 0, 1)])
        plate = plate_of(raw, {"a.png": picture_of("RR\nRR")})
        assert (plate.base.mode, picture(plate).mode, drawn(plate)[0][3]) == ("RGBA", "RGBA", "B")


class TestSlots:
    """Layers that a value can change."""

    def test_order(self, plate_of: PlateOf) -> None:
        """A static layer above a slot stays above it, one below stays below."""
        raw = document(
            **SMALL,
            fields=[TINT],
            layers=[
                fill("black"),
                fill("<<tint>>", 1, 0, 3),
                fill("blue", 2, 0, 2),
                fill("lime", 0, 1, 1, 1),
                fill("<<tint>>", 3, 0, 1),
            ],
        )
        plate = plate_of(raw)
        assert [type(step) for step in plate.steps] == [Slot, Overlay, Slot]
        assert letters(plate.base) == ["KKKK", "KKKK"]
        assert letters(plate.base_with_overlays) == ["KKBB", "GKBB"]
        assert drawn(plate, tint="#ff0000") == ["KRBR", "GRBR"]
        assert drawn(plate, tint="#ffff00") == ["KYBY", "GYBY"]

    def test_an_overlay_is_no_larger_than_it_needs(self, plate_of: PlateOf) -> None:
        """Static layers in a row become one picture of what they cover; those that show nothing none."""
        raw = document(
            **SMALL,
            fields=[TINT],
            layers=[fill("<<tint>>"), fill("red", 1, 1, 1, 1), fill("blue", 2, 1, 1, 1), fill("transparent")],
        )
        slot, overlay = plate_of(raw).steps
        assert isinstance(slot, Slot)
        assert isinstance(overlay, Overlay)
        assert (overlay.left, overlay.top, letters(overlay.picture)) == (1, 1, ["RB"])

    def test_an_overlay_of_nothing(self, plate_of: PlateOf) -> None:
        """A static layer that shows nothing is not a step."""
        raw = document(**SMALL, fields=[TINT], layers=[fill("<<tint>>"), fill("transparent")])
        assert [type(step) for step in plate_of(raw).steps] == [Slot]

    def test_boxes(self, plate_of: PlateOf) -> None:
        """A slot's box is that of its layer in device pixels, within the picture."""
        raw = document(**SMALL, fields=[TINT], layers=[fill("<<tint>>", 1, 0, 9), fill("<<tint>>", -3, -3, 5, 4)])
        plate = plate_of(raw, dpr=2)
        assert [slot.box for slot in plate.slots] == [Box(2, 0, 8, 4), Box(0, 0, 4, 2)]

    def test_a_slot_outside(self, plate_of: PlateOf) -> None:
        """A layer that is beyond the picture has an empty box and draws nothing."""
        plate = plate_of(document(**SMALL, fields=[TINT], layers=[fill("<<tint>>", 9, 9)]))
        assert (plate.slots[0].box.is_empty, drawn(plate, tint="#ff0000")) == (True, ["WWWW", "WWWW"])

    def test_fields(self, shipped_plates: dict[str, Plate]) -> None:
        """Each field of a shipped design appears in a slot, but that which a live value is looked up by."""
        for plate in shipped_plates.values():
            shown = frozenset[str]().union(*(slot.fields for slot in plate.slots))
            assert shown == set(plate.design.document.by_name) - {"sku"}

    def test_row_ranges(self, plate_of: PlateOf) -> None:
        """The rows in which values appear: those of overlapping and touching slots as one, in their order."""
        layers = [fill("<<tint>>", 0, y, 4, height) for y, height in ((30, 5), (0, 4), (2, 6), (8, 2), (90, 9))]
        plate = plate_of(document(fields=[TINT], layers=layers))
        assert plate.row_ranges == ((0, 10), (30, 35))


class TestDigest:
    """What a plate is known by."""

    def test_design_version_and_dpr(self, plate_of: PlateOf) -> None:
        """Another design or another resolution is another plate; the same ones are the same."""
        first, again, large = plate_of(document()), plate_of(document()), plate_of(document(), dpr=2)
        other = plate_of(document(title="Other"))
        assert first.digest == again.digest == plate_digest(first.design, 1)
        assert large.digest == plate_digest(first.design, 2)
        assert len({first.digest, large.digest, other.digest}) == 3


class TestSizes:
    """Device pixels."""

    @pytest.mark.parametrize("dpr", [2, 3])
    @pytest.mark.parametrize("design", TEXT_DESIGNS)
    def test_dpr(self, fonts: FontCatalogue, shipped_plates: dict[str, Plate], design: str, dpr: int) -> None:
        """A plate for dpr 2 and 3 is twice and three times as wide and high, its slots too."""
        plain = shipped_plates[design]
        plate = compile_plate(plain.design, fonts, dpr)
        size = plain.design.document.size
        assert (plate.width, plate.height) == (size.width * dpr, size.height * dpr)
        pairs = zip(plate.slots, plain.slots, strict=True)
        assert all(abs(large.box.left - small.box.left * dpr) <= 8 for large, small in pairs)


def test_a_plate_keeps_the_pictures_of_its_slots_alone(plate_of: PlateOf) -> None:
    """They are in memory for each request; what was painted into the base is decoded again if it is asked for."""
    raw = document(
        background={"asset": "back.png"},
        fields=[field("vip", type="flag", sample="yes")],
        layers=[
            image_layer("still.png"),
            image_layer("a-<<vip>>.png"),
            image_layer("shown.png", show_if={"field": "vip"}),
        ],
        expired_image="over.png",
    )
    kept, again = ("a-true.png", "a-false.png", "shown.png"), ("back.png", "still.png", "over.png")
    plate = plate_of(raw, {name: Image.new("RGB", (60, 40), "red") for name in (*kept, *again)})
    find = plate.context.pictures
    assert [find(name) is find(name) for name in kept] == [True] * 3
    assert [(find(name) is find(name), find(name) == find(name)) for name in again] == [(False, True)] * 3


class TestBadPictures:
    """A design with a picture that can't be read is a bad design."""

    def test_every_one_is_reported(self, fonts: FontCatalogue, tmp_path: Any) -> None:
        """Each broken picture with the place that names it; good ones are no mistake."""
        raw = document(
            background={"asset": "cut.jpg"},
            fields=[field("vip", type="flag", sample="yes")],
            layers=[image_layer("good.png"), image_layer("a-<<vip>>.png"), image_layer("cut.jpg")],
        )
        image = Image.new("RGB", (60, 40), "red")
        names = ("cut.jpg", "good.png", "a-true.png", "a-false.png")
        folder = write_design(tmp_path, raw, dict.fromkeys(names, image))
        (folder / "cut.jpg").write_bytes((folder / "cut.jpg").read_bytes()[:300])
        (folder / "a-false.png").write_text("no picture")
        with pytest.raises(BadDesign) as caught:
            compile_plate(load_design(folder, fonts), fonts)
        problems = {problem.pointer: problem.sentence for problem in caught.value.problems}
        assert sorted(problems) == ["/background/asset", "/layers/1/asset"]
        assert problems["/layers/1/asset"].startswith("a-false.png can't be read as a picture")
