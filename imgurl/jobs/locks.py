"""The ids of live workers: each holds a lock on its own, on SQLite a lock on a file.

The operating system releases it when the process is gone, whatever ended it.
"""

from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout


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
