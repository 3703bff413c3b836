"""Masks of shapes: rectangle, rounded rectangle, ellipse, line; filled or as an outline."""

from collections.abc import Callable, Iterable

from PIL import Image, ImageDraw

# Edges are drawn this many times larger and averaged: 17 shades at an edge. At whole pixels of the larger picture:
# between them Pillow draws opposite sides differently.
OVERSAMPLING = 4

Point = tuple[float, float]


def rectangle_mask(width: int, height: int, radius: float = 0.0, inset: float = 0.0) -> Image.Image:
    """Return the mask of a rectangle with corners of ``radius`` px, ``inset`` px smaller on each side."""
    if not radius and inset == int(inset):
        mask = Image.new("L", (width, height))
        edge = int(inset)
        if width > 2 * edge and height > 2 * edge:
            mask.paste(255, (edge, edge, width - edge, height - edge))
        return mask
    limit = min(width, height) / 2 - inset
    corner = round(max(0.0, min(radius - inset, limit)) * OVERSAMPLING)

    def draw(pen: ImageDraw.ImageDraw, wide: int, high: int) -> None:
        edge = round(inset * OVERSAMPLING)
        if wide - 2 * edge >= 1 and high - 2 * edge >= 1:
            pen.rounded_rectangle((edge, edge, wide - 1 - edge, high - 1 - edge), corner, fill=255)

    return oversampled(width, height, draw)


def ellipse_mask(width: int, height: int, inset: float = 0.0) -> Image.Image:
    """Return the mask of the ellipse that touches the sides, ``inset`` px smaller on each side."""

    def draw(pen: ImageDraw.ImageDraw, wide: int, high: int) -> None:
        edge = round(inset * OVERSAMPLING)
        if wide - 2 * edge >= 1 and high - 2 * edge >= 1:
            pen.ellipse((edge, edge, wide - 1 - edge, high - 1 - edge), fill=255)

    return oversampled(width, height, draw)


def line_mask(width: int, height: int, thickness: float) -> Image.Image:
    """Return the mask of a line from the top left to the bottom right; a flat box gives a straight line."""
    if height <= thickness or width <= thickness:
        return Image.new("L", (width, height), 255)

    def draw(pen: ImageDraw.ImageDraw, wide: int, high: int) -> None:
        pen.line((0, 0, wide, high), fill=255, width=max(1, round(thickness * OVERSAMPLING)))

    return oversampled(width, height, draw)


def enlarged_points(points: Iterable[Point]) -> list[Point]:
    """Return points of a mask as Pillow takes them in the larger picture, where a point is the middle of a pixel."""
    return [(x * OVERSAMPLING - 0.5, y * OVERSAMPLING - 0.5) for x, y in points]


def oversampled(width: int, height: int, draw: Callable[[ImageDraw.ImageDraw, int, int], None]) -> Image.Image:
    """Return a mask that ``draw`` draws larger, in white on black; it is told the larger size."""
    large = Image.new("L", (width * OVERSAMPLING, height * OVERSAMPLING))
    draw(ImageDraw.Draw(large), *large.size)
    return large.reduce(OVERSAMPLING)
