"""A display list as the operators of content streams (ISO 32000-2, 8.2 and 9.4), and the resources that they name."""

import math
from collections.abc import Iterable, Sequence
from itertools import count

from imgurl.color import Color, Fill
from imgurl.geometry import Box
from imgurl.pdf.codes import FontCodes, can_show, clusters_of
from imgurl.pdf.display import Filled, Group, Item, Placed, Stroked, Written
from imgurl.pdf.fills import Shading, is_clear, is_opaque, rgb
from imgurl.pdf.fonts import Embedded, embedded
from imgurl.pdf.objects import Objects, Ref, number, numbers
from imgurl.pdf.passthrough import Picture
from imgurl.pdf.paths import letters
from imgurl.pdf.pictures import canvas_picture
from imgurl.raster.glyphs import color_glyph
from imgurl.text.fonts import Font
from imgurl.text.layout import LaidLine, PlacedRun

Matrix = tuple[float, float, float, float, float, float]

SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

# Colour glyphs have no form in PDF that all viewers draw: they are pictures, so many times as fine as on screen.
EMOJI_DENSITY = 3

# Thousandths of an em by which a letter may be off its place before it is moved there.
NEAR = 0.5

# By so many px a picture is smaller on each side: poppler draws one on all pixels that it touches, and takes one that
# ends where a pixel ends to touch the next, so that the whole picture would be stretched.
HAIR = 0.01

# Text that is not seen (9.3.6).
UNSEEN, SEEN = b"3 Tr\n", b"0 Tr\n"


