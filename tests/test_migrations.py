"""Schema versions: steps taken once and in order, on databases of every age, by any number of processes."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, Engine, MetaData, inspect, text

from imgurl.access import database as access
from imgurl.access.idempotency import Idempotency, Replay
from imgurl.access.keys import ApiKeys, Scope
from imgurl.access.tokens import FILE_NAME as ACCESS_FILE
from imgurl.campaigns import database as campaigns
from imgurl.campaigns.control import FILE_NAME as CAMPAIGNS_FILE
from imgurl.database import connect, reading, writing
from imgurl.errors import SettingsError
from imgurl.jobs import database as jobs
from imgurl.jobs.port import FILE_NAME as JOBS_FILE
from imgurl.migrations import Schema, migrate
from tests.jobs.ledger_rig import open_ledger_rig

DUMPS = Path(__file__).parent / "data" / "databases"

#: The databases: name, file, schema, tables as the code asks for them, how it is opened.
Database = tuple[str, str, Schema, MetaData, Callable[[Path, str | None], Engine]]
ACCESS: Database = ("access", ACCESS_FILE, access.SCHEMA, access.TABLES, access.open_database)
JOBS: Database = ("jobs", JOBS_FILE, jobs.SCHEMA, jobs.TABLES, jobs.open_database)
CAMPAIGNS: Database = (
    "campaigns", CAMPAIGNS_FILE, campaigns.SCHEMA, campaigns.TABLES, campaigns.open_database,
)  # fmt: skip
each = pytest.mark.parametrize("database", [ACCESS, JOBS, CAMPAIGNS], ids=["access", "jobs", "campaigns"])

# Those that were there before there were schema versions.
UNVERSIONED = [ACCESS, JOBS]

# Takes the steps of a toy schema, slowly, and says so.
MIGRATOR = """
import sys
from pathlib import Path
from imgurl.database import connect
from imgurl.migrations import migrate
from tests.test_migrations import toy
engine = connect(Path(sys.argv[1]), "toy.db", sys.argv[2] or None)
migrate(engine, toy(3))
print("migrated")
"""


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """What IMGURL_DATABASE_URL says: nothing, or an empty database on a real server."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def create(connection: Connection) -> None:
    """Make a table that tells which steps were taken, and in which order."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS toys (step TEXT NOT NULL)")
    connection.exec_driver_sql("INSERT INTO toys VALUES ('create')")


def note_slowly(connection: Connection) -> None:
    """Take a moment, so that other processes come meanwhile."""
    connection.exec_driver_sql("INSERT INTO toys VALUES ('note')")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_sleep(0.5)")
    else:
        slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT max(i) FROM n"
        connection.exec_driver_sql(slow)


def widen(connection: Connection) -> None:
    """Change the table, as a later version might."""
    connection.exec_driver_sql("ALTER TABLE toys ADD COLUMN size INTEGER")
    connection.exec_driver_sql("INSERT INTO toys VALUES ('widen', 3)")


def toy(version: int) -> Schema:
    """Return the toy schema as an imgurl knows it that has so many of its steps."""
    return Schema("toys", "imgurl_toys_schema", (create, note_slowly, widen)[:version], 0x746F_7973)


def taken(engine: Engine) -> list[str]:
    """Return the steps that were taken."""
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT step FROM toys")))


def test_steps_are_taken_in_order_and_once(database_url: str | None, tmp_path: Path) -> None:
    """An empty database takes all of them; one of an older version takes those it lacks; a new one takes none."""
    engine = connect(tmp_path, "toy.db", database_url)
    migrate(engine, toy(1))
    assert taken(engine) == ["create"]
    for _ in range(2):
        migrate(engine, toy(3))
        assert taken(engine) == ["create", "note", "widen"]
    engine.dispose()


def test_a_step_that_fails_leaves_the_database_as_it_was(database_url: str | None, tmp_path: Path) -> None:
    """Also the steps before it: all of them are one transaction, changes of tables too."""

    def fail(_: Connection) -> None:
        raise ZeroDivisionError

    engine = connect(tmp_path, "toy.db", database_url)
    migrate(engine, toy(1))
    with pytest.raises(ZeroDivisionError):
        migrate(engine, Schema("toys", "imgurl_toys_schema", (create, widen, fail), 0x746F_7973))
    assert taken(engine) == ["create"]
    assert [column["name"] for column in inspect(engine).get_columns("toys")] == ["step"]
    migrate(engine, toy(3))
    assert taken(engine) == ["create", "note", "widen"]
    engine.dispose()


def test_of_processes_that_start_together_one_migrates(database_url: str | None, tmp_path: Path) -> None:
    """Three of them on a database of version 1: each step is taken once, and all go on."""
    engine = connect(tmp_path, "toy.db", database_url)
    migrate(engine, toy(1))
    command = [sys.executable, "-c", MIGRATOR, str(tmp_path), database_url or ""]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60) for process in running] == [("migrated\n", "")] * 3
    assert taken(engine) == ["create", "note", "widen"]
    engine.dispose()


@each
def test_a_database_of_a_newer_version_is_refused(database: Database, database_url: str | None, tmp_path: Path) -> None:
    """With a sentence that says what to do; nothing of it is changed."""
    _, _, schema, _, open_database = database
    engine = open_database(tmp_path, database_url)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {schema.version_table} SET version = 99"))
    with pytest.raises(SettingsError, match=f"{schema.purpose} has schema version 99.* install the imgurl"):
        open_database(tmp_path, database_url)
    with reading(engine) as connection:
        assert connection.scalar(text(f"SELECT version FROM {schema.version_table}")) == 99
    engine.dispose()


def tables(engine: Engine, names: list[str]) -> dict[str, object]:
    """Return columns, keys and indexes of tables."""
    inspector = inspect(engine)
    return {
        name: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)},
            inspector.get_pk_constraint(name)["constrained_columns"],
            [unique["column_names"] for unique in inspector.get_unique_constraints(name)],
            {index["name"]: index["column_names"] for index in inspector.get_indexes(name)},
        )
        for name in names
    }


def restore(name: str, file: Path, database_url: str | None) -> None:
    """Make the database of a dump: one that the code made before there were schema versions."""
    if database_url is None:
        with sqlite3.connect(file) as sqlite:
            sqlite.executescript((DUMPS / f"{name}-unversioned.sqlite.sql").read_text())
        sqlite.close()
    else:
        with psycopg.connect(database_url) as postgres:
            postgres.execute((DUMPS / f"{name}-unversioned.postgres.sql").read_bytes())


@each
def test_the_steps_lead_to_the_tables_that_the_code_asks_for(
    database: Database, database_url: str | None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """An empty database has the columns, keys and indexes of the definitions."""
    assert_tables_of(database, database_url, tmp_path, request)


@pytest.mark.parametrize("database", UNVERSIONED, ids=lambda database: database[0])
def test_the_steps_from_before_there_were_versions(
    database: Database, database_url: str | None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """They lead to the same columns, keys and indexes."""
    name, file_name, *_ = database
    restore(name, tmp_path / file_name, database_url)
    assert_tables_of(database, database_url, tmp_path, request)


def assert_tables_of(
    database: Database, database_url: str | None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Open a database, and compare its tables with those that the definitions make."""
    *_, schema, definitions, open_database = database
    engine = open_database(tmp_path, database_url)
    defined_url = database_url and request.getfixturevalue("postgres_server").new_database()
    defined = connect(tmp_path, "defined.db", defined_url)
    definitions.create_all(defined)
    names = sorted(definitions.tables)
    assert tables(engine, names) == tables(defined, names)
    with reading(engine) as connection:
        assert connection.scalar(text(f"SELECT version FROM {schema.version_table}")) == len(schema.steps)
    engine.dispose()
    defined.dispose()


