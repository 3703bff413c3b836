"""Draw a laid out text: shadow, outline, fill, and colour emoji, all inside the text's box."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image

from imgurl.color import Color, Fill
from imgurl.geometry import Box
from imgurl.raster.canvas import (
    PackedRows,
    ShadowPaint,
    StrokePaint,
    blur_margin,
    lay,
    lay_picture,
    lay_shadow,
    shade_of,
    shadow_reach,
    turned,
)
from imgurl.raster.glyphs import GlyphCache, color_glyph, run_mask, shade_mask, strike_key, stroke_mask
from imgurl.raster.shapes import rectangle_mask
from imgurl.text.fonts import Font
from imgurl.text.layout import PlacedRun, TextLayout

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

# Images of one colour are kept for letters up to this size; all of them together take 25 MB at the most.
MAX_SOLID_PIXELS = 128 * 128

# Height of the line of crossed-out text over the baseline: the middle of figures and of most lowercase letters.
STRIKE_HEIGHT_EM = 0.3

# Runs that follow each other are no further apart.
NEAR_PX = 0.01


#: A shadow's mask, and its top left corner.
Shade = tuple[Image.Image, int, int]


@dataclass(frozen=True, slots=True)
class TextPaint:
    """How a text is painted: one fill for each style of its spans; ``struck`` are the styles that are crossed out.

    ``underlined`` are those with a line under them, each with the font that says where it is.
    """

    fills: tuple[Fill, ...]
    struck: frozenset[int] = frozenset()
    shadow: ShadowPaint | None = None
    stroke: StrokePaint | None = None
    underlined: Mapping[int, Font] = field(default_factory=dict)


def text_reach(layout: TextLayout, box: Box, paint: TextPaint) -> Box:
    """Return the box of the canvas's pixels outside of which ``draw_text`` changes nothing."""
    if paint.struck or paint.underlined:
        left, top, right, bottom = 0.0, 0.0, float(box.width), float(box.height)
    else:
        left, top, right, bottom = layout.ink
    # Glyphs move to quarters of a pixel, colour glyphs to whole ones.
    around = 1 + (math.ceil(paint.stroke.width) if paint.stroke else 0)
    runs = [run for line in layout.lines for run in line.runs]
    if any(run.font.paints_color for run in runs):
        # Turned, they have softer edges.
        around += 3 if any(run.turn for run in runs) else 1
    ink = Box(math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)).move(box.left, box.top)
    reach = ink.grow(around)
    return reach.union(shadow_reach(ink.grow(1), paint.shadow)) if paint.shadow else reach


def draw_text(
    canvas: Image.Image,
    layout: TextLayout,
    box: Box,
    paint: TextPaint,
    glyphs: GlyphCache | None = None,
    shade: Shade | None = None,
) -> None:
    """Draw the layout with its box at ``box`` of the canvas.

    With a glyph cache, glyphs that overlap no other are drawn at quarters of a pixel; without, exactly where they are.
    ``shade`` is what ``text_shade`` made of the same, if it was kept.
    """
    outlines = outlines_of(layout)
    emoji = [run for line in layout.lines for run in line.runs if run.font.paints_color]
    clip = Box(0, 0, box.width, box.height)
    if paint.shadow and (shade := shade or text_shade(layout, box, paint.shadow, glyphs)):
        mask, left, top = shade
        lay_shadow(canvas, mask, box.left + left, box.top + top, paint.shadow)
    if paint.stroke:
        # The layout left room for the outline around its box.
        outline = stroke_mask(outlines, layout.size, paint.stroke.width, clip.grow(math.ceil(paint.stroke.width)))
        if outline:
            mask, left, top = outline
            lay(canvas, mask, box.left + left, box.top + top, paint.stroke.color)
    for style, fill in enumerate(paint.fills):
        # Under the letters, as in CSS: what is crossed out is crossed out over them.
        if style in paint.underlined:
            _rule(canvas, underline_boxes(layout, style, paint.underlined[style], box), fill, box)
        _fill(canvas, [run for run in outlines if run.style == style], layout.size, box, fill, glyphs)
        if style in paint.struck:
            _rule(canvas, strike_boxes(layout, style, box), fill, box)
    _draw_emoji(canvas, emoji, layout.size, box)


def text_shade(layout: TextLayout, box: Box, shadow: ShadowPaint, glyphs: GlyphCache | None = None) -> Shade | None:
    """Return the mask of a text's shadow and its place in the text's box, before it is moved; None without ink."""
    clip = Box(0, 0, box.width, box.height)
    runs = outlines_of(layout)
    shade = shade_mask(runs, layout.size, shadow, glyphs, clip) if glyphs and shadow.blur else None
    if shade is None and (whole := text_mask(layout, box)):
        mask, left, top = whole
        margin = blur_margin(shadow.deviation)
        shade = shade_of(mask, shadow), left - margin, top - margin
    return shade


