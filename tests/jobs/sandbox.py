"""Work that counts how often it is done, and worker processes that do it until they are stopped or killed."""

import contextlib
import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from imgurl.errors import BadTable
from imgurl.jobs.durable import DurableJobs, Pace
from imgurl.jobs.port import Delivery, DeliveryResult, JobState, JobStatus, WorkerHandlers
from tests.forks import forks

# A worker that is not there after this many seconds has failed, and so has a job that does not move on.
LONG_SECONDS = 60.0

# Pauses before a task is tried again, and before a webhook is.
SOON = (0.05, 0.05)

# A gate that stays shut for longer has been forgotten.
GATE_SECONDS = 50.0

# Everything else waits less than it does in earnest, too.
QUICK = Pace(retry=SOON, tick=0.1, poll=0.02, webhook_poll=0.02)


@dataclass(frozen=True)
class Order:
    """What a job is like.

    ``raises`` says which chunk raises how often; ``kind`` is "bug" or "list": an error of ours that is for good. Once
    ``gate`` chunks are written, each further one is held in its middle until the test opens the gate.
    """

    chunks: int
    rows: int = 10
    seconds: float = 0.0
    raises: Mapping[str, int] = field(default_factory=dict)
    kind: str = "bug"
    split_seconds: float = 0.0
    gate: int | None = None


@dataclass(frozen=True)
class Planned:
    """How many chunks and rows there are."""

    chunks: int
    rows: int


