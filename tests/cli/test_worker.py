"""``imgurl worker``, and the workers that ``imgurl serve`` runs: they do batches, and end when they should."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imgurl.batches.files import JobFiles
from imgurl.batches.order import BatchOptions, accept_order, prepare
from imgurl.batches.work import BatchWork
from imgurl.design.library import load_library
from imgurl.jobs.lazy import open_jobs
from imgurl.jobs.port import Jobs, JobState
from imgurl.storage import Storage, open_storage
from imgurl.tables.form import Kind
from imgurl.tables.sniff import sniff
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyRing
from tests.cli.conftest import Run
from tests.web.designs import write_design
from tests.web.server import K1, K2, KEYS, running_server

RING = KeyRing((K1, K2))
LIST = b"first_name,note\n" + b"".join(b"Ava %d,%d\n" % (number, number) for number in range(30))


def wait(until: Callable[[], bool], log: Path | None = None) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 60
    while not until():
        assert time.monotonic() < deadline, log.read_text() if log else ""
        time.sleep(0.05)


def processes(folder: Path) -> dict[str, int]:
    """Return the worker processes that work in a folder, by their ids."""
    found: dict[str, int] = {}
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"--until-stdin-closes" in words and (process / "cwd").resolve() == folder:
                found[words[words.index(b"--id") + 1].decode()] = int(process.name)
    return found


@contextlib.contextmanager
def running_worker(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``imgurl worker`` in a folder; it is killed if it does not end."""
    environment = {**os.environ, "IMGURL_SIGNING_KEYS": KEYS, "IMGURL_DESIGNS": str(folder / "designs")}
    command = [sys.executable, "-m", "imgurl", "worker", *options]
    with (folder / "log").open("ab") as log:
        worker = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the small design."""
    write_design(tmp_path / "designs")
    return tmp_path


def submit(folder: Path, job_id: str, fonts: FontCatalogue) -> Jobs:
    """Submit a batch of thirty rows, for which workers start; return the jobs."""
    data = folder / "imgurl-data"
    lay_down(folder, open_storage((data / "store").as_uri()), job_id, fonts)
    jobs = open_jobs(data, None)
    jobs.submit(job_id, "anna")
    return jobs


def lay_down(folder: Path, storage: Storage, job_id: str, fonts: FontCatalogue) -> None:
    """Accept a batch of thirty rows whose images are drawn ahead."""
    design = load_library(folder / "designs", fonts).find("card")
    order = prepare(BatchOptions("card", warm=True), sniff(LIST, "list.csv"), design, RING, "https://img.example.com")
    files = JobFiles(storage, job_id)
    files.list.put(LIST)
    accept_order(files, order)


def test_workers_do_a_batch(folder: Path, fonts: FontCatalogue) -> None:
    """--workers 2: numbered processes, as many as have something to do, that end with the one that runs them.

    The links are in the result and the images in the cache; on SIGTERM they end well.
    """
    data = folder / "imgurl-data"
    with running_worker(folder, "--id", "blue", "--workers", "2") as worker:
        wait(lambda: "workers wait for work" in (folder / "log").read_text(), folder / "log")
        assert processes(folder) == {}
        with contextlib.closing(submit(folder, "job", fonts)) as jobs:
            wait(lambda: "blue-1" in processes(folder), folder / "log")
            wait(lambda: jobs.status("job").status == JobState.COMPLETED, folder / "log")
            status = jobs.status("job")
        assert set(processes(folder)) <= {"blue-1", "blue-2"}
        worker.terminate()
        assert worker.wait(60) == 0
    assert processes(folder) == {}
    assert (status.total, status.done, status.failed) == (30, 30, 0)
    assert len(list((data / "cache").glob("*/*.png"))) >= 30
    storage = open_storage((data / "store").as_uri())
    rows = b"".join(BatchWork(storage, None, lambda: RING).result("job", Kind.CSV)).splitlines()
    assert len(rows) == 31
    assert rows[1].startswith(b"Ava 0,0,https://img.example.com/i/card.png?")
    assert '"event": "worker stopped"' in (folder / "log").read_text()


def test_two_workers_do_not_share_an_id(folder: Path) -> None:
    """The second one is reported in a sentence and ends with exit code 1, also where nothing is to be done."""
    with running_worker(folder, "--id", "one") as one, running_worker(folder, "--id", "one") as other:
        wait(lambda: one.poll() is not None or other.poll() is not None, folder / "log")
        wait(lambda: "workers wait for work" in (folder / "log").read_text(), folder / "log")
        assert {one.poll(), other.poll()} == {None, 1}
    log = (folder / "log").read_text()
    assert "imgurl: a worker with the id 'one' is already running" in log
    # One that runs alone has the name itself, without a number.
    assert [json.loads(line)["workers"] for line in log.splitlines() if "workers wait for work" in line] == [["one"]]


def test_a_server_runs_workers(folder: Path, fonts: FontCatalogue) -> None:
    """By the name that was set, once there is work; one that is killed comes back; kill -9 leaves none behind."""
    designs = str(folder / "designs")
    with running_server(folder, signing_keys=KEYS, designs=designs, job_workers="2", worker_id="blue") as server:
        assert processes(folder) == {}
        storage = open_storage((folder / "imgurl-data" / "store").as_uri())
        # A job whose files are not there yet fails, and is tried again after a pause.
        jobs = open_jobs(folder / "imgurl-data", None)
        jobs.submit("job", "anna")
        wait(lambda: "blue-1" in processes(folder))
        first = processes(folder)["blue-1"]
        os.kill(first, signal.SIGKILL)
        lay_down(folder, storage, "job", fonts)
        wait(lambda: processes(folder).get("blue-1") not in {None, first})
        wait(lambda: jobs.status("job").status == JobState.COMPLETED)
        jobs.close()
        figures = server.figures()
        # Counted by a worker process, and read from the server's page.
        assert figures['imgurl_job_rows_total{result="done"}'] == 30.0
        assert figures["imgurl_job_chunk_seconds_count"] == 1.0
        assert figures['imgurl_jobs{state="completed"}'] == 1.0
        kinds = [name.split('"')[1] for name in figures if name.startswith("imgurl_process_resident_memory_bytes{")]
        assert {"server", "worker"} <= set(kinds)
        server.process.kill()
        wait(lambda: processes(folder) == {})


def test_wrong_use(run: Run) -> None:
    """Exit code 2 and a sentence."""
    ran = run("worker", "--workers", "0")
    assert (ran.code, ran.out) == (2, "")
    assert "0 is not in the range" in ran.said


def test_a_server_that_starts_does_not_load_the_engine() -> None:
    """Importing the engine takes a second: neither the server nor minting pays for it."""
    script = "import sys, imgurl.web.app, imgurl.cli.mint; print([name for name in ('dbos',) if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
