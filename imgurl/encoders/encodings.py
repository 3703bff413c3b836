"""How each format is written: a whole image at once, and whether it can be spliced. No metadata.

The same pixels always give the same bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from io import BytesIO

from PIL import Image

from imgurl.encoders.jpeg import JpegSettings, encode_whole
from imgurl.formats import ImageFormat

# The entry of a GIF's palette that means transparent: GIF knows no half transparency, half is over white.
CLEAR = 255

DEFAULT_JPEG = JpegSettings()


class Splicing(Enum):
    """The pieces of a file that are compressed by themselves, so that one can be exchanged for another."""

    BANDS = "bands of rows, see encoders.png"
    TILES = "tiles between restart markers, see encoders.jpeg"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one format is written.

    ``write`` takes an image without metadata, RGB or, with ``has_alpha``, RGBA. ``is_restorable`` says whether
    precoding takes so long that its file is worth keeping for the next start.
    """

    format: ImageFormat
    write: Callable[[Image.Image, JpegSettings], bytes]
    has_alpha: bool = True
    splicing: Splicing | None = None
    is_restorable: bool = False

    def encode(self, image: Image.Image, jpeg: JpegSettings = DEFAULT_JPEG) -> bytes:
        """Return the file of a whole RGB or RGBA image."""
        bare = _bare(image)
        return self.write(bare if self.has_alpha else _opaque(bare), jpeg)


def encoding_of(ext: str) -> Encoding:
    """Return the encoding of the format with this extension. Raises ValueError for any other."""
    try:
        return ENCODINGS[ext]
    except KeyError:
        raise ValueError(f"there is no format '{ext}'") from None


def _png(image: Image.Image, _: JpegSettings) -> bytes:
    return _saved(image, "PNG", compress_level=4)


def _gif(image: Image.Image, _: JpegSettings) -> bytes:
    see_through = {"transparency": CLEAR} if image.mode == "RGBA" else {}
    return _saved(_with_palette(image), "GIF", interlace=False, **see_through)


def _webp(image: Image.Image, _: JpegSettings) -> bytes:
    return _saved(image, "WEBP", quality=80, method=4)


def _avif(image: Image.Image, _: JpegSettings) -> bytes:
    return _saved(image, "AVIF", quality=65, speed=8)


ENCODINGS: Mapping[str, Encoding] = {
    encoding.format: encoding
    for encoding in (
        Encoding(ImageFormat.PNG, _png, splicing=Splicing.BANDS, is_restorable=True),
        Encoding(ImageFormat.JPG, encode_whole, has_alpha=False, splicing=Splicing.TILES),
        Encoding(ImageFormat.GIF, _gif),
        Encoding(ImageFormat.WEBP, _webp),
        Encoding(ImageFormat.AVIF, _avif),
    )
}


def _saved(image: Image.Image, pillow_name: str, **options: int | bool) -> bytes:
    out = BytesIO()
    image.save(out, pillow_name, **options)
    return out.getvalue()


def _bare(image: Image.Image) -> Image.Image:
    """Pillow writes what ``info`` holds, comments and profiles too, into some formats."""
    bare = image.copy()
    bare.info = {}
    return bare


def _opaque(image: Image.Image) -> Image.Image:
    """Lay an image over white, as the page of a mail is."""
    if image.mode == "RGB":
        return image
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image.convert("RGB"), (0, 0), image.getchannel("A"))
    return white


def _with_palette(image: Image.Image) -> Image.Image:
    colors = 256 if image.mode == "RGB" else CLEAR
    paletted = _opaque(image).quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    if image.mode == "RGBA":
        paletted.paste(CLEAR, mask=image.getchannel("A").point(lambda alpha: 255 if alpha < 128 else 0))
    return paletted
