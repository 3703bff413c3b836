"""The database of API keys, idempotency keys and ended sessions: SQLite in the data folder, or Postgres."""

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
)

from imgurl.access.tokens import FILE_NAME
from imgurl.migrations import Schema, open_migrated

# The advisory lock of processes that migrate or make keys: any number, but always this one.
LOCK_ID = 0x696D_6775_726C

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

ENDED_SESSIONS = Table(
    "imgurl_ended_sessions",
    TABLES,
    Column("digest", Text, primary_key=True),
    Column("forgotten", BigInteger, nullable=False),
)


def _create_tables(connection: Connection) -> None:
    bytes_type = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in (
        """CREATE TABLE IF NOT EXISTS imgurl_api_keys (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            test BOOLEAN NOT NULL,
            digest TEXT NOT NULL UNIQUE,
            shown TEXT NOT NULL,
            scopes TEXT NOT NULL,
            designs TEXT,
            created BIGINT NOT NULL,
            expires BIGINT,
            revoked BIGINT
        )""",
        f"""CREATE TABLE IF NOT EXISTS imgurl_idempotency (
            scope TEXT NOT NULL,
            "key" TEXT NOT NULL,
            claim TEXT NOT NULL,
            fingerprint TEXT,
            created BIGINT NOT NULL,
            alive BIGINT NOT NULL,
            status INTEGER,
            headers TEXT,
            body {bytes_type},
            PRIMARY KEY (scope, "key")
        )""",
        "CREATE INDEX IF NOT EXISTS imgurl_idempotency_created ON imgurl_idempotency (created)",
    ):
        connection.exec_driver_sql(statement)


def _create_ended_sessions(connection: Connection) -> None:
    connection.exec_driver_sql(
        "CREATE TABLE imgurl_ended_sessions (digest TEXT NOT NULL PRIMARY KEY, forgotten BIGINT NOT NULL)"
    )


# The tables above are what the last step leads to. A step is never changed; a new one is added at the end.
SCHEMA = Schema("API keys", "imgurl_access_schema", (_create_tables, _create_ended_sessions), LOCK_ID)


def open_database(data: Path, database_url: str | None) -> Engine:
    """Open the database, and create or migrate its tables; any number of processes may do so at the same time.

    ``database_url`` is ``postgresql://…``; without it the file ``access.db`` in the data folder is used, readable by
    its owner only. Raises SettingsError for any other URL and for a database of a newer imgurl, DatabaseDown if it does
    not answer.
    """
    return open_migrated(data, FILE_NAME, database_url, SCHEMA)
