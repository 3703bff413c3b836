"""The mark on pictures of test keys, which nobody takes for a part of the design."""

from dataclasses import replace

from imgurl.color import Color
from imgurl.geometry import Box
from imgurl.pdf.display import Filled, Item, Stroked
from imgurl.pdf.paths import letters
from imgurl.plate.compile import Overlay, Plate
from imgurl.raster.canvas import Canvas, StrokePaint, blank
from imgurl.raster.text import TextPaint, draw_text, outlines_of
from imgurl.text.fonts import FontCatalogue
from imgurl.text.layout import TextBox, TextLayout, lay_out
from imgurl.text.paragraph import TextSpan
from imgurl.text.style import Align, VerticalAlign


def with_test_mark(plate: Plate) -> Plate:
    """Return a plate with the mark over everything that it shows."""
    mark = blank(plate.width, plate.height)
    paint_test_mark(mark, plate.context.fonts)
    return replace(plate, digest=f"{plate.digest} test", steps=(*plate.steps, Overlay(mark, 0, 0)))


def paint_test_mark(canvas: Canvas, fonts: FontCatalogue) -> None:
    """Write "TEST" over the middle of a picture, as large as it fits: light, with a dark outline, on any ground."""
    # Drawn without the glyph cache: letters of a third of the picture's width would push out those of whole campaigns.
    layout, paint = _mark(canvas.width, canvas.height, fonts)
    draw_text(canvas, layout, Box(0, 0, canvas.width, canvas.height), paint)


def mark_of_test(width: int, height: int, fonts: FontCatalogue) -> tuple[Item, ...]:
    """Return the same mark for a page: as outlines, so that nobody finds the word in the text."""
    layout, paint = _mark(width, height, fonts)
    path = letters(outlines_of(layout), layout.size, 0.0, 0.0)
    outline = (Stroked(path, paint.stroke.color, 2 * paint.stroke.width, is_filled=True),) if paint.stroke else ()
    return *outline, Filled(path, paint.fills[0], Box(0, 0, width, height))


def _mark(width: int, height: int, fonts: FontCatalogue) -> tuple[TextLayout, TextPaint]:
    size = max(8.0, min(width / 3, height / 1.5))
    stack = fonts.stack(fonts.fallback[0], 700)
    box = TextBox(width, height, size, 4.0, align=Align.CENTER, valign=VerticalAlign.MIDDLE)
    stroke = StrokePaint(max(1.0, size / 120), Color(0, 0, 0, 130))
    return lay_out((TextSpan("TEST"),), (stack,), box), TextPaint((Color(255, 255, 255, 150),), stroke=stroke)
