"""Draw the image of a URL ahead, under the very key that a request for it will look for."""

import time
from dataclasses import dataclass

from imgurl.errors import RenderFailed
from imgurl.merge.judge import Flag
from imgurl.pipeline import Picture, Pipeline, Source
from imgurl.urls.signing import SigningKey
from imgurl.urls.target import parse_target

NOT_DRAWN = "the image could not be drawn ahead; the server will try again when it is asked for"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What only drawing shows: ``fallbacks`` are fields whose value no font can draw."""

    fallbacks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Warmer:
    """Draws images into the caches of a pipeline."""

    def __init__(self, pipeline: Pipeline, key: SigningKey) -> None:
        self._pipeline = pipeline
        self._key = key

    def draw(self, target: str) -> Drawn:
        """Draw the image of a path with its query, unless it is there.

        The target is read as a request's is, so that what is drawn is what a request will look for. Raises
        UnknownDesign.
        """
        path, _, query = target.encode().partition(b"?")
        url = parse_target(path, query)
        self._pipeline.fetch_version(url)
        picture = self._pipeline.resolve(url, self._key.state, time.time())
        drawn = _told(picture)
        if self._pipeline.cached(picture.key) is not None:
            return drawn
        try:
            self._pipeline.render(picture)
        except RenderFailed:
            return Drawn(drawn.fallbacks, (*drawn.warnings, NOT_DRAWN))
        return drawn


def _told(picture: Picture) -> Drawn:
    names = tuple(value.field for value in picture.values if Flag.NO_GLYPH in value.flags)
    shown = "the default image is shown" if picture.source is Source.DEFAULT else "the fallback is shown"
    return Drawn(names, tuple(f"{name} has a character that no font can draw; {shown}" for name in names))
