"""Paint a shape layer: rectangle, rounded rectangle, ellipse or line, with fill, outline and shadow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from imgurl.design.layers.shape import Shape, ShapeLayer
from imgurl.design.paint import to_fill
from imgurl.geometry import Box
from imgurl.plate.layers.painter import DisplayItem, Painter
from imgurl.raster.canvas import Canvas, cast_shadow, lay, without
from imgurl.raster.shapes import ellipse_mask, line_mask, rectangle_mask


@dataclass(frozen=True, eq=False)
class ShapePainter(Painter):
    """Paints a shape."""

    layer: ShapeLayer

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Return the shape; a colour without a value is transparent, so there is always something to draw."""
        return DisplayItem(
            self.extent, lambda canvas, left, top: self._paint(canvas, self.box.move(-left, -top), texts), self.box
        )

    # In the order of CSS: shadow, fill, outline.
    def _paint(self, canvas: Canvas, box: Box, texts: Mapping[str, str]) -> None:
        layer = self.layer
        shadow, stroke = self.shadow(texts), self.stroke(layer.stroke, texts)
        mask = self._mask(box, 0.0)
        if shadow:
            cast_shadow(canvas, mask, box.left, box.top, shadow)
        # A line is nothing but its stroke; a document without one is refused.
        if layer.shape is Shape.LINE and stroke:
            lay(canvas, line_mask(box.width, box.height, stroke.width), box.left, box.top, stroke.color)
            return
        if layer.fill is not None:
            lay(canvas, mask, box.left, box.top, to_fill(layer.fill, texts))
        if stroke:
            # The outline is the shape without the same shape made smaller by its width: it stays inside the edge.
            inner = self._mask(box, stroke.width)
            lay(canvas, without(mask, inner), box.left, box.top, stroke.color)

    def _mask(self, box: Box, inset: float) -> Canvas:
        layer, dpr = self.layer, self.context.dpr
        if layer.shape is Shape.LINE:
            return line_mask(box.width, box.height, layer.stroke.width * dpr if layer.stroke else 1.0)
        return mask_of(layer.shape, box, layer.radius * dpr, inset)


def mask_of(shape: Shape, box: Box, radius: float, inset: float = 0.0) -> Canvas:
    """Return the mask of a shape with an inside that fills a box, ``inset`` px smaller on each side.

    ``radius`` is that of a rounded one's corners, in px.
    """
    match shape:
        case Shape.ELLIPSE:
            return ellipse_mask(box.width, box.height, inset)
        case Shape.ROUNDED:
            return rectangle_mask(box.width, box.height, radius, inset)
        case Shape.RECTANGLE | Shape.LINE:
            return rectangle_mask(box.width, box.height, 0.0, inset)
        case _:
            assert_never(shape)
