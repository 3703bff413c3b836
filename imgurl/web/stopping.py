"""How a server stops, in the order that a load balancer needs: not ready, then no new requests, then the end.

On SIGTERM uvicorn stops listening at once; requests that are sent here before the balancer checks again find no
server. So the signal first makes /readyz say 503, and reaches uvicorn some seconds later.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Self

import structlog

from imgurl.web.logs import log_writer

Handler = Callable[[int, FrameType | None], object]

# How often a server process looks whether its main process is still there.
LOOK_SECONDS = 1.0


async def end_with(main: int) -> None:
    """Stop this server process once the process ``main``, which started it, is gone; do nothing if another process did.

    A main process that is killed, possibly by the system for its memory, can't stop its server processes. They would
    keep the port, and the next start would fail.
    """
    if os.getppid() != main:
        return
    while os.getppid() == main:  # noqa: ASYNC110 - nothing signals that a parent is gone
        await asyncio.sleep(LOOK_SECONDS)
    structlog.get_logger().error("the main process is gone; this server process ends too", main_process=main)
    log_writer().stop()  # the second signal ends this process at once
    # Twice, so that it is not held back: there is no balancer to wait for when the main process is gone.
    for _ in range(2):
        signal.raise_signal(signal.SIGTERM)


class Stopping:
    """Holds SIGTERM back while the ``with`` lasts. Mutable state: whether it has come.

    A second SIGTERM is not held back. If nothing handles the signal, as in a test, it is left alone.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._begun = False
        self._handler: Handler | None = None

    @property
    def begun(self) -> bool:
        """Whether the server has been told to stop."""
        return self._begun

    def __enter__(self) -> Self:
        """Take the place of the current handler: uvicorn sets its own before the application starts."""
        handler = signal.getsignal(signal.SIGTERM)
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and callable(handler) and self._seconds > 0:
            self._handler = handler
            loop = asyncio.get_running_loop()
            signal.signal(signal.SIGTERM, lambda number, frame: self._take(loop, number, frame))
        return self

    def __exit__(self, *_: object) -> None:
        """Put the handler back."""
        if self._handler is not None:
            signal.signal(signal.SIGTERM, self._handler)

    def _take(self, loop: asyncio.AbstractEventLoop, number: int, frame: FrameType | None) -> None:
        assert self._handler is not None
        if self._begun:
            log_writer().stop()  # uvicorn leaves at once, without the end of the application
            self._handler(number, frame)
            return
        self._begun = True
        # A signal handler runs between any two instructions of the loop's thread: leave the work to the loop.
        loop.call_soon_threadsafe(self._wait, loop, number)

    def _wait(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        assert self._handler is not None
        structlog.get_logger().info("stopping", not_ready_for_s=self._seconds)
        loop.call_later(self._seconds, self._handler, number, None)
