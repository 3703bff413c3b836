"""Paint only the rows in which values appear, and splice them between the bytes that were compressed ahead."""

import contextlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imgurl.encoders import jpeg, png
from imgurl.encoders.palette import MAX_ERROR, Palette, plan_palette
from imgurl.geometry import Box
from imgurl.merge.fields import FieldType
from imgurl.plate.compile import Overlay, Plate
from imgurl.plate.paint import paint_layer
from imgurl.raster.canvas import Canvas, changed_box, lay_picture, pixels_of, rgb_of


@dataclass(frozen=True, eq=False)
class IndexedTemplate:
    """A flat picture with a palette; ``truecolor`` is for values whose colours the palette lacks, such as emoji."""

    palette: Palette
    indexes: NDArray[np.uint8]
    indexed: png.PngTemplate
    truecolor: png.PngTemplate

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.indexed.size + self.truecolor.size + self.indexes.size


Template = png.PngTemplate | jpeg.JpegTemplate | IndexedTemplate


@dataclass(frozen=True, slots=True)
class Strip:
    """Painted rows of a plate: ``canvas`` shows them from ``top`` on; ``changed`` are boxes of the plate's pixels."""

    top: int
    canvas: Canvas
    changed: tuple[Box, ...]

    @property
    def box(self) -> Box:
        """The rows in the plate's pixels."""
        return Box(0, self.top, self.canvas.width, self.top + self.canvas.height)


def paint_strips(plate: Plate, texts: Mapping[str, str]) -> tuple[tuple[Strip, ...], tuple[tuple[str, str], ...]]:
    """Paint the slots on copies of their rows; return these and what fitting took for each text layer."""
    strips = []
    fits: dict[int, tuple[str, str]] = {}
    for top, bottom in plate.row_ranges:
        rows = Box(0, top, plate.width, bottom)
        before = plate.base.crop(rows.corners)
        canvas = before.copy()
        boxes = []
        for index, step in enumerate(plate.steps):
            if isinstance(step, Overlay):
                lay_picture(canvas, step.picture, step.left, step.top - top)
            elif not step.box.intersect(rows).is_empty:
                note = paint_layer(canvas, step.layer, texts, plate.palette, top)
                if note:
                    fits[index] = (step.layer.id or f"step {index + 1}", note)
                boxes.append(step.box)
        strips.append(Strip(top, canvas, _changed(before, canvas, top, boxes)))
    return tuple(strips), tuple(fits[index] for index in sorted(fits))