def test_keys_from_before_versions_are_kept(database_url: str | None, tmp_path: Path) -> None:
    """API keys with all they say, answers that are repeated, and requests under way."""
    restore("access", tmp_path / ACCESS_FILE, database_url)
    engine = access.open_database(tmp_path, database_url)
    live, revoked = sorted(ApiKeys(engine).list(), key=lambda key: key.test)
    assert (live.name, live.scopes, live.designs, live.expires, live.revoked) == (
        "crm", frozenset({Scope.RENDER, Scope.BATCH}), ("cert-2025",), 1_900_000_000, None,
    )  # fmt: skip
    assert (revoked.scopes, revoked.test, revoked.revoked) == (frozenset({Scope.READ}), True, 1_764_000_000)
    replay = Idempotency(engine, lambda: 1_764_000_001.0).begin("crm POST /v1/links", "order-1", "f" * 64)
    headers = (("content-type", "application/json"),)
    assert replay == Replay(200, headers, b'{"links":[]}', "f" * 64)
    engine.dispose()


def test_jobs_from_before_versions_go_on(database_url: str | None, tmp_path: Path) -> None:
    """One that is done keeps its counts and what became of its webhook; one under way goes on with its chunks."""
    restore("jobs", tmp_path / JOBS_FILE, database_url)
    with open_ledger_rig(tmp_path, database_url) as rig:
        done = rig.ledger.status("done")
        assert (done.status, done.done, done.failed, done.fallbacks) == ("completed", 9, 1, {"first_name": 2})
        assert (done.webhook and done.webhook.state, done.created) == ("delivered", 1_764_000_000)
        running = rig.ledger.status("running")
        assert (running.status, running.total, running.done) == ("running", 30, 10)
        assert rig.ledger.begin("running", 1, 1) == 1
