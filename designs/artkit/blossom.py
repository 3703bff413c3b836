"""Parametric plants: cherry flowers, buds, leaves and twigs as sampled surfaces."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from artkit.common import Array, linear, mix, smooth, unit
from artkit.splat import Sheet

WHITE, BLUSH, ROSE = linear("#fff4f3"), linear("#fbc4d3"), linear("#e0527f")
ANTHER, FILAMENT, THROAT = linear("#e0a63a"), linear("#f6d9dc"), linear("#b8335f")
CALYX, STALK, BARK = linear("#7a2f38"), linear("#96903f"), linear("#7a5a4c")
MOSS, LEAF, BRONZE = linear("#a08f7c"), linear("#8fa845"), linear("#9a6a3f")


def frame(facing: Array) -> Array:
    """A rotation whose third column looks along facing."""
    ahead = unit(np.asarray(facing, np.float32))
    side = unit(np.cross(np.array([0.13, 0.98, 0.1], np.float32), ahead))
    return np.stack([side, np.cross(ahead, side), ahead], axis=1)


def turn(angle: float) -> Array:
    """Rotation about the third axis."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)


def petal(steps: int, open_angle: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """One petal of unit length along +x: points and colours."""
    u = np.linspace(0.02, 1, steps, dtype=np.float32)[:, None]
    v = np.linspace(-1, 1, steps, dtype=np.float32)[None, :]
    notch = rng.uniform(0.07, 0.15) * np.exp(-((v / 0.13) ** 2)) * u**4
    reach = u * (0.56 + 0.44 * np.sqrt(np.clip(1 - np.abs(v) ** 2.3, 0, 1)))
    along = reach - notch + 0.008 * u**3 * np.sin(v * rng.uniform(9, 15) + rng.uniform(0, 6))
    width = rng.uniform(0.41, 0.48) * (u**0.95) * (1.02 - 0.10 * u**3) + 0.035
    across = v * width + rng.uniform(-0.05, 0.05) * u**2
    cup = rng.uniform(0.10, 0.34)
    curl = rng.uniform(-0.16, 0.14)
    height = cup * np.sin(along * 2.2) * 0.6 + rng.uniform(0.05, 0.32) * across**2 * 2.2
    height = height + curl * np.clip(along - 0.55, 0, 1) ** 2 * 4
    for wave in range(3):
        phase, rate = rng.uniform(0, 6.3), rng.uniform(2.5, 5.0) * (wave + 1)
        height = height + 0.016 / (wave + 1) * np.sin(rate * v + phase + 2 * u) * u**2 * 1.6
    height = height + 0.15 * v * (1 - 0.4 * u) * u
    c, s = np.cos(open_angle), np.sin(open_angle)
    points = np.stack([along * c - height * s, across + 0 * u, along * s + height * c], axis=-1)
    return points.astype(np.float32), petal_colour(u, v, along, rng)


def petal_colour(u: Array, v: Array, along: Array, rng: np.random.Generator) -> Array:
    """Pale petal, rosy toward the throat and the rim, with fine fanned veins."""
    rose = 0.85 * np.exp(-along / 0.15) + 0.26 * smooth(0.5, 1.0, u + 0.15 * np.abs(v)) * rng.uniform(0.5, 1.3)
    tint = mix(WHITE, BLUSH, rng.uniform(0.25, 0.75))
    fan = v * (13 + 4 * u) + 0.8 * np.sin(u * 5 + v * 3)
    vein = np.exp(-((np.mod(fan, 1.0) - 0.5) ** 2) / 0.02) * 0.20
    vein = vein * smooth(0.05, 0.3, u) * smooth(1.05, 0.5, u)
    colour = mix(tint + np.zeros((*along.shape, 3)), ROSE, np.clip(rose + vein, 0, 1)[..., None])
    return np.asarray(mix(colour, THROAT, np.exp(-along / 0.05)[..., None] * 0.7), np.float32)


def tube(path: Array, radius: Array, around: int, colour: Array, rough: float = 0.0) -> Sheet:
    """A swept tube along path (N, 3); rough adds bark relief."""
    ahead = unit(np.gradient(path, axis=0))
    side = unit(np.cross(ahead, np.array([0.0, 0.05, 1.0], np.float32)))
    other = np.cross(ahead, side)
    angle = np.linspace(0, 2 * np.pi, around, dtype=np.float32)[None, :, None]
    size: Array = radius[:, None, None] * np.ones_like(angle)
    shade = np.broadcast_to(colour, (path.shape[0], around, 3)).astype(np.float32)
    if rough > 0:
        relief = bark(path.shape[0], around)
        size = size * (1 + rough * relief[..., None])
        shade = shade * (1 + 0.55 * relief[..., None]) + MOSS * 0.35 * np.clip(relief, 0, 1)[..., None] ** 2
    ring = side[:, None] * np.cos(angle) + other[:, None] * np.sin(angle)
    return Sheet((path[:, None] + ring * size).astype(np.float32), shade.astype(np.float32))


def bark(length: int, around: int) -> Array:
    """Relief of cherry bark: long fibres crossed by horizontal pores."""
    rng = np.random.default_rng(length)
    s = np.linspace(0, length / 90, length)[:, None]
    a = np.linspace(0, 2 * np.pi, around)[None, :]
    total = np.zeros((length, around))
    for k in range(1, 9):
        p, q = rng.uniform(0, 6.3, 2)
        total += np.sin(a * (k % 5 + 1) + p + 2 * np.sin(s * k * 0.7 + q)) * np.sin(s * (2 + k * 2.3) + q) / k**0.7
    pores = np.clip(np.sin(s * 9 + 0.6 * np.sin(a * 2)) - 0.8, 0, 1) * 4 * (np.sin(a * 3 + s) > 0)
    return (0.35 * total + pores).astype(np.float32)


def ball(centre: Array, axes: Array, radii: tuple[float, float, float], steps: int, colour: Array) -> Sheet:
    """An ellipsoid with its third radius along the third axis."""
    a = np.linspace(0, np.pi, steps, dtype=np.float32)[:, None]
    b = np.linspace(0, 2 * np.pi, steps * 2, dtype=np.float32)[None, :]
    local = np.stack(
        [np.sin(a) * np.cos(b) * radii[0], np.sin(a) * np.sin(b) * radii[1], np.cos(a) * radii[2] + 0 * b],
        axis=-1,
    )
    return Sheet((local @ axes.T + centre).astype(np.float32), np.broadcast_to(colour, local.shape))


def curve(start: Array, bend: Array, end: Array, steps: int) -> Array:
    """A quadratic curve in space."""
    t = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return np.asarray(start * (1 - t) ** 2 + 2 * bend * t * (1 - t) + end * t**2, np.float32)


def flower(centre: Array, facing: Array, size: float, sharp: float, rng: np.random.Generator) -> Iterator[Sheet]:
    """An open blossom; sharp is the number of samples per pixel."""
    base = frame(facing) @ turn(rng.uniform(0, 6.3))
    steps = max(24, int(size * sharp * 1.25))
    opening = rng.uniform(0.08, 0.5)
    for leaf in range(5):
        points, colour = petal(steps, opening + rng.uniform(-0.14, 0.14), rng)
        spin = base @ turn(leaf * 2 * np.pi / 5 + rng.uniform(-0.09, 0.09))
        yield Sheet(points * size * rng.uniform(0.93, 1.05) @ spin.T + centre, colour, 0.62, 0.05)
    heart = centre + base[:, 2] * size * 0.02
    yield ball(heart, base, (size * 0.07, size * 0.07, size * 0.06), max(10, int(size * sharp * 0.3)), THROAT * 0.8)
    for _ in range(int(rng.integers(20, 27))):
        yield from stamen(centre, base, size, sharp, rng)


def stamen(centre: Array, base: Array, size: float, sharp: float, rng: np.random.Generator) -> Iterator[Sheet]:
    """One filament with its anther."""
    angle, lean = rng.uniform(0, 6.3), rng.uniform(0.12, 0.95)
    length = size * rng.uniform(0.34, 0.56)
    way = np.array([np.cos(angle) * np.sin(lean), np.sin(angle) * np.sin(lean), np.cos(lean)], np.float32)
    tip = centre + base @ way * length
    bend = centre + base @ np.array([way[0] * 0.25, way[1] * 0.25, way[2] * 0.7], np.float32) * length
    path = curve(centre, bend, tip, max(12, int(length * sharp * 1.6)))
    shade = mix(ROSE, FILAMENT, smooth(0.0, 0.5, np.linspace(0, 1, path.shape[0]))[:, None, None])
    sheet = tube(path, np.full(path.shape[0], size * 0.0085, np.float32), max(5, int(size * sharp * 0.07)), BLUSH)
    yield Sheet(sheet.points, np.broadcast_to(shade, sheet.points.shape), 0.4, 0.1)
    spin = frame(base @ rng.normal(0, 1, 3).astype(np.float32))
    gold = ANTHER * rng.uniform(0.75, 1.15)
    yield ball(tip, spin, (size * 0.021, size * 0.021, size * 0.034), max(6, int(size * sharp * 0.1)), gold)


def bud(centre: Array, facing: Array, size: float, sharp: float, rng: np.random.Generator) -> Iterator[Sheet]:
    """A closed bud of wrapped petals in its calyx."""
    base = frame(facing) @ turn(rng.uniform(0, 6.3))
    steps = max(20, int(size * sharp * 1.6))
    a = np.linspace(0.0, 1, steps, dtype=np.float32)[:, None]
    b = np.linspace(-1.25, 1.25, steps, dtype=np.float32)[None, :]
    for leaf in range(4):
        round_ = np.abs(np.sin(np.pi * a**0.8)) ** 0.75 * (0.40 + 0.035 * leaf * 0.5) + 0.02 * b
        local = np.stack([round_ * np.cos(b), round_ * np.sin(b), a * (1.05 - 0.12 * b**2 * a) + 0 * b], axis=-1)
        shade = mix(ROSE, BLUSH, np.clip(0.15 + 0.6 * a + 0.25 * b**2 * a, 0, 1)[..., None])
        spin = base @ turn(leaf * np.pi / 2 + rng.uniform(-0.2, 0.2))
        yield Sheet(local * size @ spin.T + centre, shade, 0.45, 0.12)
    cup = centre - base[:, 2] * size * 0.12
    yield ball(cup, base, (size * 0.23, size * 0.23, size * 0.42), max(12, int(size * sharp * 1.8)), CALYX)


def leaf(root: Array, way: Array, size: float, sharp: float, rng: np.random.Generator) -> Sheet:
    """A young leaf, folded along its midrib, serrated, bronze toward the tip."""
    steps = max(24, int(size * sharp * 1.3))
    u = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    v = np.linspace(-1, 1, steps, dtype=np.float32)[None, :]
    teeth = 1 + 0.20 * np.abs(np.mod(u * 24, 1) - 0.5) * np.abs(v) ** 6
    width = 0.25 * np.abs(np.sin(np.pi * u**0.8)) ** 0.9 * teeth
    fold = rng.uniform(0.3, 0.8)
    lift = np.abs(v) * width * fold - rng.uniform(0.1, 0.4) * u**2
    lift = lift + 0.012 * np.sin((u - 0.3 * np.abs(v)) * 42) * (1 - np.abs(v))
    base = frame(np.array([rng.uniform(-0.5, 0.5), rng.uniform(-0.6, 0.2), 1.0]))
    ahead = unit(way - base[:, 2] * (way @ base[:, 2]) * 0.7)
    side = unit(np.cross(base[:, 2], ahead))
    points = ahead * (u + 0 * v)[..., None] + side * (v * width)[..., None]
    points = (points + np.cross(ahead, side) * lift[..., None]) * size + root
    veins = np.mod((u - 0.35 * np.abs(v)) * 9, 1) - 0.5
    rib = np.exp(-((v / 0.05) ** 2)) * 0.5 + 0.25 * np.exp(-(veins**2) / 0.01)
    blend = np.clip(rng.uniform(0.0, 0.5) + 0.5 * u + 0.2 * np.abs(v), 0, 1)
    colour = mix(LEAF, BRONZE, blend[..., None]) * (1 + 0.5 * rib[..., None])
    return Sheet(points.astype(np.float32), colour.astype(np.float32), 0.5, 0.15)
