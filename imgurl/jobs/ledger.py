"""The books of all jobs: where each stands, which tasks are done, and what follows. SQL alone, no engine.

A job's tasks are to split it, its chunks, and to finish it. A step forward is one transaction, which begins by locking
the job's row: the task is booked, the rows are added up, and the next task is put into the queue. So a task that is
carried out twice counts once, no chunk is lost between two steps, and the last chunk is known to be the last.

Of a job only a few chunks wait in the queue; one that leaves it is replaced. A worker that did a chunk goes on with
the next one for a while ("carries" it), because the way through the queue can cost more than the chunk.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from imgurl.database import reading, writing
from imgurl.errors import JobConflict, TooManyJobs, UnknownJob
from imgurl.jobs.database import FALLBACKS, JOBS, TASKS, WEBHOOKS
from imgurl.jobs.port import ChunkCount, JobPlan, JobState, JobStatus, WebhookState
from imgurl.jobs.status import payload_of, status_of

# The numbers of the two tasks that are no chunks.
SPLIT = -2
FINISH = -1

# Chunks of a job that wait in the queue: enough for all workers that look at the same time, few to wait behind.
AHEAD = 8

# A task that failed is tried again after these seconds, then the job fails. A store that restarts is back by then.
RETRY_SECONDS = (1.0, 4.0, 15.0, 60.0)

# A task in whose course so many worker processes died is taken for the cause. Workers also die for other reasons.
MOST_CRASHES = 10

# Unfinished jobs an owner may have. Each costs some kilobytes; the workers are shared between owners anyway.
MOST_OPEN = 10_000

# Characters of what is told of a failure.
LONGEST_SENTENCE = 2_000

# Chunks booked in one statement.
SLICE = 5_000

WAITING = "waiting"
QUEUED = "queued"
DONE = "done"

OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A task that waits in the queue. No two tickets are alike: what waits twice is carried out once.

    ``run`` counts how often the job was resumed, ``attempt`` how often the task failed; ``delay`` is in seconds.
    """

    job_id: str
    owner: str
    run: int
    number: int
    attempt: int = 0
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook that waits in the queue; ``attempt`` counts how often it could not be delivered."""

    url: str
    event_id: str
    payload: Mapping[str, object]
    attempt: int = 0
    delay: float = 0.0


class Queue(Protocol):
    """Where tasks wait for a worker. What is put in becomes visible when the connection's transaction is committed."""

    def put(self, connection: Connection, tickets: Iterable[Ticket]) -> None:
        """Put tasks into the queue."""

    def notify(self, connection: Connection, notice: Notice) -> None:
        """Put a webhook into the queue."""


