"""A real PostgreSQL, from Debian's packages: one for a run of tests, a new database for each test."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.servers.process import Process, free_port, needed

USER = "imgurl"
LOOPBACK = "127.0.0.1"

# PostgreSQL refuses to run as root; Debian's package makes this user.
SYSTEM_USER = "postgres"

# Nothing here has to survive a power cut: without fsync. A killed server recovers what was committed.
OPTIONS = ("fsync=off", "max_connections=200", "shared_buffers=32MB")


class Postgres:
    """A PostgreSQL server that can be stopped, killed and started again at the same address.

    ``host`` is an address of this machine that it listens on besides the loopback, for all of its network of 256.
    """

    def __init__(self, programs: Path, folder: Path, host: str = LOOPBACK) -> None:
        self.port = free_port()
        self._host = host
        self._numbers = count(1)
        self._programs = programs
        self._folder = folder
        addresses = ",".join(dict.fromkeys((LOOPBACK, host)))
        settings = [f"port={self.port}", f"listen_addresses={addresses}", f"unix_socket_directories={folder}", *OPTIONS]
        options = [word for setting in settings for word in ("-c", setting)]
        # SIGINT is "fast": running transactions are broken off. SIGTERM would wait for all clients to leave.
        self._process = Process(
            [str(programs / "postgres"), "-D", str(folder / "data"), *options],
            folder / "log", user=SYSTEM_USER, stop_signal=signal.SIGINT,
        )  # fmt: skip

    def make(self) -> None:
        """Make the data folder (initdb)."""
        as_root = os.geteuid() == 0
        if as_root:
            shutil.chown(self._folder, SYSTEM_USER)
        command = [
            str(self._programs / "initdb"), "-D", str(self._folder / "data"), "-U", USER, "--auth=trust", "--no-sync",
            "--encoding=UTF8", "--locale=C.UTF-8",
        ]  # fmt: skip
        process = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/",
            user=SYSTEM_USER if as_root else None, group=SYSTEM_USER if as_root else None,
            extra_groups=[] if as_root else None,
        )  # fmt: skip
        assert process.returncode == 0, process.stdout + process.stderr
        if self._host != LOOPBACK:
            with (self._folder / "data" / "pg_hba.conf").open("a") as trusted:
                trusted.write(f"host all all {self._host}/24 trust\n")

    def start(self) -> None:
        """Start the server and wait until it takes queries."""
        self._process.start(self._takes_queries)

    def stop(self) -> None:
        """Stop the server ("fast"); clients lose their connections."""
        self._process.stop()

    def kill(self) -> None:
        """Stop the server as a crash would ("immediate"): it recovers when it is started again."""
        self._process.stop(signal.SIGQUIT)

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database over TCP."""
        return f"postgresql://{USER}@{self._host}:{self.port}/{database}"

    def socket_url(self, database: str = "postgres") -> str:
        """Return the URL of a database over the unix socket."""
        return f"postgresql://{USER}@/{database}?host={self._folder}&port={self.port}"

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def _takes_queries(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def run_postgres(host: str = LOOPBACK) -> Iterator[Postgres]:
    """Run a PostgreSQL of one's own; skips the test where none is installed."""
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    programs = Path(needed("postgres", "postgresql", *newest_first)).parent
    # Not pytest's folder: the server's user could not reach it, and a socket's path has room for 107 characters.
    with tempfile.TemporaryDirectory(prefix="imgurl-postgres-") as folder:
        server = Postgres(programs, Path(folder), host)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for all tests of this process; a test that stops it uses ``run_postgres``."""
    with run_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> str:
    """The URL of a new, empty database."""
    return postgres_server.new_database()
