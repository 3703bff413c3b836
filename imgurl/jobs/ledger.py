"""The ledger of all jobs: the state of each, which tasks are done, and what follows. SQL alone, no engine.

Each method that moves a job on is one transaction, which begins by locking the job's row (``step``): the task is
recorded, the rows are added up, the next task is put into the queue. So a task that is carried out twice counts once,
no chunk is lost between two steps, and the last chunk is known to be the last.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from imgurl.database import reading, writing
from imgurl.errors import JobConflict, TooManyJobs, UnknownJob
from imgurl.jobs.database import FALLBACKS, JOBS, TASKS, WEBHOOKS
from imgurl.jobs.port import ChunkCount, JobPlan, JobState, JobStatus, WebhookState
from imgurl.jobs.queue import Notice, Queue, Ticket
from imgurl.jobs.rows import FINISH, OPEN, SPLIT, JobRow, job_row
from imgurl.jobs.status import status_of
from imgurl.jobs.step import Step, lock_job, new_task

# A task that failed is tried again after these seconds, then the job fails. A store that restarts is back by then.
RETRY_SECONDS = (1.0, 4.0, 15.0, 60.0)

# A task whose workers crashed this often is treated as the cause. Workers also die for other reasons.
MOST_CRASHES = 10

# Unfinished jobs an owner may have. Each costs some kilobytes; the workers are shared between owners anyway.
MOST_OPEN = 10_000


class Ledger:
    """The jobs of a database. May be used from any thread and process; every method raises DatabaseDown.

    ``retry_seconds`` are the pauses after which a failed task is tried again; ``clock`` returns Unix seconds.
    """

    def __init__(
        self,
        engine: Engine,
        queue: Queue,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._queue = queue
        self._retry_seconds = retry_seconds
        self._clock = clock

    def add(self, job_id: str, owner: str, webhook: str | None, at_once: int) -> None:
        """Record and queue a new job; a job that is already there is left as it is. Raises TooManyJobs."""
        with reading(self._engine) as connection:
            is_open = and_(JOBS.c.owner == owner, JOBS.c.status.in_(OPEN))
            if (connection.scalar(select(func.count()).where(is_open)) or 0) >= MOST_OPEN:
                raise TooManyJobs(MOST_OPEN)
        job = {
            "job_id": job_id, "owner": owner, "status": JobState.QUEUED, "run": 1, "at_once": at_once,
            "webhook": webhook, "created": self._now(), "missing": 0, "total": 0, "done": 0, "failed": 0, "error": "",
        }  # fmt: skip
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(JOBS), job)
                connection.execute(insert(TASKS), [new_task(job_id, SPLIT), new_task(job_id, FINISH)])
                self._queue.put(connection, [Ticket(job_id, owner, 1, SPLIT)])
        except IntegrityError:
            with reading(self._engine) as connection:
                was_there = connection.scalar(select(func.count()).where(JOBS.c.job_id == job_id))
            if not was_there:
                raise

    def begin(self, job_id: str, run: int, carrier: int) -> int | None:
        """Record that a task begins, and return its number: that of ``carrier``, or of the task it carries now.

        None if there is nothing to do: all is done, the job was cancelled or has failed, or this is a ticket of an
        earlier run.
        """
        with self._step(job_id) as step:
            if step is None or step.job.run != run or not step.is_open:
                return None
            task = step.task_under_way(carrier)
            if task is None:
                return None
            if task.crashes >= MOST_CRASHES:
                step.fail(f"{step.job.task_name(task.number)} crashed its worker process {MOST_CRASHES} times")
                return None
            step.start_task(task.number)
            running = step if step.is_running else step.change(status=JobState.RUNNING)
            if task.number == carrier:
                running.fill_queue()
            return task.number

    def planned(self, ticket: Ticket, plan: JobPlan, *, goes_on: bool) -> int | None:
        """Record that a job was split; return the task that the ticket continues with, None for none."""
        with self._step(ticket.job_id) as step:
            # A job that was resumed meanwhile is split by a ticket of its own, and by nobody else: what follows a split
            # only follows once the job has begun.
            if step is None or step.job.run != ticket.run:
                return None
            planned = step.add_chunks(plan) if step.job.chunks is None else step
            done = planned.end_task(SPLIT, 0)
            if done is None:
                return planned.carried_task(ticket)
            started = planned.change(started=step.now)
            number = started.next_task(ticket, done, goes_on=goes_on)
            started.fill_queue()
            return number

    def counted(self, ticket: Ticket, number: int, count: ChunkCount, *, goes_on: bool) -> int | None:
        """Record that a chunk is done, once; return the task that the ticket continues with, None for none."""
        with self._step(ticket.job_id) as step:
            if step is None:
                return None
            done = step.end_task(number, count.done + count.failed)
            if done is None:
                return step.carried_task(ticket)
            for field, rows in count.fallbacks.items():
                step.add_fallbacks(field, rows)
            job = step.job
            sums = {"missing": job.missing - 1, "done": job.done + count.done, "failed": job.failed + count.failed}
            return step.change(**sums).next_task(ticket, done, goes_on=goes_on)

    def finished(self, ticket: Ticket, *, goes_on: bool) -> None:
        """Record that a job is completed; there is nothing to continue with."""
        del goes_on
        with self._step(ticket.job_id) as step:
            if step is not None and step.is_running:
                # Nothing asks for the tasks of a completed job.
                step.delete_tasks()
                step.end(JobState.COMPLETED, "")

    def failed(self, ticket: Ticket, number: int, sentence: str, *, for_good: bool) -> int | None:
        """Record that a task failed: it is tried again later, or its job fails.

        Returns the task that the ticket continues with, None for none: another worker may have done the task meanwhile.
        """
        with self._step(ticket.job_id) as step:
            if step is None or step.job.run != ticket.run or not step.is_running:
                return None
            failures = step.fail_task(number)
            if failures is None:
                return step.carried_task(ticket)
            if for_good or failures > len(self._retry_seconds):
                step.fail(f"{step.job.task_name(number)} failed: {sentence}")
                return None
            delay = self._retry_seconds[failures - 1]
            self._queue.put(step.connection, [step.ticket(number, failures, delay)])
            return None

    def cancel(self, job_id: str) -> bool:
        """Record that a job is cancelled; return whether it was not before. Raises UnknownJob, JobConflict."""
        with self._step(job_id) as step:
            if step is None:
                raise UnknownJob(job_id)
            if step.job.status is JobState.CANCELLED:
                return False
            if not step.is_open:
                raise JobConflict(job_id, step.job.status, "cancelled")
            step.change(status=JobState.CANCELLED, ended=step.now)
            return True

    def resume(self, job_id: str) -> None:
        """Queue what is missing of a job; nothing happens while it runs. Raises UnknownJob, JobConflict."""
        with self._step(job_id) as step:
            if step is None:
                raise UnknownJob(job_id)
            if step.is_open:
                return
            if step.job.status is JobState.COMPLETED:
                raise JobConflict(job_id, step.job.status, "resumed")
            step.restart_tasks()
            # The job will end again, with a new webhook.
            step.delete_webhook()
            run = step.job.run + 1
            queued = step.change(status=JobState.QUEUED, run=run, ended=None, started=None, error="")
            self._queue.put(step.connection, [queued.ticket(SPLIT)])

    def webhook_ended(self, notice: Notice, state: WebhookState, sentence: str) -> None:
        """Record what became of a webhook that is not tried again."""
        with writing(self._engine) as connection:
            _change_webhook(connection, notice, state=state, tries=notice.attempt + 1, due=None, said=sentence)

    def webhook_later(self, notice: Notice, sentence: str) -> None:
        """Queue a webhook again; ``notice`` has the number of the next try and the seconds until then."""
        due = self._now() + int(notice.delay * 1000)
        values = {"state": WebhookState.RETRYING, "tries": notice.attempt, "due": due, "said": sentence}
        with writing(self._engine) as connection:
            _change_webhook(connection, notice, **values)
            self._queue.notify(connection, notice)

    def status(self, job_id: str) -> JobStatus:
        """Return the status of a job. Raises UnknownJob."""
        with reading(self._engine) as connection:
            row = connection.execute(select(JOBS).where(JOBS.c.job_id == job_id)).first()
            return status_of(connection, _known(row, job_id), self._now())

    def newest(self, owner: str, limit: int, before: str | None) -> list[JobStatus]:
        """Return an owner's jobs, newest first. Raises UnknownJob if ``before`` is not a job of this owner."""
        query = select(JOBS).where(JOBS.c.owner == owner)
        with reading(self._engine) as connection:
            if before is not None:
                edge = _known(connection.execute(query.where(JOBS.c.job_id == before)).first(), before)
                same = and_(JOBS.c.created == edge.created, JOBS.c.job_id < edge.job_id)
                query = query.where(or_(JOBS.c.created < edge.created, same))
            page = query.order_by(JOBS.c.created.desc(), JOBS.c.job_id.desc()).limit(limit)
            return [status_of(connection, job_row(row), self._now()) for row in connection.execute(page).all()]

    def ended_before(self, seconds_ago: float, limit: int) -> list[str]:
        """Return jobs that ended so long ago, oldest first."""
        edge = self._now() - int(seconds_ago * 1000)
        ended = and_(JOBS.c.status.not_in(OPEN), JOBS.c.ended <= edge)
        with reading(self._engine) as connection:
            return list(connection.scalars(select(JOBS.c.job_id).where(ended).order_by(JOBS.c.ended).limit(limit)))

    def forget(self, job_id: str) -> None:
        """Delete everything about a job."""
        with writing(self._engine) as connection:
            for table in (TASKS, FALLBACKS, WEBHOOKS, JOBS):
                connection.execute(delete(table).where(table.c.job_id == job_id))

    @contextlib.contextmanager
    def _step(self, job_id: str) -> Iterator[Step | None]:
        """Lend a step of a job, which is one transaction; None if there is no such job."""
        with writing(self._engine) as connection:
            yield lock_job(connection, self._queue, job_id, self._now())

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _change_webhook(connection: Connection, notice: Notice, **values: object) -> None:
    # Changes nothing if the job was resumed or purged meanwhile: its webhook is another one.
    connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.event_id == notice.event_id).values(**values))


def _known(row: Row[Any] | None, job_id: str) -> JobRow:
    if row is None:
        raise UnknownJob(job_id)
    return job_row(row)
