"""The database of API keys and idempotency keys: SQLite in the data folder, or Postgres. One code path.

Statements are those that both understand; what differs lies in this module.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from imgurl.errors import DatabaseDown, SettingsError

FILE_NAME = "access.db"

# A writer of another process has the file for a millisecond or two; this is for a machine that stands still.
BUSY_SECONDS = 10

# A database that does not answer within this is down: the API says so and tries again with the next request.
CONNECT_SECONDS = 5

# Any number, the same in all processes: who holds it alone makes tables or keys (Postgres, advisory locks).
ALONE = 0x696D_6775_726C

TABLES = MetaData()

API_KEYS = Table(
    "imgurl_api_keys",
    TABLES,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("test", Boolean, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("shown", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("designs", Text),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger),
    Column("revoked", BigInteger),
)

IDEMPOTENCY = Table(
    "imgurl_idempotency",
    TABLES,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("claim", Text, nullable=False),
    Column("fingerprint", Text),
    Column("created", BigInteger, nullable=False),
    Column("alive", BigInteger, nullable=False),
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
    Index("imgurl_idempotency_created", "created"),
)


def open_database(data: Path, database_url: str | None) -> Engine:
    """Open the database and make its tables where they are missing; any number of processes may do so at once.

    ``database_url`` is ``postgresql://…``; without it the file ``access.db`` in the data folder is used, readable by
    its owner alone. Raises SettingsError for a URL of another kind, DatabaseDown when it does not answer.
    """
    engine = _postgres(database_url) if database_url else _sqlite(data)
    with alone(engine) as connection:
        TABLES.create_all(connection)
    return engine


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for single statements. Raises DatabaseDown."""
    with _told_apart(), engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for one transaction: all of it happens or nothing. Raises DatabaseDown.

    An IntegrityError of SQLAlchemy passes through.
    """
    with _told_apart(), engine.begin() as connection:
        yield connection


@contextlib.contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for a transaction that no other of this kind runs beside, in any process."""
    with writing(engine) as connection:
        # SQLite has one writer at a time anyway.
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ALONE})
        yield connection


@contextlib.contextmanager
def _told_apart() -> Iterator[None]:
    """Let two rows of one key be told apart from a database that is away."""
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        # Not the error's words: they may hold the address of the database.
        raise DatabaseDown(type(error).__name__) from error


def _postgres(database_url: str) -> Engine:
    try:
        url = make_url(database_url)
    except ArgumentError:
        # Not "from error": the words of that error hold the URL, and the URL a password.
        raise SettingsError("IMGURL_DATABASE_URL is no URL; write postgresql://user:password@host/database") from None
    if url.drivername.partition("+")[0] not in {"postgresql", "postgres"}:
        raise SettingsError("IMGURL_DATABASE_URL must begin with postgresql://; leave it out for SQLite")
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )


def _sqlite(data: Path) -> Engine:
    path = data / FILE_NAME
    try:
        data.mkdir(parents=True, exist_ok=True)
        # Made by us first: SQLite would make it readable for all.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DatabaseDown(f"the data folder can't be written to: {error.strerror}") from error
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path.absolute())),
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    # Readers don't wait for the writer; the setting stays in the file.
    connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    """Begin as a writer: SQLite refuses at once, without waiting, to make a writer of a reader that is behind."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
