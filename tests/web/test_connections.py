"""How long a connection lasts and how many there may be, on both parsers, with a clock that stands still."""

import asyncio
import contextlib
import json
import resource
import socket
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from structlog.testing import capture_logs
from uvicorn.server import ServerState

from imgurl.web.connections import (
    LOOKED_AT_ONCE,
    OUT_OF_FILES,
    AcceptErrors,
    Connections,
    Limits,
    affordable,
    connections_below,
)
from imgurl.web.protocols import THROWN_AWAY_BYTES
from tests.web.server import KEYS, running_server
from tests.web.wire import PROTOCOLS, ClockLoop, Recorder, Wire, advance, connect, run, send, settle

PARSERS = pytest.mark.parametrize("parser", PROTOCOLS)

GET = b"GET /i/a.png?n=a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /v1/links HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n"
CHUNKS = b"POST /v1/links HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def status(wire: Wire) -> int:
    """Return the status of the last answer, 0 without one."""
    return int(wire.written.rpartition(b"HTTP/1.1 ")[2][:3] or 0)


@PARSERS
@pytest.mark.parametrize(
    ("sent", "seconds", "expected", "end"),
    [
        ([], 4.5, 0, ""),
        ([], 5.5, 0, "close"),
        ([b"\r\n"], 6.0, 0, "close"),
        ([b"GET /i/a"], 4.5, 0, ""),
        ([b"GET /i/a"], 6.5, 408, "eof"),
        ([GET[:-2]], 6.5, 408, "eof"),
        ([POST], 9.0, 0, ""),
        ([POST], 12.0, 408, "eof"),
        ([POST, b"x" * 39], 12.0, 408, "eof"),
        ([CHUNKS, b"5\r\nx"], 12.0, 408, "eof"),
        ([GET], 4.5, 200, ""),
        ([GET], 5.5, 200, "close"),
        ([GET, GET[:20]], 4.5, 200, ""),
        ([GET, GET[:20]], 6.5, 408, "eof"),
    ],
)
def test_who_dribbles_is_ended(parser: str, sent: list[bytes], seconds: float, expected: int, end: str) -> None:
    """A head within 5 s, a body's next piece within 10 s, then idle for 5 s; who sent nothing is told nothing."""

    async def main() -> tuple[int, str]:
        wire = connect(PROTOCOLS[parser][1], Recorder())
        await send(wire, sent)
        await advance(seconds)
        return status(wire), wire.ended

    assert run(main) == (expected, end)


@PARSERS
def test_a_byte_a_second_does_not_make_a_head(parser: str) -> None:
    """The head is to be whole within its time, however many bytes have come."""

    async def main() -> tuple[int, list[object]]:
        app = Recorder()
        wire = connect(PROTOCOLS[parser][1], app)
        for byte in GET:
            await send(wire, [bytes([byte])])
            await advance(1)
        return status(wire), list(app.requests)

    assert run(main) == (408, [])


@PARSERS
def test_a_body_that_goes_on_is_waited_for(parser: str) -> None:
    """A byte every nine seconds is slow, and no reason to end."""

    async def main() -> list[bytes]:
        app = Recorder()
        wire = connect(PROTOCOLS[parser][1], app)
        await send(wire, [POST])
        for _ in range(40):
            await advance(9)
            await send(wire, [b"x"])
        return [request.body for request in app.requests]

    assert run(main) == [b"x" * 40]


@PARSERS
def test_an_application_may_take_its_time(parser: str) -> None:
    """A client that waits for the application, with more of its body at hand than is taken, is not ended."""

    async def main() -> tuple[int, str]:
        may_go_on = asyncio.Event()
        app = Recorder(may_go_on=may_go_on)
        wire = connect(PROTOCOLS[parser][1], app)
        head = b"POST /v1/links HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n"
        for piece in (head, b"x" * 100_000, b"x" * 100_000):
            assert wire.protocol is not None
            wire.protocol.data_received(piece)
            await settle()
        assert wire.paused
        await advance(60)
        may_go_on.set()
        await settle()
        await advance(8)
        await send(wire, [b"x" * 100_000])
        return status(wire), wire.ended

    assert run(main) == (200, "")


@PARSERS
def test_a_client_that_takes_nothing_is_ended(parser: str) -> None:
    """Ten seconds without a byte of the answer taken."""

    async def main() -> list[str]:
        wire = connect(PROTOCOLS[parser][1], Recorder())
        wire.stuck = 100_000
        await send(wire, [GET])
        ends = [wire.ended]
        for _ in range(4):
            await advance(8)
            wire.stuck -= 1_000
            ends.append(wire.ended)
        await advance(12)
        return [*ends, wire.ended]

    assert run(main) == ["", "", "", "", "", "abort"]


