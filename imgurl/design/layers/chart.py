"""Chart layers: a row of numbers as bars or as a line."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator

from imgurl.design.layers.layer import FAR, Layer, Shadow
from imgurl.design.layers.names import FieldName
from imgurl.design.model import Model, known, mistake
from imgurl.design.paint import ColorText, PaintModel
from imgurl.merge.fields import MergeField
from imgurl.merge.kinds import FieldType

MAX_NUMBERS = 50

NUMBER = re.compile(r"[-+−]?[0-9]{1,15}(?:\.[0-9]{1,15})?")


def _check_text(name: str, info: ValidationInfo) -> str:
    kind = (known(info).fields or {}).get(name)
    if kind not in (None, FieldType.TEXT):
        raise mistake(f"the field '{name}' is of type {kind}; a chart's numbers are a text: 3,5,8.5,2")
    return name


ListField = Annotated[FieldName, AfterValidator(_check_text)]


class Baseline(Model):
    """A line at zero, or at the end of the scale that is next to it."""

    color: ColorText
    width: Annotated[float, Field(gt=0, le=100)] = 1.0


class ChartLayer(Layer):
    """Bars or a line, one for each number of a text such as ``3,5,8.5,2``, on a scale from ``min`` to ``max``."""

    type: str = Field("chart", pattern="^chart$")
    form: Annotated[str, Field(pattern="^(bars|line)$")] = "bars"
    field: ListField
    #: None: the least and the greatest of the numbers, and zero.
    min: float | None = None
    max: Annotated[float | None, Field(validate_default=True)] = None
    color: PaintModel = "#1a73e8"
    #: The last number's own colour.
    last_color: ColorText | None = None
    #: Between bars, as a part of what a bar and its gap take.
    gap: Annotated[float, Field(ge=0, le=0.9)] = 0.3
    radius: Annotated[float, Field(ge=0, le=FAR)] = 0.0
    #: Of a line, in px, and what is below it.
    thickness: Annotated[float, Field(gt=0, le=100)] = 3.0
    fill: PaintModel | None = None
    baseline: Baseline | None = None
    shadow: Shadow | None = None

    def numbers(self, texts: Mapping[str, str]) -> tuple[float | None, ...]:
        """Return the numbers for resolved values, None for one left out (``3,,5``); none if they can't be read."""
        text = texts.get(self.field, "")
        # A list from a spreadsheet with decimal commas has semicolons.
        parts = text.replace(",", ".").split(";") if ";" in text else text.split(",")
        words = [part.strip() for part in parts]
        if len(words) > MAX_NUMBERS or not any(words) or not all(NUMBER.fullmatch(word) for word in words if word):
            return ()
        return tuple(float(word.replace("−", "-")) if word else None for word in words)

    def scale(self, numbers: tuple[float | None, ...]) -> tuple[float, float]:
        """Return the ends of the scale for some numbers."""
        shown = [number for number in numbers if number is not None]
        least = min(0.0, *shown) if self.min is None else self.min
        most = max(0.0, *shown) if self.max is None else self.max
        return (least, most) if most > least else (least, least + 1)

    def shortcoming(self, texts: Mapping[str, str], fields: Mapping[str, MergeField]) -> str:
        """Say why the chart is not drawn for resolved values; "" if it is."""
        text = texts.get(self.field, "")
        if not text or self.numbers(texts):
            return ""
        return f"'{text}' is not a list of at most {MAX_NUMBERS} numbers such as 3,5,8.5,2"

    @field_validator("max")
    @classmethod
    def _ordered(cls, most: float | None, info: ValidationInfo) -> float | None:
        least = info.data.get("min")
        if most is not None and least is not None and most <= least:
            raise mistake(f"max must be greater than min, which is {least:g}")
        return most
