"""What layers share: box, condition, shadow, outline."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from imgurl.design.layers.conditions import ShowIf, When
from imgurl.design.model import Model, mistake
from imgurl.design.paint import ColorText
from imgurl.design.sizes import Differences
from imgurl.geometry import Box
from imgurl.merge.fields import MergeField

# Pixels beyond which nothing of an image up to 4,096 px can be meant.
FAR = 8_192

Coordinate = Annotated[int, Field(ge=-FAR, le=FAR)]
Extent = Annotated[int, Field(ge=1, le=FAR)]


class BoxModel(Model):
    """A box in px of the design."""

    x: Coordinate
    y: Coordinate
    width: Extent
    height: Extent

    def scaled(self, dpr: int) -> Box:
        """Return the box in device pixels."""
        return Box(self.x * dpr, self.y * dpr, (self.x + self.width) * dpr, (self.y + self.height) * dpr)


class Shadow(Model):
    """A shadow: offsets and blur radius in px."""

    x: Annotated[float, Field(ge=-200, le=200)] = 0.0
    y: Annotated[float, Field(ge=-200, le=200)] = 2.0
    blur: Annotated[float, Field(ge=0, le=200)] = 4.0
    color: ColorText = "rgb(0 0 0 / 40%)"


class Stroke(Model):
    """An outline; ``width`` in px: inside a shape's edge, outside the letters of a text. Both stay in the box."""

    color: ColorText
    width: Annotated[float, Field(gt=0, le=100)]


class Blend(StrEnum):
    """How a layer mixes with what is below it, as in CSS mix-blend-mode."""

    NORMAL = "normal"
    MULTIPLY = "multiply"
    SCREEN = "screen"


class Side(StrEnum):
    """On which side of another layer a layer begins."""

    RIGHT = "right"
    BELOW = "below"


class After(Model):
    """Where a layer of a group begins: ``gap`` px after the end of what another layer of the group shows."""

    layer: Annotated[str, Field(min_length=1, max_length=64)]
    side: Annotated[Side, Field(strict=False)] = Side.RIGHT
    gap: Annotated[int, Field(ge=0, le=500)] = 0


class Layer(Model):
    """What every layer has: ``rotation`` in degrees clockwise about the box's centre."""

    id: Annotated[str, Field(max_length=64)] = ""
    box: BoxModel
    opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    rotation: Annotated[float, Field(ge=-360, le=360)] = 0.0
    blend: Annotated[Blend, Field(strict=False)] = Blend.NORMAL
    after: After | None = None
    when: When | None = None
    show_if: ShowIf | None = None
    hidden: bool = False
    #: What differs in other sizes of the design: put in place before the layer is read, which has none then.
    sizes: Differences = {}

    @property
    def mixes(self) -> bool:
        """Whether its pixels depend on what is below, so that it can't be painted on a picture of its own."""
        return self.blend is not Blend.NORMAL

    def is_drawn(self, texts: Mapping[str, str]) -> bool:
        """Say whether the layer is drawn for resolved values: not hidden, and its condition holds, or it has none."""
        condition = self.when or self.show_if
        return not self.hidden and (condition is None or condition.outcome(texts) is True)

    def files(self, choices: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
        """Return the files that the layer may show, each with the pointer to it in the layer; ``choices`` are those of
        the design's fields."""
        del choices
        return {}

    def shortcoming(self, texts: Mapping[str, str], fields: Mapping[str, MergeField]) -> str:
        """Say why the layer shows nothing for resolved values that it can't use; "" if it can."""
        return ""

    @field_validator("show_if")
    @classmethod
    def _one_condition(cls, show_if: ShowIf | None, info: ValidationInfo) -> ShowIf | None:
        if show_if is not None and info.data.get("when") is not None:
            raise mistake('the layer has "when" as well; keep that one')
        return show_if
