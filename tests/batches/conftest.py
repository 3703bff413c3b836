"""A runner for each test."""

from pathlib import Path

import pytest

from imgurl.text.fonts import FontCatalogue
from tests.batches.factories import BatchRunner, make_runner


@pytest.fixture
def runner(tmp_path: Path, fonts: FontCatalogue) -> BatchRunner:
    """A store and two small designs."""
    return make_runner(tmp_path, fonts)
