"""The press: from a picture to the bytes of its image, with everything that can be prepared ahead."""

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import Executor

from cachetools import LRUCache

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey, render_key
from imgurl.design.library import Design
from imgurl.encoders.encodings import encoding_of
from imgurl.encoders.png import PrecodedPng
from imgurl.errors import RenderFailed
from imgurl.formats import ImageFormat
from imgurl.pipeline.clocks import MOVING
from imgurl.pipeline.picture import Picture, PictureKind
from imgurl.plate.compile import Plate
from imgurl.plate.film import FilmCache
from imgurl.plate.page import Page, compile_page, render_expired_page, render_page
from imgurl.plate.plates import Plates
from imgurl.plate.precoded import Precoded, PrecodedIndexedPng, file_without_values, precode, refined, restore
from imgurl.plate.remote import RemotePictures
from imgurl.plate.render import Rendered, render, render_expired, render_film, render_whole
from imgurl.plate.splice import FragmentCache
from imgurl.text.fonts import FontCatalogue

# Files encoded ahead, in bytes.
MAX_PRECODED_BYTES = 64_000_000

# Designs compiled for PDF, in bytes: the pictures of about forty.
MAX_PAGE_BYTES = 64_000_000


class Press:
    """Draws pictures.

    Mutable state: the plates, the fragments, remote pictures; what is precoded, and pages, under a lock.

    With a ``background``, a PNG is first compressed ahead quickly, and there once more with the best effort: no picture
    waits for that. Without it, the best effort is made at once; or, if ``is_quick``, only where ``refine`` asks for it.
    ``disk`` keeps what was compressed ahead for the next start. One thread draws at a time.
    """

    def __init__(
        self,
        fonts: FontCatalogue,
        disk: DiskCache | None = None,
        background: Executor | None = None,
        *,
        is_quick: bool = False,
    ) -> None:
        self.fonts = fonts
        self._disk = disk
        self._background = background
        self._is_quick = is_quick
        self.remote = RemotePictures()
        self._plates = Plates(self.remote)
        self._lock = threading.Lock()
        self._fragments = FragmentCache()
        self._films = FilmCache()
        self._precoded: LRUCache[RenderKey, Precoded] = LRUCache(MAX_PRECODED_BYTES, getsizeof=lambda one: one.size)
        self._pages: LRUCache[str, Page] = LRUCache(MAX_PAGE_BYTES, getsizeof=lambda page: page.size)

    def render(self, picture: Picture) -> Rendered:
        """Draw a picture. Raises RenderFailed, or BadDesign where its design can't be compiled."""
        with _as_render_failed(picture):
            for digest, body in picture.remote_pictures.items():
                self.remote.learn(digest, body)
            plate = self.plate(picture.design, picture.dpr)
            if picture.ext == ImageFormat.PDF:
                return self._page(plate, picture)
            if picture.kind is PictureKind.EXPIRED and (expired := render_expired(plate, picture.ext)) is not None:
                return expired
            if picture.ext in MOVING and (film := self._film(plate, picture)) is not None:
                return film
            if picture.is_test:
                # Its mark crosses the whole picture: nothing that was encoded ahead can be used.
                return render_whole(plate, picture.texts, picture.ext, is_test=True)
            return render(plate, picture.texts, picture.ext, self.precoded(plate, picture.ext), self._fragments)

    def _page(self, plate: Plate, picture: Picture) -> Rendered:
        with self._lock:
            page = self._pages.get(plate.digest)
        if page is None:
            page = compile_page(plate)
            with self._lock:
                if page.size <= self._pages.maxsize:
                    self._pages[plate.digest] = page
        if picture.kind is PictureKind.EXPIRED and (expired := render_expired_page(page)) is not None:
            return expired
        return render_page(page, picture.texts, is_test=picture.is_test)

    def _film(self, plate: Plate, picture: Picture) -> Rendered | None:
        return render_film(plate, picture.texts, self._films, is_test=picture.is_test)

    def plate(self, design: Design, dpr: int = 1) -> Plate:
        """Return the compiled plate of a design; compiles it on first use. Raises BadDesign."""
        return self._plates.of(design, dpr)

    def precoded(self, plate: Plate, ext: str) -> Precoded | None:
        """Return what is encoded ahead of a plate; made on first use, and kept on disk for the next start.

        None for formats that are written whole, such as a page.
        """
        if ext == ImageFormat.PDF:
            return None
        key = _key_of(plate, ext)
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
        if self._is_quick:
            return self._remember(key, planned)
        if self._background is None:
            return self._refine(key, planned, plate)
        self._background.submit(self._refine, key, planned, plate)
        return self._remember(key, planned)

    def prepare(self, plate: Plate, ext: str) -> None:
        """Have ready what is encoded ahead; with the best effort where the disk has what takes long to make."""
        precoded, key = self.precoded(plate, ext), _key_of(plate, ext)
        if isinstance(precoded, PrecodedIndexedPng) and self._disk and self._disk.get(key):
            self._remember(key, refined(precoded, plate))

    def refine(self, plate: Plate, ext: str) -> bool:
        """Make the best effort for what is encoded ahead, unless the disk has it or can't keep it; return whether."""
        key = _key_of(plate, ext)
        if not encoding_of(ext).is_restorable or self._disk is None or self._disk.get(key) or not self._disk.is_writing:
            return False
        precoded = self.precoded(plate, ext)
        if precoded is None:
            return False
        self._refine(key, precoded, plate)
        return self._disk.get(key) is not None

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


def _key_of(plate: Plate, ext: str) -> RenderKey:
    return render_key(plate.digest, {}, ext, kind="template")


@contextlib.contextmanager
def _as_render_failed(picture: Picture) -> Iterator[None]:
    """Turn what drawing can raise into RenderFailed; what lack of memory means is for the process to say."""
    try:
        yield
    except (ValueError, ArithmeticError, OSError) as error:
        raise RenderFailed(f"design '{picture.design.id}' could not be drawn: {error}") from error
