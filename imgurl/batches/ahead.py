"""Make parts on a thread of their own, a few ahead of whoever takes them."""

import contextlib
import threading
from collections.abc import Iterable, Iterator
from queue import Empty, Queue

# Parts that are made ahead: memory for these few, whatever the length.
PARTS_AHEAD = 2


def made_aside(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield parts that another thread makes; what it raises is raised here.

    The store writes a stream on its own event loop and asks for the next part there, where nothing that reads from
    the store may run.
    """
    made: Queue[bytes | BaseException | None] = Queue(PARTS_AHEAD)
    unwanted = threading.Event()

    def make() -> None:
        end: BaseException | None = None
        try:
            for part in parts:
                made.put(part)
                if unwanted.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            end = error
        made.put(end)

    thread = threading.Thread(target=make, name="parts", daemon=True)
    thread.start()
    try:
        while (part := made.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part
    finally:
        unwanted.set()
        while thread.is_alive():
            with contextlib.suppress(Empty):  # it may be waiting for room
                made.get(timeout=0.02)
