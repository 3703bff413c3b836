"""The head of a request as bytes: what is mended in it, what is too much of it."""

import pytest

from imgurl.urls.target import MAX_TARGET_BYTES
from imgurl.web.connections import Limits
from imgurl.web.heads import first_empty_line, head_end, mended, objection

REST = b"Host: x\r\nX: caf\xe9 au lait\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET /i/a.png?n=José HTTP/1.1\r\n".encode(), b"GET /i/a.png?n=Jos%C3%A9 HTTP/1.1\r\n"),
        (b"GET /i/a.png?n=Jos\xe9 HTTP/1.1\n", b"GET /i/a.png?n=Jos%E9 HTTP/1.1\n"),
        (b"HEAD /i/a.png?n=Ben Lee HTTP/1.0\r\n", b"HEAD /i/a.png?n=Ben%20Lee HTTP/1.0\r\n"),
        (b"GET /i/a.png?n= HTTP/1.1 HTTP/1.1\r\n", b"GET /i/a.png?n=%20HTTP/1.1 HTTP/1.1\r\n"),
        (b"GET /i/a.png?n=\x00\t\x7f HTTP/1.1\r\n", b"GET /i/a.png?n=%00%09%7F HTTP/1.1\r\n"),
        (b"GET /i/a.png?n=Ben HTTP/1.1\r\n", b"GET /i/a.png?n=Ben HTTP/1.1\r\n"),
        (b"GET http://img.example/i/a.png?n=a b HTTP/1.1\r\n", b"GET /i/a.png?n=a%20b HTTP/1.1\r\n"),
        (b"GET HTTPS://img.example:8443/i/a.png HTTP/1.1\r\n", b"GET /i/a.png HTTP/1.1\r\n"),
        (b"POST http://[::1]:8000/v1/links HTTP/1.1\r\n", b"POST /v1/links HTTP/1.1\r\n"),
        (b"GET http://img.example HTTP/1.1\r\n", b"GET / HTTP/1.1\r\n"),
        (b"GET http://img.example?x HTTP/1.1\r\n", b"GET /?x HTTP/1.1\r\n"),
        ("GET /other?n=José HTTP/1.1\r\n".encode(), "GET /other?n=José HTTP/1.1\r\n".encode()),
        ("POST /i/a.png?n=José HTTP/1.1\r\n".encode(), "POST /i/a.png?n=José HTTP/1.1\r\n".encode()),
        (b"GET /i/a.png?n=a\rb c HTTP/1.1\r\n", b"GET /i/a.png?n=a\rb c HTTP/1.1\r\n"),
        (b"GET /i/a.png?n=a b\r\n", b"GET /i/a.png?n=a b\r\n"),
        (b"OPTIONS * HTTP/1.1\r\n", b"OPTIONS * HTTP/1.1\r\n"),
        (b"\xff\xfe\r\n", b"\xff\xfe\r\n"),
    ],
)
def test_only_the_target_is_mended(line: bytes, expected: bytes) -> None:
    """An image's target is encoded as a browser does, an absolute one becomes origin form; all else stays."""
    assert mended(line + REST) == expected + REST


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"Upgrade: h2c\r\n", b""),
        (b"A: b\r\nUPGRADE:websocket\r\nupgrade: x\r\nConnection: upgrade\r\n", b"A: b\r\nConnection: upgrade\r\n"),
        (b"Upgrade: a\r\n b\r\n", b"Upgrade: a\r\n b\r\n"),
        (b"X-Upgrade: a\r\nA: upgrade: b\r\n", b"X-Upgrade: a\r\nA: upgrade: b\r\n"),
    ],
)
def test_nothing_is_upgraded(headers: bytes, expected: bytes) -> None:
    """The wish to speak another protocol is left out, as a server may (RFC 9110, 7.8)."""
    line = b"GET / HTTP/1.1\r\n"
    assert mended(line + headers + b"\r\n") == line + expected + b"\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", None),
        (b"G", None),
        (b"GET /i/a.png?n=", None),
        (b"GET /" + b"x" * 8_191 + b" HTTP/1.1\r\n\r\n", None),
        (b"GET /" + b"\xff" * 8_191 + b" HTTP/1.1\r\n\r\n", None),
        (b"GET /" + b"x" * 8_192 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /" + b"x" * 8_192 + b" HTTP/1.1\r\nHost", 414),
        (b"GET /" + b"x" * 9_000, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 16_000, None),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 17_000, 431),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 17_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 64 + b"\r\n", None),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 65 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 66, 431),
        (b"GET / HTTP/1.1\r\n\r\n" + b"\n" * 100, None),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\ntransfer-encoding : chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n\ntransfer-encoding: chunked", None),
        (b"\x16\x03\x01\x02\x00\x01\n", 400),
        (b"hello\r\n", 400),
        (b"GET /\r\n", 400),
        (b" GET / HTTP/1.1\r\n", 400),
    ],
)
def test_what_is_too_much_is_refused_as_soon_as_it_is_known(data: bytes, status: int | None) -> None:
    """8,192 bytes of target as they came, 16,384 bytes and 64 lines of headers, and a request line at all."""
    assert MAX_TARGET_BYTES == 8_192
    assert objection(data, head_end(data, Limits()), Limits()) == status


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", None), (b"a\r\n", None), (b"a\r\n\r", None), (b"a\r\n\r\nb", 5), (b"a\n\nb", 3), (b"a\n\r\nb", 4),
        (b"a\r\n\nb", 4), (b"a\n\n\r\n", 3), (b"a\r\n\r\nb\n\n", 5), (b"a\n\nb\r\n\r\n", 3),
    ],
)  # fmt: skip
def test_a_head_ends_with_the_first_empty_line(data: bytes, expected: int | None) -> None:
    """However its lines end."""
    assert head_end(data, Limits()) == expected


@pytest.mark.parametrize(
    ("before", "data", "expected"),
    [
        (b"", b"0\r\n\r\nGET", 5),
        (b"", b"0\n\nGET", 3),
        (b"0\r", b"\n\r\nGET", 3),
        (b"\r\n", b"\r\nGET", 2),
        (b"\n\r", b"\nGET", 1),
        (b"\r\n", b"GET\r\n", None),
        (b"", b"\r\nGET", None),
        (b"a\r", b"\nGET", None),
    ],
)
def test_an_empty_line_is_found_across_segments(before: bytes, data: bytes, expected: int | None) -> None:
    """The end of a line with nothing in it, also where the line before came earlier."""
    assert first_empty_line(before, data) == expected
