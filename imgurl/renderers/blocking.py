"""A pool for callers without an event loop: batches and commands."""

import asyncio
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from imgurl.renderers.facts import Facts
from imgurl.renderers.orders import Order
from imgurl.renderers.pool import Pool


class BlockingPool:
    """A pool whose event loop runs on a thread of its own while the ``with`` lasts. May be used from any thread."""

    def __init__(self, pool: Pool, drain_seconds: float = 0.0) -> None:
        self._pool = pool
        self._drain_seconds = drain_seconds
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="renderers", daemon=True)

    def __enter__(self) -> Self:
        """Start the pool. Raises StudioFailed."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._pool.start(), self._loop).result()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End all processes; after an error without waiting for what is being drawn."""
        self._stop(0.0 if error else self._drain_seconds)

    @property
    def facts(self) -> Facts:
        """What there is to be measured."""
        return self._pool.facts

    def submit(self, order: Order) -> Future[bytes]:
        """Return what will have the file. Cancelling it withdraws an order that has not begun."""
        return asyncio.run_coroutine_threadsafe(self._pool.draw(order), self._loop)

    def draw(self, order: Order) -> bytes:
        """Return the file of an order. Raises QueueFull, Poisoned or RenderFailed."""
        return self.submit(order).result()

    def _stop(self, drain_seconds: float = 0.0) -> None:
        asyncio.run_coroutine_threadsafe(self._pool.close(drain_seconds), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
