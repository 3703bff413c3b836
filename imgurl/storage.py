"""Files under keys, in a folder or in an object store (S3, Google, Azure): job files and finished images.

A key is relative and slash-separated, for example ``jobs/5f3a/input``. No key lies under another one: a folder can't
hold both ``a`` and ``a/b``. Writing overwrites; nothing depends on conditional writes, which not every S3 server has.

One object may be used from any thread. It does not survive a fork; processes that are started anew open their own.
"""

import asyncio
import contextlib
import os
import re
import shutil
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from imgurl.errors import SettingsError, StorageError

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import ObjectStore, RetryConfig

SEGMENT = "[A-Za-z0-9_-][A-Za-z0-9._-]*"
KEY = re.compile(rf"{SEGMENT}(?:/{SEGMENT})*")

# What a part of a large object holds. S3 wants at least 5 MiB and takes 10,000 parts: objects of up to 84 GB.
PART_BYTES = 8_388_608
PARTS_AT_ONCE = 2

# A large object is read in requests of this size, so that none of them lasts as long as the reader's work.
READ_BYTES = 8_388_608
GIVEN_BYTES = 1_048_576

# Keys deleted with one request; S3 takes 1,000.
DELETED_AT_ONCE = 1_000

# Two more tries: what lasts longer is for the caller's own retries. Longest wait for an answer: obstore's 30 s.
RETRIES: "RetryConfig" = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=15),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2), "base": 2},
}

# Where a folder holds what is being written. Younger leftovers may belong to a living process.
UNFINISHED = ".unfinished"
ORPHAN_SECONDS = 86_400.0

# What S3, Google and Azure say where the bucket itself is not there; a miss like any other would hide it.
NO_BUCKET = re.compile("NoSuchBucket|specified bucket does not exist|ContainerNotFound")

REASON_CHARACTERS = 200


