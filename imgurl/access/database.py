"""The database of API keys and idempotency keys: SQLite in the data folder, or Postgres. One code path.

Statements are those that both understand; what differs lies in this module.
"""

import contextlib
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
    event,
)

from imgurl.database import connect, stand_alone, told_apart, writing

FILE_NAME = "access.db"

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
    engine = connect(data, FILE_NAME, database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin)
    with alone(engine) as connection:
        TABLES.create_all(connection)
    return engine


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for single statements. Raises DatabaseDown."""
    with told_apart(), engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextlib.contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for a transaction that no other of this kind runs beside, in any process."""
    with writing(engine) as connection:
        stand_alone(connection, ALONE)
        yield connection


def _begin(connection: Connection) -> None:
    """Begin as a writer: SQLite refuses at once, without waiting, to make a writer of a reader that is behind."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
