"""Render a plate for one recipient: values in, the bytes of an image file out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imgurl.design.layers import Fitting
from imgurl.encoders.whole import MEDIA_TYPES, encode
from imgurl.plate.compile import Plate
from imgurl.plate.paint import paint_test_mark
from imgurl.plate.splice import Fits, FragmentCache, Template, paint_whole, splice
from imgurl.raster.canvas import Canvas
from imgurl.raster.pictures import fitted


@dataclass(frozen=True, slots=True)
class Rendered:
    """An image file; ``fits`` is what it took to fit the text of each text layer."""

    body: bytes
    media_type: str
    width: int
    height: int
    fits: Fits = ()


def render(
    plate: Plate,
    texts: Mapping[str, str],
    ext: str,
    template: Template | None = None,
    held: FragmentCache | None = None,
) -> Rendered:
    """Render the plate for resolved values in the format of an extension.

    With a template, only the pixels that values change are painted, and only their rows or tiles encoded; with a cache
    of fragments, only those that were not made before.
    """
    if template is not None:
        body, fits = splice(template, plate, texts, held)
        return Rendered(body, MEDIA_TYPES[ext], plate.width, plate.height, fits)
    return begin(plate, texts, ext)()


def begin(plate: Plate, texts: Mapping[str, str], ext: str, *, is_test: bool = False) -> Callable[[], Rendered]:
    """Paint the whole picture; return what encodes it. Encoding shares nothing with painting and may run beside it.

    A picture for trying gets a mark that nobody takes for a part of the design.
    """
    image, fits = paint_whole(plate, texts)
    if is_test:
        paint_test_mark(image, plate.palette.fonts)
    return lambda: _encoded(plate, image, ext, fits)


def render_expired(plate: Plate, ext: str) -> Rendered | None:
    """Render the picture a design shows for expired URLs, None where it has none."""
    asset = plate.design.document.expired_image
    if asset is None:
        return None
    picture = fitted(plate.palette.pictures(asset), plate.width, plate.height, Fitting.COVER, (0.5, 0.5))
    return _encoded(plate, picture, ext, ())


def _encoded(plate: Plate, image: Canvas, ext: str, fits: Fits) -> Rendered:
    body = encode(image, ext, plate.jpeg)
    return Rendered(body, MEDIA_TYPES[ext], image.width, image.height, fits)
