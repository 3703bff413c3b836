"""A real Redis, from Debian's package: one for a run of tests, emptied before each test."""

import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.process import Process, free_port, needed


class Redis:
    """A Redis server that can be stopped, killed and started again at the same address. It keeps nothing on disk."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = free_port()
        self._process = Process(
            [program, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(folder), "--save", "",
             "--appendonly", "no", "--daemonize", "no"],
            folder / "log",
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The URL of database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """The server's process id; SIGSTOP makes it hang, SIGCONT go on."""
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._process.start(self._answers)

    def stop(self) -> None:
        """Stop the server; all keys are lost."""
        self._process.stop()

    def kill(self) -> None:
        """Stop the server with SIGKILL."""
        self._process.stop(signal.SIGKILL)

    def flush(self) -> None:
        """Delete all keys."""
        assert self._ask(b"FLUSHALL\r\n") == b"+OK\r\n"

    def _answers(self) -> bool:
        try:
            return self._ask(b"PING\r\n") == b"+PONG\r\n"
        except OSError:
            return False

    def _ask(self, command: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(command)
            return connection.recv(100)


@contextmanager
def run_redis() -> Iterator[Redis]:
    """Run a Redis of one's own; skips the test where none is installed."""
    program = needed("redis-server", "redis-server")
    with tempfile.TemporaryDirectory(prefix="imgurl-redis-") as folder:
        server = Redis(program, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """One Redis for all tests of this process; a test that stops it uses ``run_redis``."""
    with run_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """The URL of an empty Redis."""
    redis_server.flush()
    return redis_server.url
