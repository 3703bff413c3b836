"""Storage: one contract for a folder and an object store, and what each of them adds."""

import asyncio
import os
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.errors import SettingsError, StorageError
from imgurl.storage import KEY, ORPHAN_SECONDS, PART_BYTES, READ_BYTES, UNFINISHED, Storage, open_storage
from tests.servers.s3 import lead_to
from tests.servers.stub import Request, Stub, response, run_stub

MEGABYTE = 1_048_576

# An upload of three parts and a bit.
LARGE = 3 * PART_BYTES + 12_345


class OwnFailure(Exception):
    """What a caller's own parts raise."""


def parts_of(length: int, *, fail_at: int | None = None, size: int = 1_000_003) -> Iterator[bytes]:
    """Yield so many bytes, each megabyte another one; raise OwnFailure at some place."""
    for start in range(0, length, size):
        if fail_at is not None and start >= fail_at:
            raise OwnFailure
        yield bytes([start // size % 251]) * min(size, length - start)


async def later(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Yield parts as a client's body comes: one at a time, with other things happening between."""
    for part in parts:
        await asyncio.sleep(0)
        yield part


class StorageContract:
    """Tests that a store passes; a test class of a store inherits them and gives ``storage``."""

    def test_a_missing_key_holds_nothing(self, storage: Storage) -> None:
        """get and size give None, stream and get_range raise, list is empty, delete does nothing."""
        assert [storage.get("jobs/1/input"), storage.size("jobs/1/input")] == [None, None]
        assert asyncio.run(storage.get_async("jobs/1/input")) is None
        assert storage.list("jobs") == []
        storage.delete("jobs/1")
        with pytest.raises(StorageError, match="jobs/1/input"):
            next(storage.stream("jobs/1/input"))
        with pytest.raises(StorageError, match="jobs/1/input"):
            storage.get_range("jobs/1/input", 0, 1)

    def test_what_was_put_comes_back(self, storage: Storage) -> None:
        """The same bytes, by each way of reading; the last put wins."""
        storage.put("jobs/1/plan.json", b"first")
        storage.put("jobs/1/plan.json", bytes(range(256)))
        assert storage.get("jobs/1/plan.json") == bytes(range(256))
        assert asyncio.run(storage.get_async("jobs/1/plan.json")) == bytes(range(256))
        assert storage.size("jobs/1/plan.json") == 256
        assert b"".join(storage.stream("jobs/1/plan.json")) == bytes(range(256))

    def test_an_empty_body_is_a_body(self, storage: Storage) -> None:
        """No bytes are something else than no key."""
        storage.put("empty", b"")
        assert storage.put_stream("nothing-came", iter(())) == 0
        assert [storage.get("empty"), storage.size("empty"), list(storage.stream("empty"))] == [b"", 0, []]
        assert storage.get("nothing-came") == b""

    def test_a_range_is_half_open(self, storage: Storage) -> None:
        """Bytes from start up to end; an empty range is empty; one that reaches too far is an error, not less."""
        storage.put("digits", b"0123456789")
        assert [storage.get_range("digits", *span) for span in ((0, 10), (3, 5), (4, 4), (9, 10))] == [
            b"0123456789", b"34", b"", b"9",
        ]  # fmt: skip
        for span in ((9, 11), (10, 12), (50, 60)):
            with pytest.raises(StorageError):
                storage.get_range("digits", *span)
        for span in ((-1, 3), (5, 4)):
            with pytest.raises(ValueError, match="no range"):
                storage.get_range("digits", *span)

    def test_a_large_stream_is_kept_whole(self, storage: Storage) -> None:
        """More than one part goes in, the same comes out, in pieces of at most a megabyte."""
        assert storage.put_stream("large", parts_of(LARGE)) == LARGE
        pieces = list(storage.stream("large"))
        assert storage.size("large") == LARGE
        assert b"".join(pieces) == b"".join(parts_of(LARGE))
        assert max(map(len, pieces)) == MEGABYTE
        assert storage.get_range("large", LARGE - 3, LARGE) == b"".join(parts_of(LARGE))[-3:]

    def test_a_large_stream_from_a_client_is_kept_whole(self, storage: Storage) -> None:
        """An upload that arrives bit by bit is kept the same way, and so is a small one."""

        async def upload() -> list[int]:
            return [
                await storage.put_stream_async("large", later(parts_of(LARGE))),
                await storage.put_stream_async("small", later((b"a", b"", b"b"))),
            ]

        assert asyncio.run(upload()) == [LARGE, 2]
        assert b"".join(storage.stream("large")) == b"".join(parts_of(LARGE))
        assert storage.get("small") == b"ab"

    def test_what_need_not_last_is_kept_too(self, storage: Storage) -> None:
        """Without waiting for the disk, a put overwrites as any other."""
        storage.put("images/00/a.png", b"first", lasting=False)
        storage.put("images/00/a.png", b"second", lasting=False)
        assert storage.get("images/00/a.png") == b"second"

    @pytest.mark.parametrize("fail_at", [0, 2_000_000, LARGE - 1_000_000])
    def test_what_the_parts_raise_comes_through(self, storage: Storage, fail_at: int) -> None:
        """The caller's own error is raised, and the key holds what it held before."""
        storage.put("input", b"before")
        with pytest.raises(OwnFailure):
            storage.put_stream("input", parts_of(LARGE, fail_at=fail_at))
        with pytest.raises(OwnFailure):
            asyncio.run(storage.put_stream_async("input", later(parts_of(LARGE, fail_at=fail_at))))
        assert storage.get("input") == b"before"
        assert storage.list("jobs") == []

    def test_a_cancelled_upload_leaves_nothing(self, storage: Storage) -> None:
        """A client that goes away in the middle of its upload leaves no key."""

        async def endless() -> AsyncIterator[bytes]:
            for part in parts_of(LARGE):
                yield part
            await asyncio.Event().wait()

        async def broken_off() -> None:
            upload = asyncio.create_task(storage.put_stream_async("input", endless()))
            await asyncio.sleep(0.3)
            upload.cancel()
            with pytest.raises(asyncio.CancelledError):
                await upload

        asyncio.run(broken_off())
        assert storage.get("input") is None

    def test_keys_are_listed_in_order_below_a_whole_name(self, storage: Storage) -> None:
        """Ascending, at any depth, and ``jobs/12`` is not below ``jobs/1``."""
        for key in ("jobs/1/b", "jobs/12/a", "jobs/1/a", "jobs/1/chunks/000010", "jobs/1/chunks/000009"):
            storage.put(key, b"x")
        assert storage.list("jobs/1") == ["jobs/1/a", "jobs/1/b", "jobs/1/chunks/000009", "jobs/1/chunks/000010"]

    def test_deleting_takes_everything_below_and_nothing_beside(self, storage: Storage) -> None:
        """All keys of a job go, those of its neighbour stay; a single key can be deleted too."""
        for key in ("jobs/1/b", "jobs/1/chunks/1", "jobs/12/a", "jobs/12/b"):
            storage.put(key, b"x")
        storage.delete("jobs/1")
        storage.delete("jobs/12/b")
        assert storage.list("jobs") == ["jobs/12/a"]

    def test_more_keys_than_one_request_deletes(self, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
        """A job of more chunks than one request may name goes whole."""
        monkeypatch.setattr("imgurl.storage.DELETED_AT_ONCE", 20)
        for number in range(50):
            storage.put(f"jobs/1/{number:05}", b"")
        storage.delete("jobs/1")
        assert storage.list("jobs") == []

    def test_threads_share_a_store(self, storage: Storage) -> None:
        """Eight threads write and read at once: each finds what it wrote."""
        wrong: list[str] = []

        def work(name: str) -> None:
            for step in range(10):
                storage.put(f"{name}/{step}", f"{name} {step}".encode())
                if storage.get(f"{name}/{step}") != f"{name} {step}".encode():
                    wrong.append(name)

        threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []


class TestFolder(StorageContract):
    """The contract, for a folder."""

    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        """A store in a folder that is not there yet, with a space in its name."""
        return open_storage((tmp_path / "a store").as_uri())


class TestS3(StorageContract):
    """The contract, for S3 as moto speaks it."""

    @pytest.fixture
    def storage(self, s3_url: str) -> Storage:
        """A store in an empty bucket."""
        return open_storage(s3_url)

    def test_a_failed_upload_leaves_no_parts(self, storage: Storage, s3_endpoint: str, s3_url: str) -> None:
        """Parts of an upload that was broken off would be paid for and never seen: it is aborted."""
        with pytest.raises(OwnFailure):
            storage.put_stream("input", parts_of(LARGE, fail_at=LARGE - 1_000_000))
        bucket = urlsplit(s3_url).netloc
        with urlopen(f"{s3_endpoint}/{bucket}?uploads") as answer:
            listing = answer.read()
        assert b"<ListMultipartUploadsResult" in listing
        assert b"<Upload>" not in listing


class TestSwift(StorageContract):
    """The contract, for a production object store that speaks S3."""

    @pytest.fixture
    def storage(self, swift_url: str) -> Storage:
        """A store in an empty bucket of OpenStack Swift."""
        return open_storage(swift_url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a folder's store has its files."""
    return tmp_path / "store"


@pytest.fixture
def storage(folder: Path) -> Storage:
    """A store in a folder."""
    return open_storage(folder.as_uri())


@pytest.mark.parametrize(
    "key",
    ["", "/", "/a", "a/", "a//b", "..", "a/../b", ".", "a/./b", ".hidden", "a b", "a%2e", "ä", "a\\b", "a\n", "a\0"],
)
def test_what_is_no_key_is_refused(storage: Storage, key: str) -> None:
    """Each method refuses a name that could lead out of the store, before anything is touched."""
    calls = (
        lambda: storage.get(key), lambda: storage.put(key, b""), lambda: storage.delete(key), lambda: storage.list(key),
        lambda: storage.size(key), lambda: storage.get_range(key, 0, 1), lambda: list(storage.stream(key)),
        lambda: storage.put_stream(key, ()), lambda: asyncio.run(storage.get_async(key)),
        lambda: asyncio.run(storage.put_stream_async(key, later(()))),
    )  # fmt: skip
    for call in calls:
        with pytest.raises(ValueError, match="is no key"):
            call()


@settings(max_examples=50)
@given(st.from_regex(KEY, fullmatch=True))
def test_a_key_stays_below_the_folder(key: str) -> None:
    """Whatever the grammar allows, the path is below the folder."""
    assert Path("/srv/store", key) == Path(os.path.normpath(f"/srv/store/{key}"))
    assert Path("/srv/store") in Path("/srv/store", key).parents


def test_a_new_folder_is_for_its_owner_only(storage: Storage, folder: Path) -> None:
    """Names of people lie there: no other user of the machine may look."""
    storage.put("a", b"b")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_appears_when_it_is_whole(storage: Storage, folder: Path) -> None:
    """While an upload runs there is nothing under its key; afterwards nothing else remains."""
    seen: list[bool] = []

    def watched() -> Iterator[bytes]:
        for part in parts_of(LARGE):
            seen.append((folder / "input").exists())
            yield part

    storage.put_stream("input", watched())
    assert set(seen) == {False}
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) == [UNFINISHED, "input"]


def test_a_failed_upload_leaves_no_file(storage: Storage, folder: Path) -> None:
    """Where the parts fail, or the key can't be written, what was written so far goes away."""
    storage.put("a/b", b"x")
    with pytest.raises(OwnFailure):
        storage.put_stream("input", parts_of(LARGE, fail_at=PART_BYTES * 2))
    for write in (lambda: storage.put("a", b"y"), lambda: storage.put_stream("a", parts_of(LARGE))):
        with pytest.raises(StorageError, match="writing 'a'"):
            write()
    with pytest.raises(StorageError, match="writing 'a'"):
        asyncio.run(storage.put_stream_async("a", later(parts_of(LARGE))))
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == ["a/b"]


def test_bytes_reach_the_disk_before_the_name(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is flushed, then renamed, then its folder is flushed: a power cut leaves no empty file under a key."""
    steps: list[str] = []
    replace = os.replace

    def rename(source: Path, target: Path) -> None:
        steps.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", lambda handle: steps.append(f"flush {'folder' if _is_folder(handle) else 'file'}"))
    monkeypatch.setattr(os, "replace", rename)
    storage.put("small", b"x")
    storage.put_stream("large", parts_of(PART_BYTES + 1))
    asyncio.run(storage.put_stream_async("larger", later(parts_of(PART_BYTES + 1))))
    assert steps == ["flush file", "rename", "flush folder"] * 3
    storage.put("image", b"x", lasting=False)
    assert len(steps) == 9
    assert storage.get("image") == b"x"


def _is_folder(handle: int) -> bool:
    return Path(f"/proc/self/fd/{handle}").resolve().is_dir()


def test_leftovers_of_the_dead_are_cleared_away(folder: Path) -> None:
    """Opening deletes unfinished files that are older than a day; younger ones may belong to a living process."""
    unfinished = folder / UNFINISHED
    unfinished.mkdir(parents=True)
    for name, age in (("old", ORPHAN_SECONDS + 60), ("young", ORPHAN_SECONDS - 60)):
        (unfinished / name).write_bytes(b"half an up")
        os.utime(unfinished / name, (time.time() - age, time.time() - age))
    open_storage(folder.as_uri())
    assert [path.name for path in unfinished.iterdir()] == ["young"]


def test_a_killed_writer_leaves_the_old_or_the_new(folder: Path) -> None:
    """A process that is killed while it overwrites a key, again and again, never leaves half a file."""
    script = (
        "import sys\nfrom imgurl.storage import open_storage\nstorage = open_storage(sys.argv[1])\n"
        "storage.put('key', b'a' * 3_000_000)\nprint(flush=True)\n"
        "while True:\n  for letter in (b'b', b'c'):\n    storage.put('key', letter * 3_000_000)\n"
    )
    for wait in (0.0, 0.01, 0.03, 0.05, 0.08):
        writer = subprocess.Popen([sys.executable, "-c", script, folder.as_uri()], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(wait)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        body = open_storage(folder.as_uri()).get("key")
        assert body is not None
        assert body in {letter * 3_000_000 for letter in (b"a", b"b", b"c")}


def test_memory_does_not_grow_with_the_length(storage: Storage) -> None:
    """A stream of 200 MB is written and read with less than 40 MB of Python's memory."""

    def body() -> Iterator[bytes]:
        for _ in range(200):
            yield bytes(MEGABYTE)

    tracemalloc.start()
    try:
        assert storage.put_stream("large", body()) == 200 * MEGABYTE
        assert sum(map(len, storage.stream("large"))) == 200 * MEGABYTE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MEGABYTE


def test_an_object_that_is_replaced_while_it_is_read_is_an_error(storage: Storage) -> None:
    """A reader never gets the beginning of one file and the end of another."""
    storage.put("large", b"a" * (READ_BYTES + 10))
    reading = storage.stream("large")
    next(reading)
    storage.put("large", b"b" * (READ_BYTES + 10))
    with pytest.raises(StorageError, match="large"):
        list(reading)


def test_a_disk_that_takes_no_more_is_a_sentence(storage: Storage, folder: Path) -> None:
    """Where writing fails in the middle: StorageError, the old content stays, no leftovers, and smaller files fit."""
    script = (
        "import resource, sys\nfrom imgurl.errors import StorageError\nfrom imgurl.storage import open_storage\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\nstorage = open_storage(sys.argv[1])\n"
        "for write in (storage.put, lambda key, body: storage.put_stream(key, [body] * 12)):\n"
        "  try:\n    write('key', bytes(1_500_000))\n"
        "  except StorageError as error:\n    print(error)\n"
        "storage.put('small', b'fits')\n"
    )
    storage.put("key", b"old")
    done = subprocess.run(
        [sys.executable, "-c", script, folder.as_uri()], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("the store failed at writing 'key'") == 2
    assert done.stdout.count("File too large") == 2
    assert [storage.get("key"), storage.get("small")] == [b"old", b"fits"]
    assert list((folder / UNFINISHED).iterdir()) == []


@pytest.mark.parametrize(
    "url",
    ["", "store", "/srv/store", "file://relative/store", "file:store", "http://host/bucket", "s3://", "s3:bucket",
     "memory://", "ftp://host/store", "az://container"],
)  # fmt: skip
def test_what_is_no_store_says_what_to_write(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is named, and how it should look or what is missing."""
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(SettingsError, match="IMGURL_STORE_URL"):
        open_storage(url)


@pytest.mark.parametrize(
    "url", ["s3://key:secret@bucket/x", "s3://bucket?token=secret", "file://u:secret@/x", "gs://b#secret"]
)
def test_credentials_in_the_url_are_refused_and_not_repeated(url: str) -> None:
    """A secret there would end up in logs: it is refused, and the message does not hold it."""
    with pytest.raises(SettingsError) as caught:
        open_storage(url)
    assert "secret" not in str(caught.value).replace("AWS_SECRET_ACCESS_KEY", "")


def test_a_folder_that_can_t_be_made_is_a_setting_s_error(tmp_path: Path) -> None:
    """A file in the place of the folder: the sentence says which and what to do."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="name one that this user may write to"):
        open_storage((tmp_path / "file").as_uri())


def test_each_kind_of_store_opens_without_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3, Google and Azure open offline: a store that is down does not keep a server from starting."""
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    lead_to(monkeypatch, "http://127.0.0.1:1")
    for url in ("s3://bucket/prefix", "gs://bucket/prefix", "az://container/prefix"):
        assert isinstance(open_storage(url), Storage)


def test_a_missing_bucket_is_an_error_and_no_miss(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, writing and listing tell that the bucket is not there; None would hide it."""
    lead_to(monkeypatch, s3_endpoint)
    storage = open_storage("s3://no-such-bucket/prefix")
    for call in (lambda: storage.get("a"), lambda: storage.put("a", b""), lambda: storage.list("a")):
        with pytest.raises(StorageError, match="404 Not Found"):
            call()
    with pytest.raises(StorageError):
        storage.put_stream("a", parts_of(LARGE))


def test_a_store_that_is_down_is_a_sentence_without_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the key and what failed; host, port, path and bucket stay in the cause."""
    lead_to(monkeypatch, "http://127.0.0.1:1")
    storage = open_storage("s3://bucket/prefix")
    with pytest.raises(StorageError, match=r"failed at reading 'jobs/1'.*IMGURL_STORE_URL") as caught:
        storage.get("jobs/1")
    assert [word for word in ("127.0.0.1", "bucket", "prefix", "http:") if word in str(caught.value)] == []
    assert "127.0.0.1" in str(caught.value.__cause__)


def test_a_folder_s_path_stays_in_the_cause(storage: Storage, folder: Path) -> None:
    """What an API client may get to see does not hold the server's paths."""
    storage.put("a/b", b"")
    with pytest.raises(StorageError) as caught:
        storage.put("a", b"")
    assert str(folder) not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "asked"), [("500 Internal Server Error", 3), ("503 Slow Down", 3), ("403 Forbidden", 1)]
)
def test_a_failing_store_is_asked_again_where_that_helps(
    monkeypatch: pytest.MonkeyPatch, status: str, asked: int
) -> None:
    """A 5xx is tried three times in all, a refusal once; then it is a StorageError that tells the status."""

    def refuse(request: Request, stub: Stub) -> Iterator[bytes]:
        yield response(status, b"<?xml version='1.0'?><Error><Secret>of the store</Secret></Error>")

    with run_stub(refuse) as stub:
        lead_to(monkeypatch, f"http://127.0.0.1:{stub.port}")
        storage = open_storage("s3://bucket")
        with pytest.raises(StorageError, match=status[:3]) as caught:
            storage.get("key")
        assert len(stub.requests) == asked
        assert "Secret" not in str(caught.value)


def test_a_body_that_ends_early_is_never_taken_for_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that breaks in the middle of an object gives an error, not half of it."""

    def break_off(request: Request, stub: Stub) -> Iterator[bytes]:
        whole = response("200 OK", bytes(1_000), 'ETag: "a"', "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT")
        yield whole[:-500]

    with run_stub(break_off) as stub:
        lead_to(monkeypatch, f"http://127.0.0.1:{stub.port}")
        with pytest.raises(StorageError):
            open_storage("s3://bucket").get("key")
