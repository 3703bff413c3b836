"""Opens what shows images and draws them in the same process: for workers and ``imgurl batch``."""

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.composition.showing import disk_cache, remote_hosts
from imgurl.config import Settings
from imgurl.design.archive import open_archive
from imgurl.design.library import load_library
from imgurl.design.shelf import Shelf
from imgurl.gathering.needs import Gathering
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.press import Press
from imgurl.text.fonts import load_catalogue


def gathering_for(
    settings: Settings, press: Press, disk: DiskCache | None = None, shared: SharedCache | None = None
) -> Gathering | None:
    """Return what gathers remote pictures and live values for a press; None if no host is listed."""
    hosts = remote_hosts(settings)
    if not hosts:
        return None
    # Not at the top: aiohttp takes longer to load than all the rest, and most installations list no host.
    from imgurl.composition.gathering import open_gathering_thread  # noqa: PLC0415

    return open_gathering_thread(settings, hosts, press, disk, shared)


def open_drawing_pipeline(settings: Settings, *, shared: SharedCache | None = None) -> PressPipeline:
    """Open the designs and caches of these settings, and keep the designs' versions for links pinned to them.

    Raises SettingsError if there are no designs or no fonts.
    """
    fonts = load_catalogue(settings.fonts)
    archive = open_archive(settings.data, settings.store_url)
    shelf = Shelf(settings.designs, fonts, load_library(settings.designs, fonts), archive)
    disk = disk_cache(settings)
    press = Press(fonts, disk)
    pipeline = PressPipeline(shelf, press, disk, shared, settings.max_age, gathering_for(settings, press, disk, shared))
    shelf.keep()
    return pipeline
