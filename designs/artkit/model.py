"""Shape and materials of the kettle as a signed distance function (y up, floor at y = 0)."""

from __future__ import annotations

import numpy as np

from artkit.common import Array, linear, mix

BODY, GRIP, BRASS = 0, 1, 2
SPOUT = np.array(
    [
        [-0.62, 0.33, 0],
        [-1.02, 0.30, 0],
        [-1.27, 0.58, 0],
        [-1.24, 1.02, 0],
        [-1.32, 1.50, 0],
        [-1.62, 1.72, 0],
        [-1.90, 1.58, 0],
    ],
    np.float32,
)
HANDLE = np.array([[0.55, 1.40, 0], [0.92, 1.53, 0], [1.30, 1.56, 0], [1.335, 1.40, 0]], np.float32)


def bspline(knots: Array, count: int) -> Array:
    """Points along a uniform cubic B-spline that starts and ends at the outer knots."""
    ends = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, len(knots) - 1 - 1e-4, count)
    k = t.astype(int)
    f = (t - k)[:, None]
    a, b, c, d = (ends[k + i] for i in range(4))
    sum_ = a * (1 - f) ** 3 + b * (3 * f**3 - 6 * f**2 + 4) + c * (1 + 3 * f + 3 * f**2 - 3 * f**3) + d * f**3
    return np.asarray(sum_ / 6, np.float32)


PIPE, ARM = bspline(SPOUT, 40), bspline(HANDLE, 18)
GRIP_TOP, GRIP_END = np.array([1.335, 1.40, 0], np.float32), np.array([1.22, 0.50, 0], np.float32)


def tube(points: Array, path: Array, first: float, last: float) -> Array:
    """Distance to a tapered polyline."""
    low, high = path.min(axis=0) - first, path.max(axis=0) + first
    outside = np.maximum(np.maximum(low - points, points - high), 0)
    best = np.sqrt(np.einsum("ij,ij->i", outside, outside))
    inner = np.flatnonzero(best < 0.3)
    best[inner] = polyline(points[inner], path, first, last)
    return np.asarray(best, np.float32)


def polyline(points: Array, path: Array, first: float, last: float) -> Array:
    """Exact distance to a tapered polyline."""
    best = np.full(points.shape[0], 9.0, np.float32)
    share = np.linspace(0, 1, len(path), dtype=np.float32)
    for i in range(len(path) - 1):
        seg = path[i + 1] - path[i]
        away = points - path[i]
        t = np.clip(away @ seg / (seg @ seg), 0, 1)
        gap = away - t[:, None] * seg
        radius = first + (last - first) * (share[i] + t * (share[1] - share[0]))
        best = np.minimum(best, np.sqrt(np.einsum("ij,ij->i", gap, gap)) - radius)
    return best


def blend(a: Array, b: Array, k: float) -> Array:
    """Smooth union."""
    h = np.clip(0.5 + 0.5 * (b - a) / k, 0, 1)
    return np.asarray(b + (a - b) * h - k * h * (1 - h))


def body(points: Array) -> Array:
    """A tapered drum with rounded rims and a slight waist."""
    ring = np.hypot(points[:, 0], points[:, 2])
    y = points[:, 1]
    wall = 0.905 - 0.27 * np.clip(y / 1.42, 0, 1) - 0.028 * np.sin(np.clip(y / 1.42, 0, 1) * np.pi)
    slope = 0.965
    out, up = (ring - wall + 0.07) * slope, np.abs(y - 0.72) - 0.70 + 0.07
    return np.asarray(np.hypot(np.maximum(out, 0), np.maximum(up, 0)) + np.minimum(np.maximum(out, up), 0) - 0.07)


def lid(points: Array) -> Array:
    """A shallow dome that sits in the rim."""
    ring = np.hypot(points[:, 0], points[:, 2])
    y = points[:, 1]
    dome = np.hypot(ring, y + 0.62) - 2.135
    cut = np.maximum(ring - 0.535, 1.40 - y)
    out = np.maximum(dome, cut)
    return np.asarray(np.maximum(out, ring - 0.535 + np.maximum(y - 1.44, 0) * 0.6) - 0.012)


