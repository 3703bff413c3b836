"""Dashes along the outline of a shape."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, count, pairwise

from PIL import Image, ImageChops, ImageDraw

from imgurl.raster.shapes import OVERSAMPLING, Point, enlarged_points, oversampled


def dashed(
    outline: Image.Image, paths: Sequence[Sequence[Point]], dash: Sequence[float], thickness: float, *, is_line: bool
) -> Image.Image:
    """Return an outline where it is on a dash; ``paths`` run along its middle, ``dash`` are lengths of dash and gap.

    On each path the dashes are stretched to a whole number of them, so that corners and ends look alike: a line begins
    and ends with a dash, a corner is in the middle of one.
    """

    def draw(pen: ImageDraw.ImageDraw, _wide: int, _high: int) -> None:
        # Wider than the outline, which cuts them to its width.
        width = math.ceil(thickness * OVERSAMPLING) + 2 * OVERSAMPLING
        for path in paths:
            lengths = [0.0, *accumulate(math.dist(first, second) for first, second in pairwise(path))]
            for start, end in _dashes(lengths[-1], dash, is_line=is_line):
                _draw_dash(pen, _between(path, lengths, start, end), width)

    return ImageChops.multiply(outline, oversampled(outline.width, outline.height, draw))


def rectangle_paths(width: float, height: float, inset: float) -> list[list[Point]]:
    """Return the sides of a rectangle, ``inset`` px within its edges; each as long as the edge, over the corners."""
    return [
        [(0.0, inset), (width, inset)],
        [(width - inset, 0.0), (width - inset, height)],
        [(width, height - inset), (0.0, height - inset)],
        [(inset, height), (inset, 0.0)],
    ]


def rounded_path(width: float, height: float, radius: float, inset: float) -> list[Point]:
    """Return the closed path of a rounded rectangle, or of an ellipse if the radius is half its sides."""
    across, down = max(0.0, min(radius, width / 2) - inset), max(0.0, min(radius, height / 2) - inset)
    return _corners(width, height, (across, down), inset)


def ellipse_path(width: float, height: float, inset: float) -> list[Point]:
    """Return the closed path of the ellipse that touches the sides, ``inset`` px within it."""
    return _corners(width, height, (width / 2 - inset, height / 2 - inset), inset)


def _corners(width: float, height: float, radii: tuple[float, float], inset: float) -> list[Point]:
    across, down = max(0.0, radii[0]), max(0.0, radii[1])
    steps = max(8, math.ceil(math.sqrt(max(across, down)) * 4))
    centers = [
        (width - inset - across, inset + down),
        (width - inset - across, height - inset - down),
        (inset + across, height - inset - down),
        (inset + across, inset + down),
    ]
    points = [
        (x + across * math.sin(turn), y - down * math.cos(turn))
        for quarter, (x, y) in enumerate(centers)
        for turn in (math.pi / 2 * (quarter + step / steps) for step in range(steps + 1))
    ]
    return [*points, points[0]]


def _dashes(whole: float, dash: Sequence[float], *, is_line: bool) -> Iterator[tuple[float, float]]:
    """Yield beginning and end of each dash on a path of some length."""
    if whole <= 0:
        return
    period, end_dash = sum(dash), dash[0] if is_line else 0.0
    stretch = whole / (max(1, round((whole - end_dash) / period)) * period + end_dash)
    at = 0.0 if is_line else -dash[0] * stretch / 2
    for index in count():
        if at >= whole:
            return
        end = at + dash[index % len(dash)] * stretch
        # The last one may be a hair's breadth long, where sums are rounded.
        if index % 2 == 0 and end > 0 and whole - at > 1e-6:
            yield max(0.0, at), min(whole, end)
        at = end


def _draw_dash(pen: ImageDraw.ImageDraw, piece: Sequence[Point], width: int) -> None:
    (left, top), (right, bottom) = piece[0], piece[-1]
    if len(piece) > 2 or (left != right and top != bottom):
        pen.line(enlarged_points(piece), fill=255, width=width, joint="curve")
        return
    # Straight: Pillow's lines are a pixel longer at one of their ends.
    across = sorted(round(x * OVERSAMPLING) for x in (left, right))
    down = sorted(round(y * OVERSAMPLING) for y in (top, bottom))
    around = (width // 2, 0) if left == right else (0, width // 2)
    box = (across[0] - around[0], down[0] - around[1], across[1] + around[0] - 1, down[1] + around[1] - 1)
    if box[0] <= box[2] and box[1] <= box[3]:
        pen.rectangle(box, fill=255)


def _between(path: Sequence[Point], lengths: Sequence[float], start: float, end: float) -> list[Point]:
    """Return the part of a path between two lengths of it; ``lengths`` are those at its points."""
    inner = path[bisect_right(lengths, start) : bisect_left(lengths, end)]
    return [_at(path, lengths, start), *inner, _at(path, lengths, end)]


def _at(path: Sequence[Point], lengths: Sequence[float], length: float) -> Point:
    after = min(max(1, bisect_left(lengths, length)), len(path) - 1)
    span = lengths[after] - lengths[after - 1]
    part = (length - lengths[after - 1]) / span if span else 0.0
    (x, y), (right, down) = path[after - 1], path[after]
    return x + part * (right - x), y + part * (down - y)
