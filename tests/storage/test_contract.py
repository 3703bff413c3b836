"""One contract for every store: what a test of ``Storage`` proves of one, it proves of all."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from imgurl.errors import StorageError
from imgurl.storage import Storage, open_storage
from imgurl.storage.reading import READ_BYTES
from tests.storage.streams import LARGE, MEGABYTE, OwnFailure, parts_of


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
            with pytest.raises(ValueError, match="not a valid range"):
                storage.get_range("digits", *span)

    def test_a_large_stream_is_kept_whole(self, storage: Storage) -> None:
        """More than one part goes in, the same comes out, in pieces of at most a megabyte."""
        assert storage.put_stream("large", parts_of(LARGE)) == LARGE
        pieces = list(storage.stream("large"))
        assert storage.size("large") == LARGE
        assert b"".join(pieces) == b"".join(parts_of(LARGE))
        assert max(map(len, pieces)) == MEGABYTE
        assert storage.get_range("large", LARGE - 3, LARGE) == b"".join(parts_of(LARGE))[-3:]

    def test_errors_of_the_parts_stay_what_they_are(self, storage: Storage) -> None:
        """An OSError of whoever reads the parts from somewhere is not the store's."""

        def unreadable() -> Iterator[bytes]:
            yield from parts_of(LARGE)
            raise PermissionError("the list")

        with pytest.raises(PermissionError, match="the list"):
            storage.put_stream("input", unreadable())
        assert storage.get("input") is None

    def test_an_object_that_is_replaced_while_it_is_read_is_an_error(self, storage: Storage) -> None:
        """A reader never gets the beginning of one file and the end of another."""
        storage.put("large", b"a" * (READ_BYTES + 10))
        reading = storage.stream("large")
        next(reading)
        storage.put("large", b"b" * (READ_BYTES + 10))
        with pytest.raises(StorageError, match="large"):
            list(reading)

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
        assert storage.get("input") == b"before"
        assert storage.list("jobs") == []

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
        monkeypatch.setattr("imgurl.storage.objects.DELETED_AT_ONCE", 20)
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
