"""Canvases and what every layer does on one: lay a fill through a mask, tint, turn, cast a shadow.

A canvas is a Pillow image: RGB if it is opaque all over, else RGBA with straight alpha. Other rooms hand it about, know
its ``width`` and ``height``, and do everything else by the functions of this room. A mask is an image of mode L: 255
where the fill covers a pixel wholly.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from imgurl.color import Color, Fill
from imgurl.geometry import Box
from imgurl.raster.fills import fill_pixels

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

Canvas = Image.Image


@dataclass(frozen=True, eq=False)
class PackedRows:
    """Rows of RGB pixels as PNG has them, three bytes a pixel, to write letters on where they are.

    ``pixels`` has the shape (rows, 3 × width) and is written to. Pillow holds an RGB canvas in four bytes a pixel: to
    cut one out of a picture and to put it back takes as long as the letters.
    """

    pixels: NDArray[np.uint8]

    @cached_property
    def im(self) -> "ImagingCore":
        """The same memory for Pillow: one channel, three times as wide."""
        height, stride = self.pixels.shape
        return Image.frombuffer("L", (stride, height), self.pixels, "raw", "L", stride, 1).im

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.pixels.shape[1]) // 3

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.pixels)


@dataclass(frozen=True, slots=True)
class ShadowPaint:
    """A shadow: offset and standard blur radius in device pixels."""

    right: float
    down: float
    blur: float
    color: Color

    @property
    def deviation(self) -> float:
        """Standard deviation of the Gaussian in pixels: CSS blurs by half the radius."""
        return self.blur / 2


@dataclass(frozen=True, slots=True)
class StrokePaint:
    """An outline: width in device pixels."""

    width: float
    color: Color


def blank(width: int, height: int, *, opaque: bool = False) -> Image.Image:
    """Return an empty canvas: white where opaque, else transparent."""
    return Image.new("RGB", (width, height), (255, 255, 255)) if opaque else Image.new("RGBA", (width, height))


def copied(canvas: Image.Image) -> Image.Image:
    """Return a canvas of the same pixels, to be drawn on."""
    return canvas.copy()


def cut(canvas: Image.Image, box: Box) -> Image.Image:
    """Return a part of a canvas, to be drawn on; the box is within it."""
    return canvas.crop(box.corners)


def has_alpha(canvas: Image.Image) -> bool:
    """Say whether a pixel of the canvas may be transparent."""
    return canvas.mode == "RGBA"


def has_more_colors(canvas: Image.Image, count: int) -> bool:
    """Say whether the canvas has more colours than so many; looks no further than it must."""
    return canvas.getcolors(count) is None


def without_needless_alpha(canvas: Image.Image) -> Image.Image:
    """Return the canvas as RGB if it is opaque all over."""
    return canvas.convert("RGB") if is_opaque(canvas) else canvas


def over_white(canvas: Image.Image) -> Image.Image:
    """Return the canvas laid over white, as the page of a mail is."""
    if canvas.mode == "RGB":
        return canvas
    white = blank(canvas.width, canvas.height, opaque=True)
    lay_picture(white, canvas, 0, 0)
    return white


def is_opaque(picture: Image.Image) -> bool:
    """Say whether no pixel of the picture is transparent."""
    return picture.mode == "RGB" or picture.getchannel("A").getextrema()[0] == 255


def inked_box(canvas: Image.Image) -> Box | None:
    """Return the smallest box around all that was drawn on a blank canvas; None for nothing."""
    corners = canvas.getbbox()
    return Box(*corners) if corners else None


def cover(canvas: Image.Image, fill: Fill) -> None:
    """Lay a fill over the whole canvas."""
    lay(canvas, Image.new("L", canvas.size, 255), 0, 0, fill)


def lay(canvas: Image.Image, mask: Image.Image, left: int, top: int, fill: Fill, area: Box | None = None) -> None:
    """Lay a fill on the canvas through a mask whose top left corner is at ``left``, ``top``.

    A gradient spans ``area``, by default the mask. What lies outside the canvas is dropped.
    """
    box = Box(left, top, left + mask.width, top + mask.height)
    seen = box.intersect(Box(0, 0, canvas.width, canvas.height))
    if seen.is_empty:
        return
    if seen != box:
        mask = mask.crop(seen.move(-left, -top).corners)
    if isinstance(fill, Color):
        if fill.alpha < 255:
            mask = scaled(mask, fill.alpha)
        pixels = Image.new("RGB", mask.size, fill.rgb)
    else:
        spread = area or box
        whole = fill_pixels(fill, spread.width, spread.height)
        pixels = whole.crop(seen.move(-spread.left, -spread.top).corners)
        mask = ImageChops.multiply(mask, pixels.getchannel("A"))
        pixels = pixels.convert("RGB")
    if canvas.mode == "RGB":
        canvas.paste(pixels, (seen.left, seen.top), mask)
    else:
        pixels.putalpha(mask)
        canvas.alpha_composite(pixels, (seen.left, seen.top))


def lay_picture(canvas: Image.Image, picture: Image.Image, left: int, top: int) -> None:
    """Lay an RGBA picture over the canvas; what lies outside is dropped."""
    box = Box(left, top, left + picture.width, top + picture.height)
    seen = box.intersect(Box(0, 0, canvas.width, canvas.height))
    if seen.is_empty:
        return
    if seen != box:
        picture = picture.crop(seen.move(-left, -top).corners)
    if canvas.mode == "RGB":
        canvas.paste(picture.convert("RGB"), (seen.left, seen.top), picture.getchannel("A"))
    else:
        canvas.alpha_composite(picture, (seen.left, seen.top))


def blend_picture(canvas: Image.Image, picture: Image.Image, left: int, top: int, mode: str) -> None:
    """Mix an RGBA picture with the canvas: ``mode`` is multiply or screen (W3C, Compositing and Blending, 10.1).

    Where the canvas is transparent there is nothing to mix with, and the picture is laid over it.
    """
    box = Box(left, top, left + picture.width, top + picture.height)
    seen = box.intersect(Box(0, 0, canvas.width, canvas.height))
    if seen.is_empty:
        return
    over = picture.crop(seen.move(-left, -top).corners)
    below = canvas.crop(seen.corners)
    mix = ImageChops.multiply if mode == "multiply" else ImageChops.screen
    mixed = mix(below.convert("RGB"), over.convert("RGB"))
    if canvas.mode == "RGBA":
        mixed = Image.composite(mixed, over.convert("RGB"), below.getchannel("A"))
    mixed.putalpha(over.getchannel("A"))
    lay_picture(canvas, mixed, seen.left, seen.top)


def masked(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """Return an RGBA picture with its alpha times a mask of the same size."""
    cut_out = picture.copy()
    cut_out.putalpha(ImageChops.multiply(picture.getchannel("A"), mask))
    return cut_out


def cast_shadow(canvas: Image.Image, mask: Image.Image, left: int, top: int, shadow: ShadowPaint) -> None:
    """Lay the blurred, moved shadow of a mask on the canvas."""
    margin = blur_margin(shadow.deviation)
    lay_shadow(canvas, shade_of(mask, shadow), left - margin, top - margin, shadow)


def shade_of(mask: Image.Image, shadow: ShadowPaint) -> Image.Image:
    """Return the mask of a mask's shadow, alpha and all: larger by ``blur_margin`` on each side."""
    margin = blur_margin(shadow.deviation)
    wide = Image.new("L", (mask.width + 2 * margin, mask.height + 2 * margin))
    wide.paste(mask, (margin, margin))
    blurred = wide.filter(ImageFilter.GaussianBlur(shadow.deviation)) if shadow.blur else wide
    return scaled(blurred, shadow.color.alpha)


