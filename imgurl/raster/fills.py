"""Pixels of gradients, as CSS draws them: interpolated in sRGB with premultiplied alpha.

Source: https://www.w3.org/TR/css-images-3/#linear-gradients and #radial-gradients
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgurl.color import GradientStop, LinearGradient, RadialGradient


def fill_pixels(gradient: LinearGradient | RadialGradient, width: int, height: int) -> Image.Image:
    """Return an RGBA image of ``width`` × ``height`` px filled with the gradient."""
    across = (np.arange(width, dtype=np.float32) + 0.5)[None, :]
    down = (np.arange(height, dtype=np.float32) + 0.5)[:, None]
    if isinstance(gradient, LinearGradient):
        places = _along_line(gradient.angle, across - width / 2, down - height / 2, width, height)
    else:
        places = _from_center(gradient, across, down, width, height)
    return Image.fromarray(_colors(places, gradient.stops))


def _along_line(
    angle: float, x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]], width: int, height: int
) -> NDArray[np.floating[Any]]:
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    length = abs(width * sine) + abs(height * cosine)
    return (x * sine - y * cosine) / length + 0.5


def _from_center(
    gradient: RadialGradient,
    across: NDArray[np.floating[Any]],
    down: NDArray[np.floating[Any]],
    width: int,
    height: int,
) -> NDArray[np.floating[Any]]:
    center_x, center_y = gradient.center_x * width, gradient.center_y * height
    farthest = max(math.hypot(x - center_x, y - center_y) for x in (0, width) for y in (0, height))
    distances: NDArray[np.floating[Any]] = np.hypot(across - center_x, down - center_y)
    return distances / (farthest * gradient.radius)


def _colors(places: NDArray[np.floating[Any]], stops: tuple[GradientStop, ...]) -> NDArray[np.uint8]:
    offsets = [stop.offset for stop in stops]
    alphas = [stop.color.alpha / 255 for stop in stops]
    pixels = np.empty((*places.shape, 4), np.uint8)
    if set(alphas) == {1.0}:
        # Nothing to divide by: the same pixels in little more than half the time.
        for channel in range(3):
            levels = np.interp(places, offsets, [stop.color[channel] for stop in stops])
            pixels[..., channel] = np.rint(levels, out=levels)
        pixels[..., 3] = 255
        return pixels
    alpha = np.interp(places, offsets, alphas)
    divisor = np.where(alpha > 0, alpha, 1.0)
    for channel in range(3):
        premultiplied = [stop.color[channel] * opacity for stop, opacity in zip(stops, alphas, strict=True)]
        pixels[..., channel] = np.rint(np.interp(places, offsets, premultiplied) / divisor).clip(0, 255)
    pixels[..., 3] = np.rint(alpha * 255)
    return pixels
