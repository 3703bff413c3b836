"""The keys as they are now: read again when the key file was changed, without a restart."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from imgurl.errors import SettingsError
from imgurl.urls.keyfile import FILE_NAME, read_key_file
from imgurl.urls.signing import KeyRing, Keys, parse_keys

# How often the file is looked at, at most. A look takes microseconds; a change counts within a second.
LOOK_SECONDS = 0.5

#: What tells that a file is another one, or was changed.
Look = tuple[int, int, int, int, int]


class LiveKeys:
    """Gives the keys of a key file. May be called from any thread.

    A file that is gone, damaged or wrong changes nothing: the last good keys count on, and the log says so once.
    Mutable state: the keys, what the file looked like and what was wrong with it, guarded by a lock.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        # Looked at before it is read: what is changed in between is read again.
        self._seen = _look(path)
        self._ring = read_key_file(path)
        self._looked = clock()
        self._trouble: tuple[Look | None, str] | None = None

    def __call__(self) -> KeyRing:
        """Return the keys; the same object as long as nothing has changed."""
        if self._clock() - self._looked < LOOK_SECONDS or not self._lock.acquire(blocking=False):
            return self._ring
        try:
            self._looked = self._clock()
            now = _look(self._path)
            if now != self._seen:
                self._read(now)
            return self._ring
        finally:
            self._lock.release()

    def _read(self, look: Look | None) -> None:
        log = structlog.get_logger()
        try:
            ring = read_key_file(self._path)
        except SettingsError as error:
            # Tried again at each look, because not all that was wrong is seen in the file; but said once.
            if self._trouble != (look, str(error)):
                log.error("keys could not be reloaded; the last good ones stay in use", reason=str(error))
            self._trouble = look, str(error)
            return
        self._seen, self._trouble = look, None
        if ring != self._ring:
            self._ring = ring
            log.info("keys reloaded", keys={key.id: key.state.value for key in ring.keys})


def live_keys(data: Path, from_environment: str | None) -> Keys:
    """Return what gives the keys: those of the environment, which do not change, else those of the key file.

    Raises SettingsError where there are none or one is wrong: no key, no server.
    """
    if from_environment is None:
        return LiveKeys(data / FILE_NAME)
    ring = parse_keys(from_environment)
    return lambda: ring


def _look(path: Path) -> Look | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
