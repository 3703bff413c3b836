"""Rating layers: a row of stars."""

from math import floor
from typing import Annotated

from pydantic import Field

from imgurl.design.layers.layer import FAR, Layer, Shadow
from imgurl.design.layers.names import NumberField
from imgurl.design.paint import ColorText, PaintModel


class RatingLayer(Layer):
    """Stars for a number: so many full ones, the last by halves, the rest empty; ``step`` is what is rounded to."""

    type: str = Field("rating", pattern="^rating$")
    field: NumberField
    count: Annotated[int, Field(ge=1, le=10)] = 5
    step: Annotated[float, Field(ge=0.1, le=1)] = 0.5
    #: Between stars, in px.
    gap: Annotated[float, Field(ge=0, le=FAR)] = 4.0
    align: Annotated[str, Field(pattern="^(left|center|right)$")] = "left"
    color: PaintModel = "#f5a623"
    empty_color: ColorText = "#e3e5e9"
    shadow: Shadow | None = None

    def rounded(self, number: float) -> float:
        """Return how many stars are full for a number, in steps, no more than there are."""
        # Half up, to the next step; what is left of binary fractions is cut off.
        steps = floor(number / self.step + 0.5 + 1e-9)
        return round(min(float(self.count), max(0.0, steps * self.step)), 6)
