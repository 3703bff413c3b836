"""Store what a client sends while it arrives: read on the event loop, written by a thread."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator

from anyio import BrokenResourceError, CapacityLimiter, EndOfStream, create_memory_object_stream, from_thread, to_thread
from anyio.lowlevel import EventLoopToken, current_token
from anyio.streams.memory import MemoryObjectReceiveStream

from imgurl.batches.files import StoredFile

# What is handed to the thread at a time: a handover takes about as long as copying so much.
BLOCK_BYTES = 1_048_576
# Blocks that wait for the thread. A client is read no faster than the store writes.
BLOCKS_AHEAD = 2


class _BrokenOff(Exception):
    """Raised in the thread when the upload ended before it was complete."""


async def store_upload(file: StoredFile, parts: AsyncIterable[bytes]) -> None:
    """Store what arrives, whole or not at all.

    What ``parts`` raises comes through. If it raises, or this is cancelled, nothing is stored, and the thread has ended
    before this does. Raises StorageError.
    """
    send, receive = create_memory_object_stream[bytes | None](BLOCKS_AHEAD)

    async def write() -> None:
        # A thread of its own: a slow client must not keep one from the rest of the API.
        with receive:
            blocks = _received(receive, current_token())
            await to_thread.run_sync(file.put_stream, blocks, limiter=CapacityLimiter(1))

    writing = asyncio.create_task(write())
    try:
        with send:
            async for block in _blocks(parts):
                await send.send(block)
            await send.send(None)
    except BrokenResourceError:
        pass  # the store has failed: the thread says why
    except BaseException:
        await asyncio.gather(writing, return_exceptions=True)
        raise
    await writing


def _received(receive: MemoryObjectReceiveStream[bytes | None], token: EventLoopToken) -> Iterator[bytes]:
    """Yield blocks in the thread, as they come. Raises _BrokenOff if they end without the None that comes last."""
    try:
        while (block := from_thread.run(receive.receive, token=token)) is not None:
            yield block
    except EndOfStream:
        raise _BrokenOff from None


async def _blocks(parts: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yield the bytes of parts in blocks of at least ``BLOCK_BYTES``; the last one may be shorter."""
    block = bytearray()
    async for part in parts:
        block += part
        if len(block) >= BLOCK_BYTES:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)
