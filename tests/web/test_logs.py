"""The log: JSON lines with request ids, without values, signatures or secrets."""

import base64
import json
import logging
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from imgurl.web.logs import JsonLines
from tests.web.server import K1, K2, KEYS, MINTER, VECTORS, Server, running_server, signed

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
    with running_server(tmp_path, signing_keys=KEYS, log_level="warning") as server:
        assert server.ask(MINTER.mint("sales-banner-01")).status == 200
        server.stop()
        assert '"image"' not in server.log
