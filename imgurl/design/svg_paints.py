"""Gradients of an SVG as fills of a layer, where the two can be the same."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

from imgurl.color import is_color, parse_color
from imgurl.design.svg_attributes import NUMBER, Matrix, local_name, matrix_of, number_of, said_of, times

HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
WHOLE: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MAX_STOPS = 16
MAX_LINKS = 10

#: A box in pixels of the design: left, top, width, height.
Box = tuple[int, int, int, int]
#: The same in units of the file.
Shape = tuple[float, float, float, float]
Stops = list[tuple[float, str]]
Named = Callable[[str], ET.Element | None]


def fill_of(
    gradient: ET.Element, opacity: float, whole: Matrix, shape: Shape, box: Box, named: Named
) -> dict[str, Any] | None:  # fmt: skip
    """Return a gradient as a fill of a box, None if a fill can't show the same.

    ``shape`` is the box of what is filled in units of the file (left, top, width, height), and ``whole`` takes those to
    pixels of the design.
    """
    name = local_name(gradient)
    said = _inherited(gradient, named)
    stops = _stops(gradient, opacity, named)
    if len(stops) < 2 or len(stops) > MAX_STOPS - 2 or said.get("spreadMethod", "pad") != "pad":
        return None
    is_own = said.get("gradientUnits", "objectBoundingBox") == "objectBoundingBox"
    left, top, width, height = shape
    units = times(whole, (width, 0.0, 0.0, height, left, top)) if is_own else whole
    moved = times(units, matrix_of(said.get("gradientTransform", "")))
    if name == "linearGradient":
        return _linear(said, moved, box, stops)
    return _radial(said, moved, box, stops) if name == "radialGradient" else None


def color_in(gradient: ET.Element, named: Named) -> str:
    """Return the first colour of a gradient."""
    return next((color for _, color in _stops(gradient, 1.0, named)), "black")


def _linear(said: dict[str, str], whole: Matrix, box: Box, stops: Stops) -> dict[str, Any] | None:
    (x1, y1), (x2, y2) = ((_part(said, x, start), _part(said, y, 0.0)) for x, y, start in
                          (("x1", "y1", 0.0), ("x2", "y2", 1.0)))  # fmt: skip
    begin, end = _at(whole, x1, y1), _at(whole, x2, y2)
    # What stands at a right angle to the line there has one colour; it has to do so here.
    a, b, c, d, _, _ = whole
    across = (-(y2 - y1), x2 - x1)
    turned = (a * across[0] + c * across[1], b * across[0] + d * across[1])
    right, down = end[0] - begin[0], end[1] - begin[1]
    length = math.hypot(right, down)
    if length < 1e-6 or abs(right * turned[0] + down * turned[1]) > 0.01 * length * math.hypot(*turned):
        return None
    angle = math.degrees(math.atan2(right, -down)) % 360
    sine, cosine = right / length, -down / length
    left, top, width, height = box
    line = abs(width * sine) + abs(height * cosine)

    def place(x: float, y: float) -> float:
        return ((x - left - width / 2) * sine - (y - top - height / 2) * cosine) / line + 0.5

    first, last = place(*begin), place(*end)
    moved = [(first + at * (last - first), color) for at, color in stops]
    return {"type": "linear", "angle": round(angle, 2), "stops": _between(moved)}


def _radial(said: dict[str, str], whole: Matrix, box: Box, stops: Stops) -> dict[str, Any] | None:
    x, y, radius = (_part(said, key, 0.5) for key in ("cx", "cy", "r"))
    a, b, c, d, _, _ = whole
    wide, high = math.hypot(a, b), math.hypot(c, d)
    is_round = abs(wide - high) < 0.01 * max(wide, high) and abs(a * c + b * d) < 0.01 * wide * high
    has_focus = _part(said, "fx", x) != x or _part(said, "fy", y) != y
    if not is_round or has_focus or radius <= 0:
        return None
    across, down = _at(whole, x, y)
    left, top, width, height = box
    corners = [(left + i * width - across, top + j * height - down) for i in (0, 1) for j in (0, 1)]
    reach = radius * wide / max(math.hypot(*corner) for corner in corners)
    center = [round((across - left) / width, 4), round((down - top) / height, 4)]
    if not 0.001 < reach <= 4 or any(abs(one) > 10 for one in center):
        return None
    listed = [{"offset": round(at, 4), "color": color} for at, color in stops]
    return {"type": "radial", "center": center, "radius": round(reach, 4), "stops": listed}


def _between(stops: Stops) -> list[dict[str, Any]]:
    """Return stops that may be outside of a line as those of the line itself."""
    inside = [(at, color) for at, color in stops if 0 <= at <= 1]
    if not inside or inside[0][0] > 0:
        inside.insert(0, (0.0, _color_at(stops, 0.0)))
    if inside[-1][0] < 1:
        inside.append((1.0, _color_at(stops, 1.0)))
    return [{"offset": round(at, 4), "color": color} for at, color in inside]


def _color_at(stops: Stops, at: float) -> str:
    if at <= stops[0][0]:
        return stops[0][1]
    for (begin, one), (end, other) in pairwise(stops):
        if begin <= at <= end:
            share = (at - begin) / (end - begin) if end > begin else 1.0
            first, second = parse_color(one), parse_color(other)
            mixed = [
                start + (stop - start) * share
                for start, stop in zip(
                    (first.red, first.green, first.blue, first.alpha),
                    (second.red, second.green, second.blue, second.alpha), strict=True,
                )
            ]  # fmt: skip
            return _written(mixed[0], mixed[1], mixed[2], mixed[3] / 255)
    return stops[-1][1]


def _stops(gradient: ET.Element, opacity: float, named: Named) -> Stops:
    owner: ET.Element | None = gradient
    for _ in range(MAX_LINKS):
        if owner is None or any(local_name(one) == "stop" for one in owner):
            break
        owner = named(_link(owner))
    found: Stops = []
    for stop in owner if owner is not None else ():
        if local_name(stop) != "stop":
            continue
        said = said_of(stop)
        text = said.get("stop-color", "black")
        color = parse_color(text if is_color(text) else "black")
        share = number_of(said.get("stop-opacity", "1"))
        alpha = color.alpha / 255 * (1.0 if share is None else share) * opacity
        at = max(found[-1][0] if found else 0.0, min(1.0, max(0.0, _share(said.get("offset", "0")))))
        found.append((at, _written(color.red, color.green, color.blue, alpha)))
    return found


def _written(red: float, green: float, blue: float, alpha: float) -> str:
    if alpha >= 0.9995:
        return f"#{round(red):02x}{round(green):02x}{round(blue):02x}"
    return f"rgb({round(red)} {round(green)} {round(blue)} / {round(alpha * 100, 1):g}%)"


def _inherited(gradient: ET.Element, named: Named) -> dict[str, str]:
    said: dict[str, str] = {}
    owner: ET.Element | None = gradient
    for _ in range(MAX_LINKS):
        if owner is None:
            break
        said = {key: value for key, value in owner.attrib.items() if not key.startswith("{")} | said
        owner = named(_link(owner))
    return said


def _link(element: ET.Element) -> str:
    return next((element.get(key, "") for key in HREFS if element.get(key)), "").removeprefix("#")


def _part(said: dict[str, str], key: str, usual: float) -> float:
    return _share(said[key]) if key in said else usual


def _share(text: str) -> float:
    found = NUMBER.match(text.strip())
    return float(found.group()) / (100 if text.strip().endswith("%") else 1) if found else 0.0


def _at(whole: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = whole
    return a * x + c * y + e, b * x + d * y + f
