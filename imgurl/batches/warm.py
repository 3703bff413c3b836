"""Render the image of a URL in advance, under the very key that a request for it will look for."""

import time
from dataclasses import dataclass

from imgurl.errors import RenderFailed
from imgurl.merge.judge import Flag
from imgurl.pipeline.path import DrawingPipeline
from imgurl.pipeline.picture import Picture, PictureKind
from imgurl.urls.signing import SigningKey

NO_ROOM = "the image was not rendered in advance, because the cache is full; it is rendered when it is requested"

NOT_KEPT = (
    "the image was rendered in advance and could not be kept, because the cache can't be written; it is rendered when "
    "it is requested"
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


class Warmer:
    """Draws images into the caches of a pipeline."""

    def __init__(self, pipeline: DrawingPipeline, key: SigningKey) -> None:
        self._pipeline = pipeline
        self._key = key

    def draw(self, target: str, *, has_room: bool = True) -> Drawn:
        """Render the image of a path with its query, unless it is there, or the cache is full.

        Raises UnknownDesign.
        """
        picture = self._pipeline.show_target(target, self._key.state, time.time())
        drawn = _undrawable(picture)
        if not picture.key.lasts:
            return _without(drawn, NOT_LASTING)
        if self._pipeline.cached(picture.key) is not None:
            return drawn
        if not has_room:
            return _without(drawn, NO_ROOM)
        try:
            self._pipeline.draw(picture)
        except RenderFailed:
            return _without(drawn, NOT_DRAWN)
        return drawn if self._pipeline.is_kept(picture.key) else _without(drawn, NOT_KEPT)


def _without(drawn: Drawn, warning: str) -> Drawn:
    return Drawn(drawn.fallbacks, (*drawn.warnings, warning), is_there=False)


def _undrawable(picture: Picture) -> Drawn:
    names = tuple(value.field for value in picture.values if Flag.NO_GLYPH in value.flags)
    consequence = "the default image is shown" if picture.kind is PictureKind.DEFAULT else "the fallback is shown"
    return Drawn(names, tuple(f"{name} has a character that no font can draw; {consequence}" for name in names))
