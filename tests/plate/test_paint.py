"""One layer on a canvas: for each kind what it looks like, and how far it can reach."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.design.layers import TextLayer
from imgurl.geometry import Box
from imgurl.plate.compile import Plate
from imgurl.plate.paint import extent, fields_of, text_layout
from imgurl.raster.glyphs import run_mask
from tests.design.documents import box, document, field, image_layer, shape_layer, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.plates import changed, drawn, outside, picture
from tests.raster.grids import letters
from tests.raster.grids import picture as picture_of

FIELDS = [
    field("name", type="name"),
    field("city"),
    field("tint", type="color", sample="red"),
    field("tier", type="choice", sample="gold", choices=["gold", "tin"]),
    field("vip", type="flag", sample="yes"),
]
STOPS = [{"offset": 0.5, "color": "red"}, {"offset": 0.5, "color": "<<tint>>"}]


def small(width: int, height: int, *layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a document of few pixels."""
    return document(size={"width": width, "height": height}, layers=list(layers), fields=FIELDS, **more)


class TestFieldsOf:
    """Which values change how a layer looks."""

    @pytest.mark.parametrize(
        ("layer", "fields"),
        [
            (text_layer("Hello"), set()),
            (text_layer("Hi <<name>>[[ in <<city>>]]"), {"name", "city"}),
            (text_layer(r"Hi \<<name>>"), set()),
            (text_layer(color="<<tint>>"), {"tint"}),
            (text_layer(color={"type": "linear", "stops": STOPS}), {"tint"}),
            (text_layer("<<name>>", styles={"name": {"color": "<<tint>>"}}), {"name", "tint"}),
            (text_layer(shadow={"color": "<<tint>>"}), {"tint"}),
            (text_layer(stroke={"color": "<<tint>>", "width": 1}), {"tint"}),
            (text_layer(show_if={"field": "vip"}), {"vip"}),
            (shape_layer(), set()),
            (shape_layer(fill="<<tint>>"), {"tint"}),
            (shape_layer(fill={"type": "radial", "stops": STOPS}), {"tint"}),
            (shape_layer(fill=None, stroke={"color": "<<tint>>", "width": 1}), {"tint"}),
            (shape_layer(shadow={"color": "<<tint>>"}), {"tint"}),
            (shape_layer(show_if={"field": "tier", "values": ["gold"]}), {"tier"}),
            (image_layer("a.png"), set()),
            (image_layer("<<tier>>-<<vip>>.png"), {"tier", "vip"}),
            (image_layer("a.png", shadow={"color": "<<tint>>"}, show_if={"field": "city"}), {"tint", "city"}),
        ],
    )
    def test_every_place(self, plate_of: PlateOf, layer: dict[str, Any], fields: set[str]) -> None:
        """Text, colours, files and conditions; without any of them a layer is static."""
        names = ("a.png", *(f"{tier}-{vip}.png" for tier in ("gold", "tin") for vip in ("true", "false")))
        plate = plate_of(document(fields=FIELDS, layers=[layer]), dict.fromkeys(names, Image.new("RGB", (1, 1))))
        (made,) = plate.design.document.layers
        assert (set(fields_of(made)), len(plate.slots)) == (fields, 1 if fields else 0)


class TestShowIf:
    """Layers that are drawn on a condition."""

    @pytest.mark.parametrize(
        ("condition", "values", "shown"),
        [
            ({"field": "city"}, {"city": "Chicago"}, True),
            ({"field": "city"}, {"city": ""}, False),
            ({"field": "city"}, {}, False),
            ({"field": "vip"}, {"vip": "true"}, True),
            ({"field": "vip"}, {"vip": "false"}, False),
            ({"field": "vip", "negate": True}, {"vip": "false"}, True),
            ({"field": "tier", "values": ["gold"]}, {"tier": "gold"}, True),
            ({"field": "tier", "values": ["gold"]}, {"tier": "tin"}, False),
        ],
    )
    def test_shown_or_not(
        self, plate_of: PlateOf, condition: dict[str, Any], values: dict[str, str], shown: bool
    ) -> None:
        """The layer is drawn when its condition holds, else nothing of it."""
        plate = plate_of(small(2, 1, shape_layer(fill="red", box=box(0, 0, 2, 1), show_if=condition)))
        assert drawn(plate, **values) == ["RR" if shown else "WW"]


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


