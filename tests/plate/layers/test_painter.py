"""What all layers share: which values change them, conditions, fading, turning, and how far they reach."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.geometry import Box
from tests.design.documents import box, document, image_layer, shape_layer, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import FIELDS, STOPS, small
from tests.plate.plates import changed, drawn, outside, picture
from tests.raster.grids import picture as picture_of


class TestPlaceholders:
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
        (model,) = plate.design.document.layers
        assert (set(model.placeholders), len(plate.slots)) == (fields, 1 if fields else 0)


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


turns = st.fixed_dictionaries(
    {
        "field": st.just("points"),
        "start": st.floats(-360, 360),
        "end": st.floats(-360, 360),
        "pivot": st.tuples(st.floats(-1, 2), st.floats(-1, 2)),
    }
)
bindings = st.none() | st.fixed_dictionaries({"rotation": turns}, optional={"width": st.just({"field": "points"})})


@settings(max_examples=60, deadline=None)
@given(raw=shapes, bind=bindings, points=st.integers(0, 100), dpr=st.integers(1, 3))
def test_a_layer_touches_nothing_beyond_its_extent(
    plate_of: PlateOf, raw: dict[str, Any], bind: dict[str, Any] | None, points: int, dpr: int
) -> None:
    """However it is turned, faded and shadowed, by the design or by a number: a slot's box is a promise."""
    raw = raw if bind is None else raw | {"rotation": 0, "bind": bind}
    layer = shape_layer(**{key: value for key, value in raw.items() if value is not None})
    plate = plate_of(small(100, 100, layer), dpr=dpr)
    (slot,) = plate.slots
    touched = changed(picture(plate, tint="#0000ff", points=str(points)), plate.base)
    reach = slot.painter.extent
    assert not (touched & outside(touched.shape, reach)).any()
    assert slot.box == reach.intersect(Box(0, 0, 100 * dpr, 100 * dpr))
