"""SVG pictures: drawn at exactly the pixels that are needed, so that they are sharp at every size.

What comes here was checked by its design: it loads no file, and says how large it is.
"""

import base64
import binascii
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from cachetools import LRUCache, cached
from PIL import Image, UnidentifiedImageError

from imgurl.errors import RenderFailed

# CSS pixels in an inch: without it, no length in millimetres or points is read.
DPI = 96

# Pixels of all pictures in an SVG.
MAX_EMBEDDED = 16_000_000

# Bytes of drawings that a process keeps: what a value chooses is not drawn again for each recipient,
# and variants of a design have most of their pictures in common.
MAX_KEPT_BYTES = 32_000_000

# The element around a file, and the style of a file whose edges no part of the picture reaches beyond: the clip of an
# inner root is drawn as a layer and a mask of their own, which takes three times as long as the file alone.
FILE = "imgurl-file"
UNCLIPPED = f"<style>.{FILE}&gt;svg{{overflow:visible}}</style>"

# Pixels across of the picture that tells whether an SVG can be drawn at all.
TRIAL = 16


@dataclass(frozen=True, slots=True)
class VectorPicture:
    """An SVG with its size in CSS pixels.

    ``fonts`` are the files that its texts are drawn from, ``family`` the one of texts that name none.
    """

    name: str
    text: str
    width: float
    height: float
    fonts: tuple[str, ...]
    family: str

    def drawn(self, part: tuple[float, float, float, float], width: int, height: int) -> Image.Image:
        """Return a part of the picture (left, top, width, height in CSS pixels) as ``width`` × ``height`` px.

        It may reach beyond the picture, where nothing is drawn. Raises RenderFailed.
        """
        return _drawn(self, part, width, height).copy()


@cached(LRUCache(MAX_KEPT_BYTES, getsizeof=lambda image: 4 * image.width * image.height), lock=threading.Lock())
def _drawn(picture: VectorPicture, part: tuple[float, float, float, float], width: int, height: int) -> Image.Image:
    import resvg_py  # noqa: PLC0415 - most designs have no SVG

    # Two elements around the file: one is the part, and as many pixels as are needed; one is as large as the file,
    # for a root that has no size or one in per cent. The file's own root clips what reaches beyond it.
    seen = " ".join(f"{number:.9g}" for number in part)
    size = f'width="{picture.width:.9g}" height="{picture.height:.9g}"'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="{seen}" '
        f'preserveAspectRatio="none">{"" if _reaches_beyond(picture, part) else UNCLIPPED}'
        f'<svg class="{FILE}" overflow="visible" {size}>{picture.text}</svg></svg>'
    )
    family = picture.family
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=svg, dpi=DPI, skip_system_fonts=True, font_files=list(picture.fonts), font_family=family,
            serif_family=family, sans_serif_family=family, cursive_family=family, fantasy_family=family,
            monospace_family=family,
        )  # fmt: skip
    except ValueError as error:
        # Of resvg's own sentences this one is not about the file as its author sees it.
        many = "its <use> stand for too many elements"
        reason = many if "nodes limit" in str(error) else error
        raise RenderFailed(f"{picture.name} can't be drawn: {reason}; simplify it, or use a PNG") from error
    with Image.open(io.BytesIO(bytes(png)), formats=("PNG",)) as file:
        return file.convert("RGBA")


def _reaches_beyond(picture: VectorPicture, part: tuple[float, float, float, float]) -> bool:
    """Return whether a part shows anything but the picture; what rounding adds is far less than a pixel."""
    left, top, width, height = part
    near = max(picture.width, picture.height) * 1e-9
    return min(left, top, picture.width - left - width, picture.height - top - height) < -near


def why_unread(error: Exception) -> str:
    """Return in words for whoever made a picture why it can't be read, given what Pillow raised."""
    if isinstance(error, UnidentifiedImageError):
        return "its format is unknown; save it as PNG, JPEG, WebP or GIF"
    if isinstance(error, Image.DecompressionBombError):
        return "it has too many pixels; make it smaller"
    # Without the address of the object in memory that it was read from.
    reason = str(error).partition(" <_io")[0]
    return f"it is damaged{f' ({reason})' if reason else ''}; save it again from its source"


def check_vector(picture: VectorPicture, embedded: Sequence[str]) -> None:
    """Draw an SVG once, small. Raises RenderFailed if it or one of the pictures embedded in it can't be read."""
    pixels = 0
    for link in embedded:
        try:
            body = base64.b64decode(link.partition(",")[2])
            with Image.open(io.BytesIO(body), formats=("PNG", "JPEG", "WEBP", "GIF")) as file:
                pixels += file.width * file.height
        except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError) as error:
            raise RenderFailed(f"a picture in {picture.name} can't be read: {why_unread(error)}") from error
    if pixels > MAX_EMBEDDED:
        raise RenderFailed(
            f"the pictures in {picture.name} have {pixels / 1e6:.0f} megapixels; at most {MAX_EMBEDDED / 1e6:.0f} are "
            "drawn, make them smaller"
        )
    picture.drawn((0.0, 0.0, picture.width, picture.height), TRIAL, TRIAL)
