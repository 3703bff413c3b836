"""Paint only the pixels that values change, and splice them between the bytes that were compressed ahead."""

import contextlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imgurl.encoders import jpeg, png
from imgurl.encoders.palette import MAX_ERROR, Palette, plan_palette
from imgurl.geometry import Box
from imgurl.merge.fields import FieldType
from imgurl.plate.compile import Overlay, Plate, Slot
from imgurl.plate.paint import DisplayItem, display_item, inks
from imgurl.raster.canvas import Canvas, lay_picture, packed_of, pixels_of

# Steps of a ramp from the ground to an ink; a step of a black text on white is then as wide as MAX_ERROR twice.
RAMP_STEPS = 17


@dataclass(frozen=True, eq=False)
class IndexedTemplate:
    """A flat picture with a palette; ``truecolor`` is for values whose colours the palette lacks, such as emoji."""

    palette: Palette
    #: Shape (height, width, 1).
    indexes: NDArray[np.uint8]
    indexed: png.PngTemplate
    truecolor: png.PngTemplate

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.indexed.size + self.truecolor.size + self.indexes.size


Template = png.PngTemplate | jpeg.JpegTemplate | IndexedTemplate


@dataclass(frozen=True, slots=True)
class Patch:
    """Painted pixels of a plate: ``canvas`` shows them from ``left``, ``top`` on. Beyond patches nothing changed."""

    left: int
    top: int
    canvas: Canvas

    @property
    def box(self) -> Box:
        """Where it lies in the plate."""
        return Box(self.left, self.top, self.left + self.canvas.width, self.top + self.canvas.height)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """Its pixels, shape (height, width, channels)."""
        return pixels_of(self.canvas)


def paint_patches(plate: Plate, texts: Mapping[str, str]) -> tuple[tuple[Patch, ...], tuple[tuple[str, str], ...]]:
    """Paint what values change on copies of that much of the base.

    Returns the patches, and what fitting took for each text layer.
    """
    items = {
        index: item
        for index, step in enumerate(plate.steps)
        if isinstance(step, Slot) and (item := display_item(step.layer, texts, plate.palette)) is not None
    }
    patches = tuple(patch for region in plate.regions if (patch := _paint_region(plate, region, items)) is not None)
    return patches, _fits(plate, items)


def paint_whole(plate: Plate, texts: Mapping[str, str]) -> tuple[Canvas, tuple[tuple[str, str], ...]]:
    """Paint the slots on a copy of the whole base; return the picture, and what fitting took for each text layer."""
    canvas = plate.base.copy()
    items = {}
    for index, step in enumerate(plate.steps):
        if isinstance(step, Overlay):
            lay_picture(canvas, step.picture, step.left, step.top)
            continue
        item = display_item(step.layer, texts, plate.palette)
        if item is not None:
            items[index] = item
            item.draw(canvas, 0, 0)
    return canvas, _fits(plate, items)


def _paint_region(plate: Plate, region: Box, items: Mapping[int, DisplayItem]) -> Patch | None:
    touched = Box(0, 0, 0, 0)
    for item in items.values():
        touched = touched.union(item.box.intersect(region))
    if touched.is_empty:
        return None
    canvas = plate.base.crop(touched.corners)
    for index, step in enumerate(plate.steps):
        if isinstance(step, Overlay):
            lay_picture(canvas, step.picture, step.left - touched.left, step.top - touched.top)
        elif index in items and not items[index].box.intersect(touched).is_empty:
            items[index].draw(canvas, touched.left, touched.top)
    return Patch(touched.left, touched.top, canvas)


def _fits(plate: Plate, items: Mapping[int, DisplayItem]) -> tuple[tuple[str, str], ...]:
    layers = {index: step.layer for index, step in enumerate(plate.steps) if isinstance(step, Slot)}
    named = ((layers[index].id or f"step {index + 1}", item.fitting) for index, item in items.items())
    return tuple((name, fitting) for name, fitting in named if fitting)


def plan_template(plate: Plate, ext: str) -> Template | None:
    """Encode ahead for a format, quickly; None for formats that are encoded whole."""
    base = plate.base_with_overlays
    if ext == "png":
        patches = _sample_patches(plate)
        rows, sample = _as_rows(plate.pixels), _as_rows(_with_patches(plate.pixels, patches))
        return _with_palette(plate, patches, png.plan(rows, _color_type(plate), plate.row_ranges, sample))
    # JPEG knows no transparency: a plate that has some is laid over white as a whole.
    if ext == "jpg" and base.mode == "RGB":
        return jpeg.plan(base, plate.jpeg)
    return None


def restore_template(plate: Plate, stored: bytes) -> Template | None:
    """Return the PNG template whose ``file_without_values`` was kept; None where that is another file."""
    patches = _sample_patches(plate)
    sample = _as_rows(_with_patches(plate.pixels, patches))
    with contextlib.suppress(ValueError, zlib.error):
        return _with_palette(plate, patches, png.restore(stored, plate.row_ranges, sample, _color_type(plate)))
    return None


def _sample_patches(plate: Plate) -> tuple[Patch, ...]:
    return paint_patches(plate, {field.name: field.sample for field in plate.design.document.fields})[0]


def _color_type(plate: Plate) -> png.ColorType:
    return png.ColorType.TRUECOLOR if plate.base.mode == "RGB" else png.ColorType.TRUECOLOR_ALPHA


