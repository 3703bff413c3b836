"""Durable jobs on DBOS, with SQLite or Postgres. The only importer of dbos; importing it takes a second.

DBOS keeps the queue: tasks that wait, are under way on a worker, or are put off; it shares the workers between owners
and gives a worker's tasks to it again when it comes back under its id. What a job is and what follows a task stands in
our own tables (``ledger``), written in the same transaction as the queue. A workflow of DBOS is one ticket and has no
steps: carrying it out again, after whatever happened, finds in the books what is left to do.

Server processes use DBOS's client alone; only ``run_worker`` launches it, once a process.
"""

import contextlib
import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, _serialization
from sqlalchemy import Connection, Engine, inspect

from imgurl.database import plain_url, translating_errors
from imgurl.errors import ImgurlError, SettingsError
from imgurl.jobs.database import open_database
from imgurl.jobs.ledger import RETRY_SECONDS, Ledger
from imgurl.jobs.port import RETENTION_SECONDS, Delivery, DeliveryResult, JobStatus, WebhookState, WorkerHandlers
from imgurl.jobs.queue import Notice, Ticket
from imgurl.jobs.runner import Runner, retry_while_database_down
from imgurl.jobs.takeover import TICK_SECONDS, Takeover, open_locks

APPLICATION = "imgurl"

# On Postgres DBOS's tables lie in a schema of their own.
SCHEMA = "imgurl_dbos"

# What a ticket means. By default DBOS takes a digest of the source, and each new version of this program would leave
# behind what the last one queued. Raised when the arguments of a workflow change.
VERSION = "1"

BATCHES = "imgurl-batches"
WEBHOOKS = "imgurl-webhooks"

# Tickets of one owner that a worker has at a time: one is drawn, the next one is at hand when that is done.
AT_HAND = 2

# Tickets of all owners that a worker has at a time: a second and third owner need not wait for a slot.
MOST_AT_HAND = 6

# How often a worker looks into the queue. Looking costs about 3 ms of its time.
POLL_SECONDS = 0.2

# Webhooks that a worker delivers at a time, one a host: a slow receiver delays nobody else's.
MOST_WEBHOOKS = 8
WEBHOOK_POLL_SECONDS = 1.0

# Tickets that were carried out are kept this long, for whoever looks into the database.
TICKET_SECONDS = 86_400

# Hourly, so that a server which sleeps at night also clears up; old jobs are few.
PURGE_CRON = "17 * * * *"

