"""The press: from a picture to the bytes of its image, with everything that can be prepared ahead."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

from cachetools import LRUCache

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey, render_key
from imgurl.design.library import Design, Library
from imgurl.encoders.encodings import encoding_of
from imgurl.encoders.png import PrecodedPng
from imgurl.errors import BadDesign, RenderFailed
from imgurl.pipeline.picture import Picture, PictureKind
from imgurl.plate.compile import Plate
from imgurl.plate.plates import Plates
from imgurl.plate.precoded import Precoded, file_without_values, precode, refined, restore
from imgurl.plate.render import Rendered, begin, render, render_expired
from imgurl.plate.splice import FragmentCache
from imgurl.text.fonts import FontCatalogue
from imgurl.text.itemize import missing_clusters

# Files encoded ahead, in bytes.
MAX_PRECODED_BYTES = 64_000_000


class Press:
    """Draws pictures. Mutable state: the plates, the fragments, and what is precoded under a lock.

    With a ``background``, a PNG is first compressed ahead quickly, and there once more with the best effort: no picture
    waits for that. Without it, the best effort is made at once. ``disk`` keeps what was compressed ahead for the next
    start. One thread draws at a time.
    """

    def __init__(self, fonts: FontCatalogue, disk: DiskCache | None = None, background: Executor | None = None) -> None:
        self._fonts = fonts
        self._disk = disk
        self._background = background
        self._plates = Plates(fonts)
        self._lock = threading.Lock()
        self._fragments = FragmentCache()
        self._precoded: LRUCache[RenderKey, Precoded] = LRUCache(MAX_PRECODED_BYTES, getsizeof=lambda one: one.size)

    def can_draw(self, design: Design) -> Callable[[str], bool]:
        """Return what says whether a text can be drawn: better a greeting than a box for a missing glyph."""
        stack = self._fonts.stack(min(design.document.families, default=self._fonts.fallback[0]))
        return lambda text: not missing_clusters(text, stack)

    def begin(self, picture: Picture) -> Rendered | Callable[[], Rendered]:
        """Draw a picture; where its format takes much longer to encode than to draw, return what encodes it.

        That may run in another thread, while the next picture is drawn. Both raise RenderFailed.
        """
        with _as_render_failed(picture):
            plate = self.plate(picture.design, picture.dpr)
            if picture.kind is PictureKind.EXPIRED and (expired := render_expired(plate, picture.ext)) is not None:
                return expired
            # The mark of a test picture crosses the whole of it: nothing that was encoded ahead can be used.
            precoded = None if picture.is_test else self.precoded(plate, picture.ext)
            if precoded is not None:
                return render(plate, picture.texts, picture.ext, precoded, self._fragments)
            return partial(_finish, picture, begin(plate, picture.texts, picture.ext, is_test=picture.is_test))

    def plate(self, design: Design, dpr: int = 1) -> Plate:
        """Return the compiled plate of a design; compiles it on first use. Raises BadDesign."""
        return self._plates.of(design, dpr)

    def compile_changed(self, library: Library, before: Library) -> Library:
        """Compile the designs that have changed, ahead of the first request for them.

        One whose pictures can't be read is broken, as one with mistakes is: its last good version stays.
        """
        designs, broken = dict(library.designs), dict(library.broken)
        for design in library.designs.values():
            last_good = before.designs.get(design.id)
            if last_good is not None and last_good.version == design.version:
                continue
            try:
                self.plate(design)
            except BadDesign as error:
                broken[design.id] = error
                if last_good is None:
                    del designs[design.id]
                else:
                    designs[design.id] = last_good
        return replace(library, designs=designs, broken=broken)

    def precoded(self, plate: Plate, ext: str) -> Precoded | None:
        """Return what is encoded ahead of a plate; made on first use, and kept on disk for the next start."""
        key = render_key(plate.digest, {}, ext, kind="template")
        with self._lock:
            precoded = self._precoded.get(key)
        if precoded is not None:
            return precoded
        stored = self._disk.get(key) if self._disk and encoding_of(ext).is_restorable else None
        restored = restore(plate, stored) if stored else None
        if isinstance(restored, PrecodedPng):
            return self._remember(key, restored)
        planned = restored or precode(plate, ext)
        if planned is None:
            return None
        if self._background is None:
            return self._refine(key, planned, plate)
        self._background.submit(self._refine, key, planned, plate)
        return self._remember(key, planned)

    def _refine(self, key: RenderKey, precoded: Precoded, plate: Plate) -> Precoded:
        """Compress what is precoded with the best effort, and keep it in memory and on disk."""
        best = refined(precoded, plate)
        worth_keeping = file_without_values(best)
        if self._disk and worth_keeping is not None:
            self._disk.put(key, worth_keeping)
        return self._remember(key, best)

    def _remember(self, key: RenderKey, precoded: Precoded) -> Precoded:
        with self._lock:
            if precoded.size <= self._precoded.maxsize:
                self._precoded[key] = precoded
        return precoded


def _finish(picture: Picture, encode: Callable[[], Rendered]) -> Rendered:
    with _as_render_failed(picture):
        return encode()


@contextlib.contextmanager
def _as_render_failed(picture: Picture) -> Iterator[None]:
    """Turn what drawing and encoding can raise into RenderFailed."""
    try:
        yield
    except (ValueError, ArithmeticError, OSError, MemoryError) as error:
        raise RenderFailed(f"design '{picture.design.id}' could not be drawn: {error}") from error
