"""CSS colours and what can fill an area: a colour, a linear or a radial gradient.

Colours are parsed by coloraide (CSS Color Module Level 4, https://www.w3.org/TR/css-color-4/) and clipped to
sRGB. Pillow's own parser does not know ``rgb(255 0 0 / 50%)`` or ``oklch(…)``, which design tools write. The forms
that most designs keep to are read here, because coloraide takes 0.1 s to import.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

# The common forms: #rgb, #rgba, #rrggbb, #rrggbbaa, and rgb() of whole channels with spaces or with commas.
SHORT_HEX = re.compile(r"#[0-9A-Fa-f]{3,4}")
LONG_HEX = re.compile(r"#(?:[0-9A-Fa-f]{2}){3,4}")
RGB_FORMS = tuple(
    re.compile(
        rf"rgba?\( *([0-9]{{1,3}}){between}([0-9]{{1,3}}){between}([0-9]{{1,3}})(?:{slash}([0-9.]{{1,8}}%?))? *\)"
    )
    for between, slash in ((" +", " */ *"), (" *, *", " *, *"))
)
DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?%?")

HEX_DIGITS = re.compile(r"[0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}")


class Color(NamedTuple):
    """An sRGB colour: four channels of 0 to 255; ``alpha`` 255 is opaque."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The three colour channels."""
        return self.red, self.green, self.blue

    @property
    def hex(self) -> str:
        """``#rrggbb``, or ``#rrggbbaa`` if it is not opaque."""
        digits = f"#{self.red:02x}{self.green:02x}{self.blue:02x}"
        return digits if self.alpha == 255 else f"{digits}{self.alpha:02x}"


@dataclass(frozen=True, slots=True)
class GradientStop:
    """A colour at an ``offset`` of 0.0 (start) to 1.0 (end)."""

    offset: float
    color: Color


@dataclass(frozen=True, slots=True)
class LinearGradient:
    """A gradient along a line; ``angle`` in degrees as in CSS: 0 points up, 90 to the right.

    Source: https://www.w3.org/TR/css-images-3/#linear-gradients
    """

    angle: float
    stops: tuple[GradientStop, ...]


@dataclass(frozen=True, slots=True)
class RadialGradient:
    """A gradient around a point.

    ``center_x`` and ``center_y`` are fractions of the box; ``radius`` is a fraction of the distance from the
    centre to the farthest corner.
    """

    center_x: float
    center_y: float
    radius: float
    stops: tuple[GradientStop, ...]


Fill = Color | LinearGradient | RadialGradient


@lru_cache(maxsize=1024)
def parse_color(text: str) -> Color:
    """Parse any CSS colour into sRGB.

    Raises ValueError with a sentence for anything else; ``currentcolor`` and system colours are not colours here.
    """
    stripped = text.strip()
    return _common(stripped) or _uncommon(stripped)


def _common(text: str) -> Color | None:
    """Read a colour in one of the common forms; None for every other text, colour or not."""
    if SHORT_HEX.fullmatch(text):
        return Color(*(int(digit * 2, 16) for digit in text[1:]))
    if LONG_HEX.fullmatch(text):
        return Color(*bytes.fromhex(text[1:]))
    for form in RGB_FORMS:
        found = form.fullmatch(text)
        if found:
            red, green, blue, alpha = found.groups(default="1")
            if DECIMAL.fullmatch(alpha):
                opacity = float(alpha[:-1]) * 0.01 if alpha.endswith("%") else float(alpha)
                channels = (int(red), int(green), int(blue), round(255 * opacity))
                return Color(*(min(255, channel) for channel in channels))
    return None


def _uncommon(text: str) -> Color:
    """Read a colour in any form of CSS. Raises ValueError with a sentence."""
    from coloraide import Color as CssColor  # noqa: PLC0415 - see above

    try:
        parsed = CssColor(text).convert("srgb").clip()
    except (ValueError, OverflowError):  # the latter from conversions of numbers like 1e300
        message = f"'{text}' is not a CSS colour; write for example #1a73e8, rgb(26 115 232 / 80%) or tomato"
        raise ValueError(message) from None
    channels = [*parsed.coords(nans=False), parsed.alpha(nans=False)]
    return Color(*(round(255 * min(1.0, max(0.0, channel))) for channel in channels))


def parse_value(text: str) -> Color:
    """Parse a colour that came as a value: any CSS colour, or its 3, 4, 6 or 8 hexadecimal digits without the ``#``.

    A raw ``#`` ends the link, so signers and lists leave it out. No colour name of CSS consists of such digits
    alone. ``123`` and ``100000`` are colours like any other: a field of colours holds nothing else, and a spreadsheet
    keeps their digits. Raises ValueError with a sentence.
    """
    return parse_color(f"#{text}" if HEX_DIGITS.fullmatch(text) else text)


def is_color(text: str) -> bool:
    """Say whether ``text`` is a CSS colour."""
    try:
        parse_color(text)
    except ValueError:
        return False
    return True
