"""The database of jobs: SQLite in the data folder, or Postgres. Our tables and the engine's are in it together.

So one transaction can move a job on and queue what follows: no crash comes between the two. The engine migrates its own
tables.
"""

from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, Engine, Index, Integer, MetaData, Table, Text

from imgurl.jobs.port import FILE_NAME
from imgurl.migrations import Schema, open_migrated

# The advisory lock of processes that migrate: any number, but always this one.
LOCK_ID = 0x6A6F_6273

TABLES = MetaData()

JOBS = Table(
    "imgurl_jobs",
    TABLES,
    Column("job_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("status", Text, nullable=False),
    # Raised by each resume: what an earlier run left in the queue is ignored.
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
    # The task whose ticket carries this one, if it does not wait in the queue itself.
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

# What became of the webhook of a finished job; there is no row before there is one to send.
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


def _create_tables(connection: Connection) -> None:
    for statement in (
        """CREATE TABLE IF NOT EXISTS imgurl_jobs (
            job_id TEXT NOT NULL PRIMARY KEY,
            owner TEXT NOT NULL,
            status TEXT NOT NULL,
            run INTEGER NOT NULL,
            at_once INTEGER NOT NULL,
            webhook TEXT,
            created BIGINT NOT NULL,
            started BIGINT,
            ended BIGINT,
            chunks INTEGER,
            missing INTEGER NOT NULL,
            total BIGINT NOT NULL,
            done BIGINT NOT NULL,
            failed BIGINT NOT NULL,
            error TEXT NOT NULL
        )""",
        """CREATE TABLE IF NOT EXISTS imgurl_job_tasks (
            job_id TEXT NOT NULL,
            number INTEGER NOT NULL,
            state TEXT NOT NULL,
            carrier INTEGER,
            starts INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            rows INTEGER NOT NULL,
            ended BIGINT,
            PRIMARY KEY (job_id, number)
        )""",
        """CREATE TABLE IF NOT EXISTS imgurl_job_fallbacks (
            job_id TEXT NOT NULL,
            field TEXT NOT NULL,
            rows BIGINT NOT NULL,
            PRIMARY KEY (job_id, field)
        )""",
        """CREATE TABLE IF NOT EXISTS imgurl_job_webhooks (
            job_id TEXT NOT NULL PRIMARY KEY,
            event_id TEXT NOT NULL,
            state TEXT NOT NULL,
            tries INTEGER NOT NULL,
            due BIGINT,
            said TEXT NOT NULL
        )""",
        "CREATE INDEX IF NOT EXISTS imgurl_jobs_owner ON imgurl_jobs (owner, created, job_id)",
        "CREATE INDEX IF NOT EXISTS imgurl_jobs_status ON imgurl_jobs (status, ended)",
        "CREATE INDEX IF NOT EXISTS imgurl_job_tasks_state ON imgurl_job_tasks (job_id, state, number)",
        "CREATE INDEX IF NOT EXISTS imgurl_job_tasks_ended ON imgurl_job_tasks (job_id, ended)",
        "CREATE INDEX IF NOT EXISTS imgurl_job_webhooks_event ON imgurl_job_webhooks (event_id)",
        "CREATE INDEX IF NOT EXISTS imgurl_job_webhooks_due ON imgurl_job_webhooks (due)",
    ):
        connection.exec_driver_sql(statement)


# The tables above are what the last step leads to. A step is never changed; a new one is added at the end.
SCHEMA = Schema("jobs", "imgurl_jobs_schema", (_create_tables,), LOCK_ID)


def open_database(data: Path, database_url: str | None) -> Engine:
    """Open the database, and create or migrate our tables; any number of processes may do so at the same time.

    Raises SettingsError for a URL that is not ``postgresql://…`` and for a database of a newer imgurl, DatabaseDown if
    it does not answer.
    """
    return open_migrated(data, FILE_NAME, database_url, SCHEMA)
