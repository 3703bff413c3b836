"""Store what a client sends while it arrives: read on the event loop, written by a thread."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator

from anyio import BrokenResourceError, CapacityLimiter, EndOfStream, create_memory_object_stream, from_thread, to_thread
from anyio.lowlevel import EventLoopToken, current_token
from anyio.streams.memory import MemoryObjectReceiveStream

from imgurl.batches.files import StoredFile

# Parts are handed to the thread in batches of so many bytes: while the event loop is busy, that takes milliseconds.
BATCH_BYTES = 4_194_304
# ... or of so many parts, because each small part takes more memory than it has bytes.
BATCH_PARTS = 256
# Batches that wait for the thread. A client is read no faster than the store writes.
BATCHES_AHEAD = 1


class _BrokenOff(Exception):
    """Raised in the thread when the upload ended before it was complete."""


async def store_upload(file: StoredFile, parts: AsyncIterable[bytes]) -> None:
    """Store what arrives, whole or not at all.

    What ``parts`` raises comes through. If it raises, or this is cancelled, nothing is stored, and the thread has ended
    before this does. Raises StorageError.
    """
    send, receive = create_memory_object_stream[list[bytes] | None](BATCHES_AHEAD)

    async def write() -> None:
        # A thread of its own: a slow client must not keep one from the rest of the API.
        with receive:
            received = _received(receive, current_token())
            await to_thread.run_sync(file.put_stream, received, limiter=CapacityLimiter(1))

    writing = asyncio.create_task(write())
    try:
        with send:
            async for batch in _batches(parts):
                await send.send(batch)
            await send.send(None)
    except BrokenResourceError:
        pass  # the store has failed: the thread says why
    except BaseException:
        await asyncio.gather(writing, return_exceptions=True)
        raise
    await writing


def _received(receive: MemoryObjectReceiveStream[list[bytes] | None], token: EventLoopToken) -> Iterator[bytes]:
    """Yield parts in the thread, as they come. Raises _BrokenOff if they end without the None that comes last."""
    try:
        while (batch := from_thread.run(receive.receive, token=token)) is not None:
            yield from batch
    except EndOfStream:
        raise _BrokenOff from None


async def _batches(parts: AsyncIterable[bytes]) -> AsyncIterator[list[bytes]]:
    """Yield the parts in batches of at least ``BATCH_BYTES`` or ``BATCH_PARTS``; the last one may be smaller."""
    batch: list[bytes] = []
    length = 0
    async for part in parts:
        batch.append(part)
        length += len(part)
        if length >= BATCH_BYTES or len(batch) >= BATCH_PARTS:
            yield batch
            batch, length = [], 0
    yield batch
