"""Whether there is something to do for job workers, asked with one small query: no engine, a fraction of a millisecond.

The engine looks into its queue five times a second in each worker, and a worker takes 90 MB. Who asks here first needs
neither while there is nothing to do.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, and_, exists, func, select

from imgurl.database import reading, translating_errors
from imgurl.jobs.database import FILE_NAME, JOBS, TASKS, WEBHOOKS, open_database
from imgurl.jobs.ledger import OPEN, QUEUED
from imgurl.jobs.port import RETENTION_SECONDS, JobState

# Old jobs are looked for each hour: a worker purges them when it starts.
PURGE_SECONDS = 3_600.0

# A database in files that nobody wrote to since it had nothing to do is not asked again for so long: only what waits
# for its time, a webhook that is tried again, becomes due without a write.
QUIET_SECONDS = 10.0

#: Sizes and times of change of the files of a database.
Look = tuple[tuple[int, int] | None, ...]


class Demand:
    """Counts what waits for workers. Used by one thread; opened when there is a database to ask.

    Mutable state: the connections, when old jobs were looked for, and when there was nothing to do.
    """

    def __init__(self, data: Path, database_url: str | None, clock: Callable[[], float] = time.time) -> None:
        self._data = data
        self._database_url = database_url
        self._clock = clock
        self._engine: Engine | None = None
        self._purged = -PURGE_SECONDS
        self._quiet: tuple[Look, float] | None = None

    def __call__(self) -> int:
        """Return how many workers have something to do: tasks that wait or are under way, webhooks that are due.

        Raises DatabaseDown.
        """
        look = () if self._database_url else tuple(map(_look, self._files))
        if self._quiet is not None and self._quiet[0] == look and time.monotonic() < self._quiet[1]:
            return 0
        count = self._asked()
        # Not for Postgres, which has no files here.
        self._quiet = (look, time.monotonic() + QUIET_SECONDS) if look and not count else None
        return count

    @property
    def _files(self) -> tuple[Path, ...]:
        path = self._data / FILE_NAME
        return path, path.with_name(path.name + "-wal")

    def _asked(self) -> int:
        engine = self._opened()
        if engine is None:
            return 0
        with reading(engine) as connection:
            found = connection.execute(_question(int(self._clock() * 1000))).one()
        tasks, webhook, old = int(found[0]), bool(found[1]), bool(found[2])
        if old and time.monotonic() - self._purged >= PURGE_SECONDS:
            self._purged = time.monotonic()
            return max(1, tasks)
        return max(tasks, int(webhook))

    def states(self) -> Mapping[str, int]:
        """Return how many jobs there are in each state, {} where there is no database. Raises DatabaseDown."""
        engine = self._opened()
        if engine is None:
            return {}
        with reading(engine) as connection:
            found = connection.execute(select(JOBS.c.status, func.count()).group_by(JOBS.c.status)).all()
        return {str(state): 0 for state in JobState} | {row[0]: int(row[1]) for row in found}

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    def _opened(self) -> Engine | None:
        # Without a file nobody has sent a batch yet, and asking must not make one.
        if self._engine is None and (self._database_url or (self._data / FILE_NAME).exists()):
            with translating_errors():
                self._engine = open_database(self._data, self._database_url)
        return self._engine


def _look(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _question(now: int) -> Select[Any]:
    # The task that puts a result together is queued when all chunks are done; those of jobs that ended count no more.
    tasks = (
        select(func.count())
        .select_from(TASKS.join(JOBS, JOBS.c.job_id == TASKS.c.job_id))
        .where(JOBS.c.status.in_(OPEN), TASKS.c.state == QUEUED)
    )
    webhook = exists().where(WEBHOOKS.c.due <= now)
    old = exists().where(and_(JOBS.c.status.not_in(OPEN), JOBS.c.ended <= now - RETENTION_SECONDS * 1000))
    return select(tasks.scalar_subquery(), webhook, old)
