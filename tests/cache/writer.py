"""A process that writes into a disk cache without end."""

import itertools
import os
import threading
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey

KEYS = tuple(RenderKey(f"{number:02x}" * 32, "png") for number in range(12))


def write(folder: Path, number: int, started: Connection) -> None:
    """Write bodies of 64 B to 256 kB: the digest of their key and the number of their writing, again and again.

    Say when the first one is written.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    disk = DiskCache(folder, 4_000_000)
    for count in itertools.count():
        key = KEYS[count * 5 % 12]
        block = f"{key.digest[:48]}{number * 100_000 + count:016d}".encode()
        disk.put(key, block * (1 << count % 13))
        if count == 0:
            started.send(number)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
