"""Worker processes of a server: started again when they die, ended with it, never orphans."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from imgurl.errors import DatabaseDown, ImgurlError, SettingsError
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
    monkeypatch.setattr(module, "ASK_SECONDS", 0.02)
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


class Desk:
    """How much there is to do, and whose turn it is."""

    def __init__(self) -> None:
        self.waiting = 0
        self.is_ours = True
        self.asked = 0

    def demand(self) -> int:
        """Return how many workers are wanted."""
        self.asked += 1
        return self.waiting

    def take(self) -> bool:
        """Whether the turn is ours."""
        self.asked += 1
        return self.is_ours

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk at which nobody waits long."""
    monkeypatch.setattr(module, "ASK_SECONDS", 0.02)
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.1)
    return Desk()


def test_workers_run_while_there_is_work(tmp_path: Path, desk: Desk) -> None:
    """None at first; as many as have something to do, but no more than there may be; none again after a while."""
    file = tmp_path / "started"
    command = [sys.executable, "-c", WORKER, str(file)]
    told: list[int] = []
    with WorkerProcesses(["anna-1", "anna-2"], 5, command, demand=desk.demand, tell=told.append):
        wait(lambda: desk.asked > 5)
        assert started(file) == []
        desk.waiting = 1
        wait(lambda: len(started(file)) == 1)
        desk.waiting = 7
        wait(lambda: len(started(file)) == 2)
        desk.waiting = 0
        wait(lambda: not any(lives(process) for _, process in started(file)))
        desk.waiting = 1
        wait(lambda: len(started(file)) == 3)
    assert [name for name, _ in started(file)] == ["anna-1", "anna-2", "anna-1"]
    assert (max(told), told[2:4]) == (2, [1, 0])


def test_only_one_of_two_servers_runs_the_workers(
    tmp_path: Path, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other one says so once, starts none however often it looks, and takes over when it is its turn."""
    file = tmp_path / "started"
    desk.waiting, desk.is_ours = 1, False
    command = [sys.executable, "-c", WORKER, str(file)]
    with WorkerProcesses(["anna-1"], 5, command, demand=desk.demand, turn=desk):
        wait(lambda: desk.asked > 10)
        assert started(file) == []
        desk.is_ours = True
        wait(lambda: len(started(file)) == 1)
    assert capsys.readouterr().out.count("another process runs the job workers of this name") == 1


@pytest.mark.parametrize("error", [DatabaseDown("OperationalError"), SettingsError("a newer imgurl has migrated it")])
def test_a_database_that_is_away_is_said_once(
    error: ImgurlError, tmp_path: Path, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is started meanwhile and what runs goes on; it is asked again until it is back."""
    file = tmp_path / "started"
    desk.waiting = 1
    is_down = False

    def demand() -> int:
        if is_down:
            desk.asked += 1
            raise error
        return desk.demand()

    with WorkerProcesses(["anna-1"], 5, [sys.executable, "-c", WORKER, str(file)], demand=demand):
        wait(lambda: len(started(file)) == 1)
        is_down, before = True, desk.asked
        wait(lambda: desk.asked > before + 10)
        assert [lives(process) for _, process in started(file)] == [True]
        is_down = False
        desk.waiting = 0
        wait(lambda: not lives(started(file)[0][1]))
    assert capsys.readouterr().out.count("the database cannot be used") == 1
