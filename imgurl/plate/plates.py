"""The plates of a process: each is compiled once; a design that failed to compile is not tried again for a while."""

import threading

from cachetools import LRUCache, TTLCache

from imgurl.design.digest import plate_digest
from imgurl.design.library import Design
from imgurl.errors import BadDesign
from imgurl.plate.compile import Plate, compile_plate
from imgurl.plate.remote import RemotePictures
from imgurl.raster.glyphs import GlyphCache

# Plates kept compiled, in bytes of their pixels: about forty designs of 1200 × 630.
MAX_PLATE_BYTES = 256_000_000

# A design that could not be compiled is not tried again for so many seconds, whatever the values of a request.
FAILED_SECONDS = 5.0
MAX_FAILED = 256


class Plates:
    """Compiled designs. May be used from any thread. Mutable state: plates and failures under one lock, and glyphs.

    ``remote`` are the remote pictures that they draw.
    """

    def __init__(self, remote: RemotePictures | None = None) -> None:
        self._remote = remote or RemotePictures()
        self._glyphs = GlyphCache()
        self._lock = threading.Lock()
        self._plates: LRUCache[str, Plate] = LRUCache(MAX_PLATE_BYTES, getsizeof=_bytes_of)
        self._failed: TTLCache[str, BadDesign] = TTLCache(MAX_FAILED, FAILED_SECONDS)

    def of(self, design: Design, dpr: int) -> Plate:
        """Return the plate of a design; compiles it on first use. Raises BadDesign."""
        digest = plate_digest(design, dpr)
        with self._lock:
            plate, failure = self._plates.get(digest), self._failed.get(digest)
        if failure is not None:
            # Not the error itself: each raise adds to the traceback that an exception carries.
            raise BadDesign(failure.design, failure.problems)
        if plate is not None:
            return plate
        # Not under the lock, since compiling can take long. Two threads may compile the same plate: they make equal
        # ones, and the last is kept.
        try:
            plate = compile_plate(design, design.fonts, dpr, self._glyphs, self._remote.get)
        except BadDesign as error:
            with self._lock:
                self._failed[digest] = error
            raise
        with self._lock:
            # LRUCache raises for an entry larger than itself.
            if _bytes_of(plate) <= self._plates.maxsize:
                self._plates[digest] = plate
        return plate


def _bytes_of(plate: Plate) -> int:
    # Pillow's four bytes a pixel for the base and each overlay, and the three or four of the array of pixels.
    return 4 * plate.width * plate.height * (2 + len(plate.steps) - len(plate.slots))
