"""Opens what shows images and draws none, and what the renderers are to be opened with: the server's part."""

import os
import pkgutil
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.config import Settings
from imgurl.design.archive import open_archive
from imgurl.design.library import Library, load_library
from imgurl.design.shelf import Shelf
from imgurl.errors import SettingsError
from imgurl.outbound.web_urls import read_host_list
from imgurl.pipeline.orders import DesignFiles, StudioSettings, files_of
from imgurl.pipeline.path import Pipeline
from imgurl.renderers.failures import Death, StudioFailed
from imgurl.renderers.orders import Bounds, Limits, Recipe, Studio
from imgurl.renderers.pool import Pool
from imgurl.renderers.port import Renderers
from imgurl.renderers.thread import DrawingThread
from imgurl.text.fonts import load_catalogue

MEGABYTE = 1_000_000

# Windows can't: there a thread draws.
CAN_FORK = hasattr(os, "fork")

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
    fonts = load_catalogue(settings.fonts)
    archive = open_archive(settings.data, settings.store_url)
    shelf = Shelf(settings.designs, fonts, library or load_library(settings.designs, fonts), archive, background)
    pipeline = Pipeline(shelf, fonts, disk_cache(settings), shared, settings.max_age, remote_hosts(settings))
    shelf.keep()
    return pipeline


def open_renderers(
    settings: Settings,
    recipe: Recipe,
    background: Executor,
    report: Callable[[Death | StudioFailed], object] = lambda _: None,
    *,
    count: int,
) -> Renderers:
    """Return so many renderers, to be started; for 0 a thread of this process."""
    bounds = Bounds(settings.render_queue, settings.render_deadline)
    if not count:
        return DrawingThread(partial(_lazy_studio, settings, background), bounds)
    seconds = max(KILLED_AFTER_DEADLINES * settings.render_deadline, KILLED_AFTER_SECONDS)
    return Pool(recipe, count, Limits(order_seconds=seconds, niceness=NICENESS), bounds, report=report)


def recipe_of(settings: Settings, library: Library) -> Recipe:
    """Return what renderers are opened with: if a design can't even be tried, without any prepared ahead."""
    designs = tuple(files_of(design) for design in library.designs.values())
    return Recipe(STUDIO, _studio(settings, designs), _studio(settings))


def remote_hosts(settings: Settings) -> frozenset[str]:
    """Return the hosts that pictures and live values may be fetched from. Raises SettingsError."""
    try:
        return read_host_list(settings.remote_hosts)
    except ValueError as error:
        raise SettingsError(f"IMGURL_REMOTE_HOSTS: {error}") from None


def disk_cache(settings: Settings) -> DiskCache:
    """Return the cache of finished images on disk."""
    return DiskCache(settings.data / "cache", settings.disk_cache_mb * MEGABYTE)


def _studio(settings: Settings, designs: tuple[DesignFiles, ...] = ()) -> StudioSettings:
    return StudioSettings(settings.fonts, settings.data / "cache", settings.disk_cache_mb * MEGABYTE, designs)


def _lazy_studio(settings: Settings, background: Executor) -> Studio:
    # By its path: a server whose renderers are processes never loads what draws.
    studio: Studio = pkgutil.resolve_name(LAZY_STUDIO)(_studio(settings), background)
    return studio