class Sheet:
    """Writes items. Mutable state: the objects of the file, and which name each resource has."""

    def __init__(self, objects: Objects, width: int, height: int) -> None:
        self._objects = objects
        # A group may turn: what it holds is on the page although it begins beyond.
        reach = max(width, height)
        self._bounds = [-reach, -reach, width + reach, height + reach]
        self.resources = objects.reserve()
        self._fonts: dict[tuple[Font, bool], tuple[FontCodes, Ref]] = {}
        self._font_names: dict[tuple[Font, bool], str] = {}
        self._pictures: dict[Picture, bytes] = {}
        self._named: dict[str, dict[str, Ref]] = {"XObject": {}, "ExtGState": {}, "Pattern": {}}
        self._known: dict[object, bytes] = {}
        self._emojis: dict[tuple[Font, int, float], Picture] = {}
        self._numbers = count(1)

    def items(self, items: Iterable[Item], matrix: Matrix) -> bytes:
        """Return what draws items where a px is what ``matrix`` makes of it."""
        return b"".join(self._item(item, matrix) for item in items)

    def lines(self, text: Written, matrix: Matrix) -> list[bytes]:
        """Return what writes each line of a text."""
        return [self._line(text, line, matrix) for line in text.layout.lines]

    def close(self) -> None:
        """Write the fonts, and the resources of all streams: nothing can be written after this."""
        fonts = {}
        for key, (codes, ref) in self._fonts.items():
            self._write_font(ref, embedded(codes.font, codes.used, is_blank=codes.is_blank))
            fonts[self._font_names[key]] = ref
        named = {kind: names for kind, names in self._named.items() if names}
        self._objects.put(self.resources, ({"Font": fonts} if fonts else {}) | named)

    def _write_font(self, ref: Ref, font: Embedded) -> None:
        objects = self._objects
        glyphs, texts = objects.add_packed(font.glyphs), objects.add_packed(font.texts)
        descriptor = objects.add(font.descriptor(objects.add_packed(font.program)))
        objects.put(ref, font.font(objects.add(font.descendant(descriptor, glyphs)), glyphs, texts))

    def _item(self, item: Item, matrix: Matrix) -> bytes:
        match item:
            case Filled():
                return self._filled(item, matrix)
            case Stroked():
                return self._stroked(item)
            case Placed():
                clip = b"%bW n\n" % item.clip if item.clip else b""
                width, height = item.width - 2 * HAIR, item.height - 2 * HAIR
                place = numbers(width, 0.0, 0.0, -height, item.left + HAIR, item.top + HAIR + height)
                return b"q\n%b%b cm\n%b Do\nQ\n" % (clip, place, self._picture(item.picture))
            case Written():
                return b"".join(self.lines(item, matrix))
            case Group():
                return self._group(item, matrix)

    # Paths.

    def _filled(self, item: Filled, matrix: Matrix) -> bytes:
        if not item.path or is_clear(item.fill):
            return b""
        paint = b"f*" if item.has_holes else b"f"
        veil = b"" if is_opaque(item.fill) else self._veil(item.fill, item.area)
        return b"q\n%b%b%b%b\nQ\n" % (veil, self._colors(item.fill, item.area, matrix), item.path, paint)

    def _stroked(self, item: Stroked) -> bytes:
        if not item.path or not item.color.alpha:
            return b""
        solid = Color(*item.color.rgb)
        clip = b"%bW n\n" % item.clip if item.clip else b""
        paint = b"B" if item.is_filled else b"S"
        line = b"%b w 1 j %b RG %b rg\n%b%b\n" % (number(item.width), rgb(solid), rgb(solid), item.path, paint)
        if item.color.alpha == 255:
            return b"q\n%b%bQ\n" % (clip, line)
        # As one: where the line crosses itself or what it encloses it is no denser.
        form = self._form(line)
        return b"q\n%b%b%b Do\nQ\n" % (clip, self._state({"ca": item.color.alpha / 255}), form)

    def _colors(self, fill: Fill, area: Box, matrix: Matrix) -> bytes:
        """Return what makes an opaque fill current; its alpha is a veil."""
        if isinstance(fill, Color):
            return b"%b rg\n" % rgb(fill)
        # A pattern is in the coordinates that its stream began with, not in those of now (8.7.2).
        key = ("Pattern", fill, area, matrix)
        if key not in self._known:
            shading = Shading(fill, area).entries()
            ref = self._objects.add({"PatternType": 2, "Shading": shading, "Matrix": _exact(matrix)})
            self._known[key] = self._name("Pattern", "P", ref)
        return b"/Pattern cs %b scn\n" % self._known[key]

    def _veil(self, fill: Fill, area: Box) -> bytes:
        """Return what makes all that is drawn as translucent as a fill."""
        if isinstance(fill, Color):
            return self._state({"ca": fill.alpha / 255})
        if all(stop.color.alpha == fill.stops[0].color.alpha for stop in fill.stops):
            return self._state({"ca": fill.stops[0].color.alpha / 255})
        key = ("veil", fill, area)
        if key not in self._known:
            shading = self._objects.add(Shading(fill, area, is_alpha=True).entries())
            entries = _group_entries(self._bounds, b"/DeviceGray") | {"Resources": {"Shading": {"S": shading}}}
            mask = {"S": b"/Luminosity", "G": self._objects.add_stream(b"/S sh", entries)}
            self._known[key] = self._name("ExtGState", "G", self._objects.add({"SMask": mask}))
        return b"%b gs\n" % self._known[key]

    # Pictures, and what is drawn as one.

    def _picture(self, picture: Picture) -> bytes:
        if picture not in self._pictures:
            self._pictures[picture] = self._name("XObject", "I", self._picture_object(picture))
        return self._pictures[picture]

    def _picture_object(self, picture: Picture) -> Ref:
        entries: dict[str, object] = {
            "Type": b"/XObject", "Subtype": b"/Image", "Width": picture.width, "Height": picture.height,
        } | picture.entries  # fmt: skip
        if picture.alpha is not None:
            entries["SMask"] = self._picture_object(picture.alpha)
        return self._objects.add_stream(picture.data, entries)

    def _group(self, group: Group, matrix: Matrix) -> bytes:
        begin, inner = begun(group, matrix)
        if group.is_plain:
            return b"%b%bQ\n" % (begin, self.items(group.items, inner))
        form = self._form(self.items(group.items, SAME))
        # ISO 32000-1, 11.3.5: the names are those of CSS, with a capital.
        state: dict[str, object] = {"ca": group.opacity}
        if group.blend != "normal":
            state |= {"BM": f"/{group.blend.title()}".encode()}
        return b"%b%b%b Do\nQ\n" % (begin, self._state(state), form)

    def _form(self, content: bytes) -> bytes:
        entries = _group_entries(self._bounds, b"/DeviceRGB") | {"Resources": self.resources}
        return self._name("XObject", "X", self._objects.add_stream(content, entries))

    def _state(self, entries: dict[str, object]) -> bytes:
        key = ("state", *entries.items())
        if key not in self._known:
            self._known[key] = self._name("ExtGState", "G", self._objects.add(entries))
        return b"%b gs\n" % self._known[key]

    def _name(self, kind: str, letter: str, ref: Ref) -> bytes:
        name = f"{letter}{next(self._numbers)}"
        self._named[kind][name] = ref
        return b"/" + name.encode()

    # Text.

    def _line(self, text: Written, line: LaidLine, matrix: Matrix) -> bytes:
        parts = []
        for run in line.runs:
            if not run.glyphs:
                continue
            # PDFium drops a text object in which nothing is drawn, and a space between fonts is one: it has a frame.
            if text.is_unseen or not _has_ink(run):
                parts.append(self._unseen(text, run))
            elif run.font.paints_color:
                parts += [self._emoji(text, run), self._unseen(text, run)]
            elif can_show(run):
                parts.append(self._seen(text, run, matrix))
            else:
                path = letters([run], text.layout.size, text.area.left, text.area.top)
                parts += [self._filled(Filled(path, text.fills[run.style], text.area), matrix), self._unseen(text, run)]
        return b"".join(parts)

    def _seen(self, text: Written, run: PlacedRun, matrix: Matrix) -> bytes:
        fill = text.fills[run.style]
        if is_opaque(fill):
            return b"BT\n%b%bET\n" % (self._colors(fill, text.area, matrix), self._shown(text, run, is_blank=False))
        if is_clear(fill):
            return self._unseen(text, run)
        # As one: where letters overlap, as joined ones do, they are no denser.
        inner = b"BT\n%b%bET\n" % (self._colors(fill, text.area, SAME), self._shown(text, run, is_blank=False))
        return b"q\n%b%b Do\nQ\n" % (self._veil(fill, text.area), self._form(inner))

    def _unseen(self, text: Written, run: PlacedRun) -> bytes:
        return b"BT\n%b%b%bET\n" % (UNSEEN, self._shown(text, run, is_blank=True), SEEN)

    def _shown(self, text: Written, run: PlacedRun, *, is_blank: bool) -> bytes:
        """Return what shows the letters of a run."""
        key = (run.font, is_blank)
        if key not in self._fonts:
            self._fonts[key] = FontCodes(run.font, is_blank=is_blank), self._objects.reserve()
            self._font_names[key] = f"F{len(self._fonts)}"
        codes, size = self._fonts[key][0], text.layout.size
        parts = [b"/%b %b Tf\n" % (self._font_names[key].encode(), number(float(size)))]
        digits, pen, baseline, scale = b"", math.inf, math.inf, size / run.font.upem
        for cluster in clusters_of(run, text.layout.text, size, text.letter_spacing):
            code = codes.code(cluster.shape, cluster.text)
            gap = round((pen - cluster.x) / size * 1000, 1) if math.isfinite(pen) else 0.0
            if cluster.y != baseline:
                parts += [b"[<%b>] TJ\n" % digits] if digits else []
                x, y = text.area.left + cluster.x, text.area.top + cluster.y
                parts.append(b"1 0 0 -1 %b Tm\n" % numbers(x, y))
                digits, pen, baseline = b"", cluster.x, cluster.y
            elif abs(gap) >= NEAR:
                digits += b"> %b <" % number(gap)
                pen -= gap * size / 1000
            digits += b"%04X" % code
            pen += cluster.shape.advance * scale
        return b"".join((*parts, b"[<%b>] TJ\n" % digits if digits else b""))

    def _emoji(self, text: Written, run: PlacedRun) -> bytes:
        """Draw colour glyphs where they are drawn on a canvas: on the pixel that each begins in (``raster.text``)."""
        parts = []
        for glyph, x, y in run.glyphs:
            drawn = color_glyph(run.font, glyph, text.layout.size * EMOJI_DENSITY)
            if drawn is None:
                continue
            canvas, right, down = drawn
            key = (run.font, glyph, text.layout.size)
            picture = self._emojis.get(key)
            if picture is None:
                picture = self._emojis[key] = canvas_picture(canvas)
            left = text.area.left + math.floor(x + 0.125) + right / EMOJI_DENSITY
            top = text.area.top + round(y) + down / EMOJI_DENSITY
            width, height = canvas.width / EMOJI_DENSITY, canvas.height / EMOJI_DENSITY
            parts.append(self._item(Placed(picture, left, top, width, height), SAME))
        return b"".join(parts)


