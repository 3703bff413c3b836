"""Models of the layers of a design document: text, image, shape."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from math import prod
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator

from imgurl.design.model import HOLDS_PLACEHOLDERS, IS_FIELD_NAME, Model, known, mistake, pick
from imgurl.design.paint import ColorText, PaintModel
from imgurl.geometry import Box
from imgurl.merge.booleans import read_boolean
from imgurl.merge.fields import LOCALE
from imgurl.merge.kinds import FieldCasing, FieldType
from imgurl.merge.template import parse_template
from imgurl.text.style import Align, VerticalAlign
from imgurl.words import did_you_mean

# Pixels beyond which nothing of an image up to 4,096 px can be meant.
FAR = 8_192

# Files that one asset name can mean: choices multiply.
MAX_FILES = 100

# Types whose values can't be written as text.
NO_TEXT = (FieldType.BOOLEAN, FieldType.COLOR)

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


def _check_field(name: str, info: ValidationInfo) -> str:
    fields = known(info).fields
    if fields is not None and name not in fields:
        raise mistake(f"the design has no field '{name}'{did_you_mean(name, fields)}")
    return name


FieldName = Annotated[str, AfterValidator(_check_field), IS_FIELD_NAME]


def _check_text(text: str, info: ValidationInfo) -> str:
    try:
        names = parse_template(text).fields
    except ValueError as error:
        raise mistake(str(error)) from None
    fields = known(info).fields
    if fields is None:
        return text
    problems = []
    for name in names:
        if name not in fields:
            problems.append(f"the design has no field '{name}'{did_you_mean(name, fields)}")
        elif fields[name] in NO_TEXT:
            problems.append(f"the field '{name}' is of type {fields[name]} and can't be written as text")
    if problems:
        raise mistake("; ".join(problems))
    return text


TemplateText = Annotated[str, Field(max_length=500), AfterValidator(_check_text), HOLDS_PLACEHOLDERS]


def _check_asset(name: str, info: ValidationInfo) -> str:
    """Accept a picture's file name; it may hold a choice or flag field: ``medal-<<tier>>.png``."""
    # Every file that the name can mean is checked, and read when the design is compiled: so no value of a recipient
    # ever decides about a path.
    surroundings = known(info)
    try:
        names = parse_template(name).fields
    except ValueError as error:
        raise mistake(str(error)) from None
    for field in names:
        _check_field(field, info)
        if surroundings.fields is not None and field not in surroundings.choices:
            raise mistake(f"'{field}' is neither a choice nor a flag, so a file can't be named after it")
    count = prod(len(surroundings.choices.get(field, ())) for field in names)
    if count > MAX_FILES:
        raise mistake(f"'{name}' can mean {count:,} files; at most {MAX_FILES} are read")
    problems = [_file_problem(file, surroundings.assets) for file in asset_files(name, surroundings.choices)]
    if any(problems):
        raise mistake("; ".join(filter(None, problems)))
    return name


def _file_problem(file: str, assets: frozenset[str] | None) -> str:
    if not file.replace("-", "").replace("_", "").replace(".", "").isalnum() or file.startswith("."):
        return f"'{file}' is not a plain file name; put the picture into the design's folder"
    if not file.lower().endswith((".png", ".jpg", ".jpeg", ".webp", ".gif")):
        return f"'{file}' is not a picture; use PNG, JPEG, WebP or GIF"
    if assets is not None and file not in assets:
        return f"the design's folder has no file '{file}'{did_you_mean(file, assets)}"
    return ""


AssetName = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_check_asset), HOLDS_PLACEHOLDERS]


def asset_files(name: str, choices: dict[str, tuple[str, ...]] | Any) -> tuple[str, ...]:
    """Return every file that an asset name can mean, one for each combination of its fields' choices."""
    template = parse_template(name)
    options = [choices.get(field, ()) for field in template.fields]
    return tuple(template.text(dict(zip(template.fields, chosen, strict=True))) for chosen in product(*options))


