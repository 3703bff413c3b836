"""The address of the running server, kept in the data folder: where ``mint`` learns what links begin with.

The server holds a lock on the file as long as it lives, however it ends. A file without a lock is what a killed
server left behind, and tells nothing.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

# Beside keys.json in the data folder.
FILE = "server-address"


@contextlib.contextmanager
def announced(data: Path, address: str) -> Iterator[None]:
    """Keep the address in the data folder while the server runs.

    Where the folder can't be written to, or another server is announced there, nothing is kept: links can be given
    their base otherwise.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = (data / FILE).open("a+", encoding="utf-8")
    except OSError:
        yield
        return
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield
            return
        handle.truncate(0)
        handle.write(address + "\n")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def running_address(data: Path) -> str | None:
    """Return the address of the server that runs with this data folder, None where none does."""
    with contextlib.suppress(OSError), (data / FILE).open(encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return handle.read(200).strip() or None
    return None
