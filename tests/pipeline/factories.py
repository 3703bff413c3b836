"""Pipelines over a folder of designs, composed as servers, batches and commands do it."""

from concurrent.futures import Executor
from pathlib import Path

from imgurl.cache.disk import DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.design.archive import Archive
from imgurl.design.shelf import open_shelf
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.press import Press
from imgurl.pipeline.studio import Studio
from imgurl.pipeline.warming import WarmingPipeline
from imgurl.renderers.thread import DrawingThread
from imgurl.text.fonts import FontCatalogue


def pipeline_over(
    designs: Path,
    fonts: FontCatalogue,
    *,
    archive: Archive | None = None,
    disk: DiskCache | None = None,
    shared: SharedCache | None = None,
    background: Executor | None = None,
    max_age: int = 86_400,
) -> PressPipeline:
    """Return a pipeline over a folder; with an archive the versions of its designs are kept there."""
    shelf = open_shelf(designs, fonts, archive, background)
    shelf.keep()
    return PressPipeline(shelf, Press(fonts, disk, background), disk, shared, max_age)


def warming_over(
    designs: Path,
    fonts: FontCatalogue,
    *,
    archive: Archive | None = None,
    disk: DiskCache | None = None,
    shared: SharedCache | None = None,
    press: Press | None = None,
) -> WarmingPipeline:
    """Return the pipeline of a batch over a folder, with a thread that draws. To be closed."""
    shelf = open_shelf(designs, fonts, archive)
    shelf.keep()
    studio = Studio(fonts, press or Press(fonts, disk), disk, ())
    return WarmingPipeline(shelf, lambda *_: DrawingThread(lambda: studio), disk, shared)
