"""Pictures of a page: files of the design as they are where possible, canvases compressed."""

import io
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from PIL import Image, ImageCms

from imgurl.color import Color
from imgurl.design.svg import is_svg
from imgurl.encoders.deflate import deflate_stream
from imgurl.pdf.passthrough import Picture, jpeg_picture, png_picture
from imgurl.raster.canvas import Canvas, is_opaque
from imgurl.raster.pictures import FORMATS, UNREADABLE, resized_to_fit
from imgurl.raster.vectors import VectorPicture

# A picture of more pixels a CSS pixel is made smaller: 2 are 192 pixels an inch at the design's own size, and a file
# as it is may have half as many again.
DENSITY = 2.0
MOST_DENSITY = 3.0

# Of a file as it is at least so much is seen, or it is cut: a page carries no large picture for a small part of it.
LEAST_SEEN = 0.5

# How a photo that had to be made smaller is written again: nobody sees a difference in print.
QUALITY = 90

# EXIF: the picture is to be turned.
ORIENTATION = 0x0112


class Fit(NamedTuple):
    """How a picture fills its box: ``fit`` is cover, contain or fill, ``focus`` what cropping keeps."""

    width: int
    height: int
    fit: str
    focus: tuple[float, float]


class Fitted(NamedTuple):
    """A picture, and where it goes: in px from the corner of its box, which may cut it."""

    picture: Picture
    left: float
    top: float
    width: float
    height: float


class Pictures:
    """The pictures of a design as pages hold them. Mutable state: those made so far, each once.

    ``files`` are their bytes by name; ``load`` decodes one.
    """

    def __init__(self, files: Mapping[str, bytes], load: Callable[[str], Canvas | VectorPicture]) -> None:
        self._files = files
        self._load = load
        #: By file, and by the box that it was cut to; None for a file that can't go in as it is.
        self._made: dict[tuple[str, Fit | None], Picture | None] = {}
        self._sizes: dict[str, tuple[int, int]] = {}

    @property
    def size(self) -> int:
        """Bytes held, about."""
        return sum(picture.size for picture in self._made.values() if picture)

    def fitted(self, name: str, fit: Fit) -> Fitted:
        """Return the picture of a file as it fills a box: the whole file, cut by the box; or only what is seen."""
        if is_svg(name):
            # Its shapes become pixels, as fine as those of letters that have no form here.
            return self._cut_to(name, fit, DENSITY)
        width, height = self._size(name)
        across, down = fit.width / width, fit.height / height
        scale = 0.0 if fit.fit == "fill" else min(across, down) if fit.fit == "contain" else max(across, down)
        wide, high = (scale * width, scale * height) if scale else (float(fit.width), float(fit.height))
        seen = min(1.0, fit.width / wide) * min(1.0, fit.height / high)
        density = width / wide
        if density <= MOST_DENSITY and (seen >= LEAST_SEEN or fit.fit == "contain"):
            picture = self._once((name, None), lambda: _as_it_is(self._files[name]))
            if picture is not None:
                return Fitted(picture, *_corner(fit, wide, high), wide, high)
        return self._cut_to(name, fit, min(density, DENSITY))

    def _cut_to(self, name: str, fit: Fit, density: float) -> Fitted:
        cut = self._once((name, fit), lambda: self._sized(name, fit, density))
        if cut is None:
            raise ValueError(f"{name} can't be written into a PDF")
        return Fitted(cut, 0.0, 0.0, float(fit.width), float(fit.height))

    def _size(self, name: str) -> tuple[int, int]:
        if name not in self._sizes:
            self._sizes[name] = _upright_size(self._files[name])
        return self._sizes[name]

    def _once(self, key: tuple[str, Fit | None], make: Callable[[], Picture | None]) -> Picture | None:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _sized(self, name: str, fit: Fit, density: float) -> Picture:
        # Never larger than it is: the viewer enlarges as well as we do.
        wide, high = (max(1, round(side * density)) for side in (fit.width, fit.height))
        canvas = resized_to_fit(self._load(name), wide, high, fit.fit, fit.focus)
        return canvas_picture(canvas, is_photo=self._files[name].startswith(b"\xff\xd8"), is_lasting=True)


