"""Which process runs the workers, of several servers on one data folder or one Postgres."""

import time
from pathlib import Path

from imgurl.errors import DatabaseDown
from imgurl.jobs.locks import FileLocks, Locks

# A process that is about to end holds its turn for a moment.
PATIENCE_SECONDS = 3.0


class WorkersTurn:
    """The right to run workers: one process has it, of all on one data folder or one Postgres.

    ``first_id`` is the id of the first worker. Used by one thread at a time. Mutable state: the locks, opened at first
    use.
    """

    def __init__(self, data: Path, database_url: str | None, first_id: str) -> None:
        self._data = data
        self._database_url = database_url
        self._id = f"{first_id}.run"
        self._locks: Locks | None = None

    def take(self) -> bool:
        """Take the turn, or keep it; return whether it is ours. Raises DatabaseDown."""
        try:
            if self._locks is None:
                self._locks = self._open()
            return self._locks.take(self._id)
        except OSError as error:
            raise DatabaseDown(f"the data folder cannot be written: {error.strerror}") from error

    def wait(self, patience_seconds: float = PATIENCE_SECONDS) -> bool:
        """Take the turn, or wait a moment for a process that is about to end; return whether it is ours."""
        give_up = time.monotonic() + patience_seconds
        while not (is_ours := self.take()) and time.monotonic() < give_up:
            time.sleep(0.1)
        return is_ours

    def close(self) -> None:
        """Release it."""
        if self._locks is not None:
            self._locks.close()

    def _open(self) -> Locks:
        if not self._database_url:
            return FileLocks(self._data / "workers")
        # Not at the top: a server on SQLite that nobody sends a batch never loads the library of databases.
        from imgurl.database import connect  # noqa: PLC0415
        from imgurl.jobs.postgres_locks import PostgresLocks  # noqa: PLC0415

        return PostgresLocks(connect(self._data, "", self._database_url))
