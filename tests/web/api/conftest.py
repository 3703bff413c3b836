"""An API for each test, and one that the tests of a module share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from imgurl.text.fonts import FontCatalogue
from tests.web.api.client import Api


@pytest.fixture
def api(tmp_path: Path, fonts: FontCatalogue) -> Iterator[Api]:
    """An API of one's own."""
    opened = Api(tmp_path, fonts)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, fonts: FontCatalogue) -> Iterator[Api]:
    """An API that the tests of a module share."""
    opened = Api(tmp_path_factory.mktemp("shared"), fonts)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def admin(shared: Api) -> str:
    """A key that may do everything, for the shared API."""
    return shared.key()
