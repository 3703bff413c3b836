"""Which workers are alive, and who takes over the work of dead ones. The engine itself waits until a dead one is back.

Each worker holds a lock on its id while it lives: on Postgres an advisory lock on a connection of its own, on SQLite a
lock on a file. The operating system or the database releases it when the process is gone, whatever ended it. So nobody
has to guess from silence, and two live processes never share an id.
"""

import contextlib
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import structlog
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from imgurl.database import CONNECT_SECONDS, KEEPALIVE, connect
from imgurl.errors import DatabaseDown, SettingsError, WorkerTaken

# How often workers look for dead ones.
TICK_SECONDS = 2.0

# A process that checks whether an id is free holds it for a moment.
PATIENCE_SECONDS = 3.0

# If the whole machine is gone, nothing closes the connection: Postgres notices after 10 + 3 × 5 seconds.
KEEPALIVE_OF_SERVER = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}

ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class Locks(Protocol):
    """The ids that live workers hold. Used by one thread at a time."""

    def take(self, worker_id: str) -> bool:
        """Take an id; return whether it is ours now. Taking an id again that is held already does no harm."""

    def drop(self, worker_id: str) -> None:
        """Release an id."""

    def close(self) -> None:
        """Release everything."""


class FileLocks:
    """Locks on files in a folder of this machine; the files stay, empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, FileLock] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, worker_id: str) -> bool:
        """Take an id; return whether it is ours now."""
        if worker_id in self._held:
            return True
        # Acquired in one thread and released in another.
        lock = FileLock(self._folder / f"{worker_id}.lock", mode=0o600, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        self._held[worker_id] = lock
        return True

    def drop(self, worker_id: str) -> None:
        """Release an id."""
        lock = self._held.pop(worker_id, None)
        if lock is not None:
            lock.release()

    def close(self) -> None:
        """Release everything."""
        for worker_id in list(self._held):
            self.drop(worker_id)


class PostgresLocks:
    """Advisory locks of one session, which end with it. A lost session is replaced at the next call.

    The locks need a connection of their own, not one through a pooler that shares sessions between clients.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = create_engine(
            engine.url,
            hide_parameters=True,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "imgurl worker", **KEEPALIVE},
        )
        self._connection: Connection | None = None
        self._held: set[str] = set()

    def take(self, worker_id: str) -> bool:
        """Take an id; return whether it is ours now. Raises DatabaseDown; then nothing is held."""
        if worker_id in self._held:
            # A session that was lost with its locks is replaced at once, before other workers have looked twice.
            with contextlib.suppress(DatabaseDown):
                self._ask("SELECT 1")
        if worker_id not in self._held and self._ask("SELECT pg_try_advisory_lock(:key)", worker_id):
            self._held.add(worker_id)
        return worker_id in self._held

    def drop(self, worker_id: str) -> None:
        """Release an id."""
        if worker_id in self._held:
            self._held.remove(worker_id)
            self._ask("SELECT pg_advisory_unlock(:key)", worker_id)

    def close(self) -> None:
        """Release everything."""
        if self._held:
            # The server notices a closed session only a moment later.
            with contextlib.suppress(DatabaseDown):
                self._ask("SELECT pg_advisory_unlock_all()")
        self._forget_session()
        self._engine.dispose()

    def _ask(self, statement: str, worker_id: str = "") -> object:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
                for name, value in KEEPALIVE_OF_SERVER.items():
                    self._connection.execute(text(f"SET {name} = {value}"))
            return self._connection.execute(text(statement), {"key": _number(worker_id)} if worker_id else {}).scalar()
        except SQLAlchemyError as error:
            self._forget_session()
            raise DatabaseDown(type(error).__name__) from error

    def _forget_session(self) -> None:
        self._held.clear()
        if self._connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                self._connection.close()
        self._connection = None


