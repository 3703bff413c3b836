"""Models of colours and fills in a design document."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, ValidationInfo
from pydantic.functional_validators import AfterValidator

from imgurl.color import (
    Color,
    Fill,
    GradientStop,
    LinearGradient,
    RadialGradient,
    is_color,
    parse_color,
)
from imgurl.design.model import HOLDS_PLACEHOLDERS, Model, known, mistake, pick
from imgurl.merge.kinds import FieldType
from imgurl.merge.template import TextPart, parse_template


def _check_color(text: str, info: ValidationInfo) -> str:
    """Accept a CSS colour, or ``<<name>>`` of a colour field."""
    if text.startswith("<<"):
        template = parse_template(text)
        alone = template.pieces == tuple((False, (TextPart("", name),)) for name in template.fields)
        names = known(info).fields
        if not alone or (names is not None and names.get(template.fields[0]) is not FieldType.COLOR):
            raise mistake(f"'{text}' is not a field of type color; name one, or write a CSS colour")
    elif not is_color(text):
        raise mistake(f"'{text}' is not a CSS colour; write for example #1a73e8, rgb(26 115 232 / 80%) or tomato")
    return text


ColorText = Annotated[str, Field(max_length=100), AfterValidator(_check_color), HOLDS_PLACEHOLDERS]


MIN_STOPS = 2


class Stop(Model):
    """A colour at a place of a gradient, 0.0 to 1.0."""

    offset: Annotated[float, Field(ge=0, le=1)]
    color: ColorText


def _check_stops(stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    # Not by min_length, which counts only the good ones and so reports a wrong colour as a missing stop as well.
    if len(stops) < MIN_STOPS:
        raise mistake("a gradient needs at least two stops; for one colour write the colour itself")
    if any(first.offset > second.offset for first, second in pairwise(stops)):
        raise mistake("the offsets of a gradient's stops must ascend")
    return stops


Stops = Annotated[
    tuple[Stop, ...],
    Field(strict=False, max_length=16, json_schema_extra={"minItems": MIN_STOPS}),
    AfterValidator(_check_stops),
]


class Linear(Model):
    """A linear gradient; ``angle`` in degrees as in CSS: 0 points up, 90 to the right."""

    type: str = Field("linear", pattern="^linear$")
    angle: Annotated[float, Field(ge=-360, le=360)] = 180.0
    stops: Stops


# A centre may be outside its box, but not so far that the gradient is flat.
Fraction = Annotated[float, Field(ge=-10, le=10)]


class Radial(Model):
    """A radial gradient; centre in fractions of the box, radius in fractions of the way to the farthest corner."""

    type: str = Field("radial", pattern="^radial$")
    center: Annotated[tuple[Fraction, Fraction], Field(strict=False)] = (0.5, 0.5)
    radius: Annotated[float, Field(gt=0, le=4)] = 1.0
    stops: Stops


def kind_of_paint(value: Any) -> str | None:
    """Return the tag of the model that a raw paint is meant for, None for none."""
    if isinstance(value, str):
        return "«color»"
    kind = pick(value, "type")
    return f"«{kind}»" if kind in ("linear", "radial") else None


PaintModel = Annotated[
    Annotated[ColorText, Tag("«color»")] | Annotated[Linear, Tag("«linear»")] | Annotated[Radial, Tag("«radial»")],
    Discriminator(kind_of_paint),
]


def to_color(text: str, texts: Mapping[str, str]) -> Color:
    """Return the colour that a text means for resolved values; transparent if a colour field has none."""
    filled = parse_template(text).text(texts) if text.startswith("<<") else text
    return parse_color(filled) if filled else Color(0, 0, 0, 0)


def to_fill(paint: str | Linear | Radial, texts: Mapping[str, str]) -> Fill:
    """Return the fill that a document's paint means for resolved values."""
    if isinstance(paint, str):
        return to_color(paint, texts)
    stops = tuple(GradientStop(stop.offset, to_color(stop.color, texts)) for stop in paint.stops)
    if isinstance(paint, Linear):
        return LinearGradient(paint.angle, stops)
    return RadialGradient(paint.center[0], paint.center[1], paint.radius, stops)
