"""A worker process for the jobs of an API of these tests."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from imgurl.batches.work import BatchWork
from imgurl.cache.disk import DiskCache
from imgurl.config import shipped
from imgurl.design.archive import Archive
from imgurl.jobs.durable import DurableJobs
from imgurl.jobs.port import Delivery, DeliveryResult, WorkerHandlers
from imgurl.storage import open_storage
from imgurl.text.fonts import load_catalogue
from tests.pipeline.factories import warming_over
from tests.web.api.client import RING, Api

# A job that is not done after this many seconds has failed.
LONG_SECONDS = 60.0


@contextlib.contextmanager
def running_worker(api: Api) -> Iterator[None]:
    """Run a worker for an API."""
    command = [sys.executable, "-m", "tests.web.api.worker", str(api.folder), str(api.designs)]
    with (api.folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.kill()
        worker.communicate()


def ended(api: Api, key: str, url: str) -> dict[str, Any]:
    """Wait until a job ended, and return its last state."""
    give_up = time.monotonic() + LONG_SECONDS
    while True:
        result: dict[str, Any] = api.call("GET", url, key).json()
        if result["status"] not in ("queued", "running"):
            return result
        assert time.monotonic() < give_up, (api.folder / "worker.log").read_text()
        time.sleep(0.05)


def deliver(_url: str, _event_id: str, _payload: Mapping[str, object]) -> Delivery:
    """Send no webhook."""
    return Delivery(DeliveryResult.OK, "sent")


def main(folder: Path, designs: Path) -> None:
    """Work until the process that started it is gone."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=_await_the_end, args=[stop], daemon=True).start()
    pipeline = warming_over(
        designs, load_catalogue(shipped("fonts")), archive=Archive(folder / "versions"),
        disk=DiskCache(folder / "cache", 10**9),
    )  # fmt: skip
    work = BatchWork(open_storage(f"file://{folder / 'store'}"), pipeline, lambda: RING)
    DurableJobs(folder, None).run_worker(WorkerHandlers(work, deliver, (), work.forget), "w0", stop, 5)
    os._exit(0)


def _await_the_end(stop: threading.Event) -> None:
    """Wait until standard input is closed: then the parent of this process is gone."""
    sys.stdin.buffer.read()
    stop.set()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
