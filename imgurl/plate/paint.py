"""Paint one layer of a design on a canvas, for given values. Used for static layers at compile time and for slots."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imgurl.color import Color
from imgurl.design.layers import ImageLayer, Shadow, Shape, ShapeLayer, Stroke, TextLayer, asset_files
from imgurl.design.paint import colors_of, to_color, to_fill
from imgurl.geometry import Box
from imgurl.merge.casing import set_casing
from imgurl.merge.names import short_forms
from imgurl.merge.template import TextPart, parse_template
from imgurl.raster.canvas import (
    Canvas,
    ShadowPaint,
    StrokePaint,
    blank,
    cast_shadow,
    faded,
    lay,
    lay_picture,
    turned,
    without,
)
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.pictures import cut_round, draw_picture, fitted
from imgurl.raster.shapes import ellipse_mask, line_mask, rectangle_mask
from imgurl.raster.text import TextPaint, draw_text, text_reach
from imgurl.text.fonts import FontCatalogue, FontStack
from imgurl.text.layout import TextBox, TextLayout, lay_out
from imgurl.text.paragraph import TextSpan
from imgurl.text.shape import ShapingStyle
from imgurl.text.style import Align, VerticalAlign

AnyLayer = TextLayer | ImageLayer | ShapeLayer


@dataclass(frozen=True, slots=True)
class Palette:
    """What painting draws from: fonts, the design's pictures by file name, the locales of name fields, glyphs."""

    fonts: FontCatalogue
    pictures: Callable[[str], Canvas]
    name_locales: Mapping[str, str]
    dpr: int
    glyphs: GlyphCache


def fields_of(layer: AnyLayer) -> frozenset[str]:
    """Return the fields whose values change how a layer looks; none for a static layer."""
    texts: list[str] = []
    match layer:
        case TextLayer():
            texts += [layer.text, *colors_of(layer.color)]
            texts += [style.color for style in layer.styles.values() if style.color]
        case ImageLayer():
            texts.append(layer.asset)
        case ShapeLayer() if layer.fill is not None:
            texts += colors_of(layer.fill)
    if not isinstance(layer, ImageLayer) and layer.stroke:
        texts.append(layer.stroke.color)
    if layer.shadow:
        texts.append(layer.shadow.color)
    named = {name for text in texts if "<<" in text for name in parse_template(text).fields}
    return frozenset(named | ({layer.show_if.field} if layer.show_if else set()))


@dataclass(frozen=True, slots=True)
class DisplayItem:
    """A layer ready to be drawn for some values.

    ``box`` holds all device pixels of the design that drawing can change. ``draw`` takes a canvas and the place of its
    top left pixel in the design. ``fitting`` says what it took to fit a text ("" for other layers).
    """

    box: Box
    draw: Callable[[Canvas, int, int], None]
    fitting: str = ""


def display_item(layer: AnyLayer, texts: Mapping[str, str], palette: Palette) -> DisplayItem | None:
    """Lay a layer out for some values; None where it shows nothing."""
    if layer.show_if and not layer.show_if.holds(texts):
        return None
    item = _upright(layer, texts, palette)
    if item is None or (layer.opacity >= 1.0 and not layer.rotation % 360):
        return item
    # On a tile of its own: a layer fades and turns as a whole.
    box = layer.box.scaled(palette.dpr)
    around = box.grow(_reach(layer, palette.dpr))

    def draw(canvas: Canvas, left: int, top: int) -> None:
        tile = blank(around.width, around.height)
        item.draw(tile, around.left, around.top)
        tile = turned(faded(tile, layer.opacity), layer.rotation)
        # Floors, because rounding halves to even would move a layer by a pixel with the place the canvas begins at.
        across, down = (box.left + box.right - tile.width) // 2, (box.top + box.bottom - tile.height) // 2
        lay_picture(canvas, tile, across - left, down - top)

    return DisplayItem(extent(layer, palette.dpr), draw, item.fitting)


def paint_layer(canvas: Canvas, layer: AnyLayer, texts: Mapping[str, str], palette: Palette) -> str:
    """Paint a layer on a canvas of the whole design; return what it took to fit a text."""
    item = display_item(layer, texts, palette)
    if item is None:
        return ""
    item.draw(canvas, 0, 0)
    return item.fitting


