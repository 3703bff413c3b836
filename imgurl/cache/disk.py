"""Images on disk: one file each, shared by all server processes, bounded in bytes.

A file is written under a temporary name and renamed, so a reader sees a whole entry or none; a damaged one is a miss
and is deleted. Nothing here raises: a cache that fails makes a server slow, not wrong.

Written here because diskcache, the package for this, reads what it stores with pickle, which runs code if somebody else
can write to the folder (CVE-2025-69872, open), and has had no release since 2023.
"""

import contextlib
import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from imgurl.cache.entry import pack, unpack
from imgurl.cache.keys import RenderKey
from imgurl.files import write_whole

# After a failed write, for example on a full disk, nothing is written for this many seconds.
BACK_OFF_SECONDS = 30.0

# A sweep shrinks the cache to this share of its limit, so that it need not run at each write.
SWEEP_TO = 0.9

# A process that has written this share of the limit looks at the folder again: other processes write there too.
RECOUNT_AFTER = 0.05

# Reading updates an entry's time of last use if it is older than this. A disk mounted with "relatime" updates it once a
# day, one mounted with "noatime" never.
USED_AGAIN_SECONDS = 60.0

# Temporary files older than this were left by a killed process; younger ones may belong to a live one.
ORPHAN_SECONDS = 3_600.0


class _File(NamedTuple):
    used: float
    size: int
    path: str


class DiskCache:
    """A cache of image bodies in a folder. May be used from any thread and any number of processes."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        # Bytes this process has written since it last looked at the folder, and how many it may before it looks again.
        self._written = 0
        self._allowance = 0
        self._sweeping = False
        self._no_writes_before = 0.0

    def get(self, key: RenderKey) -> bytes | None:
        """Return the image of this key, None on a miss; a damaged entry counts as a miss and is deleted."""
        if not key.lasts:
            return None
        path = self._path(key)
        try:
            data = _read_file(path)
        except OSError:
            return None
        body = unpack(key, data)
        if body is None:
            with contextlib.suppress(OSError):
                path.unlink()
        return body

    def put(self, key: RenderKey, body: bytes) -> bool:
        """Store an image, if it lasts; return whether it was written."""
        if not key.lasts or not self._max_bytes or time.monotonic() < self._no_writes_before:
            return False
        path = self._path(key)
        entry = pack(key, body)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Not durable: what a power cut damages is a miss.
            write_whole(path, entry, mode=0o600, durable=False)
        except IsADirectoryError:
            # A folder has the name of this entry: no reason to stop writing the others.
            return False
        except OSError:
            self._no_writes_before = time.monotonic() + BACK_OFF_SECONDS
            return False
        self._count_written(len(entry))
        return True

    def sweep(self) -> int:
        """Delete the least recently used entries until the cache is below its limit; return the bytes left."""
        entries = sorted(self._entries())
        total = sum(entry.size for entry in entries)
        goal = self._max_bytes * SWEEP_TO if total > self._max_bytes else total
        for entry in entries:
            if total <= goal:
                break
            with contextlib.suppress(OSError):
                os.unlink(entry.path)
            total -= entry.size
        return total

    @property
    def room_bytes(self) -> int:
        """Bytes of images that stay whatever is written later: a sweep leaves this much."""
        return int(self._max_bytes * SWEEP_TO)

    @property
    def is_writing(self) -> bool:
        """Whether writing works, as far as is known."""
        return time.monotonic() >= self._no_writes_before

    def _path(self, key: RenderKey) -> Path:
        return self._folder / key.digest[:2] / key.file_name

    def _count_written(self, size: int) -> None:
        with self._lock:
            self._written += size
            due = self._written > self._allowance and not self._sweeping
            self._sweeping = self._sweeping or due
        if due:
            threading.Thread(target=self._sweep_in_background, name="cache-sweep", daemon=True).start()

    def _sweep_in_background(self) -> None:
        """Sweep until what was written meanwhile fits too."""
        while self._sweeping:
            with self._lock:
                self._written = 0
            left = self.sweep()
            with self._lock:
                self._allowance = max(0, min(self._max_bytes - left, int(self._max_bytes * RECOUNT_AFTER)))
                self._sweeping = self._written > self._allowance

    def _entries(self) -> Iterator[_File]:
        for folder in _scan(self._folder):
            if not folder.is_dir(follow_symlinks=False):
                continue
            for file in _scan(Path(folder.path)):
                try:
                    status = file.stat(follow_symlinks=False)
                except OSError:
                    continue
                used = max(status.st_atime, status.st_mtime)
                if used > time.time() + USED_AGAIN_SECONDS:
                    used = 0.0  # from the future, so by a wrong clock: the oldest of all
                if file.name.startswith(".") and time.time() - status.st_mtime > ORPHAN_SECONDS:
                    with contextlib.suppress(OSError):
                        os.unlink(file.path)
                elif not file.name.startswith("."):
                    yield _File(used, status.st_size, file.path)


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _read_file(path: Path) -> bytes:
    """Return the content of a file and record that it was used. Raises OSError, also if it is not a regular file."""
    # Links are not followed, pipes not waited for: neither is ours.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise OSError(f"{path} is not a regular file")
    with os.fdopen(handle, "rb") as file:
        # The absolute value: if the clock has been set back since, the entry would seem to be in use for ever.
        age = abs(time.time() - max(status.st_atime, status.st_mtime))
        if age > USED_AGAIN_SECONDS and os.utime in os.supports_fd:
            os.utime(handle)
        return file.read()
