"""Jobs and tasks as rows of the ledger. Times are milliseconds since 1970.

The tasks of a job are to split it, its chunks, numbered from 0, and to finish it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from imgurl.jobs.port import JobState

# The numbers of the two tasks that are not chunks.
SPLIT = -2
FINISH = -1

# States of a task. One that is queued has a ticket in the queue, or is carried by the ticket of another task.
WAITING = "waiting"
QUEUED = "queued"
DONE = "done"

# States of a job that has not ended.
OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job. Each resume raises ``run``; ``missing`` counts chunks that are not done; ``total`` and below: rows."""

    job_id: str
    owner: str
    status: JobState
    run: int
    at_once: int
    webhook: str | None
    created: int
    started: int | None
    ended: int | None
    chunks: int | None
    missing: int
    total: int
    done: int
    failed: int
    error: str

    def task_name(self, number: int) -> str:
        """Return what a task of this job is called in a sentence."""
        if number == SPLIT:
            return "splitting the list into chunks"
        return "putting the result together" if number == FINISH else f"chunk {number + 1} of {self.chunks}"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task. ``carrier`` is the task whose ticket carries this one, None if it has a ticket of its own."""

    job_id: str
    number: int
    state: str
    carrier: int | None
    starts: int
    failures: int
    rows: int
    ended: int | None

    @property
    def ticket(self) -> int:
        """The number of the ticket by which the task is carried out."""
        return self.number if self.carrier is None else self.carrier

    @property
    def crashes(self) -> int:
        """How often a worker began the task and neither finished it nor reported a failure."""
        return self.starts - self.failures


def job_row(row: Row[Any]) -> JobRow:
    """Return a row of the table of jobs."""
    columns = row._asdict()
    return JobRow(**(columns | {"status": JobState(columns["status"])}))


def task_row(row: Row[Any]) -> TaskRow:
    """Return a row of the table of tasks."""
    return TaskRow(**row._asdict())