def canvas_picture(canvas: Canvas, *, is_photo: bool = False, is_lasting: bool = False) -> Picture:
    """Return the pixels of a canvas: lossless, or as JPEG if they come from one and are opaque.

    What is lasting is compressed with the best effort, since it is done once.
    """
    alpha = None if is_opaque(canvas) else _flat(canvas.getchannel("A"), is_lasting=is_lasting)
    if alpha is not None:
        # What can't be seen has no colour to compress.
        opaque = Image.new("RGB", canvas.size)
        opaque.paste(canvas.convert("RGB"), mask=canvas.getchannel("A").point(_ANY))
    else:
        opaque = canvas.convert("RGB")
    if is_photo and alpha is None:
        out = io.BytesIO()
        opaque.save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
        return jpeg_picture(out.getvalue(), *opaque.size, is_grey=False)
    rgb = _flat(opaque, is_lasting=is_lasting)
    return Picture(rgb.width, rgb.height, rgb.entries, rgb.data, alpha)


def shade_picture(mask: Image.Image, color: Color) -> Picture:
    """Return one colour that is seen through a mask."""
    entries: dict[str, object] = {"ColorSpace": b"/DeviceRGB", "BitsPerComponent": 8}
    return Picture(1, 1, entries, bytes(color.rgb), _flat(mask, is_lasting=False))


#: 255 for each level but 0: a mask of what can be seen at all.
_ANY = [0] + [255] * 255


def _flat(image: Image.Image, *, is_lasting: bool) -> Picture:
    """Return an RGB or grey image without loss: by PNG's filters if it lasts, else quickly."""
    if is_lasting:
        out = io.BytesIO()
        image.save(out, "PNG", compress_level=9)
        picture = png_picture(out.getvalue())
        if picture is not None:
            return picture
    space = b"/DeviceGray" if image.mode == "L" else b"/DeviceRGB"
    entries: dict[str, object] = {"ColorSpace": space, "BitsPerComponent": 8, "Filter": b"/FlateDecode"}
    return Picture(image.width, image.height, entries, deflate_stream(image.tobytes()))


def _as_it_is(body: bytes) -> Picture | None:
    """Return a file's picture without decoding it; None if its pixels do not mean what a PDF takes them for."""
    if body.startswith(b"\x89PNG"):
        try:
            return png_picture(body)
        except (ValueError, StopIteration, zlib.error):
            return None
    try:
        with Image.open(io.BytesIO(body), formats=("JPEG",)) as file:
            is_upright = file.getexif().get(ORIENTATION, 1) == 1
            if file.mode not in ("RGB", "L") or not is_upright or not _is_srgb(file.info.get("icc_profile")):
                return None
            return jpeg_picture(body, *file.size, is_grey=file.mode == "L")
    except UNREADABLE:
        return None


def _upright_size(body: bytes) -> tuple[int, int]:
    """Return the size of a picture that was read before, as it is seen."""
    with Image.open(io.BytesIO(body), formats=FORMATS) as file:
        # 5 to 8 are turned by a right angle.
        is_lying = file.getexif().get(ORIENTATION, 1) > 4
        return (file.height, file.width) if is_lying else file.size


def _is_srgb(profile: bytes | None) -> bool:
    if profile is None:
        return True
    try:
        return "srgb" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).lower()
    except (ImageCms.PyCMSError, OSError):
        return False


def _corner(fit: Fit, wide: float, high: float) -> tuple[float, float]:
    """Return where a sized picture begins: the focus in the middle of the box as far as it goes, else centred."""
    if fit.fit != "cover":
        return (fit.width - wide) / 2, (fit.height - high) / 2
    left, top = (
        -max(0.0, min(whole - seen, focus * whole - seen / 2))
        for whole, seen, focus in ((wide, fit.width, fit.focus[0]), (high, fit.height, fit.focus[1]))
    )
    return left, top
