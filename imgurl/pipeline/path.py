"""The path up to the press: what a URL shows, and whether its image is there already. Light: nothing draws here.

Everything that shows an image takes this path: the image endpoint, the API, batches and the command line.
"""

from collections.abc import Callable, Mapping

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey
from imgurl.cache.shared import SharedCache
from imgurl.design.library import Design, Library
from imgurl.design.shelf import Shelf
from imgurl.pipeline import showing
from imgurl.pipeline.picture import Picture
from imgurl.text.fonts import FontCatalogue
from imgurl.text.itemize import missing_clusters
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl, parse_target

# An entry that no image has.
PROBE = RenderKey(64 * "0", "probe")


class Pipeline:
    """The way through shelf and caches. Holds no state of its own.

    ``max_age`` is how many seconds a client may keep an image whose design doesn't say so.
    """

    def __init__(
        self,
        shelf: Shelf,
        fonts: FontCatalogue,
        disk: DiskCache | None = None,
        shared: SharedCache | None = None,
        max_age: int = 86_400,
    ) -> None:
        self.shelf = shelf
        self._fonts = fonts
        self._disk = disk
        self._shared = shared
        self._max_age = max_age

    @property
    def library(self) -> Library:
        """The designs as they are now."""
        return self.shelf.library

    # What a URL shows.

    def resolve(self, url: SignedUrl, state: KeyState, now: float) -> Picture:
        """Say what a verified URL shows at a time (Unix seconds), without waiting for anything.

        Raises UnknownDesign. Values never make it fail.
        """
        design = self.shelf.version(url.design, url.pin)
        draft = showing.draft_of(url, design, state, now, self._max_age, self._can_draw(design))
        return showing.complete(draft, {})

    def show(self, url: SignedUrl, state: KeyState, now: float) -> Picture:
        """Say the same after fetching a pinned version that is only in the shared store: may take seconds."""
        self.shelf.fetch(url.design, url.pin)
        return self.resolve(url, state, now)

    def show_target(self, target: str, state: KeyState, now: float) -> Picture:
        """Say what a link that was just signed shows, given its path and query.

        It is read as a request's is, so that what is drawn is what a request will look for.
        """
        path, _, query = target.encode().partition(b"?")
        return self.show(parse_target(path, query), state, now)

    def picture_of(self, design: Design, values: Mapping[str, str], ext: str, dpr: int = 1) -> Picture:
        """Say what a design shows for values given directly; a value that breaks a rule of its field falls back."""
        return showing.picture_of(design, values, ext, dpr, self._can_draw(design))

    # Its image.

    def cached(self, key: RenderKey) -> bytes | None:
        """Return a finished image from the disk cache."""
        return self._disk.get(key) if self._disk else None

    def keep(self, key: RenderKey, body: bytes) -> None:
        """Keep an image on disk that somebody else drew."""
        if self._disk:
            self._disk.put(key, body)

    def share(self, key: RenderKey, body: bytes) -> None:
        """Keep an image in the store that machines share, soon."""
        if self._shared:
            self._shared.put(key, body)

    # How well images are kept.

    def writes_to_disk(self) -> bool:
        """Say whether the disk cache can be written: it is tried, because those who draw write in their processes."""
        if self._disk is None:
            return True
        self._disk.put(PROBE, b"")
        return self._disk.is_writing

    @property
    def room_bytes(self) -> int | None:
        """Bytes of images that are kept; None if all are, in the shared store."""
        if self._shared is not None:
            return None
        return self._disk.room_bytes if self._disk else 0

    def _can_draw(self, design: Design) -> Callable[[str], bool]:
        """Return what says whether a text can be drawn: better a greeting than a box for a missing glyph."""
        stack = self._fonts.stack(min(design.document.families, default=self._fonts.fallback[0]))
        return lambda text: not missing_clusters(text, stack)
