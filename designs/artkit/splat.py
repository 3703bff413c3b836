"""A small deferred renderer: dense parametric surfaces are splatted into a depth buffer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from artkit.common import Array, gaussian, unit


@dataclass
class Sheet:
    """A sampled surface: points (U, V, 3), colour (U, V, 3) and how much light passes through."""

    points: Array
    colour: Array
    through: float = 0.0
    gloss: float = 0.0


def normals(points: Array) -> Array:
    """Normals of a sampled surface by finite differences."""
    return unit(np.cross(np.gradient(points, axis=0), np.gradient(points, axis=1)))


@dataclass
class Buffers:
    """Depth, normal and colour of the nearest surface; x right, y down, z to the viewer."""

    left: float
    top: float
    width: int
    height: int
    scale: float
    light: Array
    depth: Array = field(init=False)
    normal: Array = field(init=False)
    colour: Array = field(init=False)
    extra: Array = field(init=False)
    shadow: Array = field(init=False)
    axes: tuple[Array, Array] = field(init=False)
    cell: float = 1.6

    def __post_init__(self) -> None:
        count = self.width * self.height
        self.depth = np.full(count, -1e9, np.float32)
        self.normal = np.zeros((count, 3), np.float32)
        self.colour = np.zeros((count, 3), np.float32)
        self.extra = np.zeros((count, 2), np.float32)
        side = unit(np.cross(self.light, np.array([0.0, 0.0, 1.0], np.float32)))
        self.axes = (side, unit(np.cross(self.light, side)))
        self.shadow = np.full((2400, 2400), -1e9, np.float32).ravel()

    def add(self, sheet: Sheet) -> None:
        """Splat one surface into the picture and the shadow map."""
        points = sheet.points.reshape(-1, 3)
        facing = normals(sheet.points).reshape(-1, 3)
        self._shade_map(points)
        col = np.floor((points[:, 0] - self.left) * self.scale).astype(np.int64)
        row = np.floor((points[:, 1] - self.top) * self.scale).astype(np.int64)
        inside = (col >= 0) & (col < self.width) & (row >= 0) & (row < self.height)
        index = np.flatnonzero(inside)
        if index.size == 0:
            return
        pixel = row[index] * self.width + col[index]
        near, where = nearest(pixel, points[index, 2])
        keep = points[index[near], 2] > self.depth[where]
        chosen, where = index[near][keep], where[keep]
        self.depth[where] = points[chosen, 2]
        self.normal[where] = facing[chosen]
        self.colour[where] = sheet.colour.reshape(-1, 3)[chosen]
        self.extra[where] = (sheet.through, sheet.gloss)

    def _map_index(self, points: Array) -> tuple[Array, Array]:
        across = points @ self.axes[0] / self.cell
        down = points @ self.axes[1] / self.cell
        col = np.mod(np.floor(across).astype(np.int64), 2400)
        row = np.mod(np.floor(down).astype(np.int64), 2400)
        return row * 2400 + col, points @ self.light

    def _shade_map(self, points: Array) -> None:
        cell, toward = self._map_index(points[::2])
        near, where = nearest(cell, toward)
        self.shadow[where] = np.maximum(self.shadow[where], toward[near])

    def covered(self) -> Array:
        """Indices of the covered pixels."""
        return np.flatnonzero(self.depth > -1e8)

    def positions(self, index: Array) -> Array:
        """World positions of pixels."""
        x = (index % self.width + 0.5) / self.scale + self.left
        y = (index // self.width + 0.5) / self.scale + self.top
        return np.stack([x, y, self.depth[index]], axis=-1).astype(np.float32)

    def lit(self, index: Array, taps: int, radius: float, bias: float, rng: np.random.Generator) -> Array:
        """Share of the light that reaches each pixel (soft shadow by jittered look-ups)."""
        points = self.positions(index)
        total = np.zeros(index.size, np.float32)
        for tap in range(taps):
            angle = rng.random(index.size, dtype=np.float32) * 2 * np.pi
            reach = radius * np.sqrt((tap + rng.random(index.size, dtype=np.float32)) / taps)
            shift = np.cos(angle)[:, None] * self.axes[0] + np.sin(angle)[:, None] * self.axes[1]
            cell, toward = self._map_index(points + shift * reach[:, None])
            total += self.shadow[cell] - toward < bias + 0.5 * reach
        return total / taps


def nearest(cell: Array, depth: Array) -> tuple[Array, Array]:
    """For every used cell the entry with the largest depth: (entries, cells)."""
    order = np.argsort(depth, kind="stable")
    base = int(cell.min())
    slot = np.full(int(cell.max()) - base + 1, -1, np.int64)
    slot[cell[order] - base] = order
    used = np.flatnonzero(slot >= 0)
    return slot[used], used + base


def occlusion(view: Buffers, size: float) -> Array:
    """Ambient openness from the depth buffer: pixels below their surroundings darken."""
    depth = view.depth.reshape(view.height, view.width)
    mask = (depth > -1e8).astype(np.float32)
    flat = np.where(mask > 0, depth, 0.0).astype(np.float32)
    total = np.zeros_like(flat)
    for reach in (0.05, 0.16, 0.4):
        sigma = reach * size * view.scale
        weight = gaussian(mask, sigma)
        around = gaussian(flat, sigma) / np.maximum(weight, 1e-3)
        total += np.clip((around - flat) / (size * reach * 2.0), -0.2, 1.0) * weight
    return np.asarray(np.clip(1.0 - 0.85 * total, 0.08, 1.0))
