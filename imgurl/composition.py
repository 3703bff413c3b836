"""Opens what draws: the composition that server, workers and ``imgurl batch`` have in common."""

from concurrent.futures import Executor

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.config import Settings
from imgurl.design.archive import open_archive
from imgurl.design.library import Library, load_library
from imgurl.design.shelf import Shelf
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.press import Press
from imgurl.text.fonts import load_catalogue


def open_pipeline(
    settings: Settings,
    *,
    library: Library | None = None,
    shared: SharedCache | None = None,
    background: Executor | None = None,
) -> Pipeline:
    """Open the designs and caches of these settings, and keep the designs' versions for links pinned to them.

    ``library`` are the designs of their folder, if this process has loaded them already. Raises SettingsError if there
    are no designs or no fonts.
    """
    fonts = load_catalogue(settings.fonts)
    archive = open_archive(settings.data, settings.store_url)
    shelf = Shelf(settings.designs, fonts, library or load_library(settings.designs, fonts), archive, background)
    disk = DiskCache(settings.data / "cache", settings.disk_cache_mb * 1_000_000)
    pipeline = Pipeline(shelf, Press(fonts, disk, background), disk, shared, settings.max_age)
    shelf.keep()
    return pipeline