@dataclass(frozen=True)
class Counted:
    """A row in ten failed, one in five took its fallback."""

    total: int

    @property
    def failed(self) -> int:
        """Rows with an error."""
        return self.total // 10

    @property
    def done(self) -> int:
        """Rows with a URL."""
        return self.total - self.failed

    @property
    def fallbacks(self) -> Mapping[str, int]:
        """Fallbacks by field."""
        return {"first_name": self.total // 5}


class RecordingWork:
    """Work whose chunks write a file each, and note each execution and whether it was the first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def accept(self, job_id: str, order: Order) -> None:
        """Lay down a job's files."""
        home = self._folder / job_id
        home.mkdir(parents=True)
        (home / "order").write_text(json.dumps(asdict(order)))

    def split(self, job_id: str) -> Planned:
        """Return what was ordered."""
        order = self._order(job_id)
        time.sleep(order.split_seconds)
        return Planned(order.chunks, order.chunks * order.rows)

    def run_chunk(self, job_id: str, number: int) -> Counted:
        """Write the chunk's file, unless it is there."""
        order = self._order(job_id)
        home = self._folder / job_id
        self._note(job_id, f"began {number} {os.getpid()}")
        if self.executions(job_id, f"began {number} ") <= order.raises.get(str(number), 0):
            raise BadTable("the list is wrong") if order.kind == "list" else ValueError("Mia Secret")
        part = home / f"{number}.part"
        if not part.exists():
            time.sleep(order.seconds)
            if order.gate is not None:
                self._wait_at_gate(job_id, order.gate)
            new = home / f"{number}.{os.getpid()}"
            new.write_text("".join(f"{number}:{row}\n" for row in range(order.rows)))
            new.rename(part)
            self._note(job_id, f"wrote {number}")
        return Counted(order.rows)

    def open_gate(self, job_id: str) -> None:
        """Let the chunks go on that the order's gate holds."""
        (self._folder / job_id / "open").touch()

    def finish(self, job_id: str) -> None:
        """Put the chunks together."""
        home = self._folder / job_id
        parts = sorted(home.glob("*.part"), key=lambda part: int(part.stem))
        (home / "result").write_text("".join(part.read_text() for part in parts))

    def forget(self, job_id: str) -> None:
        """Delete a job's files."""
        for file in (self._folder / job_id).glob("*"):
            file.unlink()
        (self._folder / job_id).rmdir()

    def result(self, job_id: str) -> list[str]:
        """Return the rows of the result, [] while there is none."""
        file = self._folder / job_id / "result"
        return file.read_text().splitlines() if file.exists() else []

    def notes(self, job_id: str) -> list[str]:
        """Return what was noted, in order."""
        file = self._folder / job_id / "notes"
        return file.read_text().splitlines() if file.exists() else []

    def executions(self, job_id: str, begins: str) -> int:
        """Return how many notes begin so."""
        return sum(note.startswith(begins) for note in self.notes(job_id))

    def begun_by(self, job_id: str, process: ForkServerProcess) -> int:
        """Return how many chunks a worker began."""
        return sum(note.startswith("began") and note.endswith(f" {process.pid}") for note in self.notes(job_id))

    def written(self, job_id: str) -> Counter[int]:
        """Return how often each chunk was written."""
        return Counter(int(note.split()[1]) for note in self.notes(job_id) if note.startswith("wrote"))

    def _wait_at_gate(self, job_id: str, gate: int) -> None:
        give_up = time.monotonic() + GATE_SECONDS
        while len(self.written(job_id)) >= gate and not (self._folder / job_id / "open").exists():
            assert time.monotonic() < give_up, "nobody opened the gate"
            time.sleep(0.01)

    def _order(self, job_id: str) -> Order:
        return Order(**json.loads((self._folder / job_id / "order").read_text()))

    def _note(self, job_id: str, line: str) -> None:
        with (self._folder / job_id / "notes").open("a") as file:
            file.write(line + "\n")


class RecordingDelivery:
    """Delivers webhooks into a file; the URL's path says which outcomes it has, one after the other."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def deliver(self, url: str, event_id: str, payload: Mapping[str, object]) -> Delivery:
        """Record a webhook."""
        outcomes = url.rpartition("/")[2].split("-")
        before = sum(webhook["event_id"] == event_id for webhook in self.sent())
        with self._file.open("a") as file:
            file.write(json.dumps({"event_id": event_id, "payload": payload, "at": time.time()}) + "\n")
        if outcomes[before] == "raise":
            raise RuntimeError("toy")
        return Delivery(DeliveryResult(outcomes[before]), "toy")

    def sent(self) -> list[dict[str, object]]:
        """Return the webhooks that were sent."""
        return [json.loads(line) for line in self._file.read_text().splitlines()] if self._file.exists() else []


class JobSandbox:
    """A data folder with such jobs, and the worker processes that do them."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self.folder = folder
        self.database_url = database_url
        self.work = RecordingWork(folder / "work")
        self.delivery = RecordingDelivery(folder / "webhooks")
        self.jobs = DurableJobs(folder, database_url)
        self._workers: list[ForkServerProcess] = []

    def submit(self, job_id: str, order: Order, owner: str = "anna", **more: object) -> JobStatus:
        """Lay down and submit a job."""
        self.work.accept(job_id, order)
        return self.jobs.submit(job_id, owner, **more)  # type: ignore[arg-type]

    def start(self, worker_id: str) -> ForkServerProcess:
        """Start a worker process."""
        worker = forks().Process(target=main, args=(self.folder, worker_id, self.database_url))
        worker.start()
        self._workers.append(worker)
        return worker

    def log(self) -> str:
        """Return what the workers wrote."""
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait until something is so; fail when it takes too long."""
        deadline = time.monotonic() + LONG_SECONDS
        while not until():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def finish(self, job_id: str) -> JobStatus:
        """Wait until a job ended, and return how."""
        self.wait(lambda: self.jobs.status(job_id).status not in {JobState.QUEUED, JobState.RUNNING})
        return self.jobs.status(job_id)

    def chunks_written(self, job_id: str) -> int:
        """Return how many chunks have their file."""
        return len(self.work.written(job_id))

    def close(self) -> None:
        """Kill the workers that are left."""
        for worker in self._workers:
            worker.kill()
            worker.join()
        self.jobs.close()


@contextlib.contextmanager
def sandbox(folder: Path, database_url: str | None = None) -> Iterator[JobSandbox]:
    """Open a sandbox, and leave no worker behind."""
    opened = JobSandbox(folder, database_url)
    try:
        yield opened
    finally:
        opened.close()


def _stop_with_parent(stop: threading.Event) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    stop.set()


def main(folder: Path, worker_id: str, database_url: str | None) -> None:
    """Run a worker until SIGTERM, or until the process that started it is gone."""
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.basicConfig(level=logging.INFO)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=_stop_with_parent, args=[stop], daemon=True).start()
    work = RecordingWork(folder / "work")
    jobs = DurableJobs(folder, database_url, QUICK)
    jobs.run_worker(
        WorkerHandlers(work, RecordingDelivery(folder / "webhooks").deliver, SOON, work.forget), worker_id, stop, 10
    )
    sys.stdout.flush()
    os._exit(0)
