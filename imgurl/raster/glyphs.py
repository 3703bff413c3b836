"""Glyphs to masks with HarfBuzz's rasteriser: exact sub-pixel positions, no hinting; COLRv1 emoji in colour."""

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import uharfbuzz as hb
from cachetools import LRUCache
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgurl.geometry import Box
from imgurl.raster.canvas import ShadowPaint, blur_margin, levels_times
from imgurl.text.fonts import Font
from imgurl.text.layout import PlacedRun

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

# Copies of the text on rings whose union is its outline: so many on a ring at the least for round joins …
STROKE_DIRECTIONS = 24
# … and no further apart than a hairline is thick: a fortieth of the size in a serif font, but 1.5 px are never seen.
HAIRLINE_EM, NEAR_PX = 1 / 40, 1.5


class GlyphMask(NamedTuple):
    """The mask of one glyph; ``right`` and ``down`` lead from the pixel of its origin to its top left corner.

    Sizes are in pixels; the mask has as many bytes a pixel as it was drawn for.
    """

    mask: "ImagingCore"
    right: int
    down: int
    width: int
    height: int


class GlyphShade(NamedTuple):
    """The shadow of a glyph: blurred, times the shadow's alpha, without edges of zeros.

    ``levels`` have the shape (height, width); ``right`` and ``down`` as for its mask, whose columns are ``ink``.
    """

    levels: NDArray[np.uint8]
    right: int
    down: int
    ink: tuple[int, int]


# What a byte of a sum of shades holds, with something for rounding.
MAX_LEVEL = 250

#: Glyphs of one font at one size by ``strike_key``; None for a glyph without ink.
Strike = dict[int, GlyphMask | None]

# 16 MB hold about 8,000 letters of 64 px: the letters of a campaign's design in all its sizes.
GLYPH_CACHE_BYTES = 16_000_000


def strike_key(glyph: int, x_quarters: int, y_quarters: int) -> int:
    """Return the key of a glyph in a strike; its origin is so many quarters of a pixel off a pixel's corner."""
    return glyph << 4 | (x_quarters & 3) << 2 | y_quarters & 3


