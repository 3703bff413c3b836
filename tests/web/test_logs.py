"""The log: JSON lines with request ids, without values, signatures or secrets."""

import base64
import contextlib
import json
import logging
import os
import re
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from imgurl.web.logs import JsonLines, LogWriter
from tests.web.server import K1, K2, KEYS, MINTER, VECTORS, Server, banner_alone, running_server, signed

# Values that stand for a recipient's data; the log of a whole run must hold none of them.
PRIVATE = ("Quixotina", "s3cr3tvalue", "Xanadupolis", "+49151234567", "quix@example.org")


def lines_of(server: Server) -> list[dict[str, Any]]:
    """Return the log behind the greeting; every line of it must be a JSON object."""
    text = server.log
    lines = text[text.index("\n{") + 1 :].splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module", params=["httptools", "h11"])
def worked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Server, list[str]]:
    """A server that answered all kinds of requests and was stopped, and the targets that it was asked for."""
    targets = [case["target"] for case in VECTORS["cases"]]
    open_link = signed("sales-banner-01", {"_o": "company_name.first_name", "rep_name": PRIVATE[0], "_c": "april"})
    targets += [f"{open_link}&first_name={value}&company_name={value}&_z=1" for value in PRIVATE]
    targets += [
        f"{open_link}&first_name=%0A%7B%22level%22:%22{PRIVATE[1]}%22%7D&_z=1",
        f"{open_link}&first_name=%1B%5B31m{PRIVATE[1]}&_z=1",
        f"{open_link}&first_name={PRIVATE[1]}",
        MINTER.mint("cert-2025", {"full_name": PRIVATE[0], "event_name": PRIVATE[2]}, campaign="may"),
        MINTER.mint("cert-2025", {"full_name": PRIVATE[0]}).replace(PRIVATE[0], PRIVATE[1]),
        signed("cert-2025", {"full_name": PRIVATE[0], "_x": "1000000000"}),
        signed("no-such-design", {"full_name": PRIVATE[0]}),
        f"/i/{PRIVATE[1]}.png?first_name={PRIVATE[0]}", f"/i/x.png?{PRIVATE[1] * 1_000}",
        f"/elsewhere?first_name={PRIVATE[0]}", "/metrics", "/healthz", "/readyz",
    ]  # fmt: skip
    with running_server(
        tmp_path_factory.mktemp("log"), signing_keys=KEYS, http=request.param, log_level="debug"
    ) as server:
        for target in targets:
            server.ask(target, headers={"Cookie": PRIVATE[1], "Authorization": PRIVATE[1], "Referer": PRIVATE[4]})
        server.ask(targets[0], "POST")
        server.exchange(f"GARBAGE {PRIVATE[1]}\r\n\r\n".encode())
        server.exchange(f'GET /i/"{PRIVATE[1]}ë HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'.encode())
        server.stop()
    return server, targets


def test_every_line_is_json(worked: tuple[Server, list[str]]) -> None:
    """From the greeting to the end each line is one JSON object with event, level and time; nothing is on stderr."""
    server, _ = worked
    lines = lines_of(server)
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    assert "Traceback" not in server.errors


def test_no_value_signature_or_secret_is_logged(worked: tuple[Server, list[str]]) -> None:
    """No merge value, no signature, no query, no header of a client and no secret of a key is in the log."""
    server, targets = worked
    log = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines_of(server))
    signatures = {found for target in targets for found in re.findall(r"_s=([\w-]{20,43})", target)}
    secrets = {spelling for key in (K1, K2) for spelling in spellings_of(key.secret)}
    assert len(signatures) > 5
    assert [text for text in (*PRIVATE, *signatures, *secrets, "_s=", "_k=", "?") if text in log] == []
    assert "first_name" in log


def spellings_of(secret: bytes) -> set[str]:
    """Return the ways a secret might be written."""
    return {
        secret.hex(),
        base64.urlsafe_b64encode(secret).decode()[:20],
        base64.b64encode(secret).decode()[:20],
        str(secret),
    }


def test_each_image_request_has_a_line_with_an_id(worked: tuple[Server, list[str]]) -> None:
    """One line a request: a request id of its own, status, bytes, milliseconds; design, key and outcome where known."""
    server, targets = worked
    lines = [line for line in lines_of(server) if line["event"] == "image"]
    asked = [target for target in targets if target.startswith("/i/")]
    assert len(lines) == len(asked) + 2  # the POST, and the target that was mended
    assert len({line["request_id"] for line in lines}) == len(lines)
    assert all({"status", "bytes", "ms"} <= line.keys() for line in lines)
    good = [line for line in lines if line["status"] == 200]
    assert all({"design", "key", "outcome"} <= line.keys() for line in good)
    assert {"april", "may"} == {line["campaign"] for line in lines if "campaign" in line}
    assert "BadSignature" in {line.get("refused") for line in lines}


