"""Opens what gathers pictures and values for those who draw in their own process: commands."""

from imgurl.cache.disk import DiskCache
from imgurl.composition.showing import gathering_with
from imgurl.config import Settings
from imgurl.gathering.needs import Gathering
from imgurl.pipeline.press import Press


def gathering_for(settings: Settings, press: Press, disk: DiskCache | None = None) -> Gathering | None:
    """Return what gathers remote pictures and live values for a press; None if no host is listed."""
    return gathering_with(settings, press.remote.learn, disk)
