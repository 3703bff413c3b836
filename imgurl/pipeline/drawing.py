"""The whole path in one process: for commands, batches and workers, which draw what they show."""

from collections.abc import Mapping
from functools import partial

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.design.library import Design, changed_designs, with_broken
from imgurl.design.shelf import Shelf
from imgurl.errors import BadDesign, RenderFailed
from imgurl.gathering.needs import Gathered, Gathering
from imgurl.pipeline.path import NOTHING, DrawingPipeline, read_target
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.press import Press
from imgurl.plate.render import Rendered
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl


class PressPipeline(DrawingPipeline):
    """The way through shelf, press and caches."""

    def __init__(
        self,
        shelf: Shelf,
        press: Press,
        disk: DiskCache | None = None,
        shared: SharedCache | None = None,
        max_age: int = 86_400,
        gathering: Gathering | None = None,
    ) -> None:
        super().__init__(shelf, press.fonts, disk, shared, max_age, gathering.hosts if gathering else frozenset())
        self.press = press
        self._gathering = gathering

    def show(self, url: SignedUrl, state: KeyState, now: float, gathered: Gathered = NOTHING) -> Picture:
        """Say what a verified URL shows; what it needs from elsewhere is waited for."""
        if self._gathering is None or gathered:
            return super().show(url, state, now, gathered)
        return self._gathering.complete(partial(super().show, url, state, now))

    def picture_of(
        self, design: Design, values: Mapping[str, str], ext: str, dpr: int = 1, gathered: Gathered = NOTHING
    ) -> Picture:
        """Say what a design shows for values given directly; what it needs from elsewhere is waited for."""
        if self._gathering is None or gathered:
            return super().picture_of(design, values, ext, dpr, gathered)
        return self._gathering.complete(partial(super().picture_of, design, values, ext, dpr))

    def fetches_for(self, design: str) -> bool:
        """Say whether pictures of a design may show remote pictures that can be fetched ahead."""
        known = self.library.designs.get(design)
        return self._gathering is not None and known is not None and bool(known.document.remote_layers)

    def fetch_ahead(self, target: str, state: KeyState, now: float) -> None:
        """Begin to fetch the remote pictures that a link shows which will be drawn soon."""
        if self._gathering is not None:
            self._gathering.start(self.resolve(read_target(target), state, now).needs)

    def reload(self) -> bool:
        """Load the designs again if one of their files has changed, and compile those that have."""
        library, broken = self.shelf.look(), dict[str, BadDesign]()
        if library is None:
            return False
        for design in changed_designs(library, self.library):
            try:
                self.press.plate(design)
            except BadDesign as error:
                broken[design.id] = error
        return self.shelf.take(with_broken(library, self.library, broken))

    def draw(self, picture: Picture) -> bytes:
        """Draw a picture and keep it on disk and in the shared store. Raises RenderFailed."""
        return self.render(picture).body

    def render(self, picture: Picture) -> Rendered:
        """Do the same; return what else is known of the image."""
        try:
            rendered = self.press.render(picture)
        except MemoryError as error:
            raise RenderFailed(f"there is not enough memory to draw design '{picture.design.id}'") from error
        self.keep(picture.key, rendered.body)
        self.share(picture.key, rendered.body)
        return rendered
