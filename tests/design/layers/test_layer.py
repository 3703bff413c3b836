"""Layers: their boxes, conditions and fonts, and the files that images may be."""

from typing import Any

import pytest

from imgurl.design.layers.layer import BoxModel
from imgurl.design.layers.names import asset_files
from imgurl.geometry import Box
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import (
    Json,
    box,
    document,
    field,
    image_layer,
    mistakes,
    pointers,
    shape_layer,
    text_layer,
    the_mistake,
)

TIER = field("tier", type="choice", sample="gold", choices=["gold", "tin"])
VIP = field("vip", type="flag", sample="yes")


class TestBox:
    """Boxes are in CSS pixels and may lie over the edge."""

    def test_scaled(self) -> None:
        """In device pixels every edge is further out."""
        model = BoxModel(x=-2, y=3, width=10, height=20)
        assert [Box(-2, 3, 8, 23), Box(-6, 9, 24, 69)] == [model.scaled(1), model.scaled(3)]

    @pytest.mark.parametrize(("key", "number"), [("x", -8_193), ("y", 8_193), ("width", 0), ("height", 8_193)])
    def test_limits(self, fonts: FontCatalogue, key: str, number: int) -> None:
        """A box has a size, and is not so far out that it can't be meant."""
        raw = document(layers=[shape_layer(box=box() | {key: number})])
        assert pointers(raw, fonts) == [f"/layers/0/box/{key}"]


class TestAssetNames:
    """Pictures are plain files of the design's own folder."""

    @pytest.mark.parametrize(
        "name",
        [
            "../photo.png",
            "/etc/passwd.png",
            "/etc/passwd",
            "sub/photo.png",
            "..\\photo.png",
            "C:\\photo.png",
            ".hidden.png",
            "..png",
            "photo.png\n",
            "photo\x00.png",
            "pho to.png",
            "~root.png",
            "%2e%2e.png",
            "http://example.com/photo.png",
        ],
    )
    @pytest.mark.parametrize("key", ["layer", "background", "expired_image"])
    def test_no_path_leads_out(self, fonts: FontCatalogue, key: str, name: str) -> None:
        """Whatever is not a plain name is refused, even if the folder is said to hold it."""
        raw = {
            "layer": document(layers=[image_layer(name)]),
            "background": document(background={"asset": name}),
            "expired_image": document(expired_image=name),
        }[key]
        assert "is not a plain file name" in the_mistake(raw, fonts, [name])[1]

    def test_a_choice_that_is_a_path(self, fonts: FontCatalogue) -> None:
        """A choice can't lead out of the folder either."""
        tier = field("tier", type="choice", sample="gold", choices=["gold", "../../key"])
        raw = document(fields=[tier], layers=[image_layer("<<tier>>.png")])
        pointer, sentence = the_mistake(raw, fonts, ["gold.png"])
        assert (pointer, sentence.startswith("'../../key.png' is not a plain file name")) == ("/layers/0/asset", True)

    @pytest.mark.parametrize("name", ["design.json", "photo.svgz", "photo.eps", "photo", "photo.png.exe"])
    def test_only_pictures(self, fonts: FontCatalogue, name: str) -> None:
        """A file that can't be a picture is answered with what can be."""
        sentence = f"'{name}' is not a picture; use PNG, JPEG, WebP, GIF or SVG"
        assert the_mistake(document(layers=[image_layer(name)]), fonts, [name]) == ("/layers/0/asset", sentence)

    @pytest.mark.parametrize("name", ["photo.png", "Photo-2_b.JPEG", "été.webp", "写真.gif", "a.b.jpg", "Logo.SVG"])
    def test_good_names(self, fonts: FontCatalogue, name: str) -> None:
        """Letters and digits of any script, dots, hyphens and underscores."""
        assert mistakes(document(layers=[image_layer(name)]), fonts, [name]) == []

    def test_every_file_that_a_value_can_mean(self, fonts: FontCatalogue) -> None:
        """All files that are missing are reported, for choices and for flags."""
        raw = document(fields=[TIER, VIP], layers=[image_layer("<<tier>>-<<vip>>.png")])
        files = ["gold-true.png", "tin-false.png"]
        pointer, sentence = the_mistake(raw, fonts, files)
        assert pointer == "/layers/0/asset"
        assert sentence.startswith("the design's folder has no file 'gold-false.png'")
        assert "; the design's folder has no file 'tin-true.png'" in sentence

    @pytest.mark.parametrize("number", [4, 5])
    def test_not_too_many(self, fonts: FontCatalogue, number: int) -> None:
        """Choices multiply: three files to the power of four are few enough, to the power of five too many."""
        fields = [field(f"f{n}", type="choice", sample="a", choices=["a", "b", "c"]) for n in range(number)]
        name = "".join(f"<<f{n}>>" for n in range(number)) + ".png"
        reported = mistakes(document(fields=fields, layers=[image_layer(name)]), fonts)
        assert ("can mean 243 files; at most 100" in reported[0][1]) == (number == 5)

    def test_only_choices_and_flags_name_files(self, fonts: FontCatalogue) -> None:
        """A text could name any file."""
        raw = document(fields=[field("city")], layers=[image_layer("<<city>>.png")])
        sentence = "'city' is neither a choice nor a flag, so a file can't be named after it"
        assert the_mistake(raw, fonts, ["Ava.png"]) == ("/layers/0/asset", sentence)

    def test_unknown_field(self, fonts: FontCatalogue) -> None:
        """A field that is not there is reported with the nearest name."""
        raw = document(fields=[TIER], layers=[image_layer("<<teer>>.png")])
        sentence = "the design has no field 'teer': did you mean 'tier'?"
        assert the_mistake(raw, fonts) == ("/layers/0/asset", sentence)

    def test_asset_files(self) -> None:
        """One file for each combination, in the order of the choices."""
        files = asset_files("<<tier>>-<<vip>>.png", {"tier": ("gold", "tin"), "vip": ("true", "false")})
        assert files == ("gold-true.png", "gold-false.png", "tin-true.png", "tin-false.png")


