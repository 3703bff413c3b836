"""Shared tools: colour spaces, blurs, noise, grain and saving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def linear(code: str) -> Array:
    """Linear-light RGB of a #rrggbb colour."""
    raw = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255.0
    return np.where(raw <= 0.04045, raw / 12.92, ((raw + 0.055) / 1.055) ** 2.4).astype(np.float32)


def srgb(light: Array) -> Array:
    """Display values 0..1 of linear light."""
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def smooth(low: float, high: float, value: Array) -> Array:
    """Smoothstep from low to high (low may be the larger one)."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def mix(first: Array, second: Array, amount: Array | float) -> Array:
    """Blend of two arrays."""
    return first + (second - first) * amount


def unit(vector: Array) -> Array:
    """Vectors of the last axis, normalised."""
    size = np.sqrt(np.sum(vector * vector, axis=-1, keepdims=True))
    return np.asarray(vector / np.maximum(size, 1e-9), np.float32)


def resize(image: Array, width: int, height: int) -> Array:
    """Bicubic or area resize of a float image (H, W) or (H, W, C)."""
    if image.ndim == 2:
        small = width < image.shape[1]
        how = Image.Resampling.BOX if small else Image.Resampling.BICUBIC
        return np.asarray(Image.fromarray(image.astype(np.float32)).resize((width, height), how))
    return np.stack([resize(image[..., c], width, height) for c in range(image.shape[2])], axis=-1)


def convolve(image: Array, kernel: Array) -> Array:
    """Convolution by FFT with mirrored edges."""
    pad = kernel.shape[0] // 2 + 1
    wide = np.pad(image, [(pad, pad), (pad, pad)] + [(0, 0)] * (image.ndim - 2), mode="symmetric")
    size = (wide.shape[0], wide.shape[1])
    frame = np.zeros(size, np.float32)
    frame[: kernel.shape[0], : kernel.shape[1]] = kernel / kernel.sum()
    half = kernel.shape[0] // 2
    response = np.fft.rfft2(np.roll(frame, (-half, -half), (0, 1)))
    planes = wide[..., None] if image.ndim == 2 else wide
    out = [np.fft.irfft2(np.fft.rfft2(planes[..., c]) * response, s=size) for c in range(planes.shape[2])]
    result = np.stack(out, axis=-1)[pad:-pad, pad:-pad].astype(np.float32)
    return result[..., 0] if image.ndim == 2 else result


def disc(radius: float, rim: float = 0.0) -> Array:
    """A lens-blur kernel: a soft-edged disc, brighter at the edge by rim."""
    half = int(np.ceil(radius)) + 1
    axis = np.arange(-half, half + 1, dtype=np.float32)
    dist = np.hypot(axis[:, None], axis[None, :])
    return np.clip(radius + 0.5 - dist, 0.0, 1.0) * (1.0 + rim * (dist / max(radius, 1.0)) ** 4)


def gaussian(image: Array, sigma: float) -> Array:
    """Gaussian blur; wide ones are computed at reduced size."""
    step = int(max(1, sigma // 6))
    if step > 1:
        height, width = image.shape[:2]
        low = resize(image, max(8, width // step), max(8, height // step))
        return resize(gaussian(low, sigma / step), width, height)
    axis = np.arange(-int(3 * sigma + 1), int(3 * sigma + 1) + 1, dtype=np.float32)
    line = np.exp(-0.5 * (axis / sigma) ** 2)
    return convolve(image, line[:, None] * line[None, :])


def noise(width: int, height: int, cell: float, rng: np.random.Generator, octaves: int = 1) -> Array:
    """Smooth value noise about 0 with features of about cell pixels."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = cell / 2**octave
        cols, rows = int(width / size) + 3, int(height / size) + 3
        grid = rng.standard_normal((rows, cols)).astype(np.float32)
        total += resize(grid, width, height) * 0.5**octave
    return total


def filmic(light: Array) -> Array:
    """A gentle shoulder that rolls off highlights (ACES-like fit)."""
    return (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14)


def grain(display: Array, amount: float, rng: np.random.Generator) -> Array:
    """Film grain on display values, strongest in the mid-tones."""
    height, width = display.shape[:2]
    speck = gaussian(rng.standard_normal((height, width)).astype(np.float32), 0.7) * 1.8
    level = display @ LUMA
    weight = 0.35 + 2.6 * level * (1.0 - level)
    return display + (speck * weight * amount)[..., None]


def to_bytes(display: Array, rng: np.random.Generator) -> Array:
    """8-bit values with a dither of half a step against banding."""
    dither = rng.random(display.shape[:2], dtype=np.float32)[..., None] - 0.5
    return np.clip(np.round(display * 255.0 + dither), 0, 255).astype(np.uint8)


def save_jpeg(pixels: Array, path: Path, quality: int) -> None:
    """Write a progressive JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, quality=quality, optimize=True, progressive=True, subsampling=0)
