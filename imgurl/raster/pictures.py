"""Pictures from files: read with care, fitted into a box as CSS object-fit does, cut round."""

import io
import math
import struct
import warnings

import numpy as np
from PIL import Image, ImageCms, ImageOps

from imgurl.errors import RenderFailed
from imgurl.raster.canvas import ShadowPaint, cast_shadow, is_opaque, lay_picture, masked
from imgurl.raster.shapes import ellipse_mask, rectangle_mask
from imgurl.raster.vectors import VectorPicture, why_unread

# What is read: phones make pictures of 12, 48 and 50 megapixels. Reading one of this many takes up to 512 MB for a
# moment, a JPEG a quarter of that at most.
MAX_PIXELS = 64_000_000

# Pixels of a side; that of a JPEG can't be longer.
MAX_SIDE = 65_535

# What is kept of it, scaled down once if it is more: 64 MB. A canvas has at most 8 megapixels.
KEPT_PIXELS = 16_000_000

# Of pictures that a recipient's values name, as a phone's camera makes them; they are shown small.
REMOTE_PIXELS = 12_000_000
REMOTE_KEPT_PIXELS = 2_000_000

# A channel that is darker is not an edge of a logo: the noise of a JPEG around white is lighter.
TRIM_WHITE = 245

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")

# SyntaxError is what Pillow raises for damaged EXIF and for broken PNG chunks.
UNREADABLE = (
    struct.error,
    OSError,
    ValueError,
    SyntaxError,
)

# Raised for a picture that says it is far larger than what is read, before its size can be asked for.
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

#: A picture of a design: pixels, or an SVG, which has none until it is fitted.
Picture = Image.Image | VectorPicture

SRGB = ImageCms.createProfile("sRGB")


def load_picture(name: str, body: bytes, max_pixels: int = MAX_PIXELS, kept_pixels: int = KEPT_PIXELS) -> Image.Image:
    """Read a picture from the bytes of a file as RGBA in sRGB, upright, of at most ``kept_pixels``.

    Raises RenderFailed with a sentence that begins with ``name``.
    """
    if not body:
        raise RenderFailed(f"{name} can't be read as a picture: it is empty; save it again from its source")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged EXIF: the picture itself may be good
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=FORMATS) as file:
                if file.width * file.height > max_pixels:
                    raise RenderFailed(
                        f"{name} has {file.width * file.height / 1e6:.0f} megapixels; at most "
                        f"{max_pixels / 1e6:.0f} are read, make it smaller"
                    )
                if max(file.size) > MAX_SIDE:
                    raise RenderFailed(
                        f"{name} has a side of {max(file.size):,} px; at most {MAX_SIDE:,} are read, make it smaller"
                    )
                profile = file.info.get("icc_profile")
                upright = ImageOps.exif_transpose(_scaled_down(file, kept_pixels))
                picture = _in_srgb(upright, profile).convert("RGBA")
    except BOMBS as error:
        most = f"{max_pixels / 1e6:.0f} megapixels"
        raise RenderFailed(f"{name} has too many pixels; at most {most} are read, make it smaller") from error
    except UNREADABLE as error:
        raise RenderFailed(f"{name} can't be read as a picture: {why_unread(error)}") from error
    picture.info.clear()  # what the file tells of itself, its place and its camera stays here
    return picture


def load_remote_picture(body: bytes) -> Image.Image:
    """Read a picture that somebody else sent, which may be hostile. Raises RenderFailed."""
    return load_picture("it", body, REMOTE_PIXELS, REMOTE_KEPT_PIXELS)


def picture_bytes(picture: Image.Image) -> int:
    """Return how much memory a picture takes, about."""
    return 4 * picture.width * picture.height + 1_000


def trimmed(picture: Image.Image) -> Image.Image:
    """Return an RGBA picture without its edges that are white or transparent; as it is if nothing else is there."""
    pixels = np.asarray(picture)
    # What is seen of a pixel on white, however it is stored.
    seen = 255 - (255 - pixels[..., :3].astype(np.uint16)) * pixels[..., 3:] // 255
    rows, columns = (np.flatnonzero((seen < TRIM_WHITE).any(axis=(axis, 2))) for axis in (1, 0))
    if not rows.size:
        return picture
    return picture.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))


