"""Outlines as operators of a content stream (ISO 32000-2, 8.5.2): shapes, and letters of a font."""

import math
from collections.abc import Iterable
from functools import lru_cache

import uharfbuzz as hb

from imgurl.geometry import Box
from imgurl.pdf.objects import number, numbers
from imgurl.text.fonts import Font
from imgurl.text.layout import PlacedRun

# Where the handles of a quarter of a circle are, as a share of its radius.
HANDLE = 4 / 3 * (math.sqrt(2) - 1)

#: Operators that make a path, without one that paints it.
Path = bytes


def rectangle(box: Box, inset: float = 0.0) -> Path:
    """Return a rectangle, ``inset`` smaller on each side; empty if nothing is left."""
    width, height = box.width - 2 * inset, box.height - 2 * inset
    return b"%b re\n" % numbers(box.left + inset, box.top + inset, width, height) if min(width, height) > 0 else b""


def rounded(box: Box, radius: float, inset: float = 0.0) -> Path:
    """Return a rectangle with round corners, ``inset`` smaller on each side; empty if nothing is left."""
    left, top, right, bottom = box.left + inset, box.top + inset, box.right - inset, box.bottom - inset
    corner = max(0.0, min(radius - inset, (right - left) / 2, (bottom - top) / 2))
    return _rounded(left, top, right, bottom, (corner, corner)) if corner else rectangle(box, inset)


def ellipse(box: Box, inset: float = 0.0) -> Path:
    """Return the ellipse that touches the sides, ``inset`` smaller on each side; empty if nothing is left."""
    across, down = box.width / 2 - inset, box.height / 2 - inset
    if min(across, down) <= 0:
        return b""
    left, top, right, bottom = box.left + inset, box.top + inset, box.right - inset, box.bottom - inset
    return _rounded(left, top, right, bottom, (across, down))


def line(left: float, top: float, right: float, bottom: float) -> Path:
    """Return a line."""
    return b"%b m %b l\n" % (numbers(left, top), numbers(right, bottom))


def letters(runs: Iterable[PlacedRun], size: float, left: float, top: float) -> Path:
    """Return the outlines of all letters of some runs, the origin of their layout at ``left``, ``top``."""
    parts = []
    for run in runs:
        scale = size / run.font.upem
        for glyph, x, y in run.glyphs:
            for operator, points in _outline(run.font, glyph):
                at = (
                    number(left + x + value * scale) if place % 2 == 0 else number(top + y - value * scale)
                    for place, value in enumerate(points)
                )
                parts.append(b"%b %b\n" % (b" ".join(at), operator) if points else b"h\n")
    return b"".join(parts)


def _rounded(left: float, top: float, right: float, bottom: float, radii: tuple[float, float]) -> Path:
    across, down = radii
    wide, high = across * (1 - HANDLE), down * (1 - HANDLE)
    return b"".join((
        numbers(left + across, top), b" m\n", numbers(right - across, top), b" l\n",
        numbers(right - wide, top, right, top + high, right, top + down), b" c\n",
        numbers(right, bottom - down), b" l\n",
        numbers(right, bottom - high, right - wide, bottom, right - across, bottom), b" c\n",
        numbers(left + across, bottom), b" l\n",
        numbers(left + wide, bottom, left, bottom - high, left, bottom - down), b" c\n",
        numbers(left, top + down), b" l\n",
        numbers(left, top + high, left + wide, top, left + across, top), b" c h\n",
    ))  # fmt: skip


class _Pen:
    """Takes an outline down in font units. Mutable state: what was drawn."""

    def __init__(self) -> None:
        self.drawn: list[tuple[bytes, tuple[float, ...]]] = []
        self._at = (0.0, 0.0)

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the pen's protocol is fontTools'
        self._add(b"m", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._add(b"l", point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add(b"c", *points)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        # PDF has cubic curves alone: the handles are at two thirds of the way to the one of a quadratic.
        handle, end = points
        first, second = (
            tuple(start + 2 / 3 * (middle - start) for start, middle in zip(edge, handle, strict=True))
            for edge in (self._at, end)
        )
        self._add(b"c", first, second, end)

    def closePath(self) -> None:  # noqa: N802
        self.drawn.append((b"h", ()))

    def endPath(self) -> None:  # noqa: N802
        self.drawn.append((b"h", ()))

    def _add(self, operator: bytes, *points: tuple[float, ...]) -> None:
        self.drawn.append((operator, tuple(value for point in points for value in point)))
        self._at = (points[-1][0], points[-1][1])


@lru_cache(maxsize=2_048)
def _outline(font: Font, glyph: int) -> tuple[tuple[bytes, tuple[float, ...]], ...]:
    pen = _Pen()
    hb_font: hb.Font = font.hb_font
    hb_font.draw_glyph_with_pen(glyph, pen)
    return tuple(pen.drawn)