def _changed(before: Canvas, after: Canvas, top: int, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return the parts of the boxes whose pixels are not those of the base any more."""
    found = (changed_box(before, after, box.move(0, -top)) for box in boxes)
    return tuple(box.move(0, top) for box in found if box is not None)


def plan_template(plate: Plate, ext: str, stored: bytes | None = None) -> Template | None:
    """Return what is encoded ahead for a format; None for formats that are encoded whole.

    ``stored`` is the finished file without values, where it was kept: then a PNG need not be compressed again.
    """
    base = plate.base_with_overlays
    if ext == "png":
        kind = png.ColorType.TRUECOLOR if base.mode == "RGB" else png.ColorType.TRUECOLOR_ALPHA
        truecolor = _plan_png(pixels_of(base), kind, plate, stored)
        return _with_palette(plate, truecolor) if base.mode == "RGB" else truecolor
    # JPEG knows no transparency: a plate that has some is laid over white as a whole.
    if ext == "jpg" and base.mode == "RGB":
        return jpeg.plan(base, plate.jpeg)
    return None


def _plan_png(pixels: NDArray[np.uint8], kind: png.ColorType, plate: Plate, stored: bytes | None) -> png.PngTemplate:
    if stored is not None:
        with contextlib.suppress(ValueError, zlib.error):
            return png.restore(stored, plate.row_ranges, pixels, kind)
    return png.plan(pixels, kind, plate.row_ranges)


def _with_palette(plate: Plate, truecolor: png.PngTemplate) -> IndexedTemplate | png.PngTemplate:
    """Return an indexed template where a palette holds the design, with its sample values, and no eye sees it."""
    if any(field.type is FieldType.COLOR for field in plate.design.document.fields):
        return truecolor  # a colour that a value chooses is drawn as it is, and can't be planned
    base = rgb_of(plate.base_with_overlays)
    samples = {field.name: field.sample for field in plate.design.document.fields}
    strips, _ = paint_strips(plate, samples)
    drawn = [rgb_of(strip.canvas).reshape(-1, 3) for strip in strips]
    palette = plan_palette(base.reshape(-1, 3), np.concatenate([base[:1, :1].reshape(-1, 3), *drawn]))
    if palette is None:
        return truecolor
    indexes = palette.exact(base)
    indexed = png.plan(indexes, png.ColorType.INDEXED, plate.row_ranges, palette.bytes)
    return IndexedTemplate(palette, indexes, indexed, truecolor) if indexed.size < truecolor.size else truecolor


def file_without_values(template: Template) -> bytes | None:
    """Return the file from which ``plan_template`` restores a template; None where planning costs next to nothing."""
    if isinstance(template, IndexedTemplate):
        template = template.truecolor
    return template.splice(()) if isinstance(template, png.PngTemplate) else None


def splice(template: Template, plate: Plate, strips: Sequence[Strip]) -> bytes:
    """Return the file with what changed put in place."""
    if isinstance(template, png.PngTemplate):
        return splice_png(template, strips)
    if isinstance(template, IndexedTemplate):
        return _splice_indexed(template, strips) or splice_png(template.truecolor, strips)
    return splice_jpeg(template, plate, strips)


def _splice_indexed(template: IndexedTemplate, strips: Sequence[Strip]) -> bytes | None:
    """Return the indexed PNG, None where the palette lacks a colour that was drawn."""
    fresh = []
    for strip in strips:
        rows = template.indexes[strip.box.top : strip.box.bottom].copy()
        for box in strip.changed:
            seen = box.move(0, -strip.top)
            pixels = rgb_of(strip.canvas.crop(seen.corners))
            inside = (slice(seen.top, seen.bottom), slice(seen.left, seen.right))
            found = template.palette.near(pixels, rows[inside])
            if template.palette.error(pixels, found) > MAX_ERROR:
                return None
            rows[inside] = found
        runs = _bands_to_make(template.indexed, strip)
        fresh += [(top, rows[top - strip.top : bottom - strip.top]) for top, bottom in runs]
    return template.indexed.splice(fresh)


def splice_png(template: png.PngTemplate, strips: Sequence[Strip]) -> bytes:
    """Return the PNG with the bands exchanged in which pixels changed."""
    fresh = []
    for strip in strips:
        pixels = None
        for top, bottom in _bands_to_make(template, strip):
            pixels = pixels_of(strip.canvas) if pixels is None else pixels
            fresh.append((top, pixels[top - strip.top : bottom - strip.top]))
    return template.splice(fresh)


def _bands_to_make(template: png.PngTemplate, strip: Strip) -> list[tuple[int, int]]:
    """Return the rows to compress anew, neighbouring bands as one."""
    runs: list[tuple[int, int]] = []
    for band in template.bands:
        if not any(box.top < band.bottom and band.top < box.bottom for box in strip.changed):
            continue
        if runs and runs[-1][1] == band.top:
            runs[-1] = (runs[-1][0], band.bottom)
        else:
            runs.append((band.top, band.bottom))
    return runs


def splice_jpeg(template: jpeg.JpegTemplate, plate: Plate, strips: Sequence[Strip]) -> bytes:
    """Return the JPEG with the tiles exchanged in which pixels changed."""
    tiles: list[jpeg.Tile] = []
    pixels = []
    for first, last, members in _tile_rows(template, strips):
        wanted = sorted({tile for strip in members for box in strip.changed for tile in template.tiles_in(box)})
        if wanted:
            tiles += wanted
            pixels.append(template.tiles_of(_whole_rows(template, plate, (first, last), members), first, wanted))
    return template.splice(tiles, np.concatenate(pixels) if pixels else jpeg.NO_TILES)


def _tile_rows(template: jpeg.JpegTemplate, strips: Sequence[Strip]) -> list[tuple[int, int, list[Strip]]]:
    """Return the rows of tiles, half open, that strips lie in; strips that share a row of tiles stand together."""
    height = template.tile_height
    found: list[tuple[int, int, list[Strip]]] = []
    for strip in strips:
        first, last = strip.box.top // height, -(-strip.box.bottom // height)
        if found and first < found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]), [*found[-1][2], strip])
        else:
            found.append((first, last, [strip]))
    return found


def _whole_rows(template: jpeg.JpegTemplate, plate: Plate, rows: tuple[int, int], strips: Sequence[Strip]) -> Canvas:
    """Return rows of tiles: the base's pixels with the strips put in, padded to whole tiles."""
    top, bottom = (row * template.tile_height for row in rows)
    canvas = plate.base_with_overlays.crop((0, top, plate.width, min(bottom, plate.height)))
    for strip in strips:
        canvas.paste(strip.canvas, (0, strip.top - top))
    return jpeg.padded(canvas, template.padded_width, bottom - top)
