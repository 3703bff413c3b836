"""Groups: layers that are placed by what others show, clipped, and mixed as one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imgurl.geometry import Box
from imgurl.plate.drawing import Drawing
from imgurl.plate.layers.table import painter_of
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import Json, box, document, field, image_layer, mistakes, shape_layer, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import small
from tests.plate.plates import drawn, picture

VIP = field("vip", type="flag", sample="yes")
NAME = field("name")


def group(*layers: Json, **more: Any) -> Json:
    """Return a group over the whole design."""
    return {"type": "group", "box": box(), "layers": list(layers)} | more


def dot(color: str, width: int = 1, height: int = 1, **more: Any) -> Json:
    """Return a rectangle at the group's corner."""
    return shape_layer(box=box(0, 0, width, height), fill=color) | more


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ({"direction": "horizontal"}, ["RGGB__", "_GG___", "______"]),
        ({"direction": "horizontal", "gap": 1}, ["R_GG_B", "__GG__", "______"]),
        ({"direction": "horizontal", "justify": "end"}, ["__RGGB", "___GG_", "______"]),
        ({"direction": "horizontal", "align": "end"}, ["______", "_GG___", "RGGB__"]),
        ({"direction": "horizontal", "align": "center", "justify": "center"}, ["__GG__", "_RGGB_", "______"]),
    ],
)
def test_a_stack(plate_of: PlateOf, stack: Json, expected: list[str]) -> None:
    """Members follow each other; align is across, justify along."""
    layers = (dot("red"), dot("lime", 2, 2), dot("blue"))
    plate = plate_of(small(6, 3, group(*layers, box=box(0, 0, 6, 3), stack=stack), background="rgb(0 0 0 / 0%)"))
    assert drawn(plate) == expected


def test_what_shows_nothing_takes_no_room(plate_of: PlateOf) -> None:
    """Neither its place nor the gap after it."""
    layers = (dot("red"), dot("lime", when={"field": "vip", "is": True}), dot("blue"))
    stack = {"direction": "horizontal", "gap": 1}
    raw = small(5, 1, group(*layers, box=box(0, 0, 5, 1), stack=stack), background="rgb(0 0 0 / 0%)")
    plate = plate_of(raw | {"fields": [VIP]})
    assert [drawn(plate, vip=vip) for vip in ("true", "false", "")] == [["R_G_B"], ["R_B__"], ["R_B__"]]


def test_a_stack_grows_down(plate_of: PlateOf) -> None:
    """By default."""
    plate = plate_of(small(1, 3, group(dot("red"), dot("blue"), box=box(0, 0, 1, 3), stack={"gap": 1})))
    assert drawn(plate) == ["R", "W", "B"]


def test_after(plate_of: PlateOf) -> None:
    """A layer begins where another one ends, and in its place if that shows nothing."""
    first = dot("red", 2, id="first", when={"field": "vip", "is": True})
    second = dot("blue", after={"layer": "first", "gap": 1})
    plate = plate_of(small(5, 1, group(second, first, box=box(0, 0, 5, 1))) | {"fields": [VIP]})
    assert [drawn(plate, vip=vip) for vip in ("true", "false")] == [["RRWBW"], ["BWWWW"]]


def test_below_something_that_is_below(plate_of: PlateOf) -> None:
    """Chains are followed, whatever the order in the document."""
    layers = [
        dot("blue", after={"layer": "b", "side": "below"}), dot("lime", id="b", after={"layer": "a", "side": "below"}),
        dot("red", 1, 2, id="a"),
    ]  # fmt: skip
    plate = plate_of(small(1, 5, group(*layers, box=box(0, 0, 1, 5))))
    assert drawn(plate) == ["R", "R", "G", "B", "W"]


