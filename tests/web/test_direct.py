"""Direct answers are those of the application: bytes, lines of the log, figures. And where the application is asked."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from uvicorn.server import ServerState

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey
from imgurl.cache.memory import MemoryCache
from imgurl.design.archive import Archive
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.orders import StudioSettings
from imgurl.pipeline.studio import open_studio
from imgurl.renderers.thread import DrawingThread
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from imgurl.web.campaigns import Campaigns
from imgurl.web.direct import HEADS, READY, Headers, KnownHeads, SendParts
from imgurl.web.gathering import Makers
from imgurl.web.images import ImageEndpoint, Notes
from imgurl.web.logs import ImageLog
from imgurl.web.metrics import Metrics
from imgurl.web.protocols import HttpTools
from imgurl.web.render_queue import RenderQueue
from tests.cache.contract import key_of
from tests.pipeline.factories import pipeline_over
from tests.web.designs import write_design
from tests.web.server import K1, KEYS, MINTER, running_server, signed
from tests.web.wire import Wire, advance, connect, run, send, settle

K3 = SigningKey("k3", KeyState.RETIRED, bytes(range(40, 72)))

PAIRS = {"tint": "#ff0000", "first_name": "Ava", "code": "B2"}
LINK = signed("card", PAIRS)
LABELLED = signed("card", {**PAIRS, "_c": "may"})
LATE = "9000000000"
OPEN_LINK = signed("card", {"_o": "first_name", "code": "B2"}, "&first_name={}&_z=1")
DATE = b"Sun, 29 Nov 2026 17:00:00 GMT"


@dataclass
class Way:
    """A server's parts behind one connection, with direct answers or without, and what they did."""

    endpoint: ImageEndpoint
    memory: MemoryCache
    metrics: Metrics
    lines: list[str]
    is_direct: bool
    state: ServerState = field(default_factory=ServerState)
    heads: KnownHeads = field(default_factory=lambda: KnownHeads(100))
    #: Whether each request that was offered was answered directly.
    offered: list[bool] = field(default_factory=list)

    def answer_ready(self, target: bytes, send: SendParts, headers: Headers) -> bool:
        """Pass a request on to the endpoint, and note what came of it."""
        self.offered.append(self.endpoint.answer_ready(target, send, headers))
        return self.offered[-1]

    def connect(self) -> Wire:
        """Open a connection."""
        self.state.default_headers = [(b"date", DATE)]
        more: dict[str, Any] = {READY: self.answer_ready, HEADS: self.heads} if self.is_direct else {}
        return connect(HttpTools, self.endpoint, state=self.state, more=more)

    def exchange(self, segments: list[bytes]) -> tuple[bytes, str]:
        """Send segments on a connection; return what came back and how it ended."""

        async def main() -> tuple[bytes, str]:
            wire = self.connect()
            await send(wire, segments)
            for _ in range(2_000):
                if not self.busy(wire):
                    break
                await settle()
                time.sleep(0.001)  # noqa: ASYNC251 - the picture is drawn on a thread, and the clock stands still
            return wire.written, wire.ended

        return run(main)

    def busy(self, wire: Wire) -> bool:
        """Say whether an answer is still to come."""
        assert wire.protocol is not None
        return bool(wire.protocol.tasks)

    def logged(self) -> list[dict[str, object]]:
        """Return the lines of the log, without what differs each time."""
        lines = [json.loads(line) for line in self.lines]
        return [{k: v for k, v in line.items() if k not in {"request_id", "ms", "timestamp"}} for line in lines]

    def figures(self) -> list[str]:
        """Return the figures that requests move."""
        self.metrics.settle()
        names = r"imgurl_(requests|test_requests|served|fallbacks|cache_lookups|render_failures)_total"
        return [line for line in self.metrics.exposition().decode().splitlines() if re.match(names, line)]


Build = Callable[..., Way]


@pytest.fixture
def build(tmp_path: Path, fonts: FontCatalogue) -> Iterator[Build]:
    """Builds the two ways, over one design."""
    write_design(tmp_path / "designs")
    threads: list[DrawingThread] = []

    def new(*, is_direct: bool, keys: Callable[[], KeyRing] | None = None, memory_bytes: int = 10_000_000) -> Way:
        folder = tmp_path / str(len(threads))
        pipeline = pipeline_over(
            tmp_path / "designs",
            fonts,
            archive=Archive(folder / "versions"),
            disk=DiskCache(folder / "cache", 10_000_000),
        )
        memory, metrics, lines = MemoryCache(memory_bytes), Metrics(), list[str]()
        studio = StudioSettings(fonts.folder, folder / "cache", 10_000_000)
        threads.append(DrawingThread(lambda: open_studio(studio)))

        def keep(key: RenderKey, body: bytes, _: float | None) -> None:
            memory.put(key, body)

        queue = RenderQueue(threads[-1], 100, 20.0, keep)
        ring = KeyRing((K1, K3))
        notes = Notes(ImageLog(lines.append), Campaigns())
        endpoint = ImageEndpoint(pipeline, keys or (lambda: ring), memory, Makers(queue), metrics, notes)
        return Way(endpoint, memory, metrics, lines, is_direct)

    yield new
    for thread in threads:
        asyncio.run(thread.close())


