"""Durable jobs on DBOS, with SQLite or Postgres. The only importer of dbos; importing it takes a second.

DBOS keeps the queue: tasks that wait, are in progress on a worker, or are delayed. It shares the workers between
owners, and gives a worker its tasks again when it comes back under its id. What a job is and what follows a task is in
our own tables (``ledger``), written in the same transaction as the queue. A DBOS workflow is one ticket and has no
steps: carrying it out again, after whatever happened, finds in the ledger what is left to do.

Server processes use DBOS's client alone; only ``run_worker`` launches DBOS, once per process.
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
from imgurl.jobs.postgres_locks import open_locks
from imgurl.jobs.queue import Notice, Ticket
from imgurl.jobs.runner import Runner, retry_while_database_down
from imgurl.jobs.takeover import TICK_SECONDS, Takeover

APPLICATION = "imgurl"

# On Postgres DBOS's tables have a schema of their own.
SCHEMA = "imgurl_dbos"

# What a ticket means. By default DBOS takes a digest of the source code, and each new version of this program would
# abandon what the last one queued. Raised when the arguments of a workflow change.
VERSION = "1"

BATCHES = "imgurl-batches"
WEBHOOKS = "imgurl-webhooks"

# Tickets of one owner that a worker holds at a time: one in progress, and the next one ready when that is done.
AT_HAND = 2

# Tickets of all owners that a worker holds at a time: a second and third owner need not wait for a slot.
MOST_AT_HAND = 6

# How often a worker polls the queue. Polling costs about 3 ms of its time.
POLL_SECONDS = 0.2

# Webhooks that a worker delivers at a time, one per host: a slow receiver delays only its own.
MOST_WEBHOOKS = 8
WEBHOOK_POLL_SECONDS = 1.0

# Tickets that were carried out are kept this long, for inspection.
TICKET_SECONDS = 86_400

# Hourly, so that a server that sleeps at night purges too; old jobs are few.
PURGE_CRON = "17 * * * *"

# Tickets deleted, and jobs purged, at once.
PURGE_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things wait, in seconds: failed tasks, looking for dead workers, polling the queues."""

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
    """Raised for a row that claims to be pickled."""


class _NoPickle(_serialization.DefaultSerializer):
    """Replaces what DBOS unpickles rows with that claim to be pickled, although we configure JSON.

    Unpickling runs code that the row names. No row of ours is pickled; one that claims so was written by somebody else.
    """

    def deserialize(self, serialized_data: str) -> Any:
        """Refuse."""
        raise PickledRow("pickled rows in the database of jobs are not read")


# ``None`` as pickle writes it, in Base64: harmless if it is unpickled after all.
PICKLED_NONE = "gAROLg=="


def _guard_unpickling() -> None:
    """Keep DBOS from reading pickled rows in this process, and make sure that it does not.

    DBOS 3.4 has no option for this: a private name of it is replaced, which a later version may no longer use. Raises
    SettingsError if a pickled argument, result or error would be read all the same.
    """
    _serialization.DBOSDefaultSerializer = _NoPickle()
    json = DBOSPortableJSONSerializer()
    readers = _serialization.deserialize_args, _serialization.deserialize_value, _serialization.deserialize_exception
    for read in readers:
        # Only our own refusal counts: not that the name is gone, or that another serializer rejects the row.
        with contextlib.suppress(PickledRow):
            read(PICKLED_NONE, "py_pickle", json)
            raise SettingsError("this version of DBOS reads pickled rows, which could run code; install dbos 3.4")


