"""What a batch job is to the rest of the house, and what an engine of jobs must do. No engine is imported here.

A job is split into chunks of a few hundred rows; workers run the chunks, in any order and at times twice; finishing
puts the results together. All that is durable: a job survives the death of every process.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Event
from typing import Protocol

# Jobs that ended are kept this long, with their results.
RETENTION_SECONDS = 30 * 86_400


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class WebhookState(StrEnum):
    """What became of the webhook of a job that ended."""

    #: Not tried yet.
    WAITING = "waiting"
    #: Could not be delivered yet, and is tried again.
    RETRYING = "retrying"
    DELIVERED = "delivered"
    #: Our own rules forbid it; it was not sent.
    REFUSED = "refused"
    #: The receiver wants no more, or it was tried as often as it may be.
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class WebhookStatus:
    """How far a webhook got: after how many tries, when it is tried again (Unix seconds, None for never).

    ``detail`` says what happened at the last try, "" before the first.
    """

    state: WebhookState
    tries: int
    next_try: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as it is seen from outside.

    ``total`` counts rows and is 0 until they were counted; ``done`` and ``failed`` are those of the chunks that are
    finished; ``fallbacks`` says in how many rows a field took its fallback. ``rate`` is rows a second, as seen lately,
    0 when the job does not run; ``eta_s`` seconds until it is done, None when nobody knows. ``created`` and ``ended``
    are Unix seconds. ``error`` is a sentence where the job failed, otherwise "". ``webhook`` is None before the job
    has ended, and where it has none.
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


class Count(Protocol):
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


class Plan(Protocol):
    """How a job was split."""

    @property
    def chunks(self) -> int:
        """Number of chunks; they are numbered from 0."""

    @property
    def rows(self) -> int:
        """Rows of all chunks."""


class Work(Protocol):
    """What is done for a job. Every method may be called again after it was carried out or broken off.

    ``run_chunk`` is called by one thread of a process at a time; ``split`` and ``finish`` may run beside it. An
    ImgurlError that ``is_permanent`` fails the job at once, any other exception is tried again.
    """

    def split(self, job_id: str) -> Plan:
        """Split a job into chunks, always into the same ones."""

    def run_chunk(self, job_id: str, number: int) -> Count:
        """Do a chunk, or only count it where it was done before."""

    def finish(self, job_id: str) -> None:
        """Put the results of all chunks together."""


class Delivery(Protocol):
    """How one try to deliver a webhook went."""

    @property
    def outcome(self) -> str:
        """``ok``, ``retry`` (try again later), ``gone`` (the endpoint wants no more) or ``refused`` (by our rules)."""

    @property
    def sentence(self) -> str:
        """What happened."""


# URL, event id, payload; blocks for some seconds at most.
Deliver = Callable[[str, str, Mapping[str, object]], Delivery]


class Counts(Protocol):
    """Where a worker's figures are counted."""

    def chunk(self, count: Count, seconds: float) -> None:
        """Count a chunk that was done."""

    def task_failed(self) -> None:
        """Count a task that failed."""

    def webhook(self, outcome: str, seconds: float) -> None:
        """Count a try to deliver a webhook; ``outcome`` is that of its Delivery."""


class NoCounts:
    """Counts nothing."""

    def chunk(self, count: Count, seconds: float) -> None:
        """Count nothing."""

    def task_failed(self) -> None:
        """Count nothing."""

    def webhook(self, outcome: str, seconds: float) -> None:
        """Count nothing."""


NO_COUNTS: Counts = NoCounts()


@dataclass(frozen=True, slots=True)
class Duties:
    """What a worker does beside taking chunks from the queue.

    ``deliver`` sends a webhook; it is called again after each of ``webhook_seconds`` until it need not be.
    ``forget`` deletes a job's files when the job is purged. ``counts`` gets the figures.
    """

    work: Work
    deliver: Deliver
    webhook_seconds: tuple[float, ...]
    forget: Callable[[str], None]
    counts: Counts = NO_COUNTS


class Jobs(Protocol):
    """An engine of durable jobs. May be used from any thread; every method raises DatabaseDown."""

    def submit(self, job_id: str, owner: str, *, webhook: str | None = None, at_once: int = 0) -> JobStatus:
        """Queue a job whose files are in place. Submitting a job again changes nothing and returns its status.

        ``owner`` is whom the workers are shared with fairly. ``at_once`` is how many of its chunks may be under way
        at the same time, 0 for as many as there are workers. Raises TooManyJobs.
        """

    def status(self, job_id: str) -> JobStatus:
        """Return where a job stands. Raises UnknownJob."""

    def list(self, owner: str, limit: int, before: str | None = None) -> Sequence[JobStatus]:
        """Return an owner's jobs, the newest first; ``before`` is the id of the job that the page begins behind.

        Raises UnknownJob when ``before`` is no job of this owner.
        """

    def cancel(self, job_id: str) -> JobStatus:
        """Let a job start no further chunk; those under way may finish. Raises UnknownJob, JobConflict."""

    def resume(self, job_id: str) -> JobStatus:
        """Queue what is missing of a cancelled or failed job. Raises UnknownJob, JobConflict."""

    def run_worker(self, duties: Duties, worker_id: str, stop: Event, drain_seconds: float) -> None:
        """Work until ``stop`` is set, and give what is under way these seconds to finish. To be called once a process.

        Raises WorkerTaken when a living process works under this id.
        """

    def purge(self, older_than: float, forget: Callable[[str], None]) -> int:
        """Delete jobs that ended this many seconds ago or earlier, files first; return how many."""

    def close(self) -> None:
        """Close the connections to the database."""