def resized_to_fit(picture: Picture, width: int, height: int, fit: str, focus: tuple[float, float]) -> Image.Image:
    """Return the picture in a transparent box of ``width`` × ``height`` px.

    ``fit`` is cover, contain or fill; ``focus`` is the point that cropping keeps, in fractions of the picture.
    """
    if isinstance(picture, VectorPicture):
        return picture.drawn(_part(picture, width, height, fit, focus), width, height)
    if fit == "fill":
        return _resized(picture, width, height)
    ratios = (width / picture.width, height / picture.height)
    if fit == "contain":
        wide, high = (max(1, round(side * min(ratios))) for side in picture.size)
        box = Image.new("RGBA", (width, height))
        box.paste(_resized(picture, wide, high), ((width - wide) // 2, (height - high) // 2))
        return box
    return _covering(picture, width, height, max(ratios), focus)


def cut_round(picture: Image.Image, radius: float, *, circle: bool) -> Image.Image:
    """Return the picture with corners of ``radius`` px, or as the largest circle in the middle of it."""
    if not circle and not radius:
        return picture
    if circle:
        side = min(picture.size)
        mask = Image.new("L", picture.size)
        mask.paste(ellipse_mask(side, side), ((picture.width - side) // 2, (picture.height - side) // 2))
    else:
        mask = rectangle_mask(picture.width, picture.height, radius)
    return masked(picture, mask)


def alpha_of(picture: Image.Image) -> Image.Image:
    """Return where an RGBA picture is opaque, as a mask."""
    return picture.getchannel("A")


def draw_picture(canvas: Image.Image, picture: Image.Image, left: int, top: int, shadow: ShadowPaint | None) -> None:
    """Lay an RGBA picture on the canvas, over its shadow."""
    if shadow:
        cast_shadow(canvas, picture.getchannel("A"), left, top, shadow)
    lay_picture(canvas, picture, left, top)


def _part(
    picture: VectorPicture, width: int, height: int, fit: str, focus: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Return which part of an SVG fills the box; of one that is contained it is larger than the picture."""
    if fit == "fill":
        return 0.0, 0.0, picture.width, picture.height
    ratios = (width / picture.width, height / picture.height)
    scale = min(ratios) if fit == "contain" else max(ratios)
    across, down = width / scale, height / scale
    if fit == "contain":
        return (picture.width - across) / 2, (picture.height - down) / 2, across, down
    left, top = (
        max(0.0, min(whole - seen, point * whole - seen / 2))
        for whole, seen, point in ((picture.width, across, focus[0]), (picture.height, down, focus[1]))
    )
    return left, top, across, down


def _covering(picture: Image.Image, width: int, height: int, scale: float, focus: tuple[float, float]) -> Image.Image:
    # Cut before it is sized: a thin strip sized as a whole to cover a square would take gigabytes.
    across, down = min(picture.width, width / scale), min(picture.height, height / scale)
    left = _cut_start(picture.width, across, focus[0], scale)
    top = _cut_start(picture.height, down, focus[1], scale)
    return picture.resize((width, height), Image.Resampling.LANCZOS, (left, top, left + across, top + down))


def _cut_start(side: int, seen: float, focus: float, scale: float) -> float:
    start = max(0.0, min(side - seen, focus * side - seen / 2))
    # At whole pixels of the result, or a picture of the right size would be blurred.
    return min(round(start * scale) / scale, side - seen)


def _resized(picture: Image.Image, width: int, height: int) -> Image.Image:
    if picture.size == (width, height):
        return picture
    # Premultiplied, so that the colour of transparent pixels does not bleed into edges.
    if is_opaque(picture):
        return picture.resize((width, height), Image.Resampling.LANCZOS)
    return picture.convert("RGBa").resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")


def _scaled_down(file: Image.Image, kept_pixels: int) -> Image.Image:
    """Return the picture of an open file in eight bits a channel, with no more than ``kept_pixels``."""
    scale = math.sqrt(kept_pixels / (file.width * file.height))
    if scale >= 1:
        return _eight_bits(file)
    size = max(1, math.floor(file.width * scale)), max(1, math.floor(file.height * scale))
    # A JPEG is decoded at a half, a quarter or an eighth of its size, down to the next that is not too small.
    file.draft(None, size)
    picture = _eight_bits(file)
    if picture.mode in ("1", "P", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")  # neither indexes nor one colour that means transparent can be mixed
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Pillow reads grey PNGs of 16 bits as they are, and clips instead of scaling when it converts them."""
    if not picture.mode.startswith("I"):
        return picture
    return Image.fromarray(np.rint(np.asarray(picture, np.float32) / 257).astype(np.uint8))


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and picture.mode == "RGB" and picture.has_transparency_data:
        picture = picture.convert("RGBA")  # one colour means transparent; converting its value would lose it
    if not profile or picture.mode not in ("RGB", "RGBA", "L", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        return ImageCms.profileToProfile(picture, io.BytesIO(profile), SRGB, outputMode=mode) or picture
    except ImageCms.PyCMSError:
        return picture


def thumbnail(body: bytes, width: int) -> tuple[bytes, int, int]:
    """Return a small copy of a picture as WebP, at most so many pixels wide, and its size. Raises RenderFailed."""
    picture = load_picture("the picture", body)
    height = max(1, round(picture.height * width / picture.width))
    if picture.width > width:
        picture = _resized(picture, width, height)
    file = io.BytesIO()
    bare = picture.convert("RGB") if picture.getchannel("A").getextrema()[0] == 255 else picture
    bare.save(file, "WEBP", quality=82, method=4)
    return file.getvalue(), bare.width, bare.height
