"""The JSON Schema that editors complete and check with."""

import json
from typing import Any

import pytest

from imgurl.design.document import Document, schema
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import (
    SHIPPED,
    box,
    document,
    field,
    image_layer,
    mistakes,
    shape_layer,
    shipped_text,
    text_layer,
)
from tests.design.schema_check import violations

SCHEMA = schema()


def broken(raw: Any) -> list[str]:
    """Return what of a document the schema does not allow."""
    return list(violations(raw, SCHEMA, SCHEMA))


def nodes(node: Any) -> list[dict[str, Any]]:
    """Return every object in a JSON value."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [node] * isinstance(node, dict) + [found for child in children for found in nodes(child)]


class TestSchema:
    """The schema says what the models say, as far as a schema can."""

    def test_it_is_json(self) -> None:
        """It survives being written and read, and says which JSON Schema it is of."""
        assert json.loads(json.dumps(SCHEMA))["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    def test_every_reference_leads_somewhere(self) -> None:
        """No $ref points at a definition that is not there."""
        names = {node["$ref"].removeprefix("#/$defs/") for node in nodes(SCHEMA) if "$ref" in node}
        assert names == set(SCHEMA["$defs"])

    def test_every_key_of_a_document(self) -> None:
        """An editor completes all keys of the model, under their names in JSON."""
        keys = {field.alias or name for name, field in Document.model_fields.items()}
        assert set(SCHEMA["properties"]) == keys

    def test_every_object_is_closed(self) -> None:
        """An editor underlines a key that is not there: each model allows no others."""
        models = [SCHEMA, *SCHEMA["$defs"].values()]
        open_ones = [model["title"] for model in models if "properties" in model and model["additionalProperties"]]
        assert open_ones == []

    @pytest.mark.parametrize("design", SHIPPED)
    def test_the_shipped_designs_are_valid(self, design: str) -> None:
        """An editor finds no mistake in a shipped design."""
        assert broken(json.loads(shipped_text(design))) == []

    @pytest.mark.parametrize(
        "more",
        [
            {"$schema": "https://example.com/schema.json"},
            {"background": {"type": "radial", "center": [0, 1], "stops": [{"offset": 0, "color": "red"}] * 2}},
            {"background": {"asset": "a.png", "focus": {"x": 0.2}}},
            {"fields": [field("tier", type="choice", sample="a", choices=["a"], links=True)]},
            {"layers": [text_layer(shadow={}, stroke={"color": "red", "width": 1}, show_if={"field": "tier"})]},
            {
                "layers": [
                    shape_layer(when={"all": [{"field": "tier", "is": "a"}, {"not": {"field": "tier", "in": ["b"]}}]})
                ]
            },
            {
                "layers": [
                    {"type": "choose", "cases": [{"when": {"field": "tier", "is_set": True}, "layers": []}], "else": []}
                ]
            },
            {
                "background": {
                    "cases": [{"when": {"field": "tier", "matches": "a"}, "background": "red"}],
                    "else": "lime",
                }
            },
            {"layers": [image_layer({"by": "tier", "assets": {"x": "a.png"}, "else": ""})]},
            {
                "fields": [field("tier", type="language", sample="de", choices=["de", "en"], fallback="de")],
                "layers": [text_layer({"de": "Hallo", "en": "Hello"})],
                "alt": {"de": "x"},
                "locale": {"de": "de-AT"},
            },
            {"layers": [image_layer("a.png", circle=True, focus={"y": 1}), shape_layer(rotation=-90)]},
        ],
    )
    def test_good_documents_are_valid(self, fonts: FontCatalogue, more: Any) -> None:
        """What the check accepts, the schema accepts."""
        raw = document(**{"fields": [field("tier")]} | more)
        assert (mistakes(raw, fonts, ["a.png"]), broken(raw)) == ([], [])

    @pytest.mark.parametrize(
        ("more", "violation"),
        [
            ({"titel": "x"}, "/titel: additionalProperties"),
            ({"size": {"width": 0, "height": 5}}, "/size/width: minimum"),
            ({"size": {"width": 5}}, "/size: required"),
            ({"background": 5}, "/background: "),
            ({"background": {"type": "linear", "stops": [{"offset": 0, "color": "red"}]}}, "/background: "),
            ({"fields": [field("City")]}, "/fields/0/name: pattern"),
            ({"fields": [field("city", type="place")]}, "/fields/0/type: enum"),
            ({"layers": [{"type": "photo"}]}, "/layers/0: "),
            ({"layers": [shape_layer(box=box() | {"z": 1})]}, "/layers/0: "),
            ({"layers": [text_layer(font={"size": 20})]}, "/layers/0: "),
        ],
    )
    def test_bad_documents_are_not(self, fonts: FontCatalogue, more: Any, violation: str) -> None:
        """What a schema can say, it says; the check says it as well."""
        raw = document(**more)
        assert [found[: len(violation)] for found in broken(raw)] == [violation]
        assert mistakes(raw, fonts) != []
