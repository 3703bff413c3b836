"""What is counted of fetches: each once, by how it ended; and those who shared one, or could not wait."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from imgurl.gathering import keeping
from imgurl.gathering.counting import Fetch, Kind, Wait
from imgurl.gathering.needs import LiveSource, RemotePicture
from imgurl.gathering.pictures import Pictures
from imgurl.gathering.sources import Sources
from imgurl.web.metrics import FetchMetrics
from tests.gathering.origin import HOSTS, as_json, fetcher, hang, png, url
from tests.servers.stub import Request, Stub, response, run_stub

Answer = Callable[[Request, Stub], Iterable[bytes]]


async def good(digest: str, body: bytes) -> str | None:
    """Find nothing wrong with a picture."""
    return ""


def counted(answer: Answer, kind: Kind, *, at_once: int = 1, times: int = 1, wait: float = 3.0) -> Counter[Any]:
    """Have a host answer so, ask for one thing a number of times, so many at once each time; return the counts."""
    counts: Counter[tuple[Kind, Fetch | Wait]] = Counter()

    def count(kind: Kind, what: Fetch | Wait) -> None:
        counts[kind, what] += 1

    async def work(stub: Stub) -> None:
        pictures = Pictures(fetcher(total_seconds=1.0), good, count=count)
        sources = Sources(fetcher(total_seconds=1.0), {}, count=count)
        for number in range(times):
            picture = RemotePicture(url(stub, f"/{number}"), HOSTS, 60)
            source = LiveSource("shop", url(stub, f"/{number}"), HOSTS, (("price", "$.price"),), 60, 60, wait, "")
            if kind is Kind.PICTURE:
                await asyncio.gather(*(pictures.get(picture, wait) for _ in range(at_once)))
            else:
                await asyncio.gather(*(sources.get(source, wait) for _ in range(at_once)))
        await pictures.close()
        await sources.close()

    with run_stub(answer) as stub:
        asyncio.run(work(stub))
    assert {found for found, _ in counts} <= {kind}
    return Counter({what: number for (_, what), number in counts.items()})


def always(body: bytes) -> Answer:
    """Return what answers always so."""
    return lambda request, stub: [body]


@pytest.mark.parametrize(
    ("answer", "kind", "outcome"),
    [
        (always(response("200 OK", png())), Kind.PICTURE, Fetch.OK),
        (always(response("404 No", b"")), Kind.PICTURE, Fetch.ABSENT),
        (always(response("200 OK", b"<html>")), Kind.PICTURE, Fetch.UNUSABLE),
        (always(response("500 Oh", b"")), Kind.PICTURE, Fetch.FAILED),
        (always(as_json({"price": 3})), Kind.SOURCE, Fetch.OK),
        (always(response("404 No", b"")), Kind.SOURCE, Fetch.ABSENT),
        (always(as_json({"prices": 3})), Kind.SOURCE, Fetch.UNUSABLE),
        (always(response("200 OK", b"<html>")), Kind.SOURCE, Fetch.UNUSABLE),
        (always(response("500 Oh", b"")), Kind.SOURCE, Fetch.FAILED),
    ],
)
def test_how_a_fetch_ended(answer: Answer, kind: Kind, outcome: Fetch) -> None:
    """Once, however often what came is asked for afterwards."""
    assert counted(answer, kind) == {outcome: 1}


@pytest.mark.parametrize("kind", Kind)
def test_those_who_share_a_fetch(kind: Kind) -> None:
    """Ten who ask at once are one fetch, which nine share; none of them began it."""
    answer = always(response("200 OK", png()) if kind is Kind.PICTURE else as_json({"price": 3}))
    assert counted(answer, kind, at_once=10) == {Fetch.OK: 1, Wait.SHARED: 9}


@pytest.mark.parametrize("kind", Kind)
def test_those_who_could_not_wait(kind: Kind) -> None:
    """Each of them; the fetch that was given up at the end is none that ended."""
    assert counted(hang, kind, at_once=3, wait=0.05) == {Wait.SHARED: 2, Wait.LATE: 3}


@pytest.mark.parametrize("kind", Kind)
def test_a_host_that_is_left_alone(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it has failed some times, what is not even tried is counted as that."""
    monkeypatch.setattr(keeping, "AGAIN_SECONDS", (0.0, 0.0))
    counts = counted(always(response("500 Oh", b"")), kind, times=12)
    assert counts[Fetch.FAILED] + counts[Fetch.LEFT_ALONE] == 12
    assert counts[Fetch.LEFT_ALONE] > 0


def test_the_metrics_have_them() -> None:
    """Two families, each word in its own; all there from the start, at nothing."""
    registry = CollectorRegistry()
    metrics = FetchMetrics(registry)
    metrics.count(Kind.SOURCE, Fetch.LEFT_ALONE)
    metrics.count(Kind.PICTURE, Wait.LATE)
    lines = set(generate_latest(registry).decode().splitlines())
    assert {
        'imgurl_fetches_total{kind="source",outcome="left_alone"} 1.0',
        'imgurl_fetches_total{kind="picture",outcome="ok"} 0.0',
        'imgurl_fetch_waits_total{how="late",kind="picture"} 1.0',
        'imgurl_fetch_waits_total{how="shared",kind="source"} 0.0',
    } <= lines