class TestOpacityAndRotation:
    """On every kind of layer."""

    SIGN = {"a.png": picture_of("RG\nBK\nYW")}

    @pytest.mark.parametrize(
        ("degrees", "picture_drawn"),
        [
            (0, ["____", "_RG_", "_BK_", "_YW_", "____"]),
            (180, ["____", "_WY_", "_KB_", "_GR_", "____"]),
            (-180, ["____", "_WY_", "_KB_", "_GR_", "____"]),
            (360, ["____", "_RG_", "_BK_", "_YW_", "____"]),
        ],
    )
    def test_half_turns(self, plate_of: PlateOf, degrees: float, picture_drawn: list[str]) -> None:
        """Clockwise about the middle of the box."""
        layer = image_layer("a.png", box=box(1, 1, 2, 3), rotation=degrees)
        assert drawn(plate_of(small(4, 5, layer, background="transparent"), self.SIGN)) == picture_drawn

    @pytest.mark.parametrize(
        ("degrees", "picture_drawn"),
        [(90, ["_YBR", "_WKG"]), (270, ["_GKW", "_RBY"]), (-90, ["_GKW", "_RBY"])],
    )
    def test_quarter_turns(self, plate_of: PlateOf, degrees: float, picture_drawn: list[str]) -> None:
        """A box of 2 × 3 px takes 3 × 2 about the same middle; of an odd difference half a pixel is rounded."""
        layer = image_layer("a.png", box=box(1, 0, 2, 3), rotation=degrees)
        rows = drawn(plate_of(small(6, 4, layer, background="transparent"), self.SIGN))
        found = [row for row in rows if row.strip("_")]
        assert [row.strip("_") for row in found] == [row.strip("_") for row in picture_drawn]

    def test_a_text_upside_down(self, plate_of: PlateOf) -> None:
        """A text turned by 180 degrees is the text, turned: rotation makes no other pixels."""
        upright, turned = (
            np.asarray(
                plate_of(small(80, 40, text_layer("Lag", box=box(0, 0, 80, 40), rotation=degrees, opacity=0.999))).base
            )
            for degrees in (0, 180)
        )
        assert np.abs(upright.astype(int) - turned[::-1, ::-1]).max() <= 2

    @pytest.mark.parametrize(("opacity", "level"), [(1.0, 0), (0.5, 127), (0.25, 191), (0.0, 255)])
    def test_opacity(self, plate_of: PlateOf, opacity: float, level: int) -> None:
        """Black over white."""
        layer = shape_layer(box=box(0, 0, 1, 1), opacity=opacity)
        assert plate_of(small(1, 1, layer)).base.getpixel((0, 0)) == (level, level, level)

    def test_a_layer_fades_as_a_whole(self, plate_of: PlateOf) -> None:
        """Under a half transparent fill its outline does not shine through."""
        layer = shape_layer(
            box=box(0, 0, 9, 9), fill="red", stroke={"color": "red", "width": 2}, opacity=0.5,
            shadow={"x": 0, "y": 0, "blur": 0, "color": "red"},
        )  # fmt: skip
        assert plate_of(small(9, 9, layer)).base.getcolors() == [(81, (255, 127, 127))]

    def test_a_turned_layer_is_as_opaque(self, plate_of: PlateOf) -> None:
        """Turned by 45 degrees a square covers as much, to a fiftieth."""
        layer = shape_layer(box=box(20, 20, 40, 40), rotation=45)
        base = np.asarray(plate_of(small(80, 80, layer)).base.convert("L")).astype(float)
        assert abs((255 - base).sum() / 255 / 1600 - 1) < 0.02


