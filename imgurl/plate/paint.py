"""Paint one layer of a design on a canvas, for given values. Used for static layers at compile time and for slots."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imgurl.design.layers import ImageLayer, Shadow, Shape, ShapeLayer, Stroke, TextLayer, asset_files
from imgurl.design.paint import colors_of, to_color, to_fill
from imgurl.geometry import Box
from imgurl.merge.casing import set_casing
from imgurl.merge.template import Span, parse_template
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
from imgurl.raster.text import TextPaint, draw_text
from imgurl.text.fonts import FontCatalogue, FontStack
from imgurl.text.layout import TextBox, TextLayout, lay_out
from imgurl.text.paragraph import TextSpan
from imgurl.text.shape import ShapingStyle

AnyLayer = TextLayer | ImageLayer | ShapeLayer


@dataclass(frozen=True, slots=True)
class Palette:
    """What painting draws from: fonts, the design's pictures by file name, its name fields, glyphs drawn before."""

    fonts: FontCatalogue
    pictures: Callable[[str], Canvas]
    name_fields: frozenset[str]
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


def paint_layer(canvas: Canvas, layer: AnyLayer, texts: Mapping[str, str], palette: Palette, top: int = 0) -> str:
    """Paint a layer and return what it took to fit a text ("" for other layers, or where nothing is drawn).

    The canvas shows the design's rows from ``top`` on.
    """
    values = dict(texts)
    if layer.show_if and not layer.show_if.holds(values):
        return ""
    box = layer.box.scaled(palette.dpr).move(0, -top)
    if layer.opacity >= 1.0 and not layer.rotation % 360:
        return _paint(canvas, box, layer, values, palette)
    # On a tile of its own: a layer fades and turns as a whole.
    margin = _reach(layer, palette.dpr)
    tile = blank(box.width + 2 * margin, box.height + 2 * margin)
    note = _paint(tile, Box(margin, margin, margin + box.width, margin + box.height), layer, values, palette)
    tile = turned(faded(tile, layer.opacity), layer.rotation)
    # Floors, because rounding halves to even would move a layer by a pixel with the rows that the canvas begins at.
    left, top = (box.left + box.right - tile.width) // 2, (box.top + box.bottom - tile.height) // 2
    lay_picture(canvas, tile, left, top)
    return note


def text_layout(layer: TextLayer, texts: Mapping[str, str], palette: Palette) -> TextLayout:
    """Lay out a text layer for given values."""
    spans, _ = _spans(layer, dict(texts), palette)
    return lay_out(spans, _stacks(layer, palette), _text_box(layer, palette.dpr))


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


def _paint(canvas: Canvas, box: Box, layer: AnyLayer, values: dict[str, str], palette: Palette) -> str:
    match layer:
        case TextLayer():
            return _paint_text(canvas, box, layer, values, palette)
        case ImageLayer():
            _paint_image(canvas, box, layer, values, palette)
        case ShapeLayer():
            _paint_shape(canvas, box, layer, values, palette.dpr)
    return ""


def _paint_text(canvas: Canvas, box: Box, layer: TextLayer, values: dict[str, str], palette: Palette) -> str:
    spans, fields = _spans(layer, values, palette)
    if not spans:
        return ""
    setting = _text_box(layer, palette.dpr)
    layout = lay_out(spans, _stacks(layer, palette), setting)
    fills = [to_fill(layer.color, values)]
    for field in fields[1:]:
        color = layer.styles[field].color
        fills.append(to_color(color, values) if color else fills[0])
    inset = (box.width - round(setting.width)) // 2
    struck = frozenset(style for style, field in enumerate(fields) if field and layer.styles[field].line_through)
    paint = TextPaint(
        tuple(fills), struck, _shadow(layer.shadow, values, palette.dpr), _stroke(layer.stroke, values, palette.dpr)
    )
    draw_text(canvas, layout, box.grow(-inset), paint, palette.glyphs)
    return layout.fitting


def _spans(layer: TextLayer, values: dict[str, str], palette: Palette) -> tuple[tuple[TextSpan, ...], tuple[str, ...]]:
    """Return the text's spans, and which field each style is for: style 0 is the layer's own."""
    fields = ("", *layer.styles)

    def styled(span: Span) -> TextSpan:
        style = fields.index(span.field) if span.field in layer.styles else 0
        text = set_casing(span.text, layer.casing, layer.language)
        return TextSpan(text, style, isolated=span.field is not None, is_name=span.field in palette.name_fields)

    return tuple(map(styled, parse_template(layer.text).fill(values))), fields


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
    # The outline lies outside the letters, and inside the box.
    inset = math.ceil(layer.stroke.width * dpr) if layer.stroke else 0
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


def _paint_image(canvas: Canvas, box: Box, layer: ImageLayer, values: dict[str, str], palette: Palette) -> None:
    template = parse_template(layer.asset)
    choices = {name: (values.get(name, ""),) for name in template.fields}
    if not all(choice for (choice,) in choices.values()):
        return  # a picture named after a value that is missing
    (file,) = asset_files(layer.asset, choices)
    focus = (layer.focus.x, layer.focus.y)
    picture = fitted(palette.pictures(file), box.width, box.height, layer.fit, focus)
    picture = cut_round(picture, layer.radius * palette.dpr, circle=layer.circle)
    draw_picture(canvas, picture, box.left, box.top, _shadow(layer.shadow, values, palette.dpr))


def _paint_shape(canvas: Canvas, box: Box, layer: ShapeLayer, values: dict[str, str], dpr: int) -> None:
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


def _shadow(shadow: Shadow | None, values: dict[str, str], dpr: int) -> ShadowPaint | None:
    if shadow is None:
        return None
    return ShadowPaint(shadow.x * dpr, shadow.y * dpr, shadow.blur * dpr, to_color(shadow.color, values))


def _stroke(stroke: Stroke | None, values: dict[str, str], dpr: int) -> StrokePaint | None:
    return StrokePaint(stroke.width * dpr, to_color(stroke.color, values)) if stroke else None


def _reach(layer: AnyLayer, dpr: int) -> int:
    """Return how many device pixels a layer's shadow can reach beyond its box."""
    if layer.shadow is None:
        return 0
    offset = max(abs(layer.shadow.x), abs(layer.shadow.y))
    return math.ceil((offset + layer.shadow.blur * 1.5) * dpr) + 2
