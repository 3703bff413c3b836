"""Compile a design into a plate: everything that no value can change is painted once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imgurl.design.digest import plate_digest
from imgurl.design.document import Document, PictureBackground
from imgurl.design.library import Design
from imgurl.design.paint import to_fill
from imgurl.encoders.jpeg import JpegSettings
from imgurl.errors import BadDesign, Problem, RenderFailed
from imgurl.geometry import Box
from imgurl.merge.kinds import FieldType
from imgurl.plate.paint import AnyLayer, Palette, extent, fields_of, paint_layer
from imgurl.raster.canvas import Canvas, blank, cover, lay_picture, pixels_of
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.pictures import fitted, is_opaque, load_picture
from imgurl.text.fonts import FontCatalogue


@dataclass(frozen=True, slots=True)
class Slot:
    """A layer that a value can change, and the box of device pixels it can touch."""

    layer: AnyLayer
    fields: frozenset[str]
    box: Box


@dataclass(frozen=True, slots=True)
class Overlay:
    """Static layers that lie over a slot: RGBA pixels at ``left``, ``top``."""

    picture: Canvas
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class Zone:
    """Rows ``top`` to ``bottom`` whose pixels depend on some fields and on no other row that values change."""

    top: int
    bottom: int
    regions: tuple[Box, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Plate:
    """A compiled design. The base is never drawn on; ``steps`` go on a copy of it, in their order."""

    design: Design
    dpr: int
    digest: str
    base: Canvas
    steps: tuple[Slot | Overlay, ...]
    palette: Palette

    @property
    def width(self) -> int:
        """Device pixels across."""
        return self.base.width

    @property
    def height(self) -> int:
        """Device pixels down."""
        return self.base.height

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The places where values appear."""
        return tuple(step for step in self.steps if isinstance(step, Slot))

    @property
    def jpeg(self) -> JpegSettings:
        """How the design is written as JPEG, in the encoder's terms."""
        chosen = self.design.document.jpeg
        return JpegSettings(chosen.quality, chosen.subsampling)

    @cached_property
    def base_with_overlays(self) -> Canvas:
        """The picture without any value: the base, and the static layers that lie over slots."""
        overlays = [step for step in self.steps if isinstance(step, Overlay)]
        if not overlays:
            return self.base
        canvas = self.base.copy()
        for overlay in overlays:
            lay_picture(canvas, overlay.picture, overlay.left, overlay.top)
        return canvas

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The pixels of ``base_with_overlays``, shape (height, width, channels)."""
        return pixels_of(self.base_with_overlays)

    @cached_property
    def regions(self) -> tuple[Box, ...]:
        """Boxes without a common pixel, each slot whole in one of them: each is painted by itself."""
        found: list[Box] = []
        for slot in self.slots:
            box = slot.box
            while touching := [other for other in found if not other.intersect(box).is_empty]:
                for other in touching:
                    box = box.union(other)
                    found.remove(other)
            if not box.is_empty:
                found.append(box)
        return tuple(sorted(found, key=lambda box: (box.top, box.left)))

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """The rows in which values appear, ascending and apart; each region lies in one zone."""
        return self._zones(1)

    @cached_property
    def jpeg_zones(self) -> tuple[Zone, ...]:
        """The same in whole rows of MCUs."""
        return self._zones(self.jpeg.mcu)

    @property
    def row_ranges(self) -> tuple[tuple[int, int], ...]:
        """The rows in which values appear: half-open ranges, ascending and apart."""
        return tuple((zone.top, zone.bottom) for zone in self.zones)

    def _zones(self, rows: int) -> tuple[Zone, ...]:
        """Return the zones in whole multiples of so many rows."""
        groups: list[list[Box]] = []
        bottom = -1
        for region in self.regions:
            if region.top // rows * rows <= bottom:
                groups[-1].append(region)
            else:
                groups.append([region])
            bottom = max(bottom, -(-region.bottom // rows) * rows)
        return tuple(self._zone(regions, rows) for regions in groups)

    def _zone(self, regions: list[Box], rows: int) -> Zone:
        fields = {
            field
            for slot in self.slots
            if any(not slot.box.intersect(region).is_empty for region in regions)
            for field in slot.fields
        }
        top = min(region.top for region in regions) // rows * rows
        bottom = -(-max(region.bottom for region in regions) // rows) * rows
        return Zone(top, bottom, tuple(regions), tuple(sorted(fields)))


def compile_plate(design: Design, fonts: FontCatalogue, dpr: int = 1, glyphs: GlyphCache | None = None) -> Plate:
    """Compile a design for ``dpr`` device pixels a CSS pixel.

    ``glyphs`` is shared by all plates of a process.

    Raises BadDesign where a picture of it can't be read.
    """
    pictures = _load_pictures(design)
    document = design.document
    names = {field.name: field.locale for field in document.fields if field.type is FieldType.NAME}
    palette = Palette(fonts, pictures.__getitem__, names, dpr, glyphs or GlyphCache())
    base = _background(document, pictures, dpr)
    steps: list[Slot | Overlay] = []
    static: list[AnyLayer] = []
    for layer in document.layers:
        fields = fields_of(layer)
        if fields:
            steps += _flatten(static, base, palette, is_lowest=not steps)
            static = []
            canvas_box = Box(0, 0, base.width, base.height)
            steps.append(Slot(layer, fields, extent(layer, dpr).intersect(canvas_box)))
        else:
            static.append(layer)
    steps += _flatten(static, base, palette, is_lowest=not steps)
    return Plate(design, dpr, plate_digest(design, dpr), base, tuple(steps), palette)


def _flatten(layers: Sequence[AnyLayer], base: Canvas, palette: Palette, *, is_lowest: bool) -> tuple[Overlay, ...]:
    """Paint static layers: on the base while no slot lies below them, else as the overlay that is returned."""
    if not layers:
        return ()
    if is_lowest:
        for layer in layers:
            paint_layer(base, layer, {}, palette)
        return ()
    picture = blank(base.width, base.height)
    for layer in layers:
        paint_layer(picture, layer, {}, palette)
    found = picture.getbbox()
    return (Overlay(picture.crop(found), found[0], found[1]),) if found else ()


def _background(document: Document, pictures: Mapping[str, Canvas], dpr: int) -> Canvas:
    width, height = document.size.width * dpr, document.size.height * dpr
    background = document.background
    canvas = blank(width, height)
    if isinstance(background, PictureBackground):
        focus = (background.focus.x, background.focus.y)
        lay_picture(canvas, fitted(pictures[background.asset], width, height, background.fit, focus), 0, 0)
    else:
        cover(canvas, to_fill(background, {}))
    return canvas.convert("RGB") if is_opaque(canvas) else canvas


def _load_pictures(design: Design) -> dict[str, Canvas]:
    pictures = {}
    problems = []
    for name, body in design.assets.items():
        try:
            pictures[name] = load_picture(name, body)
        except RenderFailed as error:
            problems.append(Problem(design.document.asset_places[name], str(error)))
    if problems:
        raise BadDesign(design.id, problems)
    return pictures
