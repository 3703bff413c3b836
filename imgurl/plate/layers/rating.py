"""Paint a rating: a row of stars."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from imgurl.color import Color
from imgurl.design.layers.names import number_of
from imgurl.design.layers.rating import RatingLayer
from imgurl.design.paint import to_color, to_fill
from imgurl.geometry import Box
from imgurl.plate.layers.painter import DisplayItem, Painter, inks_of
from imgurl.raster.canvas import Canvas, cast_shadow, lay, without
from imgurl.raster.marks import in_row, left_part, star_mask


@dataclass(frozen=True, eq=False)
class RatingPainter(Painter):
    """Paints stars, as large as the box lets them be."""

    layer: RatingLayer

    @property
    def inks(self) -> tuple[Color, ...]:
        """The colours of the marks."""
        return inks_of(self.layer.color, self.layer.empty_color)

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Return the stars; None without a number."""
        number = number_of(texts, self.layer.field)
        if number is None:
            return None
        edge = self._edge(self.layer.rounded(number))
        return DisplayItem(
            self.extent,
            lambda canvas, left, top: self._paint(canvas, self.box.move(-left, -top), edge, texts),
            self.box,
        )

    @cached_property
    def _places(self) -> tuple[int, tuple[int, ...]]:
        """How wide a star is, and where each begins, in device pixels from the left of the box."""
        count, gap = self.layer.count, round(self.layer.gap * self.context.dpr)
        side = max(1, min(self.box.height, (self.box.width - gap * (count - 1)) // count))
        spare = self.box.width - side * count - gap * (count - 1)
        first = {"left": 0, "center": spare // 2, "right": spare}[self.layer.align]
        return side, tuple(first + index * (side + gap) for index in range(count))

    @cached_property
    def _stars(self) -> Canvas:
        side, places = self._places
        return in_row(star_mask(side), self.box.width, self.box.height, places)

    def _edge(self, full: float) -> float:
        """Return up to where the row is full, in device pixels."""
        side, places = self._places
        whole = int(full)
        return float(self.box.width) if whole >= len(places) else places[whole] + (full - whole) * side

    def _paint(self, canvas: Canvas, box: Box, edge: float, texts: Mapping[str, str]) -> None:
        if shadow := self.shadow(texts):
            cast_shadow(canvas, self._stars, box.left, box.top, shadow)
        full = left_part(self._stars, edge)
        lay(canvas, without(self._stars, full), box.left, box.top, to_color(self.layer.empty_color, texts))
        lay(canvas, full, box.left, box.top, to_fill(self.layer.color, texts))
