"""Paint only the rows in which values appear, and splice them between the bytes that were compressed ahead."""

import contextlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imgurl.encoders import jpeg, png
from imgurl.geometry import Box
from imgurl.plate.compile import Overlay, Plate
from imgurl.plate.paint import paint_layer
from imgurl.raster.canvas import Canvas, changed_box, lay_picture, pixels_of

Template = png.PngTemplate | jpeg.JpegTemplate


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
        if stored is not None:
            with contextlib.suppress(ValueError, zlib.error):
                return png.restore(stored, plate.row_ranges, pixels_of(base), kind)
        return png.plan(pixels_of(base), kind, plate.row_ranges)
    # JPEG knows no transparency: a plate that has some is laid over white as a whole.
    if ext == "jpg" and base.mode == "RGB":
        settings = plate.design.document.jpeg
        return jpeg.plan(base, jpeg.JpegSettings(settings.quality, settings.subsampling))
    return None


def splice(template: Template, plate: Plate, strips: Sequence[Strip]) -> bytes:
    """Return the file with what changed put in place."""
    if isinstance(template, png.PngTemplate):
        return splice_png(template, strips)
    return splice_jpeg(template, plate, strips)


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
    tiles: dict[jpeg.Tile, Canvas] = {}
    for strip in strips:
        for box in strip.changed:
            for tile in template.tiles_in(box):
                if tile not in tiles:
                    tiles[tile] = _tile(template, plate, strips, tile)
    return template.splice(tiles)


def _tile(template: jpeg.JpegTemplate, plate: Plate, strips: Sequence[Strip], tile: jpeg.Tile) -> Canvas:
    """Return the pixels of a tile: painted rows, and the base's above and below them."""
    column, row = tile
    left, top = column * template.tile_width, row * template.tile_height
    box = Box(left, top, min(left + template.tile_width, plate.width), min(top + template.tile_height, plate.height))
    inside = next(
        (strip for strip in strips if strip.top <= top and box.bottom <= strip.top + strip.canvas.height), None
    )
    if inside is not None:
        pixels = inside.canvas.crop(box.move(0, -inside.top).corners)
    else:
        pixels = plate.base_with_overlays.crop(box.corners)
        for strip in strips:
            seen = box.intersect(Box(0, strip.top, plate.width, strip.top + strip.canvas.height))
            if not seen.is_empty:
                part = strip.canvas.crop(seen.move(0, -strip.top).corners)
                pixels.paste(part, (seen.left - left, seen.top - top))
    return jpeg.padded(pixels, template.tile_width, template.tile_height)
