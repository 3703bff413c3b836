"""The certificate's embossed seal and the ink signature."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from artkit.common import Array, gaussian, linear, mix, resize, smooth, srgb, unit

SIDE, TALL, FINE = 360, 460, 3
CENTRE, DISC = (180.0, 178.0), 166.0
STROKES = (
    (
        (3, 66),
        (9, 50),
        (17, 20),
        (24, 4),
        (25, 16),
        (19, 48),
        (15, 74),
        (20, 56),
        (30, 18),
        (37, 2),
        (37, 18),
        (32, 50),
        (33, 66),
        (40, 60),
        (45, 47),
        (50, 43),
        (46, 50),
        (45, 62),
        (52, 58),
        (56, 46),
        (59, 45),
        (59, 60),
        (65, 58),
        (69, 45),
        (72, 46),
        (72, 60),
        (80, 48),
        (89, 10),
        (91, -4),
        (86, 14),
        (81, 50),
        (84, 64),
        (91, 55),
        (97, 45),
        (101, 47),
        (98, 62),
        (105, 58),
        (111, 46),
        (114, 49),
        (115, 59),
        (122, 52),
        (128, 50),
        (133, 56),
        (142, 52),
        (158, 44),
        (178, 34),
    ),
    ((150, 76), (110, 75), (62, 82), (30, 91), (26, 96), (40, 95), (86, 84), (140, 78), (186, 70)),
)


def field() -> tuple[Array, Array, Array]:
    """Coordinates about the centre at fine scale, in final pixels: x, y, radius."""
    x = (np.arange(SIDE * FINE, dtype=np.float32) + 0.5) / FINE - CENTRE[0]
    y = (np.arange(TALL * FINE, dtype=np.float32) + 0.5) / FINE - CENTRE[1]
    gx, gy = np.meshgrid(x, y)
    return gx, gy, np.hypot(gx, gy)


def bump(radius: Array, inner: float, outer: float, edge: float) -> Array:
    """A raised ring with rounded shoulders."""
    return smooth(inner - edge, inner + edge, radius) * smooth(outer + edge, outer - edge, radius)


def star(x: Array, y: Array, size: float) -> Array:
    """A faceted five-pointed star."""
    angle = np.arctan2(x, -y)
    wedge = np.abs(np.mod(angle + np.pi / 5, 2 * np.pi / 5) - np.pi / 5)
    radius = np.hypot(x, y)
    px, py = radius * np.cos(wedge), radius * np.sin(wedge)
    inner = 0.40 * size
    ix, iy = inner * np.cos(np.pi / 5), inner * np.sin(np.pi / 5)
    away = (iy * (size - px) - (size - ix) * py) / np.hypot(iy, size - ix)
    return np.asarray(np.clip(away, 0, None) * 0.62)


def laurel(x: Array, y: Array) -> Array:
    """Two branches of embossed leaves around the star."""
    stem = np.clip(2.0 - np.abs(np.hypot(x, y) - 76), 0, None) * (np.abs(np.arctan2(x, -y)) > 0.35)
    return np.asarray(np.maximum(np.maximum(branch(x, y), branch(-x, y)), stem * 0.8))


def branch(x: Array, y: Array) -> Array:
    """The right-hand branch."""
    height = np.zeros_like(x)
    for k in range(10):
        turn = np.radians(168 - k * 15.5)
        for row, (radius, lean) in enumerate(((84.0, 0.55), (68.0, -0.55))):
            dx = x - radius * np.sin(turn + 0.05 * row)
            dy = y + radius * np.cos(turn + 0.05 * row)
            along = np.arctan2(-np.sin(turn), -np.cos(turn)) + lean
            u, v = dx * np.cos(along) + dy * np.sin(along), -dx * np.sin(along) + dy * np.cos(along)
            width = 5.6 * np.clip(1 - (u / 14.5) ** 2, 0, 1) * (1 - 0.018 * u)
            body = np.clip(width - np.abs(v), 0, None)
            rib = 0.5 * np.exp(-((v / 0.7) ** 2)) * (body > 0)
            height = np.maximum(height, np.minimum(body, 2.6) * 0.9 - rib)
    return height


def relief(x: Array, y: Array, r: Array) -> tuple[Array, Array]:
    """Height of the medal in pixels and the mask of the navy enamel."""
    angle = np.arctan2(y, x)
    teeth = np.cos(angle * 60)
    height = 3.2 * bump(r, 146, 170, 2.2) + 0.9 * teeth * smooth(148, 160, r)
    height += 2.6 * bump(r, 104, 109, 1.6) + 1.6 * np.clip(np.cos(angle * 90), -0.2, 1) * bump(r, 138, 145, 1.4)
    enamel = bump(r, 110.5, 136.5, 0.5)
    lines = np.zeros_like(r)
    for k in range(6):
        swing = 123.5 + 10.5 * np.sin(24 * angle + k * np.pi / 3) * (0.75 + 0.25 * np.cos(12 * angle - k * np.pi / 3))
        lines = np.maximum(lines, smooth(1.1, 0.3, np.abs(r - swing)))
    height += lines * enamel * 1.0
    inside = smooth(104, 102, r)
    height += inside * (star(x, y, 46.0) + laurel(x, y) * 1.15)
    height += inside * 0.16 * np.sin(angle * 180) * smooth(8, 30, r)
    return height, enamel * (1 - lines)


def gold(height: Array, enamel: Array, x: Array, y: Array) -> Array:
    """Display colour of the lit relief."""
    soft = gaussian(height, 1.6)
    slope = np.stack([-np.gradient(soft, axis=1), -np.gradient(soft, axis=0), np.full_like(soft, 0.36)], axis=-1)
    normal = unit(slope)
    light = unit(np.array([-0.55, -0.70, 0.62], np.float32))
    lit = np.clip(normal @ light, 0, 1)
    half = unit(light + np.array([0, 0, 1], np.float32))
    spark = np.clip(normal @ half, 0, 1) ** 40
    band = 0.5 + 0.5 * np.sin(normal[..., 0] * 4.2 + normal[..., 1] * 3.0 + 0.6)
    conic = np.cos(2 * np.arctan2(y, x) + 1.5) + 0.35 * np.cos(5 * np.arctan2(y, x) - 0.6)
    tone = np.clip(0.74 * lit + 0.20 * band + 0.17 * conic + 0.04, 0, 1)[..., None]
    metal = mix(linear("#4d330f"), linear("#b98a3a"), smooth(0.0, 0.55, tone))
    metal = mix(metal, linear("#f3dc9c"), smooth(0.5, 0.98, tone)) + spark[..., None] * linear("#fff6dc") * 0.35
    blue = linear("#13264a") * (0.55 + 0.75 * lit)[..., None] + spark[..., None] * 0.05
    return np.asarray(srgb(mix(metal, blue, enamel[..., None])))


def ribbon(x: Array, y: Array) -> tuple[Array, Array]:
    """Two notched tails below the medal: display colour and coverage."""
    colour = np.zeros((*x.shape, 3), np.float32)
    cover = np.zeros_like(x)
    for side in (1, -1):
        tilt = np.radians(19.0) * side
        u, v = x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)
        v = y * np.cos(tilt) - x * np.sin(-tilt)
        end = 272.0 - 26.0 * (1 - np.abs(u) / 44.0)
        inside = smooth(44.3, 43.7, np.abs(u)) * smooth(0.4, -0.4, v - end) * (v > 60)
        fold = 0.78 + 0.16 * np.cos(u / 44 * 2.4 + side) + 0.06 * np.sin(v / 23)
        shade = linear("#1c3563") * (fold * (0.35 + 0.65 * smooth(150, 205, v)))[..., None]
        stripe = bump(np.abs(u), 33, 36.5, 0.5)[..., None]
        shade = srgb(mix(shade, linear("#c39a4d") * fold[..., None], stripe))
        colour = mix(colour, shade, inside[..., None])
        cover = np.maximum(cover, inside)
    return colour, cover


def seal() -> Image.Image:
    """The medal on its ribbon, with a faint shadow, as RGBA."""
    x, y, r = field()
    height, enamel = relief(x, y, r)
    medal = smooth(0.4, -0.4, r - (DISC + 2.2 * np.cos(np.arctan2(y, x) * 60)))
    tails, cover = ribbon(x, y)
    under = gaussian(np.roll(medal, (12, 6), (0, 1)), 10) * 0.55
    tails = tails * (1 - under)[..., None]
    ground = np.clip(gaussian(np.roll(np.maximum(medal, cover), (9, 4), (0, 1)), 9) * 0.30, 0, 1)
    alpha = np.maximum(np.maximum(medal, cover), ground)
    colour = mix(np.array([0.06, 0.09, 0.17]) * np.ones((*x.shape, 3)), tails, cover[..., None])
    colour = mix(colour, gold(height, enamel, x, y), medal[..., None])
    flat = np.concatenate([colour * alpha[..., None], alpha[..., None]], axis=-1)
    small = resize(flat, SIDE, TALL)
    small[..., :3] /= np.maximum(small[..., 3:], 1e-3)
    return Image.fromarray(np.clip(np.round(small * 255), 0, 255).astype(np.uint8))


def pen_path(knots: Array) -> Array:
    """A smooth dense path through the control points (uniform B-spline)."""
    ends = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, len(knots) - 1 - 1e-4, len(knots) * 120)
    k = t.astype(int)
    f = (t - k)[:, None]
    a, b, c, d = (ends[k + i] for i in range(4))
    near = a * (1 - f) ** 3 + b * (3 * f**3 - 6 * f**2 + 4) + c * (1 + 3 * f + 3 * f**2 - 3 * f**3) + d * f**3
    return np.asarray(near / 6)


def signature() -> Image.Image:
    """A fluent signature: thin on fast and upward strokes, heavier on slow downward ones."""
    width, height, fine = 760, 390, 4
    mask = Image.new("L", (width * fine, height * fine), 0)
    pen = ImageDraw.Draw(mask)
    for stroke in STROKES:
        knots = np.array(stroke, np.float64)
        knots = np.stack([knots[:, 0] + (60 - knots[:, 1]) * 0.22, knots[:, 1]], axis=-1)
        path = pen_path(knots) * 3.55 * fine + np.array([12, 36]) * fine
        move = np.gradient(path, axis=0)
        speed = np.hypot(*move.T)
        down = np.clip(move[:, 1] / np.maximum(speed, 1e-6), -1, 1)
        press = 1.15 + 1.0 * np.clip(down, 0, 1) + 0.55 * np.exp(-speed / np.median(speed) * 0.9)
        press = np.convolve(np.pad(press, 40, mode="edge"), np.hanning(81) / np.hanning(81).sum(), "valid")
        ends = np.linspace(0, 1, len(path))
        press = press * np.clip(ends / 0.02, 0.35, 1) * np.clip((1 - ends) / 0.06, 0.12, 1)
        for (px, py), size in zip(path, press * fine * 1.15, strict=True):
            pen.ellipse([px - size, py - size, px + size, py + size], fill=255)
    cover = np.asarray(mask.filter(ImageFilter.GaussianBlur(1.5)).reduce(fine), np.uint8)
    result = np.zeros((height, width, 4), np.uint8)
    result[..., :3] = (22, 34, 74)
    result[..., 3] = cover
    return Image.fromarray(result)


def make(root: Path) -> None:
    """Write seal.png and signature.png."""
    folder = root / "cert-2025"
    folder.mkdir(parents=True, exist_ok=True)
    seal().save(folder / "seal.png", optimize=True)
    signature().save(folder / "signature.png", optimize=True)
