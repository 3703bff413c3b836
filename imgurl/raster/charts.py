"""Masks of charts: bars, lines through points, the area below them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from imgurl.raster.shapes import OVERSAMPLING, Point, enlarged_points, oversampled, rectangle_mask


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar between two rows, ``base`` and ``end``; it grows up or down."""

    left: int
    width: int
    base: int
    end: int


def bars_mask(size: tuple[int, int], bars: Sequence[Bar], radius: float) -> Image.Image:
    """Return the mask of bars whose ends have corners of ``radius`` px."""
    mask = Image.new("L", size)
    for bar in bars:
        height = abs(bar.end - bar.base)
        if not height:
            continue
        # Longer than it is, and cut: only the end is round.
        corner = min(radius, bar.width / 2)
        whole = rectangle_mask(bar.width, height + 2 * round(corner), corner).crop((0, 0, bar.width, height))
        mask.paste(whole if bar.end < bar.base else ImageOps.flip(whole), (bar.left, min(bar.base, bar.end)))
    return mask


def line_through(size: tuple[int, int], runs: Sequence[Sequence[Point]], thickness: float) -> Image.Image:
    """Return the mask of lines through the points of each run, with round ends and joints."""

    def draw(pen: ImageDraw.ImageDraw, _wide: int, _high: int) -> None:
        width = max(1, round(thickness * OVERSAMPLING))
        for run in runs:
            pen.line(enlarged_points(run), fill=255, width=width)
            # At each point a disc: Pillow's own joints leave notches at sharp turns.
            for x, y in run:
                left, top = (round(place * OVERSAMPLING - width / 2) for place in (x, y))
                pen.ellipse((left, top, left + width - 1, top + width - 1), fill=255)

    return oversampled(*size, draw)


def area_below(size: tuple[int, int], runs: Sequence[Sequence[Point]], base: float) -> Image.Image:
    """Return the mask of what is between lines through points and the row ``base``."""

    def draw(pen: ImageDraw.ImageDraw, _wide: int, _high: int) -> None:
        for run in runs:
            if len(run) > 1:
                around = [(run[0][0], base), *run, (run[-1][0], base)]
                pen.polygon(enlarged_points(around), fill=255)

    return oversampled(*size, draw)
