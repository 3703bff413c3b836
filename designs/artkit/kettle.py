"""The product shot: a matte kettle with walnut grip and brass knob, ray-marched in a pastel studio."""

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
from artkit.march import Grid, Hits, box, lookup, trace
from artkit.model import BODY, BRASS, GRIP, distance, material

SIZE, LOW, FINE = 1600, 800, 3200
WINDOW = (480, 680, 2760, 2000)
EYE = np.array([0.0, 2.15, 9.6], np.float32)
TARGET = np.array([-0.22, 0.45, 0.0], np.float32)
ZOOM = 3.75
KEY = (np.array([-6.4, 6.6, 3.4], np.float32), 1.5)
RIM = (np.array([4.6, 3.0, -1.4], np.float32), 0.9)
KEYLIGHT, RIMLIGHT = linear("#ffefdc") * 1.75, linear("#fff7ee") * 0.35
DOME = linear("#efe9ea") * 0.46
FLOOR = linear("#dfc0a8")


def rays(size: int, cols: Array, rows: Array) -> Array:
    """Unit view directions through pixel centres of a size x size picture."""
    ahead = unit(TARGET - EYE)
    side = unit(np.cross(ahead, np.array([0, 1, 0], np.float32)))
    top = np.cross(side, ahead)
    x = ((cols + 0.5) / size * 2 - 1) / ZOOM
    y = (1 - (rows + 0.5) / size * 2) / ZOOM
    return unit(ahead + x[..., None] * side + y[..., None] * top)


def cyclorama(way: Array) -> tuple[Array, Array]:
    """Where view rays meet the floor that sweeps up into the wall: points and normals."""
    reach, back = 6.0, -9.0
    floor = EYE + way * (-EYE[1] / np.minimum(way[..., 1], -1e-3))[..., None]
    wall = EYE + way * ((back - EYE[2]) / way[..., 2])[..., None]
    flat = (way[..., 1] < -1e-3) & (floor[..., 2] > back + reach)
    centre = np.array([reach, back + reach], np.float32)
    start = EYE[1:] - centre
    a = np.sum(way[..., 1:] ** 2, axis=-1)
    b = way[..., 1:] @ start
    root = np.sqrt(np.maximum(b * b - a * (start @ start - reach**2), 0))
    bend = EYE + way * ((-b + root) / a)[..., None]
    high = bend[..., 1] > reach
    point = np.where(flat[..., None], floor, np.where(high[..., None], wall, bend))
    inward = np.concatenate([np.zeros_like(bend[..., :1]), centre - bend[..., 1:]], axis=-1)
    up, front = np.array([0, 1, 0], np.float32), np.array([0, 0, 1], np.float32)
    normal = np.where(flat[..., None], up, np.where(high[..., None], front, unit(inward)))
    return point.astype(np.float32), normal.astype(np.float32)


