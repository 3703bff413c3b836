"""Render a plate for one recipient: values in, the bytes of an image file out."""

from collections.abc import Mapping
from dataclasses import dataclass

from imgurl.design.layers.image import ObjectFit
from imgurl.encoders.deflate import clear_vectors
from imgurl.encoders.encodings import encoding_of
from imgurl.formats import ImageFormat
from imgurl.plate.compile import Plate
from imgurl.plate.drawing import Drawing, Fits
from imgurl.plate.film import FilmCache, running_clocks
from imgurl.plate.precoded import Precoded
from imgurl.plate.splice import FragmentCache, splice
from imgurl.plate.watermark import paint_test_mark, with_test_mark
from imgurl.raster.canvas import Canvas
from imgurl.raster.pictures import resized_to_fit


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
    precoded: Precoded | None = None,
    cache: FragmentCache | None = None,
) -> Rendered:
    """Render the plate for resolved values in the format of an extension.

    With a precoded plate, only the pixels that values change are painted, and only their bands or tiles encoded; with a
    cache of fragments, only those that were not made before.
    """
    clear_vectors()  # whoever wrote the last file into a cache used isal
    if precoded is None:
        return render_whole(plate, texts, ext)
    body, fits = splice(precoded, Drawing(plate, texts, cache.items if cache else None), cache)
    return Rendered(body, encoding_of(ext).format.media_type, plate.width, plate.height, fits)


def render_whole(plate: Plate, texts: Mapping[str, str], ext: str, *, is_test: bool = False) -> Rendered:
    """Paint and encode the whole picture, as formats need that are not spliced.

    A picture of a test key gets a mark that nobody takes for a part of the design.
    """
    image, fits = Drawing(plate, texts).whole()
    if is_test:
        paint_test_mark(image, plate.context.fonts)
    return _encoded(plate, image, ext, fits)


def render_expired(plate: Plate, ext: str) -> Rendered | None:
    """Render the picture that a design shows for expired URLs; None if it has none."""
    asset = plate.design.document.expired_image
    if asset is None:
        return None
    # No document says how it fits: it covers the design from its middle, like a background that says nothing.
    whole = plate.context.pictures(asset)
    picture = resized_to_fit(whole, plate.width, plate.height, ObjectFit.COVER, (0.5, 0.5))
    return _encoded(plate, picture, ext, ())


def render_film(plate: Plate, texts: Mapping[str, str], films: FilmCache, *, is_test: bool = False) -> Rendered | None:
    """Render a plate whose clocks run as an animation; None if none of them does."""
    lefts = running_clocks(plate, texts)
    if not lefts:
        return None
    shown = with_test_mark(plate) if is_test else plate
    body = films.play(shown, texts, lefts)
    return Rendered(body, encoding_of(ImageFormat.GIF).format.media_type, plate.width, plate.height)


def _encoded(plate: Plate, image: Canvas, ext: str, fits: Fits) -> Rendered:
    encoding = encoding_of(ext)
    body = encoding.encode(image, plate.jpeg)
    return Rendered(body, encoding.format.media_type, image.width, image.height, fits)