class GlyphCache:
    """Masks of single glyphs at quarters of a pixel, bounded in bytes; the least recently used strike goes first.

    A quarter is the finest step at which an eye tells two positions of a letter apart.
    """

    def __init__(self, max_bytes: int = GLYPH_CACHE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._strikes: OrderedDict[tuple[Font, float, int], Strike] = OrderedDict()
        self._size = 0
        self._shades: LRUCache[tuple[Font, float, int, float, int], GlyphShade | None] = LRUCache(
            max_bytes, getsizeof=_shade_bytes
        )

    def strike(self, font: Font, size: float, step: int = 1) -> Strike:
        """Return the glyphs drawn so far of a font at a size; what it lacks, ``draw`` adds.

        ``step`` is how many bytes of a mask a pixel has: 1, or 3 for packed rows.
        """
        name = font, size, step
        strike = self._strikes.get(name)
        if strike is None:
            strike = self._strikes[name] = {}
        else:
            self._strikes.move_to_end(name)
        return strike

    def draw(self, font: Font, size: float, key: int, step: int = 1) -> GlyphMask | None:
        """Draw a glyph and keep it in its strike; None for a glyph without ink."""
        drawn = hb.RasterDraw()
        scale = size / font.upem
        drawn.transform = (scale, 0, 0, scale, (key >> 2 & 3) / 4, -(key & 3) / 4)
        drawn.draw_glyph(font.hb_font, key >> 4)
        rendered = _rendered(drawn)
        mask = None
        if rendered:
            image, right, down = rendered
            widened = image if step == 1 else Image.fromarray(np.asarray(image).repeat(step, axis=1))
            mask = GlyphMask(widened.im, right, down, *image.size)
        self._keep((font, size, step), key, mask)
        return mask

    def shade(self, font: Font, size: float, key: int, deviation: float, alpha: int) -> GlyphShade | None:
        """Return a glyph blurred by a Gaussian, times ``alpha`` / 255, each once; None for a glyph without ink."""
        name = (font, size, key, deviation, alpha)
        try:
            return self._shades[name]
        except KeyError:
            pass
        strike = self.strike(font, size)
        mask = strike[key] if key in strike else self.draw(font, size, key)
        shade = _blurred(mask, deviation, alpha) if mask else None
        if _shade_bytes(shade) <= self._shades.maxsize:
            self._shades[name] = shade
        return shade

    @property
    def size(self) -> int:
        """Bytes held now."""
        return self._size + int(self._shades.currsize)

    def _keep(self, name: tuple[Font, float, int], key: int, mask: GlyphMask | None) -> None:
        weight = _mask_bytes(mask, name[2])
        if weight > self._max_bytes:
            return
        self._size += weight
        while self._size > self._max_bytes and self._strikes:
            (_, _, step), oldest = self._strikes.popitem(last=False)
            self._size -= sum(_mask_bytes(old, step) for old in oldest.values())
        self.strike(*name)[key] = mask


def _blurred(mask: GlyphMask, deviation: float, alpha: int) -> GlyphShade | None:
    margin = blur_margin(deviation)
    wide = Image.new("L", (mask.width + 2 * margin, mask.height + 2 * margin))
    wide.im.paste(mask.mask, (margin, margin, margin + mask.width, margin + mask.height))
    levels = _times(alpha)[np.asarray(wide.filter(ImageFilter.GaussianBlur(deviation)))]
    rows, columns = np.flatnonzero(levels.any(axis=1)), np.flatnonzero(levels.any(axis=0))
    if not rows.size:
        return None
    seen = np.ascontiguousarray(levels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    right, down = mask.right - margin + int(columns[0]), mask.down - margin + int(rows[0])
    return GlyphShade(seen, right, down, (mask.right, mask.right + mask.width))


@lru_cache(maxsize=256)
def _times(alpha: int) -> NDArray[np.uint8]:
    return np.array(levels_times(alpha), np.uint8)


def _shade_bytes(shade: GlyphShade | None) -> int:
    return 200 + (shade.levels.nbytes if shade else 0)


def _mask_bytes(mask: GlyphMask | None, step: int) -> int:
    return 200 + (mask.width * mask.height * step if mask else 0)


def shade_mask(
    runs: Sequence[PlacedRun], size: float, shadow: ShadowPaint, glyphs: GlyphCache, clip: Box
) -> tuple[Image.Image, int, int] | None:
    """Return the mask of the shadow of outline glyphs, alpha and all, and its top left corner, before it is moved.

    Blurring is linear, so glyphs that do not overlap may be blurred one by one and added. None if that does not
    hold or not all is inside ``clip``: joined scripts, ink that a box cuts.
    """
    placed = []
    deviation, alpha = shadow.deviation, shadow.color.alpha
    margin = blur_margin(deviation)
    # Corners as plain numbers: for so many glyphs boxes would cost more than the adding.
    min_left, min_top = clip.left - margin, clip.top - margin
    max_right, max_bottom = clip.right + margin, clip.bottom + margin
    # The two ends of ink that are furthest to the right so far. A glyph that begins left of both makes three in a
    # place, as marks do and the lines of a text.
    furthest = second = -(1 << 30)
    is_crowded = False
    for run in runs:
        if run.is_cursive:
            return None
        for glyph, glyph_x, glyph_y in run.glyphs:
            x, y = round(glyph_x * 4), round(glyph_y * 4)
            shade = glyphs.shade(run.font, size, strike_key(glyph, x, y), deviation, alpha)
            if shade is None:
                continue
            levels, right, down, (ink_left, ink_right) = shade
            left, top = (x >> 2) + right, (y >> 2) + down
            high, wide = levels.shape
            if left < min_left or top < min_top or left + wide > max_right or top + high > max_bottom:
                return None
            placed.append((left, top, left + wide, top + high, levels))
            is_crowded = is_crowded or (x >> 2) + ink_left < second
            second, furthest = sorted((second, furthest, (x >> 2) + ink_right))[1:]
    if not placed:
        return None
    return _added(placed, alpha, fits_in_a_byte=not is_crowded and 2 * alpha < MAX_LEVEL)


def _added(
    placed: Sequence[tuple[int, int, int, int, NDArray[np.uint8]]], alpha: int, *, fits_in_a_byte: bool
) -> tuple[Image.Image, int, int]:
    """Add up shades at their places (left, top, right, bottom); no level is above the shadow's alpha."""
    left, top = min(part[0] for part in placed), min(part[1] for part in placed)
    right, bottom = max(part[2] for part in placed), max(part[3] for part in placed)
    total = np.zeros((bottom - top, right - left), np.uint8 if fits_in_a_byte else np.uint16)
    for start, head, end, foot, levels in placed:
        total[head - top : foot - top, start - left : end - left] += levels
    # Looking costs little, and hardly a letter is as wide as its blur.
    if total.max() > alpha:
        np.minimum(total, alpha, out=total)
    size = (right - left, bottom - top)
    return Image.frombuffer("L", size, total.astype(np.uint8, copy=False), "raw", "L", 0, 1), left, top


def run_mask(runs: Iterable[PlacedRun], size: float, clip: Box) -> tuple[Image.Image, int, int] | None:
    """Return the mask of outline glyphs and its top left corner; None if there is no ink inside ``clip``.

    Positions are those of the runs; one pixel of the mask is the share of it that glyphs cover, overlaps counted
    once.
    """
    draw = hb.RasterDraw()
    for run in runs:
        matrix = _turned(size / run.font.upem, run.turn)
        for glyph, x, y in run.glyphs:
            draw.transform = (*matrix, x, -y)
            draw.draw_glyph(run.font.hb_font, glyph)
    return _clipped(_rendered(draw), clip)


def stroke_mask(runs: Iterable[PlacedRun], size: float, width: float, clip: Box) -> tuple[Image.Image, int, int] | None:
    """Return the mask of the glyphs grown by ``width`` px on all sides, with round corners."""
    draw = hb.RasterDraw()
    offsets = _stroke_offsets(width, max(NEAR_PX, size * HAIRLINE_EM))
    for run in runs:
        matrix = _turned(size / run.font.upem, run.turn)
        for glyph, x, y in run.glyphs:
            for right, down in offsets:
                draw.transform = (*matrix, x + right, -y - down)
                draw.draw_glyph(run.font.hb_font, glyph)
    return _clipped(_rendered(draw), clip)


def _turned(scale: float, turn: float) -> tuple[float, float, float, float]:
    """Return the matrix that scales a glyph and turns it clockwise; its y points upwards."""
    if not turn:
        return scale, 0.0, 0.0, scale
    cosine, sine = scale * math.cos(turn), scale * math.sin(turn)
    return cosine, -sine, sine, cosine


def _stroke_offsets(width: float, gap: float) -> list[tuple[float, float]]:
    """Return points of rings up to ``width`` px, ``gap`` px apart; the outermost ring is close, it makes the edge."""
    count = math.ceil(width / gap)
    offsets = []
    for part in range(1, count + 1):
        ring = width * part / count
        steps = max(STROKE_DIRECTIONS, math.ceil(math.tau * ring / (1.0 if part == count else gap)))
        angles = (math.tau * step / steps for step in range(steps))
        offsets += [(ring * math.cos(angle), ring * math.sin(angle)) for angle in angles]
    return offsets


@lru_cache(maxsize=512)
def color_glyph(font: Font, glyph: int, size: float) -> tuple[Image.Image, int, int] | None:
    """Return a colour glyph as RGBA with the offset of its top left corner from the glyph's origin."""
    left, bottom, right, top = font.inks[glyph]
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


def _rendered(draw: hb.RasterDraw) -> tuple[Image.Image, int, int] | None:
    image = draw.render()
    extents = image.extents if image else None
    if extents is None or not extents.width or not extents.height:
        return None
    mask = Image.frombuffer("L", (extents.width, extents.height), bytes(image.buffer), "raw", "L", extents.stride, -1)
    return mask, extents.x_origin, -(extents.y_origin + extents.height)


def _clipped(rendered: tuple[Image.Image, int, int] | None, clip: Box) -> tuple[Image.Image, int, int] | None:
    if rendered is None:
        return None
    mask, left, top = rendered
    box = Box(left, top, left + mask.width, top + mask.height)
    seen = box.intersect(clip)
    if seen.is_empty:
        return None
    if seen != box:
        mask = mask.crop(seen.move(-left, -top).corners)
    return mask, seen.left, seen.top
