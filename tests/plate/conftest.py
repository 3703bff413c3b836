"""Plates for the tests of this folder: of small documents, and of the shipped designs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imgurl.config import shipped
from imgurl.design.library import load_design
from imgurl.plate.compile import Plate, compile_plate
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import TEXT_DESIGNS, write_design

PlateOf = Callable[..., Plate]


@pytest.fixture(scope="session")
def plate_of(fonts: FontCatalogue, tmp_path_factory: pytest.TempPathFactory) -> PlateOf:
    """Return a function that compiles a document with its pictures."""

    shipped_fonts = fonts

    def compiled(
        raw: dict[str, Any], pictures: Mapping[str, Image.Image | Path] | None = None, dpr: int = 1,
        fonts: FontCatalogue = shipped_fonts,
    ) -> Plate:  # fmt: skip
        folder = write_design(tmp_path_factory.mktemp("designs"), raw, pictures)
        return compile_plate(load_design(folder, fonts), fonts, dpr)

    return compiled


@pytest.fixture(scope="session")
def shipped_plates(fonts: FontCatalogue) -> dict[str, Plate]:
    """The shipped designs, compiled."""
    return {name: compile_plate(load_design(shipped("designs") / name, fonts), fonts) for name in TEXT_DESIGNS}
