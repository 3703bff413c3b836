"""A desk for each test."""

from pathlib import Path

import pytest

from imgurl.text.fonts import FontCatalogue
from tests.batches.making import Desk, make_desk


@pytest.fixture
def desk(tmp_path: Path, fonts: FontCatalogue) -> Desk:
    """A store and two small designs."""
    return make_desk(tmp_path, fonts)
