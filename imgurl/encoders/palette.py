"""Palettes for flat pictures: planned once, and kept to only where nobody sees a difference.

A flat design has a few colours and, at the edges of letters and shapes, the steps between them. Where 256 entries
hold all of these to within ``MAX_ERROR``, a pixel is one byte instead of three.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

# Levels of 255 that a channel may be off at any pixel. Two neighbouring areas that differ by less than this in one
# channel are hard to tell apart on a good screen; at the edge of a letter nobody sees it.
MAX_ERROR = 8

# Pictures with more colours than this are photographs: not worth trying.
MAX_COLORS = 8_192

PALETTE_SIZE = 256
CELL_BITS = 6


@dataclass(frozen=True, eq=False)
class Palette:
    """Up to 256 colours, shape (n, 3), and the nearest of them for each cell of the colour cube."""

    colors: Pixels
    nearest: Pixels

    def exact(self, pixels: Pixels) -> Pixels:
        """Return the entries for pixels of shape (…, 3): a colour that the palette has gets its own entry."""
        entries, wanted = _packed(self.colors), _packed(pixels)
        places = np.searchsorted(entries, wanted).clip(max=len(entries) - 1)
        found: Pixels = np.where(entries[places] == wanted, places, self._near(pixels)).astype(np.uint8)
        return found

    def near(self, pixels: Pixels, before: Pixels) -> Pixels:
        """Return the entries for pixels drawn over a picture whose entries were ``before``.

        Ten times as fast as ``exact``: a pixel that has not changed keeps its entry, so that areas stay what they
        are; the steps at the edges of letters get one that is near.
        """
        same = (self.colors[before] == pixels).all(axis=-1)
        found: Pixels = np.where(same, before, self._near(pixels))
        return found

    def _near(self, pixels: Pixels) -> Pixels:
        shift = 8 - CELL_BITS
        red, green, blue = (pixels[..., channel].astype(np.uint32) >> shift for channel in range(3))
        found: Pixels = self.nearest[red << 2 * CELL_BITS | green << CELL_BITS | blue]
        return found

    def error(self, pixels: Pixels, indexes: Pixels) -> int:
        """Return by how many levels the worst channel of the worst pixel is off."""
        if not pixels.size:
            return 0
        off = self.colors[indexes].astype(np.int16) - pixels
        return int(np.abs(off).max())

    @property
    def bytes(self) -> bytes:
        """The entries as a PLTE chunk holds them."""
        return self.colors.tobytes()


def plan_palette(base: Pixels, drawn: Pixels) -> Palette | None:
    """Return a palette for a picture and for what values draw on it, None where one would show.

    ``base`` and ``drawn`` have the shape (n, 3): all pixels of the picture, and sample pixels of drawn values. Colours
    of the base keep their exact values where there is room.
    """
    exact, counts = _unique(base)
    if len(exact) > MAX_COLORS:
        return None
    extra, _ = _unique(drawn)
    wanted = np.unique(np.concatenate([exact, extra]), axis=0)
    if len(wanted) > MAX_COLORS:
        return None
    palette = _with_cells(wanted if len(wanted) <= PALETTE_SIZE else _reduced(wanted, exact, counts))
    # Judged by the coarser way: values are drawn with it.
    return palette if palette.error(wanted, palette._near(wanted)) <= MAX_ERROR else None


def _unique(pixels: Pixels) -> tuple[Pixels, NDArray[np.int64]]:
    packed, counts = np.unique(_packed(pixels), return_counts=True)
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1).astype(np.uint8), counts


def _packed(pixels: Pixels) -> NDArray[np.uint32]:
    wide = pixels.astype(np.uint32)
    return np.asarray(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2], np.uint32)


def _reduced(wanted: Pixels, exact: Pixels, counts: NDArray[np.int64]) -> Pixels:
    """Return 256 colours: the sixteen areas of the base as they are, the rest by median cut over the distinct colours.

    Over the colours, not the pixels: a colour that stands at few edges is as visible there as any.
    """
    areas = exact[np.argsort(-counts, kind="stable")[:16]]
    strip = Image.fromarray(wanted[None, :, :])
    cut = strip.quantize(PALETTE_SIZE - len(areas), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    entries = np.asarray(cut.getpalette(), np.uint8).reshape(-1, 3)[: PALETTE_SIZE - len(areas)]
    return np.unique(np.concatenate([areas, entries]), axis=0)


def _with_cells(colors: Pixels) -> Palette:
    """Find the nearest colour for the middle of each cell; a cell that holds colours takes the one it holds."""
    side = 1 << CELL_BITS
    middle = (np.arange(side, dtype=np.float32) + 0.5) * (256 / side) - 0.5
    cube = np.stack(np.meshgrid(middle, middle, middle, indexing="ij"), axis=-1).reshape(-1, 3)
    entries = colors.astype(np.float32)
    # |a - b|² without |a|², which is the same for all entries.
    nearest = np.concatenate(
        [(-2 * part @ entries.T + (entries**2).sum(axis=1)).argmin(axis=1) for part in np.array_split(cube, 16)]
    ).astype(np.uint8)
    shift = 8 - CELL_BITS
    wide = colors.astype(np.uint32) >> shift
    nearest[wide[:, 0] << 2 * CELL_BITS | wide[:, 1] << CELL_BITS | wide[:, 2]] = np.arange(len(colors))
    return Palette(colors, nearest)