def sphere_light(light: tuple[Array, float], points: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """A random direction to a round softbox and its falloff."""
    spot = unit(rng.standard_normal(points.shape).astype(np.float32)) * light[1]
    away = light[0] + spot - points
    gap = np.sum(away * away, axis=-1)
    return unit(away), float(light[0] @ light[0]) / gap


def irradiance(grid: Grid, points: Array, facing: Array, passes: int, rng: np.random.Generator) -> Array:
    """Monte-Carlo light on surfaces: two softboxes and one bounce from the studio."""
    total = np.zeros_like(points)
    start = points + facing * 0.045
    for _ in range(passes):
        for light, power in ((KEY, KEYLIGHT), (RIM, RIMLIGHT)):
            way, fall = sphere_light(light, points, rng)
            angle = np.clip(np.sum(way * facing, axis=-1), 0, None)
            seen = np.zeros(angle.shape, np.float32)
            go = angle > 0
            seen[go] = 1.0 - lookup(grid, start[go], way[go])[0]
            total += (angle * seen * fall)[:, None] * power
        way = unit(facing + unit(rng.standard_normal(points.shape).astype(np.float32)) * 0.999)
        total += bounce(grid, start, way)
    return total / passes


def bounce(grid: Grid, start: Array, way: Array) -> Array:
    """Light that arrives from one direction: kettle, floor or studio."""
    hit, where = lookup(grid, start, way)
    down = way[:, 1] < -0.02
    floor = start + way * (start[:, 1] / np.where(down, -way[:, 1], 1.0))[:, None]
    ring = np.hypot(floor[:, 0], floor[:, 2])
    ground = FLOOR * (0.28 + 0.72 * smooth(0.75, 2.4, ring))[:, None] * 1.15
    sky = DOME * (0.75 + 0.5 * smooth(-0.2, 1.0, way[:, 1]))[:, None]
    body = linear("#2c463d") * (0.35 + 0.4 * smooth(0.0, 1.6, where[:, 1]))[:, None]
    return np.asarray(np.where(hit[:, None] > 0, body, np.where(down[:, None], ground, sky)), np.float32)


def softbox(points: Array, way: Array, light: Array, axes: Array, half: tuple[float, float], blur: float) -> Array:
    """Mirror image of a rectangular softbox with edges softened by the surface roughness."""
    normal = np.cross(axes[0], axes[1])
    facing = way @ normal
    gap = ((light - points) @ normal) / np.where(np.abs(facing) < 1e-4, 1e-4, facing)
    spot = points + way * gap[:, None] - light
    u, v = spot @ axes[0], spot @ axes[1]
    inside = smooth(half[0] + blur, half[0] - blur, np.abs(u)) * smooth(half[1] + blur, half[1] - blur, np.abs(v))
    return np.where(gap > 0, inside, 0.0).astype(np.float32)


def mirror(points: Array, way: Array, blur: float) -> Array:
    """The studio as seen in reflections."""
    aim = unit(-KEY[0] + np.array([0, 0.8, 0], np.float32))
    side = unit(np.cross(np.array([0, 1, 0], np.float32), aim))
    box_ = softbox(points, way, KEY[0], np.stack([side, np.cross(aim, side)]), (1.7, 2.6), blur * 1.4)
    other = unit(-np.array([3.4, 2.0, -0.4], np.float32))
    side = unit(np.cross(np.array([0, 1, 0], np.float32), other))
    strip = softbox(
        points,
        way,
        np.array([3.4, 2.0, -0.4], np.float32),
        np.stack([side, np.cross(other, side)]),
        (0.28, 2.2),
        blur * 0.7,
    )
    height = way[:, 1]
    room = mix(FLOOR * 0.62, DOME * 1.1, smooth(-0.25 - blur * 0.2, 0.25 + blur * 0.2, height)[:, None])
    return room + box_[:, None] * KEYLIGHT * 3.4 + strip[:, None] * RIMLIGHT * 6.0


def surface(hits: Hits, light: Array, grid: Grid, way: Array, rng: np.random.Generator) -> Array:
    """Outgoing light of the kettle."""
    kind, colour = material(hits.points)
    cosine = np.clip(-np.sum(way * hits.normals, axis=-1), 0, 1)
    back = unit(way + 2 * cosine[:, None] * hits.normals)
    blocked = np.zeros(kind.shape, np.float32)
    for _ in range(4):
        spread_ = unit(back + rng.standard_normal(back.shape).astype(np.float32) * 0.075)
        blocked += lookup(grid, hits.points + hits.normals * 0.05, spread_)[0] / 4
    half = unit(unit(KEY[0] - hits.points) - way)
    glow = np.clip(np.sum(half * hits.normals, axis=-1), 0, 1)[:, None] ** 9 * (kind != BRASS)[:, None]
    result = colour * light * 0.80 + glow * light * 0.045
    for code, base, rough in ((BODY, 0.034, 1.1), (GRIP, 0.035, 0.9), (BRASS, 1.0, 0.6)):
        part = np.flatnonzero(kind == code)
        tint = linear("#f6d49c") if code == BRASS else np.ones(3, np.float32)
        fresnel = base + (1 - base) * 0.55 * (1 - cosine[part]) ** 5
        seen = mirror(hits.points[part], back[part], rough)
        near = linear("#2c463d") * 0.35
        seen = mix(seen, near + 0 * seen, blocked[part, None] * 0.92)
        shine = seen * fresnel[:, None] * tint
        result[part] = (shine * 0.95 + result[part] * 0.08) if code == BRASS else result[part] + shine
    return np.asarray(result, np.float32)


def denoise(light: Array, hits: Hits, mask: Array) -> Array:
    """Edge-aware smoothing of the noisy light on the coarse grid (a-trous)."""
    image: Array = np.zeros((LOW, LOW, 3), np.float32)
    normal = np.zeros((LOW, LOW, 3), np.float32)
    place = np.zeros((LOW, LOW, 3), np.float32)
    image[mask], normal[mask], place[mask] = light, hits.normals, hits.points
    live = mask.astype(np.float32)
    for step in (1, 2, 4):
        total, weight = np.zeros_like(image), np.zeros((LOW, LOW), np.float32)
        for dy in (-2, -1, 0, 1, 2):
            for dx in (-2, -1, 0, 1, 2):
                move = (dy * step, dx * step)
                other = np.roll(normal, move, (0, 1))
                gap = np.sum((np.roll(place, move, (0, 1)) - place) ** 2, axis=-1)
                part = np.roll(live, move, (0, 1)) * np.exp(-gap / (0.004 * step**2))
                part = part * np.clip(np.sum(other * normal, axis=-1), 0, 1) ** 24
                part = part * np.exp(-(dx * dx + dy * dy) / 4.0)
                total += np.roll(image, move, (0, 1)) * part[..., None]
                weight += part
        image = total / np.maximum(weight, 1e-6)[..., None]
    return np.asarray(image)


def spread(image: Array, mask: Array) -> Array:
    """Continue an image beyond its mask."""
    live = mask.astype(np.float32)
    result = image * live[..., None]
    for sigma in (1.0, 2.0, 4.0, 9.0, 20.0, 60.0):
        weight = gaussian(live, sigma)
        fill = gaussian(image * live[..., None], sigma) / np.maximum(weight, 1e-5)[..., None]
        empty = (result.sum(axis=-1) == 0) & (weight > 0.02)
        result[empty] = fill[empty]
    return np.asarray(result)


def low_light(grid: Grid, rng: np.random.Generator) -> tuple[Array, Array]:
    """Light on backdrop and kettle at coarse resolution."""
    cols, rows = np.meshgrid(np.arange(LOW, dtype=np.float32), np.arange(LOW, dtype=np.float32))
    way = rays(LOW, cols, rows)
    ground, facing = cyclorama(way)
    flat = irradiance(grid, ground.reshape(-1, 3), facing.reshape(-1, 3), 12, rng).reshape(LOW, LOW, 3)
    mask, hits = trace(grid, EYE, way)
    lit = irradiance(grid, hits.points, hits.normals, 36, rng)
    image = denoise(lit, hits, mask)
    rim = np.hypot(ground[..., 0], ground[..., 2]) - 0.885
    touch = np.where(ground[..., 1] < 0.01, 0.38 * np.exp(-np.clip(rim, 0, None) / 0.09), 0.0)
    backdrop = spread(soften(flat) * (1 - touch[..., None]), ~mask)
    return backdrop, spread(image, mask)


def soften(flat: Array) -> Array:
    """Remove the grain of the backdrop light while keeping the contact shadow."""
    fine, wide = gaussian(flat, 2.2), gaussian(flat, 9.0)
    detail = np.abs(fine - wide).sum(axis=-1)
    return np.asarray(mix(wide, fine, smooth(0.02, 0.10, gaussian(detail, 5.0))[..., None]))


def picture(rng: np.random.Generator) -> Array:
    """Linear light of the finished shot."""
    grid = box(distance)
    backdrop, lit = low_light(grid, rng)
    light = resize(backdrop, SIZE, SIZE)
    axis = np.linspace(-1, 1, SIZE, dtype=np.float32)
    pool = np.exp(-((axis[None, :] + 0.05) ** 2 / 1.5 + (axis[:, None] + 0.25) ** 2 / 1.3))
    canvas = light * FLOOR * (0.78 + 0.22 * pool[..., None])
    x0, y0, x1, y1 = WINDOW
    cols, rows = np.meshgrid(np.arange(x0, x1, dtype=np.float32), np.arange(y0, y1, dtype=np.float32))
    way = rays(FINE, cols, rows)
    mask, hits = trace(grid, EYE, way)
    fine = resize(lit[y0 // 4 : y1 // 4, x0 // 4 : x1 // 4], x1 - x0, y1 - y0)
    front = np.zeros((*mask.shape, 4), np.float32)
    front[mask, :3] = surface(hits, fine[mask], grid, way[mask], rng)
    front[mask, 3] = 1.0
    front = resize(front, (x1 - x0) // 2, (y1 - y0) // 2)
    part = canvas[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2]
    part[:] = part * (1 - front[..., 3:]) + front[..., :3]
    return canvas


def make(root: Path) -> None:
    """Write product.jpg."""
    rng = np.random.default_rng(800800)
    light = picture(rng)
    light = light + 0.06 * gaussian(np.clip(light - 0.85, 0, 2), 18)
    display = grain(srgb(filmic(light * 0.80)), 0.006, rng)
    save_jpeg(to_bytes(display, rng), root / "product-card" / "product.jpg", 88)
