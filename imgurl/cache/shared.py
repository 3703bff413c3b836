"""Images in the store that all machines share: the cache after memory and disk.

Reading takes a quarter of a second at most, writing takes no time of the caller's. A failing store is not called for
some seconds, and every failure is a miss: nothing here raises.
"""

import asyncio
import atexit
import threading
import time
from collections import deque

from imgurl.cache.entry import pack, unpack
from imgurl.cache.keys import RenderKey
from imgurl.errors import StorageError
from imgurl.outbound.breaker import Breaker
from imgurl.storage import Storage

# Drawing an image takes less time than waiting longer for the store would.
GET_SECONDS = 0.25

# Threads that write. An object store takes some 20 ms for an image, and a process draws less than 200 of them a second.
WRITERS = 4

# What may wait to be written; beyond this, new images are not stored there.
MAX_WAITING_BYTES = 64_000_000
MAX_WAITING = 2_000

# A store that accepts nothing for this long is failing.
PATIENCE_SECONDS = 30.0

# When the process ends, images that wait have this long to be written.
CLOSE_SECONDS = 5.0


class SharedCache:
    """A cache of image bodies in a store. May be used from any thread and by any number of machines.

    Reading and writing have a breaker each: a store may be readable and not writable. Writing uses threads and not the
    store's asynchronous calls, because a thread of the store that still has to report to Python when the process ends
    aborts the process (4 of 150 processes that wrote and ended at once).

    If ``is_patient``, ``put`` waits a while for a store slower than drawing: for workers that render in advance.

    Mutable state: the two breakers, and what waits to be written, behind a lock.
    """

    def __init__(self, storage: Storage, *, is_patient: bool = False) -> None:
        self._storage = storage
        self._is_patient = is_patient
        self._reading = Breaker()
        self._writing = Breaker()
        # Guards everything below.
        self._change = threading.Condition()
        self._queue: deque[tuple[RenderKey, bytes]] = deque()
        self._waiting_bytes = 0
        self._dropped = 0
        self._is_closed = False
        self._writers: list[threading.Thread] = []

    @property
    def is_reading(self) -> bool:
        """Whether the store answers, as far as is known."""
        return self._reading.is_closed

    @property
    def is_writing(self) -> bool:
        """Whether the store accepts images, as far as is known."""
        return self._writing.is_closed

    @property
    def dropped(self) -> int:
        """How many images were not stored, because the store was failing or too many waited."""
        return self._dropped

    async def get(self, key: RenderKey) -> bytes | None:
        """Return the image of this key; None on a miss, a damaged entry, or a store that fails or takes too long."""
        if not key.lasts or not self._reading.may_try():
            return None
        try:
            async with asyncio.timeout(GET_SECONDS):
                entry = await self._storage.get_async(_storage_key(key))
        except (StorageError, TimeoutError):
            self._reading.failed()
            return None
        except asyncio.CancelledError:
            self._reading.cancelled()
            raise
        self._reading.succeeded()
        # A damaged entry is not deleted: the image that is drawn now replaces it.
        return None if entry is None else unpack(key, entry)

    def put(self, key: RenderKey, body: bytes) -> None:
        """Store an image that lasts soon, or not at all: then it is drawn again when it is asked for."""
        if not key.lasts:
            return
        with self._change:
            if self._is_patient:
                self._change.wait_for(lambda: self._is_closed or self._has_room(body), PATIENCE_SECONDS)
            if self._is_closed or not self._has_room(body):
                self._dropped += 1
                return
            self._queue.append((key, body))
            self._waiting_bytes += len(body)
            if len(self._writers) < WRITERS:
                self._start_writer()
            self._change.notify()

    def close(self) -> None:
        """Write what waits, for a few seconds at most, and end the threads."""
        deadline = time.monotonic() + CLOSE_SECONDS
        with self._change:
            self._is_closed = True
            self._change.notify_all()
        for writer in self._writers:
            writer.join(max(0.0, deadline - time.monotonic()))
        with self._change:
            self._dropped += len(self._queue)
            self._queue.clear()
        atexit.unregister(self.close)

    def _has_room(self, body: bytes) -> bool:
        return len(self._queue) < MAX_WAITING and self._waiting_bytes + len(body) <= MAX_WAITING_BYTES

    def _start_writer(self) -> None:
        if not self._writers:
            atexit.register(self.close)
        writer = threading.Thread(target=self._write, name="shared-cache", daemon=True)
        writer.start()
        self._writers.append(writer)

    def _write(self) -> None:
        """Write what waits, one image after another, until the cache is closed."""
        while True:
            with self._change:
                self._change.wait_for(lambda: self._queue or self._is_closed)
                if not self._queue:
                    return
                key, body = self._queue.popleft()
            is_stored = self._store(key, body)
            with self._change:
                self._waiting_bytes -= len(body)
                self._dropped += not is_stored
                self._change.notify_all()

    def _store(self, key: RenderKey, body: bytes) -> bool:
        if not self._writing.may_try():
            return False
        try:
            self._storage.put(_storage_key(key), pack(key, body), lasting=False)
        except StorageError:
            self._writing.failed()
            return False
        self._writing.succeeded()
        return True


def _storage_key(key: RenderKey) -> str:
    return f"images/{key.digest[:2]}/{key.file_name}"