class Takeover:
    """Holds this worker's id, and takes over the work of dead workers.

    ``busy`` returns the ids of workers that have work in progress, ``release`` puts the work of one back into the
    queue. Mutable state: which workers looked dead last time.
    """

    def __init__(
        self, locks: Locks, worker_id: str, busy: Callable[[], Collection[str]], release: Callable[[str], int]
    ) -> None:
        if not ID.fullmatch(worker_id):
            raise SettingsError(
                f"'{worker_id}' is not a valid worker id: use up to 64 letters, digits, dots, dashes and underscores"
            )
        self._locks = locks
        self._worker_id = worker_id
        self._busy = busy
        self._release = release
        self._looked_dead: frozenset[str] = frozenset()

    def hold(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Take this worker's id. Raises WorkerTaken if a live worker has it, DatabaseDown."""
        give_up = time.monotonic() + patience_seconds
        while not self._locks.take(self._worker_id):
            if time.monotonic() > give_up:
                raise WorkerTaken(self._worker_id)
            time.sleep(0.1)

    def tick(self) -> int:
        """Make sure the id is held, and take over from workers that looked dead twice in a row; return how many tasks.

        Twice, because after a restart of Postgres nobody holds an id for a moment. Raises WorkerTaken, DatabaseDown.
        """
        self.hold()
        taken = 0
        dead = frozenset(other for other in self._busy() if other != self._worker_id and self._is_free(other))
        for other in dead & self._looked_dead:
            with self._borrowed(other) as is_dead:
                # Nobody else can take over now, nor can that worker start: its id is ours.
                taken += self._release(other) if is_dead else 0
        self._looked_dead = dead
        return taken

    def watch(self, stop: threading.Event, tick_seconds: float) -> None:
        """Tick until ``stop`` is set. Sets it if another process has taken this worker's id."""
        log = structlog.get_logger()
        while not stop.wait(tick_seconds):
            try:
                taken = self.tick()
            except DatabaseDown as error:
                log.warning("database is down", reason=error.reason)
            except WorkerTaken as error:
                log.error("worker ends", reason=str(error))
                stop.set()
            else:
                if taken:
                    log.info("took over from dead workers", tasks=taken)

    def _is_free(self, worker_id: str) -> bool:
        with self._borrowed(worker_id) as is_free:
            return is_free

    @contextlib.contextmanager
    def _borrowed(self, worker_id: str) -> Iterator[bool]:
        is_free = self._locks.take(worker_id)
        try:
            yield is_free
        finally:
            if is_free:
                self._locks.drop(worker_id)


class WorkersTurn:
    """The right to run workers: one process has it, of all on one data folder or one Postgres.

    ``first_id`` is the id of the first worker. Used by one thread at a time. Mutable state: the locks, opened at first
    use.
    """

    def __init__(self, data: Path, database_url: str | None, first_id: str) -> None:
        self._data = data
        self._database_url = database_url
        self._id = f"{first_id}.run"
        self._locks: Locks | None = None

    def take(self) -> bool:
        """Take the turn, or keep it; return whether it is ours. Raises DatabaseDown."""
        try:
            if self._locks is None:
                self._locks = (
                    PostgresLocks(connect(self._data, "", self._database_url))
                    if self._database_url
                    else FileLocks(self._data / "workers")
                )
            return self._locks.take(self._id)
        except OSError as error:
            raise DatabaseDown(f"the data folder cannot be written: {error.strerror}") from error

    def wait(self, patience_seconds: float = PATIENCE_SECONDS) -> bool:
        """Take the turn, or wait a moment for a process that is about to end; return whether it is ours."""
        give_up = time.monotonic() + patience_seconds
        while not (is_ours := self.take()) and time.monotonic() < give_up:
            time.sleep(0.1)
        return is_ours

    def close(self) -> None:
        """Release it."""
        if self._locks is not None:
            self._locks.close()


def open_locks(engine: Engine, data: Path) -> Locks:
    """Return the locks that belong to a database of jobs. Raises OSError if the data folder cannot be written."""
    return PostgresLocks(engine) if engine.dialect.name == "postgresql" else FileLocks(data / "workers")


def _number(worker_id: str) -> int:
    """Return the 64-bit number that Postgres locks for a worker id."""
    return int.from_bytes(sha256(f"imgurl worker {worker_id}".encode()).digest()[:8], "big", signed=True)