def lay_shadow(canvas: Image.Image, shade: Image.Image, left: int, top: int, shadow: ShadowPaint) -> None:
    """Lay a shadow on the canvas whose mask is made already; it is moved from ``left``, ``top``."""
    lay(canvas, shade, left + round(shadow.right), top + round(shadow.down), Color(*shadow.color.rgb))


def shadow_reach(box: Box, shadow: ShadowPaint) -> Box:
    """Return the box of pixels that the shadow of a mask in ``box`` can change."""
    return box.grow(blur_margin(shadow.deviation)).move(round(shadow.right), round(shadow.down))


def blur_margin(deviation: float) -> int:
    """Return how many pixels a Gaussian reaches: at three times its deviation it has faded to nothing."""
    return round(deviation * 3) + 1


def scaled(mask: Image.Image, alpha: int) -> Image.Image:
    """Return a mask times ``alpha`` / 255."""
    return mask.point(levels_times(alpha))


@lru_cache(maxsize=256)
def levels_times(alpha: int) -> list[int]:
    """Return all levels of a mask times ``alpha`` / 255."""
    return [round(level * alpha / 255) for level in range(256)]


def pixels_of(canvas: Image.Image) -> NDArray[np.uint8]:
    """Return the pixels of a canvas as an array of shape (height, width, channels)."""
    return np.frombuffer(canvas.tobytes(), np.uint8).reshape(canvas.height, canvas.width, -1)


def packed_of(canvas: Image.Image) -> NDArray[np.uint32]:
    """Return the pixels of an RGB canvas as one number each, shape (height × width,): red in the lowest byte."""
    # As Pillow holds them, with a fourth byte that means nothing: no channel is moved.
    return np.frombuffer(canvas.tobytes("raw", "RGBX"), "<u4").astype(np.uint32) & np.uint32(0xFFFFFF)


def alpha_of(picture: Image.Image) -> Image.Image:
    """Return the mask of what is seen of an RGBA picture."""
    return picture.getchannel("A")


def without(mask: Image.Image, hole: Image.Image) -> Image.Image:
    """Return a mask with another one of the same size cut out."""
    return ImageChops.subtract(mask, hole)


def together(mask: Image.Image, other: Image.Image) -> Image.Image:
    """Return the mask of what one or the other of two masks of the same size covers."""
    return ImageChops.lighter(mask, other)


def faded(picture: Image.Image, opacity: float) -> Image.Image:
    """Return an RGBA picture with its alpha times ``opacity`` (0.0 to 1.0)."""
    if opacity >= 1.0:
        return picture
    faint = picture.copy()
    faint.putalpha(scaled(picture.getchannel("A"), round(255 * opacity)))
    return faint


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    """Return an RGBA picture turned clockwise about its centre, as large as the turned picture needs."""
    if not degrees % 360:
        return picture
    # Interpolated with colour weighted by alpha: transparent pixels have a colour too, it must not bleed in.
    return picture.convert("RGBa").rotate(-degrees, Image.Resampling.BICUBIC, expand=True).convert("RGBA")
