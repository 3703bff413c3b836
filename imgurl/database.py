"""Databases: SQLite files in the data folder, or one Postgres for all machines, with one code path for their users.

Statements are those that both understand; what differs between the two is in this module.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine import URL, make_url

from imgurl.errors import DatabaseDown, SettingsError

# A writer of another process holds the file for some milliseconds; this is for a machine that stalls.
BUSY_SECONDS = 30

# A database that does not answer within this is down.
CONNECT_SECONDS = 5

# Connections of one process at most. A worker was seen with four; a server opens one per request that needs it.
MOST_CONNECTIONS = 8

# DBOS 3.4 asks SQLite for milliseconds wherever Python is 3.12 or newer. An older SQLite, as Debian 12 and Ubuntu 22.04
# have it, answers null, and no job could be written.
SUBSECONDS_SINCE = (3, 42, 0)

# A connection whose process or network is gone is noticed after 10 + 3 × 5 seconds, not after two hours.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}

# A process that was stopped in the middle of a transaction (SIGSTOP, a frozen machine) loses its locks after this.
IDLE_MILLISECONDS = 60_000


def connect(data: Path, file_name: str, database_url: str | None) -> Engine:
    """Return an engine; whether the database answers is seen at its first connection.

    ``database_url`` is ``postgresql://…``; without it the file in the data folder is used, readable by its owner only.
    Raises SettingsError for any other URL, DatabaseDown if the file cannot be created.
    """
    return _postgres(database_url) if database_url else _sqlite(data / file_name)


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lend a connection on which each statement stands for itself, outside any transaction. Raises DatabaseDown."""
    with translating_errors(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
        else:
            # sqlite3 begins no transaction for a SELECT; and resetting the option would undo what _prepare sets.
            yield connection


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for one transaction: all of it happens or nothing. Raises DatabaseDown."""
    with translating_errors(), engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # As a writer from the start: SQLite refuses at once, without waiting, to turn a reader whose snapshot is
            # old into a writer. And sqlite3 by itself begins no transaction for statements that change the schema.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


@contextlib.contextmanager
def exclusive(engine: Engine, lock_id: int) -> Iterator[Connection]:
    """Lend a connection for a transaction that runs in one process at a time, of all that give this lock id."""
    with writing(engine) as connection:
        advisory_lock(connection, lock_id)
        yield connection


def advisory_lock(connection: Connection, lock_id: int) -> None:
    """Wait until no other transaction, in any process, holds this lock; hold it until this transaction ends.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock_id)"), {"lock_id": lock_id})


@contextlib.contextmanager
def translating_errors() -> Iterator[None]:
    """Raise DatabaseDown for a database that is away, busy or full; mistakes of ours and duplicate keys stay."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
        # Not the error's words: they may contain the address of the database.
        raise DatabaseDown(type(error).__name__) from error
    except exc.DBAPIError as error:
        # SQLite's plain DatabaseError: the file is not a database, or damaged.
        if not error.connection_invalidated and type(error) is not exc.DatabaseError:
            raise
        raise DatabaseDown(type(error).__name__) from error


def plain_url(engine: Engine) -> str:
    """Return the URL of the database, including its password."""
    return engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=False)


def _postgres(database_url: str) -> Engine:
    try:
        url = make_url(database_url)
    except exc.ArgumentError:
        # Not "from error": the words of that error contain the URL, and the URL a password.
        raise SettingsError(
            "IMGURL_DATABASE_URL is not a valid URL; write postgresql://user:password@host/database"
        ) from None
    if url.drivername.partition("+")[0] not in {"postgresql", "postgres"}:
        raise SettingsError("IMGURL_DATABASE_URL must begin with postgresql://; leave it out to use SQLite")
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=MOST_CONNECTIONS,
        max_overflow=0,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "imgurl", **KEEPALIVE},
    )
    event.listen(engine, "connect", _limit_idle_time)
    return engine


def _limit_idle_time(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MILLISECONDS}")
    # Committed: the pool rolls a connection back when it is returned, which would undo it.
    connection.commit()


def _sqlite(path: Path) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Created by us first: SQLite would make it readable for everyone.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DatabaseDown(f"the data folder cannot be written: {error.strerror}") from error
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
    # For the engine's own transactions: one that writes begins as a writer and waits for its turn.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if sqlite3.sqlite_version_info < SUBSECONDS_SINCE:
        connection.create_function("unixepoch", 1, _unix_time)


def _unix_time(moment: object) -> float:
    """Answer as ``unixepoch('subsec')`` of a newer SQLite (https://www.sqlite.org/lang_datefunc.html)."""
    if moment != "subsec":
        raise ValueError(f"unixepoch({moment!r}) is not known here: ask for 'subsec'")
    return round(time.time(), 3)
