"""Opens what shows images and draws them ahead: for workers and ``imgurl batch``."""

import contextlib
import math
import os
from collections.abc import Callable, Iterator
from functools import partial

from imgurl.cache.shared import SharedCache
from imgurl.composition.showing import (
    disk_cache,
    draws_in_processes,
    gathering_with,
    lazy_studio,
    open_shelf_of,
    order_seconds,
    recipe_for,
    studio_settings,
)
from imgurl.config import Settings
from imgurl.design.library import Design
from imgurl.pipeline.orders import files_of
from imgurl.pipeline.warming import WarmingPipeline
from imgurl.renderers.failures import Death, StudioFailed
from imgurl.renderers.orders import Bounds, Limits
from imgurl.renderers.pool import Pool
from imgurl.renderers.port import Renderers
from imgurl.renderers.thread import DrawingThread

# Batches give way to whatever somebody waits for: renderers of a server are at 5.
NICENESS = 10

# How much may wait is for the one who orders to say: nobody else does.
NO_BOUNDS = Bounds(orders=100_000, seconds=math.inf)

Report = Callable[[Death | StudioFailed], object]


@contextlib.contextmanager
def open_warming_pipeline(
    settings: Settings, count: int, shared: SharedCache | None = None, report: Report = lambda _: None
) -> Iterator[WarmingPipeline]:
    """Open the designs and caches of these settings, and keep the designs' versions for links pinned to them.

    So many renderers are started when there is something to draw. Raises SettingsError if there are no designs or no
    fonts.
    """
    shelf = open_shelf_of(settings)
    disk = disk_cache(settings)
    pipeline = WarmingPipeline(shelf, partial(_renderers, settings, count, report), disk, shared, settings.max_age)
    with contextlib.ExitStack() as opened:
        opened.callback(pipeline.close)
        gathering = gathering_with(settings, pipeline.look, disk, shared)
        if gathering is not None:
            opened.callback(gathering.close)
        pipeline.gather_with(gathering)
        shelf.keep()
        yield pipeline


def _renderers(settings: Settings, count: int, report: Report, design: Design, ext: str) -> Renderers:
    """Return renderers that share what they need for a design in one format, with the best effort."""
    studio = studio_settings(settings, (files_of(design),), formats=(ext,), is_quick=False)
    if not draws_in_processes(settings):
        return DrawingThread(partial(lazy_studio, studio, None), NO_BOUNDS)
    # On top of that of this process, which a worker has raised itself.
    niceness = max(0, NICENESS - os.nice(0))
    limits = Limits(order_seconds=order_seconds(settings), niceness=niceness)
    return Pool(recipe_for(studio), count, limits, NO_BOUNDS, report=report)
