"""RecordingWork jobs on SQLite and on Postgres."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.sandbox import JobSandbox, sandbox


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JobSandbox]:
    """A sandbox on each of the databases."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with sandbox(tmp_path, url) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Iterator[JobSandbox]:
    """A sandbox on SQLite, for what does not depend on the database."""
    with sandbox(tmp_path) as opened:
        yield opened
