"""Paint only the pixels that values change, and splice them between the bytes that were compressed ahead."""

import contextlib
import zlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from imgurl.encoders import jpeg, png
from imgurl.encoders.palette import MAX_ERROR, Palette, plan_palette
from imgurl.geometry import Box
from imgurl.merge.kinds import FieldType
from imgurl.plate.compile import Overlay, Plate, Slot, Zone
from imgurl.plate.paint import DisplayItem, display_item, inks
from imgurl.raster.canvas import Canvas, lay_picture, packed_of, pixels_of
from imgurl.text.fit import Fitting

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

#: Names of text layers, each with what it took to fit its text.
Fits = tuple[tuple[str, Fitting], ...]

# The fragments of some hundred images of a campaign; what comes back soon is never the oldest.
FRAGMENT_CACHE_BYTES = 32_000_000


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


@dataclass(frozen=True, slots=True)
class Fragment:
    """What is encoded anew for one zone; ``fits`` says for its text layers what it took to fit.

    ``pieces`` are bands of a PNG or segments of a JPEG; None where a palette lacks a colour that was drawn.
    """

    pieces: tuple[Any, ...] | None
    fits: Fits

    @property
    def size(self) -> int:
        """Bytes held, about."""
        chunks = (piece.chunk if isinstance(piece, png.Band) else piece[1] for piece in self.pieces or ())
        return 500 + sum(map(len, chunks))


class FragmentCache:
    """Fragments made before, bounded in bytes, least recently used out first. Used by one thread.

    Each name of a list is new, but not each city, offer or date: a zone that shows only such a value is neither
    painted nor encoded again.
    """

    def __init__(self, max_bytes: int = FRAGMENT_CACHE_BYTES) -> None:
        self._held: LRUCache[Hashable, Fragment] = LRUCache(max_bytes, getsizeof=lambda fragment: fragment.size)

    def get(self, key: Hashable, make: Callable[[], Fragment]) -> Fragment:
        """Return the fragment of this key; make and keep it where it is not there."""
        found = self._held.get(key)
        if found is None:
            found = make()
            if found.size <= self._held.maxsize:
                self._held[key] = found
        return found


def paint_patches(plate: Plate, texts: Mapping[str, str], regions: Sequence[Box]) -> tuple[tuple[Patch, ...], Fits]:
    """Paint what values change in some regions of the plate on copies of that much of the base.

    Returns the patches, and what fitting took for each text layer.
    """
    items = {}
    for index, step in enumerate(plate.steps):
        if isinstance(step, Slot) and any(not step.box.intersect(region).is_empty for region in regions):
            item = display_item(step.layer, texts, plate.palette)
            if item is not None:
                items[index] = item
    patches = tuple(patch for region in regions if (patch := _paint_region(plate, region, items)) is not None)
    return patches, _fits(plate, items)


def paint_whole(plate: Plate, texts: Mapping[str, str]) -> tuple[Canvas, Fits]:
    """Paint the slots on a copy of the whole base; return the picture, and what fitting took for each text layer."""
    canvas = plate.base.copy()
    items = {}
    for index, step in enumerate(plate.steps):
        if isinstance(step, Overlay):
            lay_picture(canvas, step.picture, step.left, step.top)
            continue
        item = None if step.box.is_empty else display_item(step.layer, texts, plate.palette)
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


def _fits(plate: Plate, items: Mapping[int, DisplayItem]) -> Fits:
    named = ((name, items[index].fitting) for name, index in _layer_names(plate) if index in items)
    return tuple((name, fitting) for name, fitting in named if fitting is not None)


def _layer_names(plate: Plate) -> list[tuple[str, int]]:
    """Return what each slot's layer is called, and the number of its step."""
    slots = ((index, step) for index, step in enumerate(plate.steps) if isinstance(step, Slot))
    return [(slot.layer.id or f"step {index + 1}", index) for index, slot in slots]


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
    return paint_patches(plate, {field.name: field.sample for field in plate.design.document.fields}, plate.regions)[0]


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
    weights = (_weight(indexed, plate, sample), _weight(truecolor, plate, _with_patches(plate.pixels, patches)))
    if weights[0] >= weights[1]:
        return truecolor
    return IndexedTemplate(palette, indexes[:, :, np.newaxis], indexed, truecolor)


def _weight(template: png.PngTemplate, plate: Plate, sample: NDArray[np.uint8]) -> int:
    """Return the bytes of a picture with values."""
    return len(template.splice(template.make(top, _as_rows(sample[top:bottom])) for top, bottom in plate.row_ranges))


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


def splice(
    template: Template, plate: Plate, texts: Mapping[str, str], held: FragmentCache | None = None
) -> tuple[bytes, Fits]:
    """Return the file for some values, and what fitting took for each text layer."""
    made = _fragments(template, plate, texts, held)
    if isinstance(template, IndexedTemplate):
        if any(fragment.pieces is None for fragment in made):
            return splice(template.truecolor, plate, texts, held)
        template = template.indexed
    return template.splice(_pieces(made)), _all_fits(plate, made)


def _fragments(
    template: Template, plate: Plate, texts: Mapping[str, str], held: FragmentCache | None
) -> list[Fragment]:
    zones = plate.jpeg_zones if isinstance(template, jpeg.JpegTemplate) else plate.zones
    made = []
    for number, zone in enumerate(zones):
        make = partial(_fragment, template, plate, texts, zone)
        values = tuple(texts.get(field, "") for field in zone.fields)
        made.append(held.get((plate.digest, type(template), number, values), make) if held else make())
    return made


def _fragment(template: Template, plate: Plate, texts: Mapping[str, str], zone: Zone) -> Fragment:
    patches, fits = paint_patches(plate, texts, zone.regions)
    if isinstance(template, IndexedTemplate):
        return Fragment(_indexed_bands(template, plate, patches), fits)
    painted = [(patch.box, patch.pixels) for patch in patches]
    if isinstance(template, jpeg.JpegTemplate):
        return Fragment(template.make(painted), fits)
    return Fragment(_bands(template, plate.pixels, painted), fits)


def _indexed_bands(template: IndexedTemplate, plate: Plate, patches: Sequence[Patch]) -> tuple[png.Band, ...] | None:
    """Return the fresh bands, None where the palette lacks a colour that was drawn."""
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
    return _bands(template.indexed, template.indexes, found)


def _bands(
    template: png.PngTemplate, pixels: NDArray[np.uint8], patches: Sequence[tuple[Box, NDArray[np.uint8]]]
) -> tuple[png.Band, ...]:
    """Make the bands anew that patches touch: rows of the picture with the patches put in."""
    fresh = []
    for top, bottom in template.bands_of(box for box, _ in patches):
        rows = pixels[top:bottom].copy()
        for box, painted in patches:
            first, last = max(box.top, top), min(box.bottom, bottom)
            if first < last:
                rows[first - top : last - top, box.left : box.right] = painted[first - box.top : last - box.top]
        fresh.append(template.make(top, rows.reshape(bottom - top, -1)))
    return tuple(fresh)


def _pieces(made: Iterable[Fragment]) -> list[Any]:
    return [piece for fragment in made for piece in fragment.pieces or ()]


def _all_fits(plate: Plate, made: Iterable[Fragment]) -> Fits:
    """Return the notes of all fragments in the order of the layers."""
    order = [name for name, _ in _layer_names(plate)]
    return tuple(sorted((fit for fragment in made for fit in fragment.fits), key=lambda fit: order.index(fit[0])))
