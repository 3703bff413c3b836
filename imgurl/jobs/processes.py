"""The worker processes that a server runs itself: started anew when they die, ended with it, never left behind."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Self

import structlog

COMMAND = (sys.executable, "-m", "imgurl", "worker")

# How long to wait before a worker that died is started again: longer each time, unless it had run for a while.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
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


class WorkerProcesses:
    """Worker processes, while the ``with`` lasts. They have the environment and the output of this process.

    Each holds one end of a pipe as its standard input and ends when the other end is closed. The kernel closes it
    when this process is gone, also after kill -9; no signal could tell. (Linux's PR_SET_PDEATHSIG would tell when the
    thread that started the worker is gone, and there is no such thing elsewhere.)
    """

    def __init__(self, ids: Sequence[str], drain_seconds: float, command: Sequence[str] = COMMAND) -> None:
        self._drain_seconds = drain_seconds
        self._command = command
        self._stop = threading.Event()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._keepers = [threading.Thread(target=self._keep, args=[worker_id], daemon=True) for worker_id in ids]

    def __enter__(self) -> Self:
        """Start the workers."""
        for keeper in self._keepers:
            keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers: they may finish what is under way."""
        self._stop.set()
        for process in list(self._running.values()):
            process.terminate()
        give_up = time.monotonic() + self._drain_seconds + ENDING_SECONDS
        for keeper in self._keepers:
            keeper.join(max(0.0, give_up - time.monotonic()))
        for process in list(self._running.values()):
            process.kill()

    def _keep(self, worker_id: str) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stop.is_set():
            began = time.monotonic()
            command = [*self._command, "--id", worker_id, "--until-stdin-closes"]
            with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 - our own command
                self._running[worker_id] = process
                if self._stop.is_set():
                    process.terminate()
                code = process.wait()
            if self._stop.is_set():
                return
            if time.monotonic() - began > A_WHILE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            structlog.get_logger().warning("worker ended", worker=worker_id, code=code, again_in_s=pause)
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
