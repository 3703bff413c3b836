"""The law of placeholders: a value that changes a pixel of a layer belongs to one of its placeholders."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.merge.kinds import reading_name
from imgurl.plate.layers.table import painter_of
from imgurl.raster.canvas import blank
from tests.design.documents import box, image_layer, shape_layer, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import small

# Two values of each field, both of which can be seen.
VALUES = {
    "ends.left": ("90", "0"),
    "ends": ("Sunday", "Monday"),
    "name": ("Ava", "Wolfgang"),
    "city": ("Rome", ""),
    "tint": ("#00aa00", "#aa00aa"),
    "tier": ("gold", "tin"),
    "vip": ("true", "false"),
    "points": ("40", ""),
    reading_name("points"): ("70", "10"),
    "series": ("3,5,2", "9,1"),
    "ticket": ("K7", "Z9"),
}
FILES = {
    f"{tier}{vip}.png": Image.new("RGB", (3, 3), color)
    for (tier, vip), color in zip(
        [("gold", ""), ("tin", ""), ("gold", "true"), ("gold", "false"), ("tin", "true"), ("tin", "false")],
        ["red", "blue", "lime", "black", "yellow", "cyan"],
        strict=True,
    )
}

colors = st.sampled_from(["red", "<<tint>>"])
paints = colors | st.fixed_dictionaries(
    {
        "type": st.sampled_from(["linear", "radial"]),
        "stops": st.tuples(colors, colors).map(
            lambda pair: [{"offset": 0, "color": pair[0]}, {"offset": 1, "color": pair[1]}]
        ),
    }
)
strokes = st.fixed_dictionaries({"width": st.just(2), "color": colors})
conditions = st.sampled_from(
    [
        {"field": "vip"},
        {"field": "vip", "negate": True},
        {"field": "city"},
        {"field": "tier", "values": ["gold"]},
        {"field": "tier", "values": ["gold"], "negate": True},
    ]
)
tests = st.sampled_from(
    [
        {"field": "vip", "is": True},
        {"field": "city", "is_set": False},
        {"not": {"field": "tier", "is": "gold"}},
        {"any": [{"field": "name", "matches": "W.*"}, {"all": [{"field": "city", "in": ["Rome"]}]}]},
    ]
)
common = {
    "when": tests,
    "shadow": st.fixed_dictionaries({"x": st.just(4), "color": colors}),
    "opacity": st.just(0.7),
    "rotation": st.just(30),
}
# Without lines under and through a text on an arc, which can't be bent.
texts = (
    st.fixed_dictionaries(
        {
            "text": st.sampled_from(
                [
                    "static",
                    "Hi <<name>>",
                    "[[<<city>>, ]]hi",
                    "<<name>><<city>>",
                    r"\<<name>>",
                    "a <b><<city>>x</b>",
                    "<b>static</b>",
                ]
            ),
            "color": paints,
            "spans": st.fixed_dictionaries({}, optional={"color": colors, "underline": st.just(True)}).map(
                lambda style: {"b": style}
            ),
        },
        optional=common
        | {
            "underline": st.just(True),
            "arc": st.just({"radius": 60}),
            "stroke": strokes,
            "styles": st.dictionaries(
                st.sampled_from(["name", "city"]),
                st.fixed_dictionaries({}, optional={"color": colors, "line_through": st.just(True)}),
            ),
        },
    )
    .filter(lambda more: "arc" not in more or "true" not in json.dumps(more))
    .map(lambda more: text_layer(**{"box": box(10, 10, 60, 30)} | more))
)
shapes = st.fixed_dictionaries(
    {"shape": st.sampled_from(["rectangle", "ellipse", "line"]), "stroke": strokes}, optional=common | {"fill": paints}
).map(lambda more: shape_layer(**{"box": box(10, 10, 60, 30), "fill": None} | more))
assets = st.sampled_from(["gold.png", "<<tier>>.png", "<<tier>><<vip>>.png"])
images = st.builds(
    lambda asset, more: image_layer(asset, **{"box": box(10, 10, 60, 30)} | more),
    assets,
    st.fixed_dictionaries({}, optional=common),
)
countdowns = st.fixed_dictionaries(
    {
        "type": st.just("countdown"), "to": st.sampled_from(["<<ends>>", "2026-12-31T18:00Z"]),
        "box": st.just(box(5, 5, 70, 40)), "font": st.just({"family": "Inter", "size": 10}), "gap": st.just(2),
        "static": st.sampled_from(["Ends <<ends>>", "soon", "<<name>>"]),
        "expired": st.sampled_from(["over", "<<city>>"]), "color": paints,
    },
    optional=common | {
        "shadow": st.none(), "cell": st.fixed_dictionaries({"fill": paints}), "separator": st.just(":"),
        "separator_color": colors, "labels": st.just({"font": {"family": "Inter", "size": 6}, "color": "<<tint>>",
                                                      "seconds": "s"}),
        "message": st.fixed_dictionaries({"color": paints}),
    },
)  # fmt: skip
members = st.lists(texts | shapes | images | countdowns, min_size=1, max_size=3)
groups = st.builds(
    lambda layers, more: {"type": "group", "box": box(5, 5, 70, 400), "layers": layers} | more,
    members,
    st.fixed_dictionaries(
        {},
        optional={
            "stack": st.just({"gap": 3, "align": "center"}),
            "clip": st.just({"shape": "ellipse"}),
            "blend": st.sampled_from(["multiply", "screen"]),
            "opacity": st.just(0.5),
            "when": tests,
        },
    ),
)
dashes = shapes.map(lambda layer: layer | {"stroke": layer["stroke"] | {"dash": [4, 3]}})
bound = st.fixed_dictionaries(
    {}, optional={"width": st.just({"field": "points"}), "height": st.just({"field": "points", "to": 50})}
    | {"rotation": st.just({"field": "points", "pivot": [0, 1]})},
).map(lambda bind: shape_layer(box=box(10, 10, 60, 30), bind=bind))  # fmt: skip
decorated = {key: common[key] for key in ("when", "shadow")}
codes = st.fixed_dictionaries(
    {"data": st.sampled_from(["K7", "<<ticket>>", "A[[<<ticket>>]]", r"\<<t>>"])}, optional=decorated
).map(lambda more: {"type": "barcode", "symbology": "datamatrix", "box": box(5, 1, 70, 48)} | more)
marks = st.one_of(
    st.fixed_dictionaries({"type": st.just("rating"), "field": st.just("points")}, optional={"empty_color": colors}),
    st.fixed_dictionaries(
        {"type": st.just("progress"), "field": st.just("points"), "form": st.sampled_from(["bar", "ring"])},
        optional={"track": colors},
    ),
    st.fixed_dictionaries(
        {"type": st.just("chart"), "field": st.just("series"), "form": st.sampled_from(["bars", "line"])},
        optional={"fill": paints, "last_color": colors}
        | {"baseline": st.fixed_dictionaries({"color": colors, "width": st.just(2)})},
    ),
)
marks = st.builds(
    lambda layer, more: {"box": box(10, 10, 60, 30)} | layer | more,
    marks,
    st.fixed_dictionaries({}, optional=common | {"color": paints}),
)
older = conditions.map(lambda condition: shape_layer(box=box(10, 10, 60, 30), show_if=condition))


layers = texts | shapes | images | groups | countdowns | older | dashes | bound | codes | marks


@settings(max_examples=150, deadline=None)
@given(raw=layers, field=st.sampled_from(sorted(VALUES)), which=st.tuples(*[st.booleans()] * len(VALUES)))
def test_what_changes_pixels_is_a_placeholder(
    plate_of: PlateOf, raw: dict[str, Any], field: str, which: tuple[bool, ...]
) -> None:
    """Two recipients who differ in one field see the same layer, unless the field is one of its placeholders."""
    plate = plate_of(small(80, 50, raw), FILES)
    (layer,) = plate.design.layers.values()
    painter = painter_of(layer, plate.context)
    values = {name: pair[chosen] for (name, pair), chosen in zip(VALUES.items(), which, strict=True)}
    drawn = []
    for value in VALUES[field]:
        canvas = blank(80, 50)
        painter.paint(canvas, values | {field: value})
        drawn.append(canvas.tobytes())
    assert drawn[0] == drawn[1] or field in layer.placeholders


@settings(max_examples=50, deadline=None)
@given(raw=layers)
def test_without_placeholders_no_value_is_read(plate_of: PlateOf, raw: dict[str, Any]) -> None:
    """A static layer is painted into the plate, so nothing is left to do for a request."""
    plate = plate_of(small(80, 50, raw), FILES)
    (layer,) = plate.design.layers.values()
    assert bool(plate.slots) == bool(layer.placeholders)
