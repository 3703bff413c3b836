"""A store in a folder: read through obstore, written here, because obstore does not wait for the disk.

A file gets its name when its bytes are on the disk, so that no power cut leaves an empty file under a key. Until then
it is in ``.unfinished``; what a killed process left there is deleted a day later.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from obstore.store import LocalStore

from imgurl.files import whole_file
from imgurl.storage.failures import translating_errors
from imgurl.storage.keys import checked
from imgurl.storage.parts import CountedParts
from imgurl.storage.reading import StoreReader

# Where files are until they are whole. Younger leftovers may belong to a living process.
UNFINISHED = ".unfinished"
ORPHAN_SECONDS = 86_400.0

# The folder is private (see ``prepare``); its files leave the rest to the umask.
FILE_MODE = 0o666


class FolderStorage(StoreReader):
    """A folder; see ``Storage``. It must have been prepared."""

    def __init__(self, folder: Path) -> None:
        super().__init__(LocalStore(folder))
        self._folder = folder

    def put(self, key: str, body: bytes, *, lasting: bool = True) -> None:
        """Store a body, whole or not at all; unless it is ``lasting``, a power cut may damage it."""
        with translating_errors("writing", key), self._file(key, durable=lasting) as file:
            file.write(body)

    def put_stream(self, key: str, parts: Iterable[bytes]) -> int:
        """Store the concatenation of ``parts``, whole or not at all; return its length in bytes."""
        counted = CountedParts(parts)
        with (
            counted.raising_own_errors(),
            translating_errors("writing", key),
            self._file(key, durable=True) as file,
        ):
            file.writelines(counted)
        return counted.bytes

    def delete(self, prefix: str) -> None:
        """Delete a key and everything below it; it is not an error if there is nothing."""
        path = self._folder / checked(prefix)
        with translating_errors("deleting", prefix), contextlib.suppress(FileNotFoundError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    @contextlib.contextmanager
    def _file(self, key: str, *, durable: bool) -> Iterator[BinaryIO]:
        path, unfinished = self._folder / checked(key), self._folder / UNFINISHED
        with whole_file(path, mode=FILE_MODE, durable=durable, folder=unfinished, publish=_publish) as file:
            yield file


def prepare(folder: Path) -> None:
    """Make the folder if it is missing, for its owner only, and delete what dead processes left. Raises OSError."""
    # Names of people are in these files.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / UNFINISHED
    unfinished.mkdir(mode=0o700, exist_ok=True)
    for file in unfinished.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > ORPHAN_SECONDS:
                file.unlink()


def _publish(temporary: Path, path: Path) -> None:
    try:
        os.replace(temporary, path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, path)
