"""Opens what shows images and draws none, and what renderers are opened with."""

import os
import pkgutil
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.config import Settings
from imgurl.design.archive import open_archive
from imgurl.design.library import Library, load_library
from imgurl.design.shelf import Shelf
from imgurl.errors import SettingsError
from imgurl.gathering.needs import Gathering, LookAndWait
from imgurl.outbound.web_urls import read_host_list
from imgurl.pipeline.orders import PREPARED_FORMATS, DesignFiles, StudioSettings, files_of
from imgurl.pipeline.path import Pipeline
from imgurl.renderers.failures import Death, StudioFailed
from imgurl.renderers.orders import Bounds, Limits, Recipe, Studio
from imgurl.renderers.pool import Pool
from imgurl.renderers.port import Renderers
from imgurl.renderers.thread import DrawingThread
from imgurl.text.fonts import load_catalogue

MEGABYTE = 1_000_000

STUDIO = "imgurl.pipeline.studio:open_studio"
LAZY_STUDIO = "imgurl.pipeline.studio:open_lazily"

# A renderer is killed after so many deadlines of a request, and not before so many seconds: a design that is drawn for
# the first time is compiled first.
KILLED_AFTER_DEADLINES = 2.0
KILLED_AFTER_SECONDS = 10.0

# What is drawn while somebody waits gives way to hits, and has right of way before batches, which are at 10.
NICENESS = 5


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
    shelf = open_shelf_of(settings, library, background)
    pipeline = Pipeline(shelf, disk_cache(settings), shared, settings.max_age, remote_hosts(settings))
    shelf.keep()
    return pipeline


def open_shelf_of(settings: Settings, library: Library | None = None, background: Executor | None = None) -> Shelf:
    """Open the designs of these settings. Raises SettingsError if there are none, or no fonts."""
    fonts = load_catalogue(settings.fonts)
    archive = open_archive(settings.data, settings.store_url)
    return Shelf(settings.designs, fonts, library or load_library(settings.designs, fonts), archive, background)


def open_renderers(
    settings: Settings,
    library: Library,
    background: Executor,
    report: Callable[[Death | StudioFailed], object] = lambda _: None,
    *,
    count: int,
) -> Renderers:
    """Return so many renderers for these designs, to be started; for 0 a thread of this process."""
    bounds = Bounds(settings.render_queue, settings.render_deadline)
    if not count:
        return DrawingThread(partial(lazy_studio, studio_settings(settings), background), bounds)
    limits = Limits(order_seconds=order_seconds(settings), niceness=NICENESS)
    return Pool(recipe_of(settings, library, is_whole=False), count, limits, bounds, report=report)


def recipe_of(settings: Settings, library: Library, *, is_whole: bool) -> Recipe:
    """Return what the renderers of a server are opened with.

    Variants and all formats take seconds, which a start does not have.
    """
    studio = studio_settings(settings, tuple(files_of(design) for design in library.designs.values()))
    return recipe_for(replace(studio, formats=PREPARED_FORMATS, has_variants=True) if is_whole else studio)


def recipe_for(studio: StudioSettings) -> Recipe:
    """Return how a studio is opened: if a design can't even be tried, without any prepared ahead."""
    return Recipe(STUDIO, studio, replace(studio, designs=()))


def draws_in_processes(settings: Settings) -> bool:
    """Say whether renderers are processes. Otherwise a thread draws, as on Windows, which can't fork."""
    return hasattr(os, "fork") and settings.renderers != 0


def order_seconds(settings: Settings) -> float:
    """Return after how many seconds a renderer is killed over one order."""
    return max(KILLED_AFTER_DEADLINES * settings.render_deadline, KILLED_AFTER_SECONDS)


def remote_hosts(settings: Settings) -> frozenset[str]:
    """Return the hosts that pictures and live values may be fetched from. Raises SettingsError."""
    try:
        return read_host_list(settings.remote_hosts)
    except ValueError as error:
        raise SettingsError(f"IMGURL_REMOTE_HOSTS: {error}") from None


def gathering_with(
    settings: Settings, look: LookAndWait, disk: DiskCache | None = None, shared: SharedCache | None = None
) -> Gathering | None:
    """Return what gathers remote pictures and live values for those who wait; None if no host is listed.

    ``look`` has a picture decoded. Raises SettingsError.
    """
    hosts = remote_hosts(settings)
    if not hosts:
        return None
    # Not at the top: aiohttp takes longer to load than all the rest, and most installations list no host.
    from imgurl.composition.gathering import open_gathering_thread  # noqa: PLC0415

    return open_gathering_thread(settings, hosts, look, disk, shared)


def disk_cache(settings: Settings) -> DiskCache:
    """Return the cache of finished images on disk."""
    return DiskCache(settings.data / "cache", settings.disk_cache_mb * MEGABYTE)


def studio_settings(
    settings: Settings,
    designs: tuple[DesignFiles, ...] = (),
    formats: tuple[str, ...] | None = None,
    *,
    is_quick: bool = True,
) -> StudioSettings:
    """Return what a studio is opened with."""
    disk_bytes = settings.disk_cache_mb * MEGABYTE
    return StudioSettings(settings.fonts, settings.data / "cache", disk_bytes, designs, formats, is_quick=is_quick)


def lazy_studio(settings: StudioSettings, background: Executor | None) -> Studio:
    """Open a studio for a thread; what draws is loaded now, and never where renderers are processes."""
    studio: Studio = pkgutil.resolve_name(LAZY_STUDIO)(settings, background)
    return studio
