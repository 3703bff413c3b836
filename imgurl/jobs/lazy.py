"""Jobs that are opened when first used: the engine takes a second to import, and many processes never need it."""

import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Event

from imgurl.errors import JobsNotInstalled
from imgurl.heap import loading
from imgurl.jobs.port import Jobs, JobStatus, WorkerHandlers


def has_engine() -> bool:
    """Say whether the job engine is installed: it is an extra."""
    return find_spec("dbos") is not None


def open_jobs(data: Path, database_url: str | None) -> Jobs:
    """Open the jobs of this server: in Postgres if a URL is given, otherwise in SQLite in the data folder.

    Imports the engine, which takes a second. Raises SettingsError, DatabaseDown, JobsNotInstalled.
    """
    if not has_engine():
        raise JobsNotInstalled
    with loading():
        from imgurl.jobs.durable import DurableJobs  # noqa: PLC0415 - DBOS takes a second to import

    return DurableJobs(data, database_url)


class LazyJobs:
    """The jobs that ``open_jobs`` opens, once. Each method is that of ``Jobs``.

    Mutable state: the opened jobs, behind a lock.
    """

    def __init__(self, open_jobs: Callable[[], Jobs]) -> None:
        self._open_jobs = open_jobs
        self._lock = threading.Lock()
        self._jobs: Jobs | None = None

    def submit(self, job_id: str, owner: str, *, webhook: str | None = None, at_once: int = 0) -> JobStatus:
        """Queue a job, see ``Jobs.submit``."""
        return self._opened().submit(job_id, owner, webhook=webhook, at_once=at_once)

    def status(self, job_id: str) -> JobStatus:
        """Return the status of a job, see ``Jobs.status``."""
        return self._opened().status(job_id)

    def list(self, owner: str, limit: int, before: str | None = None) -> Sequence[JobStatus]:
        """Return an owner's jobs, see ``Jobs.list``."""
        return self._opened().list(owner, limit, before)

    def cancel(self, job_id: str) -> JobStatus:
        """Stop a job from starting further chunks, see ``Jobs.cancel``."""
        return self._opened().cancel(job_id)

    def resume(self, job_id: str) -> JobStatus:
        """Queue what is missing of a job, see ``Jobs.resume``."""
        return self._opened().resume(job_id)

    def run_worker(self, handlers: WorkerHandlers, worker_id: str, stop: Event, drain_seconds: float) -> None:
        """Work until ``stop`` is set, see ``Jobs.run_worker``."""
        self._opened().run_worker(handlers, worker_id, stop, drain_seconds)

    def purge(self, older_than: float, forget: Callable[[str], None]) -> int:
        """Delete old jobs, see ``Jobs.purge``."""
        return self._opened().purge(older_than, forget)

    def close(self) -> None:
        """Close what was opened."""
        with self._lock:
            if self._jobs is not None:
                self._jobs.close()

    def _opened(self) -> Jobs:
        with self._lock:
            if self._jobs is None:
                self._jobs = self._open_jobs()
            return self._jobs
