"""Groups in a PDF: their texts are texts, where the picture has them, and read one by one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imgurl.plate.compile import Plate
from imgurl.plate.drawing import Drawing
from imgurl.plate.page import compile_page, render_page
from tests.design.documents import Json, box, document, field, image_layer, shape_layer, text_layer
from tests.encoders.contract import see_through
from tests.pdf.readers import check_by_qpdf, drawn_by_pdfium, drawn_by_poppler, read_by_pdfium, read_by_poppler
from tests.plate.conftest import PlateOf
from tests.plate.plates import picture, samples

RAMP = {"type": "linear", "angle": 90, "stops": [{"offset": 0, "color": "#d00"}, {"offset": 1, "color": "#00d"}]}
SHADOW = {"x": 3, "y": 4, "blur": 6, "color": "rgb(0 0 0 / 70%)"}


def group(*layers: Json, **more: Any) -> Json:
    """Return a group in the middle of the design."""
    return {"type": "group", "box": box(30, 20, 240, 140), "layers": list(layers)} | more


def plate_with(plate_of: PlateOf, layer: Json) -> Plate:
    """Return a design of one group over a gradient."""
    raw = document(
        size={"width": 300, "height": 180}, layers=[layer], fields=[field("offer", sample="20 % off")],
        background={**RAMP, "stops": [{"offset": 0, "color": "#fed"}, {"offset": 1, "color": "#bde"}]},
    )  # fmt: skip
    return plate_of(raw, {"glass.png": see_through()})


def difference(plate: Plate, values: dict[str, str], draw: Callable[[bytes], np.ndarray]) -> float:
    """Return by how many levels a page differs from the picture, in the mean."""
    painted = np.asarray(picture(plate, **values).convert("RGB")).astype(int)
    return float(np.abs(draw(render_page(compile_page(plate), values).body) - painted).mean())


PILL = (
    shape_layer(shape="rounded", radius=20, fill=RAMP, shadow=SHADOW, box=box(0, 0, 240, 60))
    | {"hug": {"layer": "words", "padding": [14, 6]}},
    text_layer("<<offer>>", id="words", box=box(20, 10, 200, 40), color="#fff"),
)
FOLLOWING = (
    text_layer("From", id="first", box=box(0, 0, 100, 40)),
    text_layer("<<offer>>", id="second", box=box(110, 0, 120, 40), color=RAMP)
    | {"after": {"layer": "first", "side": "right", "gap": 8}},
)
COLUMN = (
    text_layer("Only today", box=box(0, 0, 240, 40), shadow=SHADOW),
    image_layer("glass.png", box=box(0, 0, 60, 30)),
    text_layer("<<offer>>", box=box(0, 0, 240, 40), color=RAMP, rotation=4),
)
STACK = {"direction": "vertical", "gap": 6, "align": "center", "justify": "end"}

KINDS: dict[str, tuple[Json, list[str]]] = {
    "pill": (group(*PILL), ["20 % off"]),
    "following": (group(*FOLLOWING), ["From 20 % off"]),
    "stack": (group(*COLUMN, stack=STACK), ["Only today", "20 % off"]),
    "clip": (group(*PILL, clip={"shape": "ellipse"}), ["20 % off"]),
    "rounded clip": (group(*COLUMN, stack=STACK, clip={"shape": "rounded", "radius": 30}), ["Only today", "20 % off"]),
    "faded": (group(*COLUMN, stack=STACK, opacity=0.6), ["Only today", "20 % off"]),
    "turned": (group(*PILL, rotation=20, clip={"shape": "rounded", "radius": 8}), ["20 % off"]),
    "multiplied": (group(*PILL, blend="multiply"), ["20 % off"]),
    "nested": (
        group(group(*PILL, box=box(20, 20, 200, 60)), text_layer("until Friday", box=box(20, 90, 200, 40))),
        ["20 % off", "until Friday"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_group(plate_of: PlateOf, tmp_path: Path, kind: str) -> None:
    """Both readers give its texts back in their order, and both draw it as the picture is."""
    layer, lines = KINDS[kind]
    plate = plate_with(plate_of, layer)
    values = samples(plate)
    body = render_page(compile_page(plate), values).body
    check_by_qpdf(body, tmp_path)
    read = read_by_pdfium(body), read_by_poppler(body, tmp_path)
    if kind == "turned":
        # Readers put what is aslant in lines of their own.
        assert [sorted("".join(one).replace(" ", "")) for one in read] == 2 * [sorted("20%off")]
    else:
        assert [" ".join(one).split() for one in read] == 2 * [" ".join(lines).split()]
    assert difference(plate, values, drawn_by_pdfium) < 2
    assert difference(plate, values, lambda one: drawn_by_poppler(one, tmp_path)) < 2


@pytest.mark.parametrize(
    "layer",
    [
        group(*PILL, clip={"mask": "glass.png"}),
        group(*PILL, text_layer("mixed", box=box(0, 60, 100, 40), blend="multiply"), clip={"shape": "ellipse"}),
    ],
    ids=["mask", "mixing inside a clip"],
)
def test_what_only_pixels_say(plate_of: PlateOf, layer: Json) -> None:
    """Cut by a picture, or cut while a member mixes with what is below: drawn as the picture is, without text."""
    plate = plate_with(plate_of, layer)
    values = samples(plate)
    assert read_by_pdfium(render_page(compile_page(plate), values).body) == []
    assert difference(plate, values, drawn_by_pdfium) < 2


def test_a_member_without_a_form_is_pixels_alone(plate_of: PlateOf, tmp_path: Path) -> None:
    """Its neighbours stay text; the pixels are where the member was moved to, and as fine as those of any layer."""
    stars = {"type": "rating", "field": "stars", "box": box(0, 0, 150, 30), "color": "#d90"}
    raw = document(
        size={"width": 300, "height": 180},
        layers=[group(text_layer("Rated", box=box(0, 0, 240, 40)), stars, stack=STACK)],
        fields=[field("stars", type="number", sample="4")],
    )  # fmt: skip
    plate = plate_of(raw)
    values = samples(plate)
    body = render_page(compile_page(plate), values).body
    assert read_by_pdfium(body) == ["Rated"]
    # Two pixels a px.
    assert max(map(int, re.findall(rb"/Width (\d+)", body))) > 150
    assert difference(plate, values, lambda one: drawn_by_poppler(one, tmp_path)) < 2


def test_each_text_is_a_paragraph(plate_of: PlateOf) -> None:
    """Those who hear a page hear the members one by one, and nothing of what is only drawn."""
    body = render_page(compile_page(plate_with(plate_of, KINDS["nested"][0])), {"offer": "20 %"}).body
    assert (body.count(b"/S /P "), body.count(b"/S /Span")) == (2, 2)


@pytest.mark.parametrize("kind", ["stack", "nested"])
def test_what_fitting_took_is_told(plate_of: PlateOf, kind: str) -> None:
    """Under the same names as for a picture."""
    plate = plate_with(plate_of, KINDS[kind][0])
    values = {"offer": "an offer that is far too long for its box"}
    assert render_page(compile_page(plate), values).fits == Drawing(plate, values).fits


def test_a_shadow_in_a_group_is_as_large_as_its_shape(plate_of: PlateOf) -> None:
    """A sharp shadow is drawn at two pixels a px, wherever the group puts the shape."""
    square = shape_layer(fill="#fff", shadow={"x": 20, "y": 0, "blur": 0, "color": "#000"}, box=box(10, 10, 40, 40))
    plate = plate_of(document(size={"width": 300, "height": 180}, layers=[group(square)], background="#fff"))
    drawn = Image.fromarray(drawn_by_pdfium(render_page(compile_page(plate), {}).body).astype("uint8")).convert("L")
    assert drawn.point(lambda level: 255 * (level < 128)).getbbox() == (80, 30, 100, 70)