class Ledger:
    """The jobs of a database. May be used from any thread and process; every method raises DatabaseDown."""

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
        """Book and queue a new job; nothing happens when it is booked. Raises TooManyJobs."""
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
                connection.execute(insert(TASKS), [_task(job_id, SPLIT), _task(job_id, FINISH)])
                self._queue.put(connection, [Ticket(job_id, owner, 1, SPLIT)])
        except IntegrityError:
            # Submitted before.
            return

    def begin(self, job_id: str, run: int, carrier: int) -> int | None:
        """Book that a task begins, and return its number: that of ``carrier``, or of the task it carries now.

        None when there is nothing to do: all is done, the job was cancelled or has failed, or this is a ticket of an
        earlier run.
        """
        with writing(self._engine) as connection:
            job = _locked(connection, job_id)
            if job is None or job.run != run or job.status not in OPEN:
                return None
            task = _under_way(connection, job_id, carrier)
            if task is None:
                return None
            if task.starts - task.failures >= MOST_CRASHES:
                self._fail(connection, job, f"{_named(task.number, job)} ended its worker process {MOST_CRASHES} times")
                return None
            this = and_(TASKS.c.job_id == job_id, TASKS.c.number == task.number)
            connection.execute(update(TASKS).where(this).values(starts=TASKS.c.starts + 1))
            if job.status == JobState.QUEUED:
                job = _changed(connection, job_id, status=JobState.RUNNING)
            if task.number == carrier:
                self._fill(connection, job)
            return int(task.number)

    def planned(self, ticket: Ticket, plan: JobPlan, *, goes_on: bool) -> int | None:
        """Book that a job was split; return the task that the ticket goes on with, None for none."""
        with writing(self._engine) as connection:
            job = _locked(connection, ticket.job_id)
            if job is None:
                return None
            if job.chunks is None:
                for start in range(0, plan.chunks, SLICE):
                    numbers = range(start, min(start + SLICE, plan.chunks))
                    connection.execute(insert(TASKS), [_task(job.job_id, number) for number in numbers])
                _changed(connection, job.job_id, chunks=plan.chunks, missing=plan.chunks, total=plan.rows)
            if not _done(connection, job.job_id, SPLIT, 0, self._now()):
                return self._carried(connection, job, ticket)
            job = _changed(connection, job.job_id, started=self._now())
            carried = self._next(connection, job, ticket, goes_on=goes_on)
            self._fill(connection, job)
            return carried

    def counted(self, ticket: Ticket, number: int, count: ChunkCount, *, goes_on: bool) -> int | None:
        """Book that a chunk is done, once; return the task that the ticket goes on with, None for none."""
        with writing(self._engine) as connection:
            job = _locked(connection, ticket.job_id)
            if job is None:
                return None
            if not _done(connection, job.job_id, number, count.done + count.failed, self._now()):
                return self._carried(connection, job, ticket)
            for field, rows in count.fallbacks.items():
                _add_fallbacks(connection, job.job_id, field, rows)
            sums = {"missing": job.missing - 1, "done": job.done + count.done, "failed": job.failed + count.failed}
            job = _changed(connection, job.job_id, **sums)
            return self._next(connection, job, ticket, goes_on=goes_on)

    def finished(self, ticket: Ticket, *, goes_on: bool) -> None:
        """Book that a job is completed; nothing can go on."""
        del goes_on
        with writing(self._engine) as connection:
            job = _locked(connection, ticket.job_id)
            if job is not None and job.status == JobState.RUNNING:
                # Nothing asks for a completed job's tasks, and there may be tens of thousands.
                connection.execute(delete(TASKS).where(TASKS.c.job_id == job.job_id))
                self._end(connection, job.job_id, JobState.COMPLETED, "")

    def failed(self, ticket: Ticket, number: int, sentence: str, *, for_good: bool) -> None:
        """Book that a task failed: it is tried again later, or its job fails."""
        with writing(self._engine) as connection:
            job = _locked(connection, ticket.job_id)
            if job is None or job.run != ticket.run or job.status != JobState.RUNNING:
                return
            this = and_(TASKS.c.job_id == job.job_id, TASKS.c.number == number, TASKS.c.state == QUEUED)
            more = {"failures": TASKS.c.failures + 1, "carrier": None}
            failures = connection.scalar(update(TASKS).where(this).values(**more).returning(TASKS.c.failures))
            if failures is None:
                return
            if for_good or failures > len(self._retry_seconds):
                self._fail(connection, job, f"{_named(number, job)} failed: {sentence}")
                return
            delay = self._retry_seconds[failures - 1]
            self._queue.put(connection, [Ticket(job.job_id, job.owner, job.run, number, failures, delay)])

    def cancel(self, job_id: str) -> bool:
        """Book that a job is cancelled; return whether it was not before. Raises UnknownJob, JobConflict."""
        with writing(self._engine) as connection:
            job = _known(_locked(connection, job_id), job_id)
            if job.status == JobState.CANCELLED:
                return False
            if job.status not in OPEN:
                raise JobConflict(job_id, job.status, "cancelled")
            _changed(connection, job_id, status=JobState.CANCELLED, ended=self._now())
            return True

    def resume(self, job_id: str) -> None:
        """Queue what is missing of a job; nothing happens while it runs. Raises UnknownJob, JobConflict."""
        with writing(self._engine) as connection:
            job = _known(_locked(connection, job_id), job_id)
            if job.status in OPEN:
                return
            if job.status == JobState.COMPLETED:
                raise JobConflict(job_id, job.status, "resumed")
            anew = {"state": WAITING, "carrier": None, "starts": 0, "failures": 0}
            connection.execute(update(TASKS).where(TASKS.c.job_id == job_id, TASKS.c.state != DONE).values(**anew))
            # Splitting is asked for again: it puts the first chunks into the queue.
            split = and_(TASKS.c.job_id == job_id, TASKS.c.number == SPLIT)
            connection.execute(update(TASKS).where(split).values(**(anew | {"state": QUEUED})))
            # The job ends anew, with a webhook of its own.
            connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.job_id == job_id))
            run = job.run + 1
            _changed(connection, job_id, status=JobState.QUEUED, run=run, ended=None, started=None, error="")
            self._queue.put(connection, [Ticket(job_id, job.owner, run, SPLIT)])

    def webhook_ended(self, notice: Notice, state: WebhookState, sentence: str) -> None:
        """Book what became of a webhook that is not tried again."""
        with writing(self._engine) as connection:
            _told_of(connection, notice, state=state, tries=notice.attempt + 1, due=None, said=sentence)

    def webhook_later(self, notice: Notice, sentence: str) -> None:
        """Queue a webhook again; ``notice`` has the number of the next try and the seconds until it."""
        with writing(self._engine) as connection:
            due = self._now() + int(notice.delay * 1000)
            _told_of(
                connection, notice, state=WebhookState.RETRYING, tries=notice.attempt, due=due, said=sentence
            )  # fmt: skip
            self._queue.notify(connection, notice)

    def status(self, job_id: str) -> JobStatus:
        """Return where a job stands. Raises UnknownJob."""
        with reading(self._engine) as connection:
            job = _known(connection.execute(select(JOBS).where(JOBS.c.job_id == job_id)).first(), job_id)
            return status_of(connection, job, self._now())

    def newest(self, owner: str, limit: int, before: str | None) -> list[JobStatus]:
        """Return an owner's jobs, the newest first. Raises UnknownJob where ``before`` is no job of this owner."""
        query = select(JOBS).where(JOBS.c.owner == owner)
        with reading(self._engine) as connection:
            if before is not None:
                edge = _known(connection.execute(query.where(JOBS.c.job_id == before)).first(), before)
                same = and_(JOBS.c.created == edge.created, JOBS.c.job_id < edge.job_id)
                query = query.where(or_(JOBS.c.created < edge.created, same))
            page = query.order_by(JOBS.c.created.desc(), JOBS.c.job_id.desc()).limit(limit)
            return [status_of(connection, job, self._now()) for job in connection.execute(page).all()]

    def ended_before(self, seconds_ago: float, limit: int) -> list[str]:
        """Return jobs that ended so long ago, the oldest first."""
        edge = self._now() - int(seconds_ago * 1000)
        ended = and_(JOBS.c.status.not_in(OPEN), JOBS.c.ended <= edge)
        with reading(self._engine) as connection:
            return list(connection.scalars(select(JOBS.c.job_id).where(ended).order_by(JOBS.c.ended).limit(limit)))

    def forget(self, job_id: str) -> None:
        """Delete a job from the books."""
        with writing(self._engine) as connection:
            for table in (TASKS, FALLBACKS, WEBHOOKS, JOBS):
                connection.execute(delete(table).where(table.c.job_id == job_id))

    def _next(self, connection: Connection, job: Row[Any], ticket: Ticket, *, goes_on: bool) -> int | None:
        """Return the task that a ticket goes on with, None for none; then those that can be are queued."""
        if job.status != JobState.RUNNING:
            # Done after the job was cancelled: it counts, and nothing follows.
            return None
        waiting = and_(TASKS.c.job_id == job.job_id, TASKS.c.state == WAITING, TASKS.c.number >= 0)
        number = FINISH if job.missing == 0 else connection.scalar(select(func.min(TASKS.c.number)).where(waiting))
        # What an earlier run left at work carries nothing: nobody would know if it died.
        carries = goes_on and ticket.run == job.run and number is not None
        if carries:
            this = and_(TASKS.c.job_id == job.job_id, TASKS.c.number == number)
            connection.execute(update(TASKS).where(this).values(state=QUEUED, carrier=ticket.number))
            return number
        if number == FINISH:
            self._queue_up(connection, job, [FINISH])
        self._fill(connection, job)
        return None

    def _fill(self, connection: Connection, job: Row[Any]) -> None:
        """Queue chunks of a job until enough of them wait there, or as many are under way as may be."""
        of_job = and_(TASKS.c.job_id == job.job_id, TASKS.c.number >= 0)
        begun = or_(TASKS.c.starts > 0, TASKS.c.carrier.is_not(None))
        queued = select(func.count(), func.count().filter(begun)).where(of_job, TASKS.c.state == QUEUED)
        all_queued, under_way = connection.execute(queued).one()
        room = AHEAD - (all_queued - under_way)
        room = min(room, job.at_once - all_queued) if job.at_once else room
        if room > 0:
            waiting = select(TASKS.c.number).where(of_job, TASKS.c.state == WAITING)
            self._queue_up(connection, job, connection.scalars(waiting.order_by(TASKS.c.number).limit(room)).all())

    def _queue_up(self, connection: Connection, job: Row[Any], numbers: Sequence[int]) -> None:
        these = and_(TASKS.c.job_id == job.job_id, TASKS.c.number.in_(numbers))
        connection.execute(update(TASKS).where(these).values(state=QUEUED))
        self._queue.put(connection, [Ticket(job.job_id, job.owner, job.run, number) for number in numbers])

    def _carried(self, connection: Connection, job: Row[Any], ticket: Ticket) -> int | None:
        """Return what a ticket carries whose task was done by somebody else, who may be dead by now."""
        if job.status != JobState.RUNNING or ticket.run != job.run:
            return None
        task = _under_way(connection, job.job_id, ticket.number)
        return None if task is None else int(task.number)

    def _fail(self, connection: Connection, job: Row[Any], sentence: str) -> None:
        # What Postgres would not take must not keep a job from failing.
        told = sentence.replace("\0", "").encode(errors="replace").decode()[:LONGEST_SENTENCE]
        self._end(connection, job.job_id, JobState.FAILED, f"{told}. What is done is kept; resume to do the rest.")

    def _end(self, connection: Connection, job_id: str, status: JobState, error: str) -> None:
        job = _changed(connection, job_id, status=status, error=error, ended=self._now())
        if job.webhook:
            payload = payload_of(status_of(connection, job, self._now()))
            notice = Notice(job.webhook, f"msg_{job_id}_{job.run}", payload)
            connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.job_id == job_id))
            row = {
                "job_id": job_id, "event_id": notice.event_id, "state": WebhookState.WAITING, "tries": 0,
                "due": self._now(), "said": "",
            }  # fmt: skip
            connection.execute(insert(WEBHOOKS), row)
            self._queue.notify(connection, notice)

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _task(job_id: str, number: int) -> dict[str, object]:
    state = QUEUED if number == SPLIT else WAITING
    return {"job_id": job_id, "number": number, "state": state, "starts": 0, "failures": 0, "rows": 0}


