"""Many clients at once, on the loopback; every load ends by itself."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.server import KEYS, MINTER, Answer, Server, banner_alone, parse_answer, request, running_server

CLIENTS = 1_000


@pytest.fixture(scope="module")
def forgetful_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that keeps nothing on disk: only the shared render stands between it and a thousand renders."""
    with running_server(
        tmp_path_factory.mktemp("forgetful"),
        signing_keys=KEYS,
        designs=banner_alone(),
        disk_cache_mb="0",
        render_deadline="60",
        header_seconds="60",
    ) as running:
        yield running


async def ask_at_once(port: int, requests: list[bytes]) -> list[Answer]:
    """Open a connection for each request, then send all of them in one moment."""
    connections = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in requests))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> Answer:
        writer.write(sent)
        received = await reader.read(-1)
        writer.close()
        await writer.wait_closed()
        return parse_answer(received)

    pairs = zip(connections, requests, strict=True)
    return await asyncio.gather(*(answer(reader, writer, sent) for (reader, writer), sent in pairs))


@pytest.mark.parametrize("which", ["lone_server", "forgetful_server"])
def test_a_thousand_first_requests_render_once(request_: Server) -> None:
    """A thousand clients ask for a picture nobody has seen: one render, a thousand times the same bytes and ETag."""
    before = request_.figures()["imgurl_render_seconds_count"]
    target = MINTER.mint("sales-banner-01", {"first_name": "Thousand", "company_name": "One & Co"})
    answers = asyncio.run(ask_at_once(request_.port, [request(target)] * CLIENTS))
    after = request_.figures()["imgurl_render_seconds_count"]
    assert Counter(answer.status for answer in answers) == {200: CLIENTS}
    assert len({(answer.body, answer["etag"], answer["x-imgurl-outcome"]) for answer in answers}) == 1
    assert answers[0].picture().size == (600, 200)
    assert after - before == 1.0


@pytest.fixture
def request_(request: pytest.FixtureRequest, which: str) -> Server:
    """The server of this name."""
    found = request.getfixturevalue(which)
    assert isinstance(found, Server)
    return found


def test_each_of_many_clients_gets_its_own_picture(lone_server: Server) -> None:
    """Three hundred clients ask for sixty names at once: each gets the picture of its name, each is drawn once."""
    targets = [
        MINTER.mint("sales-banner-01", {"first_name": f"Guest {number % 60}"}, ext="jpg") for number in range(300)
    ]
    before = lone_server.figures()["imgurl_render_seconds_count"]
    answers = asyncio.run(ask_at_once(lone_server.port, [request(target) for target in targets]))
    assert lone_server.figures()["imgurl_render_seconds_count"] - before == 60.0
    alone = {target: lone_server.ask(target).body for target in targets[:60]}
    assert len(set(alone.values())) == 60
    assert [alone[target] for target in targets] == [answer.body for answer in answers]


def test_idle_and_half_open_connections_hold_up_nobody(lone_server: Server) -> None:
    """Two hundred connections that say nothing or half a request: others are answered at once."""
    idle = [socket.create_connection(("127.0.0.1", lone_server.port)) for _ in range(200)]
    try:
        for connection in idle[::2]:
            connection.sendall(b"GET /i/sales-banner-01.png?_k=k1")
        began = time.monotonic()
        assert {lone_server.ask("/healthz").status for _ in range(20)} == {200}
        assert time.monotonic() - began < 2.0
    finally:
        for connection in idle:
            connection.close()


def test_clients_that_go_away_cost_one_render(lone_server: Server) -> None:
    """A hundred clients ask and hang up: the picture is drawn at the most once, and the server lives on."""
    target = MINTER.mint("sales-banner-01", {"first_name": "Gone"})
    before = lone_server.figures()["imgurl_render_seconds_count"]
    for _ in range(100):
        with socket.create_connection(("127.0.0.1", lone_server.port)) as connection:
            connection.sendall(request(target))
    answer = lone_server.ask(target)
    assert (answer.status, answer.picture().size) == (200, (600, 200))
    assert lone_server.figures()["imgurl_render_seconds_count"] - before == 1.0


def test_a_full_queue_sends_the_default_image(tmp_path: Path) -> None:
    """With a queue of two, a burst of twenty names: everybody gets 200 and a picture, some the default one."""
    with running_server(tmp_path, signing_keys=KEYS, render_queue="2", render_deadline="60") as server:
        warm = server.ask(MINTER.mint("cert-2025", {"full_name": "Warm Up"}))
        assert warm["x-imgurl-outcome"].startswith("fallback")
        targets = [MINTER.mint("cert-2025", {"full_name": f"Guest {number}"}, ext="webp") for number in range(20)]
        answers = asyncio.run(ask_at_once(server.port, [request(target) for target in targets]))
        outcomes = Counter(answer["x-imgurl-outcome"].partition(";")[0] for answer in answers)
        default = {
            (answer["cache-control"], answer.body) for answer in answers if answer["x-imgurl-outcome"] == "default"
        }
        figures = server.figures()
    assert {(200, (1600, 1131))} == {(answer.status, answer.picture().size) for answer in answers}
    assert outcomes.keys() == {"fallback", "default"}
    assert len(default) == 1
    assert {control for control, _ in default} == {"no-store"}
    assert figures['imgurl_served_total{source="default"}'] == outcomes["default"]