class TestTexts:
    """What is written."""

    def lines(self, plate_of: PlateOf, layer: dict[str, Any], **values: str) -> list[str]:
        """Return the lines of a layer's text as they are drawn."""
        plate = plate_of(document(fields=FIELDS, layers=[layer]))
        (made,) = plate.design.document.layers
        assert isinstance(made, TextLayer)
        layout = text_layout(made, values, plate.palette)
        return [line.text for line in layout.lines] if layout else []

    WIDE = box(0, 0, 900, 40)

    @pytest.mark.parametrize(
        ("text", "values", "written"),
        [
            ("Hi <<name>>, spring[[ in <<city>>]].", {"name": "Ava", "city": "Rome"}, "Hi Ava, spring in Rome."),
            ("Hi <<name>>, spring[[ in <<city>>]].", {"name": "Ava", "city": ""}, "Hi Ava, spring."),
            ("[[<<name>>, ]][[<<city>>, ]]hello", {"city": "Rome"}, "Rome, hello"),
            ("[[<<name>> of <<city>>, ]]hello", {"city": "Rome"}, "hello"),
            (r"Type \<<name>> and \[[x\]]", {"name": "Ava"}, "Type <<name>> and [[x]]"),
        ],
    )
    def test_optional_pieces(self, plate_of: PlateOf, text: str, values: dict[str, str], written: str) -> None:
        """A piece in double brackets vanishes with any of its values."""
        assert self.lines(plate_of, text_layer(text, box=self.WIDE), **values) == [written]

    def test_nothing_is_written(self, plate_of: PlateOf) -> None:
        """A text of missing values leaves the picture as it is."""
        plate = plate_of(document(fields=FIELDS, layers=[text_layer("[[Hi <<name>>]]")]))
        assert picture(plate, name="").tobytes() == plate.base.tobytes()

    @pytest.mark.parametrize(
        ("casing", "language", "written"),
        [
            ("none", "en", "Hi Ava ivy"),
            ("upper", "en", "HI AVA IVY"),
            ("lower", "en", "hi ava ivy"),
            ("title", "en", "Hi Ava Ivy"),
            ("upper", "tr", "Hİ AVA İVY"),
        ],
    )
    def test_casing(self, plate_of: PlateOf, casing: str, language: str, written: str) -> None:
        """Of the whole text, the values too, as the layer's language does it."""
        layer = text_layer("Hi <<name>>", casing=casing, language=language, box=self.WIDE)
        assert self.lines(plate_of, layer, name="Ava ivy") == [written]

    def test_styles(self, plate_of: PlateOf) -> None:
        """One field's value in its own colour, the text around it in the layer's."""
        layer = text_layer("I <<name>> I", box=box(0, 0, 200, 40), color="red", styles={"name": {"color": "blue"}})
        drawn_letters = set("".join(drawn(plate_of(small(200, 40, layer)), name="III")))
        assert drawn_letters >= {"R", "B", "W"}

    def test_bold_is_more_ink(self, plate_of: PlateOf) -> None:
        """A field's weight and slope are drawn: heavier has more ink than the layer's own."""
        inks = []
        for style in ({}, {"weight": 800}, {"family": "Great Vibes"}):
            layer = text_layer("<<name>>", styles={"name": style}, box=box(0, 0, 200, 40))
            inks.append(
                255 * 8_000 - int(np.asarray(picture(plate_of(small(200, 40, layer)), name="Ava").convert("L")).sum())
            )
        assert (inks[0] < inks[1], inks[2] not in inks[:2]) == (True, True)

    def test_crossed_out(self, plate_of: PlateOf) -> None:
        """A value that is crossed out has a line through all of it, and only through it."""
        layer = text_layer(
            "now <<city>>", color="red", box=box(0, 0, 200, 40),
            styles={"city": {"line_through": True, "color": "blue"}},
        )  # fmt: skip
        rows = drawn(plate_of(small(200, 40, layer)), city="iiii iiii")
        struck = max(rows, key=lambda row: row.count("B"))
        assert struck.count("B") == struck.rindex("B") - struck.index("B") + 1 > 30

    def test_a_stroke_keeps_to_the_box(self, plate_of: PlateOf) -> None:
        """Letters that fill the box leave room for their outline, which is not cut off."""
        layer = text_layer(
            "WWWW", box=box(20, 20, 150, 80), color="white", line_height=1, valign="middle",
            font={"family": "Inter", "size": 80, "min_size": 10}, stroke={"color": "black", "width": 6},
        )  # fmt: skip
        dark = np.asarray(plate_of(small(190, 120, layer)).base.convert("L")) < 128
        columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
        assert (columns[0] >= 20, columns[-1] < 170, rows[0] >= 20, rows[-1] < 100) == (True, True, True, True)
        # Round on all sides: where it were cut the first column would be dark from top to bottom.
        assert dark[:, columns[0]].sum() < 0.6 * len(rows)
        assert dark[:, columns[-1]].sum() < 0.6 * len(rows)

    def test_names_are_shortened_like_names(self, plate_of: PlateOf) -> None:
        """A name too long becomes Maximilian F., a text of the same words is cut."""
        layer = text_layer("<<name>>", box=box(0, 0, 130, 40))
        other = text_layer("<<city>>", box=box(0, 0, 130, 40))
        value = "Maximilian Featherstonehaugh"
        assert self.lines(plate_of, layer, name=value) == ["Maximilian F."]
        assert self.lines(plate_of, other, city=value)[0].endswith("…")