def text_mask(layout: TextLayout, box: Box) -> Shade | None:
    """Return the mask of a text's letters and its place in the text's box; None without ink."""
    return run_mask(outlines_of(layout), layout.size, Box(0, 0, box.width, box.height))


def outlines_of(layout: TextLayout) -> list[PlacedRun]:
    """Return the runs that are drawn by their outlines, that is all but colour glyphs."""
    return [run for line in layout.lines for run in line.runs if not run.font.paints_color]


def _fill(
    canvas: Image.Image, runs: Sequence[PlacedRun], size: float, box: Box, fill: Fill, glyphs: GlyphCache | None
) -> None:
    """Fill the glyphs of some runs: one by one from the glyph cache if that gives the same picture.

    If glyphs overlap, as letters of joined scripts do, or the fill is translucent, their union is drawn: an overlap
    counted twice would show.
    """
    is_solid = isinstance(fill, Color) and fill.alpha == 255 and canvas.mode == "RGB"
    together = [run for run in runs if run.is_cursive or not is_solid or glyphs is None]
    filled = run_mask(together, size, Box(0, 0, box.width, box.height)) if together else None
    if filled:
        mask, left, top = filled
        lay(canvas, mask, box.left + left, box.top + top, fill, box)
    if glyphs is not None and isinstance(fill, Color) and is_solid:
        for run in runs:
            if not run.is_cursive:
                _paste_glyphs(canvas, run, size, box, fill, glyphs)


def is_plain(layout: TextLayout, paint: TextPaint) -> bool:
    """Say whether ``write_text`` can draw a text: nothing but opaque letters that are pasted one by one."""
    runs = [run for line in layout.lines for run in line.runs]
    fills = [paint.fills[run.style] for run in runs]
    return (
        not (paint.shadow or paint.stroke or paint.struck or paint.underlined)
        and all(isinstance(fill, Color) and fill.alpha == 255 for fill in fills)
        and not any(run.is_cursive or run.font.paints_color for run in runs)
    )


def write_text(rows: PackedRows, layout: TextLayout, box: Box, paint: TextPaint, glyphs: GlyphCache) -> None:
    """Draw a plain layout with its box at ``box`` of the rows: the same pixels as by ``draw_text``."""
    for style, fill in enumerate(paint.fills):
        for line in layout.lines:
            for run in line.runs:
                if run.style == style and isinstance(fill, Color):
                    _paste_glyphs(rows, run, layout.size, box, fill, glyphs)


def _paste_glyphs(
    canvas: Image.Image | PackedRows, run: PlacedRun, size: float, box: Box, color: Color, glyphs: GlyphCache
) -> None:
    bounds = box.intersect(Box(0, 0, canvas.width, canvas.height))
    min_left, min_top, max_right, max_bottom = bounds.corners
    rgb = color.rgb
    # Of packed rows each byte is a pixel to Pillow; of a canvas each pixel.
    solid, step = (_packed_solid, 3) if isinstance(canvas, PackedRows) else (_solid, 1)
    # Pillow's core image: what Image.paste does around each call takes longer than pasting a letter. Canvases are made
    # by new, copy and crop, so they are loaded and never read-only.
    target = canvas.im
    strike = glyphs.strike(run.font, size, step)
    for glyph, glyph_x, glyph_y in run.glyphs:
        x, y = round(glyph_x * 4), round(glyph_y * 4)
        key = strike_key(glyph, x, y)
        drawn = strike[key] if key in strike else glyphs.draw(run.font, size, key, step)
        if drawn is None:
            continue
        mask, right, down, wide, high = drawn
        left, top = box.left + (x >> 2) + right, box.top + (y >> 2) + down
        end, foot = left + wide, top + high
        if left < min_left or top < min_top or end > max_right or foot > max_bottom:
            seen = Box(left, top, end, foot).intersect(bounds)
            if seen.is_empty:
                continue
            part = seen.move(-left, -top)
            mask = mask.crop((part.left * step, part.top, part.right * step, part.bottom))
            left, top, end, foot = seen.corners
        # Pasting an image of one colour is twice as fast as pasting the colour.
        target.paste(solid(rgb, end - left, foot - top), (left * step, top, end * step, foot), mask)


def _solid(color: tuple[int, int, int], width: int, height: int) -> "ImagingCore":
    if width * height > MAX_SOLID_PIXELS:
        return Image.new("RGB", (width, height), color).im
    return _small_solid(color, width, height)


