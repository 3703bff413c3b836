"""Whether job workers have something to do, by one small query: no engine, a fraction of a millisecond.

In each worker the engine polls its queue five times a second, and a worker takes 90 MB. A server that asks here first
needs neither while there is nothing to do.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from imgurl.jobs.port import FILE_NAME

if TYPE_CHECKING:
    from imgurl.jobs.counts import Counts

# Old jobs are looked for once an hour: a worker purges them when it starts.
PURGE_SECONDS = 3_600.0

# A SQLite database that had nothing to do and was not written since is not queried again for this long: only a webhook
# that is tried again becomes due without a write.
QUIET_SECONDS = 10.0

#: Sizes and modification times of the files of a database.
FileStates = tuple[tuple[int, int] | None, ...]


class Demand:
    """Counts what waits for workers. Used by one thread; connects once there is a database to query.

    Mutable state: the connections, when old jobs were looked for, and when there was nothing to do.
    """

    def __init__(self, data: Path, database_url: str | None, clock: Callable[[], float] = time.time) -> None:
        self._data = data
        self._database_url = database_url
        self._clock = clock
        self._counts: Counts | None = None
        self._purged = -PURGE_SECONDS
        self._quiet: tuple[FileStates, float] | None = None

    def __call__(self) -> int:
        """Return how many workers have something to do: tasks that wait or are in progress, webhooks that are due.

        Raises DatabaseDown.
        """
        files = () if self._database_url else tuple(map(_file_state, self._files))
        if self._quiet is not None and self._quiet[0] == files and time.monotonic() < self._quiet[1]:
            return 0
        count = self._count()
        # Not for Postgres, which has no files here.
        self._quiet = (files, time.monotonic() + QUIET_SECONDS) if files and not count else None
        return count

    @property
    def _files(self) -> tuple[Path, ...]:
        path = self._data / FILE_NAME
        return path, path.with_name(path.name + "-wal")

    def _count(self) -> int:
        counts = self._opened()
        if counts is None:
            return 0
        tasks, webhook, old = counts.waiting(int(self._clock() * 1000))
        if old and time.monotonic() - self._purged >= PURGE_SECONDS:
            self._purged = time.monotonic()
            return max(1, tasks)
        return max(tasks, int(webhook))

    def states(self) -> Mapping[str, int]:
        """Return how many jobs are in each state, {} if there is no database yet. Raises DatabaseDown."""
        counts = self._opened()
        return {} if counts is None else counts.states()

    def close(self) -> None:
        """Close the connections."""
        if self._counts is not None:
            self._counts.close()

    def _opened(self) -> "Counts | None":
        # Without a file nobody has sent a batch yet, and asking must not create one.
        if self._counts is None and (self._database_url or (self._data / FILE_NAME).exists()):
            # Not at the top: until then a server need not load the library of databases.
            from imgurl.jobs.counts import open_counts  # noqa: PLC0415

            self._counts = open_counts(self._data, self._database_url)
        return self._counts


def _file_state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