# Characters that reach far: accents in a stack, swashes, deep scripts, emoji, and none at all.
AWKWARD = [
    "Ǻ̃̂́", "ǰ̣̱", "f", "ffi", "Q", "j", "ÅÉÎ", "gjpqy", "W", "ﷺ", "نستعلیق", "שָׁלוֹם", "क्षत्रिय", "ปั้มน้ำ", "ญี่ปุ่น",
    "တိုင်း", "\N{FAMILY}", "\U0001f469\u200d\U0001f4bb", "\U0001f1e9\U0001f1ea", "漢字", "한국어", "…", "—", " ", "1",
    "\u0301",
]  # fmt: skip
awkward_texts = st.lists(st.sampled_from(AWKWARD) | st.text(max_size=6), min_size=1, max_size=9).map("".join)

layouts = st.fixed_dictionaries(
    {
        "family": st.sampled_from(["Inter", "Playfair Display", "Great Vibes", "Dancing Script", "JetBrains Mono"]),
        "style": st.sampled_from(["normal", "italic"]),
        "size": st.integers(8, 60),
        "smallest": st.floats(0.4, 1),
        "align": st.sampled_from(["start", "center", "end", "left", "right"]),
        "valign": st.sampled_from(["top", "middle", "bottom"]),
        "line_height": st.sampled_from([0.5, 0.9, 1.2, 2.0]),
        "letter_spacing": st.sampled_from([-0.1, 0.0, 0.3]),
        "max_lines": st.integers(1, 3),
        "stroke": st.sampled_from([None, {"color": "blue", "width": 3}]),
        "styles": st.sampled_from([{}, {"city": {"line_through": True, "weight": 800}}]),
    }
)


@pytest.fixture(scope="module")
def one_text(plate_of: PlateOf) -> Plate:
    """A design with only one text layer over a flat colour."""
    layer = text_layer("<<city>>", box=box(20, 20, 120, 50), color="white")
    return plate_of(small(160, 90, layer, background="#336699"))


