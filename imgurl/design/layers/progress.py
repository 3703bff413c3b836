"""Progress layers: how far a number is on its way, as a bar or a ring."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from imgurl.design.layers.layer import FAR, Layer, Shadow
from imgurl.design.layers.names import NumberField
from imgurl.design.model import mistake
from imgurl.design.paint import ColorText, PaintModel


class ProgressLayer(Layer):
    """A bar, or a ring that begins at ``start`` degrees (0 is the top) and runs clockwise over ``sweep`` degrees."""

    type: str = Field("progress", pattern="^progress$")
    form: Annotated[str, Field(pattern="^(bar|ring)$")] = "bar"
    field: NumberField
    min: float = 0.0
    max: Annotated[float, Field(validate_default=True)] = 100.0
    color: PaintModel = "#1a73e8"
    track: ColorText = "#e3e5e9"
    #: Whether ends are round; of a bar these are its corners too.
    round: bool = True
    direction: Annotated[str, Field(pattern="^(right|left|up|down)$")] = "right"
    #: Of a ring, in px; None: an eighth of its diameter.
    thickness: Annotated[float, Field(gt=0, le=FAR)] | None = None
    start: Annotated[float, Field(ge=-360, le=360)] = 0.0
    sweep: Annotated[float, Field(gt=0, le=360)] = 360.0
    shadow: Shadow | None = None

    def share(self, number: float) -> float:
        """Return how far a number is from ``min`` to ``max``, 0.0 to 1.0."""
        return min(1.0, max(0.0, (number - self.min) / (self.max - self.min)))

    @field_validator("max")
    @classmethod
    def _ordered(cls, most: float, info: ValidationInfo) -> float:
        if most <= info.data.get("min", most - 1):
            raise mistake(f"max must be greater than min, which is {info.data['min']:g}")
        return most