@lru_cache(maxsize=512)
def _small_solid(color: tuple[int, int, int], width: int, height: int) -> "ImagingCore":
    return Image.new("RGB", (width, height), color).im


def _packed_solid(color: tuple[int, int, int], width: int, height: int) -> "ImagingCore":
    if width * height > MAX_SOLID_PIXELS:
        return _packed_rectangle(color, width, height)
    return _small_packed_solid(color, width, height)


def _packed_rectangle(color: tuple[int, int, int], width: int, height: int) -> "ImagingCore":
    return Image.frombuffer("L", (3 * width, height), bytes(color) * (width * height), "raw", "L", 0, 1).im


_small_packed_solid = lru_cache(maxsize=512)(_packed_rectangle)


def _rule(canvas: Image.Image, lines: Iterable[Box], fill: Fill, box: Box) -> None:
    for line in lines:
        lay(canvas, rectangle_mask(line.width, line.height), line.left, line.top, fill, box)


def strike_boxes(layout: TextLayout, style: int, box: Box) -> Iterator[Box]:
    """Yield the lines that cross out the glyphs of a style, through the middle of its lowercase letters."""
    thickness = max(1, round(layout.size / 16))
    for line in layout.lines:
        runs = [run for run in line.runs if run.style == style and run.glyphs]
        if not runs:
            continue
        inks = [(x + run.font.inks[glyph][0] * layout.size, x + run.font.inks[glyph][2] * layout.size)
                for run in runs for glyph, x, _ in run.glyphs]  # fmt: skip
        left, right = round(min(ink[0] for ink in inks)), round(max(ink[1] for ink in inks))
        top = round(line.baseline - layout.size * STRIKE_HEIGHT_EM - thickness / 2)
        # Cut at the box: ink that was moved into it may be far below the line.
        seen = Box(left, top, right, top + thickness).move(box.left, box.top).intersect(box)
        if not seen.is_empty:
            yield seen


def underline_boxes(layout: TextLayout, style: int, font: Font, box: Box) -> Iterator[Box]:
    """Yield the lines under the runs of a style, as long as their advances, where the font wants them."""
    depth, size = font.underline
    thickness = max(1, round(layout.size * size))
    for line in layout.lines:
        # Moved up where the box ends before.
        top = min(round(line.baseline + layout.size * depth), box.height - thickness)
        ends: list[tuple[float, float]] = []
        for run in line.runs:
            if run.style != style:
                continue
            # Runs of several fonts have one line; those of a style that others are between, as in a text of two
            # directions, have one each.
            if ends and abs(ends[-1][1] - run.left) < NEAR_PX:
                ends[-1] = ends[-1][0], run.right
            else:
                ends.append((run.left, run.right))
        for left, right in ends:
            seen = Box(round(left), top, round(right), top + thickness).move(box.left, box.top).intersect(box)
            if not seen.is_empty:
                yield seen


def _turned_emoji(
    picture: Image.Image, corner: tuple[int, int], origin: tuple[float, float], turn: float
) -> tuple[int, int, Image.Image]:
    """Return a colour glyph turned about its origin, and its top left corner in the text's box."""
    across, below = corner[0] + picture.width / 2, corner[1] + picture.height / 2
    center_x = origin[0] + across * math.cos(turn) - below * math.sin(turn)
    center_y = origin[1] + across * math.sin(turn) + below * math.cos(turn)
    whole = turned(picture, math.degrees(turn))
    return math.floor(center_x - whole.width / 2 + 0.5), math.floor(center_y - whole.height / 2 + 0.5), whole


def _draw_emoji(canvas: Image.Image, runs: Sequence[PlacedRun], size: float, box: Box) -> None:
    clip = Box(0, 0, box.width, box.height)
    for run in runs:
        for glyph, x, y in run.glyphs:
            drawn = color_glyph(run.font, glyph, size)
            if drawn is None:
                continue
            picture, right, down = drawn
            if run.turn:
                left, top, picture = _turned_emoji(picture, (right, down), (x, y), run.turn)
                seen = Box(left, top, left + picture.width, top + picture.height).intersect(clip)
                if not seen.is_empty:
                    part = picture.crop(seen.move(-left, -top).corners)
                    lay_picture(canvas, part, box.left + seen.left, box.top + seen.top)
                continue
            # Where browsers put a bitmap: on the pixel it begins in, unless it all but begins in the next.
            left, top = box.left + math.floor(x + 0.125) + right, box.top + round(y) + down
            seen = Box(left, top, left + picture.width, top + picture.height).intersect(box)
            if not seen.is_empty:
                lay_picture(canvas, picture.crop(seen.move(-left, -top).corners), seen.left, seen.top)
