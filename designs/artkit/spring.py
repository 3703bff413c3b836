"""The April hero: back-lit cherry blossom against a defocused morning garden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from artkit import blossom
from artkit.common import (
    Array,
    convolve,
    disc,
    filmic,
    gaussian,
    grain,
    linear,
    mix,
    noise,
    resize,
    save_jpeg,
    srgb,
    to_bytes,
    unit,
)
from artkit.splat import Buffers, Sheet, occlusion

WIDTH, HEIGHT = 2400, 1260
SIZE = 126.0
SUN = unit(np.array([0.50, -0.74, -0.20], np.float32))
SUNLIGHT = linear("#ffeac8") * 3.9
SKY, GROUND = linear("#d6dfea") * 0.62, linear("#b79a78") * 0.22


@dataclass(frozen=True)
class Plane:
    """A slice of the scene at one distance."""

    scale: float
    blur: float
    left: int
    top: int
    width: int
    height: int


def spray(
    path: Array,
    thick: tuple[float, float],
    size: float,
    nodes: int,
    sharp: float,
    rng: np.random.Generator,
    *,
    start: float = 0.06,
) -> Iterable[Sheet]:
    """A branch along control points with clusters of flowers, buds and young leaves."""
    line = spline(path, int(np.sum(np.hypot(*np.diff(path[:, :2], axis=0).T)) * sharp * 1.5))
    wobble = 1 + 0.10 * np.sin(np.linspace(0, 37, line.shape[0])) * np.sin(np.linspace(2, 11, line.shape[0]))
    radius = np.linspace(thick[0], thick[1], line.shape[0]) * wobble
    around = max(16, int(thick[0] * sharp * 9))
    yield blossom.tube(line, radius.astype(np.float32), around, blossom.BARK, 0.06)
    for node in range(nodes):
        spot = start + (1.0 - start) * (node + rng.uniform(0.25, 0.75)) / nodes
        yield from cluster(line[min(int(spot * line.shape[0]), line.shape[0] - 1)], size, sharp, rng)


def cluster(root: Array, size: float, sharp: float, rng: np.random.Generator) -> Iterable[Sheet]:
    """Two to four blossoms, a bud and a leaf from one node."""
    first = rng.uniform(0, 6.3)
    count = int(rng.integers(2, 5))
    for item in range(count):
        angle = first + item * 6.3 / count + rng.uniform(-0.4, 0.4)
        reach = size * rng.uniform(0.75, 1.2)
        away = np.array([np.cos(angle), np.sin(angle) * 0.85, rng.uniform(-0.25, 0.7)], np.float32)
        centre = root + away * reach
        facing = away * np.array([0.55, 0.55, 0.2]) + np.array([rng.uniform(-0.3, 0.2), rng.uniform(-0.2, 0.3), 0.75])
        yield stem(root, centre - unit(facing) * size * 0.12, size, sharp)
        yield blossom.ball(
            centre - unit(facing) * size * 0.16,
            blossom.frame(facing),
            (size * 0.09, size * 0.09, size * 0.2),
            max(10, int(size * sharp * 0.5)),
            blossom.CALYX,
        )
        yield from blossom.flower(centre, facing, size * rng.uniform(0.86, 1.06), sharp, rng)
    for _ in range(int(rng.integers(1, 3))):
        angle = rng.uniform(0, 6.3)
        away = np.array([np.cos(angle), 0.3 + np.sin(angle) * 0.8, rng.uniform(-0.9, -0.2)], np.float32)
        tip = root + away * size * rng.uniform(1.1, 1.5)
        yield stem(root, tip, size, sharp)
        yield from blossom.bud(tip, away, size * rng.uniform(0.34, 0.44), sharp, rng)
    if rng.random() < 0.6:
        way = np.array([rng.uniform(-1, 1), rng.uniform(-1.0, 0.2), rng.uniform(0, 0.5)], np.float32)
        yield blossom.leaf(root, way, size * rng.uniform(0.9, 1.3), sharp, rng)


def stem(root: Array, tip: Array, size: float, sharp: float) -> Sheet:
    """A flower stalk that first rises, then bends."""
    bend = mix(root, tip, 0.5) + np.array([0.0, -0.18 * size, 0.0], np.float32)
    length = float(np.linalg.norm(tip - root))
    path = blossom.curve(root, bend, tip, max(16, int(length * sharp * 1.6)))
    radius = np.full(path.shape[0], size * 0.026, np.float32)
    return blossom.tube(path, radius, max(8, int(size * sharp * 0.22)), blossom.STALK)


def spline(knots: Array, steps: int) -> Array:
    """A Catmull-Rom curve through the knots."""
    ends = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, len(knots) - 1 - 1e-4, max(steps, 8))
    k = t.astype(int)
    f = (t - k)[:, None]
    a, b, c, d = (ends[k + i] for i in range(4))
    out = b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)))
    return np.asarray(out, np.float32)


def shade(view: Buffers, rng: np.random.Generator, size: float) -> Array:
    """Linear premultiplied RGBA of the buffers at 1/scale resolution."""
    index = view.covered()
    facing = view.normal[index]
    facing = facing * np.where(facing[:, 2:] < 0, -1.0, 1.0)
    through, gloss = view.extra[index, :1], view.extra[index, 1:]
    sun = view.lit(index, 26, 0.10 * size, 0.07 * size, rng)[:, None]
    toward = (facing @ SUN)[:, None]
    front = np.clip((toward + 0.15 * through) / (1 + 0.15 * through), 0, 1)
    behind = np.clip(-toward * 0.9 + 0.25, 0, 1) * through
    open_ = occlusion(view, size).ravel()[index][:, None]
    colour = view.colour[index]
    tint = colour * mix(np.ones(3, np.float32), blossom.BLUSH, 0.35)
    soft = np.clip(sun + through * 0.22, 0, 1)
    sky = mix(GROUND, SKY, 0.5 - 0.5 * facing[:, 1:2])
    light = colour * (SUNLIGHT * front * sun * 0.9 + sky * open_)
    light += tint * SUNLIGHT * behind * soft * 0.80
    light += colour * colour * through * (1 - open_) * 0.25
    half = unit(SUN + np.array([0, 0, 1], np.float32))
    light += gloss * SUNLIGHT * sun * np.clip(facing @ half, 0, 1)[:, None] ** 30
    canvas = np.zeros((view.height * view.width, 4), np.float32)
    canvas[index, :3] = light
    canvas[index, 3] = 1.0
    full = canvas.reshape(view.height, view.width, 4)
    return resize(full, round(view.width / view.scale), round(view.height / view.scale))


def layer(plane: Plane, sheets: Iterable[Sheet], size: float, rng: np.random.Generator) -> Array:
    """Render, defocus and place one slice: premultiplied RGBA of the whole picture."""
    view = Buffers(
        plane.left,
        plane.top,
        int(plane.width * plane.scale),
        int(plane.height * plane.scale),
        plane.scale,
        SUN,
    )
    for sheet in sheets:
        view.add(sheet)
    image = shade(view, rng, size)
    if plane.scale < 1:
        low = 0.5
        image = resize(image, int(plane.width * low), int(plane.height * low))
        image = resize(convolve(image, disc(plane.blur * low, 0.35)), plane.width, plane.height)
    elif plane.blur > 0:
        image = convolve(image, disc(plane.blur))
    canvas = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    x0, y0 = max(plane.left, 0), max(plane.top, 0)
    x1, y1 = min(plane.left + plane.width, WIDTH), min(plane.top + plane.height, HEIGHT)
    canvas[y0:y1, x0:x1] = image[y0 - plane.top : y1 - plane.top, x0 - plane.left : x1 - plane.left]
    return np.clip(canvas, 0, None)


def over(back: Array, front: Array) -> Array:
    """Composite premultiplied RGBA over RGB."""
    return np.asarray(back * (1 - np.clip(front[..., 3:], 0, 1)) + front[..., :3])


def garden(rng: np.random.Generator) -> Array:
    """Far background: deep green shade at the left, sunlit foliage at the right, with bokeh."""
    w, h = WIDTH // 2, HEIGHT // 2
    x = np.linspace(0, 1, w, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    glow = np.exp(-(((x - 1.0) / 0.30) ** 2 + ((y - 0.05) / 0.75) ** 2))
    patch = noise(w, h, 210, rng, 3) * 0.5
    base = mix(linear("#0b2426"), linear("#2f5a50"), np.clip(0.25 + 0.55 * x + 0.25 * (patch - y), 0, 1)[..., None])
    base = mix(base, linear("#b9b584") * 0.85, np.clip(glow * (0.85 + 0.4 * patch), 0, 1)[..., None])
    base = base + linear("#ffdfb0") * (glow**2.2)[..., None] * 0.75
    return resize(gaussian(base, 22) + bokeh(w, h, rng), WIDTH, HEIGHT)


def bokeh(w: int, h: int, rng: np.random.Generator) -> Array:
    """Out-of-focus points of light, dense and bright toward the sun."""
    total = np.zeros((h, w, 3), np.float32)
    tints = [linear(c) for c in ("#fff1c4", "#d8e08a", "#f7c9d6", "#bfe0b0", "#ffe0a0")]
    for radius, count, power in ((40.0, 260, 0.55), (30.0, 300, 0.6), (20.0, 200, 0.4)):
        points = np.zeros((h, w, 3), np.float32)
        for _ in range(count):
            px, py = rng.beta(2.6, 1.05), rng.beta(1.0, 1.4)
            fall = np.exp(-(((px - 1.0) / 0.30) ** 2 + ((py - 0.05) / 0.8) ** 2))
            strength = (
                power
                * radius**2
                * (0.015 + fall * rng.pareto(2.2) * 0.35)
                * (0.0 if px < 0.6 else min(1.0, (px - 0.6) * 8))
            )
            tint = tints[int(rng.integers(0, len(tints)))]
            points[int(py * (h - 1)), int(px * (w - 1))] += tint * min(strength, radius**2 * 0.8)
        total += np.clip(convolve(points, disc(radius, 0.25)), 0, None)
    return total


def scene(rng: np.random.Generator) -> Array:
    """All slices from back to front, in linear light."""
    picture = garden(rng)
    full = (-200, -200, WIDTH + 400, HEIGHT + 400)
    far = Plane(0.5, 46, *full)
    knots = np.array([[2650, 350, 0], [2200, 470, 0], [1820, 380, 0], [1560, 520, 0]], np.float32)
    other = np.array([[2650, 900, 0], [2350, 1010, 0], [1980, 960, 0], [1700, 1120, 0]], np.float32)
    sheets = [*spray(knots, (16, 6), 62, 9, 0.6, rng), *spray(other, (14, 6), 62, 8, 0.6, rng)]
    picture = over(picture, layer(far, sheets, 62, rng) * 0.8)
    mid = Plane(0.5, 20, *full)
    knots = np.array([[2700, 640, 0], [2380, 560, 0], [2080, 660, 0], [1850, 600, 0]], np.float32)
    picture = over(picture, layer(mid, spray(knots, (18, 6), 84, 6, 0.6, rng), 84, rng) * 0.92)
    picture = haze(picture)
    for part in focus(rng):
        picture = over(picture, part)
    picture = over(picture, layer(Plane(0.5, 9, *full), drift(rng), 66, rng) * 0.9)
    front = Plane(0.5, 58, *full)
    knots = np.array([[2600, 1180, 0], [2440, 1290, 0], [2120, 1330, 0]], np.float32)
    return over(picture, layer(front, spray(knots, (20, 14), 150, 3, 0.6, rng), 150, rng))


def haze(picture: Array) -> Array:
    """Morning light spilling in behind the sharp branch."""
    x = np.linspace(0, 1, WIDTH, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None]
    beam = np.exp(-(((x - 1.02) / 0.34) ** 2 + ((y + 0.02) / 0.6) ** 2))
    return picture + linear("#ffe7b8") * beam[..., None] * 0.16


def focus(rng: np.random.Generator) -> list[Array]:
    """The branch in the plane of focus: a slightly soft rear twig, then the sharp ones."""
    plane = Plane(2.0, 4.5, 1150, -150, 1400, 1560)
    up = np.array([[2200, 330, -80], [1960, 330, -90], [1790, 210, -100], [1690, 60, -100]], np.float32)
    rear = layer(plane, spray(up, (10.0, 2.0), SIZE * 0.92, 4, 2.0, rng, start=0.1), SIZE, rng)
    main = np.array([[2620, 40, -60], [2330, 250, -20], [2080, 380, 0], [1860, 590, 10], [1640, 930, 30]], np.float32)
    side = np.array([[2230, 310, 0], [2270, 560, 30], [2200, 800, 40], [2240, 1010, 50]], np.float32)
    sheets: list[Sheet] = []
    for path, thick, nodes in ((main, (27.0, 4.0), 6), (side, (12.0, 3.0), 3)):
        sheets.extend(spray(path, thick, SIZE, nodes, 2.0, rng, start=0.18))
    return [rear, layer(replace(plane, blur=0.0), sheets, SIZE, rng)]


def drift(rng: np.random.Generator) -> Iterable[Sheet]:
    """A few loose petals in the air."""
    for x, y in ((1500, 260), (1440, 640), (1470, 1130), (1700, 1190)):
        points, colour = blossom.petal(120, 0.2, rng)
        facing = np.array([rng.uniform(-0.7, 0.7), rng.uniform(-0.9, 0.9), 0.6])
        spin = blossom.frame(facing) @ blossom.turn(rng.uniform(0, 6.3))
        yield Sheet((points * 66) @ spin.T + np.array([x, y, 0], np.float32), colour, 0.62, 0.05)


def grade(light: Array, rng: np.random.Generator) -> Array:
    """Bloom, tone curve, split toning, vignette and grain."""
    bright = np.clip(light - 0.75, 0, 2.5)
    light = light + 0.10 * gaussian(bright, 14) + 0.12 * gaussian(bright, 60)
    display = srgb(filmic(light * 0.80))
    level = (display @ np.array([0.3, 0.6, 0.1], np.float32))[..., None]
    display = (
        display + (1 - level) ** 2 * np.array([-0.012, 0.006, 0.012]) + level**2 * np.array([0.012, 0.002, -0.014])
    )
    return grain(display, 0.011, rng)


def make(root: Path) -> None:
    """Write spring.jpg."""
    rng = np.random.default_rng(20250401)
    display = grade(scene(rng), rng)
    save_jpeg(to_bytes(display, rng), root / "newsletter-hero-april" / "spring.jpg", 85)
