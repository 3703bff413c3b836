"""What the painters of all layers share: condition, shadow, fading, turning, and the box that a layer can touch."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Protocol, Self

from imgurl.color import Color
from imgurl.design.layers.countdown import Unit
from imgurl.design.layers.layer import Blend, Stroke
from imgurl.design.layers.table import AnyLayer
from imgurl.design.paint import PaintModel, to_color
from imgurl.geometry import Box
from imgurl.merge.fields import MergeField
from imgurl.pdf.display import Item, Placed
from imgurl.pdf.pictures import Pictures, shade_picture
from imgurl.raster.canvas import (
    Canvas,
    PackedRows,
    ShadowPaint,
    StrokePaint,
    blank,
    blend_picture,
    blur_margin,
    faded,
    lay_picture,
    shade_of,
    turned,
)
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.pictures import Picture
from imgurl.text.fit import Fitting
from imgurl.text.fonts import FontCatalogue

# Pixels a px of the design where a page needs pixels, and the deviation of a blur that one is enough for.
FINE, SOFT = 2, 4.0


@dataclass(frozen=True, slots=True)
class PaintContext:
    """What painting draws from: fonts, the design's pictures by file name, the locales of name fields, glyphs, fields.

    ``remote`` returns a remote picture by its digest, None if it can't be read.

    ``dpr`` is how many device pixels a CSS pixel has: documents are in CSS pixels, everything painted in device pixels.
    ``fine`` is how many it has where a page shows pixels.
    """

    fonts: FontCatalogue
    pictures: Callable[[str], Picture]
    name_locales: Mapping[str, str]
    dpr: int
    glyphs: GlyphCache
    fields: Mapping[str, MergeField]
    remote: Callable[[str], Canvas | None] = lambda _: None
    fine: int = FINE


@dataclass(frozen=True, slots=True)
class ClockPart:
    """A box of device pixels that a running clock changes: its cells, each by clock, units and number of its unit.

    What the cells show decides every pixel in it, for the same values; outside of all parts no second changes one.
    """

    box: Box
    cells: tuple[tuple[str, tuple[Unit, ...], int], ...]

    def union(self, other: "ClockPart") -> "ClockPart":
        """Return one part for both."""
        return ClockPart(self.box.union(other.box), self.cells + other.cells)


@dataclass(frozen=True, slots=True)
class DisplayItem:
    """A layer laid out for some values, ready to be drawn.

    ``box`` holds all device pixels of the design that drawing can change. ``draw`` takes a canvas and the place of its
    top left pixel in the design, so that one layout serves the whole picture as well as any part of it. ``content`` is
    the box that other layers of a group are placed by: that of the lines of a text, and the layer's own of any other.
    ``fits`` says what it took to fit each text in it, by names of layers below this one, "" for its own. ``size`` is
    how many bytes it holds, about. ``write`` draws the same on rows of pixels, for what is so simple that it can:
    opaque letters. ``parts`` are those of clocks that run in it.
    """

    box: Box
    draw: Callable[[Canvas, int, int], None]
    content: Box
    fits: tuple[tuple[str, Fitting], ...] = ()
    size: int = 1_000
    write: Callable[[PackedRows, int, int], None] | None = None
    parts: tuple[ClockPart, ...] = ()


# Not slotted: what values can't change is computed once a painter, that is once a plate.
@dataclass(frozen=True, eq=False)
class Painter(ABC):
    """Paints one layer for any values. ``texts`` are resolved values by field name; a missing one is empty.

    ``at`` is where the layer is in place of its own box, in device pixels: a group decides that of its layers.
    """

    layer: AnyLayer
    context: PaintContext
    at: Box | None = None

    @abstractmethod
    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Lay the layer out as if it were opaque and not turned; None if it shows nothing."""

    def marks(self, texts: Mapping[str, str], pictures: Pictures) -> tuple[Item, ...] | None:
        """Return what a page shows of the layer, opaque and not turned; None if only its pixels say it.

        A painter that does not have this is drawn finely, and its pixels are placed. In px of the design: asked of
        painters at one device pixel a CSS pixel.
        """
        return None

    @property
    def problems(self) -> tuple[str, ...]:
        """What only drawing can tell to be wrong with the layer's box, in sentences for its designer."""
        return ()

    @property
    def inks(self) -> tuple[Color, ...]:
        """The colours that values are drawn in, gradients left out; none for shapes and pictures."""
        return ()

    @cached_property
    def box(self) -> Box:
        """The layer's box in device pixels."""
        return self.at or self.layer.box.scaled(self.context.dpr)

    @cached_property
    def fine(self) -> Self:
        """The painter of the same layer where a page shows pixels."""
        return self.at_density(self.context.fine)

    def at_density(self, density: int) -> Self:
        """Return the painter of the same layer at so many device pixels a CSS pixel; this one is at one."""
        at = Box(*(density * corner for corner in self.at.corners)) if self.at else None
        return replace(self, context=replace(self.context, dpr=density), at=at)

    @cached_property
    def extent(self) -> Box:
        """The box of device pixels that the layer can touch, whatever the values."""
        around = self.box.grow(self._reach)
        if not self.layer.rotation % 360:
            return around
        # The bounding box of a turned rectangle; it turns about the centre of the layer's box, which is that of
        # ``around`` too, since a shadow's reach is taken on all sides alike.
        turn = math.radians(self.layer.rotation)
        wide = abs(around.width * math.cos(turn)) + abs(around.height * math.sin(turn))
        high = abs(around.width * math.sin(turn)) + abs(around.height * math.cos(turn))
        center_x, center_y = (around.left + around.right) / 2, (around.top + around.bottom) / 2
        # Two pixels more: a turned picture is as large as whole pixels make it, and is put at whole pixels.
        return Box(
            math.floor(center_x - wide / 2) - 2,
            math.floor(center_y - high / 2) - 2,
            math.ceil(center_x + wide / 2) + 2,
            math.ceil(center_y + high / 2) + 2,
        )

    def degrees(self, texts: Mapping[str, str]) -> float:
        """Return how far the layer is turned clockwise for some values."""
        return self.layer.rotation

    @property
    def margin(self) -> int:
        """Device pixels left free around a layer that is turned: without any, its edges are not soft."""
        return 0

    @cached_property
    def pivot(self) -> tuple[float, float]:
        """The place that the layer turns about, in device pixels: the centre of its box."""
        return (self.box.left + self.box.right) / 2, (self.box.top + self.box.bottom) / 2

    def item(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Lay the layer out; None if it shows nothing."""
        layer = self.layer
        # Conditions see resolved values, so a fallback counts like any value.
        if not layer.is_drawn(texts):
            return None
        item, degrees = self.upright(texts), self.degrees(texts)
        is_plain = layer.opacity >= 1.0 and not degrees % 360 and layer.blend is Blend.NORMAL
        if item is None or is_plain:
            return item
        # On a canvas of its own, because a layer fades and turns as a whole: under a half transparent fill, neither its
        # outline nor its shadow may show through.
        around = self.box.grow(self._reach + self.margin)
        center_x, center_y = self._turned_center(degrees)

        def draw(canvas: Canvas, left: int, top: int) -> None:
            alone = blank(around.width, around.height)
            item.draw(alone, around.left, around.top)
            alone = turned(faded(alone, layer.opacity), degrees)
            # Floors, because rounding halves to even would move a layer by a pixel depending on where the canvas
            # begins: a patch and the whole picture must put it on the same pixel.
            across, down = math.floor(center_x - alone.width / 2), math.floor(center_y - alone.height / 2)
            if layer.blend is Blend.NORMAL:
                lay_picture(canvas, alone, across - left, down - top)
            else:
                blend_picture(canvas, alone, across - left, down - top, layer.blend.value)

        # The whole extent, not the item's smaller box: turning moves it.
        content = self.box if degrees % 360 else item.content
        whole = replace(item, box=self.extent, draw=draw, content=content, write=None)
        if item.parts and degrees % 360:
            return replace(whole, parts=(replace(reduce(ClockPart.union, item.parts), box=self.extent),))
        return whole

    def paint(self, canvas: Canvas, texts: Mapping[str, str]) -> None:
        """Paint the layer on a canvas of the whole design."""
        item = self.item(texts)
        if item is not None:
            item.draw(canvas, 0, 0)

    def shadow(self, texts: Mapping[str, str]) -> ShadowPaint | None:
        """Return the layer's shadow in device pixels."""
        shadow, dpr = self.layer.shadow, self.context.dpr
        if shadow is None:
            return None
        return ShadowPaint(shadow.x * dpr, shadow.y * dpr, shadow.blur * dpr, to_color(shadow.color, texts))

    def stroke(self, stroke: Stroke | None, texts: Mapping[str, str]) -> StrokePaint | None:
        """Return an outline in device pixels."""
        return StrokePaint(stroke.width * self.context.dpr, to_color(stroke.color, texts)) if stroke else None

    def _turned_center(self, degrees: float) -> tuple[float, float]:
        """Return where the centre of the box comes to when the layer is turned."""
        box, (pivot_x, pivot_y), turn = self.box, self.pivot, math.radians(degrees)
        x, y = (box.left + box.right) / 2 - pivot_x, (box.top + box.bottom) / 2 - pivot_y
        if not x and not y:
            return pivot_x, pivot_y
        return pivot_x + x * math.cos(turn) - y * math.sin(turn), pivot_y + x * math.sin(turn) + y * math.cos(turn)

    def shade(
        self, mask: Callable[[int], tuple[Canvas, int, int] | None], texts: Mapping[str, str]
    ) -> tuple[Item, ...]:
        """Return the shadow of a mask as a page shows it: a picture, since no other form of PDF is blurred.

        ``mask`` draws it and says where it begins, at so many pixels a px of the design; None if it is empty.
        """
        shadow = self.shadow(texts)
        if shadow is None or not shadow.color.alpha:
            return ()
        # What is blurred that much has nothing finer.
        density = 1 if shadow.deviation >= SOFT else FINE
        wide = ShadowPaint(shadow.right, shadow.down, shadow.blur * density, shadow.color)
        drawn = mask(density)
        if drawn is None:
            return ()
        shape, left, top = drawn
        seen = shade_of(shape, wide)
        margin = blur_margin(wide.deviation)
        # Moved by whole pixels of the design, as on a canvas.
        across, down = left - margin, top - margin
        picture = shade_picture(seen, shadow.color)
        return (
            Placed(
                picture, across / density + round(shadow.right), down / density + round(shadow.down),
                seen.width / density, seen.height / density,
            ),
        )  # fmt: skip

    @cached_property
    def _reach(self) -> int:
        """How many device pixels the shadow can reach beyond the box; text and outline stay inside it."""
        shadow = self.layer.shadow
        if shadow is None:
            return 0
        # A blur ends at three times its deviation, which is half its radius (raster.canvas.blur_margin).
        offset = max(abs(shadow.x), abs(shadow.y))
        return math.ceil((offset + shadow.blur * 1.5) * self.context.dpr) + 2


def fits_of(item: DisplayItem, name: str) -> tuple[tuple[str, Fitting], ...]:
    """Return what fitting took for the texts of a layer of this name."""
    return tuple((f"{name}/{below}" if below else name, fitting) for below, fitting in item.fits)


class PainterOf(Protocol):
    """What makes the painter of a layer."""

    def __call__(self, layer: AnyLayer, context: PaintContext) -> Painter:
        """Return it."""


def moved(item: DisplayItem, right: int, down: int) -> DisplayItem:
    """Return a layer that was laid out at another place."""
    if not right and not down:
        return item

    def draw(canvas: Canvas, left: int, top: int) -> None:
        item.draw(canvas, left - right, top - down)

    parts = tuple(replace(part, box=part.box.move(right, down)) for part in item.parts)
    content = item.content.move(right, down)
    return replace(item, box=item.box.move(right, down), draw=draw, content=content, write=None, parts=parts)


def inks_of(*paints: PaintModel | None) -> tuple[Color, ...]:
    """Return the colours among some paints of a document."""
    return tuple(to_color(paint, {}) for paint in paints if isinstance(paint, str))
