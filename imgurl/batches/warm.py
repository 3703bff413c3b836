"""Render the image of a URL in advance, under the very key that a request for it will look for."""

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from imgurl.cache.keys import RenderKey
from imgurl.errors import RenderFailed, UnknownDesign
from imgurl.gathering.needs import Missing
from imgurl.merge.judge import Flag
from imgurl.pipeline.picture import Picture, PictureKind
from imgurl.pipeline.warming import WarmingPipeline
from imgurl.renderers.failures import RendererDied, RendererKilled
from imgurl.urls.signing import SigningKey

NO_ROOM = "the image was not rendered in advance, because the cache is full; it is rendered when it is requested"

NOT_KEPT = (
    "the image was rendered in advance and could not be kept, because the cache can't be written; it is rendered when "
    "it is requested"
)

NOT_GATHERED = (
    "the image was not rendered in advance, because something that it shows could not be fetched; the server tries "
    "again when it is requested"
)
NOT_LASTING = "the image was not rendered in advance, because its countdown runs from the second in which it is opened"

NOT_DRAWN = "the image could not be rendered in advance; the server tries again when it is requested"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What only drawing shows: ``fallbacks`` are fields whose value no font can draw.

    ``is_there`` says whether the image is in the cache now.
    """

    fallbacks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    is_there: bool = True


#: A path with its query, and whether the cache has room for its image.
Wish = tuple[str, bool]


class Warmer:
    """Draws the images of a chunk into the caches of a pipeline.

    Mutable state: the images that were ordered, and of those that were waited for the warning, "" if all is well.
    """

    def __init__(self, pipeline: WarmingPipeline, key: SigningKey) -> None:
        self._pipeline = pipeline
        self._key = key
        self._ordered: dict[RenderKey, Callable[[], bool]] = {}
        self._warnings: dict[RenderKey, str] = {}

    def fetch_ahead(self, target: str) -> None:
        """Begin to fetch the remote pictures of a link that will be drawn soon."""
        with contextlib.suppress(UnknownDesign):  # drawing it says so
            self._pipeline.fetch_ahead(target, self._key.state, time.time())

    def begin(self, wishes: Iterable[Wish]) -> list[Callable[[], Drawn]]:
        """Have images rendered, unless they are there, or the cache is full.

        What is returned for each waits for the outcome. Raises UnknownDesign.
        """
        now = time.time()
        begun: list[Callable[[], Drawn]] = []
        lacking: dict[RenderKey, Picture] = {}
        for target, has_room in wishes:
            picture = self._pipeline.show_target(target, self._key.state, now)
            drawn, key = _undrawable(picture), picture.key
            # Rows with the same values share one image.
            is_known = key in lacking or key in self._ordered or key in self._warnings
            if not key.lasts:
                drawn = _without(drawn, NOT_LASTING)
            elif not is_known and self._pipeline.cached(key) is None:
                if any(isinstance(one, Missing) for one in picture.gathered.values()):
                    drawn = _without(drawn, NOT_GATHERED)
                elif has_room:
                    lacking[key] = picture
                else:
                    drawn = _without(drawn, NO_ROOM)
            begun.append(partial(self._outcome, drawn, picture))
        self._ordered.update(zip(lacking, self._pipeline.draw_ahead([*lacking.values()]), strict=True))
        return begun

    def _outcome(self, drawn: Drawn, picture: Picture) -> Drawn:
        # Forgotten once it was waited for: it may hold a file.
        is_kept = self._ordered.pop(picture.key, None)
        if is_kept is not None:
            self._warnings[picture.key] = self._warning(picture, is_kept)
        warning = self._warnings.get(picture.key)
        return _without(drawn, warning) if warning else drawn

    def _warning(self, picture: Picture, is_kept: Callable[[], bool]) -> str:
        try:
            return "" if self._insist(picture, is_kept) else NOT_KEPT
        except RenderFailed:
            return NOT_DRAWN

    def _insist(self, picture: Picture, is_kept: Callable[[], bool]) -> bool:
        try:
            return is_kept()
        except RendererKilled:
            raise
        except RendererDied:
            # If that was the picture, it happens again; what somebody else killed must not change the result.
            (again,) = self._pipeline.draw_ahead([picture])
            return again()


def _without(drawn: Drawn, warning: str) -> Drawn:
    return Drawn(drawn.fallbacks, (*drawn.warnings, warning), is_there=False)


def _undrawable(picture: Picture) -> Drawn:
    names = tuple(value.field for value in picture.values if Flag.NO_GLYPH in value.flags)
    consequence = "the default image is shown" if picture.kind is PictureKind.DEFAULT else "the fallback is shown"
    return Drawn(names, tuple(f"{name} has a character that no font can draw; {consequence}" for name in names))
