"""The same locks on Postgres: the database releases them when the session is gone."""

import contextlib
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from imgurl.database import CONNECT_SECONDS, KEEPALIVE
from imgurl.errors import DatabaseDown
from imgurl.jobs.locks import FileLocks, Locks

# If the whole machine is gone, nothing closes the connection: Postgres notices after 10 + 3 × 5 seconds.
KEEPALIVE_OF_SERVER = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}


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


def open_locks(engine: Engine, data: Path) -> Locks:
    """Return the locks that belong to a database of jobs. Raises OSError if the data folder cannot be written."""
    return PostgresLocks(engine) if engine.dialect.name == "postgresql" else FileLocks(data / "workers")


def _number(worker_id: str) -> int:
    """Return the 64-bit number that Postgres locks for a worker id."""
    return int.from_bytes(sha256(f"imgurl worker {worker_id}".encode()).digest()[:8], "big", signed=True)
