"""The database of jobs: SQLite in the data folder, or Postgres. Our tables and the engine's lie in it together.

So one transaction can move a job on and queue what follows: no crash comes between the two.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    exc,
    inspect,
    text,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from imgurl.errors import DatabaseDown, SettingsError

FILE_NAME = "jobs.db"

# A writer of another process has the file for some milliseconds; this is for a machine that stands still.
BUSY_SECONDS = 30

# A database that does not answer within this is down.
CONNECT_SECONDS = 5

# Connections of one process at most. A worker was seen with four, a server opens one a request that needs it.
MOST_CONNECTIONS = 8

# A connection whose process or network is gone is noticed after 10 + 3 × 5 seconds, not after two hours.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}

# A process that was stopped in the middle of a transaction (SIGSTOP, a frozen machine) holds its locks no longer.
IDLE_MILLISECONDS = 60_000

# Any number, the same in all processes: who holds it makes the tables (Postgres, advisory locks).
ALONE = 0x6A6F_6273

TABLES = MetaData()

JOBS = Table(
    "imgurl_jobs",
    TABLES,
    Column("job_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("status", Text, nullable=False),
    # Raised by each resume: what an earlier run left in the queue is not carried out.
    Column("run", Integer, nullable=False),
    Column("at_once", Integer, nullable=False),
    Column("webhook", Text),
    # Milliseconds since 1970, here and below.
    Column("created", BigInteger, nullable=False),
    Column("started", BigInteger),
    Column("ended", BigInteger),
    Column("chunks", Integer),
    Column("missing", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Index("imgurl_jobs_owner", "owner", "created", "job_id"),
    Index("imgurl_jobs_status", "status", "ended"),
)

TASKS = Table(
    "imgurl_job_tasks",
    TABLES,
    Column("job_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    # The task whose turn this one takes over, where it does not wait in the queue itself.
    Column("carrier", Integer),
    Column("starts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("ended", BigInteger),
    Index("imgurl_job_tasks_state", "job_id", "state", "number"),
    Index("imgurl_job_tasks_ended", "job_id", "ended"),
)

FALLBACKS = Table(
    "imgurl_job_fallbacks",
    TABLES,
    Column("job_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("rows", BigInteger, nullable=False),
)


def open_database(data: Path, database_url: str | None) -> Engine:
    """Open the database and make our tables where they are missing; any number of processes may do so at once.

    Raises SettingsError for a URL that is not ``postgresql://…``, DatabaseDown when it does not answer.
    """
    engine = _postgres(database_url) if database_url else _sqlite(data)
    with reading(engine) as connection:
        there = inspect(connection).get_table_names()
    # Not where all are there: Postgres locks a table also for an index that it need not make.
    if not set(TABLES.tables) <= set(there):
        _make_tables(engine)
    return engine


def _make_tables(engine: Engine) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ALONE})
        for table in TABLES.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for reading. Raises DatabaseDown."""
    with told_apart(), engine.connect() as connection:
        yield connection


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for one transaction: all of it happens or nothing. Raises DatabaseDown."""
    with told_apart(), engine.begin() as connection:
        yield connection


@contextlib.contextmanager
def told_apart() -> Iterator[None]:
    """Let a database that is away, busy or full be told apart from a mistake of ours."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
        # Not the error's words: they may hold the address of the database.
        raise DatabaseDown(type(error).__name__) from error
    except exc.DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise DatabaseDown(type(error).__name__) from error


def plain_url(engine: Engine) -> str:
    """Return the URL of the database, with its password."""
    return engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=False)


def _postgres(database_url: str) -> Engine:
    try:
        url = make_url(database_url)
    except exc.ArgumentError:
        # Not "from error": the words of that error hold the URL, and the URL a password.
        raise SettingsError("IMGURL_DATABASE_URL is no URL; write postgresql://user:password@host/database") from None
    if url.drivername.partition("+")[0] not in {"postgresql", "postgres"}:
        raise SettingsError("IMGURL_DATABASE_URL must begin with postgresql://; leave it out for SQLite")
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=MOST_CONNECTIONS,
        max_overflow=0,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "imgurl", **KEEPALIVE},
    )
    event.listen(engine, "connect", _bound_idling)
    return engine


def _bound_idling(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MILLISECONDS}")
    # Committed: the pool rolls a connection back when it returns, which would undo it.
    connection.commit()


def _sqlite(data: Path) -> Engine:
    path = data / FILE_NAME
    data.mkdir(parents=True, exist_ok=True)
    # Made by us first: SQLite would make it readable for all.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(
        URL.create("sqlite", database=str(path.absolute())),
        hide_parameters=True,
        pool_size=MOST_CONNECTIONS,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    # A transaction that writes begins as a writer and waits for its turn; readers wait for nobody.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
