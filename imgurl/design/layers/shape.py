"""Shape layers: rectangles, ellipses, lines."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from imgurl.design.layers.layer import FAR, Layer, Shadow, Stroke
from imgurl.design.model import Model, mistake
from imgurl.design.paint import PaintModel

Padding = Annotated[int, Field(ge=0, le=500)]


class Shape(StrEnum):
    """The shapes of a shape layer; a line goes from the box's top left to its bottom right."""

    RECTANGLE = "rectangle"
    ROUNDED = "rounded"
    ELLIPSE = "ellipse"
    LINE = "line"


class Hug(Model):
    """A layer of the same group that a shape is drawn around, with so many px left and right, above and below."""

    layer: Annotated[str, Field(min_length=1, max_length=64)]
    padding: Annotated[tuple[Padding, Padding], Field(strict=False)] = (0, 0)


class ShapeLayer(Layer):
    """A shape with a fill, an outline, or both."""

    type: str = Field("shape", pattern="^shape$")
    shape: Annotated[Shape, Field(strict=False)]
    fill: PaintModel | None = None
    stroke: Annotated[Stroke | None, Field(validate_default=True)] = None
    radius: Annotated[float, Field(ge=0, le=FAR, validate_default=True)] = 0.0
    shadow: Shadow | None = None
    #: In place of the box, which then only says how large the shape may become.
    hug: Hug | None = None

    @field_validator("stroke")
    @classmethod
    def _visible(cls, stroke: Stroke | None, info: ValidationInfo) -> Stroke | None:
        if stroke is None and info.data.get("shape") is Shape.LINE:
            raise mistake("a line needs a stroke")
        if stroke is None and info.data.get("fill", "wrong") is None:
            raise mistake("the shape has neither fill nor stroke, so it can't be seen")
        return stroke

    @field_validator("radius")
    @classmethod
    def _round(cls, radius: float, info: ValidationInfo) -> float:
        if not radius and info.data.get("shape") is Shape.ROUNDED:
            raise mistake("a rounded rectangle needs a radius")
        return radius
