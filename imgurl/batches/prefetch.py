"""Begin ahead what takes long: the parts of a stream on a thread of their own, what rows need from elsewhere."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Queue
from typing import TypeVar

Item = TypeVar("Item")

# Parts that wait for the reader: memory for these few, whatever the length.
PARTS_AHEAD = 2

# Rows whose remote pictures are on their way while one is drawn: drawing takes milliseconds, fetching a hundred.
ROWS_AHEAD = 50


def prefetch(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield parts that another thread produces; what it raises is raised here.

    An object store asks for the next part on its own event loop, where nothing that reads from the store may run.
    """
    produced: Queue[bytes | BaseException | None] = Queue(PARTS_AHEAD)
    is_abandoned = threading.Event()

    def produce() -> None:
        end: BaseException | None = None
        try:
            for part in parts:
                produced.put(part)
                if is_abandoned.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - it is raised again in the reader's thread
            end = error
        produced.put(end)

    thread = threading.Thread(target=produce, name="parts", daemon=True)
    thread.start()
    try:
        while (part := produced.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part
    finally:
        is_abandoned.set()
        while thread.is_alive():
            with contextlib.suppress(Empty):  # it may be waiting for a free place
                produced.get(timeout=0.02)


def with_lead(items: Iterable[Item], begin: Callable[[Item], object], lead: int = ROWS_AHEAD) -> Iterator[Item]:
    """Yield items; each is begun before it is that many items' turn."""
    begun: deque[Item] = deque()
    for item in items:
        begin(item)
        begun.append(item)
        if len(begun) > lead:
            yield begun.popleft()
    yield from begun
