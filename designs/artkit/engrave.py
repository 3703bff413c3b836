"""The certificate paper: a navy band with tone-on-tone guilloche, gold corner rosettes and a pale central rosette."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from artkit.common import Array

WIDTH, HEIGHT, FINE = 3200, 2262, 3
PAPER, TINT, GOLD, NAVY = "#fcfaf4", "#efe7d3", "#ab8540", "#16294d"
TONE, BRIGHT = "#2e4270", "#d0aa62"
OUTER, BAND = 85, 96


class Plate:
    """One ink: a large one-channel drawing that is reduced to coverage."""

    def __init__(self) -> None:
        self.image = Image.new("L", (WIDTH * FINE, HEIGHT * FINE), 0)
        self.pen = ImageDraw.Draw(self.image)

    def line(self, points: Array, width: float, ink: int = 255) -> None:
        """A polyline in final pixels."""
        path = [(float(x), float(y)) for x, y in points * FINE]
        self.pen.line(path, fill=ink, width=max(1, round(width * FINE)), joint="curve")

    def frame(self, inset: float, width: float) -> None:
        """A rectangle at a distance from the edge."""
        a, b, c = inset, WIDTH - inset, HEIGHT - inset
        self.line(np.array([[a, a], [b, a], [b, c], [a, c], [a, a], [a + 4, a]]), width)

    def clear(self, left: float, top: float, right: float, bottom: float) -> None:
        """Wipe a box."""
        self.pen.rectangle([left * FINE, top * FINE, right * FINE, bottom * FINE], fill=0)

    def fill(self, inset: float) -> None:
        """Fill a rectangle at a distance from the edge."""
        self.pen.rectangle([inset * FINE, inset * FINE, (WIDTH - inset) * FINE, (HEIGHT - inset) * FINE], fill=255)

    def levels(self, count: int) -> Array:
        """Coverage rounded to count steps."""
        small = np.asarray(self.image.reduce(FINE), np.float32) / 255
        return np.round(small * count).astype(np.uint8)


def braid(start: Array, ahead: Array, length: float) -> list[Array]:
    """Waves of one border side that cross each other."""
    side = np.array([-ahead[1], ahead[0]])
    periods = round(length / 130)
    s = np.linspace(0, 1, periods * 60)
    strands = []
    for k in range(4):
        offset = (BAND / 2 - 17) * np.sin(2 * np.pi * (periods * s + k / 4))
        strands.append(start + ahead * (s * length)[:, None] + side * offset[:, None])
    return strands


def rosette(centre: tuple[float, float], inner: float, outer: float, lobes: int, strands: int) -> list[Array]:
    """Turned circles whose radius swings between two limits, as from a rose engine."""
    a = np.linspace(0, 2 * np.pi, max(600, lobes * 60))
    result = []
    for k in range(strands):
        swing = np.sin(lobes * a + 2 * np.pi * k / strands)
        radius = (inner + outer) / 2 + (outer - inner) / 2 * swing
        result.append(np.stack([centre[0] + radius * np.cos(a), centre[1] + radius * np.sin(a)], axis=-1))
    return result


def sides() -> list[tuple[Array, Array, float]]:
    """Start, direction and length of the four border sides."""
    near, far = OUTER + BAND / 2, OUTER + BAND
    across, down = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    return [
        (np.array([far, near]), across, WIDTH - 2 * far),
        (np.array([far, HEIGHT - near]), across, WIDTH - 2 * far),
        (np.array([near, far]), down, HEIGHT - 2 * far),
        (np.array([WIDTH - near, far]), down, HEIGHT - 2 * far),
    ]


def notched(inset: float, notch: float) -> Array:
    """A frame with concave corners."""
    a = np.linspace(0, np.pi / 2, 60)
    arc = np.stack([np.cos(a), np.sin(a)], axis=-1) * notch
    w, h = WIDTH - inset, HEIGHT - inset
    return np.concatenate(
        [
            np.array([inset, inset]) + arc[::-1],
            np.array([w, inset]) + arc * [-1, 1],
            np.array([w, h]) - arc[::-1],
            np.array([inset, h]) + arc * [1, -1],
            np.array([inset, inset]) + arc[:-3:-1],
        ]
    )


def border(ground: Plate, tone: Plate, gold: Plate) -> None:
    """The band between two gold hairlines, with a framed rosette in each corner."""
    near, far, half = OUTER + BAND / 2, OUTER + BAND, BAND / 2
    ground.fill(OUTER)
    ground.clear(far, far, WIDTH - far, HEIGHT - far)
    for side in sides():
        for path in braid(*side):
            tone.line(path, 2.0)
    for inset in (OUTER + 7, far - 7):
        gold.frame(inset, 2.0)
    for x in (near, WIDTH - near):
        for y in (near, HEIGHT - near):
            box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1], [-0.9, -1]]) * (half - 7) + [x, y]
            gold.line(box, 2.0)
            for path in rosette((x, y), 12, half - 15, 12, 4):
                gold.line(path, 2.0)


def ramp(low: str, high: str, count: int) -> list[tuple[int, int, int]]:
    """Colours between two codes, without the first."""
    a, b = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (low, high))
    mixed = [np.round(a + (b - a) * (k + 1) / count).astype(int) for k in range(count)]
    return [(int(m[0]), int(m[1]), int(m[2])) for m in mixed]


def paper() -> Image.Image:
    """The finished sheet in flat colours."""
    ground, tone, gold, tint, navy = (Plate() for _ in range(5))
    border(ground, tone, gold)
    for inner, outer, lobes in ((490, 590, 30),):
        for path in rosette((WIDTH / 2, HEIGHT / 2), inner, outer, lobes, 3):
            tint.line(path, 2.4)
    navy.frame(OUTER - 14, 2.5)
    gold.line(notched(OUTER + BAND + 34, 92), 4.0)
    gold.line(notched(OUTER + BAND + 48, 92), 1.5)
    inks = [ramp(PAPER, PAPER, 1), ramp(PAPER, TINT, 2), ramp(NAVY, NAVY, 1), ramp(NAVY, TONE, 3)]
    inks += [ramp(PAPER, GOLD, 4), ramp(NAVY, BRIGHT, 4), ramp(PAPER, NAVY, 4)]
    _, _, dark, toned, golden, bright, edge = np.cumsum([0, *map(len, inks)])[:-1]
    on_navy = ground.levels(1) > 0
    index = np.where(on_navy, dark, tint.levels(2))
    for level, first in (
        (tone.levels(3) * on_navy, toned),
        (gold.levels(4) * ~on_navy, golden),
        (gold.levels(4) * on_navy, bright),
        (navy.levels(4), edge),
    ):
        index = np.where(level > 0, level + first - 1, index)
    picture = Image.fromarray(index.astype(np.uint8), "P")
    picture.putpalette([value for ink in inks for colour in ink for value in colour])
    return picture


def make(root: Path) -> None:
    """Write paper.png."""
    folder = root / "cert-2025"
    folder.mkdir(parents=True, exist_ok=True)
    paper().save(folder / "paper.png", optimize=True)