def _with_palette(
    plate: Plate, patches: Sequence[Patch], truecolor: png.PngTemplate
) -> IndexedTemplate | png.PngTemplate:
    """Return an indexed template where a palette holds the design, with its sample values, and no eye sees it."""
    if plate.base.mode != "RGB" or any(field.type is FieldType.COLOR for field in plate.design.document.fields):
        return truecolor  # a colour that a value chooses is drawn as it is, and can't be planned
    drawn = [patch.pixels.reshape(-1, 3) for patch in patches]
    palette = plan_palette(plate.pixels, np.concatenate([plate.pixels[0, :1], *drawn, *_ramps(plate)]))
    if palette is None:
        return truecolor
    indexes = palette.exact(plate.pixels)
    sample = palette.exact(_with_patches(plate.pixels, patches))
    indexed = png.plan(indexes, png.ColorType.INDEXED, plate.row_ranges, sample, palette.bytes)
    if indexed.size >= truecolor.size:
        return truecolor
    return IndexedTemplate(palette, indexes[:, :, np.newaxis], indexed, truecolor)


def _with_patches(pixels: NDArray[np.uint8], patches: Sequence[Patch]) -> NDArray[np.uint8]:
    whole = pixels.copy()
    for patch in patches:
        box = patch.box
        whole[box.top : box.bottom, box.left : box.right] = patch.pixels
    return whole


def _as_rows(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pixels of shape (height, width, channels) as rows of bytes."""
    return pixels.reshape(len(pixels), -1)


def _ramps(plate: Plate) -> list[NDArray[np.uint8]]:
    """Return the steps from the colours below each text slot to its inks: edges are these, whatever is written."""
    steps = np.linspace(0.0, 1.0, RAMP_STEPS)[:, np.newaxis, np.newaxis]
    ramps = []
    for slot in plate.slots:
        below = plate.pixels[slot.box.top : slot.box.bottom, slot.box.left : slot.box.right].reshape(-1, 3)
        below = np.unique(below, axis=0)
        ramps += [below + (np.array(ink.rgb) - below) * steps for ink in inks(slot.layer)]
    return [ramp.round().astype(np.uint8).reshape(-1, 3) for ramp in ramps]


def refined(template: Template, plate: Plate) -> Template:
    """Return a template compressed with the best effort; draws nothing, so that it may run beside drawing."""
    if isinstance(template, png.PngTemplate):
        return template.refined(_as_rows(plate.pixels))
    if isinstance(template, IndexedTemplate):
        return replace(
            template,
            indexed=template.indexed.refined(_as_rows(template.indexes)),
            truecolor=template.truecolor.refined(_as_rows(plate.pixels)),
        )
    return template


def file_without_values(template: Template) -> bytes | None:
    """Return the file from which ``restore_template`` makes a template; None where planning costs next to nothing."""
    if isinstance(template, IndexedTemplate):
        template = template.truecolor
    return template.splice(()) if isinstance(template, png.PngTemplate) else None


def splice(template: Template, plate: Plate, patches: Sequence[Patch]) -> bytes:
    """Return the file with the patches put in."""
    if isinstance(template, png.PngTemplate):
        return splice_png(template, plate.pixels, patches)
    if isinstance(template, IndexedTemplate):
        return _splice_indexed(template, plate, patches) or splice_png(template.truecolor, plate.pixels, patches)
    return template.splice((patch.box, patch.pixels) for patch in patches)


def splice_png(template: png.PngTemplate, pixels: NDArray[np.uint8], patches: Sequence[Patch]) -> bytes:
    """Return the PNG of ``pixels`` with the bands made anew that the patches touch."""
    return template.splice(_fresh_rows(template, pixels, [(patch.box, patch.pixels) for patch in patches]))


def _splice_indexed(template: IndexedTemplate, plate: Plate, patches: Sequence[Patch]) -> bytes | None:
    """Return the indexed PNG, None where the palette lacks a colour that was drawn."""
    found = []
    for patch in patches:
        box = patch.box
        colors, before = packed_of(patch.canvas), packed_of(plate.base_with_overlays.crop(box.corners))
        changed = np.flatnonzero(colors != before)
        drawn = colors[changed]
        entries = template.palette.near(drawn)
        if template.palette.error(drawn, entries) > MAX_ERROR:
            return None
        indexes = template.indexes[box.top : box.bottom, box.left : box.right].copy()
        indexes.reshape(-1)[changed] = entries
        found.append((box, indexes))
    return template.indexed.splice(_fresh_rows(template.indexed, template.indexes, found))


def _fresh_rows(
    template: png.PngTemplate, pixels: NDArray[np.uint8], patches: Sequence[tuple[Box, NDArray[np.uint8]]]
) -> list[tuple[int, NDArray[np.uint8]]]:
    """Return the rows of the bands that patches touch, with the patches put in."""
    fresh = []
    for top, bottom in template.bands_of(box for box, _ in patches):
        rows = pixels[top:bottom].copy()
        for box, painted in patches:
            first, last = max(box.top, top), min(box.bottom, bottom)
            if first < last:
                rows[first - top : last - top, box.left : box.right] = painted[first - box.top : last - box.top]
        fresh.append((top, rows.reshape(bottom - top, -1)))
    return fresh
