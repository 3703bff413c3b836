"""Remote pictures: what is taken for one, shared by processes, and for how long."""

import asyncio
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import remote_picture_key
from imgurl.gathering.needs import Found, Missing, RemotePicture
from imgurl.gathering.pictures import ABSENT_SECONDS, MAX_BYTES, MAX_STALE_SECONDS, Pictures, Shelves
from tests.gathering.origin import HOSTS, fetcher, hang, png, url
from tests.servers.stub import Request, Stub, response, run_stub

PNG = png()
DIGEST = sha256(PNG).hexdigest()
DAY = 86_400


class Place:
    """A process that gathers pictures, on a disk; ``looked`` are those that somebody decoded."""

    def __init__(self, folder: Path, looks: str | None = "") -> None:
        self.now = 1_800_000_000.0
        self.looked: list[str] = []
        self.looks = looks
        self.disk = DiskCache(folder, 100_000_000)
        self.pictures = Pictures(fetcher(total_seconds=1.0), self._look, Shelves(self.disk), lambda: self.now)

    async def _look(self, digest: str, body: bytes) -> str | None:
        assert sha256(body).hexdigest() == digest
        # Renderers read it from the disk.
        assert self.disk.get(remote_picture_key(digest)) == body
        self.looked.append(digest)
        return self.looks


def need(stub: Stub, path: str = "/a") -> RemotePicture:
    """Return a picture of a stub that is good for a day."""
    return RemotePicture(url(stub, path), HOSTS, DAY)


def gathered(place: Place, *needs: RemotePicture, wait: float = 2.0) -> list[Found | Missing]:
    """Gather pictures one after the other."""

    async def work() -> list[Found | Missing]:
        try:
            return [await place.pictures.get(one, wait) for one in needs]
        finally:
            await place.pictures.close()

    return asyncio.run(work())


def always(body: bytes, status: str = "200 OK") -> Callable[[Request, Stub], Iterable[bytes]]:
    """Return what answers always so."""
    return lambda request, stub: [response(status, body)]


def test_a_picture_is_fetched_and_looked_at_once(tmp_path: Path) -> None:
    """Whatever the host calls it; then it is good for its day."""
    place = Place(tmp_path)
    with run_stub(lambda request, stub: [response("200 OK", PNG, "Content-Type: text/html")]) as stub:
        found = gathered(place, need(stub), need(stub))
        assert found == [Found(0.0, DAY, DIGEST, PNG)] * 2
        assert (place.looked, len(stub.requests)) == ([DIGEST], 1)


def test_other_processes_find_it_on_the_disk(tmp_path: Path) -> None:
    """Neither fetched nor looked at again, and as old as it is."""
    with run_stub(always(PNG)) as stub:
        gathered(Place(tmp_path), need(stub))
        other = Place(tmp_path)
        other.now += 3_600
        assert gathered(other, need(stub)) == [Found(3_600.0, DAY - 3_600.0, DIGEST, PNG)]
        assert (other.looked, len(stub.requests)) == ([], 1)


def test_no_url_is_written_to_the_disk(tmp_path: Path) -> None:
    """It has values of recipients in it."""
    with run_stub(always(PNG)) as stub:
        gathered(Place(tmp_path), need(stub, "/ava.johnson"))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert all("ava" not in path.name and b"ava" not in path.read_bytes() for path in files)


def test_bytes_that_were_exchanged_on_the_disk_are_not_taken(tmp_path: Path) -> None:
    """A picture is known by its digest: it is fetched again."""
    with run_stub(always(PNG)) as stub:
        place = Place(tmp_path)
        gathered(place, need(stub))
        place.disk.put(remote_picture_key(DIGEST), png("blue"))
        (found,) = gathered(Place(tmp_path), need(stub))
        assert isinstance(found, Found)
        assert (found.body, len(stub.requests)) == (PNG, 2)


