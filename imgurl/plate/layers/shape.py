"""Paint a shape layer: rectangle, rounded rectangle, ellipse or line, with fill, outline and shadow."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from imgurl.design.layers.shape import Shape, ShapeLayer
from imgurl.design.paint import to_fill
from imgurl.geometry import Box
from imgurl.pdf.display import Filled, Item, Stroked
from imgurl.pdf.paths import Path, ellipse, line, rectangle, rounded
from imgurl.pdf.pictures import Pictures
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
            self.extent, lambda canvas, left, top: self._paint(canvas, self.box.move(-left, -top), texts)
        )

    def marks(self, texts: Mapping[str, str], pictures: Pictures) -> tuple[Item, ...] | None:
        """Return shadow, fill and outline."""
        layer, box = self.layer, self.box
        stroke = self.stroke(layer.stroke, texts)
        below = self.shade(lambda density: (self._mask_at(density), box.left * density, box.top * density), texts)
        if layer.shape is Shape.LINE and stroke:
            if box.height <= stroke.width or box.width <= stroke.width:
                return *below, Filled(rectangle(box), stroke.color, box)
            path = line(box.left, box.top, box.right, box.bottom)
            return *below, Stroked(path, stroke.color, max(stroke.width, 0.25), clip=rectangle(box))
        whole = self._path(0.0)
        fill = (Filled(whole, to_fill(layer.fill, texts), box),) if layer.fill is not None else ()
        outline = (Filled(whole + self._path(stroke.width), stroke.color, box, has_holes=True),) if stroke else ()
        return *below, *fill, *outline

    def _path(self, inset: float) -> Path:
        match self.layer.shape:
            case Shape.ELLIPSE:
                return ellipse(self.box, inset)
            case Shape.ROUNDED:
                return rounded(self.box, self.layer.radius, inset)
            case _:
                return rectangle(self.box, inset)

    def _mask_at(self, density: int) -> Canvas:
        finer = replace(self, context=replace(self.context, dpr=density))
        return finer._mask(finer.box, 0.0)

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
        match layer.shape:
            case Shape.ELLIPSE:
                return ellipse_mask(box.width, box.height, inset)
            case Shape.LINE:
                thickness = layer.stroke.width * dpr if layer.stroke else 1.0
                return line_mask(box.width, box.height, thickness)
            case Shape.ROUNDED:
                return rectangle_mask(box.width, box.height, layer.radius * dpr, inset)
            case Shape.RECTANGLE:
                return rectangle_mask(box.width, box.height, 0.0, inset)
            case _:
                assert_never(layer.shape)
