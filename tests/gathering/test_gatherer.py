"""Gathering what a picture needs, in two rounds at the most, with and without an event loop of one's own."""

import asyncio
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from imgurl.cache.disk import DiskCache
from imgurl.gathering.gatherer import Gatherer
from imgurl.gathering.needs import Found, Gathered, LiveSource, Missing, Need, RemotePicture
from imgurl.gathering.pictures import Pictures, Shelves
from imgurl.gathering.sources import Sources
from imgurl.gathering.thread import GatheringThread
from tests.gathering.origin import HOSTS, LOCAL, as_json, fetcher, hang, png, url
from tests.servers.stub import Request, Stub, response, run_stub


@dataclass(frozen=True)
class Thing:
    """What is shown: what it needs still, and what it has."""

    needs: tuple[Need, ...]
    has: Mapping[Need, Found | Missing]


async def good(digest: str, body: bytes) -> str:
    """Find every picture good."""
    return ""


def gatherer(folder: Path, patience: float = 2.0) -> Gatherer:
    """Return what gathers from this machine."""
    fetch = fetcher()
    return Gatherer(Pictures(fetch, good, Shelves(DiskCache(folder, 10**8))), Sources(fetch, {}), patience)


def answer(request: Request, stub: Stub) -> list[bytes]:
    """Serve a JSON document that names a picture, and pictures."""
    return [as_json({"sku": "A1"})] if request.target == "/a" else [response("200 OK", png())]


def source(stub: Stub) -> LiveSource:
    """Return a live source of a stub."""
    return LiveSource("shop", url(stub), HOSTS, (("sku", "$.sku"),), 60, 60, 0.5, "")


def picture(stub: Stub, name: str) -> RemotePicture:
    """Return a remote picture of a stub."""
    return RemotePicture(url(stub, f"/{name}.png"), HOSTS, 60)


def depending(stub: Stub, gathered: Gathered) -> Thing:
    """Show a picture whose URL depends on a live value, and one that does not."""
    first: tuple[Need, ...] = (source(stub), picture(stub, "logo"))
    found = gathered.get(first[0])
    more = (picture(stub, str(found.values["sku"])),) if isinstance(found, Found) else ()
    return Thing(tuple(need for need in (*first, *more) if need not in gathered), gathered)


def test_a_picture_may_depend_on_a_live_value(tmp_path: Path) -> None:
    """The first round brings the value, the second the picture that it names."""

    async def work() -> Thing:
        by = gatherer(tmp_path)
        thing = await by.complete(lambda gathered: depending(stub, gathered))
        await by.close()
        return thing

    with run_stub(answer) as stub:
        thing = asyncio.run(work())
        assert sorted(request.target for request in stub.requests) == ["/A1.png", "/a", "/logo.png"]
    assert thing.needs == ()
    assert [type(one) for one in thing.has.values()] == [Found] * 3


def test_what_always_needs_more_ends(tmp_path: Path) -> None:
    """After two rounds it is shown as it is."""

    def greedy(gathered: Gathered) -> Thing:
        return Thing((picture(stub, f"{len(gathered)}"),), gathered)

    async def work() -> Thing:
        by = gatherer(tmp_path)
        thing = await by.complete(greedy)
        await by.close()
        return thing

    with run_stub(answer) as stub:
        assert len(asyncio.run(work()).has) == 2


def test_all_rounds_together_take_no_longer_than_a_picture_has(tmp_path: Path) -> None:
    """The hosts hang."""

    async def work() -> tuple[Thing, float]:
        by = gatherer(tmp_path, patience=0.3)
        began = time.monotonic()
        thing = await by.complete(lambda gathered: Thing((picture(stub, f"{len(gathered)}"),), gathered))
        seconds = time.monotonic() - began
        await by.close()
        return thing, seconds

    with run_stub(hang) as stub:
        thing, seconds = asyncio.run(work())
    assert all(isinstance(one, Missing) for one in thing.has.values())
    assert 0.3 <= seconds < 0.5


def test_what_needs_nothing_opens_nothing(tmp_path: Path) -> None:
    """Without a need there is neither a thread nor a gatherer."""

    def never() -> Gatherer:
        raise AssertionError

    thread = GatheringThread(LOCAL, never)
    before = threading.active_count()
    assert thread.complete(lambda gathered: Thing((), gathered)).has == {}
    thread.start(())
    assert threading.active_count() == before
    thread.close()


def test_those_without_an_event_loop_wait(tmp_path: Path) -> None:
    """From any thread; what was begun ahead is there by then, and is fetched once."""
    thread = GatheringThread(LOCAL, lambda: gatherer(tmp_path))
    with run_stub(answer) as stub:
        thread.start([picture(stub, "logo")])
        thing = thread.complete(lambda gathered: depending(stub, gathered))
        assert sorted(request.target for request in stub.requests) == ["/A1.png", "/a", "/logo.png"]
        thread.close()
    assert len(thing.has) == 3
