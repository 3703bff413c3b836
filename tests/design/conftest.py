"""What tests of a design's folder share: a folder with one design, and that design."""

from pathlib import Path

import pytest

from imgurl.design.library import Design, load_design
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import PHOTO, WITH_PHOTO, write_design


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the design ``test``, which has a picture."""
    write_design(tmp_path, WITH_PHOTO, PHOTO)
    return tmp_path


@pytest.fixture
def design(folder: Path, fonts: FontCatalogue) -> Design:
    """The design of that folder."""
    return load_design(folder / "test", fonts)
