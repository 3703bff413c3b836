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

import structlog

from imgurl.errors import DatabaseDown, SettingsError, WorkerTaken
from imgurl.jobs.locks import Locks

# How often workers look for dead ones.
TICK_SECONDS = 2.0

# A process that checks whether an id is free holds it for a moment.
PATIENCE_SECONDS = 3.0

ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


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
