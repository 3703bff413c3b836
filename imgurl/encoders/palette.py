"""Palettes for flat pictures: planned once, and used only if nobody sees a difference.

A flat design has a few colours and, at the edges of letters and shapes, the steps between them. If 256 entries hold
all of these to within ``MAX_ERROR``, a pixel is one byte instead of three.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
#: Colours as one number each, see ``packed``.
Packed = NDArray[np.uint32]

# Levels of 255 that a channel may be off at any pixel. Two neighbouring areas that differ by less than this in one
# channel are hard to tell apart on a good screen; at the edge of a letter nobody sees it.
MAX_ERROR = 8

# Pictures with more colours than this are photographs: not worth trying.
MAX_COLORS = 8_192

PALETTE_SIZE = 256

# Colours of areas at most: a quarter of the palette is kept for edges.
MAX_AREAS = 192

CELL_BITS = 6

# Points of the colour cube whose nearest colours are looked for at once: their differences fit the cache of a core, and
# OpenBLAS starts no threads for so few, which spin while other processes have the cores.
POINTS_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Palette:
    """Up to 256 colours, shape (n, 3), and the nearest of them for each cell of the colour cube."""

    colors: Pixels
    nearest: Pixels

    def exact(self, pixels: Pixels) -> Pixels:
        """Return the entries for pixels of shape (…, 3): a colour that the palette has gets its own entry."""
        entries, colors = self._packed, packed(pixels)
        order = np.argsort(entries)
        places = order[np.searchsorted(entries, colors, sorter=order).clip(max=len(entries) - 1)]
        chosen: Pixels = np.where(entries[places] == colors, places, self.near(colors)).astype(np.uint8)
        return chosen

    def near(self, colors: Packed) -> Pixels:
        """Return a near entry for each packed colour: the one nearest to the middle of its cell."""
        # The upper CELL_BITS of each channel, red highest.
        entries: Pixels = self.nearest[colors << 10 & 0x3F000 | colors >> 4 & 0xFC0 | colors >> 18 & 0x3F]
        return entries

    def error(self, colors: Packed, entries: Pixels) -> int:
        """Return by how many levels the worst channel of the worst of some packed colours is off."""
        if not colors.size:
            return 0
        # All channels at once, in bytes: the fourth one is 0 on both sides.
        drawn, exact = (side.view(np.uint8) for side in (self._packed[entries], np.ascontiguousarray(colors)))
        return int((np.maximum(drawn, exact) - np.minimum(drawn, exact)).max())

    @cached_property
    def _packed(self) -> Packed:
        return packed(self.colors)

    @property
    def bytes(self) -> bytes:
        """The entries as a PLTE chunk holds them."""
        return self.colors.tobytes()


def plan_palette(base: Pixels, drawn: Pixels) -> Palette | None:
    """Return a palette for a picture and for what values draw on it, None where one would show.

    ``base`` has the shape (height, width, 3), ``drawn`` (n, 3): sample pixels of drawn values.
    """
    planned = plan_colors(base, drawn)
    if planned is None:
        return None
    colors, entries = planned
    palette = _with_cells(entries)
    # Judged by the coarser way: values are drawn with it.
    return palette if palette.error(packed(colors), palette.near(packed(colors))) <= MAX_ERROR else None


def plan_colors(base: Pixels, drawn: Pixels) -> tuple[Pixels, Pixels] | None:
    """Return the colours of a picture and of what is drawn on it, and up to 256 for them; None if there are too many.

    Areas keep their exact colours, for two neighbouring ones, as in a gradient, show where they meet; the steps at
    edges get a near one.
    """
    exact = distinct(base.reshape(-1, 3))
    if len(exact) > MAX_COLORS:
        return None
    colors = distinct(np.concatenate([exact, drawn]))
    areas = distinct(_inner_pixels(base))
    if len(colors) > MAX_COLORS or len(areas) > MAX_AREAS:
        return None
    return colors, colors if len(colors) <= PALETTE_SIZE else _spread(colors, areas)


def nearest_entries(colors: Pixels, pixels: Pixels) -> Pixels:
    """Return for each pixel of shape (…, 3) the entry of up to 256 colours, shape (n, 3), that is nearest to it.

    Measured for each distinct colour: without the cells of a ``Palette``, which take a second to find.
    """
    distinct, places = np.unique(packed(pixels), return_inverse=True)
    return _nearest(unpacked(distinct).astype(np.float32), colors)[places].reshape(pixels.shape[:-1])


def median_colors(pixels: Pixels, count: int) -> Pixels:
    """Return so many colours for pixels of shape (n, 3), by the median cut of Pillow."""
    image = Image.fromarray(pixels.reshape(1, -1, 3))
    palette = image.quantize(count, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
    return np.array(palette, np.uint8).reshape(-1, 3)


def dithered(colors: Pixels, pixels: Pixels) -> Pixels:
    """Return entries for pixels of shape (height, width, 3) whose errors are handed on to their neighbours."""
    palette = Image.new("P", (1, 1))
    palette.putpalette(colors.tobytes())
    image = Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    return np.array(image, np.uint8)


def distinct(pixels: Pixels) -> Pixels:
    """Return the colours of pixels of shape (n, 3), each once."""
    return unpacked(np.unique(packed(pixels)))


def packed(pixels: Pixels) -> Packed:
    """Return pixels of shape (…, 3) as one number each: red in the lowest byte, then green, then blue."""
    wide = pixels.astype(np.uint32)
    return np.asarray(wide[..., 0] | wide[..., 1] << 8 | wide[..., 2] << 16, np.uint32)


def unpacked(colors: Packed) -> Pixels:
    """Return packed colours as pixels of shape (…, 3)."""
    return np.stack([colors & 0xFF, colors >> 8 & 0xFF, colors >> 16 & 0xFF], axis=-1).astype(np.uint8)


def _inner_pixels(base: Pixels) -> Pixels:
    """Return the pixels that have the colour of their right and of their lower neighbour, shape (n, 3)."""
    colors = packed(base)
    here = colors[:-1, :-1]
    inner: Pixels = base[:-1, :-1][(here == colors[:-1, 1:]) & (here == colors[1:, :-1])]
    return inner


def _spread(colors: Pixels, areas: Pixels) -> Pixels:
    """Return 256 colours: the areas', then each time the colour that is furthest from all of them.

    Furthest-first traversal (Gonzalez 1985, https://doi.org/10.1016/0304-3975(85)90224-5), in the largest difference of
    a channel. Over the colours, not the pixels: a colour of few edges is as visible there as any.
    """
    wide = colors.astype(np.int16)
    chosen = list(areas) if len(areas) else [colors[0]]
    off = np.full(len(colors), np.iinfo(np.int16).max, np.int16)
    for color in chosen:
        off = np.minimum(off, np.abs(wide - color).max(axis=1))
    while len(chosen) < PALETTE_SIZE:
        furthest = int(off.argmax())
        chosen.append(colors[furthest])
        off = np.minimum(off, np.abs(wide - colors[furthest]).max(axis=1))
    return distinct(np.array(chosen))


def _with_cells(colors: Pixels) -> Palette:
    """Find the nearest colour for the middle of each cell; a cell that holds colours takes the one it holds."""
    side = 1 << CELL_BITS
    middle = (np.arange(side, dtype=np.float32) + 0.5) * (256 / side) - 0.5
    cube = np.stack(np.meshgrid(middle, middle, middle, indexing="ij"), axis=-1).reshape(-1, 3)
    nearest = _nearest(cube, colors)
    wide = colors.astype(np.uint32) >> 8 - CELL_BITS
    nearest[wide[:, 0] << 2 * CELL_BITS | wide[:, 1] << CELL_BITS | wide[:, 2]] = np.arange(len(colors))
    return Palette(colors, nearest)


def _nearest(points: NDArray[np.float32], colors: Pixels) -> Pixels:
    """Return for each point of the colour cube, shape (n, 3), the entry of up to 256 colours that is nearest to it."""
    entries = colors.astype(np.float32)
    # |a - b|² without |a|², which is the same for all entries, as one product: its fourth column is |b|². Whole numbers
    # below 2²⁴, so exact.
    factors = np.concatenate([-2 * entries.T, (entries**2).sum(axis=1)[np.newaxis]])
    wide = np.concatenate([points, np.ones((len(points), 1), np.float32)], axis=1)
    parts = np.array_split(wide, len(wide) // POINTS_AT_ONCE + 1)
    return np.concatenate([(part @ factors).argmin(axis=1) for part in parts]).astype(np.uint8)
