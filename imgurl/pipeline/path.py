"""The path up to the press: what a URL shows, and whether its image is there already. Light: nothing draws here.

Everything that shows an image takes this path: the image endpoint, the API, batches and the command line.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey
from imgurl.cache.shared import SharedCache
from imgurl.design.library import Design, Library
from imgurl.design.shelf import Shelf
from imgurl.gathering.needs import Gathered, Gathering
from imgurl.pipeline import showing
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.showing import Surroundings
from imgurl.text.itemize import missing_clusters
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl, parse_target

# An entry that no image has.
PROBE = RenderKey(64 * "0", "probe")

NOTHING: Gathered = MappingProxyType({})


class Pipeline:
    """The way through shelf and caches. Holds no state of its own.

    ``max_age`` is how many seconds a client may keep an image whose design doesn't say so. ``hosts`` are those that
    pictures and values may be fetched from.
    """

    def __init__(
        self,
        shelf: Shelf,
        disk: DiskCache | None = None,
        shared: SharedCache | None = None,
        max_age: int = 86_400,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self.shelf = shelf
        self._disk = disk
        self._shared = shared
        self._max_age = max_age
        self._hosts = hosts

    @property
    def library(self) -> Library:
        """The designs as they are now."""
        return self.shelf.library

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that pictures and values may be fetched from."""
        return self._hosts

    # What a URL shows.

    def resolve(self, url: SignedUrl, state: KeyState, now: float, gathered: Gathered = NOTHING) -> Picture:
        """Say what a verified URL shows at a time (Unix seconds), without waiting for anything.

        Raises UnknownDesign. Values never make it fail.
        """
        return self.of_design(url, self.shelf.version(url.design, url.pin), state, now, gathered)

    def of_design(
        self, url: SignedUrl, design: Design, state: KeyState, now: float, gathered: Gathered = NOTHING
    ) -> Picture:
        """Say what a verified URL shows of a design that need not be on the shelf, such as a draft."""
        return showing.picture_of_url(url, design, state, now, self._surroundings(design, gathered))

    def show(self, url: SignedUrl, state: KeyState, now: float, gathered: Gathered = NOTHING) -> Picture:
        """Say the same after fetching a pinned version that is only in the shared store: may take seconds."""
        self.shelf.fetch(url.design, url.pin)
        return self.resolve(url, state, now, gathered)

    def show_target(self, target: str, state: KeyState, now: float, gathered: Gathered = NOTHING) -> Picture:
        """Say what a link that was just signed shows, given its path and query.

        It is read as a request's is, so that what is drawn is what a request will look for.
        """
        return self.show(read_target(target), state, now, gathered)

    def picture_of(
        self,
        design: Design,
        values: Mapping[str, str],
        ext: str,
        dpr: int = 1,
        now: float = 0.0,
        gathered: Gathered = NOTHING,
    ) -> Picture:
        """Say what a design shows for values given directly; a value that breaks a rule of its field falls back.

        ``now`` (Unix seconds) is for countdowns: without it all of them run.
        """
        return showing.picture_of(design, values, ext, dpr, self._surroundings(design, gathered), now)

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

    def _surroundings(self, design: Design, gathered: Gathered) -> Surroundings:
        return Surroundings(what_fonts_can_draw(design), self._max_age, self._hosts, gathered)


def what_fonts_can_draw(design: Design) -> Callable[[str], bool]:
    """Return what says whether a design's fonts can draw a text: better a greeting than a box for a missing glyph."""
    stack = design.fonts.stack(min(design.document.families, default=design.fonts.fallback[0]))
    return lambda text: not missing_clusters(text, stack)


def read_target(target: str) -> SignedUrl:
    """Return the link of a path and query that was just signed."""
    path, _, query = target.encode().partition(b"?")
    return parse_target(path, query)


class GatheringPipeline(Pipeline):
    """The same for those who wait: commands and batches. What a picture needs from elsewhere is waited for.

    Mutable state: what gathers it, which may need those who draw.
    """

    _gathering: Gathering | None = None

    def gather_with(self, gathering: Gathering | None) -> None:
        """Have what pictures need from elsewhere gathered from now on."""
        self._gathering = gathering
        self._hosts = gathering.hosts if gathering else frozenset()

    def show(self, url: SignedUrl, state: KeyState, now: float, gathered: Gathered = NOTHING) -> Picture:
        """Say what a verified URL shows; what it needs from elsewhere is waited for."""
        if self._gathering is None or gathered:
            return super().show(url, state, now, gathered)
        return self._gathering.complete(partial(super().show, url, state, now))

    def picture_of(
        self,
        design: Design,
        values: Mapping[str, str],
        ext: str,
        dpr: int = 1,
        now: float = 0.0,
        gathered: Gathered = NOTHING,
    ) -> Picture:
        """Say what a design shows for values given directly; what it needs from elsewhere is waited for."""
        if self._gathering is None or gathered:
            return super().picture_of(design, values, ext, dpr, now, gathered)
        return self._gathering.complete(partial(super().picture_of, design, values, ext, dpr, now))

    def fetches_for(self, design: str) -> bool:
        """Say whether pictures of a design may show remote pictures that can be fetched ahead."""
        known = self.library.designs.get(design)
        return self._gathering is not None and known is not None and bool(known.document.remote_layers)

    def fetch_ahead(self, target: str, state: KeyState, now: float) -> None:
        """Begin to fetch the remote pictures that a link shows which will be drawn soon. Raises UnknownDesign."""
        if self._gathering is not None:
            self._gathering.start(self.resolve(read_target(target), state, now).needs)