def pill(name: str, plate_of: PlateOf) -> Image.Image:
    """Return a black pill around white text."""
    layers = [
        shape_layer(box=box(0, 0, 200, 40), hug={"layer": "text", "padding": [10, 5]}),
        text_layer("<<name>>", id="text", box=box(10, 5, 180, 30), color="#fff", valign="middle", align="center"),
    ]
    raw = small(200, 40, group(*layers, box=box(0, 0, 200, 40))) | {"fields": [NAME]}
    return picture(plate_of(raw), name=name)


@pytest.mark.parametrize("name", ["Ava", "Wolfgang", "i", "Jo and the others who came"])
def test_hug(plate_of: PlateOf, name: str) -> None:
    """The shape is as large as the line of text and its padding, and never larger than its box."""
    image = pill(name, plate_of)
    left, _, right, _ = ImageChops.invert(image.convert("L")).getbbox() or (0, 0, 0, 0)
    ink = np.argwhere(np.asarray(image.convert("L"))[12:28, left:right] > 128)
    first, last = ink[:, 1].min(), ink[:, 1].max() + 1
    assert 200 - right == pytest.approx(left, abs=1)
    assert 8 <= first <= 13
    assert 8 <= (right - left) - last <= 13


def test_nothing_to_hug(plate_of: PlateOf) -> None:
    """Without a text there is no empty pill."""
    assert pill("", plate_of).getcolors() == [(200 * 40, (255, 255, 255))]


@pytest.mark.parametrize(
    ("clip", "seen"),
    [
        ({"shape": "rectangle"}, (True, True)),
        ({"shape": "rounded", "radius": 8}, (False, True)),
        ({"shape": "ellipse"}, (False, True)),
        ({"mask": "mask.png"}, (True, False)),
    ],
)
def test_clip(plate_of: PlateOf, clip: Json, seen: tuple[bool, bool]) -> None:
    """What is outside of the shape, or where the mask is transparent, is not seen: corner and middle."""
    mask = Image.new("RGBA", (20, 20), "black")
    mask.paste((0, 0, 0, 0), (5, 5, 15, 15))
    layer = shape_layer(box=box(-5, -5, 30, 30), fill="red")
    raw = small(24, 24, group(layer, box=box(2, 2, 20, 20), clip=clip))
    image = picture(plate_of(raw, {"mask.png": mask} if "mask" in clip else {}))
    red = (255, 0, 0)
    assert (image.getpixel((2, 2)) == red, image.getpixel((12, 12)) == red) == seen
    assert image.getpixel((1, 12)) == image.getpixel((22, 12)) == (255, 255, 255)


@pytest.mark.parametrize(("mode", "pillow"), [("multiply", ImageChops.multiply), ("screen", ImageChops.screen)])
@pytest.mark.parametrize("slot", [False, True])
def test_blend(plate_of: PlateOf, mode: str, pillow: Any, slot: bool) -> None:
    """As Pillow mixes two opaque pictures, on the base as well as over what a value has painted."""
    below = shape_layer(fill="<<tint>>" if slot else "#8040c0")
    raw = document(fields=[field("tint", type="color", sample="#8040c0")], background="#8040c0", layers=[
        below, shape_layer(fill="#40c080", blend=mode),
    ])  # fmt: skip
    expected = pillow(Image.new("RGB", (1, 1), "#8040c0"), Image.new("RGB", (1, 1), "#40c080")).getpixel((0, 0))
    assert picture(plate_of(raw), tint="#8040c0").getpixel((30, 20)) == expected


def test_texts_in_groups_say_how_they_were_fitted(plate_of: PlateOf) -> None:
    """With their way through the groups."""
    inner = group(text_layer("<<name>>", id="title"), shape_layer(), id="inner")
    plate = plate_of(document(fields=[NAME], layers=[group(inner, text_layer("<<name>>"))]))
    assert [name for name, _ in Drawing(plate, {"name": "Ava"}).fits] == [
        "/layers/0/inner/title", "/layers/0/layers/1",
    ]  # fmt: skip


