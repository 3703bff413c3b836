"""The ledger of the tests: on SQLite in a folder, and on a real Postgres; both have to do the same."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imgurl.campaigns.lazy import LazyLedger
from imgurl.campaigns.ledger import Ledger

Opened = Callable[[], Ledger]


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """What IMGURL_DATABASE_URL says: nothing, or an empty database on a real server."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def opened(database_url: str | None, tmp_path: Path) -> Iterator[Opened]:
    """Opens the same database as often as wanted, each time as another process would."""
    lazies: list[LazyLedger] = []

    def opening() -> Ledger:
        lazies.append(LazyLedger(tmp_path, database_url))
        return lazies[-1].opened()

    yield opening
    for lazy in lazies:
        lazy.close()


@pytest.fixture
def ledger(opened: Opened) -> Ledger:
    """One open ledger."""
    return opened()
