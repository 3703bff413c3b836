"""Encode only what values change, and splice it between the bytes that were precoded.

Items that touch a common band or tile are a group, and each group is encoded without looking at another one. So what
was made of a group once, a fragment, serves every recipient with the same values of its layers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imgurl.encoders import jpeg, png
from imgurl.encoders.palette import MAX_ERROR
from imgurl.geometry import Box
from imgurl.plate.drawing import Drawing, Fits, ItemCache, overlapping
from imgurl.plate.precoded import Precoded, PrecodedIndexedPng
from imgurl.plate.recent import RecentCache
from imgurl.raster.canvas import cut, packed_of

# The fragments of some hundred images of a campaign; what comes back soon is never the oldest.
FRAGMENT_CACHE_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class Fragment:
    """What is encoded for one group of items.

    ``pieces`` are bands of a PNG or segments of a JPEG; None if a palette lacks a colour that was drawn.
    """

    pieces: tuple[Any, ...] | None

    @property
    def size(self) -> int:
        """Bytes held, about."""
        chunks = (piece.chunk if isinstance(piece, png.Band) else piece[1] for piece in self.pieces or ())
        return 500 + sum(map(len, chunks))


class FragmentCache(RecentCache[Fragment]):
    """Fragments made before, by the values of their layers; ``items`` are those that were laid out before.

    A group whose values all come back is neither laid out, painted nor encoded again.
    """

    def __init__(self, max_bytes: int = FRAGMENT_CACHE_BYTES) -> None:
        super().__init__(max_bytes, lambda fragment: fragment.size)
        self.items = ItemCache()


def splice(precoded: Precoded, drawing: Drawing, cache: FragmentCache | None = None) -> tuple[bytes, Fits]:
    """Return the file for a drawing, and what fitting took for each text layer."""
    fragments = _fragments(precoded, drawing, cache)
    if isinstance(precoded, PrecodedIndexedPng):
        # A file has one colour type: one group with an emoji takes the whole picture to truecolour.
        if any(fragment.pieces is None for fragment in fragments):
            return splice(precoded.truecolor, drawing, cache)
        precoded = precoded.indexed
    return precoded.splice(_pieces(fragments)), drawing.fits


def _fragments(precoded: Precoded, drawing: Drawing, cache: FragmentCache | None) -> list[Fragment]:
    pieces = precoded.indexed if isinstance(precoded, PrecodedIndexedPng) else precoded
    aligned = {index: pieces.aligned(box) for index, box in drawing.boxes.items()}
    fragments = []
    # From top to bottom: so the fresh bands ascend, as PrecodedPng.splice needs them.
    for box, indexes in overlapping(aligned):
        make = partial(_fragment, precoded, drawing, box, indexes)
        # The type is part of the key, because a plate may be precoded in three ways, whose pieces can't be exchanged:
        # with a palette, in truecolour for colours that this palette lacks, and as JPEG. The type is enough: quickly
        # precoded, refined or restored, a PNG has the same filter and palette, so it makes the same pieces. What the
        # items touch, and so the box, follows from their values.
        values = tuple((index, drawing.values_of(index)) for index in indexes)
        key = drawing.plate.digest, type(precoded), values
        fragments.append(cache.get(key, make) if cache else make())
    return fragments


def _fragment(precoded: Precoded, drawing: Drawing, box: Box, indexes: Sequence[int]) -> Fragment:
    if isinstance(precoded, jpeg.PrecodedJpeg):
        return Fragment(precoded.encode(box, drawing.paint(box, indexes)))
    if isinstance(precoded, PrecodedIndexedPng):
        indexed = _indexed(precoded, drawing, box, indexes)
        return Fragment(None if indexed is None else (precoded.indexed.encode(box.top, indexed),))
    # Bands, unlike JPEG's tiles, are as wide as the picture: PNG compresses whole rows. Neighbouring bands that are
    # touched come as one, which is exchanged for all of them: fewer chunks, and fewer rows that can't look at the one
    # above.
    return Fragment((precoded.encode(box.top, drawing.rows(box, indexes)),))


def _indexed(
    precoded: PrecodedIndexedPng, drawing: Drawing, box: Box, items: Sequence[int]
) -> NDArray[np.uint8] | None:
    """Return the rows of a box as indexes; None if the palette lacks a colour that was drawn."""
    rows = precoded.indexes[box.top : box.bottom].copy()
    for patch in drawing.patches(items):
        # Only pixels that changed get a near entry. The others keep the exact one that was planned: where two areas
        # meet, a patch would else show as a box.
        colors, before = packed_of(patch.canvas), packed_of(cut(drawing.plate.base_with_overlays, patch.box))
        changed = np.flatnonzero(colors != before)
        # Looked up in a cube of colours, and judged by the worst pixel: one letter in a wrong colour would show.
        drawn = colors[changed]
        entries = precoded.palette.near(drawn)
        if precoded.palette.error(drawn, entries) > MAX_ERROR:
            return None
        part = patch.box.move(0, -box.top)
        indexes = rows[part.top : part.bottom, part.left : part.right].copy()
        indexes.reshape(-1)[changed] = entries
        rows[part.top : part.bottom, part.left : part.right] = indexes
    return rows.reshape(box.height, -1)


def _pieces(fragments: Iterable[Fragment]) -> list[Any]:
    return [piece for fragment in fragments for piece in fragment.pieces or ()]