def read_all(descriptor: int) -> list[str]:
    """Return the lines that can be read now."""
    os.set_blocking(descriptor, False)
    pieces = []
    with contextlib.suppress(BlockingIOError):
        while piece := os.read(descriptor, 65_536):
            pieces.append(piece)
    return b"".join(pieces).decode().splitlines()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe."""
    ends = os.pipe()
    yield ends
    for end in ends:
        with contextlib.suppress(OSError):
            os.close(end)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def test_lines_are_written_in_order_and_none_is_lost(pipe: tuple[int, int]) -> None:
    """At once before the start and after the stop, on the thread in between; the stop writes what waits."""
    writer = LogWriter(pipe[1])
    writer.write("0\n")
    assert read_all(pipe[0]) == ["0"]
    writer.start(lambda count: None)
    for number in range(1, 5_000):
        writer.write(f"{number}\n")
    writer.stop()
    writer.write("5000\n")
    assert read_all(pipe[0]) == [str(number) for number in range(1, 5_001)]


def test_a_log_that_nobody_reads_holds_up_nobody(pipe: tuple[int, int]) -> None:
    """Lines wait up to a bound; what is beyond it is counted at once, and told when the log is read again."""
    lost: list[int] = []
    writer = LogWriter(pipe[1], max_lines=1_000)
    writer.start(lost.append)
    line = "x" * 999 + "\n"
    began = time.monotonic()
    for _ in range(5_000):
        writer.write(line)
    assert time.monotonic() - began < 5
    assert sum(lost) > 2_000
    text = b""
    os.set_blocking(pipe[0], True)
    while b"lost" not in text:
        text += os.read(pipe[0], 65_536)
    writer.write("next\n")
    writer.stop()
    *kept, said = text.decode().splitlines()
    assert set(kept) == {line.strip()}
    assert json.loads(said)["lost"] == sum(lost) == 5_000 - len(kept)
    assert read_all(pipe[0]) == ["next"]


def test_a_server_ends_though_nobody_reads_its_log(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop waits a while for the reader, and no longer; what is logged then waits for nothing."""
    monkeypatch.setattr("imgurl.web.logs.STOP_SECONDS", 0.2)
    writer = LogWriter(pipe[1])
    writer.start(lambda count: None)
    for _ in range(200):
        writer.write("x" * 999 + "\n")
    writer.stop()
    writer.write("last\n")
    # Now it is read, and the thread ends.
    text = b""
    while b"last" not in text:
        text += os.read(pipe[0], 65_536)
    assert text.count(b"\n") == 201


def test_a_reader_that_is_gone_costs_lines_only(pipe: tuple[int, int]) -> None:
    """A closed pipe is no error for who logs; the lines are counted."""
    lost: list[int] = []
    writer = LogWriter(pipe[1])
    os.close(pipe[0])
    writer.start(lost.append)
    for _ in range(10):
        writer.write("x\n")
    until(lambda: sum(lost) == 10)
    writer.stop()
    writer.write("x\n")
    assert sum(lost) == 11


def test_a_full_disk_tears_no_second_line() -> None:
    """What could not be written ends the line it was in, so that the next one is whole."""
    with tempfile.TemporaryFile() as file:
        writer = LogWriter(file.fileno())
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
            writer.write("1234567\n")
            writer.write("1234567\n")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
        writer.write("1234567\n")
        file.seek(0)
        first, torn, third, said = file.read().decode().splitlines()
    assert (first, torn, third, json.loads(said)["lost"]) == ("1234567", "12", "1234567", 1)


def test_no_line_is_lost_when_a_server_ends(tmp_path: Path) -> None:
    """SIGTERM right behind the last of two hundred answers: two hundred lines, and those of the end, in order."""
    target = MINTER.mint("sales-banner-01")
    with running_server(tmp_path, signing_keys=KEYS, designs=banner_alone(), render_deadline="60") as server:
        with server.connect() as connection:
            line = f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            for _ in range(200):
                connection.sendall(line)
                answered = b""
                while b"\r\n\r\n" not in answered:
                    answered += connection.recv(65_536)
                head, _, body = answered.partition(b"\r\n\r\n")
                left = int(re.findall(rb"content-length: (\d+)", head)[0]) - len(body)
                while left:
                    left -= len(connection.recv(left))
        server.stop()
    events = [line["event"] for line in lines_of(server)]
    assert events.count("image") == 200
    last = len(events) - events[::-1].index("image")
    assert [event for event in events[last:] if event in {"stopped", "Application shutdown complete."}] == [
        "stopped", "Application shutdown complete.",
    ]  # fmt: skip


def test_lines_of_other_libraries_are_json_too() -> None:
    """A message with quotes and line ends, and an exception with its traceback, make one line of JSON."""
    try:
        raise ValueError('a "quoted"\nmessage')
    except ValueError:
        facts = sys.exc_info()
    record = logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, 'it "said"\n%s', ("so",), facts)
    text = JsonLines().format(record)
    line = json.loads(text)
    assert "\n" not in text
    assert (line["event"], line["level"], line["logger"]) == ('it "said"\nso', "error", "uvicorn.error")
    assert 'ValueError: a "quoted"\nmessage' in line["exception"]


def test_a_key_never_shows_its_secret() -> None:
    """The text of a key object, which an error report might hold, has the id and not the secret."""
    assert "k1" in repr(K1)
    assert [text for text in spellings_of(K1.secret) if text in repr(K1)] == []


def test_the_log_level_is_a_setting(tmp_path: Path) -> None:
    """At the level warning, served images leave no line."""
    with running_server(tmp_path, signing_keys=KEYS, designs=banner_alone(), log_level="warning") as server:
        assert server.ask(MINTER.mint("sales-banner-01")).status == 200
        server.stop()
        assert '"image"' not in server.log
