"""The mark on pictures of test keys, which nobody takes for a part of the design."""

from dataclasses import replace

from imgurl.color import Color
from imgurl.geometry import Box
from imgurl.plate.compile import Overlay, Plate
from imgurl.raster.canvas import Canvas, StrokePaint, blank
from imgurl.raster.text import TextPaint, draw_text
from imgurl.text.fonts import FontCatalogue
from imgurl.text.layout import TextBox, lay_out
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
    size = max(8.0, min(canvas.width / 3, canvas.height / 1.5))
    width = max(1.0, size / 120)
    stack = fonts.stack(fonts.fallback[0], 700)
    box = TextBox(canvas.width, canvas.height, size, 4.0, align=Align.CENTER, valign=VerticalAlign.MIDDLE)
    layout = lay_out((TextSpan("TEST"),), (stack,), box)
    paint = TextPaint((Color(255, 255, 255, 150),), stroke=StrokePaint(width, Color(0, 0, 0, 130)))
    draw_text(canvas, layout, Box(0, 0, canvas.width, canvas.height), paint)
