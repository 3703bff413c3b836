"""What all models of a design document share."""

import pytest
from pydantic import ValidationError

from imgurl.design.document import Size
from imgurl.design.layers import ImageLayer
from imgurl.design.model import pick


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