@PARSERS
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"GET /i/a.png?n=" + b"x" * 9_000, 414),
        (b"GET /i/a.png?n=" + b"\xff" * 8_190 + b" HTTP/1.1\r\n\r\n", 414),
        (GET[:-2] + b"X: " + b"x" * 17_000, 431),
        (GET[:-2] + b"X: y\r\n" * 70, 431),
        (b"GET /i/a.png?n=\r HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (GET[:-2] + b"Content-Length: -1\r\n\r\n", 400),
        (GET[:-2] + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", 400),
        (b"GET /i/a.png?n=a\r\n", 400),
    ],
)
def test_a_refused_image_is_a_pixel_that_nobody_may_keep(parser: str, sent: bytes, expected: int) -> None:
    """What never reaches the application is answered as the application would."""

    async def main() -> tuple[bytes, str]:
        wire = connect(PROTOCOLS[parser][1], Recorder())
        await send(wire, [sent])
        return wire.written, wire.ended

    answer, end = run(main)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % expected)
    for line in (b"cache-control: no-store", b"x-imgurl-outcome: refused", b"content-type: image/png",
                 b"connection: close", b"content-length: %d" % len(body)):  # fmt: skip
        assert line in head.split(b"\r\n")
    with Image.open(BytesIO(body)) as image:
        assert image.size == (1, 1)
    assert end == "eof"


@PARSERS
def test_a_refused_request_of_a_program_is_told_why(parser: str) -> None:
    """Elsewhere, and where JSON is asked for, it is a problem document; to HEAD, its headers."""

    async def main() -> list[bytes]:
        answers = []
        asking = b"GET /i/a HTTP/1.1\r\nAccept: application/json\r\n" + b"X: y\r\n" * 70
        for sent in (b"POST /v1/" + b"x" * 9_000, asking, b"HEAD /i/" + b"x" * 9_000):
            wire = connect(PROTOCOLS[parser][1], Recorder())
            await send(wire, [sent])
            answers.append(wire.written)
        return answers

    *problems, head = run(main)
    assert [json.loads(answer.partition(b"\r\n\r\n")[2])["status"] for answer in problems] == [414, 431]
    assert head.startswith(b"HTTP/1.1 414 ")
    assert head.endswith(b"\r\n\r\n")


@PARSERS
def test_a_refused_image_is_counted_and_logged_as_others_are(parser: str) -> None:
    """Whoever watches the figures sees it, though no application did; what is not an image is logged alone."""

    async def main() -> list[int]:
        counted: list[int] = []
        for sent in (b"HEAD /i/" + b"x" * 9_000, b"POST /v1/" + b"x" * 9_000):
            wire = connect(PROTOCOLS[parser][1], Recorder(), connections=Connections(image_refused=counted.append))
            await send(wire, [sent])
        return counted

    with capture_logs() as lines:
        assert run(main) == [414]
    assert [(line["event"], line["status"], line["bytes"] > 0) for line in lines] == [
        ("image", 414, False), ("refused", 414, True)
    ]  # fmt: skip


@PARSERS
def test_what_comes_after_a_refusal_is_thrown_away(parser: str) -> None:
    """The client may send on, so that it can read the answer, for five seconds; no request is made of it."""

    async def main() -> tuple[list[object], str, str]:
        app = Recorder()
        wire = connect(PROTOCOLS[parser][1], app)
        wire.client_stays = True
        await send(wire, [b"GET /i/" + b"x" * 9_000])
        assert wire.protocol is not None
        wire.protocol.data_received(b" HTTP/1.1\r\n\r\n" + GET)
        await settle()
        before = wire.ended
        await advance(6)
        return list(app.requests), before, wire.ended

    assert run(main) == ([], "", "abort")


