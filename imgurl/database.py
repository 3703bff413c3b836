"""Databases: SQLite files in the data folder, or one Postgres for all machines. One code path for who uses them.

Statements are those that both understand; what differs in connecting lies in this module.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine import URL, make_url

from imgurl.errors import DatabaseDown, SettingsError

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


def connect(data: Path, file_name: str, database_url: str | None) -> Engine:
    """Return what connections come from; whether the database answers is seen with the first of them.

    ``database_url`` is ``postgresql://…``; without it the file in the data folder is used, readable by its owner alone.
    Raises SettingsError for a URL of another kind, DatabaseDown where the file can't be made.
    """
    return _postgres(database_url) if database_url else _sqlite(data / file_name)


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for one transaction: all of it happens or nothing. Raises DatabaseDown."""
    with told_apart(), engine.begin() as connection:
        yield connection


def stand_alone(connection: Connection, number: int) -> None:
    """Wait until no other transaction that gave this number is under way, in any process, and keep others waiting.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


@contextlib.contextmanager
def told_apart() -> Iterator[None]:
    """Let a database that is away, busy or full be told apart from a mistake of ours, and from two rows of one key."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
        # Not the error's words: they may hold the address of the database.
        raise DatabaseDown(type(error).__name__) from error
    except exc.DBAPIError as error:
        # SQLite's plain DatabaseError: the file is none of its own, or damaged.
        if not error.connection_invalidated and type(error) is not exc.DatabaseError:
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


def _sqlite(path: Path) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made by us first: SQLite would make it readable for all.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DatabaseDown(f"the data folder can't be written to: {error.strerror}") from error
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
