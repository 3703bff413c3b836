"""Encode only the zones that values change, and splice them between the bytes that were precoded.

There is one fragment for each zone of the plate; one made before, for the same values of the zone's fields, is used
again.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from imgurl.encoders import jpeg, png
from imgurl.encoders.palette import MAX_ERROR
from imgurl.geometry import Box
from imgurl.plate.compile import Plate, Zone
from imgurl.plate.drawing import Drawing, Fits, Patch, layer_names
from imgurl.plate.precoded import Precoded, PrecodedIndexedPng
from imgurl.raster.canvas import cut, packed_of

# The fragments of some hundred images of a campaign; what comes back soon is never the oldest.
FRAGMENT_CACHE_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class Fragment:
    """What is encoded for one zone and one set of values; ``fits`` is what it took to fit the zone's texts.

    ``pieces`` are bands of a PNG or segments of a JPEG, only those that patches touch; None if a palette lacks a colour
    that was drawn.
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
        self._fragments: LRUCache[Hashable, Fragment] = LRUCache(max_bytes, getsizeof=lambda fragment: fragment.size)

    def get(self, key: Hashable, make: Callable[[], Fragment]) -> Fragment:
        """Return the fragment of this key; if there is none, make and keep it."""
        fragment = self._fragments.get(key)
        if fragment is None:
            fragment = make()
            # LRUCache raises for an entry larger than itself.
            if fragment.size <= self._fragments.maxsize:
                self._fragments[key] = fragment
        return fragment


def splice(precoded: Precoded, drawing: Drawing, cache: FragmentCache | None = None) -> tuple[bytes, Fits]:
    """Return the file for a drawing, and what fitting took for each text layer."""
    fragments = _fragments(precoded, drawing, cache)
    if isinstance(precoded, PrecodedIndexedPng):
        # A file has one colour type: one zone with an emoji takes the whole picture to truecolour.
        if any(fragment.pieces is None for fragment in fragments):
            return splice(precoded.truecolor, drawing, cache)
        precoded = precoded.indexed
    return precoded.splice(_pieces(fragments)), _all_fits(drawing.plate, fragments)


def _fragments(precoded: Precoded, drawing: Drawing, cache: FragmentCache | None) -> list[Fragment]:
    plate = drawing.plate
    # In their order, which is that of the rows: so the fresh bands ascend, as PrecodedPng.splice needs them.
    zones = plate.jpeg_zones if isinstance(precoded, jpeg.PrecodedJpeg) else plate.zones
    fragments = []
    for number, zone in enumerate(zones):
        make = partial(_fragment, precoded, drawing, zone)
        # The type is part of the key, because a plate may be precoded in three ways, whose pieces can't be exchanged:
        # with a palette, in truecolour for colours that this palette lacks, and as JPEG, which has other zones. The
        # type is enough: quickly precoded, refined or restored, a PNG has the same filter and palette, so it makes the
        # same pieces.
        key = plate.digest, type(precoded), number, drawing.texts_of(zone)
        fragments.append(cache.get(key, make) if cache else make())
    return fragments


def _fragment(precoded: Precoded, drawing: Drawing, zone: Zone) -> Fragment:
    patches, fits = drawing.patches(zone.regions)
    if isinstance(precoded, PrecodedIndexedPng):
        return Fragment(_indexed_bands(precoded, drawing.plate, patches), fits)
    painted = [(patch.box, patch.pixels) for patch in patches]
    if isinstance(precoded, jpeg.PrecodedJpeg):
        return Fragment(precoded.encode(painted), fits)
    return Fragment(_bands(precoded, drawing.plate.pixels, painted), fits)


def _indexed_bands(precoded: PrecodedIndexedPng, plate: Plate, patches: Sequence[Patch]) -> tuple[png.Band, ...] | None:
    """Return the fresh bands; None if the palette lacks a colour that was drawn."""
    painted = []
    for patch in patches:
        box = patch.box
        # Only pixels that changed get a near entry. The others keep the exact one that was planned: where two areas
        # meet, a patch would else show as a box.
        colors, before = packed_of(patch.canvas), packed_of(cut(plate.base_with_overlays, box))
        changed = np.flatnonzero(colors != before)
        # Looked up in a cube of colours, and judged by the worst pixel: one letter in a wrong colour would show.
        drawn = colors[changed]
        entries = precoded.palette.near(drawn)
        if precoded.palette.error(drawn, entries) > MAX_ERROR:
            return None
        indexes = precoded.indexes[box.top : box.bottom, box.left : box.right].copy()
        indexes.reshape(-1)[changed] = entries
        painted.append((box, indexes))
    return _bands(precoded.indexed, precoded.indexes, painted)


def _bands(
    precoded: png.PrecodedPng, pixels: NDArray[np.uint8], patches: Sequence[tuple[Box, NDArray[np.uint8]]]
) -> tuple[png.Band, ...]:
    """Encode the bands that patches touch: rows of the picture without values, with the patches put in.

    Bands, unlike JPEG's tiles, are as wide as the picture: PNG compresses whole rows.
    """
    # Neighbouring bands that are touched come as one, which is exchanged for all of them: fewer chunks, and fewer rows
    # that can't look at the one above.
    fresh = []
    for top, bottom in precoded.bands_of(box for box, _ in patches):
        rows = pixels[top:bottom].copy()
        for box, painted in patches:
            first, last = max(box.top, top), min(box.bottom, bottom)
            if first < last:
                rows[first - top : last - top, box.left : box.right] = painted[first - box.top : last - box.top]
        fresh.append(precoded.encode(top, rows.reshape(bottom - top, -1)))
    return tuple(fresh)


def _pieces(fragments: Iterable[Fragment]) -> list[Any]:
    return [piece for fragment in fragments for piece in fragment.pieces or ()]


def _all_fits(plate: Plate, fragments: Iterable[Fragment]) -> Fits:
    """Return what fitting took in all fragments, in the order of the layers: zones are ordered by their rows."""
    # Slots of two zones can be in any order of the document; a picture painted as a whole has that of the document.
    order = [name for name, _ in layer_names(plate)]
    return tuple(sorted((fit for fragment in fragments for fit in fragment.fits), key=lambda fit: order.index(fit[0])))
