"""``imgurl worker``: does the batches that were sent to the API, until it is told to stop."""

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
from imgurl.cli.options import data_option, designs_option
from imgurl.composition import open_pipeline
from imgurl.config import Settings, hand_to_workers, load_settings, secret_of
from imgurl.errors import WorkerTaken
from imgurl.jobs.demand import Demand
from imgurl.jobs.later import open_jobs
from imgurl.jobs.port import Duties
from imgurl.jobs.processes import WorkerProcesses, machine_name, worker_ids
from imgurl.jobs.takeover import WorkersTurn
from imgurl.jobs.webhooks import SCHEDULE_SECONDS, Webhooks, read_hosts, read_secrets
from imgurl.storage import open_storage
from imgurl.urls.keyfile import load_keys
from imgurl.urls.livekeys import live_keys
from imgurl.web.logs import configure_logs
from imgurl.web.metrics import JobMetrics

# Batches give way to whoever waits for an image: on a busy machine a server process gets nine times as much of a core.
NICENESS = 10

# The file descriptor of standard input.
STDIN = 0


@click.command()
@click.option("--id", "worker_id", metavar="NAME", help="Name of this worker, the same at every start [host name].")
@click.option("--workers", type=click.IntRange(1, 256), default=1, help="Worker processes; one per core is right [1].")
@click.option("--until-stdin-closes", is_flag=True, hidden=True)
@data_option
@designs_option
def worker(
    worker_id: str | None, workers: int, until_stdin_closes: bool, data: Path | None, designs: Path | None
) -> None:
    """Process batches accepted by the API, until SIGTERM or Ctrl-C; work in progress is completed.

    'imgurl serve' runs such workers itself, one for each core. Run more of them on other machines, with the same
    IMGURL_DATABASE_URL, IMGURL_STORE_URL, designs and keys. With --workers they are called NAME-1, NAME-2 and so on.
    Worker processes start when there is work, and end when there has been none for a while.
    """
    settings = load_settings(worker_id=worker_id, data=data, designs=designs)
    configure_logs(settings.log_level)
    name = machine_name(settings.worker_id)
    if not until_stdin_closes:
        _run_workers(settings, name, [name] if workers == 1 else worker_ids(name, workers))
        return
    stop = _stop_asked_for(by_whoever_started=True)
    os.nice(NICENESS)
    with _duties(settings, name) as duties:
        jobs = open_jobs(settings.data, secret_of(settings.database_url))
        jobs.run_worker(duties, name, stop, settings.drain_seconds)
    sys.stdout.flush()
    # Not by returning: threads of the job engine that wait for what other workers do now would be waited for.
    os._exit(0)


def _run_workers(settings: Settings, name: str, ids: Sequence[str]) -> None:
    """Run worker processes until it is asked to stop. Raises WorkerTaken, and SettingsError for what they would."""
    load_keys(settings.data, secret_of(settings.keys))
    read_hosts(settings.webhook_hosts)
    read_secrets(secret_of(settings.webhook_secret) or "")
    database_url = secret_of(settings.database_url)
    stop = _stop_asked_for()
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
def _duties(settings: Settings, worker_id: str) -> Iterator[Duties]:
    """Open what a worker works with. Raises SettingsError where keys, designs, fonts or the store can't be used."""
    keys = live_keys(settings.data, secret_of(settings.keys))
    storage = open_storage(settings.files_url)
    shared = SharedCache(storage, is_patient=True) if settings.store_url else None
    webhooks = Webhooks(read_hosts(settings.webhook_hosts), read_secrets(secret_of(settings.webhook_secret) or ""))
    work = BatchWork(storage, open_pipeline(settings, shared=shared), keys)
    try:
        yield Duties(work, webhooks.deliver_once, SCHEDULE_SECONDS, work.forget, JobMetrics(worker_id))
    finally:
        if shared:
            shared.close()


def _stop_asked_for(*, by_whoever_started: bool = False) -> threading.Event:
    """Return what is set on SIGTERM and Ctrl-C, or when whoever started this process is gone; a second time ends it."""
    stop = threading.Event()

    def ask(*_: object) -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    # Ctrl-C reaches all processes of a terminal; those that somebody started wait for his word.
    signal.signal(signal.SIGINT, signal.SIG_IGN if by_whoever_started else ask)
    if by_whoever_started:
        threading.Thread(target=_follow_stdin, args=[stop], daemon=True).start()
    return stop


def _follow_stdin(stop: threading.Event) -> None:
    # Not through sys.stdin: a thread that waits there holds its lock, and Python can't end beside it.
    while os.read(STDIN, 1):
        pass
    stop.set()
