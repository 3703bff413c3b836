"""The worker processes that a server runs itself: started when there is work, restarted when they die, ended when there
has been none for a while and when the server ends, never left behind."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

import structlog

from imgurl.errors import DatabaseDown, SettingsError

COMMAND = (sys.executable, "-m", "imgurl", "worker")

# How often to look for work. Looking costs half a millisecond.
ASK_SECONDS = 1.0

# Workers that had nothing to do for this long are ended: starting one takes two seconds.
IDLE_SECONDS = 30.0

# The pause before a worker that died is restarted: longer each time, unless it had run for a while.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
A_WHILE_SECONDS = 60.0

# The time a worker needs to end, beyond its time to drain.
ENDING_SECONDS = 5.0


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine_name(setting: str) -> str:
    """Return the name of this machine's workers: the setting, otherwise the host name."""
    return setting or re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())[:48] or "worker"


def worker_ids(machine: str, count: int) -> Sequence[str]:
    """Return the ids of ``count`` workers, the same ones after each start.

    >>> worker_ids("anna", 2)
    ['anna-1', 'anna-2']
    """
    return [f"{machine}-{number}" for number in range(1, count + 1)]


class Turn(Protocol):
    """Whose turn it is to run the workers of a name: one process of all that would."""

    def take(self) -> bool:
        """Take the turn, or keep it; return whether it is ours. Raises DatabaseDown."""

    def close(self) -> None:
        """Give it back."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A worker's process. ``began`` is in monotonic seconds, ``pause`` is how many seconds it waited to be started."""

    process: subprocess.Popen[bytes]
    began: float
    pause: float
    is_ending: bool = False


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A worker without a process, to be started at ``start_at`` (monotonic seconds), ``pause`` after it died."""

    start_at: float = 0.0
    pause: float = 0.0


class WorkerProcesses:
    """Worker processes, for the duration of a ``with``. They have the environment and the output of this process.

    ``demand`` returns how many workers have something to do now; with None all of them always have. ``turn`` sees that
    two servers on one data folder do not both run the workers: the second one waits until the first is gone. ``tell``
    gets the number of processes whenever it changes.

    Each worker holds one end of a pipe as its standard input and ends when the other end is closed. The kernel closes
    it when this process is gone, also after kill -9, when no signal could be sent. (Linux's PR_SET_PDEATHSIG acts when
    the thread that started the worker ends, and other systems have nothing like it.)

    Mutable state, used by one thread while it runs: the state of each worker, when there was work last, and whether
    another process has the turn.
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
        self._workers: dict[str, _Running | _Stopped] = dict.fromkeys(ids, _Stopped())
        self._last_demand = 0.0
        self._waits = False
        self._thread = threading.Thread(target=self._watch, name="workers", daemon=True)

    def __enter__(self) -> Self:
        """Begin to look for work."""
        if self._workers:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers: they may finish work in progress."""
        self._stop.set()
        if not self._workers:
            return
        # It starts none after this; a query takes seconds at most.
        self._thread.join(ENDING_SECONDS)
        processes = [worker.process for _, worker in self._running]
        for process in processes:
            process.terminate()
        give_up = time.monotonic() + self._drain_seconds + ENDING_SECONDS
        for process in processes:
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
            except (DatabaseDown, SettingsError) as error:
                # Said once. SettingsError: a newer imgurl has migrated the database.
                if not is_down:
                    log.warning("no workers are started: the database cannot be used", reason=str(error))
                is_down = True
            if self._stop.wait(ASK_SECONDS):
                return

    def _look(self) -> None:
        """Start or end workers, once."""
        for worker_id, worker in self._running:
            self._reap(worker_id, worker)
        if self._turn is not None and not self._turn.take():
            self._await_turn()
            return
        self._waits = False
        now, demand = time.monotonic(), self._demand()
        if demand:
            self._last_demand = now
        for worker_id, state in [*self._workers.items()][:demand]:
            if isinstance(state, _Stopped) and now >= state.start_at and not self._stop.is_set():
                self._start(worker_id, state)
        if now - self._last_demand >= IDLE_SECONDS:
            self._end_all()

    def _await_turn(self) -> None:
        # Also when the database was down and another process has taken over meanwhile.
        self._end_all()
        if not self._waits:
            self._waits = True
            structlog.get_logger().warning(
                "another process runs the job workers of this name; this one takes over when that one ends. To run "
                "both, give one of them another IMGURL_WORKER_ID, or set IMGURL_JOB_WORKERS=0 here",
                workers=[*self._workers],
            )

    def _start(self, worker_id: str, worker: _Stopped) -> None:
        # It is told how many there are: they divide the cores.
        command = [*self._command, "--id", worker_id, "--workers", str(len(self._workers)), "--until-stdin-closes"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own command
        self._workers[worker_id] = _Running(process, time.monotonic(), worker.pause)
        self._tell(len(self._running))

    def _end_all(self) -> None:
        for worker_id, worker in self._running:
            if not worker.is_ending:
                worker.process.terminate()
                self._workers[worker_id] = replace(worker, is_ending=True)

    def _reap(self, worker_id: str, worker: _Running) -> None:
        """See whether a worker's process has ended, and when it may be restarted."""
        code = worker.process.poll()
        if code is None:
            return
        _close(worker.process)
        now = time.monotonic()
        if worker.is_ending:
            stopped = _Stopped(start_at=now)
        else:
            is_first = not worker.pause or now - worker.began > A_WHILE_SECONDS
            pause = FIRST_PAUSE_SECONDS if is_first else min(2 * worker.pause, LONGEST_PAUSE_SECONDS)
            stopped = _Stopped(now + pause, pause)
            structlog.get_logger().warning("worker ended", worker=worker_id, code=code, again_in_s=pause)
        self._workers[worker_id] = stopped
        self._tell(len(self._running))

    @property
    def _running(self) -> list[tuple[str, _Running]]:
        """The workers that have a process, and their ids."""
        return [(worker_id, worker) for worker_id, worker in self._workers.items() if isinstance(worker, _Running)]


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
