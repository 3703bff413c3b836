"""``imgurl worker``: processes the batches that were sent to the API, until it is stopped."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import structlog

from imgurl.batches.work import BatchWork
from imgurl.cache.shared import SharedCache
from imgurl.cli.lazy import require
from imgurl.cli.options import data_option, designs_option
from imgurl.composition.warming import open_warming_pipeline
from imgurl.config import Settings, hand_to_workers, load_settings, secret_of
from imgurl.errors import WorkerTaken
from imgurl.jobs.demand import Demand
from imgurl.jobs.lazy import open_jobs
from imgurl.jobs.port import WorkerHandlers
from imgurl.jobs.processes import WorkerProcesses, cores, machine_name, worker_ids
from imgurl.jobs.turn import WorkersTurn
from imgurl.jobs.webhooks import SCHEDULE_SECONDS, Webhooks, read_hosts, read_secrets
from imgurl.storage import open_storage
from imgurl.urls.keyfile import load_keys
from imgurl.urls.livekeys import live_keys
from imgurl.web.logs import configure_logs
from imgurl.web.metrics import JobMetrics

# Batches give way to image requests: on a busy machine a server process gets nine times as much of a core.
NICENESS = 10

# The file descriptor of standard input.
STDIN = 0


@click.command()
@click.option("--id", "worker_id", metavar="NAME", help="Name of this worker; keep it across restarts [host name].")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, help="Number of worker processes; use one per core [1]."
)
@click.option("--until-stdin-closes", is_flag=True, hidden=True)
@data_option
@designs_option
def worker(
    worker_id: str | None, workers: int, until_stdin_closes: bool, data: Path | None, designs: Path | None
) -> None:
    """Process batches accepted by the API, until SIGTERM or Ctrl-C; work in progress is completed.

    'imgurl serve' runs such workers itself, one per core. Run more of them on other machines, with the same
    IMGURL_DATABASE_URL, IMGURL_STORE_URL, designs and keys. With --workers they are named NAME-1, NAME-2 and so on.
    Worker processes start when there is work, and end when there has been none for a while.
    """
    settings = load_settings(worker_id=worker_id, data=data, designs=designs)
    require("dbos")
    require("psycopg", needed=settings.database_url)
    configure_logs(settings.log_level)
    name = machine_name(settings.worker_id)
    if not until_stdin_closes:
        _run_workers(settings, name, [name] if workers == 1 else worker_ids(name, workers))
        return
    stop = _stop_event(is_child=True)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with _handlers(settings, name, max(1, cores() // workers)) as handlers:
        jobs = open_jobs(settings.data, secret_of(settings.database_url))
        jobs.run_worker(handlers, name, stop, settings.drain_seconds)
    sys.stdout.flush()
    # Not by returning: Python would wait for threads of the job engine that wait for other workers.
    os._exit(0)


def _run_workers(settings: Settings, name: str, ids: Sequence[str]) -> None:
    """Run worker processes until asked to stop. Raises WorkerTaken, and SettingsError where the workers would."""
    load_keys(settings.data, secret_of(settings.signing_keys))
    read_hosts(settings.webhook_hosts)
    read_secrets(secret_of(settings.webhook_secret) or "")
    database_url = secret_of(settings.database_url)
    stop = _stop_event()
    turn = WorkersTurn(settings.data, database_url, ids[0])
    if not turn.wait():
        raise WorkerTaken(name)
    hand_to_workers(settings)
    demand = Demand(settings.data, database_url)
    with WorkerProcesses(ids, settings.drain_seconds, demand=demand, turn=turn):
        structlog.get_logger().info("workers wait for work", workers=list(ids))
        stop.wait()
    demand.close()


@contextlib.contextmanager
def _handlers(settings: Settings, worker_id: str, renderers: int) -> Iterator[WorkerHandlers]:
    """Open what a worker needs. Raises SettingsError if keys, designs, fonts or the store cannot be used.

    So many renderers are started when there is something to draw.
    """
    keys = live_keys(settings.data, secret_of(settings.signing_keys))
    storage = open_storage(settings.files_url)
    shared = SharedCache(storage, is_patient=True) if settings.store_url else None
    webhooks = Webhooks(read_hosts(settings.webhook_hosts), read_secrets(secret_of(settings.webhook_secret) or ""))
    log = structlog.get_logger()
    try:
        with open_warming_pipeline(
            settings, renderers, shared, lambda end: log.warning("a renderer ended", reason=str(end))
        ) as pipeline:
            work = BatchWork(storage, pipeline, keys)
            yield WorkerHandlers(work, webhooks.deliver_once, SCHEDULE_SECONDS, work.forget, JobMetrics(worker_id))
    finally:
        if shared:
            shared.close()


def _stop_event(*, is_child: bool = False) -> threading.Event:
    """Return an event that is set on SIGTERM, Ctrl-C or the end of the parent; a second signal ends this process."""
    stop = threading.Event()

    def ask(*_: object) -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    # Ctrl-C reaches all processes of a terminal; child processes wait for their parent instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN if is_child else ask)
    if is_child:
        threading.Thread(target=_follow_stdin, args=[stop], daemon=True).start()
    return stop


def _follow_stdin(stop: threading.Event) -> None:
    # Not through sys.stdin: a thread that waits there holds its lock, and Python could not end.
    while os.read(STDIN, 1):
        pass
    stop.set()
