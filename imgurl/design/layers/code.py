"""Codes for scanners: QR codes and barcodes.

A code that leads elsewhere is worse than none, so nothing is drawn for a value that the code can't hold. A code that no
scanner reads is worth nothing, so contrast, quiet zone and size of a module are checked with the design.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator

from imgurl.color import Color, parse_color
from imgurl.design.layers.coding import Coding, Symbology
from imgurl.design.layers.layer import Layer, Shadow
from imgurl.design.layers.names import SealedText
from imgurl.design.model import mistake
from imgurl.design.paint import ColorText
from imgurl.merge.fields import MergeField


@dataclass(frozen=True, slots=True)
class Geometry:
    """What scanners need, in modules and px: ``quiet`` is the empty border, ``module`` the least size of a module.

    A module of 3 px is read from a JPEG of quality 40 shown at half its size; the finder of an Aztec code wants 4.
    """

    quiet: int
    module: int = 3


# Quiet zones of ISO/IEC 18004, 15417, 15420, 15438, 16022 and 24778; the last two want one module or none, which is too
# little on a coloured ground.
GEOMETRIES = {
    Symbology.QR: Geometry(4),
    Symbology.CODE_128: Geometry(10),
    Symbology.EAN_13: Geometry(11),
    Symbology.UPC_A: Geometry(9),
    Symbology.PDF_417: Geometry(2),
    Symbology.DATA_MATRIX: Geometry(2),
    Symbology.AZTEC: Geometry(2, module=4),
}
LINEAR = (Symbology.CODE_128, Symbology.EAN_13, Symbology.UPC_A)

# Of ISO/IEC 15416: the difference of the reflectances of light and dark. Grade B.
MIN_CONTRAST = 0.55


def _check_solid(text: str) -> str:
    if text.startswith("<<"):
        raise mistake("the colours of a code can't change with a field: its contrast could not be checked")
    if parse_color(text).alpha < 255:
        raise mistake("the colours of a code must be opaque: what is behind would take its contrast")
    return text


SolidColor = Annotated[ColorText, AfterValidator(_check_solid)]


class CodeLayer(Layer):
    """What codes have in common. Each has a ground of its own, so that it has its contrast on any picture."""

    data: SealedText
    shadow: Shadow | None = None
    color: SolidColor = "#000000"
    background: Annotated[SolidColor, Field(validate_default=True)] = "#ffffff"

    @property
    def kind(self) -> Symbology:
        """The kind of code."""
        raise NotImplementedError

    @property
    def quiet(self) -> int:
        """Modules of the empty border."""
        return GEOMETRIES[self.kind].quiet

    @property
    def coding(self) -> Coding:
        """What the code is made of."""
        return Coding(self.kind, self.data)

    def coded(self, texts: Mapping[str, str]) -> str:
        """Return the data for resolved values; "" if one is missing that is not in an optional part."""
        return self.coding.coded(texts)

    def longest(self, fields: Mapping[str, MergeField]) -> str:
        """Return data as long as values of these fields can make it."""
        return self.coding.longest(fields)

    def sample(self, fields: Mapping[str, MergeField]) -> str:
        """Return the data for the samples of these fields."""
        return self.coding.with_values({name: field.sample for name, field in fields.items()}, fields)

    def refusal(self, data: str, fields: Mapping[str, MergeField]) -> str:
        """Say why data can't be drawn, as the end of a sentence; "" if it can."""
        return self.coding.refusal(data, fields)

    def shortcoming(self, texts: Mapping[str, str], fields: Mapping[str, MergeField]) -> str:
        """Say why the code is not drawn for resolved values; "" if it is."""
        data = self.coded(texts)
        return self.coding.shortcoming(data, fields) if data else "a value of its data is missing"

    @field_validator("opacity")
    @classmethod
    def _opaque(cls, opacity: float) -> float:
        if opacity < 1:
            raise mistake("a code must be opaque, or it has too little contrast; remove this")
        return opacity

    @field_validator("rotation")
    @classmethod
    def _upright(cls, rotation: float) -> float:
        if rotation % 90:
            raise mistake("a code can be turned by 90, 180 or 270 degrees only, or its modules are blurred")
        return rotation

    @field_validator("background")
    @classmethod
    def _contrast(cls, background: str, info: ValidationInfo) -> str:
        if "color" not in info.data:
            return background
        dark, light = parse_color(info.data["color"]), parse_color(background)
        if _luminance(dark) > _luminance(light):
            raise mistake("a code must be dark on light, many scanners read no other; exchange the two colours")
        contrast = _luminance(light) - _luminance(dark)
        if contrast < MIN_CONTRAST:
            raise mistake(
                f"the contrast of this code is {contrast:.0%}, scanners need {MIN_CONTRAST:.0%}; make its color darker"
            )
        red = _linear(light.red) - _linear(dark.red)
        if red < MIN_CONTRAST:
            raise mistake(
                f"many scanners shine with red light, in which the contrast of this code is {red:.0%}; they need "
                f"{MIN_CONTRAST:.0%}: take a color with less red, such as black, blue or green",
                beside="color",
            )
        return background


class QrLayer(CodeLayer):
    """A QR code; ``error_correction`` is how much of it may be covered or damaged: 7, 15, 25 or 30 %."""

    type: str = Field("qr", pattern="^qr$")
    error_correction: Annotated[str, Field(pattern="^[LMQH]$")] = "M"
    quiet_zone: Annotated[int, Field(ge=4, le=20)] = 4

    @property
    def kind(self) -> Symbology:
        """The kind of code."""
        return Symbology.QR

    @property
    def quiet(self) -> int:
        """Modules of the empty border."""
        return self.quiet_zone


class BarcodeLayer(CodeLayer):
    """A barcode of another kind than QR. One of lines alone is as high as its box."""

    type: str = Field("barcode", pattern="^barcode$")
    symbology: Annotated[Symbology, Field(strict=False)]

    @property
    def kind(self) -> Symbology:
        """The kind of code."""
        return self.symbology


def _luminance(color: Color) -> float:
    """Return the relative luminance (WCAG 2.2), 0 for black to 1 for white."""
    return 0.2126 * _linear(color.red) + 0.7152 * _linear(color.green) + 0.0722 * _linear(color.blue)


def _linear(level: int) -> float:
    """Return the light of one channel of sRGB."""
    part = level / 255
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
