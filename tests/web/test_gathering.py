"""Remote pictures and live values through a real server: hosts that hang, lie, kill, and come back."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from imgurl.campaigns.lazy import LazyLedger
from tests.gathering.origin import as_json, hang, png
from tests.pages import ROOT
from tests.plate.countdowns import countdown, sale
from tests.servers.stub import Request, Stub, response, run_stub
from tests.web.designs import TINT_AT, card, write_design
from tests.web.faults import DEADLY_PICTURE
from tests.web.server import KEYS, Answer, Server, request, running_server, signed

TTL, DEADLINE = 5, 0.3
RED, LIME, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
LOGO_AT = (35, 10)
DIED = 'imgurl_renderer_deaths_total{how="died"}'

Answering = Callable[[Request, Stub], Iterable[bytes]]


@dataclass
class Hosts:
    """What a stub answers: by the first segment of a target, and how often each target was asked for."""

    answers: dict[str, Answering] = field(default_factory=dict)

    def __call__(self, asked: Request, stub: Stub) -> Iterable[bytes]:
        """Answer as the test says."""
        if asked.target == "/logo/plain":
            return [response("200 OK", png("lime"))]
        answer = self.answers.get(asked.target.split("/")[1])
        return [response("404 Not Found")] if answer is None else answer(asked, stub)


@dataclass
class Rig:
    """A server, and the host that its design fetches from."""

    server: Server
    folder: Path
    hosts: Hosts
    stub: Stub

    def asked(self, target: str) -> int:
        """Return how often a target was asked for."""
        return sum(one.target == target for one in self.stub.requests)

    def open(self, code: str, logo: str = "plain", tint: str = "#ff0000") -> Answer:
        """Open a link."""
        return self.server.ask(target(code, logo, tint))


def target(code: str, logo: str = "plain", tint: str = "#ff0000") -> str:
    """Return a link whose live colour and logo are found by these values."""
    return signed("live", {"tint": tint, "code": code, "logo": logo})


def tint(answer: Answer) -> Any:
    """Return the colour that a picture has where the live value is."""
    return answer.picture().convert("RGB").getpixel(TINT_AT)


def logo(answer: Answer) -> Any:
    """Return the colour that a picture has where the logo is."""
    return answer.picture().convert("RGB").getpixel(LOGO_AT)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A server with one renderer, and a host on this machine that the operator and the design list."""
    folder, hosts = tmp_path_factory.mktemp("gathering"), Hosts()
    with run_stub(hosts) as stub:
        base = f"http://localhost:{stub.port}"
        document = card(
            alt="",
            hosts=["localhost"],
            sources={
                "shop": {"url": f"{base}/tint/<<code>>", "values": {"tint": "$.tint"}, "ttl": TTL, "deadline": DEADLINE}
            },
        )
        document["fields"] = [
            document["fields"][0],
            *({"name": n, "sample": "a", "fallback": ""} for n in ("code", "logo")),
        ]
        box = {"x": 30, "y": 5, "width": 10, "height": 10}
        document["layers"] = [document["layers"][0], {"type": "image", "url": f"{base}/logo/<<logo>>", "box": box}]
        write_design(folder / "designs", "live", document)
        ending = {"shop": {"url": f"{base}/ends/<<first_name>>", "values": {"ends": "$.ends"}, "deadline": DEADLINE}}
        badge = {"type": "image", "url": f"{base}/logo/plain", "box": {"x": 0, "y": 0, "width": 20, "height": 20}}
        sources = {"hosts": ["localhost"], "sources": ending}
        write_design(folder / "designs", "sale", sale(countdown(), badge, **sources))
        options = ("--designs", str(folder / "designs"), "--renderers", "1")
        with running_server(
            folder,
            *options,
            module="tests.web.faulty",
            python_path=ROOT,
            signing_keys=KEYS,
            remote_hosts="localhost",
            render_deadline="20",
        ) as server:
            yield Rig(server, folder, hosts, stub)


def colored(color: str) -> Answering:
    """Return what answers with a colour."""
    return lambda asked, stub: [as_json({"tint": color})]


def test_a_live_value_and_a_remote_picture_are_shown(rig: Rig) -> None:
    """Both fetched once; the picture may be kept until the first of them is out of date."""
    rig.hosts.answers = {"tint": colored("#0000ff"), "logo": lambda asked, stub: [response("200 OK", png("lime"))]}
    answer = rig.open("good", "acme")
    assert (tint(answer), logo(answer), answer["x-imgurl-outcome"]) == (BLUE, LIME, "ok")
    age = int(answer["cache-control"].removeprefix("public, max-age="))
    assert 0 <= age <= TTL
    again = rig.open("good", "acme")
    assert again.body == answer.body
    assert (rig.asked("/tint/good"), rig.asked("/logo/acme")) == (1, 1)
    etag = {"If-None-Match": answer["etag"]}
    assert rig.server.ask(target("good", "acme"), headers=etag).status == 304


def test_a_picture_that_can_not_be_had_leaves_its_fallback(rig: Rig) -> None:
    """Here nothing: the colour below it; nobody keeps that, but where the host said that there is none."""
    rig.hosts.answers = {"tint": colored("#0000ff"), "logo": lambda asked, stub: [response("200 OK", b"<html>")]}
    broken = rig.open("broken", "page")
    assert (logo(broken), broken["x-imgurl-outcome"], broken["cache-control"]) == (BLUE, "fallback", "no-store")
    rig.hosts.answers["logo"] = lambda asked, stub: [response("404 Not Found")]
    absent = rig.open("broken", "absent")
    assert (logo(absent), absent["x-imgurl-outcome"]) == (BLUE, "fallback")
    assert absent["cache-control"].startswith("public, max-age=")