class _Queue:
    """The queue that the ledger writes to."""

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
                # A new job begins before the chunks of its owner's older jobs: a short list need not wait long.
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
        delayed: EnqueueOptions = {**options, "delay_seconds": delay} if delay else options
        self._client.enqueue_in_transaction(connection, delayed, argument)


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
        """Return the status of a job. Raises UnknownJob."""
        return self._ledger.status(job_id)

    def list(self, owner: str, limit: int, before: str | None = None) -> Sequence[JobStatus]:
        """Return an owner's jobs, newest first. Raises UnknownJob."""
        return self._ledger.newest(owner, limit, before)

    def cancel(self, job_id: str) -> JobStatus:
        """Stop a job from starting further chunks. Raises UnknownJob, JobConflict."""
        if self._ledger.cancel(job_id):
            # Tickets of a cancelled job do nothing; removing them shortens the queue.
            waiting = self._tickets(workflow_id_prefix=f"{job_id}.", status=["ENQUEUED", "DELAYED"])
            with translating_errors():
                self._client.cancel_workflows([*waiting])
        return self._ledger.status(job_id)

    def resume(self, job_id: str) -> JobStatus:
        """Queue what is missing of a cancelled or failed job. Raises UnknownJob, JobConflict."""
        self._ledger.resume(job_id)
        return self._ledger.status(job_id)

    def purge(self, older_than: float, forget: Callable[[str], None]) -> int:
        """Delete jobs that ended ``older_than`` seconds ago or earlier; return how many."""
        # This includes all tickets of the jobs below.
        edge = datetime.now(UTC) - timedelta(seconds=min(TICKET_SECONDS, older_than))
        while tickets := self._tickets(status=["SUCCESS", "ERROR", "CANCELLED"], completed_before=edge.isoformat()):
            with translating_errors():
                self._client.delete_workflows([*tickets])
        count = 0
        while jobs := self._ledger.ended_before(older_than, PURGE_BATCH):
            for job_id in jobs:
                # Files first: a job whose files could not all be deleted is found again next time.
                forget(job_id)
                self._ledger.forget(job_id)
            count += len(jobs)
        return count

    def close(self) -> None:
        """Close the connections to the database."""
        self._client.destroy()
        self._engine.dispose()

    def run_worker(self, handlers: WorkerHandlers, worker_id: str, stop: threading.Event, drain_seconds: float) -> None:
        """Work until ``stop`` is set, and let work in progress finish. Raises WorkerTaken.

        DBOS threads may live on, waiting for what other workers took over: end the process after this.
        """
        locks = open_locks(self._engine, self._data)
        takeover = Takeover(locks, worker_id, self._busy, self._release)
        try:
            # Before anything else: DBOS resumes at once what was in progress under this id.
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
        """Register with DBOS what a ticket means; return the workflow that purges."""

        # Recovered without limit: a task that keeps crashing its worker is stopped by the ledger.
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
        """Purge at start: if workers run only while there is work, none may be running on the hour."""
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
            # Nothing here waits for messages: each worker would hold a listening connection in vain.
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
        """Return the ids of workers that have tickets in progress."""
        with translating_errors():
            tickets = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {ticket.executor_id for ticket in tickets if ticket.executor_id}

    def _release(self, worker_id: str) -> int:
        """Put what a dead worker had in progress back into the queue; return how many tickets."""
        with translating_errors():
            tickets = self._client.list_workflows(
                status="PENDING", executor_id=worker_id, load_input=False, load_output=False
            )
            for queue in {ticket.queue_name for ticket in tickets}:
                ids = [ticket.workflow_id for ticket in tickets if ticket.queue_name == queue]
                self._client.resume_workflows(ids, queue_name=queue)
        return len(tickets)

    def _tickets(self, **which: Any) -> Sequence[str]:
        with translating_errors():
            tickets = self._client.list_workflows(load_input=False, load_output=False, limit=PURGE_BATCH, **which)
        return [ticket.workflow_id for ticket in tickets]


def _make_tables(engine: Engine) -> None:
    """Create DBOS's tables if there are none; DBOS migrates older ones when a worker starts."""
    with translating_errors():
        schema = SCHEMA if engine.dialect.name == "postgresql" else None
        if not inspect(engine).has_table("workflow_status", schema=schema):
            DBOS.migrate(plain_url(engine), schema=SCHEMA)


def _tame_logs() -> None:
    """Send DBOS's log lines the way of all others, warnings and errors only."""
    log = logging.getLogger("dbos")
    log.setLevel(logging.WARNING)
    if not log.handlers:
        # DBOS adds a handler of its own to a logger that has none.
        log.addHandler(logging.NullHandler())
        # Logged for each ticket that a worker hands back when it ends, which is as it should be.
        log.addFilter(lambda record: "outcome was not recorded" not in record.getMessage())
