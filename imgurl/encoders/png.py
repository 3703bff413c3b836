"""PNG spliced between bytes that were compressed ahead.

The rows are cut into bands. Each band is filtered and compressed by itself, ended by a full flush, in its own IDAT
chunk, and its first row looks at no other: so a band can be exchanged without touching the others. Bands that no
value can change are compressed once with the best effort. Bands that a value can change are kept too, as they are
without values, and are compressed again only if pixels differ.

Source: https://www.w3.org/TR/png-3/ (filters 9, zlib 10), RFC 1950, RFC 1951.
"""

import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imgurl.encoders.deflate import (
    STREAM_END,
    STREAM_HEAD,
    Deflate,
    Piece,
    adler32,
    adler32_combine,
    adler32_without,
    crc32,
    deflate_best,
    deflate_fast,
    deflate_flat,
    deflate_well,
    piece,
)
from imgurl.geometry import Box

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# Rows of a band in which values appear: small ones cost a little size (each starts without history), large ones time.
BAND_ROWS = 8

# Rows of a band that no value changes: an IDAT of some hundred kilobytes.
STATIC_BAND_ROWS = 256

Pixels = NDArray[np.uint8]


class ColorType(IntEnum):
    """What a pixel is (PNG 11.2.1)."""

    TRUECOLOR = 2
    INDEXED = 3
    TRUECOLOR_ALPHA = 6


#: How rows with values are compressed: what a picture takes longer to draw for it has to come back in bytes, and photos
#: have none to spare.
FRESH: Mapping[ColorType, Deflate] = {
    ColorType.TRUECOLOR: deflate_fast,
    ColorType.INDEXED: deflate_flat,
    ColorType.TRUECOLOR_ALPHA: deflate_fast,
}

CHANNELS = {ColorType.TRUECOLOR: 3, ColorType.INDEXED: 1, ColorType.TRUECOLOR_ALPHA: 4}


class Filter(IntEnum):
    """Filter types (PNG 9.2)."""

    NONE = 0
    SUB = 1
    UP = 2
    AVERAGE = 3
    PAETH = 4


@dataclass(frozen=True, slots=True)
class Band:
    """Rows ``top`` to ``bottom`` as they are without values: a whole IDAT chunk, and what its Adler-32 needs."""

    top: int
    bottom: int
    chunk: bytes
    length: int
    adler: int


# Not slotted: what splicing needs of the bands is computed once.
@dataclass(frozen=True)
class PrecodedPng:
    """A PNG ready to be spliced."""

    width: int
    height: int
    color_type: ColorType
    head: bytes
    bands: tuple[Band, ...]
    #: Filter of the rows of a fresh band, except its first row.
    row_filter: Filter

    @property
    def size(self) -> int:
        """Bytes held."""
        return sum(len(band.chunk) for band in self.bands)

    def encode(self, top: int, pixels: Pixels, deflate: Deflate | None = None) -> Band:
        """Compress rows. They begin and end where bands do; ``pixels`` has the shape (rows, width × channels)."""
        rows = filtered(pixels, CHANNELS[self.color_type], self.row_filter)
        compressed = piece(_memory(rows), deflate or FRESH[self.color_type])
        return _band(top, top + len(pixels), compressed)

    def splice(self, fresh: Iterable[Band]) -> bytes:
        """Return the file with some bands exchanged for fresh ones, which come in ascending order."""
        chunks, adlers, starts = self._precoded
        parts = [self.head]
        adler, done = 1, 0
        for band in (*fresh, None):
            # Bands between two fresh ones at once: so a file with hundreds of bands takes no longer.
            upto = starts[band.top] if band else len(chunks)
            if upto > done:
                parts += chunks[done:upto]
                (before, first), (after, end) = adlers[done], adlers[upto]
                adler = adler32_combine(adler, adler32_without(after, before, end - first), end - first)
            if band:
                parts.append(band.chunk)
                adler = adler32_combine(adler, band.adler, band.length)
                done = starts[band.bottom]
        parts += [_chunk(b"IDAT", STREAM_END + struct.pack(">I", adler)), END]
        return b"".join(parts)

    @cached_property
    def _precoded(self) -> tuple[list[bytes], list[tuple[int, int]], dict[int, int]]:
        """The chunks of all bands; Adler-32 and bytes before each band and at the end; bands by their first row."""
        adlers = [(1, 0)]
        for band in self.bands:
            adler, length = adlers[-1]
            adlers.append((adler32_combine(adler, band.adler, band.length), length + band.length))
        starts = {band.top: number for number, band in enumerate(self.bands)} | {self.height: len(self.bands)}
        return [band.chunk for band in self.bands], adlers, starts

    def refined(self, pixels: Pixels) -> "PrecodedPng":
        """Return the same picture compressed with the best effort; ``pixels`` are those it was precoded from.

        Takes some hundred times as long as ``precode``, and a hero becomes a tenth smaller.
        """
        channels = CHANNELS[self.color_type]
        edges = ((band.top, band.bottom) for band in self.bands)
        bands = tuple(_band(top, bottom, _best_piece(pixels[top:bottom], channels)) for top, bottom in edges)
        return replace(self, bands=bands)

    def aligned(self, box: Box) -> Box:
        """Return the box of the whole bands that a box of the picture touches: as wide as the picture."""
        first = bisect_right(self.bands, box.top, key=_top) - 1
        last = bisect_left(self.bands, box.bottom, key=_top) - 1
        return Box(0, self.bands[first].top, self.width, self.bands[last].bottom)


