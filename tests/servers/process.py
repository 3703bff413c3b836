"""What the tests' servers share: finding programs, free ports, and processes that die with the tests."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

# Below the ports of outgoing connections, which begin at 32,768 on Linux.
PORTS = range(15_000, 32_000)

# A server that is not ready after this many seconds has failed.
START_SECONDS = 30.0

# A server that has not stopped after this many seconds is killed.
STOP_SECONDS = 15.0


def needed(program: str, package: str, *folders: str | Path) -> str:
    """Return the path of a program; skip the test without it, fail where CI should have installed it."""
    places = os.pathsep.join((*map(str, folders), os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    found = shutil.which(program, path=places)
    if found is None:
        missing(program, package)
    return found


def missing(program: str, package: str) -> NoReturn:
    """Skip the test, or fail it in CI, because a program is not there."""
    if os.environ.get("CI"):
        pytest.fail(f"CI has no {program}; .ci/run installs it")
    pytest.skip(f"{program} is not installed (Debian: apt install {package})")


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on.

    Not one that the kernel would hand out: it may do so to somebody's outgoing connection before the server is up.
    """
    while True:
        port = secrets.choice(PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def answers(port: int) -> bool:
    """Whether somebody accepts connections at a port of the loopback address."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Process:
    """A server program that can be started, stopped and killed, and started again.

    ``user`` is who it runs as where the tests run as root. Its output goes to the file ``log``.
    """

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self._command = [*_dies_with_us(stop_signal), *command]
        self._log = log
        self._user = user if os.geteuid() == 0 else None
        self._environment = {**os.environ, **(environment or {})}
        self._stop_signal = stop_signal
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running program."""
        assert self._running is not None, f"{self._command[0]} does not run"
        return self._running.pid

    def start(self, is_ready: Callable[[], bool]) -> None:
        """Start the program and wait until it is ready."""
        self.launch()
        self.wait_until(is_ready)

    def launch(self) -> None:
        """Start the program and do not wait."""
        assert self._running is None, f"{self._command} runs already"
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=self._environment, user=self._user, group=self._user, extra_groups=[] if self._user else None,
                cwd="/",
            )  # fmt: skip

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Wait until the running program is ready; fail the test when it dies or takes too long."""
        assert self._running is not None
        deadline = time.monotonic() + START_SECONDS
        # Asked in this order: who answers at the port of a program that is dead is somebody else.
        while not is_ready() or self._running.poll() is not None:
            if self._running.poll() is not None or time.monotonic() > deadline:
                self.stop(signal.SIGKILL)
                pytest.fail(f"{self._command} did not start:\n{self._log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.02)

    def stop(self, with_signal: signal.Signals | None = None) -> None:
        """Stop the program and wait until it is gone; one that does not run is left alone."""
        if self._running is None:
            return
        self._running.send_signal(with_signal or self._stop_signal)
        try:
            self._running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
        self._running = None


def _dies_with_us(stop_signal: signal.Signals) -> list[str]:
    """Return what goes before a command so that the kernel stops it when the tests are killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG"), "--"] if setpriv else []