def knob(points: Array) -> Array:
    """A turned brass knob."""
    ring = np.hypot(points[:, 0], points[:, 2])
    y = points[:, 1]
    neck = np.maximum(ring - 0.045, np.abs(y - 1.55) - 0.09)
    out, up = ring - 0.135, np.abs(y - 1.685) - 0.035
    head = np.hypot(np.maximum(out, 0), np.maximum(up, 0)) + np.minimum(np.maximum(out, up), 0) - 0.03
    return blend(neck, head, 0.05)


def grip(points: Array) -> Array:
    """The walnut grip: a tapered oval bar with round ends."""
    seg = GRIP_END - GRIP_TOP
    away = points - GRIP_TOP
    t = np.clip(away @ seg / (seg @ seg), 0, 1)
    bow = 0.045 * np.sin(t * np.pi)
    gap = away - t[:, None] * seg
    gap[:, 0] -= bow
    gap[:, 2] *= 0.72
    return np.asarray((np.sqrt(np.einsum("ij,ij->i", gap, gap)) - 0.088 + 0.018 * t) * 0.9)


def collar(points: Array) -> Array:
    """A brass ring between arm and grip."""
    seg = unit3(GRIP_TOP - GRIP_END)
    away = points - (GRIP_TOP + seg * 0.07)
    along = away @ seg
    ring = np.sqrt(np.maximum(np.einsum("ij,ij->i", away, away) - along**2, 0))
    return np.asarray(np.maximum(ring - 0.063, np.abs(along) - 0.016) - 0.012)


def unit3(vector: Array) -> Array:
    """One vector, normalised."""
    return np.asarray(vector / np.sqrt(vector @ vector), np.float32)


def coated(points: Array) -> Array:
    """Everything in the matte coat."""
    shell = np.minimum(body(points), lid(points))
    out = blend(shell, spout(points), 0.10)
    return blend(out, tube(points, ARM, 0.05, 0.05), 0.06)


def spout(points: Array) -> Array:
    """The goose-neck, open at its tip."""
    return np.maximum(tube(points, PIPE, 0.150, 0.056), -(points[:, 0] + 1.87))


def distance(points: Array) -> Array:
    """Distance to the whole kettle."""
    metal = np.minimum(knob(points), collar(points))
    return np.minimum(np.minimum(coated(points), metal), grip(points)).astype(np.float32)


def material(points: Array) -> tuple[Array, Array]:
    """Material codes and base colours at surface points."""
    gaps = np.stack([coated(points), grip(points), np.minimum(knob(points), collar(points))])
    kind = np.argmin(gaps, axis=0)
    colour = np.where((kind == BODY)[:, None], linear("#2c463d"), walnut(points))
    colour = np.where((kind == BRASS)[:, None], linear("#d9a85c"), colour)
    return kind, colour.astype(np.float32)


def walnut(points: Array) -> Array:
    """Wood with growth rings that run along the grip."""
    x, y, z = points.T
    warp = 0.05 * np.sin(y * 3.1 + 1.0) + 0.02 * np.sin(y * 9.0 + z * 6)
    rings = np.hypot((x - 1.9 + warp) * 1.0, z + 0.25 + warp * 0.5)
    line = np.abs(np.mod(rings * 17 + 0.3 * np.sin(y * 5), 1.0) * 2 - 1)
    fibre = 0.5 + 0.5 * np.sin(rings * 900 + y * 14 + 3 * np.sin(y * 31 + z * 40))
    tone = np.clip(0.25 + 0.55 * line**1.6 + 0.18 * fibre, 0, 1)
    return np.asarray(mix(linear("#38211a"), linear("#84573a"), tone[:, None]), np.float32)
