"""The worker processes that a server runs itself: started when there is work, started anew when they die, ended when
there is none for a while and with the server, never left behind."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import structlog

from imgurl.errors import DatabaseDown

COMMAND = (sys.executable, "-m", "imgurl", "worker")

# How often it is asked whether there is work. Asking costs half a millisecond.
ASK_SECONDS = 1.0

# Workers that had nothing to do for so long are ended: starting one takes two seconds.
IDLE_SECONDS = 30.0

# How long to wait before a worker that died is started again: longer each time, unless it had run for a while.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
A_WHILE_SECONDS = 60.0

# What a worker takes beyond its time to drain, to end.
ENDING_SECONDS = 5.0


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine_name(given: str) -> str:
    """Return what this machine's workers are called: as it was set, otherwise by the name of the host."""
    return given or re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())[:48] or "worker"


def worker_ids(machine: str, count: int) -> Sequence[str]:
    """Return the ids of so many workers, the same ones after each start.

    >>> worker_ids("anna", 2)
    ['anna-1', 'anna-2']
    """
    return [f"{machine}-{number}" for number in range(1, count + 1)]


class Turn(Protocol):
    """Whose turn it is to run the workers of a name: of all processes that would, one does."""

    def take(self) -> bool:
        """Take the turn, or keep it; return whether it is ours. Raises DatabaseDown."""

    def close(self) -> None:
        """Give it back."""


@dataclass
class _Worker:
    """A worker by its id: the process while there is one, and when it may be started (monotonic seconds)."""

    id: str
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    again: float = 0.0
    pause: float = 0.0
    is_ending: bool = False


class WorkerProcesses:
    """Worker processes, while the ``with`` lasts. They have the environment and the output of this process.

    ``demand`` says how many workers have something to do now; with None all of them always have. ``turn`` sees to it
    that two servers on one data folder do not both run the workers: the second one waits until the first is gone.
    ``tell`` gets the number of processes whenever it changes.

    Each worker holds one end of a pipe as its standard input and ends when the other end is closed. The kernel closes
    it when this process is gone, also after kill -9; no signal could tell. (Linux's PR_SET_PDEATHSIG would tell when
    the thread that started the worker is gone, and there is no such thing elsewhere.)
    """

    def __init__(
        self,
        ids: Sequence[str],
        drain_seconds: float,
        command: Sequence[str] = COMMAND,
        *,
        demand: Callable[[], int] | None = None,
        turn: Turn | None = None,
        tell: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._drain_seconds = drain_seconds
        self._command = command
        self._demand = demand or (lambda: len(ids))
        self._turn = turn
        self._tell = tell
        self._stop = threading.Event()
        self._workers = [_Worker(worker_id) for worker_id in ids]
        self._wanted_at = 0.0
        self._waits = False
        self._thread = threading.Thread(target=self._watch, name="workers", daemon=True)

    def __enter__(self) -> Self:
        """Begin to look for work."""
        if self._workers:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers: they may finish what is under way."""
        self._stop.set()
        if not self._workers:
            return
        # It starts no more once it has ended; a look into the database takes seconds at most.
        self._thread.join(ENDING_SECONDS)
        running = [worker.process for worker in self._workers if worker.process is not None]
        for process in running:
            process.terminate()
        give_up = time.monotonic() + self._drain_seconds + ENDING_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _close(process)
        if self._turn is not None:
            self._turn.close()

    def _watch(self) -> None:
        log = structlog.get_logger()
        is_down = False
        while True:
            try:
                self._look()
                is_down = False
            except DatabaseDown as error:
                if not is_down:
                    log.warning("database is away", reason=error.reason)
                is_down = True
            if self._stop.wait(ASK_SECONDS):
                return

    def _look(self) -> None:
        """Start or end workers, once."""
        for worker in self._workers:
            self._reap(worker)
        if self._turn is not None and not self._turn.take():
            self._await_turn()
            return
        self._waits = False
        now, wanted = time.monotonic(), self._demand()
        if wanted:
            self._wanted_at = now
        for worker in self._workers[:wanted]:
            if worker.process is None and now >= worker.again and not self._stop.is_set():
                self._start(worker)
        if now - self._wanted_at >= IDLE_SECONDS:
            self._end_all()

    def _await_turn(self) -> None:
        # Also when the database was away and another process has taken over meanwhile.
        self._end_all()
        if not self._waits:
            self._waits = True
            structlog.get_logger().warning(
                "another process runs the job workers of this name, and this one will when that one ends; to run both, "
                "give one another IMGURL_WORKER_ID, or set IMGURL_JOB_WORKERS=0 here",
                workers=[worker.id for worker in self._workers],
            )

    def _start(self, worker: _Worker) -> None:
        command = [*self._command, "--id", worker.id, "--until-stdin-closes"]
        worker.process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own command
        worker.began, worker.is_ending = time.monotonic(), False
        self._tell(self._running)

    def _end_all(self) -> None:
        for worker in self._workers:
            if worker.process is not None and not worker.is_ending:
                worker.is_ending = True
                worker.process.terminate()

    def _reap(self, worker: _Worker) -> None:
        """Take note that a worker's process has ended."""
        if worker.process is None or (code := worker.process.poll()) is None:
            return
        _close(worker.process)
        worker.process = None
        self._tell(self._running)
        now = time.monotonic()
        if worker.is_ending:
            worker.again, worker.pause = now, 0.0
            return
        is_first = not worker.pause or now - worker.began > A_WHILE_SECONDS
        worker.pause = FIRST_PAUSE_SECONDS if is_first else min(2 * worker.pause, LONGEST_PAUSE_SECONDS)
        worker.again = now + worker.pause
        structlog.get_logger().warning("worker ended", worker=worker.id, code=code, again_in_s=worker.pause)

    @property
    def _running(self) -> int:
        return sum(worker.process is not None for worker in self._workers)


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