class Storage:
    """Files under keys. ``folder`` is where a ``file://`` store has its files, else None.

    Every method raises StorageError when the store fails, and ValueError for what is no key.
    """

    def __init__(self, store: "ObjectStore", folder: Path | None) -> None:
        self._store = store
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """Return what a key holds, None where it is not there."""
        with self._telling("reading", key):
            try:
                return self._store.get(_checked(key)).bytes().to_bytes()
            except FileNotFoundError as error:
                _check_bucket(error)
                return None

    async def get_async(self, key: str) -> bytes | None:
        """Return what a key holds, None where it is not there; a cancelled call closes its connection."""
        with self._telling("reading", key):
            try:
                found = await self._store.get_async(_checked(key))
                return (await found.bytes_async()).to_bytes()
            except FileNotFoundError as error:
                _check_bucket(error)
                return None

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` up to ``end`` (not with it); StorageError where the object is shorter."""
        return self._range(key, start, end, None)

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield what a key holds, 1 MiB at a time. The first part raises StorageError where nothing is there.

        Reading takes as long as the caller likes: no connection stays open between two requests. An object that is
        replaced meanwhile is a StorageError too.
        """
        with self._telling("reading", key):
            found = self._store.head(_checked(key))
        for start in range(0, found["size"], READ_BYTES):
            body = self._range(key, start, min(start + READ_BYTES, found["size"]), found["e_tag"])
            for given in range(0, len(body), GIVEN_BYTES):
                yield body[given : given + GIVEN_BYTES]

    def put(self, key: str, body: bytes, *, lasting: bool = True) -> None:
        """Keep a body, whole or not at all.

        What can be made again need not be ``lasting``: in a folder it does not wait for the disk, and a power cut may
        damage it.
        """
        with self._telling("writing", key), self._place(_checked(key), lasting=lasting) as place:
            self._store.put(place, body, use_multipart=False)

    def put_stream(self, key: str, parts: Iterable[bytes]) -> int:
        """Keep what parts make up, whole or not at all; return its length in bytes.

        Holds about three parts of 8 MiB in memory, whatever the length. What ``parts`` raises comes through and
        nothing is kept. ``parts`` may not read from a store while they are asked for: obstore runs one call a thread.
        """
        counted = _Counted(_checked(key))
        remaining = counted.each(parts)
        head, is_all = _gathered(remaining)
        if is_all:
            self.put(key, head)
            return len(head)
        with self._telling("writing", key, counted), self._place(key) as place:
            self._store.put(place, chain([head], remaining), chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE)
        return counted.bytes

    async def put_stream_async(self, key: str, parts: AsyncIterable[bytes]) -> int:
        """Keep what parts make up, as ``put_stream`` does, without holding up the event loop."""
        counted = _Counted(_checked(key))
        remaining = counted.each_async(parts)
        head, is_all = await _gathered_async(remaining)
        if is_all:
            await asyncio.to_thread(self.put, key, head)
            return len(head)
        with self._telling("writing", key, counted):
            unfinished = self._unfinished(key)
            try:
                await self._store.put_async(
                    unfinished, _chained(head, remaining), chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
                )
                # A flush of gigabytes to a disk takes seconds.
                await asyncio.to_thread(self._settle, unfinished, key)
            except BaseException:
                self._forget(unfinished)
                raise
        return counted.bytes

    def size(self, key: str) -> int | None:
        """Return the length of what a key holds in bytes, None where it is not there."""
        with self._telling("reading", key):
            try:
                return int(self._store.head(_checked(key))["size"])
            except FileNotFoundError:
                return None

    def list(self, prefix: str) -> list[str]:
        """Return the keys below a prefix, ascending; ``jobs/12/input`` is not below ``jobs/1``."""
        with self._telling("listing", prefix):
            found = self._store.list(_checked(prefix)).collect()
        return sorted(entry["path"] for entry in found)

    def delete(self, prefix: str) -> None:
        """Delete a key and everything below it; what is not there is no error."""
        with self._telling("deleting", prefix):
            if self._folder is not None:
                _delete_path(self._folder / _checked(prefix))
                return
            for entries in self._store.list(_checked(prefix), chunk_size=DELETED_AT_ONCE):
                self._store.delete([entry["path"] for entry in entries])
            with contextlib.suppress(FileNotFoundError):
                self._store.delete(prefix)

    def _range(self, key: str, start: int, end: int, tag: str | None) -> bytes:
        if not 0 <= start <= end:
            raise ValueError(f"bytes {start} to {end} are no range")
        if start == end:
            return b""
        wanted: GetOptions = {"range": (start, end)} if tag is None else {"range": (start, end), "if_match": tag}
        with self._telling("reading", key):
            body = self._store.get(_checked(key), options=wanted).bytes().to_bytes()
        if len(body) != end - start:
            raise StorageError(f"the store holds less than {end:,} bytes under '{key}': it was replaced or damaged")
        return body

    @contextlib.contextmanager
    def _telling(self, doing: str, key: str, counted: "_Counted | None" = None) -> Iterator[None]:
        """Turn what the store raises into a StorageError; what the caller's own parts raise stays what it is."""
        try:
            yield
        except (BaseError, OSError, NotImplementedError) as error:
            if counted is not None and counted.failure is not None:
                raise counted.failure from None
            raise StorageError(
                f"the store failed at {doing} '{key}': {_reason(error)}; "
                f"check IMGURL_STORE_URL, the store's room and its credentials"
            ) from error

    @contextlib.contextmanager
    def _place(self, key: str, *, lasting: bool = True) -> Iterator[str]:
        """Give the key to write to; what is written there is under the wanted key afterwards."""
        if not lasting:
            yield key
            return
        unfinished = self._unfinished(key)
        try:
            yield unfinished
            self._settle(unfinished, key)
        except BaseException:
            self._forget(unfinished)
            raise

    def _unfinished(self, key: str) -> str:
        return key if self._folder is None else f"{UNFINISHED}/{uuid4().hex}"

    def _settle(self, unfinished: str, key: str) -> None:
        """In a folder, give a file its name when its bytes are on the disk, so that no power cut leaves it empty."""
        if self._folder is None:
            return
        source, target = self._folder / unfinished, self._folder / key
        _flush(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
        _flush(target.parent)

    def _forget(self, unfinished: str) -> None:
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / unfinished).unlink()


class _Counted:
    """Counts the bytes of parts on their way to the store, and remembers what they raised."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.bytes = 0
        self.failure: BaseException | None = None

    def each(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the parts that are not empty."""
        try:
            for part in parts:
                self.bytes += len(part)
                if part:
                    yield part
        except GeneratorExit:  # the store has failed and wants no more
            raise
        except BaseException as error:
            self.failure = error
            raise

    async def each_async(self, parts: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """Yield the parts that are not empty."""
        try:
            async for part in parts:
                self.bytes += len(part)
                if part:
                    yield part
        except GeneratorExit:  # the store has failed and wants no more
            raise
        except BaseException as error:
            self.failure = error
            raise


def open_storage(url: str) -> Storage:
    """Open the store of a URL: ``file:///folder`` (made if missing), ``s3://bucket/prefix``, ``gs://…`` or ``az://…``.

    Credentials, region and endpoint of an object store come from its usual variables (``AWS_…``, ``GOOGLE_…``,
    ``AZURE_…``). No connection is made yet. Raises SettingsError.
    """
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            "IMGURL_STORE_URL holds more than a bucket and a prefix: give credentials by the store's own variables, "
            "for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path.startswith("/"):
        return _open_folder(Path(unquote(parts.path)))
    if parts.scheme not in {"s3", "gs", "az"} or not parts.netloc:
        raise SettingsError(
            f"IMGURL_STORE_URL is '{url}': write file:///a/folder, s3://bucket/prefix, gs://bucket/prefix "
            f"or az://container/prefix"
        )
    try:
        return Storage(from_url(url, retry_config=RETRIES), None)
    except (BaseError, ValueError, OSError) as error:
        raise SettingsError(f"the store '{url}' of IMGURL_STORE_URL can't be used: {_first_line(error)}") from error


def _open_folder(folder: Path) -> Storage:
    try:
        # Names of people lie here: what we make, we make for ourselves.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = folder / UNFINISHED
        unfinished.mkdir(mode=0o700, exist_ok=True)
        for file in unfinished.iterdir():
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > ORPHAN_SECONDS:
                    file.unlink()
        return Storage(LocalStore(folder), folder)
    except (BaseError, OSError) as error:
        raise SettingsError(
            f"the folder '{folder}' of IMGURL_STORE_URL can't be used: {_first_line(error)}; "
            f"name one that this user may write to"
        ) from error


def _gathered(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """Return the beginning of the parts, up to what makes a part of an upload, and whether that is all of them."""
    head = bytearray()
    for part in parts:
        head += part
        if len(head) >= PART_BYTES:
            return bytes(head), False
    return bytes(head), True


async def _gathered_async(parts: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    head = bytearray()
    async for part in parts:
        head += part
        if len(head) >= PART_BYTES:
            return bytes(head), False
    return bytes(head), True


async def _chained(head: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for part in parts:
        yield part


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key: letters, digits and . _ - between slashes, no dot in front")
    return key


def _check_bucket(error: FileNotFoundError) -> None:
    if NO_BUCKET.search(str(error)):
        raise error


def _reason(error: BaseException) -> str:
    """Return what a store said without the paths, hosts and addresses in it."""
    told = re.sub(r"\S*/\S*", "…", _first_line(error))
    return re.sub(r"^Generic |:? ?<\?xml.*$", "", told)[:REASON_CHARACTERS]


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].strip()


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _delete_path(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
