"""Paint a chart: a row of bars, or a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from imgurl.color import Color
from imgurl.design.layers.chart import ChartLayer
from imgurl.design.paint import to_color, to_fill
from imgurl.geometry import Box
from imgurl.plate.layers.painter import DisplayItem, Painter, inks_of
from imgurl.raster.canvas import Canvas, cast_shadow, lay, together, without
from imgurl.raster.charts import Bar, area_below, bars_mask, line_through
from imgurl.raster.shapes import Point, rectangle_mask

# A dot on the last number of a line, by its thickness.
DOT = 2.6

Numbers = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Masks of all marks of a chart, and of the last one."""

    whole: Canvas
    last: Canvas


@dataclass(frozen=True, eq=False)
class ChartPainter(Painter):
    """Paints the numbers of a text."""

    layer: ChartLayer

    @property
    def inks(self) -> tuple[Color, ...]:
        """The colours of the marks."""
        return inks_of(self.layer.color, self.layer.last_color, self.layer.fill)

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Return the chart; None if there are no numbers, or they can't be read."""
        numbers = self.layer.numbers(texts)
        if not numbers:
            return None
        return DisplayItem(
            self.extent,
            lambda canvas, left, top: self._paint(canvas, self.box.move(-left, -top), numbers, texts),
            self.box,
        )

    def _paint(self, canvas: Canvas, box: Box, numbers: Numbers, texts: Mapping[str, str]) -> None:
        layer = self.layer
        marks = self._bars(numbers) if layer.form == "bars" else self._line(numbers)
        if shadow := self.shadow(texts):
            cast_shadow(canvas, marks.whole, box.left, box.top, shadow)
        if layer.fill is not None and layer.form == "line":
            below = area_below(marks.whole.size, self._runs(numbers), self._row(0.0, numbers))
            lay(canvas, below, box.left, box.top, to_fill(layer.fill, texts))
        others = marks.whole if layer.last_color is None else without(marks.whole, marks.last)
        lay(canvas, others, box.left, box.top, to_fill(layer.color, texts))
        if layer.last_color is not None:
            lay(canvas, marks.last, box.left, box.top, to_color(layer.last_color, texts))
        if layer.baseline is not None:
            width = max(1, round(layer.baseline.width * self.context.dpr))
            top = min(max(0, round(self._row(0.0, numbers) - width / 2)), box.height - width)
            color = to_color(layer.baseline.color, texts)
            lay(canvas, rectangle_mask(box.width, width), box.left, box.top + top, color)

    def _bars(self, numbers: Numbers) -> Marks:
        """Return all bars, and the last one; each is as wide as any other."""
        width, height = self.box.width, self.box.height
        slot = width / len(numbers)
        wide = max(1, int(slot * (1 - self.layer.gap)))
        base = round(self._row(0.0, numbers))
        bars = []
        for index, number in enumerate(numbers):
            left = int(index * slot + (slot - wide) / 2)
            end = base if number is None else round(self._row(number, numbers))
            if number and end == base:  # never so small that it can't be seen
                end += -1 if number > 0 and base > 0 else 1
            bars.append(Bar(left, wide, base, end))
        radius = self.layer.radius * self.context.dpr
        return Marks(bars_mask((width, height), bars, radius), bars_mask((width, height), bars[-1:], radius))

    def _line(self, numbers: Numbers) -> Marks:
        """Return the line, and a dot on its last number."""
        size, runs = (self.box.width, self.box.height), self._runs(numbers)
        dot = line_through(size, [runs[-1][-1:]], self._thickness * DOT)
        line = line_through(size, runs, self._thickness)
        return Marks(together(line, dot) if self.layer.last_color is not None else line, dot)

    def _runs(self, numbers: Numbers) -> list[list[Point]]:
        """Return the points of the line, in runs between numbers that are left out."""
        inset = self._inset
        step = (self.box.width - 2 * inset) / max(1, len(numbers) - 1)
        first = inset if len(numbers) > 1 else self.box.width / 2
        points = [
            None if number is None else (first + index * step, self._row(number, numbers))
            for index, number in enumerate(numbers)
        ]
        runs = groupby(points, key=lambda point: point is None)
        return [[point for point in run if point is not None] for is_missing, run in runs if not is_missing]

    def _row(self, number: float, numbers: Numbers) -> float:
        """Return how far down a number is, in device pixels of the box."""
        least, most = self.layer.scale(numbers)
        share = (min(most, max(least, number)) - least) / (most - least)
        return self._inset + (1 - share) * (self.box.height - 2 * self._inset)

    @property
    def _thickness(self) -> float:
        return self.layer.thickness * self.context.dpr

    @property
    def _inset(self) -> float:
        """What a line leaves free at the edges, so that it and its dot stay in the box."""
        if self.layer.form == "bars":
            return 0.0
        return (
            min(self._thickness * (1.0 if self.layer.last_color is None else DOT), self.box.height, self.box.width) / 2
        )
