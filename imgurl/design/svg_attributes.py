"""What the attributes of an SVG's elements say: transforms, colours, boxes, shadows."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree as ET

from imgurl.color import is_color, parse_color
from imgurl.design.svg import SVG

NUMBER = re.compile(r"[-+]?(?:[0-9]*\.[0-9]+|[0-9]+\.?)(?:e[-+]?[0-9]+)?", re.IGNORECASE)
CALL = re.compile(r"(\w+)\s*\(([^)]*)\)")
URL = re.compile(r"url\(\s*['\"]?#([^)'\"]+)")
DECLARED = re.compile(r"([\w-]+)\s*:\s*([^;]*)")

# What is inherited from groups.
INHERITED = (
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "font-family", "font-size", "font-weight",
    "font-style", "letter-spacing", "text-anchor", "stroke-dasharray", "text-decoration",
    "text-decoration-line", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "fill-rule",
)  # fmt: skip

# How a layer can mix with what is below it.
BLENDS = ("normal", "multiply", "screen")

# How far a length may be from a whole pixel and still be meant so.
NEAR = 0.01


@dataclass(frozen=True, slots=True)
class Style:
    """The properties that are inherited."""

    values: Mapping[str, str]

    @property
    def fill(self) -> str:
        """What an element is filled with."""
        return self.values.get("fill", "black")

    @property
    def stroke(self) -> str:
        """What its edge is drawn with."""
        return self.values.get("stroke", "none")


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for an element: where its pixels are in the design, what it inherits, what its groups add.

    ``angle`` is how far it is turned, None if it is skewed, mirrored or stretched. ``matrix`` is the whole transform.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    angle: float | None = 0.0
    matrix: tuple[float, float, float, float, float, float] | None = None
    style: Style = Style({})
    opacity: float = 1.0
    shadow: dict[str, Any] | None = None
    own: bool = True
    blend: str = "normal"

    @property
    def whole(self) -> tuple[float, float, float, float, float, float]:
        """The transform to pixels of the design."""
        return self.matrix or (self.scale, 0.0, 0.0, self.scale, self.x, self.y)

    @property
    def is_plain(self) -> bool:
        """Whether it is only moved and scaled."""
        return self.angle == 0.0

    @property
    def stroke_width(self) -> float:
        """How wide the edge is, in pixels of the design."""
        return round(max(0.1, (number_of(self.style.values.get("stroke-width", "1")) or 1) * self.scale), 2)

    @property
    def dash(self) -> list[float]:
        """The lengths of dashes and gaps of the edge, in pixels of the design."""
        return [
            round(float(one) * self.scale, 2) for one in NUMBER.findall(self.style.values.get("stroke-dasharray", ""))
        ]

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is in the design."""
        a, b, c, d, e, f = self.whole
        return a * x + c * y + e, b * x + d * y + f

    def box_of(self, element: ET.Element, name: str) -> tuple[int, int, int, int] | None:
        """Return the box of a shape or picture in whole pixels, upright; None if it has none."""
        found = self.shape_of(element, name)
        if found is None:
            return None
        left, top, width, height = found
        edge = self.stroke_width / self.scale if self.style.stroke != "none" and name != "line" else 0.0
        # An edge is drawn half outside there, and inside here.
        left, top, width, height = left - edge / 2, top - edge / 2, width + edge, height + edge
        x, y = self.point(left + width / 2, top + height / 2)
        x, y = x - width * self.scale / 2, y - height * self.scale / 2
        right, bottom = x + width * self.scale, y + height * self.scale
        box = round(x), round(y), max(1, round(right) - round(x)), max(1, round(bottom) - round(y))
        return box if width > 0 and height > 0 else None

    def shape_of(self, element: ET.Element, name: str) -> tuple[float, float, float, float] | None:
        """Return left, top, width and height of a shape or picture in units of the file, without its edge."""
        at = {key: number_of(element.get(key, "")) or 0.0 for key in
              ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2")}  # fmt: skip
        if name in ("rect", "image"):
            return at["x"], at["y"], at["width"], at["height"]
        if name in ("circle", "ellipse"):
            across, down = (at["r"], at["r"]) if name == "circle" else (at["rx"], at["ry"])
            return at["cx"] - across, at["cy"] - down, 2 * across, 2 * down
        if name == "line" and (at["x1"] == at["x2"] or at["y1"] == at["y2"]):
            edge = self.stroke_width / self.scale if self.style.stroke != "none" else 0.0
            left, top = min(at["x1"], at["x2"]), min(at["y1"], at["y2"])
            width, height = abs(at["x1"] - at["x2"]), abs(at["y1"] - at["y2"])
            # A line has half of its width on each side.
            left, width = (left - edge / 2, edge) if width == 0 else (left, width)
            top, height = (top - edge / 2, edge) if height == 0 else (top, height)
            return left, top, width, height
        return None

    def radius_of(self, element: ET.Element) -> float:
        """Return how round the corners of a rectangle are."""
        if local_name(element) != "rect":
            return 0.0
        radius = number_of(element.get("rx", "")) or number_of(element.get("ry", "")) or 0.0
        edge = self.stroke_width / 2 if radius and self.style.stroke != "none" else 0.0
        return round(radius * self.scale + edge, 2)

    def wrapped(self, element: ET.Element) -> ET.Element:
        """Return an element in a group that puts it where it is in the design."""
        whole = self.whole
        attributes = {"transform": f"matrix({' '.join(f'{number:g}' for number in whole)})", **self.style.values}
        if self.opacity < 1:
            attributes["opacity"] = f"{self.opacity:g}"
        group = ET.Element(f"{{{SVG}}}g", attributes)
        if not self.own:
            # Its own transform and opacity are in the group's already.
            inner = ET.Element(element.tag, {key: value for key, value in element.attrib.items()
                                              if key not in ("transform", "opacity")})  # fmt: skip
            inner.extend(list(element))
            group.append(inner)
        else:
            group.append(element)
        return group


def local_name(element: ET.Element) -> str:
    """Return the name of an SVG element, "" for one of another namespace."""
    if not isinstance(element.tag, str):
        return ""
    space, _, name = element.tag.rpartition("}")
    return name if space in ("", f"{{{SVG}") else ""


def number_of(text: str) -> float | None:
    """Return the number that a length begins with; None for one in per cent, or for none."""
    found = NUMBER.match(text.strip())
    return float(found.group()) if found and not text.strip().endswith("%") else None


def painted_url(text: str) -> str:
    """Return the name that ``url(#name)`` refers to, "" for none."""
    found = URL.match(text.strip())
    return found[1] if found else ""


def path_free(element: ET.Element) -> bool:
    """Say whether an element is neither cut nor masked, and mixes as a layer can."""
    said = said_of(element)
    is_whole = all(said.get(key, "none") == "none" for key in ("clip-path", "mask"))
    return is_whole and blend_of(element) in BLENDS


def blend_of(element: ET.Element) -> str:
    """Return how an element mixes with what is below it."""
    return said_of(element).get("mix-blend-mode", "normal")


def said_of(element: ET.Element) -> dict[str, str]:
    """Return the properties of an element: attributes, and what its style says over them."""
    attributes = {key: value for key, value in element.attrib.items() if not key.startswith("{")}
    return attributes | {key: value.strip() for key, value in DECLARED.findall(attributes.get("style", ""))}


def around_of(element: ET.Element, around: Around) -> Around:
    """Return what holds inside of an element, given what holds around it."""
    said = said_of(element)
    inherited = {key: said[key] for key in INHERITED if key in said and said[key] != "inherit"}
    opacity = number_of(said.get("opacity", "1"))
    moved = replace(
        around,
        style=Style({**around.style.values, **inherited}),
        opacity=around.opacity * min(1.0, max(0.0, 1.0 if opacity is None else opacity)),
        own=True,
    )
    transform = said.get("transform", "")
    return _turned(moved, transform) if transform.strip() else moved


def _turned(around: Around, transform: str) -> Around:
    whole = times(around.whole, matrix_of(transform))
    a, b, c, d, e, f = whole
    scale = math.hypot(a, b)
    is_similar = abs(a - d) < NEAR * max(1, scale) and abs(b + c) < NEAR * max(1, scale) and scale > 0
    if not is_similar:
        return replace(around, matrix=whole, angle=None, scale=scale or 1.0)
    angle = round(math.degrees(math.atan2(b, a)), 2)
    is_plain = abs(angle) < NEAR
    return replace(
        around, scale=scale, x=e, y=f, angle=0.0 if is_plain else angle, matrix=None if is_plain else whole
    )  # fmt: skip


Matrix = tuple[float, float, float, float, float, float]


def matrix_of(transform: str) -> Matrix:
    """Return what the transforms of an attribute are together."""
    whole: Matrix = (1, 0, 0, 1, 0, 0)
    for name, listed in CALL.findall(transform):
        whole = times(whole, _matrix(name, [float(number) for number in NUMBER.findall(listed)]))
    return whole


def _matrix(name: str, numbers: list[float]) -> Matrix:
    first, second = [*numbers, 0.0, 0.0][:2]
    if name == "matrix" and len(numbers) == 6:
        return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
    if name == "translate":
        return (1, 0, 0, 1, first, second)
    if name == "scale" and numbers:
        return (first, 0, 0, numbers[1] if len(numbers) > 1 else first, 0, 0)
    if name == "rotate" and numbers:
        angle = math.radians(first)
        turn = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle), 0.0, 0.0)
        if len(numbers) < 3:
            return turn
        x, y = numbers[1:3]
        return times(times((1, 0, 0, 1, x, y), turn), (1, 0, 0, 1, -x, -y))
    if name in ("skewX", "skewY") and numbers:
        slope = math.tan(math.radians(first))
        return (1, 0, slope, 1, 0, 0) if name == "skewX" else (1, slope, 0, 1, 0, 0)
    return (1, 0, 0, 1, 0, 0)