def begun(group: Group, matrix: Matrix) -> tuple[bytes, Matrix]:
    """Return what goes before the items of a group, where a px is what ``matrix`` makes of it, and what one is then.

    ``Q`` ends it.
    """
    place = _product(_turned(group.turn, group.center), (1.0, 0.0, 0.0, 1.0, *group.move))
    move = b"" if place == SAME else b"%b cm\n" % b" ".join(_exact(place))
    clip = b"%bW n\n" % group.clip if group.clip else b""
    return b"q\n%b%b" % (move, clip), _product(place, matrix)


def _has_ink(run: PlacedRun) -> bool:
    return any(right > left for left, _, right, _ in (run.font.inks[glyph] for glyph, _, _ in run.glyphs))


def _group_entries(bounds: Sequence[int], space: bytes) -> dict[str, object]:
    group = {"S": b"/Transparency", "CS": space, "I": True}
    return {"Type": b"/XObject", "Subtype": b"/Form", "BBox": list(bounds), "Group": group}


def _turned(degrees: float, center: tuple[float, float]) -> Matrix:
    if not degrees % 360:
        return SAME
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    x, y = center
    return cosine, sine, -sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _exact(matrix: Matrix) -> list[bytes]:
    # Three decimals are too few for what is multiplied by thousands of px.
    return [b"%.6f" % value for value in matrix]
