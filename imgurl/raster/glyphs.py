"""Glyphs to masks with HarfBuzz's rasteriser: exact sub-pixel positions, no hinting; COLRv1 emoji in colour."""

import math
from collections.abc import Iterable
from functools import lru_cache

import uharfbuzz as hb
from PIL import Image

from imgurl.geometry import Box
from imgurl.text.fonts import Font
from imgurl.text.layout import PlacedRun

# Copies of the text around a circle whose union is its outline: round joins, no gap an eye could see.
STROKE_DIRECTIONS = 24


def run_mask(runs: Iterable[PlacedRun], size: float, clip: Box) -> tuple[Image.Image, int, int] | None:
    """Return the mask of outline glyphs and its top left corner; None where there is no ink inside ``clip``.

    Positions are those of the runs; one pixel of the mask is the share of it that glyphs cover, overlaps counted
    once.
    """
    draw = hb.RasterDraw()
    for run in runs:
        scale = size / run.font.upem
        for glyph in run.glyphs:
            draw.transform = (scale, 0, 0, scale, glyph.x, -glyph.y)
            draw.draw_glyph(run.font.hb_font, glyph.id)
    return _rendered(draw, clip)


def stroke_mask(runs: Iterable[PlacedRun], size: float, width: float, clip: Box) -> tuple[Image.Image, int, int] | None:
    """Return the mask of the glyphs grown by ``width`` px on all sides, with round corners."""
    draw = hb.RasterDraw()
    rings = [width * part / math.ceil(width / 2) for part in range(1, math.ceil(width / 2) + 1)]
    offsets = [
        (
            ring * math.cos(math.tau * step / STROKE_DIRECTIONS),
            ring * math.sin(math.tau * step / STROKE_DIRECTIONS),
        )
        for ring in rings
        for step in range(STROKE_DIRECTIONS)
    ]
    for run in runs:
        scale = size / run.font.upem
        for glyph in run.glyphs:
            for right, down in offsets:
                draw.transform = (scale, 0, 0, scale, glyph.x + right, -glyph.y - down)
                draw.draw_glyph(run.font.hb_font, glyph.id)
    return _rendered(draw, clip)


@lru_cache(maxsize=512)
def color_glyph(font: Font, glyph: int, size: float) -> tuple[Image.Image, int, int] | None:
    """Return a colour glyph as RGBA with the offset of its top left corner from the glyph's origin."""
    left, bottom, right, top = font.ink(glyph)
    if right <= left:
        return None
    x, y = math.floor(left * size) - 1, math.floor(bottom * size) - 1
    width, height = math.ceil(right * size) + 1 - x, math.ceil(top * size) + 1 - y
    paint = hb.RasterPaint()
    scale = size / font.upem
    paint.extents = hb.RasterExtents(x, y, width, height, 0)
    paint.transform = (scale, 0, 0, scale, 0, 0)
    if not paint.paint_glyph_or_fail(font.hb_font, glyph):
        return None
    image = paint.render()
    extents = image.extents
    # Rows come bottom up, colours premultiplied.
    pixels = Image.frombuffer(
        "RGBa", (extents.width, extents.height), bytes(image.buffer), "raw", "BGRa", extents.stride, -1
    )
    return pixels.convert("RGBA"), extents.x_origin, -(extents.y_origin + extents.height)


def _rendered(draw: hb.RasterDraw, clip: Box) -> tuple[Image.Image, int, int] | None:
    image = draw.render()
    extents = image.extents if image else None
    if extents is None or not extents.width or not extents.height:
        return None
    mask = Image.frombuffer("L", (extents.width, extents.height), bytes(image.buffer), "raw", "L", extents.stride, -1)
    left, top = extents.x_origin, -(extents.y_origin + extents.height)
    box = Box(left, top, left + mask.width, top + mask.height)
    seen = box.intersect(clip)
    if seen.is_empty:
        return None
    if seen != box:
        mask = mask.crop(seen.move(-left, -top).corners)
    return mask, seen.left, seen.top
