"""Compile a design into a plate: everything that no value can change is painted once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imgurl.design.backgrounds import PictureBackground
from imgurl.design.digest import plate_digest
from imgurl.design.document import choices_of
from imgurl.design.layers.table import AnyLayer
from imgurl.design.library import Design
from imgurl.design.paint import to_fill
from imgurl.design.svg import is_svg, read_svg
from imgurl.encoders.jpeg import JpegSettings
from imgurl.errors import BadDesign, Problem, RenderFailed
from imgurl.geometry import Box
from imgurl.merge.kinds import FieldType
from imgurl.plate.layers.painter import FINE, PaintContext, Painter
from imgurl.plate.layers.table import painter_of
from imgurl.raster.canvas import (
    Canvas,
    blank,
    copied,
    cover,
    cut,
    inked_box,
    lay_picture,
    pixels_of,
    without_needless_alpha,
)
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.pictures import Picture, load_picture, resized_to_fit
from imgurl.raster.vectors import VectorPicture, check_vector
from imgurl.text.fonts import FontCatalogue


@dataclass(frozen=True, slots=True)
class Slot:
    """A layer that a value can change, and the box of device pixels of the plate that it can touch.

    ``fields`` are those whose values change how it looks. ``name`` is what the layer is called: by its place in the
    document where it has no id, as mistakes name it.
    """

    painter: Painter
    box: Box
    fields: tuple[str, ...]
    name: str

    @property
    def layer(self) -> AnyLayer:
        """The layer of the design."""
        return self.painter.layer


@dataclass(frozen=True, slots=True)
class Overlay:
    """Static layers above a slot: RGBA pixels at ``left``, ``top``.

    They can't be painted on the base, because the slot is painted later and would cover them.
    """

    picture: Canvas
    left: int
    top: int


# Not slotted: what is derived from the steps is computed once, when it is first asked for. Compared by identity: what
# is equal has one digest.
@dataclass(frozen=True, eq=False)
class Plate:
    """A compiled design. The base is never drawn on; ``steps`` go on a copy of it, in their order."""

    design: Design
    dpr: int
    digest: str
    base: Canvas
    steps: tuple[Slot | Overlay, ...]
    context: PaintContext

    @property
    def width(self) -> int:
        """Device pixels across."""
        return self.base.width

    @property
    def height(self) -> int:
        """Device pixels down."""
        return self.base.height

    @cached_property
    def numbered_slots(self) -> Mapping[int, Slot]:
        """The places where values appear, by the number of their step."""
        return {index: step for index, step in enumerate(self.steps) if isinstance(step, Slot)}

    @property
    def slot_names(self) -> Mapping[int, str]:
        """What the layer of each slot is called, by the number of its step."""
        return {index: slot.name for index, slot in self.numbered_slots.items()}

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The places where values appear."""
        return tuple(self.numbered_slots.values())

    @property
    def jpeg(self) -> JpegSettings:
        """How the design is written as JPEG, in the encoder's terms."""
        chosen = self.design.document.jpeg
        return JpegSettings(chosen.quality, chosen.subsampling)

    @cached_property
    def base_with_overlays(self) -> Canvas:
        """The picture without any value: the base, and the static layers above slots."""
        # This is what gets precoded. It is not what slots are painted on: a slot goes below the overlays above it.
        overlays = [step for step in self.steps if isinstance(step, Overlay)]
        if not overlays:
            return self.base
        canvas = copied(self.base)
        for overlay in overlays:
            lay_picture(canvas, overlay.picture, overlay.left, overlay.top)
        return canvas

    @cached_property
    def has_overlays(self) -> bool:
        """Whether static layers lie above slots."""
        return any(isinstance(step, Overlay) for step in self.steps)

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The pixels of ``base_with_overlays``, shape (height, width, channels)."""
        return pixels_of(self.base_with_overlays)

    @cached_property
    def row_ranges(self) -> tuple[tuple[int, int], ...]:
        """The rows in which values can appear: half-open ranges, ascending and apart."""
        ranges: list[tuple[int, int]] = []
        for box in sorted((slot.box for slot in self.slots if not slot.box.is_empty), key=lambda box: box.top):
            if ranges and box.top <= ranges[-1][1]:
                ranges[-1] = ranges[-1][0], max(ranges[-1][1], box.bottom)
            else:
                ranges.append((box.top, box.bottom))
        return tuple(ranges)


def compile_plate(
    design: Design,
    fonts: FontCatalogue,
    dpr: int = 1,
    glyphs: GlyphCache | None = None,
    remote: Callable[[str], Canvas | None] = lambda _: None,
) -> Plate:
    """Compile a design for ``dpr`` device pixels a CSS pixel.

    ``glyphs`` and ``remote``, the remote pictures by their digests, are shared by all plates of a process.

    Raises BadDesign if one of its pictures can't be read, or a layer's box is too small for what it shows.
    """
    pictures = _load_pictures(design, fonts)
    document = design.document
    # Only values of name fields may be shortened; each by the customs of its own locale, not of the text around it.
    names = {field.name: field.locale for field in document.fields if field.type is FieldType.NAME}
    context = PaintContext(
        fonts, _lasting(design, pictures, fonts), names, dpr, glyphs or GlyphCache(), document.by_name, remote,
        # As fine as its limits of pixels and time allow: a page is drawn once, in the time of a picture.
        min(FINE, document.max_dpr),
    )  # fmt: skip
    _refuse_problems(design, context)
    # Of the picture of a static layer only what it painted is kept.
    compiling = replace(context, pictures=pictures.__getitem__)
    base = _background(design, pictures, dpr)
    whole = Box(0, 0, base.width, base.height)
    steps: list[Slot | Overlay] = []
    # Static layers in a row, since the last slot: they become one picture.
    static: list[Painter] = []
    for pointer, layer in design.layers.items():
        if layer.hidden:
            continue
        # A layer with a placeholder is a slot, even if its text around it is static: it is fitted as one text. So is
        # one that mixes with what is below, if that can change.
        if layer.placeholders or (steps and layer.mixes):
            # What came before is below this slot: on the base, or else over the slots so far.
            steps += _flatten(static, base, is_lowest=not steps)
            static = []
            painter = painter_of(layer, context)
            fields = tuple(sorted(layer.placeholders))
            steps.append(Slot(painter, painter.extent.intersect(whole), fields, layer.id or pointer))
        else:
            static.append(painter_of(layer, compiling))
    steps += _flatten(static, base, is_lowest=not steps)
    return Plate(design, dpr, plate_digest(design, dpr), base, tuple(steps), context)


def _refuse_problems(design: Design, context: PaintContext) -> None:
    problems = [
        Problem(f"{pointer}/box", sentence)
        for pointer, layer in design.every_layer.items()
        for sentence in painter_of(layer, context).problems
    ]
    if problems:
        raise BadDesign(design.id, problems)


def _lasting(design: Design, pictures: Mapping[str, Picture], fonts: FontCatalogue) -> Callable[[str], Picture]:
    """Return what finds a picture once the plate is compiled: those of slots are kept, others are decoded again.

    Decoded, a picture takes up to 64 MB, and only the picture for expired URLs is asked for again.
    """
    choices = choices_of(design.document.by_name)
    slots = [layer for layer in design.layers.values() if layer.placeholders]
    kept = {name: pictures[name] for layer in slots for name in layer.files(choices)}
    return lambda name: kept[name] if name in kept else _open(name, design.assets[name], fonts)


def _flatten(layers: Sequence[Painter], base: Canvas, *, is_lowest: bool) -> tuple[Overlay, ...]:
    """Paint static layers: on the base as long as no slot is below them, else as the overlay that is returned."""
    if not layers:
        return ()
    if is_lowest:
        for painter in layers:
            painter.paint(base, {})
        return ()
    # Text on a transparent picture is drawn exactly where it is laid out, on an opaque one at quarters of a pixel
    # (raster.text): an overlay may differ by a shade at the edges of letters from the same layer on the base.
    picture = blank(base.width, base.height)
    for painter in layers:
        painter.paint(picture, {})
    box = inked_box(picture)
    return (Overlay(cut(picture, box), box.left, box.top),) if box else ()


def _background(design: Design, pictures: Mapping[str, Picture], dpr: int) -> Canvas:
    width, height = design.document.size.width * dpr, design.document.size.height * dpr
    background = design.background
    canvas = blank(width, height)
    if isinstance(background, PictureBackground):
        focus = (background.focus.x, background.focus.y)
        lay_picture(canvas, resized_to_fit(pictures[background.asset], width, height, background.fit, focus), 0, 0)
    else:
        cover(canvas, to_fill(background, {}))
    # Now, before any layer: whatever is laid on an opaque canvas leaves it opaque.
    return without_needless_alpha(canvas)


def _open(name: str, body: bytes, fonts: FontCatalogue) -> Picture:
    """Open a file of the design. Raises RenderFailed with a sentence that begins with its name."""
    if not is_svg(name):
        return load_picture(name, body)
    svg, problems = read_svg(body, fonts.families)
    if svg is None:
        raise RenderFailed(f"{name} {problems[0]}")
    files = sorted({str(face.path) for faces in fonts.families.values() for face in faces})
    picture = VectorPicture(
        name, svg.text, svg.width, svg.height, () if svg.families is None else tuple(files), fonts.fallback[0]
    )
    check_vector(picture, svg.embedded)
    return picture


def _load_pictures(design: Design, fonts: FontCatalogue) -> dict[str, Picture]:
    # All of them now, also those that only some values show: a request never waits for a file, and a broken one makes
    # a bad design at once, not a bad picture later.
    pictures = {}
    problems = []
    for name, body in design.pictures.items():
        try:
            pictures[name] = _open(name, body, fonts)
        except RenderFailed as error:
            places = (document.asset_places.get(name) for document in design.documents.values())
            problems.append(Problem(next(filter(None, places)), str(error)))
    if problems:
        raise BadDesign(design.id, problems)
    return pictures
