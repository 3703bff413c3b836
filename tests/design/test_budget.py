"""What a design may cost to draw."""

import json
from typing import Any

import pytest

from imgurl.config import shipped
from imgurl.design.budget import MAX_SECONDS, seconds_of
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import (
    SHIPPED,
    box,
    document,
    field,
    image_layer,
    parse_document,
    parsed,
    shape_layer,
    shipped_text,
    text_layer,
    the_mistake,
)

SIZE = {"size": {"width": 2000, "height": 2000}}
WHOLE = {"box": box(0, 0, 2000, 2000)}
GRADIENT = {"type": "linear", "stops": [{"offset": 0, "color": "red"}, {"offset": 1, "color": "blue"}]}
SHADOW = {"shadow": {"blur": 200}}
STROKE = {"color": "red", "width": 2}
FIELDS = [field("points", type="number", sample="5"), field("series", sample="3,5")]


def mark(kind: str, **more: Any) -> dict[str, Any]:
    """Return a code, or another mark, over the whole design."""
    return {"type": kind} | WHOLE | more


def cost(fonts: FontCatalogue, layer: dict[str, Any]) -> float:
    """Return what a layer costs, in seconds."""
    raw = document(**SIZE, fields=FIELDS, layers=[layer])
    return seconds_of(parsed(raw, fonts, ["a.png"]).all_layers["/layers/0"])


@pytest.mark.parametrize("design", SHIPPED)
def test_the_shipped_designs_are_far_below(fonts: FontCatalogue, design: str) -> None:
    """Designs as people make them cost a tenth of what is allowed."""
    files = [path.name for path in (shipped("designs") / design).iterdir()]
    layers = parse_document(design, shipped_text(design), files, fonts).costliest
    assert sum(map(seconds_of, layers.values())) < MAX_SECONDS / 10


@pytest.mark.parametrize(
    ("cheap", "dear"),
    [
        (shape_layer(**WHOLE), shape_layer(**WHOLE, **SHADOW)),
        (shape_layer(**WHOLE), shape_layer(**WHOLE, fill=GRADIENT)),
        (shape_layer(**WHOLE), shape_layer(**WHOLE, rotation=30.0)),
        (shape_layer(**WHOLE), shape_layer(**WHOLE, opacity=0.5)),
        (shape_layer(**WHOLE), shape_layer(**WHOLE, shape="ellipse")),
        (shape_layer(**WHOLE, rotation=360.0), shape_layer(**WHOLE, rotation=359.0)),
        (text_layer(**WHOLE), text_layer(**WHOLE, stroke={"color": "red", "width": 2})),
        (text_layer(**WHOLE), text_layer(**WHOLE, **SHADOW)),
        (image_layer("a.png", **WHOLE), image_layer("a.png", **WHOLE, circle=True)),
        (image_layer("a.png"), image_layer("a.png", **WHOLE)),
        (shape_layer(**WHOLE, stroke=STROKE), shape_layer(**WHOLE, stroke=STROKE | {"dash": [6, 4]})),
        (shape_layer(**WHOLE), shape_layer(**WHOLE, bind={"rotation": {"field": "points"}})),
        (mark("qr", data="A"), mark("qr", data="A", **SHADOW)),
        (mark("rating", field="points"), mark("rating", field="points", color=GRADIENT)),
        (mark("progress", field="points"), mark("progress", field="points", opacity=0.5)),
        (mark("chart", field="series"), mark("chart", field="series", fill=GRADIENT)),
    ],
)
def test_decorations_cost(fonts: FontCatalogue, cheap: dict[str, Any], dear: dict[str, Any]) -> None:
    """More than the layer without, and a larger box more than a small one."""
    assert cost(fonts, cheap) < cost(fonts, dear)


def test_a_shadow_costs_by_its_reach(fonts: FontCatalogue) -> None:
    """A small layer with a wide shadow is a large one."""
    small, wide = (cost(fonts, shape_layer(shadow={"blur": blur})) for blur in (1, 200))
    assert wide > 20 * small


@pytest.mark.parametrize(
    ("layer", "count", "advice"),
    [
        (shape_layer(**WHOLE, **SHADOW), 40, "make its box smaller or leave out its shadow"),
        (shape_layer(**WHOLE, fill=GRADIENT, rotation=30.0), 10, "or leave out its rotation and its gradient"),
        (text_layer(**WHOLE, stroke={"color": "red", "width": 2}), 10, "or leave out its outline"),
        (shape_layer(box=box(0, 0, 8192, 8192)), 10, "make its box smaller, or use fewer layers"),
    ],
)
def test_a_design_that_takes_too_long_is_reported(
    fonts: FontCatalogue, layer: dict[str, Any], count: int, advice: str
) -> None:
    """With the time it takes, its dearest layer, and what to do."""
    pointer, sentence = the_mistake(document(**SIZE, layers=[shape_layer(), *[layer] * count]), fonts)
    assert (pointer, sentence.endswith(advice)) == ("/layers/1", True)
    assert sentence.startswith("the design takes about ")


def test_density_ends_where_drawing_takes_too_long(fonts: FontCatalogue) -> None:
    """Twice the density is four times the work: a design that is just in time is drawn at one."""
    size = {"size": {"width": 600, "height": 600}}
    heavy = shape_layer(box=box(0, 0, 600, 600), rotation=30.0, **SHADOW)
    dprs = [parsed(json.dumps(document(**size, layers=[heavy] * count)), fonts).max_dpr for count in (1, 2, 4)]
    assert dprs == [3, 2, 1]
