"""Pipelines for commands that only look: nothing is written but the files they are asked for."""

from pathlib import Path

from imgurl.cli.options import open_designs
from imgurl.composition.drawing import gathering_for
from imgurl.config import Settings
from imgurl.design.archive import open_archive
from imgurl.design.shelf import Shelf, open_shelf
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.press import Press
from imgurl.text.fonts import load_catalogue


def open_preview(designs: Path | None) -> PressPipeline:
    """Open the designs as they are now, without earlier versions and without caches."""
    settings, fonts, library = open_designs(designs)
    press = Press(fonts)
    return PressPipeline(Shelf(settings.designs, fonts, library), press, gathering=gathering_for(settings, press))


def open_server_view(settings: Settings) -> PressPipeline:
    """Open the designs as a server with these settings sees them: with the versions that links are pinned to."""
    fonts = load_catalogue(settings.fonts)
    archive = open_archive(settings.data, settings.store_url, is_read_only=True)
    press = Press(fonts)
    shelf = open_shelf(settings.designs, fonts, archive)
    return PressPipeline(shelf, press, max_age=settings.max_age, gathering=gathering_for(settings, press))
