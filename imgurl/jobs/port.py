"""What a batch job is to the other rooms, and what a job engine must do. No engine is imported here.

A job is split into chunks of a few hundred rows; workers run the chunks in any order, at times twice; finishing
puts the results together. All of it is durable: a job survives the death of every process.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Event
from typing import Protocol

# The database of jobs in the data folder, where no other is set.
FILE_NAME = "jobs.db"

# Finished jobs are kept this long, with their results.
RETENTION_SECONDS = 30 * 86_400


class JobState(StrEnum):
    """The state of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class WebhookState(StrEnum):
    """What became of the webhook of a finished job."""

    #: Not tried yet.
    WAITING = "waiting"
    #: Not delivered yet; will be tried again.
    RETRYING = "retrying"
    DELIVERED = "delivered"
    #: Forbidden by our own rules; not sent.
    REFUSED = "refused"
    #: The receiver wants no more, or all tries are used up.
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class WebhookStatus:
    """The state of a webhook, after how many tries, and when it is tried again (Unix seconds, None for never).

    ``detail`` says what happened at the last try, "" before the first.
    """

    state: WebhookState
    tries: int
    next_try: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as seen from outside.

    ``total`` counts rows and is 0 until they are counted; ``done`` and ``failed`` count the rows of finished chunks;
    ``fallbacks`` says in how many rows a field took its fallback. ``rate`` is the recent rate in rows per second, 0 if
    the job is not running; ``eta_s`` is the seconds until it is done, None if unknown. ``created`` and ``ended`` are
    Unix seconds. ``error`` is a sentence if the job failed, otherwise "". ``webhook`` is None before the job has ended,
    and if it has none.
    """

    job_id: str
    owner: str
    status: JobState
    total: int
    done: int
    failed: int
    fallbacks: Mapping[str, int]
    rate: float
    eta_s: float | None
    created: int
    ended: int | None
    error: str
    webhook: WebhookStatus | None = None


class ChunkCount(Protocol):
    """How many rows a chunk has, and what became of them."""

    @property
    def total(self) -> int:
        """Rows of the chunk."""

    @property
    def done(self) -> int:
        """Rows that have an image URL."""

    @property
    def failed(self) -> int:
        """Rows that have an error instead."""

    @property
    def fallbacks(self) -> Mapping[str, int]:
        """Rows in which a field took its fallback, by field."""


class JobPlan(Protocol):
    """How a job was split."""

    @property
    def chunks(self) -> int:
        """Number of chunks; they are numbered from 0."""

    @property
    def rows(self) -> int:
        """Rows of all chunks."""


class JobHandler(Protocol):
    """What a job consists of. Every method may be called again after it was completed or interrupted.

    ``run_chunk`` is called by one thread of a process at a time; ``split`` and ``finish`` may run concurrently with it.
    An ImgurlError that ``is_permanent`` fails the job at once; after any other exception the task is tried again.
    """

    def split(self, job_id: str) -> JobPlan:
        """Split a job into chunks, always into the same ones."""

    def run_chunk(self, job_id: str, number: int) -> ChunkCount:
        """Do a chunk, or only count it if it was done before."""

    def finish(self, job_id: str) -> None:
        """Put the results of all chunks together."""


class DeliveryResult(StrEnum):
    """How one try to deliver a webhook went."""

    OK = "ok"
    #: Try again later.
    RETRY = "retry"
    #: The receiver wants no more (410).
    GONE = "gone"
    #: Our own rules forbid it.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one try to deliver went, and a sentence for the log that names the host and contains no URL."""

    result: DeliveryResult
    sentence: str


# URL, event id, payload; blocks for some seconds at most.
Deliver = Callable[[str, str, Mapping[str, object]], Delivery]


class WorkerMetrics(Protocol):
    """Where a worker's figures are counted."""

    def chunk(self, count: ChunkCount, seconds: float) -> None:
        """Count a chunk that was done."""

    def task_failed(self) -> None:
        """Count a task that failed."""

    def webhook(self, outcome: str, seconds: float) -> None:
        """Count a try to deliver a webhook; ``outcome`` is a DeliveryResult."""


class NoMetrics:
    """Counts nothing."""

    def chunk(self, count: ChunkCount, seconds: float) -> None:
        """Count nothing."""

    def task_failed(self) -> None:
        """Count nothing."""

    def webhook(self, outcome: str, seconds: float) -> None:
        """Count nothing."""


NO_METRICS: WorkerMetrics = NoMetrics()


@dataclass(frozen=True, slots=True)
class WorkerHandlers:
    """What a worker calls.

    ``job`` does the work of a job's tasks. ``deliver`` sends a webhook, and is called again after each of
    ``webhook_seconds`` while the result is to retry. ``forget`` deletes the files of a job that is purged.
    """

    job: JobHandler
    deliver: Deliver
    webhook_seconds: tuple[float, ...]
    forget: Callable[[str], None]
    metrics: WorkerMetrics = NO_METRICS


class Jobs(Protocol):
    """A durable job engine. May be used from any thread; every method raises DatabaseDown."""

    def submit(self, job_id: str, owner: str, *, webhook: str | None = None, at_once: int = 0) -> JobStatus:
        """Queue a job whose files are in place. Submitting a job again changes nothing and returns its status.

        The workers are shared fairly between owners. ``at_once`` is how many chunks of the job may be in progress at
        the same time, 0 for as many as there are workers. Raises TooManyJobs.
        """

    def status(self, job_id: str) -> JobStatus:
        """Return the status of a job. Raises UnknownJob."""

    def list(self, owner: str, limit: int, before: str | None = None) -> Sequence[JobStatus]:
        """Return an owner's jobs, newest first; ``before`` is the id of the job that the page starts after.

        Raises UnknownJob if ``before`` is not a job of this owner.
        """

    def cancel(self, job_id: str) -> JobStatus:
        """Stop a job from starting further chunks; those in progress may finish. Raises UnknownJob, JobConflict."""

    def resume(self, job_id: str) -> JobStatus:
        """Queue what is missing of a cancelled or failed job. Raises UnknownJob, JobConflict."""

    def run_worker(self, handlers: WorkerHandlers, worker_id: str, stop: Event, drain_seconds: float) -> None:
        """Work until ``stop`` is set, then give work in progress ``drain_seconds`` to finish. Called once per process.

        Raises WorkerTaken if a live process already works under this id.
        """

    def purge(self, older_than: float, forget: Callable[[str], None]) -> int:
        """Delete jobs that ended ``older_than`` seconds ago or earlier, files first; return how many."""

    def close(self) -> None:
        """Close the connections to the database."""
