"""Paint a text layer: its placeholders filled, its spans styled, fitted into its box."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

from imgurl.color import Color
from imgurl.design.layers.text import ArcSide, SpanStyle, TextLayer
from imgurl.design.paint import to_color, to_fill
from imgurl.geometry import Box
from imgurl.merge.casing import set_casing
from imgurl.merge.names import short_forms
from imgurl.merge.template import TextPart, TextTemplate, parse_template
from imgurl.pdf.display import Filled, Item, Stroked, Written
from imgurl.pdf.paths import letters, rectangle
from imgurl.pdf.pictures import Pictures
from imgurl.plate.layers.painter import DisplayItem, Painter
from imgurl.raster.canvas import Canvas, PackedRows
from imgurl.raster.text import (
    Shade,
    TextPaint,
    draw_text,
    is_plain,
    outlines_of,
    strike_boxes,
    text_mask,
    text_reach,
    text_shade,
    underline_boxes,
    write_text,
)
from imgurl.text.arc import Arc, lay_out_on_arc
from imgurl.text.fit import Fitting
from imgurl.text.fittings import fitting_of
from imgurl.text.fonts import Font, FontStack
from imgurl.text.layout import TextBox, TextLayout, enlarged, lay_out
from imgurl.text.paragraph import TextSpan
from imgurl.text.shape import ShapingStyle
from imgurl.text.style import VerticalAlign

# A placed glyph in memory: a tuple of three numbers.
GLYPH_BYTES = 150


@dataclass(frozen=True, eq=False)
class TextPainter(Painter):
    """Paints a text.

    Style 0 is the layer's own, the others are those of values, of words between tags, and of values there: a span of
    text carries the number, and font stacks and fills are looked up by it.
    """

    layer: TextLayer

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Lay the text out; None if there is nothing to write."""
        layout = self.layout(texts)
        if layout is None:
            return None
        # Laid out relative to the box, which is moved when it is drawn: the layout does not depend on the canvas. Its
        # reach is that of the ink of these values, mostly far less than the extent; so patches are small.
        paint, box, glyphs = self._paint(texts), self._inner_box, self.context.glyphs
        reach = text_reach(layout, box, paint)

        # Made when it is first drawn, and kept with the item: a shadow costs more than the letters above it.
        @cache
        def shade() -> Shade | None:
            return text_shade(layout, box, paint.shadow, glyphs) if paint.shadow else None

        def draw(canvas: Canvas, left: int, top: int) -> None:
            draw_text(canvas, layout, box.move(-left, -top), paint, glyphs, shade())

        def write(rows: PackedRows, left: int, top: int) -> None:
            write_text(rows, layout, box.move(-left, -top), paint, glyphs)

        letters = sum(len(run.glyphs) for line in layout.lines for run in line.runs)
        held = 2_000 + GLYPH_BYTES * letters + (reach.width * reach.height if paint.shadow else 0)
        fits = (("", layout.fitting),)
        return DisplayItem(reach, draw, self._content(layout), fits, held, write if is_plain(layout, paint) else None)

    def layout(self, texts: Mapping[str, str], *, is_traced: bool = False) -> TextLayout | None:
        """Lay the text out without painting it; None if there is nothing to write."""
        spans = self._spans(texts)
        if not spans:
            return None
        arc, dpr = self.layer.arc, self.context.dpr
        if arc is not None:
            bend = Arc(arc.radius * dpr, arc.side is ArcSide.TOP)
            return lay_out_on_arc(spans, self._stacks, self._text_box, bend)
        box = replace(self._text_box, is_traced=True) if is_traced else self._text_box
        return lay_out(spans, self._stacks, box)

    def fitting(self, texts: Mapping[str, str]) -> Fitting | None:
        """Return what it takes to fit the text, as ``layout`` says, in less time; None if there is nothing to write."""
        if self.layer.arc is not None:
            layout = self.layout(texts)
            return None if layout is None else layout.fitting
        spans = self._spans(texts)
        return fitting_of(spans, self._stacks, self._text_box) if spans else None

    def marks(self, texts: Mapping[str, str], pictures: Pictures) -> tuple[Item, ...] | None:
        """Return shadow, outline, underlines, the text itself, and what it is crossed out with; None on an arc."""
        if self.layer.arc is not None:
            return None
        layout = self.layout(texts, is_traced=True)
        if layout is None:
            return ()
        layer, box, paint = self.layer, self._inner_box, self._paint(texts)
        shade = self.shade(partial(self._ink_at, layout), texts)
        outline: tuple[Item, ...] = ()
        if paint.stroke:
            # Half of a line is inside of what it goes round.
            path = letters(outlines_of(layout), layout.size, box.left, box.top)
            outline = (Stroked(path, paint.stroke.color, 2 * paint.stroke.width, is_filled=True),)
        written = Written(layout, box, paint.fills, layer.letter_spacing, layer.language)
        struck = (
            Filled(rectangle(line), paint.fills[style], box)
            for style in sorted(paint.struck)
            for line in strike_boxes(layout, style, box)
        )
        underlined = (
            Filled(rectangle(line), paint.fills[style], box)
            for style, font in sorted(paint.underlined.items())
            for line in underline_boxes(layout, style, font, box)
        )
        return *shade, *outline, *underlined, written, *struck

    def _ink_at(self, layout: TextLayout, density: int) -> tuple[Canvas, int, int] | None:
        """Return the mask of the letters, so many times as large, and where it begins in the design; None for none."""
        large = Box(*(density * corner for corner in self._inner_box.corners))
        drawn = text_mask(enlarged(layout, density), large)
        return drawn and (drawn[0], large.left + drawn[1], large.top + drawn[2])

    def _content(self, layout: TextLayout) -> Box:
        """The box of the lines: as wide as the widest, as high as all of them, whatever ink sticks out."""
        if not layout.lines:
            return Box(0, 0, 0, 0)
        # What is bent has no lines that another layer could follow.
        if self.layer.arc is not None:
            return self.box
        box, high = self._inner_box, layout.size * self.layer.line_height * len(layout.lines)
        spare = box.height - high
        top = {VerticalAlign.TOP: 0.0, VerticalAlign.MIDDLE: spare / 2, VerticalAlign.BOTTOM: spare}[self.layer.valign]
        left = min(line.left for line in layout.lines)
        right = max(line.left + line.width for line in layout.lines)
        lines = Box(math.floor(left), math.floor(top + 0.5), math.ceil(right), math.floor(top + 0.5) + math.ceil(high))
        return lines.move(box.left, box.top)

    @property
    def inks(self) -> tuple[Color, ...]:
        """The colours that the text is written in; a gradient is none of them."""
        written = (self.layer.color, *(style.color for style in self._styles.values()))
        return tuple(to_color(color, {}) for color in written if isinstance(color, str))

    def _paint(self, texts: Mapping[str, str]) -> TextPaint:
        layer = self.layer
        own = to_fill(layer.color, texts)
        styles = self._styles.values()
        fills = (own, *(to_color(style.color, texts) if style.color else own for style in styles))
        return TextPaint(fills, self._struck, self.shadow(texts), self.stroke(layer.stroke, texts), self._underlined)

    @cached_property
    def _struck(self) -> frozenset[int]:
        ruled = (self.layer.line_through, *(style.line_through for style in self._styles.values()))
        return frozenset(number for number, own in enumerate(ruled) if (ruled[0] if own is None else own))

    @cached_property
    def _underlined(self) -> Mapping[int, Font]:
        ruled = (self.layer.underline, *(style.underline for style in self._styles.values()))
        # The font of the style decides where the line is, whatever fonts draw its letters: it is one line.
        return {
            number: self._stacks[number].primary
            for number, own in enumerate(ruled)
            if (ruled[0] if own is None else own)
        }

    @cached_property
    def _styles(self) -> Mapping[tuple[str, str], SpanStyle]:
        """The styles but the layer's own, by field ("" for the design's words) and tag ("" for none), in their order.

        Of a value between tags its field's style says more than that of the tag.
        """
        layer = self.layer
        by_field = {(field, ""): style for field, style in layer.styles.items()}
        by_tag = {("", tag): style for tag, style in layer.spans.items()}
        both = {
            (field, tag): style.over(words)
            for tag, words in layer.spans.items()
            for field, style in layer.styles.items()
        }
        return by_field | by_tag | both

    @cached_property
    def _numbers(self) -> Mapping[tuple[str, str], int]:
        return {name: number for number, name in enumerate(self._styles, start=1)}

    def _spans(self, texts: Mapping[str, str]) -> tuple[TextSpan, ...]:
        layer, locales = self.layer, self.context.name_locales
        styles = self._numbers

        def styled(span: TextPart) -> TextSpan:
            # Before anything is measured: capitals are wider, and ß becomes two letters.
            text = set_casing(span.text, layer.casing, layer.language)
            # Only the value of a name field may be shortened; how is up to the locale.
            locale = locales.get(span.field or "")
            shorten = partial(short_forms, text, locale) if locale else tuple
            # Isolated: a value is ordered by itself, and can't reorder the text around it (UAX #9, 2.7).
            field = span.field or ""
            style = (styles.get((field, span.style)) or styles.get(("", span.style), 0)) if styles else 0
            return TextSpan(text, style, isolated=span.field is not None, is_name=locale is not None, shorten=shorten)

        return tuple(map(styled, self._template.fill(texts)))

    @cached_property
    def _template(self) -> TextTemplate:
        return parse_template(self.layer.text, with_tags=True)

    @cached_property
    def _stacks(self) -> tuple[FontStack, ...]:
        font, stack = self.layer.font, self.context.fonts.stack
        styles = self._styles.values()
        # A style lacks what it does not change, which is then the layer's own; the size always is. It picks the
        # optical size once; the stack stays while text shrinks (see FontCatalogue.stack).
        return (
            stack(font.family, font.weight, font.style, font.size),
            *(
                stack(style.family or font.family, style.weight or font.weight, style.style or font.style, font.size)
                for style in styles
            ),
        )

    @cached_property
    def _text_box(self) -> TextBox:
        # Sizes are multiplied by dpr before fitting, not after: a text is fitted to device pixels, on the grid of sizes
        # that glyphs are cached for (text.fit.SIZE_STEP).
        layer, dpr, box = self.layer, self.context.dpr, self._inner_box
        return TextBox(
            width=max(1, box.width),
            height=max(1, box.height),
            size=layer.font.size * dpr,
            min_size=layer.font.smallest * dpr,
            max_lines=layer.max_lines,
            line_height=layer.line_height,
            align=layer.align,
            valign=layer.valign,
            balanced=layer.balance,
            direction=layer.direction,  # type: ignore[arg-type]  # the model's pattern says auto, ltr or rtl
            shaping=ShapingStyle(layer.language, layer.letter_spacing, (("tnum", 1),) if layer.tabular_figures else ()),
        )

    @cached_property
    def _inner_box(self) -> Box:
        """The box that letters are set in: the outline is outside the letters, and inside the layer's box."""
        stroke = self.layer.stroke
        return self.box.grow(-math.ceil(stroke.width * self.context.dpr) if stroke else 0)
