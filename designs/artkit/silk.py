"""The sales banner backdrop: sheets of folded paper from navy to teal in soft studio light."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from artkit.common import (
    Array,
    filmic,
    gaussian,
    grain,
    linear,
    mix,
    resize,
    save_jpeg,
    smooth,
    srgb,
    to_bytes,
    unit,
)
from artkit.splat import Buffers, Sheet, occlusion

WIDTH, HEIGHT = 1200, 400
KEY = unit(np.array([-0.62, -0.55, 0.56], np.float32))
COLOURS = ("#11304e", "#103f5e", "#0f526c", "#116a7c", "#16857f", "#ff6242", "#239a86", "#74d0b8", "#d9f5e8")
PLACES = (0.0, 0.13, 0.27, 0.41, 0.55, 0.685, 0.72, 0.85, 0.98)


def edge(amount: float, t: Array) -> Array:
    """The rim of one sheet: an S-curve from the bottom to the upper right, (N, 2)."""
    x = 590 + 500 * amount + 350 * t + (105 - 60 * amount) * np.sin(t * 4.6 - 0.3 - 2.6 * amount)
    y = 520 - 640 * t + (34 + 22 * amount) * np.sin(t * 5.2 + 2.8 * amount)
    return np.stack([x, y], axis=-1).astype(np.float32)


def paper(order: int) -> Sheet:
    """One sheet that curls up to its rim and lies flat to the right."""
    amount = PLACES[order]
    t = np.linspace(-0.12, 1.15, 2800, dtype=np.float32)
    rim = edge(amount, t)
    across = unit(np.stack([np.full_like(t, 0.93), 0.36 + 0.16 * np.sin(t * 3 + amount * 4)], axis=-1))
    depth = (np.linspace(0, 1, 1300, dtype=np.float32) ** 1.35 * 420)[None, :, None]
    flat = rim[:, None] + across[:, None] * depth
    lift = 46 * np.exp(-depth[..., 0] / 62) + 12 * np.sin(t * 5 + amount * 5)[:, None]
    lift = lift - 10 * np.exp(-depth[..., 0] / 9)
    height = order * 32.0 + lift - depth[..., 0] * 0.05
    points = np.concatenate([flat, height[..., None]], axis=-1).astype(np.float32)
    return Sheet(points, sheet_colour(order, depth[..., 0] + 0 * t[:, None]), 0.0, 0.3)


def sheet_colour(order: int, depth: Array) -> Array:
    """Each sheet runs from its own colour at the rim to the next one."""
    own = linear(COLOURS[order])
    after = linear(COLOURS[order + (order < 4)]) * 0.75
    return np.asarray(mix(own, after, smooth(40, 500, depth)[..., None] * 0.6), np.float32)


def ground() -> Sheet:
    """The sheet below all others; very gentle swell."""
    x, y = np.meshgrid(np.linspace(-60, 1260, 2700), np.linspace(-60, 460, 1100), indexing="ij")
    height = -40 + 26 * np.sin(x / 260 + y / 420) + 12 * np.sin(x / 150 - y / 170 + 1.0)
    colour = mix(linear("#0c1e34"), linear("#124058"), smooth(-100, 900, x)[..., None])
    return Sheet(np.stack([x, y, height], axis=-1).astype(np.float32), colour.astype(np.float32), 0.0, 0.12)


def render(rng: np.random.Generator) -> Array:
    """Linear light of the stack at twice the final size."""
    view = Buffers(0, 0, WIDTH * 2, HEIGHT * 2, 2.0, KEY)
    view.add(ground())
    for order in range(len(COLOURS)):
        view.add(paper(order))
    index = np.arange(view.width * view.height)
    facing = view.normal[index] * np.where(view.normal[index][:, 2:] < 0, -1.0, 1.0)
    shape = (view.height, view.width)
    sun = gaussian(view.lit(index, 40, 26.0, 5.0, rng).reshape(shape), 2.2).reshape(-1, 1)
    open_ = occlusion(view, 90.0).reshape(-1, 1)
    light = np.clip(facing @ KEY, 0, 1)[:, None]
    half = unit(KEY + np.array([0, 0, 1], np.float32))
    sheen = np.clip(facing @ half, 0, 1)[:, None] ** 14 * view.extra[:, 1:]
    colour = view.colour
    result = colour * (light * sun * 2.3 + 0.42 * open_) + sheen * sun * (0.10 + 0.5 * colour)
    return np.asarray(result.reshape(*shape, 3))


def make(root: Path) -> None:
    """Write backdrop.jpg."""
    rng = np.random.default_rng(600200)
    light = render(rng)
    light = light + 0.10 * gaussian(np.clip(light - 0.5, 0, 2), 40)
    display = grain(resize(srgb(filmic(light * 0.8)), WIDTH, HEIGHT), 0.006, rng)
    save_jpeg(to_bytes(display, rng), root / "sales-banner-01" / "backdrop.jpg", 88)
