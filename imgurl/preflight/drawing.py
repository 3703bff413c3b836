"""Draw rows of a list, small; and find the size with which a text that is cut would fit."""

from collections.abc import Mapping, Sequence

from imgurl.design.layers.text import TextLayer
from imgurl.design.library import Design
from imgurl.formats import ImageFormat
from imgurl.pipeline.path import what_fonts_can_draw
from imgurl.pipeline.press import Press
from imgurl.pipeline.showing import Surroundings, picture_of
from imgurl.plate.layers.painter import PaintContext
from imgurl.plate.layers.table import painter_of
from imgurl.plate.layers.text import TextPainter
from imgurl.preflight.facts import RowFact
from imgurl.preflight.order import PreflightOptions
from imgurl.preflight.requests import Thumbnail
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.pictures import Picture, thumbnail
from imgurl.text.fit import FitStep

# No text is proposed smaller, in px of the design.
SMALLEST_SIZE = 8

# What is not shown in a report: a page has no pixels, and films are still there.
STILL = {ImageFormat.PDF: ImageFormat.PNG, ImageFormat.GIF: ImageFormat.PNG}


def draw_rows(design: Design, rows: Sequence[RowFact], options: PreflightOptions, width: int) -> tuple[Thumbnail, ...]:
    """Draw rows as their links would show them, without anything from elsewhere. Raises RenderFailed, BadDesign."""
    press = Press(design.fonts, is_quick=True)
    around = Surroundings(what_fonts_can_draw(design))
    ext = STILL.get(ImageFormat(options.ext), ImageFormat(options.ext))
    drawn = []
    for row in rows:
        body = press.render(picture_of(design, row.sealed, ext, options.dpr, around, options.now)).body
        drawn.append(Thumbnail(*thumbnail(body, width), len(body)))
    return tuple(drawn)


def size_that_fits(design: Design, name: str, texts: Sequence[Mapping[str, str]]) -> int:
    """Return the largest whole ``min_size`` with which a text layer holds all these values whole; 0 if none does."""
    layer = next((one for pointer, one in design.every_layer.items() if (one.id or pointer) == name), None)
    if not isinstance(layer, TextLayer):
        return 0
    names = {field.name: field.locale for field in design.document.fields if field.type == "name"}
    context = PaintContext(design.fonts, _no_picture, names, 1, GlyphCache(), design.document.by_name)
    for size in range(int(layer.font.smallest) - 1, SMALLEST_SIZE - 1, -1):
        font = layer.font.model_copy(update={"min_size": size})
        painter = painter_of(layer.model_copy(update={"font": font}), context)
        assert isinstance(painter, TextPainter)
        layouts = [painter.layout(one) for one in texts]
        if not any(one and one.fitting.step in (FitStep.ELLIPSIS, FitStep.NOTHING) for one in layouts):
            return size
    return 0


def _no_picture(name: str) -> Picture:
    raise AssertionError(f"nothing is drawn here, and {name} was asked for")
