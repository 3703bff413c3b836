"""Paint a shape layer: rectangle, rounded rectangle, ellipse or line, with fill, outline, dashes and shadow."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import assert_never

from imgurl.design.layers.shape import BoundRotation, Shape, ShapeLayer
from imgurl.design.paint import to_fill
from imgurl.geometry import Box
from imgurl.pdf.display import Filled, Item, Stroked
from imgurl.pdf.paths import Path, ellipse, line, rectangle, rounded
from imgurl.pdf.pictures import Pictures
from imgurl.plate.layers.painter import DisplayItem, Painter
from imgurl.raster.canvas import Canvas, cast_shadow, lay, without
from imgurl.raster.dashes import dashed, ellipse_path, rectangle_paths, rounded_path
from imgurl.raster.shapes import Point, ellipse_mask, line_mask, rectangle_mask


@dataclass(frozen=True, eq=False)
class ShapePainter(Painter):
    """Paints a shape."""

    layer: ShapeLayer

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Return the shape; None without a number that it is bound to. A colour without a value is transparent."""
        box = self._bound_box(texts)
        if box is None or box.is_empty or (self._turn and self._turn.degrees(texts) is None):
            return None
        return DisplayItem(
            self.extent, lambda canvas, left, top: self._paint(canvas, box.move(-left, -top), texts), box
        )

    def degrees(self, texts: Mapping[str, str]) -> float:
        """Return how far the shape is turned clockwise for some values."""
        return (self._turn.degrees(texts) or 0.0) if self._turn else self.layer.rotation

    @property
    def margin(self) -> int:
        """Device pixels left free around the shape when it is turned by a value."""
        return 2 if self._turn else 0

    @cached_property
    def pivot(self) -> tuple[float, float]:
        """The place that the shape turns about, in device pixels."""
        across, down = self._turn.pivot if self._turn else (0.5, 0.5)
        return self.box.left + across * self.box.width, self.box.top + down * self.box.height

    @cached_property
    def extent(self) -> Box:
        """The box of device pixels that the shape can touch, whatever the values: if they turn it, all round."""
        if not self._turn:
            return super().extent
        around, (x, y) = self.box.grow(self._reach), self.pivot
        corners = product((around.left, around.right), (around.top, around.bottom))
        reach = max(math.dist((x, y), corner) for corner in corners) + 4
        return Box(math.floor(x - reach), math.floor(y - reach), math.ceil(x + reach), math.ceil(y + reach))

    @property
    def _turn(self) -> BoundRotation | None:
        return self.layer.bind.rotation if self.layer.bind else None

    def _bound_box(self, texts: Mapping[str, str]) -> Box | None:
        """Return the box that numbers leave of the layer's, in device pixels; None if one of them is missing."""
        box, bind = self.box, self.layer.bind
        if bind is None:
            return box
        across, down = (1.0 if bound is None else bound.share(texts) for bound in (bind.width, bind.height))
        if across is None or down is None:
            return None
        return Box(box.left, box.bottom - round(down * box.height), box.left + round(across * box.width), box.bottom)

    def marks(self, texts: Mapping[str, str], pictures: Pictures) -> tuple[Item, ...] | None:
        """Return shadow, fill and outline; None for what numbers set, and for dashes."""
        layer, box = self.layer, self.box
        if layer.bind or (layer.stroke and layer.stroke.dash):
            return None
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
        return path_of(self.layer.shape, self.box, self.layer.radius, inset)

    def _mask_at(self, density: int) -> Canvas:
        finer = self.at_density(density)
        return finer._mask(finer.box, 0.0)

    # In the order of CSS: shadow, fill, outline.
    def _paint(self, canvas: Canvas, box: Box, texts: Mapping[str, str]) -> None:
        layer = self.layer
        shadow, stroke = self.shadow(texts), self.stroke(layer.stroke, texts)
        mask = self._mask(box, 0.0)
        if shadow:
            cast_shadow(canvas, mask, box.left, box.top, shadow)
        # A line is nothing but its stroke, which its mask is; a document without one is refused.
        if layer.shape is Shape.LINE and stroke:
            lay(canvas, self._dashed(mask, box, stroke.width), box.left, box.top, stroke.color)
            return
        if layer.fill is not None:
            lay(canvas, mask, box.left, box.top, to_fill(layer.fill, texts))
        if stroke:
            # The outline is the shape without the same shape made smaller by its width: it stays inside the edge.
            inner = self._mask(box, stroke.width)
            outline = self._dashed(without(mask, inner), box, stroke.width)
            lay(canvas, outline, box.left, box.top, stroke.color)

    def _dashed(self, outline: Canvas, box: Box, thickness: float) -> Canvas:
        layer, dpr = self.layer, self.context.dpr
        if layer.stroke is None or not layer.stroke.dash:
            return outline
        dash = [length * dpr for length in layer.stroke.dash]
        paths = self._paths(box.width, box.height, thickness)
        return dashed(outline, paths, dash, thickness, is_line=layer.shape is Shape.LINE)

    def _paths(self, width: int, height: int, thickness: float) -> list[list[Point]]:
        """Return the middle of the outline."""
        match self.layer.shape:
            case Shape.LINE:
                # A box as flat as the stroke is a straight line.
                if height <= thickness:
                    return [[(0.0, height / 2), (float(width), height / 2)]]
                if width <= thickness:
                    return [[(width / 2, 0.0), (width / 2, float(height))]]
                return [[(0.0, 0.0), (float(width), float(height))]]
            case Shape.RECTANGLE:
                return rectangle_paths(width, height, thickness / 2)
            case Shape.ROUNDED:
                return [rounded_path(width, height, self.layer.radius * self.context.dpr, thickness / 2)]
            case Shape.ELLIPSE:
                return [ellipse_path(width, height, thickness / 2)]
            case _:
                assert_never(self.layer.shape)

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


def path_of(shape: Shape, box: Box, radius: float, inset: float = 0.0) -> Path:
    """Return the outline of a shape that fills a box, ``inset`` px smaller on each side, as a page has it."""
    match shape:
        case Shape.ELLIPSE:
            return ellipse(box, inset)
        case Shape.ROUNDED:
            return rounded(box, radius, inset)
        case Shape.RECTANGLE | Shape.LINE:
            return rectangle(box, inset)
        case _:
            assert_never(shape)