def layer_of(plate: Plate, how: dict[str, Any]) -> TextLayer:
    """Return the plate's layer, set otherwise."""
    (layer,) = plate.design.document.layers
    font = {
        "family": how["family"],
        "style": how["style"],
        "size": how["size"],
        "min_size": how["size"] * how["smallest"],
    }
    font["min_size"] = max(4.0, min(font["min_size"], 49 / how["line_height"]))
    font["size"] = max(font["size"], font["min_size"])
    keys = ("align", "valign", "line_height", "letter_spacing", "max_lines", "stroke", "styles")
    raw = (
        layer.model_dump(exclude={"id", "show_if"}, exclude_none=True)
        | {"font": font}
        | {key: how[key] for key in keys}
    )
    return TextLayer.model_validate(raw)


@settings(max_examples=150, deadline=None)
@given(text=awkward_texts, how=layouts)
def test_ink_never_leaves_the_box(one_text: Plate, text: str, how: dict[str, Any]) -> None:
    """Whatever is written, however it is set: beyond the layer's box the picture is the background."""
    from imgurl.plate.paint import paint_layer

    canvas = one_text.base.copy()
    paint_layer(canvas, layer_of(one_text, how), {"city": text}, one_text.palette)
    touched = changed(canvas, one_text.base)
    assert not (touched & outside(touched.shape, Box(20, 20, 140, 70))).any()


@settings(max_examples=150, deadline=None)
@given(text=awkward_texts, how=layouts)
def test_no_ink_is_cut_at_the_box(one_text: Plate, text: str, how: dict[str, Any]) -> None:
    """The ink of the layout lies in the box, to an eighth of a pixel: there is nothing that its edge could cut off."""
    layout = text_layout(layer_of(one_text, how), {"city": text}, one_text.palette)
    if layout is None:
        return
    runs = [run for line in layout.lines for run in line.runs if not run.font.paints_color]
    everywhere, room = Box(-500, -500, 900, 900), 3 if how["stroke"] else 0
    drawn_at = run_mask(runs, layout.size, everywhere)
    if drawn_at is None:
        return
    mask, left, top = drawn_at
    heavy = mask.point([255 if level > 32 else 0 for level in range(256)]).getbbox() or (0, 0, 0, 0)
    inked = Box(left + heavy[0], top + heavy[1], left + heavy[2], top + heavy[3])
    inside = Box(0, 0, 120 - 2 * room, 50 - 2 * room)
    assert inked.is_empty or inked.intersect(inside) == inked


shapes = st.fixed_dictionaries(
    {
        "shape": st.sampled_from(["rectangle", "ellipse", "rounded"]),
        "radius": st.just(5),
        "box": st.builds(box, st.integers(-30, 90), st.integers(-30, 90), st.integers(1, 60), st.integers(1, 60)),
        "rotation": st.floats(-360, 360),
        "opacity": st.floats(0, 1),
        "fill": st.just("<<tint>>"),
        "stroke": st.none() | st.fixed_dictionaries({"color": st.just("black"), "width": st.floats(0.5, 30)}),
        "shadow": st.none()
        | st.fixed_dictionaries(
            {"x": st.floats(-20, 20), "y": st.floats(-20, 20), "blur": st.floats(0, 30), "color": st.just("red")}
        ),
    }
)


@settings(max_examples=60, deadline=None)
@given(raw=shapes, dpr=st.integers(1, 3))
def test_a_layer_touches_nothing_beyond_its_extent(plate_of: PlateOf, raw: dict[str, Any], dpr: int) -> None:
    """However it is turned, faded and shadowed: a slot's box is a promise."""
    layer = shape_layer(**{key: value for key, value in raw.items() if value is not None})
    plate = plate_of(small(100, 100, layer), dpr=dpr)
    (slot,) = plate.slots
    touched = changed(picture(plate, tint="#0000ff"), plate.base)
    reach = extent(slot.layer, dpr)
    assert not (touched & outside(touched.shape, reach)).any()
    assert slot.box == reach.intersect(Box(0, 0, 100 * dpr, 100 * dpr))
