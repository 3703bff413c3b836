"""What is below, in and above a selection is a document each, and together they are all layers."""

import json

import pytest

from imgurl.design.parts import above, alone, below
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import document, parse_document, shape_layer

GOLD = {"field": "tier", "is": "gold"}
TEXT = json.dumps(
    document(
        fields=[{"name": "tier", "sample": "gold", "fallback": ""}],
        layers=[
            shape_layer(id="a"),
            {"type": "group", "id": "g", "box": {"x": 0, "y": 0, "width": 9, "height": 9},
             "layers": [shape_layer(id="b"), shape_layer(id="c")]},
            {"type": "choose", "else": [shape_layer(id="e")],
             "cases": [{"when": GOLD, "layers": [shape_layer(id="d")]}]},
            shape_layer(id="f"),
        ],
    )
)  # fmt: skip


def shown(text: str, fonts: FontCatalogue) -> str:
    """Return the ids of the layers that a document shows in any case."""
    found = parse_document("test", text, (), fonts)
    return "".join(layer.id for layer in found.every_layer.values() if layer.type != "group" and not layer.hidden)


@pytest.mark.parametrize(
    ("selected", "parts"),
    [
        (["/layers/0"], ("", "a", "bcde f")),
        (["/layers/1"], ("a", "bc", "def")),
        (["/layers/1/layers/1"], ("ab", "c", "def")),
        (["/layers/2/cases/0/layers/0"], ("abc", "d", "ef")),
        (["/layers/2/else/0", "/layers/0"], ("", "ae", "bcdf")),
        (["/layers/3"], ("abcde", "f", "")),
    ],
)
def test_a_document_in_parts(selected: list[str], parts: tuple[str, str, str], fonts: FontCatalogue) -> None:
    """Each layer is in one of the three, groups and cases are kept around it, and all three are documents."""
    pointers = frozenset(selected)
    found = ["".join(sorted(shown(part(TEXT, pointers), fonts))) for part in (below, alone, above)]
    assert found == ["".join(sorted(part.replace(" ", ""))) for part in parts]


def test_only_what_is_below_has_the_background() -> None:
    """The selection and what is above are drawn on nothing."""
    backgrounds = [json.loads(part(TEXT, frozenset(["/layers/0"]))).get("background") for part in (below, alone, above)]
    assert backgrounds == [None, "rgb(0 0 0 / 0%)", "rgb(0 0 0 / 0%)"]
