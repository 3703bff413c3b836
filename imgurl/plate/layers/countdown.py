"""Paint a countdown: cells with digits as long as a clock runs, else a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from imgurl.color import Color
from imgurl.design.layers.countdown import BLANK, ENDED, STILL, CountdownLayer, digits_of, label_height
from imgurl.design.layers.text import FontModel, TextLayer
from imgurl.design.paint import to_color, to_fill
from imgurl.geometry import Box
from imgurl.plate.layers.painter import ClockPart, DisplayItem, Painter
from imgurl.plate.layers.text import TextPainter
from imgurl.raster.canvas import Canvas, lay
from imgurl.raster.shapes import rectangle_mask
from imgurl.raster.text import TextPaint, draw_text
from imgurl.text.layout import TextBox, TextLayout, lay_out
from imgurl.text.paragraph import TextSpan
from imgurl.text.shape import ShapingStyle
from imgurl.text.style import Align, VerticalAlign

# All digits of one width: a cell whose digits change must not shake.
TABULAR = ShapingStyle("en", 0.0, (("tnum", 1),))

# Of the largest size that a message may have without a font of its own, in heights of the box; and the smallest, in px.
MESSAGE_SIZE = 0.32
MIN_MESSAGE = 9.0

# What is left free on each side of the digits of a cell, in widths of the cell.
MARGIN = 0.06


@dataclass(frozen=True, eq=False)
class CountdownPainter(Painter):
    """Paints a countdown. Each cell is painted by itself: what another one shows does not change a pixel of it."""

    layer: CountdownLayer

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Lay out the cells, or the sentence that is shown in their place."""
        layer = self.layer
        state = texts.get(layer.clock, STILL)
        if state in (STILL, ENDED):
            return self._message(layer.expired if state == ENDED else layer.static, texts)
        digits = () if state == BLANK else digits_of(layer.units, int(state))
        fill = to_fill(layer.color, texts)

        # Moved so that the ink of the digits, not their line, is in the middle of a cell.
        down = self._ink_offset
        faces = tuple(zip(self._faces, self._digits(digits), strict=True)) if digits else ()

        def draw(canvas: Canvas, left: int, top: int) -> None:
            self._draw_frame(canvas, left, top, texts)
            for box, layout in faces:
                draw_text(canvas, layout, box.move(-left, down - top), TextPaint((fill,)), self.context.glyphs)

        parts = tuple(ClockPart(box, ((layer.clock, layer.units, number),)) for number, box in enumerate(self._cells))
        return DisplayItem(self.box, draw, self.box, parts=parts)

    @property
    def inks(self) -> tuple[Color, ...]:
        """The colours that digits, labels and sentences are written in; a gradient is none of them."""
        layer = self.layer
        written = (layer.color, layer.message.color, layer.labels and layer.labels.color, layer.separator_color)
        return tuple(to_color(color, {}) for color in written if isinstance(color, str))

    @cached_property
    def _cells(self) -> tuple[Box, ...]:
        """The cells from left to right, in device pixels; the pixels that can't be shared out are outside of them."""
        layer, dpr, box = self.layer, self.context.dpr, self.box
        count, gap = len(layer.units), layer.gap * dpr
        width = (box.width - gap * (count - 1)) // count
        left = box.left + (box.width - width * count - gap * (count - 1)) // 2
        bottom = box.bottom - label_height(layer.labels) * dpr
        return tuple(Box(x, box.top, x + width, bottom) for x in range(left, left + count * (width + gap), width + gap))

    def _draw_frame(self, canvas: Canvas, left: int, top: int, texts: Mapping[str, str]) -> None:
        """Draw all but the digits: cells, separators and labels."""
        layer = self.layer
        if layer.cell:
            for box in self._cells:
                self._panel(canvas, box.move(-left, -top), texts)
        signs = self._ink(layer.separator_color, texts)
        for box, layout in self._separators:
            draw_text(canvas, layout, box.move(-left, self._ink_offset - top), signs, self.context.glyphs)
        words = self._ink(layer.labels.color if layer.labels else None, texts)
        for box, layout in self._labels:
            draw_text(canvas, layout, box.move(-left, -top), words, self.context.glyphs)

    def _ink(self, color: str | None, texts: Mapping[str, str]) -> TextPaint:
        """How something is written that may have a colour of its own, else that of the digits."""
        return TextPaint((to_color(color, texts) if color else to_fill(self.layer.color, texts),))

    def _panel(self, canvas: Canvas, box: Box, texts: Mapping[str, str]) -> None:
        cell = self.layer.cell
        if cell is not None:
            mask = rectangle_mask(box.width, box.height, cell.radius * self.context.dpr)
            lay(canvas, mask, box.left, box.top, to_fill(cell.fill, texts))

    @cached_property
    def _faces(self) -> tuple[Box, ...]:
        """The boxes that the digits of each cell are set in."""
        margin = round(self._cells[0].width * MARGIN)
        return tuple(Box(cell.left + margin, cell.top, cell.right - margin, cell.bottom) for cell in self._cells)

    def _digits(self, digits: tuple[str, ...]) -> tuple[TextLayout, ...]:
        """Set the digits, all in the size in which the widest of them fit."""
        # All faces have one size, and a minute has sixty texts: each is laid out once.
        widest = max(map(len, digits))
        for text in ("8" * widest, *digits):
            if (text, widest) not in self._layouts:
                size = self._layouts["8" * widest, widest].size if "8" * widest != text else None
                self._layouts[text, widest] = self._set(text, self._faces[0], self.layer.font, size)
        return tuple(self._layouts[text, widest] for text in digits)

    @cached_property
    def _layouts(self) -> dict[tuple[str, int], TextLayout]:
        """Digits laid out before, by their text and the number of digits that must fit: some thousand at the most."""
        return {}

    @cached_property
    def _ink_offset(self) -> int:
        """How many pixels lower than in the middle of its cell a line of digits has to be for its ink to be there."""
        box = self._faces[0]
        _, top, _, bottom = self._set("88", box, self.layer.font).ink
        return round((box.height - top - bottom) / 2)

    @cached_property
    def _separators(self) -> tuple[tuple[Box, TextLayout], ...]:
        layer = self.layer
        if not layer.separator or not layer.gap:
            return ()
        gaps = [Box(one.right, one.top, other.left, one.bottom) for one, other in pairwise(self._cells)]
        return tuple((gap, self._set(layer.separator, gap, layer.font)) for gap in gaps)

    @cached_property
    def _labels(self) -> tuple[tuple[Box, TextLayout], ...]:
        labels, half = self.layer.labels, self.layer.gap * self.context.dpr // 2
        if labels is None:
            return ()
        # A label may be as wide as its cell and half of the gaps beside it.
        places = [
            Box(cell.left - half, cell.bottom + labels.gap * self.context.dpr, cell.right + half, self.box.bottom)
            for cell in self._cells
        ]
        words = [getattr(labels, unit.value) for unit in self.layer.units]
        return tuple(
            (box, self._set(word, box, labels.font))
            for word, box in zip(words, (place.intersect(self.box) for place in places), strict=True)
            if word
        )

    def _set(self, text: str, box: Box, font: FontModel, size: float | None = None) -> TextLayout:
        """Set a text in the middle of a box, smaller if it does not fit."""
        stack = self.context.fonts.stack(font.family, font.weight, font.style, font.size)
        wanted = size or font.size * self.context.dpr
        room = TextBox(
            width=max(1, box.width), height=max(1, box.height), size=wanted, min_size=min(4.0, wanted),
            align=Align.CENTER, valign=VerticalAlign.MIDDLE, line_height=1.0, shaping=TABULAR,
        )  # fmt: skip
        return lay_out((TextSpan(text),), (stack,), room)

    def _message(self, text: str, texts: Mapping[str, str]) -> DisplayItem | None:
        layer = self.layer
        font = layer.message.font or self._message_font
        sentence = TextLayer(
            text=text, box=layer.box, font=font, color=layer.message.color or layer.color, align=Align.CENTER,
            valign=VerticalAlign.MIDDLE, max_lines=2, line_height=1.1, balance=True, tabular_figures=True,
        )  # fmt: skip
        at = self.box if layer.cell is None else self.box.grow(-min(self.box.width, self.box.height) // 12)
        item = TextPainter(sentence, self.context, at=at).item(texts)
        if item is None or layer.cell is None:
            return item
        box = self.box

        def draw(canvas: Canvas, left: int, top: int) -> None:
            self._panel(canvas, box.move(-left, -top), texts)
            item.draw(canvas, left, top)

        return replace(item, box=box, draw=draw, content=box)

    @property
    def _message_font(self) -> FontModel:
        font, height = self.layer.font, self.layer.box.height
        size = max(4.0, min(font.size, height * MESSAGE_SIZE))
        return FontModel(
            family=font.family, weight=font.weight, style=font.style, size=size, min_size=min(size, MIN_MESSAGE)
        )
