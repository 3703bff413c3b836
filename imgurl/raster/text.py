"""Draw a laid out text: shadow, outline, fill, and colour emoji, all inside the text's box."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from imgurl.color import Fill
from imgurl.geometry import Box
from imgurl.raster.canvas import ShadowPaint, StrokePaint, cast_shadow, lay, lay_picture
from imgurl.raster.glyphs import color_glyph, run_mask, stroke_mask
from imgurl.raster.shapes import rectangle_mask
from imgurl.text.layout import PlacedRun, TextLayout

# Height of the line of crossed-out text over the baseline: the middle of figures and of most small letters.
STRIKE_HEIGHT_EM = 0.3


@dataclass(frozen=True, slots=True)
class TextPaint:
    """How a text is painted: one fill for each style of its spans; ``struck`` are the styles that are crossed out."""

    fills: tuple[Fill, ...]
    struck: frozenset[int] = frozenset()
    shadow: ShadowPaint | None = None
    stroke: StrokePaint | None = None


def draw_text(canvas: Image.Image, layout: TextLayout, box: Box, paint: TextPaint) -> None:
    """Draw the layout with its box at ``box`` of the canvas."""
    outlines = [run for line in layout.lines for run in line.runs if not run.font.paints_color]
    emoji = [run for line in layout.lines for run in line.runs if run.font.paints_color]
    clip = Box(0, 0, box.width, box.height)
    whole = run_mask(outlines, layout.size, clip) if paint.shadow else None
    if paint.shadow and whole:
        mask, left, top = whole
        cast_shadow(canvas, mask, box.left + left, box.top + top, paint.shadow)
    if paint.stroke:
        outline = stroke_mask(outlines, layout.size, paint.stroke.width, clip)
        if outline:
            mask, left, top = outline
            lay(canvas, mask, box.left + left, box.top + top, paint.stroke.color)
    for style, fill in enumerate(paint.fills):
        filled = run_mask([run for run in outlines if run.style == style], layout.size, clip)
        if filled:
            mask, left, top = filled
            lay(canvas, mask, box.left + left, box.top + top, fill, box)
        if style in paint.struck:
            _strike(canvas, layout, style, fill, box)
    _draw_emoji(canvas, emoji, layout.size, box)


def _strike(canvas: Image.Image, layout: TextLayout, style: int, fill: Fill, box: Box) -> None:
    """Cross out the glyphs of a style with a line through the middle of its small letters."""
    thickness = max(1, round(layout.size / 16))
    for line in layout.lines:
        runs = [run for run in line.runs if run.style == style and run.glyphs]
        if not runs:
            continue
        inks = [(glyph.x + run.font.ink(glyph.id)[0] * layout.size, glyph.x + run.font.ink(glyph.id)[2] * layout.size)
                for run in runs for glyph in run.glyphs]  # fmt: skip
        left, right = max(0, round(min(ink[0] for ink in inks))), min(box.width, round(max(ink[1] for ink in inks)))
        top = round(line.baseline - layout.size * STRIKE_HEIGHT_EM - thickness / 2)
        lay(canvas, rectangle_mask(max(1, right - left), thickness), box.left + left, box.top + top, fill, box)


def _draw_emoji(canvas: Image.Image, runs: Sequence[PlacedRun], size: float, box: Box) -> None:
    for run in runs:
        for glyph in run.glyphs:
            drawn = color_glyph(run.font, glyph.id, size)
            if drawn is None:
                continue
            picture, right, down = drawn
            left, top = box.left + round(glyph.x) + right, box.top + round(glyph.y) + down
            seen = Box(left, top, left + picture.width, top + picture.height).intersect(box)
            if not seen.is_empty:
                lay_picture(canvas, picture.crop(seen.move(-left, -top).corners), seen.left, seen.top)
