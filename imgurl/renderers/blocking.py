"""Renderers for a caller that waits and has no event loop: theirs runs on a thread of its own."""

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

from imgurl.errors import ImgurlError
from imgurl.renderers.failures import StudioFailed
from imgurl.renderers.orders import Order
from imgurl.renderers.port import Renderers


class BlockingRenderers:
    """Renderers and the thread that drives them. The constructor starts both, and waits for neither.

    ``failure`` is why they could not be started; all orders fail with it.
    """

    def __init__(self, renderers: Renderers) -> None:
        self.failure: StudioFailed | None = None
        self._loop = asyncio.new_event_loop()
        self._renderers = renderers
        # Before the first order, which begins after it on the loop.
        self._serving = self._loop.create_task(self._serve())
        self._thread = threading.Thread(target=self._run, name="renderers", daemon=True)
        self._thread.start()

    def submit(self, orders: Sequence[Order]) -> list[Future[bytes]]:
        """Have something drawn; the files, or why there is none, are in what is returned.

        They fail with what ``Renderers.submit`` raises, RenderFailed or StudioFailed. Several at once cost less: the
        thread is woken once.
        """
        answers: list[Future[bytes]] = [Future() for _ in orders]
        self._loop.call_soon_threadsafe(self._submit, orders, answers)
        return answers

    def close(self) -> None:
        """End the renderers at once, with what they are drawing."""
        self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join()

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serving)
        # What was answered last is passed on by a callback, and so is what was dropped.
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self) -> None:
        try:
            await self._start()
            # Until ``close``: also where nothing could be started, orders are to be answered.
            await asyncio.Event().wait()
        finally:
            await self._renderers.close()

    async def _start(self) -> None:
        try:
            await self._renderers.start()
        except Exception as error:  # noqa: BLE001 - whatever it is, who waits for a picture is to hear of it
            self.failure = error if isinstance(error, StudioFailed) else StudioFailed(str(error))

    def _submit(self, orders: Sequence[Order], answers: Sequence[Future[bytes]]) -> None:
        for order, answer in zip(orders, answers, strict=True):
            try:
                ticket = self._renderers.submit(order)
            except ImgurlError as error:
                answer.set_exception(self.failure or error)
            else:
                ticket.future.add_done_callback(partial(self._pass_on, answer))

    def _pass_on(self, answer: Future[bytes], drawn: asyncio.Future[bytes]) -> None:
        error = drawn.exception()
        if error is None:
            answer.set_result(drawn.result())
        else:
            answer.set_exception(self.failure or error)