def get(target: str, *lines: str, method: str = "GET", version: str = "1.1", body: bytes = b"") -> bytes:
    """Return a request."""
    head = [f"{method} {target} HTTP/{version}", "Host: img.example", *lines]
    return "\r\n".join(head).encode("utf-8") + b"\r\n\r\n" + body


def known(way: Way, times: int) -> bytes:
    """Ask for the picture so often, each time when the last answer is there, and return the last one."""
    return [way.exchange([get(LINK)])[0] for _ in range(times)][-1]


# What is asked, and how many of these requests are answered directly once the target is known: by the target that was
# asked for before, and the bytes.
KINDS: dict[str, tuple[str, list[bytes], int]] = {
    "plain": (LINK, [get(LINK)], 1),
    "with a browser's headers": (LINK, [get(LINK, "Accept: image/*", "Accept-Encoding: gzip", "Range: bytes=0-9")], 1),
    "three times": (LINK, [get(LINK)] * 3, 3),
    "in pieces": (LINK, [get(LINK)[:30], get(LINK)[30:90], get(LINK)[90:]], 1),
    "behind empty lines": (LINK, [b"\r\n\r\n" + get(LINK)], 1),
    "in absolute form": (LINK, [get("http://img.example" + LINK)], 1),
    "to be mended": (OPEN_LINK.format("Jos%C3%A9"), [get(OPEN_LINK.format("José"))], 1),
    "open value": (OPEN_LINK.format("Ava"), [get(OPEN_LINK.format("Ava"))], 1),
    "another open value": (OPEN_LINK.format("Ava"), [get(OPEN_LINK.format("Leo"))], 0),
    "a value that is refused": (OPEN_LINK.format("evil.example"), [get(OPEN_LINK.format("evil.example"))], 1),
    "a fallback": (signed("card", {"code": "B2"}), [get(signed("card", {"code": "B2"}))], 1),
    "a campaign": (LABELLED, [get(LABELLED)], 1),
    "a campaign, by a proxy": (LABELLED, [get(LABELLED, "User-Agent: x (via ggpht.com GoogleImageProxy)")] * 3, 3),
    "a JPEG": (signed("card", PAIRS, ext="jpg"), [get(signed("card", PAIRS, ext="jpg"))], 1),
    "a test key": (signed("card", PAIRS, key=K1.test_key()), [get(signed("card", PAIRS, key=K1.test_key()))], 1),
    "a retired key": (signed("card", PAIRS, key=K3), [get(signed("card", PAIRS, key=K3))], 1),
    "another version": (signed("card", {**PAIRS, "_v": "0" * 12}), [get(signed("card", {**PAIRS, "_v": "0" * 12}))], 0),
    "an expiry": (signed("card", {**PAIRS, "_x": LATE}), [get(signed("card", {**PAIRS, "_x": LATE}))], 0),
    "expired": (signed("card", {**PAIRS, "_x": "1000000000"}), [get(signed("card", {**PAIRS, "_x": "1000000000"}))], 0),
    "a damaged link": (LINK.replace("_s=", "_s!%20="), [get(LINK.replace("_s=", "_s!%20="))], 1),
    "refused": (LINK, [get(LINK.replace("Ava", "Eve"))], 0),
    "refused, as JSON": (LINK, [get(LINK.replace("Ava", "Eve"), "Accept: application/json")], 0),
    "no such design": (LINK, [get(signed("none", PAIRS))], 0),
    "HEAD": (LINK, [get(LINK, method="HEAD")], 0),
    "POST": (LINK, [get(LINK, "Content-Length: 3", method="POST", body=b"abc"), get(LINK)], 1),
    "another ETag": (LINK, [get(LINK, 'If-None-Match: "0"')], 0),
    "any ETag": (LINK, [get(LINK, "If-None-Match: *")], 0),
    "to be closed": (LINK, [get(LINK, "Connection: close")], 0),
    "HTTP/1.0": (LINK, [get(LINK, version="1.0")], 0),
    "HTTP/1.0 that stays": (LINK, [get(LINK, "Connection: keep-alive", version="1.0")], 0),
    "pipelined": (LINK, [get(LINK) * 3], 1),
    "pipelined behind a body": (LINK, [get(LINK, "Content-Length: 3", body=b"abc") + get(LINK) + get(LINK)], 1),
    "a body": (LINK, [get(LINK, "Content-Length: 3", body=b"abc"), get(LINK)], 1),
    "a request that is a body": (LINK, [get(LINK, f"Content-Length: {len(get(LINK))}", method="POST"), get(LINK)], 0),
    "an empty body": (LINK, [get(LINK, "Content-Length: 0")], 0),
    "a body in chunks": (LINK, [get(LINK, "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n"), get(LINK)], 1),
    "a body to be asked for": (LINK, [get(LINK, "Expect: 100-continue", "Content-Length: 3"), b"abc", get(LINK)], 1),
    "a wish to upgrade": (LINK, [get(LINK, "Connection: Upgrade", "Upgrade: h2c")], 1),
    "a fragment": (LINK, [get(LINK + "#top")], 0),
    "a bad request": (LINK, [get(LINK, "Content-Length: x")], 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_both_ways_answer_alike(build: Build, kind: str) -> None:
    """The same bytes but for the date, the same end, the same lines but for ids and times, the same figures."""
    target, segments, direct = KINDS[kind]
    ways = [build(is_direct=True), build(is_direct=False)]
    seen = []
    for way in ways:
        # Drawn, from memory, and from then on ready.
        before = [way.exchange([get(target)]) for _ in range(3)]
        already = way.offered.count(True)
        answers = way.exchange(segments)
        if way.is_direct:
            assert way.offered.count(True) - already == direct
        after = way.exchange([get(LINK)])
        # An id that is told to the client is another one each time.
        bytes_of = [re.sub(rb'"request_id": "\w+"', b"", sent) for sent, _ in (*before, answers, after)]
        seen.append((bytes_of, answers[1], way.logged(), way.figures(), way.state.total_requests))
    assert seen[0] == seen[1]
    assert b"HTTP/1.1 200" in seen[0][0][0]


def test_the_same_head_again_is_noted_with_its_proxy(build: Build) -> None:
    """A head that is known by its bytes, without a parser, is counted for its campaign as the first was."""
    way = build(is_direct=True)
    head = get(LABELLED, "Accept: image/*", "User-Agent: x (via ggpht.com GoogleImageProxy)")
    for _ in range(5):
        way.exchange([head])
    assert [line.get("via") for line in way.logged()] == ["gmail"] * 5
    assert way.heads[head] == (LABELLED.encode(), ((b"user-agent", b"x (via ggpht.com GoogleImageProxy)"),))
    assert way.offered.count(True) == 3


def test_lines_have_ids_of_their_own_and_times(build: Build) -> None:
    """Each line, whichever way, has an id that no other has, milliseconds, and a time in UTC."""
    way = build(is_direct=True)
    known(way, 4)
    lines = [json.loads(line) for line in way.lines]
    assert way.offered == [False, False, True, True]
    assert len({line["request_id"] for line in lines}) == 4
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", line["timestamp"]) for line in lines)
    assert all(0 <= line["ms"] < 60_000 for line in lines)


def test_the_date_is_that_of_the_answer(build: Build) -> None:
    """A date that the server renews is in the next direct answer."""
    way = build(is_direct=True)

    async def main() -> list[bytes]:
        wire = way.connect()
        await send(wire, [get(LINK)] * 3)
        way.state.default_headers = [(b"date", b"later"), (b"x-more", b"1")]
        await send(wire, [get(LINK)])
        return re.findall(rb"HTTP/1.1 200 OK\r\ndate: ([^\r]+)\r\n", wire.written)

    way.exchange([get(LINK)])
    assert run(main) == [DATE, DATE, DATE, b"later"]
    assert way.offered[-1]


def test_a_client_that_does_not_read_waits(build: Build) -> None:
    """With more unsent than the transport wants, nothing is written directly: the application waits for the client."""
    way = build(is_direct=True)
    known(way, 2)

    async def main() -> list[int]:
        wire = way.connect()
        assert wire.protocol is not None
        await send(wire, [get(LINK)])
        counts = [wire.written.count(b"HTTP/1.1 200")]
        wire.protocol.pause_writing()
        wire.protocol.data_received(get(LINK))
        await settle()
        wire.protocol.data_received(get(LINK) * 50)
        await settle()
        counts += [wire.written.count(b"HTTP/1.1 200"), wire.paused]
        wire.protocol.resume_writing()
        await send(wire, [])
        return [*counts, wire.written.count(b"HTTP/1.1 200")]

    assert run(main) == [1, 1, True, 52]


def test_an_idle_connection_ends_in_time(build: Build) -> None:
    """Five seconds after the last direct answer, however many there were before; none while requests come."""
    way = build(is_direct=True)
    known(way, 2)

    async def main() -> list[str]:
        wire = way.connect()
        ends = []
        for _ in range(4):
            await send(wire, [get(LINK)])
            await advance(4)
            ends.append(wire.ended)
        await advance(0.75)
        ends.append(wire.ended)
        await advance(0.5)
        return [*ends, wire.ended]

    assert run(main) == [""] * 5 + ["close"]
    assert way.offered[-4:] == [True] * 4


def test_a_stopping_server_ends_connections(build: Build) -> None:
    """After direct answers only, a connection is idle for uvicorn too, and is closed when the server stops."""
    way = build(is_direct=True)
    known(way, 2)

    async def main() -> tuple[str, int]:
        wire = way.connect()
        assert wire.protocol is not None
        await send(wire, [get(LINK)])
        wire.protocol.shutdown()
        wire.protocol.data_received(get(LINK))
        await settle()
        return wire.ended, wire.written.count(b"HTTP/1.1 200")

    assert run(main) == ("close", 1)


def test_an_answer_goes_with_its_body(build: Build) -> None:
    """Pushed out of memory by others, a picture is found on disk by the application, and counted so."""
    way = build(is_direct=True, memory_bytes=100_000)
    known(way, 3)
    for number in range(10):
        way.memory.put(key_of(f"other {number}"), bytes(20_000))
    way.exchange([get(LINK)])
    assert way.offered[:3] == [False, False, True]
    assert not any(way.offered[3:])
    assert 'imgurl_served_total{source="disk"} 1.0' in way.figures()


def test_a_picture_that_is_asked_for_stays_in_memory(build: Build) -> None:
    """Direct answers count as use: what nobody asks for goes first."""
    way = build(is_direct=True, memory_bytes=100_000)
    known(way, 2)
    for number in range(10):
        way.exchange([get(LINK)])
        way.memory.put(key_of(f"other {number}"), bytes(20_000))
    assert way.offered == [False, False] + [True] * 10


def test_other_keys_end_what_was_ready(build: Build) -> None:
    """A key that is revoked is refused from the next request on."""
    rings = [KeyRing((K1,))]
    way = build(is_direct=True, keys=lambda: rings[-1])
    known(way, 3)
    rings.append(KeyRing((replace(K1, state=KeyState.REVOKED), SigningKey.generate("k9", KeyState.SIGN))))
    assert way.exchange([get(LINK)])[0].startswith(b"HTTP/1.1 403")
    assert way.offered[:3] == [False, False, True]
    assert not any(way.offered[3:])


def test_other_designs_end_what_was_ready(build: Build, tmp_path: Path) -> None:
    """An edit is shown by the next request."""
    way = build(is_direct=True)
    before = known(way, 3)
    pipeline = way.endpoint._pipeline
    folder = tmp_path / "designs" / "card" / "design.json"
    folder.write_text(folder.read_text().replace('"#000000"', '"#ffffff"'))
    deadline = time.monotonic() + 20
    assert isinstance(pipeline, PressPipeline)
    while not pipeline.reload() and time.monotonic() < deadline:
        time.sleep(0.05)
    after = way.exchange([get(LINK)])[0]
    assert way.offered[:3] == [False, False, True]
    assert not any(way.offered[3:])
    assert after.startswith(b"HTTP/1.1 200")
    assert re.findall(rb"etag: ([^\r]+)", before)[0] not in after


def test_what_is_asked_for_once_is_not_kept(build: Build) -> None:
    """A list of names, each opened once: no answer is made ready; opened twice, it is."""
    way = build(is_direct=True)
    for _ in range(2):
        assert len(way.endpoint._ready) == 0
        for name in ("Ava", "Leo", "Mia"):
            way.exchange([get(OPEN_LINK.format(name))])
    assert len(way.endpoint._ready) == 3


def test_an_unread_connection_does_not_fill_the_memory(tmp_path: Path) -> None:
    """Thousands of requests for a known picture on a connection of which nothing is read: 20 MB at most."""
    target = MINTER.mint("sales-banner-01", {"first_name": "Ava"})
    with running_server(tmp_path, signing_keys=KEYS, render_deadline="60") as server:
        for _ in range(4):
            assert server.ask(target).status == 200
        memory = re.compile(r'imgurl_process_resident_memory_bytes\{kind="server"')

        def used() -> float:
            return sum(value for name, value in server.figures().items() if memory.match(name))

        before = used()
        with server.connect() as connection:
            connection.settimeout(0.5)
            sent = 0
            try:
                for _ in range(20_000):
                    connection.sendall(get(target))
                    sent += 1
            except TimeoutError:
                pass
            grown = used() - before
            assert server.ask(target).status == 200
    assert sent > 100
    assert grown < 20_000_000
