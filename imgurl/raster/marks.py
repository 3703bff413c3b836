"""Masks of marks: stars, bars, arcs with round ends."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageOps

from imgurl.raster.shapes import oversampled, rectangle_mask

# A star's inner corners and the rounding of its tips, in parts of its radius.
INNER = 0.5
ROUNDING = 0.12


def star_mask(side: int) -> Image.Image:
    """Return the mask of a star with five rounded tips that is as wide as its square."""

    def draw(pen: ImageDraw.ImageDraw, wide: int, high: int) -> None:
        # Grown by ``blunt`` on all sides the star is as wide as the square; its height is a little less.
        turns = [math.radians(36 * index - 90) for index in range(10)]
        reach = math.sin(math.radians(72))
        radius = wide / 2 / (reach + ROUNDING)
        blunt = ROUNDING * radius
        middle = high / 2 + radius * (1 - math.cos(math.radians(36))) / 2
        points = [
            (wide / 2 + length * math.cos(turn), middle + length * math.sin(turn))
            for turn, length in zip(turns, [radius, radius * INNER] * 5, strict=True)
        ]
        pen.polygon(points, fill=255)
        pen.line([*points, points[0], points[1]], fill=255, width=max(1, round(2 * blunt)), joint="curve")

    mask = oversampled(side, side, draw)
    # Pillow draws opposite sides differently.
    return ImageChops.lighter(mask, ImageOps.mirror(mask))


def in_row(mark: Image.Image, width: int, height: int, places: Sequence[int]) -> Image.Image:
    """Return a mask with a mark at each of some places from the left, in the middle of its height."""
    row = Image.new("L", (width, height))
    for place in places:
        row.paste(mark, (place, (height - mark.height) // 2))
    return row


def bar_mask(size: tuple[int, int], share: float, direction: str, *, is_round: bool) -> Image.Image:
    """Return the mask of a bar in a box, as much of it as ``share`` (0.0 to 1.0), which grows to the right, left …"""
    width, height = size if direction in ("right", "left") else size[::-1]
    bar = rectangle_mask(width, height, height / 2 if is_round else 0.0)
    if share < 1:
        # The whole bar, moved out of itself: a short one has the round end of a long one.
        moved = Image.new("L", bar.size)
        moved.paste(bar, ((max(1, round(share * width)) if share > 0 else 0) - width, 0))
        bar = ImageChops.multiply(bar, moved)
    if direction in ("left", "down"):
        bar = ImageOps.mirror(bar)
    return bar if direction in ("right", "left") else bar.transpose(Image.Transpose.ROTATE_90)


def arc_mask(size: tuple[int, int], thickness: float, start: float, sweep: float, *, is_round: bool) -> Image.Image:
    """Return the mask of an arc within the largest circle in the middle of a box.

    It runs clockwise over ``sweep`` degrees from ``start``, where 0 is the top; ``is_round`` says whether its ends are.
    """
    width, height = size
    if sweep <= 0:
        return Image.new("L", size)
    radius = min(width, height) / 2
    half = min(thickness, radius) / 2
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2)[None, :]
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, None]
    # Turned so that the middle of the arc is at the top, and folded at it: both ends are one.
    middle = math.radians(start + sweep / 2)
    across = np.abs(x * math.cos(middle) + y * math.sin(middle))
    up = x * math.sin(middle) - y * math.cos(middle)
    # How far a pixel's centre is outside of the arc, in pixels; negative inside.
    outside = np.abs(np.hypot(across, up) - (radius - half)) - half
    if sweep < 360:
        end = math.radians(sweep / 2)
        beyond = np.arctan2(across, up) - end
        if is_round:
            cap = np.hypot(across - (radius - half) * math.sin(end), up - (radius - half) * math.cos(end)) - half
            outside = np.where(beyond > 0, cap, outside)
        else:
            quarter = math.pi / 2
            outside = np.maximum(outside, np.hypot(across, up) * np.sin(np.clip(beyond, -quarter, quarter)))
    return Image.fromarray(np.rint(np.clip(0.5 - outside, 0, 1) * 255).astype(np.uint8))


def left_part(mask: Image.Image, edge: float) -> Image.Image:
    """Return a mask without what is right of ``edge`` px."""
    whole = max(0, min(mask.width, math.floor(edge)))
    kept = Image.new("L", mask.size)
    kept.paste(mask.crop((0, 0, whole, mask.height)), (0, 0))
    if whole < mask.width and edge > whole:
        column = mask.crop((whole, 0, whole + 1, mask.height))
        kept.paste(column.point([round(level * (edge - whole)) for level in range(256)]), (whole, 0))
    return kept
