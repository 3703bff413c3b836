"""The whole path in one process: for commands, which draw what they show."""

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.design.library import Design
from imgurl.design.shelf import Shelf
from imgurl.errors import BadDesign, RenderFailed
from imgurl.gathering.needs import Gathering
from imgurl.pipeline.path import GatheringPipeline
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.press import Press
from imgurl.plate.render import Rendered


class PressPipeline(GatheringPipeline):
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
        super().__init__(shelf, disk, shared, max_age)
        self.press = press
        self.gather_with(gathering)

    def reload(self) -> bool:
        """Load the designs again if one of their files has changed, and compile those that have."""
        return self.shelf.reload(self._mistakes_of)

    def render(self, picture: Picture) -> Rendered:
        """Draw a picture, and keep it on disk and in the shared store. Raises RenderFailed."""
        try:
            rendered = self.press.render(picture)
        except MemoryError as error:
            raise RenderFailed(f"there is not enough memory to draw design '{picture.design.id}'") from error
        self.keep(picture.key, rendered.body)
        self.share(picture.key, rendered.body)
        return rendered

    def _mistakes_of(self, design: Design) -> BadDesign | None:
        try:
            self.press.plate(design)
        except BadDesign as error:
            return error
        return None
