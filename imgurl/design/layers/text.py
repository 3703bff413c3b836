"""Text layers, and their fonts."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator

from imgurl.design.layers.layer import FAR, Layer, Shadow, Stroke
from imgurl.design.layers.names import FieldName, TaggedText
from imgurl.design.model import Model, known, mistake
from imgurl.design.paint import ColorText, PaintModel
from imgurl.merge.fields import LOCALE
from imgurl.merge.kinds import FieldCasing
from imgurl.merge.template import parse_template
from imgurl.text.style import Align, VerticalAlign
from imgurl.words import did_you_mean


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
SpanName = Annotated[str, Field(pattern="^[a-z]{1,32}$")]


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
    """How words or one field's value differ from the text around them; what it does not say is as there."""

    family: Family | None = None
    weight: Weight | None = None
    style: Slope | None = None
    color: ColorText | None = None
    underline: bool | None = None
    line_through: bool | None = None

    def over(self, below: "SpanStyle") -> "SpanStyle":
        """Return the style of a value with this one between tags with another one: what this one says holds."""
        said = self.model_dump(exclude_none=True)
        return below.model_copy(update=said)


class ArcSide(StrEnum):
    """Whether letters stand on the top of a circle, or in its bottom."""

    TOP = "top"
    BOTTOM = "bottom"


class ArcModel(Model):
    """The circle that a text is bent on: the radius of its baseline in px."""

    radius: Annotated[float, Field(ge=10, le=FAR)]
    side: Annotated[ArcSide, Field(strict=False)] = ArcSide.TOP


class TextLayer(Layer):
    """A text with placeholders. Its ink never leaves the box."""

    type: str = Field("text", pattern="^text$")
    text: TaggedText
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
    underline: bool = False
    line_through: bool = False
    styles: dict[FieldName, SpanStyle] = {}
    #: By the names of the tags around the words.
    spans: Annotated[dict[SpanName, SpanStyle], Field(validate_default=True)] = {}
    arc: ArcModel | None = None
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

    @field_validator("spans")
    @classmethod
    def _are_there(cls, spans: dict[str, SpanStyle], info: ValidationInfo) -> dict[str, SpanStyle]:
        tags = parse_template(info.data["text"], with_tags=True).styles if "text" in info.data else ()
        unknown = [
            f"'<{tag}>' is not one of the layer's spans"
            + (
                did_you_mean(tag, spans)
                or f'; add "spans": {{"{tag}": {{"weight": 700}}}}, or write \\<{tag}> for the sign'
            )
            for tag in tags
            if tag not in spans
        ]
        if unknown:
            raise mistake("; ".join(unknown), beside="text")
        return spans

    @field_validator("arc")
    @classmethod
    def _can_be_bent(cls, arc: ArcModel | None, info: ValidationInfo) -> ArcModel | None:
        said = info.data
        if arc is None or not {"font", "box", "line_height", "styles", "spans"} <= said.keys():
            return arc
        styles = (*said["styles"].values(), *said["spans"].values())
        needed = said["font"].size * said["line_height"]
        if said["max_lines"] > 1:
            raise mistake("a text on an arc has one line; leave max_lines out")
        if said["valign"] is not VerticalAlign.TOP:
            raise mistake("the arc begins at an edge of the box, so leave valign out and move the box")
        if said["underline"] or said["line_through"] or any(style.underline or style.line_through for style in styles):
            raise mistake("lines under and through a text can't be bent; leave underline and line_through out")
        if needed > said["box"].height:
            raise mistake(
                f"at {said['font'].size:g} px a line takes {needed:g} px, the box has {said['box'].height}; make it "
                "higher, so that the arc has room to bend",
                beside="box",
            )
        if arc.radius < said["font"].size:
            raise mistake(f"the radius is smaller than a letter of {said['font'].size:g} px; make it larger")
        return arc
