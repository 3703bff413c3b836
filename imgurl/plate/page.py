"""A design as a PDF: what no value can change is made once, then a page for each recipient.

Text is placed by the very layout that the pictures are drawn by. A layer without a form in PDF is drawn finely, and
its pixels are placed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from imgurl.design.backgrounds import PictureBackground
from imgurl.design.document import Document, Orientation, PageSize
from imgurl.design.layers.image import ObjectFit
from imgurl.design.library import Design
from imgurl.design.paint import to_fill
from imgurl.formats import ImageFormat
from imgurl.geometry import Box
from imgurl.merge.alternative import alternative_text
from imgurl.merge.template import parse_template
from imgurl.pdf.display import Drawing, Filled, Item, Paper, Placed, named_texts
from imgurl.pdf.document import pdf_file
from imgurl.pdf.paths import rectangle
from imgurl.pdf.picture_page import POINT
from imgurl.pdf.pictures import Fit, Pictures
from imgurl.plate.compile import Plate
from imgurl.plate.drawing import Fits
from imgurl.plate.layers.on_page import on_page
from imgurl.plate.layers.painter import Painter
from imgurl.plate.layers.table import painter_of
from imgurl.plate.render import Rendered
from imgurl.plate.watermark import mark_of_test

# Portrait, in points: 210 × 297 mm, 8.5 × 11 inches.
PAPERS = {PageSize.A4: (595.276, 841.89), PageSize.LETTER: (612.0, 792.0)}

MIDDLE = (0.5, 0.5)


@dataclass(frozen=True, eq=False)
class PageLayer:
    """A layer of a page. ``static`` is what it shows, if no value can change that."""

    painter: Painter
    name: str
    static: tuple[Item, ...] | None = None


@dataclass(frozen=True, eq=False)
class Page:
    """A design compiled for PDF."""

    plate: Plate
    pictures: Pictures
    background: tuple[Item, ...]
    layers: tuple[PageLayer, ...]

    @property
    def size(self) -> int:
        """Bytes held, about."""
        static = (item for layer in self.layers for item in layer.static or () if isinstance(item, Placed))
        return 10_000 * (1 + len(self.layers)) + self.pictures.size + sum(item.picture.size for item in static)


def compile_page(plate: Plate) -> Page:
    """Make what all pages of a design share: pictures compressed, static text laid out."""
    design = plate.design
    pictures = Pictures(design.assets, plate.context.pictures)
    layers = []
    for pointer, layer in design.layers.items():
        painter = painter_of(layer, plate.context)
        static = None if layer.placeholders else on_page(painter, {}, pictures, is_lasting=True)
        layers.append(PageLayer(painter, layer.id or pointer, static))
    return Page(plate, pictures, _background(design, pictures), tuple(layers))


def render_page(page: Page, texts: Mapping[str, str], *, is_test: bool = False) -> Rendered:
    """Return the PDF for resolved values. One of a test key gets the mark that its pictures have."""
    document, context = page.plate.design.document, page.plate.context
    shown = [
        on_page(layer.painter, texts, page.pictures) if layer.static is None else layer.static for layer in page.layers
    ]
    fits: Fits = tuple(
        (name, written.layout.fitting)
        for layer, items in zip(page.layers, shown, strict=True)
        if layer.static is None
        for name, written in named_texts(items, layer.name)
    )
    title = alternative_text(parse_template(document.pdf.title), texts) or document.title
    drawing = Drawing(
        document.size.width, document.size.height, _paper(document), title, document.language,
        alternative_text(parse_template(document.alt), texts), page.background, tuple(shown),
        mark_of_test(document.size.width, document.size.height, context.fonts) if is_test else (),
    )  # fmt: skip
    return _rendered(drawing, fits)


def render_expired_page(page: Page) -> Rendered | None:
    """Return the PDF that a design shows for expired URLs: its picture for them; None if it has none."""
    document = page.plate.design.document
    if document.expired_image is None:
        return None
    width, height = document.size.width, document.size.height
    drawing = Drawing(
        width, height, _paper(document), document.title, document.language, document.title,
        _covering(document.expired_image, document, page.pictures, ObjectFit.COVER, MIDDLE),
    )  # fmt: skip
    return _rendered(drawing, ())


def _rendered(drawing: Drawing, fits: Fits) -> Rendered:
    return Rendered(pdf_file(drawing), ImageFormat.PDF.media_type, drawing.width, drawing.height, fits)


def _background(design: Design, pictures: Pictures) -> tuple[Item, ...]:
    document, background = design.document, design.background
    if isinstance(background, PictureBackground):
        focus = (background.focus.x, background.focus.y)
        return _covering(background.asset, document, pictures, background.fit, focus)
    whole = Box(0, 0, document.size.width, document.size.height)
    return (Filled(rectangle(whole), to_fill(background, {}), whole),)


def _covering(
    asset: str, document: Document, pictures: Pictures, fit: ObjectFit, focus: tuple[float, float]
) -> tuple[Item, ...]:
    fitted = pictures.fitted(asset, Fit(document.size.width, document.size.height, fit, focus))
    return (Placed(fitted.picture, fitted.left, fitted.top, fitted.width, fitted.height),)


def _paper(document: Document) -> Paper:
    """Return the page, and where the design goes on it: scaled to fit, in the middle."""
    across, down = document.size.width * POINT, document.size.height * POINT
    chosen = document.pdf
    if chosen.page is PageSize.DESIGN:
        return Paper(across, down, 0.0, 0.0, POINT)
    width, height = PAPERS[chosen.page]
    lies = across > down if chosen.orientation is Orientation.AUTO else chosen.orientation is Orientation.LANDSCAPE
    if lies:
        width, height = height, width
    margin = chosen.margin * POINT
    scale = min((width - 2 * margin) / across, (height - 2 * margin) / down)
    return Paper(width, height, (width - scale * across) / 2, (height - scale * down) / 2, POINT * scale)
