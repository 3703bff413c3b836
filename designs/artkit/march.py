"""Sphere tracing: exact for view rays, through a baked distance grid for shadows and bounces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from artkit.common import Array, unit

LOWER = np.array([-2.25, -0.04, -1.15], np.float32)
UPPER = np.array([1.85, 2.2, 1.15], np.float32)
CELL = 0.018


@dataclass(frozen=True)
class Grid:
    """Baked distances and the exact function."""

    cells: Array
    shape: tuple[int, int, int]
    exact: Callable[[Array], Array]


@dataclass(frozen=True)
class Hits:
    """Points where rays met the object."""

    points: Array
    normals: Array


def box(exact: Callable[[Array], Array]) -> Grid:
    """Bake the distance function on a regular grid."""
    axes = [np.arange(a + CELL / 2, b, CELL, dtype=np.float32) for a, b in zip(LOWER, UPPER, strict=True)]
    shape = (len(axes[0]), len(axes[1]), len(axes[2]))
    slabs = []
    for x in axes[0]:
        y, z = np.meshgrid(axes[1], axes[2], indexing="ij")
        slabs.append(exact(np.stack([np.full_like(y, x), y, z], axis=-1).reshape(-1, 3)))
    return Grid(np.concatenate(slabs).astype(np.float32), shape, exact)


def span(start: Array, way: Array) -> tuple[Array, Array]:
    """Entry and exit of rays through the bounding box."""
    safe = np.where(np.abs(way) < 1e-6, 1e-6, way)
    first, second = (LOWER - start) / safe, (UPPER - start) / safe
    return (np.maximum(np.minimum(first, second).max(axis=-1), 0), np.maximum(first, second).min(axis=-1))


def walk(grid: Grid, start: Array, way: Array, near: float, steps: int) -> tuple[Array, Array]:
    """March through the baked grid: hit flags and distances along the rays."""
    begin, end = span(start, way)
    hit = np.zeros(begin.shape, np.float32)
    along = begin.astype(np.float32).copy()
    live = np.flatnonzero(begin < end)
    for _ in range(steps):
        if live.size == 0:
            break
        point = start[live] + way[live] * along[live, None]
        cell = ((point - LOWER) / CELL).astype(np.int32)
        cell = np.clip(cell, 0, np.array(grid.shape, np.int32) - 1)
        gap = grid.cells[(cell[:, 0] * grid.shape[1] + cell[:, 1]) * grid.shape[2] + cell[:, 2]]
        close = gap < near
        hit[live[close]] = 1.0
        along[live] += np.where(close, 0.0, np.maximum(gap - 0.01, 0.012))
        live = live[~close & (along[live] < end[live])]
    return hit, along


def lookup(grid: Grid, start: Array, way: Array) -> tuple[Array, Array]:
    """Fast test for shadows and bounces: hit flags and end points."""
    hit, along = walk(grid, start, way, 0.006, 90)
    return hit, start + way * along[:, None]


def trace(grid: Grid, eye: Array, way: Array) -> tuple[Array, Hits]:
    """View rays: mask of hits and their exact points and normals."""
    flat = way.reshape(-1, 3)
    start = np.broadcast_to(eye, flat.shape)
    near, along = walk(grid, start, flat, CELL * 1.3, 160)
    chosen = np.flatnonzero(near)
    ray, far = flat[chosen], along[chosen]
    end = span(start, flat)[1][chosen]
    done = np.zeros(chosen.size, bool)
    for _ in range(56):
        live = np.flatnonzero(~done)
        if live.size == 0:
            break
        gap = grid.exact(eye + ray[live] * far[live, None])
        far[live] += gap * 0.95
        done[live] = (np.abs(gap) < 4e-4) | (far[live] > end[live])
    points = (eye + ray * far[:, None]).astype(np.float32)
    good = grid.exact(points) < 3e-3
    mask = np.zeros(flat.shape[0], bool)
    mask[chosen[good]] = True
    return mask.reshape(way.shape[:-1]), Hits(points[good], gradient(grid.exact, points[good]))


def gradient(exact: Callable[[Array], Array], points: Array) -> Array:
    """Normals by the tetrahedron rule."""
    total = np.zeros_like(points)
    for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        way = np.array(corner, np.float32)
        total += exact(points + way * 1.5e-3)[:, None] * way
    return unit(total)
