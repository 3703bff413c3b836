"""The path itself: what a URL shows, whether its image is there already, else drawing it and keeping it.

Everything that shows an image takes this path: the image endpoint, the API, batches and the command line.
"""

from collections.abc import Callable, Mapping
from functools import partial

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey
from imgurl.cache.shared import SharedCache
from imgurl.design.library import Design, Library
from imgurl.design.shelf import Shelf
from imgurl.pipeline import showing
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.press import Press
from imgurl.plate.render import Rendered
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl, parse_target


class Pipeline:
    """The way through shelf, press and caches. Holds no state of its own.

    ``max_age`` is how many seconds a client may keep an image whose design doesn't say so.
    """

    def __init__(
        self,
        shelf: Shelf,
        press: Press,
        disk: DiskCache | None = None,
        shared: SharedCache | None = None,
        max_age: int = 86_400,
    ) -> None:
        self.shelf = shelf
        self.press = press
        self._disk = disk
        self._shared = shared
        self._max_age = max_age

    @property
    def library(self) -> Library:
        """The designs as they are now."""
        return self.shelf.library

    def reload(self) -> bool:
        """Load the designs again if one of their files has changed; a broken edit keeps the last good version.

        Returns whether other designs are served than before, or there is something else to say about them.
        """
        library = self.shelf.look()
        return library is not None and self.shelf.take(self.press.compile_changed(library, self.library))

    # What a URL shows.

    def resolve(self, url: SignedUrl, state: KeyState, now: float) -> Picture:
        """Say what a verified URL shows at a time (Unix seconds), without waiting for anything.

        Raises UnknownDesign. Values never make it fail.
        """
        design = self.shelf.version(url.design, url.pin)
        draft = showing.draft_of(url, design, state, now, self._max_age, self.press.can_draw(design))
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
        return showing.picture_of(design, values, ext, dpr, self.press.can_draw(design))

    # Its image.

    def cached(self, key: RenderKey) -> bytes | None:
        """Return a finished image from the disk cache."""
        return self._disk.get(key) if self._disk else None

    def render(self, picture: Picture) -> Rendered:
        """Draw a picture and keep it on disk and in the shared store. Raises RenderFailed."""
        begun = self.begin(picture)
        return begun if isinstance(begun, Rendered) else begun()

    def begin(self, picture: Picture) -> Rendered | Callable[[], Rendered]:
        """Do the same, but where encoding takes much longer than drawing return what does it, in any thread."""
        begun = self.press.begin(picture)
        if isinstance(begun, Rendered):
            return self._store(picture, begun)
        return partial(self._store_later, picture, begun)

    def keep(self, key: RenderKey, body: bytes) -> None:
        """Keep an image on disk that another machine drew."""
        if self._disk:
            self._disk.put(key, body)

    def _store_later(self, picture: Picture, encode: Callable[[], Rendered]) -> Rendered:
        return self._store(picture, encode())

    def _store(self, picture: Picture, rendered: Rendered) -> Rendered:
        self.keep(picture.key, rendered.body)
        if self._shared:
            self._shared.put(picture.key, rendered.body)
        return rendered

    # How well images are kept.

    @property
    def writes_to_disk(self) -> bool:
        """Whether the disk cache can be written, as far as is known."""
        return self._disk is None or self._disk.is_writing

    @property
    def room_bytes(self) -> int | None:
        """Bytes of images that are kept; None if all are, in the shared store."""
        if self._shared is not None:
            return None
        return self._disk.room_bytes if self._disk else 0

    def is_kept(self, key: RenderKey) -> bool:
        """Say whether an image that was drawn is kept, as far as is known."""
        return self._shared is not None or self.cached(key) is not None