def times(one: Matrix, other: Matrix) -> Matrix:
    """Return the transform that is the other one, and then this one."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)


def color_of(style: Style, which: str) -> str | None:
    """Return a fill or stroke as a colour; "" for none, None for what is no plain colour."""
    text = style.fill if which == "fill" else style.stroke
    if text in ("none", "transparent"):
        return ""
    if text == "currentColor":
        text = "black"
    if not is_color(text):
        return None
    opacity = number_of(style.values.get(f"{which}-opacity", "1"))
    return text if opacity is None or opacity >= 1 else alpha_of(text, opacity)


def alpha_of(text: str, opacity: float) -> str:
    """Return a colour with an opacity."""
    color = parse_color(text)
    share = round(color.alpha / 255 * opacity * 100, 1)
    return f"rgb({color.red} {color.green} {color.blue} / {share:g}%)"


def shadow_of(found: ET.Element, scale: float) -> dict[str, Any] | None:
    """Return the shadow that a filter casts as Figma writes it, None for a filter that does something else."""
    parts = {local_name(one): one for one in found}
    offset, blur = parts.get("feOffset"), parts.get("feGaussianBlur")
    colors = [one for one in found if local_name(one) == "feColorMatrix" and one.get("in") != "SourceAlpha"]
    if offset is None or blur is None or len(colors) != 1 or local_name(found) != "filter":
        return None
    numbers = [float(number) for number in NUMBER.findall(colors[0].get("values", ""))]
    if len(numbers) != 20:
        return None
    red, green, blue = (max(0, min(255, round(numbers[place] * 255))) for place in (4, 9, 14))
    alpha = max(0.0, min(100.0, round(numbers[18] * 100, 1)))
    x, y = (round((number_of(offset.get(key, "0")) or 0) * scale, 2) for key in ("dx", "dy"))
    # A shadow's blur is twice the deviation, as in CSS.
    size = round(2 * (number_of(blur.get("stdDeviation", "0")) or 0) * scale, 2)
    return {"x": x, "y": y, "blur": size, "color": f"rgb({red} {green} {blue} / {alpha:g}%)"}