@pytest.mark.parametrize(
    "body",
    [b"", b"<svg/>", b"%!PS-Adobe", b"%PDF-1.7", b"<html>", b"BM" + bytes(99), b"RIFF\0\0\0\0WAVE", bytes(20)],
)
def test_what_does_not_begin_like_a_picture_is_none(tmp_path: Path, body: bytes) -> None:
    """Nobody is asked to decode it, and the host is not asked again for some minutes."""
    place = Place(tmp_path)
    with run_stub(lambda request, stub: [response("200 OK", body, "Content-Type: image/png")]) as stub:
        assert gathered(place, need(stub), need(stub)) == [Missing("it is not a PNG, JPEG, GIF or WebP")] * 2
        assert (place.looked, len(stub.requests)) == ([], 1)


def test_what_can_not_be_decoded_is_remembered(tmp_path: Path) -> None:
    """By all processes, and for some minutes; then it is fetched again."""
    place = Place(tmp_path, looks="it has 169 megapixels")
    with run_stub(always(PNG)) as stub:
        assert gathered(place, need(stub), need(stub)) == [Missing("it has 169 megapixels")] * 2
        other = Place(tmp_path)
        assert gathered(other, need(stub)) == [Missing("it has 169 megapixels")]
        assert (other.looked, len(stub.requests)) == ([], 1)
        late = Place(tmp_path)
        late.now += MAX_STALE_SECONDS + 3_600
        (found,) = gathered(late, need(stub))
        assert isinstance(found, Found)
        assert len(stub.requests) == 2


def test_where_nobody_has_time_to_look_nothing_is_remembered(tmp_path: Path) -> None:
    """The picture may be good."""
    with run_stub(always(PNG)) as stub:
        assert gathered(Place(tmp_path, looks=None), need(stub)) == [Missing("there was no time to look at it")]
        (found,) = gathered(Place(tmp_path), need(stub))
        assert isinstance(found, Found)


def test_that_there_is_none_is_good_for_an_hour(tmp_path: Path) -> None:
    """It is an answer: nothing is degraded by it."""
    place = Place(tmp_path)
    with run_stub(always(b"", "404 Not Found")) as stub:
        assert gathered(place, need(stub), need(stub)) == [Found(0.0, ABSENT_SECONDS)] * 2
        assert len(stub.requests) == 1


def test_too_large_a_picture_is_refused(tmp_path: Path) -> None:
    """At the five megabytes, by what comes and not by what was announced."""

    def endless(request: Request, stub: Stub) -> Iterable[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while not stub.closing.is_set():
            yield b"10000\r\n" + PNG[:1] * 0x10000 + b"\r\n"

    with run_stub(endless) as stub:
        assert gathered(Place(tmp_path), need(stub)) == [Missing(f"'localhost' sent more than {MAX_BYTES:,} bytes")]
    with run_stub(always(PNG + bytes(MAX_BYTES - len(PNG)))) as stub:
        (found,) = gathered(Place(tmp_path), need(stub))
        assert isinstance(found, Found)


def test_a_hang_is_not_waited_for(tmp_path: Path) -> None:
    """Beyond what the picture has time for."""
    with run_stub(hang) as stub:
        assert gathered(Place(tmp_path), need(stub), wait=0.1) == [Missing("it was not there within 0.1 seconds")]


def test_an_old_picture_is_shown_while_its_host_is_down(tmp_path: Path) -> None:
    """It says so: it is out of date."""
    with run_stub(always(PNG)) as stub:
        place = Place(tmp_path)
        gathered(place, need(stub))
        asked = need(stub)
    place.now += DAY + 60
    assert gathered(place, asked) == [Found(DAY + 60, 0.0, DIGEST, PNG)]


def test_a_damaged_record_is_none(tmp_path: Path) -> None:
    """The picture is fetched."""
    from imgurl.cache.keys import remote_record_key

    records: list[Any] = [b"", b"{}", b"[]", b'{"at": "x", "digest": "", "broken": ""}', b"\xff"]
    with run_stub(always(PNG)) as stub:
        for record in records:
            place = Place(tmp_path)
            place.disk.put(remote_record_key(need(stub).url), record)
            (found,) = gathered(place, need(stub))
            assert isinstance(found, Found)
