"""Paint progress: a bar or a ring on its track."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from imgurl.color import Color
from imgurl.design.layers.names import number_of
from imgurl.design.layers.progress import ProgressLayer
from imgurl.design.paint import to_color, to_fill
from imgurl.geometry import Box
from imgurl.plate.layers.painter import DisplayItem, Painter, inks_of
from imgurl.raster.canvas import Canvas, cast_shadow, lay
from imgurl.raster.marks import arc_mask, bar_mask


@dataclass(frozen=True, eq=False)
class ProgressPainter(Painter):
    """Paints a bar or a ring that is full as far as a number says."""

    layer: ProgressLayer

    @property
    def inks(self) -> tuple[Color, ...]:
        """The colours of the marks."""
        return inks_of(self.layer.color, self.layer.track)

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Return the track and what is full of it; None without a number."""
        number = number_of(texts, self.layer.field)
        if number is None:
            return None
        share = self.layer.share(number)
        return DisplayItem(
            self.extent,
            lambda canvas, left, top: self._paint(canvas, self.box.move(-left, -top), share, texts),
            self.box,
        )

    @cached_property
    def _track(self) -> Canvas:
        return self._mask(1.0)

    def _paint(self, canvas: Canvas, box: Box, share: float, texts: Mapping[str, str]) -> None:
        if shadow := self.shadow(texts):
            cast_shadow(canvas, self._track, box.left, box.top, shadow)
        lay(canvas, self._track, box.left, box.top, to_color(self.layer.track, texts))
        if share > 0:
            lay(canvas, self._mask(share), box.left, box.top, to_fill(self.layer.color, texts))

    def _mask(self, share: float) -> Canvas:
        layer, size = self.layer, (self.box.width, self.box.height)
        if layer.form == "bar":
            return bar_mask(size, share, layer.direction, is_round=layer.round)
        thickness = layer.thickness * self.context.dpr if layer.thickness else min(size) / 8
        return arc_mask(size, thickness, layer.start, layer.sweep * share, is_round=layer.round)
