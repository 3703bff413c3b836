"""Write a file whole or not at all: under a temporary name first, which is renamed at the end."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

# What temporary names begin with; files left by a killed process are recognised by it.
TEMPORARY = ".new-"


@contextlib.contextmanager
def whole_file(
    path: Path,
    *,
    mode: int,
    durable: bool,
    folder: Path | None = None,
    publish: Callable[[Path, Path], object] | None = None,
) -> Iterator[BinaryIO]:
    """Open a new file that becomes ``path`` when the block ends; if anything fails, it is deleted instead.

    The file has ``mode`` (less the umask) from the start. It is written in ``folder``, which must be on the file
    system of ``path``; None means next to ``path``. With ``durable``, content and name are on the disk before this
    returns: after a power cut the file is the old one or the new one, never an empty one. ``publish`` gives the
    temporary file its name, by ``os.replace`` unless it is given. Raises OSError.
    """
    temporary = (folder or path.parent) / f"{TEMPORARY}{os.urandom(12).hex()}"
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    except OSError as error:
        # With the name that a person knows.
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        (publish or os.replace)(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        _sync_folder(path.parent)


def write_whole(path: Path, body: bytes, *, mode: int, durable: bool, folder: Path | None = None) -> None:
    """Write a file whole or not at all, as ``whole_file`` does. Raises OSError."""
    with whole_file(path, mode=mode, durable=durable, folder=folder) as file:
        file.write(body)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folder, and writes down what it renames by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