class Condition(Model):
    """When a layer is drawn: when the field has a value (a flag: is true), or one of ``values``.

    ``negate`` inverts it: no value, a flag that is false, another value. A flag or a choice that is unknown, because it
    is missing or can't be read and the field's fallback is "", is neither: then the layer is not drawn.
    """

    field: FieldName
    values: Annotated[tuple[str, ...], Field(strict=False, validate_default=True)] = ()
    negate: bool = False

    def holds(self, texts: Mapping[str, str]) -> bool:
        """Say whether the layer is drawn for these values."""
        text = texts.get(self.field, "")
        if self.values:
            return bool(text) and (text in self.values) is not self.negate
        return (text not in ("", "false")) is not self.negate

    @field_validator("values")
    @classmethod
    def _of_the_field(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        # Resolved flags are "true" or "false"; a design may write them in any way that a value may.
        fields = known(info).fields or {}
        if fields.get(info.data.get("field", "")) is not FieldType.BOOLEAN:
            return values
        read = [read_boolean(value) for value in values or ("true",)]
        if None in read:
            raise mistake('the field is a flag; write "true" or "false"')
        return tuple("true" if value else "false" for value in read)


class Layer(Model):
    """What every layer has: ``rotation`` in degrees clockwise about the box's centre."""

    id: Annotated[str, Field(max_length=64)] = ""
    box: BoxModel
    opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    rotation: Annotated[float, Field(ge=-360, le=360)] = 0.0
    show_if: Condition | None = None


class FontStyle(StrEnum):
    """The slope of a font."""

    NORMAL = "normal"
    ITALIC = "italic"


def _check_family(family: str, info: ValidationInfo) -> str:
    fonts = known(info).fonts
    if fonts is not None:
        try:
            fonts.require(family)
        except ValueError as error:
            raise mistake(str(error)) from None
    return family


Family = Annotated[str, AfterValidator(_check_family)]
Weight = Annotated[int, Field(ge=1, le=1000)]
Slope = Annotated[FontStyle, Field(strict=False)]


class FontModel(Model):
    """A font and its sizes in px: ``min_size`` is how small a long value may be set, default: never smaller."""

    family: Family
    weight: Weight = 400
    style: Slope = FontStyle.NORMAL
    size: Annotated[float, Field(ge=4, le=1000)]
    min_size: Annotated[float, Field(ge=4, le=1000)] | None = None

    @property
    def smallest(self) -> float:
        """The size below which text is shortened instead."""
        return self.size if self.min_size is None else self.min_size

    # A check of several keys is made with the last of them: a check of the whole model would not run, and its mistake
    # not be reported, as long as any other key is wrong.
    @field_validator("min_size")
    @classmethod
    def _ordered(cls, min_size: float | None, info: ValidationInfo) -> float | None:
        if min_size is not None and min_size > info.data.get("size", min_size):
            raise mistake(f"min_size {min_size:g} is larger than size {info.data['size']:g}")
        return min_size


class SpanStyle(Model):
    """How one field's value differs from the text around it."""

    family: Family | None = None
    weight: Weight | None = None
    style: Slope | None = None
    color: ColorText | None = None
    line_through: bool = False


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


class TextLayer(Layer):
    """A text with placeholders. Its ink never leaves the box."""

    type: str = Field("text", pattern="^text$")
    text: TemplateText
    font: FontModel
    color: PaintModel = "#000000"
    align: Annotated[Align, Field(strict=False)] = Align.START
    valign: Annotated[VerticalAlign, Field(strict=False)] = VerticalAlign.TOP
    line_height: Annotated[float, Field(ge=0.5, le=4, validate_default=True)] = 1.2
    letter_spacing: Annotated[float, Field(ge=-0.5, le=2)] = 0.0
    max_lines: Annotated[int, Field(ge=1, le=20)] = 1
    balance: bool = False
    casing: Annotated[FieldCasing, Field(strict=False)] = FieldCasing.NONE
    direction: Annotated[str, Field(pattern="^(auto|ltr|rtl)$")] = "auto"
    language: Annotated[str, Field(pattern=LOCALE)] = "en"
    tabular_figures: bool = False
    styles: dict[FieldName, SpanStyle] = {}
    shadow: Shadow | None = None
    stroke: Stroke | None = None

    @field_validator("line_height")
    @classmethod
    def _line_fits(cls, line_height: float, info: ValidationInfo) -> float:
        if not {"box", "font"} <= info.data.keys():
            return line_height
        smallest, height = info.data["font"].smallest, info.data["box"].height
        needed = smallest * line_height
        if needed > height + 1e-9:
            raise mistake(
                f"not even one line fits: at {smallest:g} px a line takes {needed:g} px, the box has "
                f"{height}; make the box higher or font.min_size smaller",
                beside="box",
            )
        return line_height


class Focus(Model):
    """The point of a picture that stays in sight when it is cropped, in fractions of its width and height."""

    x: Annotated[float, Field(ge=0, le=1)] = 0.5
    y: Annotated[float, Field(ge=0, le=1)] = 0.5


class ObjectFit(StrEnum):
    """How a picture fills its box, as in CSS object-fit."""

    COVER = "cover"
    CONTAIN = "contain"
    FILL = "fill"


class ImageLayer(Layer):
    """A picture from the design's folder; ``radius`` of the corners in px, ``circle`` for a round one."""

    type: str = Field("image", pattern="^image$")
    asset: AssetName
    fit: Annotated[ObjectFit, Field(strict=False)] = ObjectFit.COVER
    focus: Focus = Focus()
    radius: Annotated[float, Field(ge=0, le=FAR)] = 0.0
    circle: bool = False
    shadow: Shadow | None = None


class Shape(StrEnum):
    """The shapes of a shape layer; a line goes from the box's top left to its bottom right."""

    RECTANGLE = "rectangle"
    ROUNDED = "rounded"
    ELLIPSE = "ellipse"
    LINE = "line"


class ShapeLayer(Layer):
    """A shape with a fill, an outline, or both."""

    type: str = Field("shape", pattern="^shape$")
    shape: Annotated[Shape, Field(strict=False)]
    fill: PaintModel | None = None
    stroke: Annotated[Stroke | None, Field(validate_default=True)] = None
    radius: Annotated[float, Field(ge=0, le=FAR, validate_default=True)] = 0.0
    shadow: Shadow | None = None

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


# Tags in «», so that mistakes.problem_of can leave them out of a mistake's place. None is reported as an unknown kind,
# once, instead of the mistakes of all three models.
def _kind(value: Any) -> str | None:
    kind = pick(value, "type")
    return f"«{kind}»" if kind in ("text", "image", "shape") else None


AnyLayer = Annotated[
    Annotated[TextLayer, Tag("«text»")] | Annotated[ImageLayer, Tag("«image»")] | Annotated[ShapeLayer, Tag("«shape»")],
    Discriminator(_kind),
]
