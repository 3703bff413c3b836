"""Render the image of a URL in advance, under the very key that a request for it will look for."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from imgurl.cache.keys import RenderKey
from imgurl.errors import RenderFailed
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
    """Draws the images of a chunk into the caches of a pipeline. Mutable state: those that were ordered."""

    def __init__(self, pipeline: WarmingPipeline, key: SigningKey) -> None:
        self._pipeline = pipeline
        self._key = key
        self._ordered: dict[RenderKey, Callable[[], bool]] = {}

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
            if key not in self._ordered and key not in lacking and self._pipeline.cached(key) is None:
                if has_room:
                    lacking[key] = picture
                else:
                    drawn = _without(drawn, NO_ROOM)
            begun.append(partial(self._outcome, drawn, key))
        self._ordered.update(zip(lacking, self._order([*lacking.values()]), strict=True))
        return begun

    def _order(self, pictures: Sequence[Picture]) -> Iterator[Callable[[], bool]]:
        pairs = zip(pictures, self._pipeline.draw_ahead(pictures), strict=True)
        return (cache(partial(self._is_kept, *pair)) for pair in pairs)

    def _is_kept(self, picture: Picture, is_kept: Callable[[], bool]) -> bool:
        """Wait for an image that was ordered. Raises RenderFailed."""
        try:
            return is_kept()
        except RendererKilled:
            raise
        except RendererDied:
            # If that was the picture, it happens again; what somebody else killed must not change the result.
            (again,) = self._pipeline.draw_ahead([picture])
            return again()

    def _outcome(self, drawn: Drawn, key: RenderKey) -> Drawn:
        is_kept = self._ordered.get(key)
        try:
            return drawn if is_kept is None or is_kept() else _without(drawn, NOT_KEPT)
        except RenderFailed:
            return _without(drawn, NOT_DRAWN)


def _without(drawn: Drawn, warning: str) -> Drawn:
    return Drawn(drawn.fallbacks, (*drawn.warnings, warning), is_there=False)


def _undrawable(picture: Picture) -> Drawn:
    names = tuple(value.field for value in picture.values if Flag.NO_GLYPH in value.flags)
    consequence = "the default image is shown" if picture.kind is PictureKind.DEFAULT else "the fallback is shown"
    return Drawn(names, tuple(f"{name} has a character that no font can draw; {consequence}" for name in names))
