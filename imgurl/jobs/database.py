"""The database of jobs: SQLite in the data folder, or Postgres. Our tables and the engine's lie in it together.

So one transaction can move a job on and queue what follows: no crash comes between the two.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, Engine, Index, Integer, MetaData, Table, Text, inspect
from sqlalchemy.schema import CreateIndex, CreateTable

from imgurl.database import connect, stand_alone, told_apart, writing

FILE_NAME = "jobs.db"

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

# What became of the webhook of a job that ended; without a row there was none to send yet.
WEBHOOKS = Table(
    "imgurl_job_webhooks",
    TABLES,
    Column("job_id", Text, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    # When it is tried again, in milliseconds since 1970; null for never.
    Column("due", BigInteger),
    Column("said", Text, nullable=False),
    Index("imgurl_job_webhooks_event", "event_id"),
    Index("imgurl_job_webhooks_due", "due"),
)


def open_database(data: Path, database_url: str | None) -> Engine:
    """Open the database and make our tables where they are missing; any number of processes may do so at once.

    Raises SettingsError for a URL that is not ``postgresql://…``, DatabaseDown when it does not answer.
    """
    engine = connect(data, FILE_NAME, database_url)
    with reading(engine) as connection:
        there = inspect(connection).get_table_names()
    # Not where all are there: Postgres locks a table also for an index that it need not make.
    if not set(TABLES.tables) <= set(there):
        _make_tables(engine)
    return engine


def _make_tables(engine: Engine) -> None:
    with writing(engine) as connection:
        stand_alone(connection, ALONE)
        for table in TABLES.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for reading. Raises DatabaseDown."""
    with told_apart(), engine.connect() as connection:
        yield connection
