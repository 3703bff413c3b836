"""A step of a job: one transaction that holds the job's row locked, records what happened and queues what follows.

Of a job only a few chunks wait in the queue; one that leaves it is replaced. A worker that did a chunk continues with
the next one for a while: its ticket "carries" that one, because the way through the queue can cost more than the chunk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from imgurl.jobs.database import FALLBACKS, JOBS, TASKS, WEBHOOKS
from imgurl.jobs.port import JobPlan, JobState, WebhookState
from imgurl.jobs.queue import Notice, Queue, Ticket
from imgurl.jobs.rows import DONE, FINISH, OPEN, QUEUED, SPLIT, WAITING, JobRow, TaskRow, job_row, task_row
from imgurl.jobs.status import payload_of, status_of

# Chunks of a job that wait in the queue: enough for all workers that look at the same time, few to wait behind.
AHEAD = 8

# Characters of a failure's sentence that are kept.
LONGEST_SENTENCE = 2_000

# Chunks inserted by one statement.
INSERT_CHUNKS = 5_000


@dataclass(frozen=True, slots=True)
class Step:
    """A job whose row is locked until the transaction ends. ``now`` is in milliseconds since 1970."""

    connection: Connection
    queue: Queue
    job: JobRow
    now: int

    @property
    def is_open(self) -> bool:
        """Whether the job has not ended."""
        return self.job.status in OPEN

    @property
    def is_running(self) -> bool:
        """Whether the job has begun and not ended."""
        return self.job.status is JobState.RUNNING

    def change(self, **values: object) -> Self:
        """Change columns of the job; return the step with the job as it is now."""
        this = update(JOBS).where(JOBS.c.job_id == self.job.job_id)
        return replace(self, job=job_row(self.connection.execute(this.values(**values).returning(JOBS)).one()))

    def task_under_way(self, carrier: int) -> TaskRow | None:
        """Return the task of a ticket, or the one that it carries after that; None if it has nothing to do."""
        own = and_(TASKS.c.number == carrier, TASKS.c.carrier.is_(None))
        queued = select(TASKS).where(self._tasks, or_(own, TASKS.c.carrier == carrier), TASKS.c.state == QUEUED)
        tasks = map(task_row, self.connection.execute(queued))
        return min(tasks, key=lambda task: task.number != carrier, default=None)

    def start_task(self, number: int) -> None:
        """Record that a worker begins a task."""
        self._change_task(number, starts=TASKS.c.starts + 1)

    def end_task(self, number: int, rows: int) -> TaskRow | None:
        """Record that a task is done and return it; None if it was done before."""
        this = update(TASKS).where(self._task(number), TASKS.c.state != DONE)
        ended = this.values(state=DONE, rows=rows, ended=self.now).returning(TASKS)
        row = self.connection.execute(ended).one_or_none()
        return None if row is None else task_row(row)

    def fail_task(self, number: int) -> int | None:
        """Record a failure of a task; return how often it has failed, None if it is not queued any more."""
        this = update(TASKS).where(self._task(number), TASKS.c.state == QUEUED)
        counted = this.values(failures=TASKS.c.failures + 1, carrier=None).returning(TASKS.c.failures)
        failures: int | None = self.connection.scalar(counted)
        return failures

    def add_chunks(self, plan: JobPlan) -> Self:
        """Insert the tasks of all chunks."""
        for start in range(0, plan.chunks, INSERT_CHUNKS):
            numbers = range(start, min(start + INSERT_CHUNKS, plan.chunks))
            self.connection.execute(insert(TASKS), [new_task(self.job.job_id, number) for number in numbers])
        return self.change(chunks=plan.chunks, missing=plan.chunks, total=plan.rows)

    def add_fallbacks(self, field: str, rows: int) -> None:
        """Add rows in which a field took its fallback."""
        this = and_(FALLBACKS.c.job_id == self.job.job_id, FALLBACKS.c.field == field)
        more = update(FALLBACKS).where(this).values(rows=FALLBACKS.c.rows + rows)
        if not self.connection.execute(more).rowcount:
            self.connection.execute(insert(FALLBACKS), {"job_id": self.job.job_id, "field": field, "rows": rows})

    def restart_tasks(self) -> None:
        """Let everything that is not done begin again, with the split: that queues the first chunks."""
        again = {"state": WAITING, "carrier": None, "starts": 0, "failures": 0}
        self.connection.execute(update(TASKS).where(self._tasks, TASKS.c.state != DONE).values(**again))
        self._change_task(SPLIT, **(again | {"state": QUEUED}))

    def delete_tasks(self) -> None:
        """Delete all tasks of the job: there may be tens of thousands."""
        self.connection.execute(delete(TASKS).where(self._tasks))

    def delete_webhook(self) -> None:
        """Forget what became of the job's webhook."""
        self.connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.job_id == self.job.job_id))

    def next_task(self, ticket: Ticket, done: TaskRow, *, goes_on: bool) -> int | None:
        """Return the task that a ticket continues with, None for none; then those that may be are queued."""
        if not self.is_running:
            # Done after the job was cancelled: it counts, and nothing follows.
            return None
        waiting = and_(self._tasks, TASKS.c.state == WAITING, TASKS.c.number >= 0)
        number = self.connection.scalar(select(func.min(TASKS.c.number)).where(waiting)) if self.job.missing else FINISH
        # A ticket that has ended carries nothing, as nobody would notice if its worker died: one of an earlier run, or
        # one whose task has another ticket by now, because somebody else who had the same one saw it fail.
        if goes_on and ticket.run == self.job.run and done.ticket == ticket.number and number is not None:
            self._change_task(number, state=QUEUED, carrier=ticket.number)
            return number
        if number == FINISH:
            self.put_tasks([FINISH])
        self.fill_queue()
        return None

    def carried_task(self, ticket: Ticket) -> int | None:
        """Return what a ticket carries whose own task was done by another worker, which may be dead by now."""
        if not self.is_running or ticket.run != self.job.run:
            return None
        task = self.task_under_way(ticket.number)
        return None if task is None else task.number

    def fill_queue(self) -> None:
        """Queue chunks until enough of them wait, or as many are in progress as may be."""
        chunks = and_(self._tasks, TASKS.c.number >= 0)
        begun = or_(TASKS.c.starts > 0, TASKS.c.carrier.is_not(None))
        counts = select(func.count(), func.count().filter(begun)).where(chunks, TASKS.c.state == QUEUED)
        queued, under_way = self.connection.execute(counts).one()
        room = AHEAD - (queued - under_way)
        if self.job.at_once:
            room = min(room, self.job.at_once - queued)
        if room > 0:
            waiting = select(TASKS.c.number).where(chunks, TASKS.c.state == WAITING)
            self.put_tasks(self.connection.scalars(waiting.order_by(TASKS.c.number).limit(room)).all())

    def put_tasks(self, numbers: Sequence[int]) -> None:
        """Put tasks into the queue."""
        these = update(TASKS).where(self._tasks, TASKS.c.number.in_(numbers))
        self.connection.execute(these.values(state=QUEUED))
        self.queue.put(self.connection, [self.ticket(number) for number in numbers])

    def ticket(self, number: int, attempt: int = 0, delay: float = 0.0) -> Ticket:
        """Return a ticket for a task in the job's current run."""
        return Ticket(self.job.job_id, self.job.owner, self.job.run, number, attempt, delay)

    def fail(self, sentence: str) -> None:
        """Record that the job has failed."""
        # What Postgres would reject must not keep a job from failing.
        storable = sentence.replace("\0", "").encode(errors="replace").decode()[:LONGEST_SENTENCE]
        self.end(JobState.FAILED, f"{storable}. Finished chunks are kept; resume the job to do the rest.")

    def end(self, status: JobState, error: str) -> None:
        """Record that the job has completed or failed, and queue its webhook."""
        ended = self.change(status=status, error=error, ended=self.now)
        job = ended.job
        if not job.webhook:
            return
        payload = payload_of(status_of(self.connection, job, self.now))
        notice = Notice(job.webhook, f"msg_{job.job_id}_{job.run}", payload)
        self.delete_webhook()
        row = {
            "job_id": job.job_id, "event_id": notice.event_id, "state": WebhookState.WAITING, "tries": 0,
            "due": self.now, "said": "",
        }  # fmt: skip
        self.connection.execute(insert(WEBHOOKS), row)
        self.queue.notify(self.connection, notice)

    @property
    def _tasks(self) -> ColumnElement[bool]:
        return TASKS.c.job_id == self.job.job_id

    def _task(self, number: int) -> ColumnElement[bool]:
        return and_(self._tasks, TASKS.c.number == number)

    def _change_task(self, number: int, **values: object) -> None:
        self.connection.execute(update(TASKS).where(self._task(number)).values(**values))


def lock_job(connection: Connection, queue: Queue, job_id: str, now: int) -> Step | None:
    """Lock a job's row until the transaction ends, and return the step; None if there is no such job."""
    # An update that changes nothing locks on Postgres as on SQLite, where a select does not.
    lock = update(JOBS).where(JOBS.c.job_id == job_id).values(run=JOBS.c.run).returning(JOBS)
    row = connection.execute(lock).one_or_none()
    return None if row is None else Step(connection, queue, job_row(row), now)


def new_task(job_id: str, number: int) -> dict[str, object]:
    """Return the columns of a new task."""
    state = QUEUED if number == SPLIT else WAITING
    return {"job_id": job_id, "number": number, "state": state, "starts": 0, "failures": 0, "rows": 0}
