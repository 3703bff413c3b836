"""Schema versions: numbered steps that bring a database up to date, in order, each exactly once.

A database holds its version in one row: the number of steps it has taken. The steps that are missing, and the new
version, are one transaction under a lock; of processes that start together one migrates and the others wait for it.

A step that was released is never changed; what is to be different is a new step at the end. Servers of the previous
version may still be running while a new one migrates, so a step adds: what they need is removed a version later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, delete, insert, inspect, select

from imgurl.database import connect, exclusive, reading
from imgurl.errors import SettingsError

#: Takes a database from one version to the next, by the connection of a transaction.
Step = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one purpose; several schemas may share a Postgres.

    ``purpose`` is for sentences, such as "jobs". ``version_table`` holds the version, ``lock_id`` is the lock of all
    processes that migrate. The first of the ``steps`` leads to version 1; it also finds databases made before there
    were versions, so it creates only what is missing.
    """

    purpose: str
    version_table: str
    steps: tuple[Step, ...]
    lock_id: int


def open_migrated(data: Path, file_name: str, database_url: str | None, schema: Schema) -> Engine:
    """Return an engine for a database, brought to the newest version. Raises as ``connect`` and ``migrate`` do."""
    engine = connect(data, file_name, database_url)
    try:
        migrate(engine, schema)
    except BaseException:
        engine.dispose()
        raise
    return engine


def migrate(engine: Engine, schema: Schema) -> None:
    """Bring a database to the newest version of its schema. Any number of processes may do so at the same time.

    Raises DatabaseDown; SettingsError for a database that a newer imgurl has migrated, which is left as it is.
    """
    newest = len(schema.steps)
    version = schema_version(engine, schema)
    # Most starts end here, without a lock.
    if version < newest:
        with exclusive(engine, schema.lock_id) as connection:
            version = _version(connection, schema)
            for step in schema.steps[version:]:
                step(connection)
            if version < newest:
                _set_version(connection, schema, newest)
    if version > newest:
        raise SettingsError(
            f"the database of {schema.purpose} has schema version {version}, and this imgurl knows versions up to "
            f"{newest}: install the imgurl that ran here last or a newer one, or restore the backup made before it"
        )


def schema_version(engine: Engine, schema: Schema) -> int:
    """Return the version of a database, 0 where it has none yet. Changes nothing. Raises DatabaseDown."""
    with reading(engine) as connection:
        return _version(connection, schema)


def _version(connection: Connection, schema: Schema) -> int:
    """Return the version of a database, 0 for an empty one and for one made before there were versions."""
    if not inspect(connection).has_table(schema.version_table):
        return 0
    return connection.scalar(select(_table(schema).c.version)) or 0


def _set_version(connection: Connection, schema: Schema, version: int) -> None:
    table = _table(schema)
    table.create(connection, checkfirst=True)
    connection.execute(delete(table))
    connection.execute(insert(table).values(version=version))


def _table(schema: Schema) -> Table:
    return Table(schema.version_table, MetaData(), Column("version", Integer, nullable=False))