def inks(layer: AnyLayer) -> tuple[Color, ...]:
    """Return the colours that a text layer is written in, gradients left out; none for other layers."""
    if not isinstance(layer, TextLayer):
        return ()
    written = (layer.color, *(style.color for style in layer.styles.values()))
    return tuple(to_color(color, {}) for color in written if isinstance(color, str))


def paint_test_mark(canvas: Canvas, fonts: FontCatalogue) -> None:
    """Write "TEST" over the middle of a picture, as large as it fits: light, with a dark outline, on any ground."""
    size = max(8.0, min(canvas.width / 3, canvas.height / 1.5))
    width = max(1.0, size / 120)
    stack = fonts.stack(fonts.fallback[0], 700)
    box = TextBox(canvas.width, canvas.height, size, 4.0, align=Align.CENTER, valign=VerticalAlign.MIDDLE)
    layout = lay_out((TextSpan("TEST"),), (stack,), box)
    paint = TextPaint((Color(255, 255, 255, 150),), stroke=StrokePaint(width, Color(0, 0, 0, 130)))
    draw_text(canvas, layout, Box(0, 0, canvas.width, canvas.height), paint)


def extent(layer: AnyLayer, dpr: int) -> Box:
    """Return the box of device pixels that a layer can touch."""
    box = layer.box.scaled(dpr).grow(_reach(layer, dpr))
    if not layer.rotation % 360:
        return box
    turn = math.radians(layer.rotation)
    wide = abs(box.width * math.cos(turn)) + abs(box.height * math.sin(turn))
    high = abs(box.width * math.sin(turn)) + abs(box.height * math.cos(turn))
    center_x, center_y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return Box(
        math.floor(center_x - wide / 2) - 2,
        math.floor(center_y - high / 2) - 2,
        math.ceil(center_x + wide / 2) + 2,
        math.ceil(center_y + high / 2) + 2,
    )


def _upright(layer: AnyLayer, texts: Mapping[str, str], palette: Palette) -> DisplayItem | None:
    """Lay a layer out as if it were opaque and not turned."""
    match layer:
        case TextLayer():
            return _text_item(layer, texts, palette)
        case ImageLayer():
            return _image_item(layer, texts, palette)
        case ShapeLayer():
            box = layer.box.scaled(palette.dpr)
            return DisplayItem(
                extent(layer, palette.dpr),
                lambda canvas, left, top: _paint_shape(canvas, box.move(-left, -top), layer, texts, palette.dpr),
            )


def text_layout(layer: TextLayer, texts: Mapping[str, str], palette: Palette) -> TextLayout | None:
    """Lay out a text layer for some values; None where there is nothing to write."""
    spans = _spans(layer, texts, palette)
    return lay_out(spans, _stacks(layer, palette), _text_box(layer, palette.dpr)) if spans else None


def _text_item(layer: TextLayer, texts: Mapping[str, str], palette: Palette) -> DisplayItem | None:
    layout = text_layout(layer, texts, palette)
    if layout is None:
        return None
    paint = _text_paint(layer, texts, palette.dpr)
    box = layer.box.scaled(palette.dpr).grow(-_text_inset(layer, palette.dpr))
    return DisplayItem(
        text_reach(layout, box, paint),
        lambda canvas, left, top: draw_text(canvas, layout, box.move(-left, -top), paint, palette.glyphs),
        layout.fitting,
    )


def _text_paint(layer: TextLayer, values: Mapping[str, str], dpr: int) -> TextPaint:
    """Return the paint: style 0 is the layer's own, the others are those of its fields in their order."""
    own = to_fill(layer.color, values)
    styles = list(layer.styles.values())
    fills = (own, *(to_color(style.color, values) if style.color else own for style in styles))
    struck = frozenset(number for number, style in enumerate(styles, start=1) if style.line_through)
    return TextPaint(fills, struck, _shadow(layer.shadow, values, dpr), _stroke(layer.stroke, values, dpr))


def _spans(layer: TextLayer, values: Mapping[str, str], palette: Palette) -> tuple[TextSpan, ...]:
    """Return the text's spans; a span of a field that has a style of its own carries its number."""
    styles = {field: number for number, field in enumerate(layer.styles, start=1)}

    def styled(span: TextPart) -> TextSpan:
        text = set_casing(span.text, layer.casing, layer.language)
        locale = palette.name_locales.get(span.field or "")
        shorter = short_forms(text, locale) if locale else ()
        return TextSpan(text, styles.get(span.field or "", 0), isolated=span.field is not None, short_forms=shorter)

    return tuple(map(styled, parse_template(layer.text).fill(values)))


