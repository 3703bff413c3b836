"""Facts of imgurl.web.api.uploads: what arrives on the event loop is stored whole or not at all."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from imgurl.batches.files import StoredFile
from imgurl.errors import StorageError
from imgurl.storage import Storage, open_storage
from imgurl.web.api.uploads import BATCH_BYTES, BATCHES_AHEAD, store_upload
from tests.storage.streams import LARGE, OwnFailure, parts_of


async def later(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Yield parts as a client's body comes: one at a time, with other things happening between."""
    for part in parts:
        await asyncio.sleep(0)
        yield part


class UploadContract:
    """What holds of an upload to any store."""

    def test_an_upload_is_stored_whole(self, storage: Storage) -> None:
        """Several parts of an object, a small body and an empty one: the same bytes are stored."""

        async def upload() -> None:
            tiny = (bytes([number % 251]) for number in range(2_000))
            for key, parts in (("large", parts_of(LARGE)), ("small", (b"a", b"", b"b")), ("empty", ()), ("tiny", tiny)):
                await store_upload(StoredFile(storage, key), later(parts))

        asyncio.run(upload())
        assert b"".join(storage.stream("large")) == b"".join(parts_of(LARGE))
        assert [storage.get("small"), storage.get("empty")] == [b"ab", b""]
        assert storage.get("tiny") == bytes(number % 251 for number in range(2_000))

    @pytest.mark.parametrize("fail_at", [0, 2_000_000, LARGE - 1_000_000])
    def test_what_the_parts_raise_comes_through(self, storage: Storage, fail_at: int) -> None:
        """The caller's own error is raised, and the key holds what it held before."""
        storage.put("input", b"before")
        with pytest.raises(OwnFailure):
            asyncio.run(store_upload(StoredFile(storage, "input"), later(parts_of(LARGE, fail_at=fail_at))))
        assert storage.get("input") == b"before"

    def test_a_cancelled_upload_leaves_nothing(self, storage: Storage) -> None:
        """An upload that is cancelled while the client is silent leaves no key, and its thread has ended."""

        async def endless() -> AsyncIterator[bytes]:
            for part in parts_of(LARGE):
                yield part
            await asyncio.Event().wait()

        async def broken_off() -> bytes | None:
            upload = asyncio.create_task(store_upload(StoredFile(storage, "input"), endless()))
            await asyncio.sleep(0.3)
            upload.cancel()
            with pytest.raises(asyncio.CancelledError):
                await upload
            return await storage.get_async("input")

        assert asyncio.run(broken_off()) is None
        assert storage.list("jobs") == []


class TestFolder(UploadContract):
    """To a folder."""

    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        """A store in a folder."""
        return open_storage(tmp_path.as_uri())


class TestS3(UploadContract):
    """To S3 as moto speaks it."""

    @pytest.fixture
    def storage(self, s3_url: str) -> Storage:
        """A store in an empty bucket."""
        return open_storage(s3_url)


class SlowFile:
    """A file whose store takes one block and then waits, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.go = threading.Event()
        self.length = 0
        self._error = error

    def put_stream(self, parts: Iterable[bytes]) -> None:
        """Take one block, wait, then take the others."""
        blocks = iter(parts)
        self.length = len(next(blocks))
        if self._error is not None:
            raise self._error
        self.go.wait(10)
        self.length += sum(map(len, blocks))


def test_a_client_is_read_no_faster_than_the_store_writes() -> None:
    """While the store is busy with one block, only the few that may wait are read; then everything arrives."""
    file = SlowFile()
    taken = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(20):
            taken += 1
            yield bytes(BATCH_BYTES)

    async def upload() -> None:
        uploading = asyncio.create_task(store_upload(file, counted()))  # type: ignore[arg-type]
        await asyncio.sleep(0.3)
        # One is with the store, some wait, one cannot be handed over.
        assert taken == 1 + BATCHES_AHEAD + 1
        file.go.set()
        await uploading

    asyncio.run(upload())
    assert file.length == 20 * BATCH_BYTES


def test_a_store_that_fails_ends_the_upload() -> None:
    """The store's error is raised while the client is still sending; the rest is not read."""
    file = SlowFile(StorageError("the disk is full"))

    async def endless() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield bytes(BATCH_BYTES)

    with pytest.raises(StorageError, match="the disk is full"):
        asyncio.run(asyncio.wait_for(store_upload(file, endless()), 10))  # type: ignore[arg-type]


def test_slow_uploads_keep_no_thread_from_others(tmp_path: Path) -> None:
    """A hundred uploads that wait for their clients, and the threads that answer other requests are still free."""
    from anyio import to_thread

    storage = open_storage(tmp_path.as_uri())

    async def silent() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    async def crowded() -> str:
        uploads = [
            asyncio.create_task(store_upload(StoredFile(storage, f"input{number}"), silent())) for number in range(100)
        ]
        await asyncio.sleep(0.2)
        answer = await asyncio.wait_for(to_thread.run_sync(lambda: "answered"), 5)
        for upload in uploads:
            upload.cancel()
        await asyncio.gather(*uploads, return_exceptions=True)
        return answer

    assert asyncio.run(crowded()) == "answered"
