"""The database of the tests: SQLite in a folder, and a real Postgres; both have to do the same."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from imgurl.access.database import open_database

Opened = Callable[[], Engine]


class Clock:
    """A clock that stands still until it is moved, in Unix seconds."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock for tests about hours and days."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """What IMGURL_DATABASE_URL says: nothing, or an empty database on a real server."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def opened(database_url: str | None, tmp_path: Path) -> Iterator[Opened]:
    """Opens the same database as often as wanted, each time as another process would."""
    engines: list[Engine] = []

    def opening() -> Engine:
        engines.append(open_database(tmp_path, database_url))
        return engines[-1]

    yield opening
    for engine in engines:
        engine.dispose()


@pytest.fixture
def engine(opened: Opened) -> Engine:
    """One open database."""
    return opened()


class Statements:
    """What was asked of a database since it was looked at."""

    def __init__(self, engine: Engine) -> None:
        self.asked: list[str] = []
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.asked.append(statement)
