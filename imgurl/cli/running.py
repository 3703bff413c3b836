"""What links begin with: ``mint`` and ``batch`` find the address of the running server in a file of the data folder.

The server holds a lock on the file as long as it lives, however it ends. A file without a lock was left by a server
that was killed, and means nothing.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from imgurl.config import Settings

try:
    import fcntl
except ImportError:  # Windows has no such lock; filelock takes longer to import than all that mints
    fcntl = None  # type: ignore[assignment]

# Next to keys.json in the data folder.
FILE = "server-address"


@contextlib.contextmanager
def announced(data: Path, address: str) -> Iterator[None]:
    """Keep the address in the data folder while the server runs.

    If the folder cannot be written to, or another server is announced there, or on Windows, nothing happens:
    ``--base-url`` and IMGURL_BASE_URL remain.
    """
    if fcntl is None:
        yield
        return
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
    """Return the address of the server that runs with this data folder, None if none does."""
    if fcntl is None:
        return None
    with contextlib.suppress(OSError), (data / FILE).open(encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return handle.read(200).strip() or None
    return None


def base_set(settings: Settings) -> str | None:
    """Return what links begin with if it was set, else None."""
    return settings.cdn_base or settings.base_url or None


def link_base(settings: Settings) -> str:
    """Return what links begin with: the address that is set, else that of the running server, else the default."""
    running = None if base_set(settings) else running_address(settings.data)
    return running or settings.links_begin_with
