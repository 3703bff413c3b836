"""What all models of a design document share."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from pydantic import ValidationError

from imgurl.design.document import Size
from imgurl.design.layers.image import ImageLayer
from imgurl.design.layers.table import AnyLayer
from imgurl.design.model import Model, NamesFields, pick


class TestModel:
    """Models are what the document says, and stay so."""

    def test_a_model_does_not_change(self) -> None:
        """A plate is compiled from models that many threads read."""
        size = Size(width=1, height=2)
        with pytest.raises(ValidationError, match="frozen"):
            size.width = 3  # type: ignore[misc]

    def test_without_surroundings_references_are_not_checked(self) -> None:
        """A layer alone does not know the design's files and fields, so it takes any name."""
        raw = {"type": "image", "asset": "a.png", "box": {"x": 0, "y": 0, "width": 1, "height": 1}}
        layer = ImageLayer.model_validate(raw | {"show_if": {"field": "anything"}})
        assert layer.asset == "a.png"

    @pytest.mark.parametrize("value", [{"width": 7}, Size(width=7, height=1)], ids=["raw", "model"])
    def test_pick(self, value: object) -> None:
        """A key is found in raw JSON and in a model."""
        assert (pick(value, "width"), pick(value, "depth")) == (7, None)


# Strings of layers that say how, not what: no value of a recipient can appear in them.
PLAIN = {
    "TextLayer.id", "TextLayer.type", "TextLayer.direction", "TextLayer.language", "ImageLayer.id", "ImageLayer.type",
    "ShapeLayer.id", "ShapeLayer.type", "FontModel.family", "SpanStyle.family", "Linear.type", "Radial.type",
    "After.layer", "Hug.layer", "GroupLayer.id", "GroupLayer.type",
    "CountdownLayer.id", "CountdownLayer.type", "CountdownLayer.time_zone", "CountdownLayer.separator",
    "CountdownLayer.proxies", "Labels.days", "Labels.hours", "Labels.minutes", "Labels.seconds",
    "ShowIf.values", "Test.is_", "Test.in_", "Test.matches", "Initials.family",
    "QrLayer.id", "QrLayer.type", "QrLayer.error_correction", "BarcodeLayer.id", "BarcodeLayer.type", "RatingLayer.id",
    "RatingLayer.type", "RatingLayer.align", "ProgressLayer.id", "ProgressLayer.type", "ProgressLayer.form",
    "ProgressLayer.direction", "ChartLayer.id", "ChartLayer.type", "ChartLayer.form",
}  # fmt: skip


def parts_of(annotation: Any) -> Iterator[Any]:
    """Yield a type and all types in it, but for the keys of a dict."""
    yield annotation
    arguments = get_args(annotation)
    for argument in arguments[1:] if get_origin(annotation) is dict else arguments:
        yield from parts_of(argument)


def texts_of(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> Iterator[tuple[str, bool]]:
    """Yield each key of a model and of those inside it that holds a text, and whether it is marked."""
    for key, info in model.model_fields.items():
        parts = [*info.metadata, *parts_of(info.annotation)]
        if str in parts:
            yield f"{model.__name__}.{key}", any(isinstance(part, NamesFields) for part in parts)
        for part in parts:
            if isinstance(part, type) and issubclass(part, Model) and part not in seen:
                yield from texts_of(part, seen | {model, part})


class TestPlaceholders:
    """A model knows which of its texts name fields."""

    @pytest.mark.parametrize("layer", [get_args(part)[0] for part in get_args(get_args(AnyLayer)[0])])
    def test_every_text_of_a_layer_is_marked_or_plain(self, layer: type[Model]) -> None:
        """A new key that holds a text must say whether a value can appear in it."""
        for key, is_marked in texts_of(layer):
            assert is_marked != (key in PLAIN), key

    def test_they_are_found_once(self) -> None:
        """Asked again, a layer answers with the same set."""
        raw = {"type": "image", "asset": "<<tier>>.png", "box": {"x": 0, "y": 0, "width": 1, "height": 1}}
        layer = ImageLayer.model_validate(raw)
        assert layer.placeholders == {"tier"}
        assert layer.placeholders is layer.placeholders