def test_a_picture_that_kills_its_renderer_kills_nothing_else(rig: Rig) -> None:
    """Whoever tries to decode it dies alone; the link shows its fallback, and the next one is drawn."""
    rig.hosts.answers = {"tint": colored("#0000ff"), "logo": lambda asked, stub: [response("200 OK", DEADLY_PICTURE)]}
    before = rig.server.figures()[DIED]
    for _ in range(3):
        answer = rig.open("deadly", "evil")
        assert (answer.status, tint(answer), logo(answer)) == (200, BLUE, BLUE)
        assert answer["cache-control"] == "no-store"
    assert rig.server.figures()[DIED] == before + 1
    assert rig.asked("/logo/evil") == 1
    rig.hosts.answers["logo"] = lambda asked, stub: [response("200 OK", png("lime"))]
    assert logo(rig.open("deadly", "fine")) == LIME


def test_while_the_source_hangs_images_go_out_in_time(rig: Rig) -> None:
    """99 of 100 within the deadline and 50 ms; with the value of the link, and for nobody to keep."""
    rig.hosts.answers = {"tint": hang}
    rig.open("warm", tint="#ff0000")
    seconds = []
    for number in range(100):
        began = time.perf_counter()
        answer = rig.open(f"hang-{number // 25}")
        seconds.append(time.perf_counter() - began)
        assert (tint(answer), answer["x-imgurl-outcome"], answer["cache-control"]) == (
            RED,
            "fallback; tint",
            "no-store",
        )
    assert all(rig.asked(f"/tint/hang-{number}") == 1 for number in range(4))
    assert sorted(seconds)[98] < DEADLINE + 0.05, sorted(seconds)[-5:]


def test_a_thousand_opens_are_one_request(rig: Rig) -> None:
    """At once, for one URL within its lifetime; each gets an image, and those after them the live value."""
    rig.hosts.answers = {"tint": colored("#0000ff")}
    sent = request(target("crowd"))

    async def one() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", rig.server.port)
        writer.write(sent)
        received = await reader.read()
        writer.close()
        return received

    async def work() -> list[bytes]:
        return await asyncio.gather(*(one() for _ in range(1_000)))

    answers = asyncio.run(work())
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    assert tint(rig.open("crowd")) == BLUE
    assert rig.asked("/tint/crowd") == 1


def test_down_and_back(rig: Rig) -> None:
    """The last good value while it is down, for nobody to keep; then the new one, by one request."""
    rig.hosts.answers = {"tint": colored("#0000ff")}
    assert tint(rig.open("back")) == BLUE
    rig.hosts.answers = {"tint": lambda asked, stub: [response("500 Oh")]}
    time.sleep(TTL + 0.1)
    for _ in range(20):
        answer = rig.open("back")
        assert (tint(answer), answer["x-imgurl-outcome"], answer["cache-control"]) == (BLUE, "ok", "no-store")
    assert rig.asked("/tint/back") == 2
    rig.hosts.answers = {"tint": colored("#00ff00")}
    until = time.monotonic() + 15
    while tint(rig.open("back")) != LIME:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert rig.asked("/tint/back") == 3
    assert rig.open("back")["cache-control"].startswith("public, max-age=")


def test_the_api_says_what_was_fetched(rig: Rig) -> None:
    """No value is in the log, and no URL of another host."""
    rig.hosts.answers = {"tint": colored("#0000ff"), "logo": lambda asked, stub: [response("200 OK", png("lime"))]}
    rig.open("logged", "secret-logo")
    lines = [json.loads(line) for line in rig.server.log.splitlines()]
    assert lines
    assert "secret-logo" not in rig.server.log


def test_a_countdown_to_a_live_end(rig: Rig) -> None:
    """It runs beside a remote logo, for nobody to keep; the end is fetched once. Without one it stands still."""
    ends = datetime.fromtimestamp(time.time() + 3_600, UTC).isoformat()
    rig.hosts.answers = {"ends": lambda asked, stub: [as_json({"ends": ends} if asked.target == "/ends/Ava" else {})]}
    link = signed("sale", {"first_name": "Ava"}, ext="gif")
    first = rig.server.ask(link)
    time.sleep(1.1)
    second = rig.server.ask(link)
    for answer in (first, second):
        assert (answer["x-imgurl-outcome"], answer["cache-control"]) == ("ok", "no-cache, max-age=0")
        with answer.picture() as picture:
            assert (getattr(picture, "n_frames", 1), picture.convert("RGB").getpixel((10, 10))) == (60, LIME)
    assert first["etag"] != second["etag"]
    assert rig.asked("/ends/Ava") == 1
    without = rig.server.ask(signed("sale", {"first_name": "Bob"}, ext="gif"))
    assert (without["x-imgurl-outcome"], without["cache-control"]) == ("fallback; ends", "no-store")
    assert getattr(without.picture(), "n_frames", 1) == 1


def test_nothing_is_fetched_for_a_stopped_campaign(rig: Rig) -> None:
    """The default image is shown in any case."""
    rig.hosts.answers = {"tint": colored("#0000ff")}
    ledger = LazyLedger(rig.folder / "imgurl-data", None)
    ledger.opened().change("spring", {"stopped": 1})
    ledger.close()

    def opened(code: str) -> Answer:
        values = {"tint": "#ff0000", "code": code, "logo": "plain", "_c": "spring"}
        return rig.server.ask(signed("live", values))

    until = time.monotonic() + 15
    while opened("stop")["x-imgurl-outcome"] != "stopped":
        assert time.monotonic() < until
        time.sleep(0.1)
    answer = opened("stopped")
    assert (answer["x-imgurl-outcome"], answer["cache-control"]) == ("stopped", "no-store")
    assert (rig.asked("/tint/stop"), rig.asked("/tint/stopped")) == (1, 0)