def _locked(connection: Connection, job_id: str) -> Row[Any] | None:
    """Return a job's row, which nobody else can lock before this transaction ends."""
    # An update that changes nothing locks on Postgres as on SQLite, where a select does not.
    lock = update(JOBS).where(JOBS.c.job_id == job_id).values(run=JOBS.c.run).returning(JOBS)
    return connection.execute(lock).one_or_none()


def _changed(connection: Connection, job_id: str, **values: object) -> Row[Any]:
    return connection.execute(update(JOBS).where(JOBS.c.job_id == job_id).values(**values).returning(JOBS)).one()


def _done(connection: Connection, job_id: str, number: int, rows: int, now: int) -> bool:
    """Book a task as done; return whether it was not before."""
    this = and_(TASKS.c.job_id == job_id, TASKS.c.number == number, TASKS.c.state != DONE)
    values = {"state": DONE, "rows": rows, "ended": now}
    return connection.execute(update(TASKS).where(this).values(**values)).rowcount > 0


def _under_way(connection: Connection, job_id: str, carrier: int) -> Row[Any] | None:
    """Return the task of a ticket, or the one it carries after that; None when it has nothing to do."""
    own = and_(TASKS.c.number == carrier, TASKS.c.carrier.is_(None))
    here = or_(own, TASKS.c.carrier == carrier)
    queued = select(TASKS).where(TASKS.c.job_id == job_id, here, TASKS.c.state == QUEUED)
    return min(connection.execute(queued), key=lambda task: bool(task.number != carrier), default=None)


def _told_of(connection: Connection, notice: Notice, **values: object) -> None:
    # Nothing happens where the job was resumed or purged meanwhile: its webhook is another one.
    connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.event_id == notice.event_id).values(**values))


def _add_fallbacks(connection: Connection, job_id: str, field: str, rows: int) -> None:
    this = and_(FALLBACKS.c.job_id == job_id, FALLBACKS.c.field == field)
    if not connection.execute(update(FALLBACKS).where(this).values(rows=FALLBACKS.c.rows + rows)).rowcount:
        connection.execute(insert(FALLBACKS), {"job_id": job_id, "field": field, "rows": rows})


def _known(job: Row[Any] | None, job_id: str) -> Row[Any]:
    if job is None:
        raise UnknownJob(job_id)
    return job


def _named(number: int, job: Row[Any]) -> str:
    """Return what a task is called in a sentence."""
    if number == SPLIT:
        return "splitting the list into chunks"
    return "putting the result together" if number == FINISH else f"chunk {number + 1} of {job.chunks}"
