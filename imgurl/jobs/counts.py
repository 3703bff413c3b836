"""What there is to do in a database of jobs, and how many jobs there are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, and_, exists, func, select

from imgurl.database import reading, translating_errors
from imgurl.jobs.database import JOBS, TASKS, WEBHOOKS, open_database
from imgurl.jobs.port import RETENTION_SECONDS, JobState
from imgurl.jobs.rows import OPEN, QUEUED


class Counts:
    """Counts in one database. Each method raises DatabaseDown."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, now: int) -> tuple[int, bool, bool]:
        """Return how many tasks wait or are in progress, whether a webhook is due, and whether there are old jobs.

        ``now`` is in Unix milliseconds.
        """
        with reading(self._engine) as connection:
            tasks, webhook, old = connection.execute(_query(now)).one()
        return int(tasks), bool(webhook), bool(old)

    def states(self) -> Mapping[str, int]:
        """Return how many jobs are in each state."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(JOBS.c.status, func.count()).group_by(JOBS.c.status)).all()
        return {str(state): 0 for state in JobState} | {state: int(count) for state, count in rows}

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def open_counts(data: Path, database_url: str | None) -> Counts:
    """Open the database. Raises DatabaseDown, SettingsError."""
    with translating_errors():
        return Counts(open_database(data, database_url))


def _query(now: int) -> Select[Any]:
    # The task that finishes a job is queued once all chunks are done; tasks of jobs that have ended do not count.
    tasks = (
        select(func.count())
        .select_from(TASKS.join(JOBS, JOBS.c.job_id == TASKS.c.job_id))
        .where(JOBS.c.status.in_(OPEN), TASKS.c.state == QUEUED)
    )
    webhook = exists().where(WEBHOOKS.c.due <= now)
    old = exists().where(and_(JOBS.c.status.not_in(OPEN), JOBS.c.ended <= now - RETENTION_SECONDS * 1000))
    return select(tasks.scalar_subquery(), webhook, old)