def _stacks(layer: TextLayer, palette: Palette) -> tuple[FontStack, ...]:
    font = layer.font
    stacks = [palette.fonts.stack(font.family, font.weight, font.style, font.size)]
    stacks += [
        palette.fonts.stack(
            style.family or font.family, style.weight or font.weight, style.style or font.style, font.size
        )
        for style in layer.styles.values()
    ]
    return tuple(stacks)


def _text_box(layer: TextLayer, dpr: int) -> TextBox:
    inset = _text_inset(layer, dpr)
    return TextBox(
        width=max(1, layer.box.width * dpr - 2 * inset),
        height=max(1, layer.box.height * dpr - 2 * inset),
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


def _text_inset(layer: TextLayer, dpr: int) -> int:
    """Return the room in device pixels for the outline: it lies outside the letters, and inside the box."""
    return math.ceil(layer.stroke.width * dpr) if layer.stroke else 0


def _image_item(layer: ImageLayer, values: Mapping[str, str], palette: Palette) -> DisplayItem | None:
    template = parse_template(layer.asset)
    choices = {name: (values.get(name, ""),) for name in template.fields}
    if not all(choice for (choice,) in choices.values()):
        return None  # a picture named after a value that is missing
    (file,) = asset_files(layer.asset, choices)
    box = layer.box.scaled(palette.dpr)

    def draw(canvas: Canvas, left: int, top: int) -> None:
        focus = (layer.focus.x, layer.focus.y)
        picture = fitted(palette.pictures(file), box.width, box.height, layer.fit, focus)
        picture = cut_round(picture, layer.radius * palette.dpr, circle=layer.circle)
        shadow = _shadow(layer.shadow, values, palette.dpr)
        draw_picture(canvas, picture, box.left - left, box.top - top, shadow)

    return DisplayItem(extent(layer, palette.dpr), draw)


def _paint_shape(canvas: Canvas, box: Box, layer: ShapeLayer, values: Mapping[str, str], dpr: int) -> None:
    shadow = _shadow(layer.shadow, values, dpr)
    stroke = _stroke(layer.stroke, values, dpr)
    mask = _shape_mask(layer, box, 0.0, dpr)
    if shadow:
        cast_shadow(canvas, mask, box.left, box.top, shadow)
    if layer.shape is Shape.LINE and stroke:
        lay(canvas, line_mask(box.width, box.height, stroke.width), box.left, box.top, stroke.color)
        return
    if layer.fill is not None:
        lay(canvas, mask, box.left, box.top, to_fill(layer.fill, values))
    if stroke:
        inner = _shape_mask(layer, box, stroke.width, dpr)
        lay(canvas, without(mask, inner), box.left, box.top, stroke.color)


def _shape_mask(layer: ShapeLayer, box: Box, inset: float, dpr: int) -> Canvas:
    match layer.shape:
        case Shape.ELLIPSE:
            return ellipse_mask(box.width, box.height, inset)
        case Shape.LINE:
            thickness = layer.stroke.width * dpr if layer.stroke else 1.0
            return line_mask(box.width, box.height, thickness)
        case Shape.ROUNDED:
            return rectangle_mask(box.width, box.height, layer.radius * dpr, inset)
        case _:
            return rectangle_mask(box.width, box.height, 0.0, inset)


def _shadow(shadow: Shadow | None, values: Mapping[str, str], dpr: int) -> ShadowPaint | None:
    if shadow is None:
        return None
    return ShadowPaint(shadow.x * dpr, shadow.y * dpr, shadow.blur * dpr, to_color(shadow.color, values))


def _stroke(stroke: Stroke | None, values: Mapping[str, str], dpr: int) -> StrokePaint | None:
    return StrokePaint(stroke.width * dpr, to_color(stroke.color, values)) if stroke else None


def _reach(layer: AnyLayer, dpr: int) -> int:
    """Return how many device pixels a layer's shadow can reach beyond its box."""
    if layer.shadow is None:
        return 0
    offset = max(abs(layer.shadow.x), abs(layer.shadow.y))
    return math.ceil((offset + layer.shadow.blur * 1.5) * dpr) + 2
