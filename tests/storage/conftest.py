"""A store in a folder."""

from pathlib import Path

import pytest

from imgurl.storage import Storage, open_storage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a folder's store has its files."""
    return tmp_path / "store"


@pytest.fixture
def storage(folder: Path) -> Storage:
    """A store in a folder."""
    return open_storage(folder.as_uri())
