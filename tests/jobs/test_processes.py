"""Worker processes of a server: started again when they die, ended with it, never orphans."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from imgurl.jobs import processes as module
from imgurl.jobs.processes import WorkerProcesses, machine_name, worker_ids

# A worker that writes its id and process id, and ends on SIGTERM or when its standard input is closed.
WORKER = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with open(sys.argv[1], "a") as file:
    file.write(f"{sys.argv[3]} {os.getpid()}\\n")
sys.stdin.read()
"""

# A server with two workers, that waits.
SERVER = """
import sys, time
from imgurl.jobs.processes import WorkerProcesses
with WorkerProcesses(["anna-1", "anna-2"], 5, [sys.executable, "-c", sys.argv[1], sys.argv[2]]):
    time.sleep(600)
"""


def wait(until: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 30
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def started(file: Path) -> list[tuple[str, int]]:
    """Return id and process id of the workers that were started, in order."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [(line.split()[0], int(line.split()[1])) for line in lines]


def lives(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_workers_end_with_the_server(tmp_path: Path) -> None:
    """Two with stable ids are started; at the end both are gone."""
    file = tmp_path / "started"
    with WorkerProcesses(worker_ids("anna", 2), 5, [sys.executable, "-c", WORKER, str(file)]):
        wait(lambda: len(started(file)) == 2)
        assert {name for name, _ in started(file)} == {"anna-1", "anna-2"}
        assert all(lives(process) for _, process in started(file))
    assert not any(lives(process) for _, process in started(file))


def test_a_worker_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the same id, after a pause that grows while it keeps dying."""
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.05)
    file = tmp_path / "started"
    with WorkerProcesses(["anna-1"], 5, [sys.executable, "-c", WORKER, str(file)]):
        for count in range(1, 4):
            wait(lambda count=count: len(started(file)) == count)  # type: ignore[misc]
            os.kill(started(file)[-1][1], signal.SIGKILL)
        wait(lambda: len(started(file)) == 4)
    assert {name for name, _ in started(file)} == {"anna-1"}
    assert not any(lives(process) for _, process in started(file))


def test_a_worker_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time to drain is over: it does not live on without the server."""
    monkeypatch.setattr(module, "ENDING_SECONDS", 0.1)
    file = tmp_path / "started"
    stubborn = WORKER.replace("lambda *_: sys.exit(0)", "signal.SIG_IGN").replace("sys.stdin.read()", "signal.pause()")
    with WorkerProcesses(["anna-1"], 0.1, [sys.executable, "-c", stubborn, str(file)]):
        wait(lambda: len(started(file)) == 1)
    wait(lambda: not lives(started(file)[0][1]))


def test_a_killed_server_leaves_no_orphans(tmp_path: Path) -> None:
    """kill -9 of the server: its workers notice, and end."""
    file = tmp_path / "started"
    server = subprocess.Popen([sys.executable, "-c", SERVER, WORKER, str(file)])
    wait(lambda: len(started(file)) == 2)
    server.kill()
    server.wait()
    wait(lambda: not any(lives(process) for _, process in started(file)))


def test_workers_are_named_after_the_machine() -> None:
    """As it was set, otherwise after the host, in letters that an id may have."""
    assert machine_name("blue") == "blue"
    assert machine_name("")
    assert worker_ids("blue", 3) == ["blue-1", "blue-2", "blue-3"]