class TestFont:
    """Fonts and sizes."""

    def test_smallest(self, fonts: FontCatalogue) -> None:
        """Without min_size a text is never set smaller."""
        for more, smallest in (({}, 20), ({"min_size": 12}, 12), ({"min_size": 20}, 20)):
            raw = document(layers=[text_layer(font={"family": "Inter", "size": 20} | more, box=box(height=smallest))])
            assert mistakes(raw | {"layers": [raw["layers"][0] | {"line_height": 1}]}, fonts) == []

    def test_family_of_a_span(self, fonts: FontCatalogue) -> None:
        """The family of one field's value is looked up as well."""
        raw = document(fields=[field("city")], layers=[text_layer(styles={"city": {"family": "Interr"}})])
        pointer, sentence = the_mistake(raw, fonts)
        assert pointer == "/layers/0/styles/city/family"
        assert sentence.startswith("there is no font family 'Interr': did you mean 'Inter'?")


class TestTextFits:
    """A box must hold at least one line at the smallest size."""

    @pytest.mark.parametrize(
        ("font", "line_height", "height", "good"),
        [
            ({"size": 20}, 1.2, 24, True),
            ({"size": 20}, 1.2, 23, False),
            ({"size": 20, "min_size": 10}, 1.2, 12, True),
            ({"size": 20, "min_size": 10}, 1.2, 11, False),
            ({"size": 20}, 1.0, 20, True),
            ({"size": 20.1}, 1.0, 20, False),
        ],
    )
    def test_to_the_pixel(self, fonts: FontCatalogue, font: Json, line_height: float, height: int, good: bool) -> None:
        """Size times line height is what a line takes."""
        layer = text_layer(font={"family": "Inter"} | font, line_height=line_height, box=box(height=height))
        assert pointers(document(layers=[layer]), fonts) == ([] if good else ["/layers/0/box"])

    def test_reported_along_with_other_mistakes(self, fonts: FontCatalogue) -> None:
        """A wrong colour does not hide that the box is too low."""
        raw = document(layers=[text_layer(box=box(height=5), color="rood")])
        assert sorted(pointers(raw, fonts)) == ["/layers/0/box", "/layers/0/color"]


class TestShape:
    """A shape must show."""

    @pytest.mark.parametrize(
        ("more", "found"),
        [
            ({"fill": None}, "/layers/0/stroke"),
            ({"fill": None, "stroke": {"color": "red", "width": 1}}, None),
            ({"shape": "line"}, "/layers/0/stroke"),
            ({"shape": "line", "stroke": {"color": "red", "width": 1}}, None),
            ({"shape": "rounded"}, "/layers/0/radius"),
            ({"shape": "rounded", "radius": 4}, None),
            ({"shape": "star"}, "/layers/0/shape"),
            ({"fill": "rood"}, "/layers/0/fill"),
            ({"stroke": {"color": "red", "width": 0}}, "/layers/0/stroke/width"),
        ],
    )
    def test_what_it_needs(self, fonts: FontCatalogue, more: Json, found: Any) -> None:
        """A fill or a stroke; a line a stroke; rounded corners a radius."""
        assert pointers(document(layers=[shape_layer(**more)]), fonts) == ([found] if found else [])