def precode(
    pixels: Pixels,
    color_type: ColorType,
    dynamic: Iterable[tuple[int, int]],
    sample: Pixels,
    palette: bytes = b"",
) -> PrecodedPng:
    """Compress a picture ahead: quickly, ``refined`` makes it small.

    ``pixels`` has the shape (height, width × channels). ``dynamic`` are half-open ranges of rows in which values can
    appear, ascending and apart. ``sample`` is the picture with values, by which the filter of such rows is chosen.
    ``palette`` holds RGB triples, for indexed pictures.
    """
    height = len(pixels)
    channels = CHANNELS[color_type]
    width = pixels.shape[1] // channels
    ranges = tuple(dynamic)
    header = struct.pack(">IIBBBBB", width, height, 8, color_type, 0, 0, 0)
    head = SIGNATURE + _chunk(b"IHDR", header)
    if palette:
        head += _chunk(b"PLTE", palette)
    head += _chunk(b"IDAT", STREAM_HEAD)
    row_filter = quickest_filter(_rows_in(sample, ranges), color_type)
    bands = tuple(
        _band(top, bottom, piece(_memory(filtered(pixels[top:bottom], channels, row_filter))))
        for top, bottom in band_edges(height, ranges)
    )
    return PrecodedPng(width, height, color_type, head, bands, row_filter)


