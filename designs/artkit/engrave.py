"""The certificate paper: guilloche border, corner rosettes and a pale central rosette in flat inks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from artkit.common import Array

WIDTH, HEIGHT, FINE = 3200, 2262, 3
PAPER, TINT, GOLD, NAVY = "#fcfaf4", "#efe7d3", "#ab8540", "#16294d"
OUTER, BAND = 85, 150


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

    def levels(self, count: int) -> Array:
        """Coverage rounded to count steps."""
        small = np.asarray(self.image.reduce(FINE), np.float32) / 255
        return np.round(small * count).astype(np.uint8)


def band(start: Array, ahead: Array, length: float, periods: int) -> list[Array]:
    """Braided strands of one border side."""
    side = np.array([-ahead[1], ahead[0]])
    s = np.linspace(0, 1, periods * 60)
    strands = []
    for k in range(12):
        phase = 2 * np.pi * k / 12
        wave = np.sin(2 * np.pi * periods * s + phase)
        swell = 0.60 + 0.36 * np.cos(2 * np.pi * periods * s / 2 + phase * 2)
        offset = (BAND / 2 - 9) * wave * swell
        strands.append(start + ahead * (s * length)[:, None] + side * offset[:, None])
    return strands


def ripple(start: Array, ahead: Array, length: float, periods: int) -> list[Array]:
    """Gold counter-waves between the strands."""
    side = np.array([-ahead[1], ahead[0]])
    s = np.linspace(0, 1, periods * 60)
    strands = []
    for k in range(7):
        size = (BAND / 2 - 14) * (k - 3) / 3
        wave = np.cos(2 * np.pi * periods * s) * size
        strands.append(start + ahead * (s * length)[:, None] + side * wave[:, None])
    return strands


def rosette(centre: tuple[float, float], inner: float, outer: float, lobes: int, strands: int) -> list[Array]:
    """Turned circles whose radius swings between two limits, as from a rose engine."""
    a = np.linspace(0, 2 * np.pi, max(600, lobes * 60))
    result = []
    for k in range(strands):
        phase = 2 * np.pi * k / strands
        swing = np.sin(lobes * a + phase) * (0.72 + 0.28 * np.cos(lobes / 2 * a - phase))
        radius = (inner + outer) / 2 + (outer - inner) / 2 * swing
        result.append(np.stack([centre[0] + radius * np.cos(a), centre[1] + radius * np.sin(a)], axis=-1))
    return result


def sides() -> list[tuple[Array, Array, float, int]]:
    """Start, direction, length and periods of the four border sides."""
    near, far = OUTER + BAND / 2, OUTER + BAND
    wide, tall = WIDTH - 2 * far, HEIGHT - 2 * far
    return [
        (np.array([far, near]), np.array([1.0, 0.0]), wide, 42),
        (np.array([far, HEIGHT - near]), np.array([1.0, 0.0]), wide, 42),
        (np.array([near, far]), np.array([0.0, 1.0]), tall, 28),
        (np.array([WIDTH - near, far]), np.array([0.0, 1.0]), tall, 28),
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


def corners(navy: Plate, gold: Plate) -> None:
    """Framed rosettes in the four corners."""
    near = OUTER + BAND / 2
    for x in (near, WIDTH - near):
        for y in (near, HEIGHT - near):
            half = BAND / 2
            for plate in (navy, gold):
                plate.clear(x - half, y - half, x + half, y + half)
            for path in rosette((x, y), 30, half - 9, 12, 8):
                navy.line(path, 1.3)
            for path in rosette((x, y), 8, 28, 8, 4):
                gold.line(path, 1.5)
            box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1], [-0.9, -1]]) * (half - 1) + [x, y]
            navy.line(box, 3.0)


def watermark(tint: Plate) -> None:
    """The large pale rosette behind the name."""
    centre = (WIDTH / 2, HEIGHT / 2)
    for inner, outer, lobes in ((475, 590, 34), (418, 470, 36)):
        for path in rosette(centre, inner, outer, lobes, 8):
            tint.line(path, 2.0)


def ramp(low: str, high: str, count: int) -> list[tuple[int, int, int]]:
    """Colours between two codes, without the first."""
    a, b = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (low, high))
    mixed = [np.round(a + (b - a) * (k + 1) / count).astype(int) for k in range(count)]
    return [(int(m[0]), int(m[1]), int(m[2])) for m in mixed]


def paper() -> Image.Image:
    """The finished sheet in eleven flat colours."""
    navy, gold, tint = Plate(), Plate(), Plate()
    watermark(tint)
    for start, ahead, length, periods in sides():
        for path in ripple(start, ahead, length, periods):
            gold.line(path, 1.4)
        for path in band(start, ahead, length, periods):
            navy.line(path, 1.4)
    corners(navy, gold)
    for inset, width in ((OUTER - 16, 7.0), (OUTER, 2.0), (OUTER + BAND, 2.0)):
        navy.frame(inset, width)
    gold.line(notched(OUTER + BAND + 34, 92), 4.0)
    gold.line(notched(OUTER + BAND + 48, 92), 1.5)
    index = tint.levels(2)
    for plate, first in ((gold, 2), (navy, 6)):
        level = plate.levels(4)
        index = np.where(level > 0, level + first, index).astype(np.uint8)
    picture = Image.fromarray(index, "P")
    colours = ramp(PAPER, PAPER, 1) + ramp(PAPER, TINT, 2) + ramp(PAPER, GOLD, 4) + ramp(PAPER, NAVY, 4)
    picture.putpalette([value for colour in colours for value in colour])
    return picture


def make(root: Path) -> None:
    """Write paper.png."""
    folder = root / "cert-2025"
    folder.mkdir(parents=True, exist_ok=True)
    paper().save(folder / "paper.png", optimize=True, bits=4)