# Tickets deleted, and jobs purged, in one go.
PURGE_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things wait, in seconds: a failed task, looking for the dead, looking into the queues."""

    retry: tuple[float, ...] = RETRY_SECONDS
    tick: float = TICK_SECONDS
    poll: float = POLL_SECONDS
    webhook_poll: float = WEBHOOK_POLL_SECONDS


# The final state of a webhook, by the result of its last try.
ENDED_WEBHOOKS = {
    DeliveryResult.OK: WebhookState.DELIVERED,
    DeliveryResult.GONE: WebhookState.GIVEN_UP,
    DeliveryResult.REFUSED: WebhookState.REFUSED,
    DeliveryResult.RETRY: WebhookState.GIVEN_UP,
}


class PickledRow(TypeError):
    """A row says that it is pickled."""


class _NoPickle(_serialization.DefaultSerializer):
    """Stands where DBOS unpickles a row that says it is pickled, although JSON is what we set.

    Unpickling runs what the row says. No row of ours is pickled; one that says so was written by somebody else.
    """

    def deserialize(self, serialized_data: str) -> Any:
        """Refuse."""
        raise PickledRow("a pickled row in the database of jobs is not read")


# ``None`` as pickle writes it, in Base64: harmless, should anybody read it after all.
PICKLED_NONE = "gAROLg=="


def _guard_unpickling() -> None:
    """Let DBOS read no pickled row in this process, and make sure that it does not.

    DBOS 3.4 has no option for it: a private name of it is bound anew, which a later version may have given up. Raises
    SettingsError where an argument, a result or an error that is pickled would be read all the same.
    """
    _serialization.DBOSDefaultSerializer = _NoPickle()
    json = DBOSPortableJSONSerializer()
    readers = _serialization.deserialize_args, _serialization.deserialize_value, _serialization.deserialize_exception
    for read in readers:
        # Refused by us, as ever: that the name is gone, or another serializer took the row, is no refusal.
        with contextlib.suppress(PickledRow):
            read(PICKLED_NONE, "py_pickle", json)
            raise SettingsError("this version of DBOS reads pickled rows, which could run code; install dbos 3.4")


class _Queue:
    """The queue as the ledger sees it."""

    def __init__(self, client: DBOSClient) -> None:
        self._client = client

    def put(self, connection: Connection, tickets: Iterable[Ticket]) -> None:
        """Put tasks into the queue."""
        for ticket in tickets:
            options: EnqueueOptions = {
                "workflow_name": "task",
                "workflow_id": f"{ticket.job_id}.{ticket.run}.{ticket.number}.{ticket.attempt}",
                "queue_name": BATCHES,
                "queue_partition_key": ticket.owner,
                # A new job begins before the chunks of its owner's older ones: a short list has no long wait.
                "priority": 1 if ticket.number < 0 else 2,
            }
            self._put(connection, options, ticket.delay, asdict(ticket))

    def notify(self, connection: Connection, notice: Notice) -> None:
        """Put a webhook into the queue."""
        options: EnqueueOptions = {
            "workflow_name": "webhook",
            "workflow_id": f"{notice.event_id}.{notice.attempt}",
            "queue_name": WEBHOOKS,
            "queue_partition_key": urlsplit(notice.url).hostname or "nowhere",
        }
        self._put(connection, options, notice.delay, asdict(notice))

    def _put(self, connection: Connection, options: EnqueueOptions, delay: float, argument: dict[str, Any]) -> None:
        put_off: EnqueueOptions = {**options, "delay_seconds": delay} if delay else options
        self._client.enqueue_in_transaction(connection, put_off, argument)


class DurableJobs:
    """Jobs in a database. May be used from any thread; every method raises DatabaseDown."""

    def __init__(self, data: Path, database_url: str | None, pace: Pace | None = None) -> None:
        _guard_unpickling()
        _tame_logs()
        self._data = data
        self._pace = pace or Pace()
        self._engine = open_database(data, database_url)
        _make_tables(self._engine)
        self._client = DBOSClient(
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
            # A server answers 503 instead of waiting for the database.
            retry_connection_errors=False,
        )
        self._queue = _Queue(self._client)
        self._ledger = Ledger(self._engine, self._queue, self._pace.retry)

    def submit(self, job_id: str, owner: str, *, webhook: str | None = None, at_once: int = 0) -> JobStatus:
        """Queue a job. Raises TooManyJobs."""
        self._ledger.add(job_id, owner, webhook, at_once)
        return self._ledger.status(job_id)

    def status(self, job_id: str) -> JobStatus:
        """Return where a job stands. Raises UnknownJob."""
        return self._ledger.status(job_id)

    def list(self, owner: str, limit: int, before: str | None = None) -> Sequence[JobStatus]:
        """Return an owner's jobs, the newest first. Raises UnknownJob."""
        return self._ledger.newest(owner, limit, before)

    def cancel(self, job_id: str) -> JobStatus:
        """Let a job start no further chunk. Raises UnknownJob, JobConflict."""
        if self._ledger.cancel(job_id):
            # Tickets of a cancelled job do nothing; without them the queue is shorter.
            waiting = self._tickets(workflow_id_prefix=f"{job_id}.", status=["ENQUEUED", "DELAYED"])
            with translating_errors():
                self._client.cancel_workflows([*waiting])
        return self._ledger.status(job_id)

    def resume(self, job_id: str) -> JobStatus:
        """Queue what is missing of a cancelled or failed job. Raises UnknownJob, JobConflict."""
        self._ledger.resume(job_id)
        return self._ledger.status(job_id)

    def purge(self, older_than: float, forget: Callable[[str], None]) -> int:
        """Delete jobs that ended this many seconds ago or earlier; return how many."""
        # Tickets of jobs that ended so long ago are among them.
        edge = datetime.now(UTC) - timedelta(seconds=min(TICKET_SECONDS, older_than))
        while tickets := self._tickets(status=["SUCCESS", "ERROR", "CANCELLED"], completed_before=edge.isoformat()):
            with translating_errors():
                self._client.delete_workflows([*tickets])
        count = 0
        while jobs := self._ledger.ended_before(older_than, PURGE_BATCH):
            for job_id in jobs:
                # Files first: a job whose files could not all be deleted is found again the next time.
                forget(job_id)
                self._ledger.forget(job_id)
            count += len(jobs)
        return count

    def close(self) -> None:
        """Close the connections to the database."""
        self._client.destroy()
        self._engine.dispose()

    def run_worker(self, handlers: WorkerHandlers, worker_id: str, stop: threading.Event, drain_seconds: float) -> None:
        """Work until ``stop`` is set, and let what is under way finish. Raises WorkerTaken.

        Threads of DBOS may live on, waiting for what others took over; end the process.
        """
        locks = open_locks(self._engine, self._data)
        takeover = Takeover(locks, worker_id, self._busy, self._release)
        try:
            # Before anything else: DBOS takes up again at once what was under way under this id.
            takeover.hold()
            draining = threading.Event()
            runner = Runner(self._ledger, handlers.job, draining, handlers.metrics)
            DBOS(config=self._config(worker_id))
            purge = self._register(handlers, runner)
            self._open_queues()
            DBOS.launch()
            DBOS.apply_schedules([{"schedule_name": "imgurl-purge", "workflow_fn": purge, "schedule": PURGE_CRON}])
            threading.Thread(target=self._clear_up, args=[handlers], name="purge", daemon=True).start()
            watch = threading.Thread(target=takeover.watch, args=[stop, self._pace.tick], name="takeover", daemon=True)
            watch.start()
            structlog.get_logger().info("worker started", worker=worker_id)
            stop.wait()
            draining.set()
            DBOS.destroy(workflow_completion_timeout_sec=max(1, math.ceil(drain_seconds)))
            watch.join()
            structlog.get_logger().info("worker stopped", worker=worker_id)
        finally:
            locks.close()

    def _register(self, handlers: WorkerHandlers, runner: Runner) -> Callable[[datetime, Any], None]:
        """Tell DBOS what a ticket means; return the workflow that purges."""

        # Tried again without limit: what ends its worker time and again is stopped by the books.
        @DBOS.workflow(name="task", max_recovery_attempts=None)
        def task(ticket: dict[str, Any]) -> None:
            if not runner.run(Ticket(**ticket)):
                retry_while_database_down(self._hand_back, DBOS.workflow_id)

        @DBOS.workflow(name="webhook", max_recovery_attempts=None)
        def webhook(notice: dict[str, Any]) -> None:
            self._deliver(handlers, Notice(**notice))

        @DBOS.workflow(name="purge", max_recovery_attempts=None)
        def purge(_: datetime, __: Any) -> None:
            count = self.purge(RETENTION_SECONDS, handlers.forget)
            structlog.get_logger().info("old jobs purged", jobs=count)

        return purge

    def _clear_up(self, handlers: WorkerHandlers) -> None:
        """Purge at the start: where workers run only while there is work, none may be there on the hour."""
        try:
            self.purge(RETENTION_SECONDS, handlers.forget)
        except ImgurlError as error:
            structlog.get_logger().warning("old jobs could not be purged", reason=str(error))

    def _hand_back(self, ticket_id: str | None) -> None:
        with translating_errors():
            self._client.resume_workflows([str(ticket_id)], queue_name=BATCHES)

    def _deliver(self, handlers: WorkerHandlers, notice: Notice) -> None:
        log = structlog.get_logger().bind(event_id=notice.event_id, attempt=notice.attempt)
        began = time.monotonic()
        try:
            delivery = handlers.deliver(notice.url, notice.event_id, notice.payload)
        except Exception as error:  # noqa: BLE001 - one that cannot be sent must not be lost
            log.error("webhook failed", kind=type(error).__name__)
            delivery = Delivery(DeliveryResult.RETRY, f"{type(error).__name__}; see the worker's log")
        else:
            log.info("webhook", outcome=str(delivery.result), said=delivery.sentence)
        handlers.metrics.webhook(delivery.result, time.monotonic() - began)
        if delivery.result is DeliveryResult.RETRY and notice.attempt < len(handlers.webhook_seconds):
            later = replace(notice, attempt=notice.attempt + 1, delay=handlers.webhook_seconds[notice.attempt])
            retry_while_database_down(self._ledger.webhook_later, later, delivery.sentence)
        else:
            state = ENDED_WEBHOOKS[delivery.result]
            retry_while_database_down(self._ledger.webhook_ended, notice, state, delivery.sentence)

    def _config(self, worker_id: str) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "system_database_engine": self._engine,
            "dbos_system_schema": SCHEMA,
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": VERSION,
            "executor_id": worker_id,
            "log_level": "WARNING",
            "enable_otlp": False,
            # Nothing here waits for messages: a listening connection of each worker would be for nothing.
            "use_listen_notify": False,
        }

    def _open_queues(self) -> None:
        with translating_errors():
            self._client.register_queue(
                BATCHES,
                worker_concurrency=MOST_AT_HAND,
                partition_worker_concurrency=AT_HAND,
                polling_interval_sec=self._pace.poll,
            )
            self._client.register_queue(
                WEBHOOKS,
                worker_concurrency=MOST_WEBHOOKS,
                partition_worker_concurrency=1,
                polling_interval_sec=self._pace.webhook_poll,
            )

    def _busy(self) -> Collection[str]:
        """Return the ids of workers that have tickets under way."""
        with translating_errors():
            found = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {ticket.executor_id for ticket in found if ticket.executor_id}

    def _release(self, worker_id: str) -> int:
        """Put what a dead worker had under way back into the queue; return how many tickets."""
        with translating_errors():
            found = self._client.list_workflows(
                status="PENDING", executor_id=worker_id, load_input=False, load_output=False
            )
            for queue in {ticket.queue_name for ticket in found}:
                ids = [ticket.workflow_id for ticket in found if ticket.queue_name == queue]
                self._client.resume_workflows(ids, queue_name=queue)
        return len(found)

    def _tickets(self, **which: Any) -> Sequence[str]:
        with translating_errors():
            found = self._client.list_workflows(load_input=False, load_output=False, limit=PURGE_BATCH, **which)
        return [ticket.workflow_id for ticket in found]


def _make_tables(engine: Engine) -> None:
    """Make DBOS's tables where there are none; workers bring older ones up to date when they start."""
    with translating_errors():
        schema = SCHEMA if engine.dialect.name == "postgresql" else None
        if not inspect(engine).has_table("workflow_status", schema=schema):
            DBOS.migrate(plain_url(engine), schema=SCHEMA)


def _tame_logs() -> None:
    """Let DBOS's lines go the way of all logs, warnings and errors only."""
    log = logging.getLogger("dbos")
    log.setLevel(logging.WARNING)
    if not log.handlers:
        # DBOS gives the logger a handler of its own where it has none.
        log.addHandler(logging.NullHandler())
        # Said of each ticket that a worker hands back when it ends: as it should be.
        log.addFilter(lambda record: "outcome was not recorded" not in record.getMessage())
