"""Facts of imgurl.storage.objects: what a store that is missing, down or failing looks like."""

from collections.abc import Iterator

import pytest

from imgurl.errors import StorageError
from imgurl.storage import open_storage
from tests.servers.s3 import lead_to
from tests.servers.stub import Request, Stub, response, run_stub
from tests.storage.streams import LARGE, parts_of


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
    with pytest.raises(StorageError, match=r"reading 'jobs/1' in the store failed.*IMGURL_STORE_URL") as caught:
        storage.get("jobs/1")
    assert [word for word in ("127.0.0.1", "bucket", "prefix", "http:") if word in str(caught.value)] == []
    assert "127.0.0.1" in str(caught.value.__cause__)


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
