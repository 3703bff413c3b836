"""What the API has its pictures made with. Light: the server knows it before it loads the API."""

from typing import Protocol, TypeVar

from imgurl.design.library import Design
from imgurl.errors import BadDesign
from imgurl.gathering.needs import Show, Shown
from imgurl.pipeline.orders import Look
from imgurl.pipeline.picture import Picture

Thing = TypeVar("Thing", bound=Shown)


class Images(Protocol):
    """Who makes pictures: their files, from a cache or newly drawn, and what they need from elsewhere."""

    async def draw(self, picture: Picture) -> bytes:
        """Return the file of a picture. Raises NotDrawn, RenderFailed."""

    async def look(self, picture: Picture, width: int | None = None) -> Look:
        """Return how a picture looks, as a thumbnail if ``width`` is given. Raises NotDrawn, RenderFailed."""

    async def mistakes(self, design: Design) -> BadDesign | None:
        """Return what is wrong with a design that only drawing finds, None if nothing is.

        Raises NotDrawn, RenderFailed.
        """

    async def complete(self, show: Show[Thing], shown: Thing) -> Thing:
        """Return what is shown once what it needs was gathered; ``shown`` is what it is for nothing gathered."""
