"""What a page shows of a layer: its marks, faded and turned; or, of one that has none, its pixels."""

from collections.abc import Mapping

from imgurl.design.layers.layer import Blend
from imgurl.pdf.display import Group, Item, Placed
from imgurl.pdf.pictures import Pictures, canvas_picture
from imgurl.plate.layers.painter import Painter
from imgurl.raster.canvas import blank, cut, inked_box


def on_page(
    painter: Painter, texts: Mapping[str, str], pictures: Pictures, *, is_lasting: bool = False
) -> tuple[Item, ...]:
    """Return what a layer shows for some values; ``is_lasting``: pages for all recipients have the same of it."""
    model = painter.layer
    if not model.is_drawn(texts):
        return ()
    marks, blend = painter.marks(texts, pictures), model.blend.value
    if marks is None:
        # Faded and turned already.
        pixels = _pixels(painter.fine, texts, is_lasting=is_lasting)
        return pixels if model.blend is Blend.NORMAL or not pixels else (Group(pixels, blend=blend),)
    if not marks or (model.opacity >= 1.0 and not model.rotation % 360 and model.blend is Blend.NORMAL):
        return marks
    box = painter.box
    center = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return (Group(marks, model.opacity, model.rotation, center, blend),)


def _pixels(painter: Painter, texts: Mapping[str, str], *, is_lasting: bool) -> tuple[Item, ...]:
    """Return a picture of a layer, faded and turned as it is."""
    item, density = painter.item(texts), painter.context.dpr
    if item is None or item.box.is_empty:
        return ()
    canvas = blank(item.box.width, item.box.height)
    item.draw(canvas, item.box.left, item.box.top)
    seen = inked_box(canvas)
    if seen is None:
        return ()
    left, top = (item.box.left + seen.left) / density, (item.box.top + seen.top) / density
    picture = canvas_picture(cut(canvas, seen), is_lasting=is_lasting)
    return (Placed(picture, left, top, seen.width / density, seen.height / density),)
