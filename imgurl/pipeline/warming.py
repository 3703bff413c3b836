"""The path of batches: what a link shows, and its image drawn ahead by renderers, into the caches of a server."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.design.library import Design
from imgurl.design.shelf import Shelf
from imgurl.errors import BadDesign, ImgurlError, RenderFailed
from imgurl.pipeline.orders import (
    DIED_OF_IT,
    KEPT,
    OWN,
    compile_order,
    decode_order,
    draw_order,
    keep_order,
    problems_in,
    uncompiled,
)
from imgurl.pipeline.path import GatheringPipeline
from imgurl.pipeline.picture import Picture
from imgurl.renderers.blocking import BlockingRenderers
from imgurl.renderers.orders import Order, Urgency
from imgurl.renderers.port import Renderers

#: Returns renderers that are to draw a design in a format first.
OpenRenderers = Callable[[Design, str], Renderers]


class WarmingPipeline(GatheringPipeline):
    """The way through shelf and caches, and renderers that are started for the first image that is not there.

    Mutable state: the renderers, which any thread may open.
    """

    def __init__(
        self,
        shelf: Shelf,
        open_renderers: OpenRenderers,
        disk: DiskCache | None = None,
        shared: SharedCache | None = None,
        max_age: int = 86_400,
    ) -> None:
        super().__init__(shelf, disk, shared, max_age)
        self._open_renderers = open_renderers
        self._renderers: BlockingRenderers | None = None
        # A worker splits one batch while it draws another.
        self._lock = threading.Lock()

    def reload(self) -> bool:
        """Load the designs again if one of their files has changed; a broken edit keeps the last good version.

        Returns whether other designs are served than before, or there is something else to say about them.
        """
        return self.shelf.reload(self._mistakes_of)

    def draw(self, picture: Picture) -> bytes:
        """Draw a picture and return its file, which is kept on disk and in the shared store. Raises RenderFailed."""
        (answer,) = self._opened(picture.design, picture.ext).submit([_file_order(picture)])
        body = answer.result()
        self.share(picture.key, body)
        return body

    def draw_ahead(self, pictures: Sequence[Picture]) -> list[Callable[[], bool]]:
        """Have pictures drawn and kept; what is returned for each waits until it is, and says whether it is kept.

        Without a store to share, its file stays where it was drawn. RenderFailed is raised while waiting.
        """
        if not pictures:
            return []
        renderers = self._opened(pictures[0].design, pictures[0].ext)
        if self._shared is None:
            answers = renderers.submit([keep_order(picture) for picture in pictures])
            return [partial(_is_kept, answer) for answer in answers]
        answers = renderers.submit([_file_order(picture) for picture in pictures])
        return [partial(self._is_shared, *pair) for pair in zip(pictures, answers, strict=True)]

    def look(self, digest: str, body: bytes) -> str | None:
        """Have a remote picture decoded by a renderer, which may die of it; return why it can't be, None if unknown."""
        designs = self.library.designs.values()
        design = next((one for one in designs if one.document.remote_layers), None)
        if design is None:
            return None
        (answer,) = self._opened(design, design.document.format).submit([decode_order(digest, body)])
        try:
            return answer.result().decode()
        except RenderFailed:
            return DIED_OF_IT
        except ImgurlError:
            return None

    def close(self) -> None:
        """End the renderers."""
        if self._renderers is not None:
            self._renderers.close()
            self._renderers = None

    def _is_shared(self, picture: Picture, answer: Future[bytes]) -> bool:
        self.share(picture.key, answer.result())
        return True

    def _mistakes_of(self, design: Design) -> BadDesign | None:
        try:
            (answer,) = self._opened(design, design.document.format).submit([compile_order(design)])
            return problems_in(design.id, answer.result())
        except RenderFailed as error:
            return uncompiled(design.id, error)

    def _opened(self, design: Design, ext: str) -> BlockingRenderers:
        with self._lock:
            if self._renderers is not None and self._renderers.failure is not None:
                # Perhaps it was for a moment.
                self._renderers.close()
                self._renderers = None
            if self._renderers is None:
                self._renderers = BlockingRenderers(self._open_renderers(design, ext))
            return self._renderers


def _file_order(picture: Picture) -> Order:
    return draw_order(picture, OWN, Urgency.AHEAD)


def _is_kept(answer: Future[bytes]) -> bool:
    return answer.result() == KEPT
