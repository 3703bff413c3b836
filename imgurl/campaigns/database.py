"""The database of campaigns: SQLite in the data folder, or Postgres.

A file of its own, so that counts that are written every few seconds never make API keys or jobs wait.
"""

from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, Engine, Index, MetaData, Table, Text

from imgurl.campaigns.control import FILE_NAME
from imgurl.migrations import Schema, open_migrated

# The advisory lock of processes that migrate: any number, but always this one.
LOCK_ID = 0x6361_6D70

TABLES = MetaData()

# Every campaign that was counted or given a limit. Null for a limit: there is none.
CAMPAIGNS = Table(
    "imgurl_campaigns",
    TABLES,
    Column("campaign", Text, primary_key=True),
    # Since when it is stopped, in Unix seconds.
    Column("stopped", BigInteger),
    Column("per_hour", BigInteger),
    Column("total", BigInteger),
    # Pictures drawn: in all, and in the last hour in which there was one, which is in hours since 1970.
    Column("renders", BigInteger, nullable=False),
    Column("hour", BigInteger, nullable=False),
    Column("hour_renders", BigInteger, nullable=False),
)

COUNTS = Table(
    "imgurl_campaign_counts",
    TABLES,
    Column("campaign", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("design", Text, primary_key=True),
    Column("via", Text, primary_key=True),
    Column("fact", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Index("imgurl_campaign_counts_day", "day"),
)


def _create_tables(connection: Connection) -> None:
    for statement in (
        """CREATE TABLE IF NOT EXISTS imgurl_campaigns (
            campaign TEXT NOT NULL PRIMARY KEY,
            stopped BIGINT,
            per_hour BIGINT,
            total BIGINT,
            renders BIGINT NOT NULL,
            hour BIGINT NOT NULL,
            hour_renders BIGINT NOT NULL
        )""",
        """CREATE TABLE IF NOT EXISTS imgurl_campaign_counts (
            campaign TEXT NOT NULL,
            day TEXT NOT NULL,
            design TEXT NOT NULL,
            via TEXT NOT NULL,
            fact TEXT NOT NULL,
            field TEXT NOT NULL,
            count BIGINT NOT NULL,
            PRIMARY KEY (campaign, day, design, via, fact, field)
        )""",
        "CREATE INDEX IF NOT EXISTS imgurl_campaign_counts_day ON imgurl_campaign_counts (day)",
    ):
        connection.exec_driver_sql(statement)


# The tables above are what the last step leads to. A step is never changed; a new one is added at the end.
SCHEMA = Schema("campaigns", "imgurl_campaigns_schema", (_create_tables,), LOCK_ID)


def open_database(data: Path, database_url: str | None) -> Engine:
    """Open the database, and create or migrate its tables; any number of processes may do so at the same time.

    Raises SettingsError for a URL that is not ``postgresql://…`` and for a database of a newer imgurl, DatabaseDown if
    it does not answer.
    """
    return open_migrated(data, FILE_NAME, database_url, SCHEMA)
