"""Colours and gradients of a page (ISO 32000-2, 8.6 and 8.7): interpolated as ``raster.fills`` does.

PDF interpolates colours and knows no alpha in a gradient: that is a second gradient, of greys, in a soft mask.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from imgurl.color import Color, Fill, GradientStop, LinearGradient, RadialGradient
from imgurl.geometry import Box
from imgurl.pdf.objects import numbers

# A piece of a gradient whose alpha changes bends its colours; so many straight pieces follow it.
BENDS = 12

# Two stops at one place are an edge. The bounds of a function must ascend.
EDGE = 1e-5


@dataclass(frozen=True, slots=True)
class Shading:
    """A gradient over an area, and which channels of it: the colours, or the alpha as grey."""

    gradient: LinearGradient | RadialGradient
    area: Box
    is_alpha: bool = False

    def entries(self) -> dict[str, object]:
        """Return the shading dictionary."""
        return {
            "ShadingType": 2 if isinstance(self.gradient, LinearGradient) else 3,
            "ColorSpace": b"/DeviceGray" if self.is_alpha else b"/DeviceRGB",
            "Coords": _coordinates(self.gradient, self.area),
            "Function": _function(self.gradient.stops, is_alpha=self.is_alpha),
            "Extend": [True, True],
        }


def is_opaque(fill: Fill) -> bool:
    """Say whether nothing shows through."""
    return fill.alpha == 255 if isinstance(fill, Color) else all(stop.color.alpha == 255 for stop in fill.stops)


def is_clear(fill: Fill) -> bool:
    """Say whether the fill can't be seen."""
    return fill.alpha == 0 if isinstance(fill, Color) else all(stop.color.alpha == 0 for stop in fill.stops)


def rgb(color: Color) -> bytes:
    """Return a colour's three components."""
    return numbers(*(channel / 255 for channel in color.rgb))


def _coordinates(gradient: LinearGradient | RadialGradient, area: Box) -> list[float]:
    if isinstance(gradient, LinearGradient):
        # https://www.w3.org/TR/css-images-3/#linear-gradients: to the corner in the direction of the angle.
        sine, cosine = math.sin(math.radians(gradient.angle)), math.cos(math.radians(gradient.angle))
        half = (abs(area.width * sine) + abs(area.height * cosine)) / 2
        x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
        return [x - sine * half, y + cosine * half, x + sine * half, y - cosine * half]
    x, y = gradient.center_x * area.width, gradient.center_y * area.height
    farthest = max(math.hypot(across - x, down - y) for across in (0, area.width) for down in (0, area.height))
    return [area.left + x, area.top + y, 0.0, area.left + x, area.top + y, farthest * gradient.radius]


def _function(stops: tuple[GradientStop, ...], *, is_alpha: bool) -> dict[str, object]:
    """Return the function from 0 … 1 to colours: straight pieces, stitched together."""
    steps = [(0.0, stops[0].color), *_ascending(stops), (1.0, stops[-1].color)]
    pieces, bounds = [], []
    for (start, first), (end, last) in pairwise(steps):
        if end <= start:
            continue
        bends = 1 if is_alpha or first.alpha == last.alpha else BENDS
        for bend in range(bends):
            ends = (_mixed(first, last, share / bends) for share in (bend, bend + 1))
            before, after = ([alpha] if is_alpha else channels for channels, alpha in ends)
            pieces.append({"FunctionType": 2, "Domain": [0, 1], "C0": before, "C1": after, "N": 1})
            bounds.append(start + (end - start) * (bend + 1) / bends)
    return {
        "FunctionType": 3,
        "Domain": [0, 1],
        "Functions": pieces,
        "Bounds": [b"%.6f" % bound for bound in bounds[:-1]],
        "Encode": [0, 1] * len(pieces),
    }


def _ascending(stops: tuple[GradientStop, ...]) -> list[tuple[float, Color]]:
    steps: list[tuple[float, Color]] = []
    for stop in stops:
        least = steps[-1][0] + EDGE if steps else 0.0
        steps.append((min(max(stop.offset, least), 1.0), stop.color))
    return steps


def _mixed(first: Color, last: Color, share: float) -> tuple[list[float], float]:
    """Return the colour between two, interpolated with alpha premultiplied, and its alpha."""
    weights = first.alpha / 255 * (1 - share), last.alpha / 255 * share
    alpha = sum(weights)
    if alpha <= 0:
        # Of something that can't be seen: the colour that it becomes, so that the next piece has no edge.
        near = last if share < 1 else first
        return [channel / 255 for channel in (near if near.alpha else first if first.alpha else last).rgb], 0.0
    mixed = [
        (before * weights[0] + after * weights[1]) / alpha / 255
        for before, after in zip(first.rgb, last.rgb, strict=True)
    ]
    return mixed, alpha
