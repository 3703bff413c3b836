"""Whether pictures are to be written: read here, before tests/conftest.py clears the environment."""

import os

import pytest

WRITES = os.environ.get("WRITE_GOLDEN") == "1"


@pytest.fixture(scope="session")
def writes_golden() -> bool:
    """Whether reference pictures are rewritten instead of compared."""
    return WRITES