boxes = st.builds(box, st.integers(-10, 40), st.integers(-10, 30), st.integers(1, 40), st.integers(1, 30))
wide_font = {"family": "Dancing Script", "size": 20, "min_size": 4}
members = st.one_of(
    boxes.map(lambda where: shape_layer(box=where, shadow={"blur": 6, "x": 3})),
    boxes.map(lambda where: shape_layer(box=where, shape="ellipse", rotation=30)),
    boxes.map(lambda where: text_layer("<<name>>", box=where | {"height": 24}, font=wide_font)),
    boxes.map(lambda where: text_layer("fj <<name>>", box=where | {"height": 24}, font=wide_font)),
)
manners = st.fixed_dictionaries(
    {},
    optional={
        "stack": st.fixed_dictionaries({}, optional={"direction": st.just("horizontal"), "justify": st.just("end")}),
        "clip": st.just({"shape": "ellipse"}),
        "opacity": st.just(0.5),
        "rotation": st.just(20),
    },
)


@settings(max_examples=150, deadline=None)
@given(
    layers=st.lists(members, min_size=1, max_size=3),
    more=manners,
    name=st.sampled_from(["Ava", "Wolfgang Amadeus", "fj", ""]),
)
def test_nothing_is_drawn_outside_of_the_extent(plate_of: PlateOf, layers: list[Json], more: Json, name: str) -> None:
    """The law that patches depend on: a group changes no pixel beyond the box that it says, nor beyond its extent."""
    raw = document(size={"width": 120, "height": 100}, fields=[NAME], background="rgb(0 0 0 / 0%)", layers=[
        group(*layers, box=box(20, 20, 130, 130)) | more
    ])  # fmt: skip
    plate = plate_of(raw)
    (layer,) = plate.design.layers.values()
    painter = painter_of(layer, plate.context)
    canvas = Image.new("RGBA", (400, 400))
    item = painter.item({"name": name})
    if item is not None:
        item.draw(canvas, -150, -150)
    for around in (item.box, painter.extent) if item else (painter.extent,):
        shown = around.move(150, 150).intersect(Box(0, 0, 400, 400))
        canvas.paste((0, 0, 0, 0), shown.corners if not shown.is_empty else (0, 0, 0, 0))
        assert canvas.getbbox() is None


@pytest.mark.parametrize(
    ("layer", "pointer", "sentence"),
    [
        (group(), "/layers/0/layers", "needs at least one entry"),
        (group(dot("red", after={"layer": "x"})), "/layers/0/layers", "refers to 'x', but no layer in it has this id"),
        (group(dot("red", id="a", after={"layer": "a"})), "/layers/0/layers", "in a circle"),
        (group(dot("red", id="a", after={"layer": "b"}), dot("red", id="b", after={"layer": "a"})), "/layers/0/layers",
         "in a circle"),
        (group(dot("red", 1, 30), dot("red", 1, 11), stack={}), "/layers/0/stack",
         "may become 41 px high, the group's box is 40"),
        (group(dot("red", id="a"), dot("red", hug={"layer": "a"}), stack={}), "/layers/0/stack",
         "put what hugs one into a group"),
        (group(dot("red"), clip={"shape": "line"}), "/layers/0/clip/shape", "a line has no inside"),
        (group(dot("rood")), "/layers/0/layers/0/fill", "is not a CSS colour"),
        (dot("red", after={"layer": "a"}), "/layers/0", "only among the layers of one group"),
        (group(group(group(group(group(dot("red")))))), "/layers/0/layers", "more than 4 groups"),
        (group(image_layer("b.png")), "/layers/0/layers/0/asset", "no file 'b.png'"),
    ],
)  # fmt: skip
def test_mistakes(fonts: FontCatalogue, layer: Json, pointer: str, sentence: str) -> None:
    """Found when the design is read, each at its place."""
    found = mistakes(document(layers=[layer]), fonts, ["a.png"])
    assert [place for place, _ in found] == [pointer]
    assert sentence in found[0][1]
