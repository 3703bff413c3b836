"""What is encoded ahead of a plate: once for each format that can be spliced, before any value is known.

A PNG may be precoded with a palette besides truecolour, if that makes it smaller. This is decided once a plate, with
the sample values; a picture that turns out to need other colours is encoded in truecolour.
"""

import contextlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from imgurl.design.document import remote_among
from imgurl.encoders import jpeg, png
from imgurl.encoders.encodings import Splicing, encoding_of
from imgurl.encoders.palette import MAX_COLORS, Palette, distinct, plan_palette
from imgurl.merge.kinds import FieldType
from imgurl.plate.compile import Plate
from imgurl.plate.drawing import Drawing, Patch
from imgurl.raster.canvas import has_alpha, has_more_colors

# Steps of a ramp from the ground to an ink; a step of a black text on white is then as wide as MAX_ERROR twice.
RAMP_STEPS = 17


@dataclass(frozen=True, eq=False)
class PrecodedIndexedPng:
    """A flat picture with a palette; ``truecolor`` is for values whose colours the palette lacks, such as emoji."""

    palette: Palette
    #: Shape (height, width, 1).
    indexes: NDArray[np.uint8]
    indexed: png.PrecodedPng
    truecolor: png.PrecodedPng

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.indexed.size + self.truecolor.size + self.indexes.size


Precoded = png.PrecodedPng | jpeg.PrecodedJpeg | PrecodedIndexedPng


def precode(plate: Plate, ext: str) -> Precoded | None:
    """Encode ahead for a format, quickly; None for formats that are encoded whole."""
    encoding = encoding_of(ext)
    match encoding.splicing:
        case None:
            return None
        case Splicing.BANDS:
            # The samples decide by which filter fresh rows are made, and whether a palette pays: a plate alone has none
            # of the letters that every picture will have.
            patches = _sample_patches(plate)
            rows, sample = _as_rows(plate.pixels), _as_rows(_with_patches(plate.pixels, patches))
            return _with_palette(plate, patches, png.precode(rows, _color_type(plate), plate.row_ranges, sample))
        case Splicing.TILES:
            base = plate.base_with_overlays
            # A plate with transparent pixels is laid over white as a whole, after its values.
            return None if has_alpha(base) and not encoding.has_alpha else jpeg.precode(base, plate.jpeg)
        case _:
            assert_never(encoding.splicing)


def restore(plate: Plate, stored: bytes) -> Precoded | None:
    """Return the precoded PNG whose ``file_without_values`` was kept; None if that is another file."""
    # The file keeps the compressed bands, which take the time; filter and palette are chosen again, from the same
    # samples and so alike.
    patches = _sample_patches(plate)
    sample = _as_rows(_with_patches(plate.pixels, patches))
    with contextlib.suppress(ValueError, zlib.error):
        return _with_palette(plate, patches, png.restore(stored, plate.row_ranges, sample, _color_type(plate)))
    return None


def refined(precoded: Precoded, plate: Plate) -> Precoded:
    """Compress again with the best effort; draws nothing, so that it may run alongside drawing."""
    match precoded:
        case png.PrecodedPng():
            return precoded.refined(_as_rows(plate.pixels))
        case PrecodedIndexedPng():
            return replace(
                precoded,
                indexed=precoded.indexed.refined(_as_rows(precoded.indexes)),
                truecolor=precoded.truecolor.refined(_as_rows(plate.pixels)),
            )
        case jpeg.PrecodedJpeg():
            # Baseline with fixed tables: there is no better effort whose tiles could still be exchanged.
            return precoded
        case _:
            assert_never(precoded)


def file_without_values(precoded: Precoded) -> bytes | None:
    """Return the file that ``restore`` reads back; None if precoding costs next to nothing."""
    if isinstance(precoded, PrecodedIndexedPng):
        # Its palette and indexes are planned again when it is restored: they take no compressing.
        precoded = precoded.truecolor
    return precoded.splice(()) if isinstance(precoded, png.PrecodedPng) else None


def _sample_patches(plate: Plate) -> tuple[Patch, ...]:
    samples = {field.name: field.sample for field in plate.design.document.fields}
    return Drawing(plate, samples).patches()


def _color_type(plate: Plate) -> png.ColorType:
    return png.ColorType.TRUECOLOR_ALPHA if has_alpha(plate.base) else png.ColorType.TRUECOLOR


def _with_palette(
    plate: Plate, patches: Sequence[Patch], truecolor: png.PrecodedPng
) -> PrecodedIndexedPng | png.PrecodedPng:
    """Return it with a palette, if one holds the design with its sample values so well that no eye sees it."""
    fields = plate.design.document.fields
    if (
        has_alpha(plate.base)
        or remote_among(plate.design.every_layer)
        or any(one.type is FieldType.COLOR for one in fields)
    ):
        return truecolor  # a colour that a value or a remote picture brings is drawn as it is, and can't be planned
    if has_more_colors(plate.base_with_overlays, MAX_COLORS):
        return truecolor  # as planning would say, but before anything is sorted: most designs have a photo
    drawn = [patch.pixels.reshape(-1, 3) for patch in patches]
    # One pixel of the plate, because nothing can't be concatenated: a plate may have neither patches nor ramps.
    palette = plan_palette(plate.pixels, np.concatenate([plate.pixels[0, :1], *drawn, *_ramps(plate)]))
    if palette is None:
        return truecolor
    indexes = palette.exact(plate.pixels)
    sample = palette.exact(_with_patches(plate.pixels, patches))
    indexed = png.precode(indexes, png.ColorType.INDEXED, plate.row_ranges, sample, palette.bytes)
    # Compared, not assumed: filters that make gradients small do nothing for indexes.
    weights = (_weight(indexed, plate, sample), _weight(truecolor, plate, _with_patches(plate.pixels, patches)))
    if weights[0] >= weights[1]:
        return truecolor
    return PrecodedIndexedPng(palette, indexes[:, :, np.newaxis], indexed, truecolor)


def _weight(precoded: png.PrecodedPng, plate: Plate, sample: NDArray[np.uint8]) -> int:
    """Return the bytes of a picture with values."""
    fresh = (precoded.encode(top, _as_rows(sample[top:bottom])) for top, bottom in plate.row_ranges)
    return len(precoded.splice(fresh))


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
    # An antialiased edge mixes the ink with what is below it, in any share. Values to come have edges that the samples
    # lack, so the palette is planned for all of them.
    steps = np.linspace(0.0, 1.0, RAMP_STEPS)[:, np.newaxis, np.newaxis]
    ramps = []
    for slot in plate.slots:
        below = plate.pixels[slot.box.top : slot.box.bottom, slot.box.left : slot.box.right].reshape(-1, 3)
        # Colours below, not pixels: a slot over a flat ground has one.
        below = distinct(below)
        ramps += [below + (np.array(ink.rgb) - below) * steps for ink in slot.painter.inks]
    return [ramp.round().astype(np.uint8).reshape(-1, 3) for ramp in ramps]
