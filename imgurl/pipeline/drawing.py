"""The whole path in one process: for commands, batches and workers, which draw what they show."""

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.design.library import changed_designs, with_broken
from imgurl.design.shelf import Shelf
from imgurl.errors import BadDesign, RenderFailed
from imgurl.pipeline.path import DrawingPipeline
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.press import Press
from imgurl.plate.render import Rendered


class PressPipeline(DrawingPipeline):
    """The way through shelf, press and caches."""

    def __init__(
        self,
        shelf: Shelf,
        press: Press,
        disk: DiskCache | None = None,
        shared: SharedCache | None = None,
        max_age: int = 86_400,
    ) -> None:
        super().__init__(shelf, press.fonts, disk, shared, max_age)
        self.press = press

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