def restore(data: bytes, dynamic: Iterable[tuple[int, int]], sample: Pixels, color_type: ColorType) -> PrecodedPng:
    """Return the precoded PNG whose file without values is ``data``: what ``precode`` made, without its effort.

    ``dynamic`` and ``sample`` as for ``precode``. Raises ValueError if the file is another one.
    """
    ranges = tuple(dynamic)
    channels = CHANNELS[color_type]
    height, stride = sample.shape
    edges = band_edges(height, ranges)
    chunks = list(_chunks(data))
    kinds = [kind for kind, _ in chunks]
    first = kinds.index(b"IDAT")
    if len(chunks) != first + len(edges) + 3 or chunks[first][1] != STREAM_HEAD:
        raise ValueError("the file has other bands")
    bands = []
    for (top, bottom), (_, packed) in zip(edges, chunks[first + 1 : -2], strict=True):
        plain = zlib.decompressobj(-15).decompress(packed)
        if len(plain) != (bottom - top) * (stride + 1):
            raise ValueError("a band has another length")
        bands.append(_band(top, bottom, Piece(packed, len(plain), adler32(plain))))
    head = SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks[: first + 1])
    row_filter = quickest_filter(_rows_in(sample, ranges), color_type)
    return PrecodedPng(stride // channels, height, color_type, head, tuple(bands), row_filter)


def band_edges(height: int, dynamic: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the bands of a picture: small ones where values appear, large ones elsewhere."""
    edges = []
    row = 0
    for top, bottom in (*dynamic, (height, height)):
        edges += [(start, min(start + STATIC_BAND_ROWS, top)) for start in range(row, top, STATIC_BAND_ROWS)]
        edges += [(start, min(start + BAND_ROWS, bottom)) for start in range(top, bottom, BAND_ROWS)]
        row = bottom
    return edges


def filtered(pixels: Pixels, channels: int, row_filter: Filter) -> Pixels:
    """Return rows with their filter bytes, shape (rows, 1 + width × channels).

    The first row looks at its left neighbours only, whatever stands above; ``row_filter`` is none, sub or up.
    """
    rows, stride = pixels.shape
    out = np.empty((rows, stride + 1), np.uint8)
    out[:, 0] = row_filter
    if row_filter is Filter.NONE:
        out[:, 1:] = pixels
        return out
    out[0, 0] = Filter.SUB
    last = rows if row_filter is Filter.SUB else 1
    out[:last, 1 : 1 + channels] = pixels[:last, :channels]
    np.subtract(pixels[:last, channels:], pixels[:last, :-channels], out=out[:last, 1 + channels :])
    if row_filter is Filter.UP:
        np.subtract(pixels[1:], pixels[:-1], out=out[1:, 1:])
    return out


def quickest_filter(pixels: Pixels, color_type: ColorType) -> Filter:
    """Return which of the quick filters makes rows smallest, by the deflate that fresh rows will meet."""
    channels, deflate = CHANNELS[color_type], FRESH[color_type]
    candidates = (Filter.UP, Filter.SUB, Filter.NONE)
    return min(candidates, key=lambda choice: len(deflate(_memory(filtered(pixels, channels, choice)))))


def best_filtered(pixels: Pixels, channels: int) -> Pixels:
    """Return rows filtered one by one by the filter that leaves the smallest sum of absolute differences.

    The heuristic of PNG 12.7. The first row looks at its left neighbours only.
    """
    rows, stride = pixels.shape
    left = np.zeros_like(pixels)
    left[:, channels:] = pixels[:, :-channels]
    above = np.zeros_like(pixels)
    above[1:] = pixels[:-1]
    corner = np.zeros_like(pixels)
    corner[1:] = left[:-1]
    options = np.empty((5, rows, stride), np.uint8)
    options[Filter.NONE] = pixels
    options[Filter.SUB] = pixels - left
    options[Filter.UP] = pixels - above
    options[Filter.AVERAGE] = pixels - ((left.astype(np.uint16) + above) >> 1).astype(np.uint8)
    options[Filter.PAETH] = pixels - _paeth(left, above, corner)
    costs = np.abs(options.view(np.int8).astype(np.int16)).sum(axis=2, dtype=np.int64)
    costs[Filter.UP :, 0] = np.iinfo(np.int64).max
    chosen = costs.argmin(axis=0)
    out = np.empty((rows, stride + 1), np.uint8)
    out[:, 0] = chosen
    out[:, 1:] = options[chosen, np.arange(rows)]
    return out


def _paeth(left: Pixels, above: Pixels, corner: Pixels) -> Pixels:
    a, b, c = left.astype(np.int16), above.astype(np.int16), corner.astype(np.int16)
    near_a, near_b, near_c = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    is_a = (near_a <= near_b) & (near_a <= near_c)
    return np.where(is_a, left, np.where(near_b <= near_c, above, corner))


def _top(band: Band) -> int:
    return band.top


def _band(top: int, bottom: int, rows: Piece) -> Band:
    return Band(top, bottom, _chunk(b"IDAT", rows.compressed), rows.length, rows.adler)


def _best_piece(rows: Pixels, channels: int) -> Piece:
    is_small = len(rows) <= BAND_ROWS
    # Flat pictures are often smallest unfiltered: the sum of differences misjudges them.
    ways = [best_filtered(rows, channels)]
    if channels == 1 or is_small:
        ways.append(filtered(rows, channels, Filter.NONE))
    deflate = deflate_well if is_small else deflate_best
    return min((piece(_memory(way), deflate) for way in ways), key=_size)


def _memory(rows: Pixels) -> memoryview:
    return rows.reshape(-1).data


def _rows_in(pixels: Pixels, ranges: Sequence[tuple[int, int]]) -> Pixels:
    return np.concatenate([pixels[top:bottom] for top, bottom in ranges]) if ranges else pixels[:BAND_ROWS]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(SIGNATURE)
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        yield data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        position += length + 12


def _size(rows: Piece) -> int:
    return len(rows.compressed)


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk (PNG 5.3)."""
    checksum = crc32(data, zlib.crc32(kind))
    return b"%b%b%b%b" % (struct.pack(">I", len(data)), kind, data, struct.pack(">I", checksum))


END = _chunk(b"IEND", b"")
