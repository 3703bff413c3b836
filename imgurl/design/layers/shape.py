"""Shape layers: rectangles, ellipses, lines."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from imgurl.design.layers.layer import FAR, Layer, Shadow, Stroke
from imgurl.design.layers.names import NumberField, number_of
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


DashLength = Annotated[float, Field(ge=0.5, le=FAR)]


class ShapeStroke(Stroke):
    """The outline of a shape; ``dash`` are the lengths of a dash and a gap in px, or of several in turn."""

    dash: Annotated[tuple[DashLength, ...], Field(strict=False, max_length=8)] = ()

    @field_validator("dash")
    @classmethod
    def _in_pairs(cls, dash: tuple[float, ...]) -> tuple[float, ...]:
        if len(dash) % 2:
            raise mistake("a dash needs a length and a gap, such as [6, 4]")
        return dash


class Bound(Model):
    """How a field's number sets a length: none at ``from``, the whole of the box at ``to``."""

    field: NumberField
    from_: Annotated[float, Field(alias="from")] = 0.0
    to: Annotated[float, Field(validate_default=True)] = 100.0

    def share(self, texts: Mapping[str, str]) -> float | None:
        """Return how far the number is from ``from`` to ``to``, 0.0 to 1.0; None without a number."""
        number = number_of(texts, self.field)
        return None if number is None else min(1.0, max(0.0, (number - self.from_) / (self.to - self.from_)))

    @field_validator("to")
    @classmethod
    def _apart(cls, to: float, info: ValidationInfo) -> float:
        if to == info.data.get("from_"):
            raise mistake(f"from and to are both {to:g}; the number could not be told from any other")
        return to


Fraction = Annotated[float, Field(ge=-1, le=2)]


class BoundRotation(Bound):
    """How a field's number turns a shape: by ``start`` degrees at ``from``, by ``end`` at ``to``.

    It turns about ``pivot``, in fractions of the box; by default about its centre.
    """

    start: Annotated[float, Field(ge=-360, le=360)] = 0.0
    end: Annotated[float, Field(ge=-360, le=360)] = 360.0
    pivot: Annotated[tuple[Fraction, Fraction], Field(strict=False)] = (0.5, 0.5)

    def degrees(self, texts: Mapping[str, str]) -> float | None:
        """Return how far the shape is turned clockwise; None without a number."""
        share = self.share(texts)
        return None if share is None else self.start + share * (self.end - self.start)


class Bindings(Model):
    """What of a shape fields set: its width from the left, its height from the bottom, its rotation."""

    width: Bound | None = None
    height: Bound | None = None
    rotation: BoundRotation | None = None


class ShapeLayer(Layer):
    """A shape with a fill, an outline, or both. Without a number that it is bound to it is not drawn."""

    type: str = Field("shape", pattern="^shape$")
    shape: Annotated[Shape, Field(strict=False)]
    fill: PaintModel | None = None
    stroke: Annotated[ShapeStroke | None, Field(validate_default=True)] = None
    radius: Annotated[float, Field(ge=0, le=FAR, validate_default=True)] = 0.0
    shadow: Shadow | None = None
    #: In place of the box, which then only says how large the shape may become.
    hug: Hug | None = None
    bind: Bindings | None = None

    @field_validator("stroke")
    @classmethod
    def _visible(cls, stroke: ShapeStroke | None, info: ValidationInfo) -> ShapeStroke | None:
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

    @field_validator("bind")
    @classmethod
    def _one_rotation(cls, bind: Bindings | None, info: ValidationInfo) -> Bindings | None:
        if bind is not None and bind.rotation is not None and info.data.get("rotation"):
            raise mistake('the layer has "rotation" as well; keep one, and turn it with "start"')
        return bind
