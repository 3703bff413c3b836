"""Opens what gathers remote pictures and live values. Imports aiohttp: to be imported where hosts are listed."""

import asyncio

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.config import Settings, secret_of
from imgurl.gathering.counting import Count, uncounted
from imgurl.gathering.fetching import Fetcher
from imgurl.gathering.gatherer import Gatherer
from imgurl.gathering.headers import read_headers
from imgurl.gathering.needs import LookAndWait
from imgurl.gathering.pictures import Look, Pictures, Shelves
from imgurl.gathering.sources import Sources
from imgurl.gathering.thread import GatheringThread
from imgurl.merge.json_paths import values_in

# Of the time that a request waits for its image, how much may pass until it can be drawn.
SHARE = 0.5

# Those who draw ahead wait for pictures: nobody waits for them.
AHEAD_SECONDS = 6.0


def open_gatherer(
    settings: Settings, hosts: frozenset[str], look: Look, disk: DiskCache | None, shared: SharedCache | None,
    count: Count = uncounted,
) -> Gatherer:  # fmt: skip
    """Open what gathers for a server: ``look`` has a picture decoded, ``count`` counts. Raises SettingsError."""
    # Once, so that the first image does not wait for its library beyond a source's deadline.
    values_in(b"{}", {"any": "$.any"})
    return _opened(settings, hosts, look, Shelves(disk, shared), settings.render_deadline * SHARE, count)


def open_gathering_thread(
    settings: Settings,
    hosts: frozenset[str],
    look: LookAndWait,
    disk: DiskCache | None = None,
    shared: SharedCache | None = None,
) -> GatheringThread:
    """Open what gathers for those who wait. Raises SettingsError for bad headers."""
    read_headers(secret_of(settings.source_headers) or "")

    async def in_thread(digest: str, body: bytes) -> str | None:
        return await asyncio.to_thread(look, digest, body)

    return GatheringThread(hosts, lambda: _opened(settings, hosts, in_thread, Shelves(disk, shared), AHEAD_SECONDS))


def _opened(
    settings: Settings, hosts: frozenset[str], look: Look, shelves: Shelves, patience: float, count: Count = uncounted
) -> Gatherer:
    fetcher = Fetcher(hosts)
    sources = Sources(fetcher, read_headers(secret_of(settings.source_headers) or ""), count=count)
    return Gatherer(Pictures(fetcher, look, shelves, count=count), sources, patience)
