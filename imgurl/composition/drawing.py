"""Opens what shows images and draws them in the same process: for workers and ``imgurl batch``."""

from imgurl.cache.shared import SharedCache
from imgurl.composition.showing import disk_cache
from imgurl.config import Settings
from imgurl.design.archive import open_archive
from imgurl.design.library import load_library
from imgurl.design.shelf import Shelf
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.press import Press
from imgurl.text.fonts import load_catalogue


def open_drawing_pipeline(settings: Settings, *, shared: SharedCache | None = None) -> PressPipeline:
    """Open the designs and caches of these settings, and keep the designs' versions for links pinned to them.

    Raises SettingsError if there are no designs or no fonts.
    """
    fonts = load_catalogue(settings.fonts)
    archive = open_archive(settings.data, settings.store_url)
    shelf = Shelf(settings.designs, fonts, load_library(settings.designs, fonts), archive)
    disk = disk_cache(settings)
    pipeline = PressPipeline(shelf, Press(fonts, disk), disk, shared, settings.max_age)
    shelf.keep()
    return pipeline