@PARSERS
def test_a_flood_after_a_refusal_is_cut_off(parser: str) -> None:
    """Reading what is thrown away is most of what a flood costs; a client that means it does not send so much."""

    async def main() -> tuple[str, str]:
        wire = connect(PROTOCOLS[parser][1], Recorder())
        wire.client_stays = True
        await send(wire, [GET[:-2] + b"X: " + b"x" * 17_000])
        await send(wire, [b"x" * (THROWN_AWAY_BYTES // 4)] * 4)
        before = wire.ended
        await send(wire, [b"x"])
        return before, wire.ended

    assert run(main) == ("", "abort")


@PARSERS
def test_the_longest_waiting_makes_room(parser: str) -> None:
    """With the limit reached, whoever has waited longest for nothing goes, and never who is being answered."""

    async def main() -> list[str]:
        may_go_on = asyncio.Event()
        app = Recorder(may_go_on=may_go_on)
        connections, state = Connections(Limits(connections=3)), ServerState()
        open_one = [connect(PROTOCOLS[parser][1], app, connections=connections, state=state) for _ in range(3)]
        await send(open_one[0], [POST, b"x"])
        for _ in range(2):
            open_one.append(connect(PROTOCOLS[parser][1], app, connections=connections, state=state))
            await settle()
        for wire in open_one[3:]:
            await send(wire, [POST, b"x"])
        refused = connect(PROTOCOLS[parser][1], app, connections=connections, state=state)
        await settle()
        ends = [wire.ended for wire in (*open_one, refused)]
        may_go_on.set()
        await send(open_one[0], [b"x" * 39])
        return [*ends, str(status(open_one[0]))]

    assert run(main) == ["", "close", "close", "", "", "abort", "200"]


@PARSERS
@pytest.mark.parametrize("sent", [[], [GET[:-2]], [GET]], ids=["nothing", "half", "a request"])
def test_many_that_are_due_together_are_ended_a_few_at_a_time(parser: str, sent: list[bytes]) -> None:
    """Whoever asks meanwhile waits for a few of them, and none stays much longer than it may."""

    async def main() -> tuple[int, int]:
        connections, loop = Connections(), asyncio.get_running_loop()
        assert isinstance(loop, ClockLoop)
        wires = [connect(PROTOCOLS[parser][1], Recorder(), connections=connections) for _ in range(200)]
        for wire in wires:
            await send(wire, sent)
        ended = [0]
        for _ in range(650):
            loop.now += 0.01
            await asyncio.sleep(0)
            ended.append(sum(bool(wire.ended) for wire in wires))
        return max(after - before for before, after in pairwise(ended)), ended[-1]

    most, all_ended = run(main)
    assert 0 < most <= LOOKED_AT_ONCE
    assert all_ended == 200


@pytest.mark.parametrize(
    ("files", "wanted", "expected"),
    [(1_048_576, 4_096, 4_096), (6_000, 4_096, 3_824), (4_096, 4_096, 2_048), (1_024, 4_096, 512), (1_024, 100, 100)],
)
def test_connections_leave_room_for_other_files(files: int, wanted: int, expected: int) -> None:
    """One burst of connections that nobody has counted yet, and the files of everything else."""
    assert connections_below(files, wanted) == expected


def test_limits_are_kept_but_for_the_count() -> None:
    """The limit of files lowers the number of connections and nothing else."""
    found = affordable(Limits(1.0, 2.0, 3, 4, 10**9))
    assert (found.head_seconds, found.body_seconds, found.header_bytes, found.header_lines) == (1.0, 2.0, 3, 4)
    assert found.connections < 10**9


def test_files_that_run_out_are_reported_once_a_minute() -> None:
    """asyncio reports each failed accept() with a traceback; other errors are reported as ever."""

    async def main() -> tuple[list[Any], list[str]]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, ClockLoop)
        others: list[str] = []
        loop.default_exception_handler = lambda context: others.append(context["message"])  # type: ignore[method-assign]
        loop.set_exception_handler(AcceptErrors())
        with capture_logs() as lines:
            for _ in range(3):
                for _ in range(100):
                    loop.call_exception_handler({"message": OUT_OF_FILES, "exception": OSError(24, "")})
                loop.now += 45
            loop.call_exception_handler({"message": "another"})
        return lines, others

    lines, others = run(main)
    assert [line["log_level"] for line in lines] == ["error", "error"]
    assert "ulimit -n" in lines[0]["event"]
    assert others == ["another"]


def test_connections_that_say_nothing_do_not_stop_the_others(tmp_path: Path) -> None:
    """Twice as many silent connections as the server may have files: it answers, and its log stays short."""
    with (
        running_server(tmp_path, files=256, signing_keys=KEYS, header_seconds="600") as server,
        contextlib.ExitStack() as stack,
    ):
        for _ in range(8):
            for _ in range(64):
                stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
            assert server.ask("/healthz").status == 200
        lines = server.log.splitlines()
    assert sum("no file is left" in line for line in lines) <= 1
    assert "Traceback" not in server.log + server.errors


def test_a_server_may_open_as_many_files_as_the_system_lets_it(tmp_path: Path) -> None:
    """The soft limit, which a shell sets low, is raised to the hard one."""
    with running_server(tmp_path, signing_keys=KEYS) as server:
        soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    assert soft == hard
