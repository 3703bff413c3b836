"""Requests on one connection, on both parsers: bodies stay as they are, sloppy targets are mended however they come."""

import itertools
import re
from collections.abc import Sequence
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.wire import PROTOCOLS, Recorder, Request, connect, exchange, run, send

PARSERS = pytest.mark.parametrize("parser", PROTOCOLS)

# What might be taken for something else: a request line to mend, the end of a head, of chunks, of a line.
BAITS = (
    b"GET /i/x.png?n=\xeb\xeb\xeb HTTP/1.1\r\n",
    b"GET /i/x.png?n=a b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://x/i/x.png HTTP/1.1\r\n\r\n",
    b"\r\n\r\n", b"\n\n", b"\n", b"\r", b"0\r\n\r\n", b"0\r\n", b"5;x=y\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n",
)  # fmt: skip
BODIES = st.lists(st.sampled_from(BAITS) | st.binary(max_size=20), max_size=6).map(b"".join)


def in_chunks(body: bytes, size: int, trailer: bytes) -> bytes:
    """Return a body in chunks (RFC 9112, 7.1)."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n" + trailer + b"\r\n"


@st.composite
def messages(draw: st.DrawFn) -> tuple[bytes, Request]:
    """Draw a request as a strict client sends it, with a body in one of three ways, and what it says."""
    method = draw(st.sampled_from(("GET", "POST", "PUT")))
    target = draw(st.sampled_from((b"/v1/links", b"/i/a.png?n=Jos%C3%A9&_s=x", b"/other?a=b")))
    more = draw(st.sampled_from((b"", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n")))
    line = b"%b %b HTTP/1.1\r\nHost: x\r\n%b" % (method.encode(), target, more)
    way = draw(st.sampled_from(("none", "length", "chunks")))
    body = b"" if way == "none" else draw(BODIES)
    if way == "none":
        raw = line + b"\r\n"
    elif way == "length":
        raw = line + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    else:
        trailer = draw(st.sampled_from((b"", b"X-Sum: 1\r\n")))
        chunks = in_chunks(body, draw(st.integers(1, 40)), trailer)
        raw = line + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    return raw, Request(method, target, body)


SLOPPY = st.lists(st.sampled_from(("ë".encode(), b"\xeb", b" ", b"<", b"a", b"%C3", b"\x7f")), min_size=1).map(b"".join)


@st.composite
def sloppy_messages(draw: st.DrawFn) -> tuple[bytes, Request]:
    """Draw an image request as a sloppy client sends it, and what it says."""
    name = draw(SLOPPY)
    before = draw(st.sampled_from((b"", b"\r\n", b"\r\n\r\n", b"\n")))
    base = draw(st.sampled_from((b"", b"http://img.example", b"HTTPS://img.example:1")))
    raw = before + b"GET %b/i/a.png?n=%b&_z=1 HTTP/1.1\r\nHost: x\r\n\r\n" % (base, name)
    # The reference: the standard library's encoding, with everything kept that a browser keeps.
    kept = quote_from_bytes(name, safe="%<")
    return raw, Request("GET", b"/i/a.png?n=" + kept.encode() + b"&_z=1", b"")


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """Cut bytes into segments."""
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges) if start < end]


PLACES = st.lists(st.integers(0, 5_000), max_size=12)


@PARSERS
@given(sent=st.lists(messages(), min_size=1, max_size=4), places=PLACES)
@settings(max_examples=200, deadline=None)
def test_bodies_are_handed_on_as_they_came(parser: str, sent: list[tuple[bytes, Request]], places: list[int]) -> None:
    """Any bodies, in any segments, pipelined: the same requests as without us, and as they were meant."""
    raw = b"".join(message for message, _ in sent)
    plain, ours = PROTOCOLS[parser]
    meant = [request for _, request in sent]
    assert exchange(ours, cut(raw, places))[0] == meant
    if b"Upgrade" not in raw:  # without us, httptools does not read the body behind such a header
        assert exchange(plain, [raw])[0] == meant


@PARSERS
@given(sent=st.lists(messages() | sloppy_messages(), min_size=1, max_size=4), places=PLACES)
@settings(max_examples=200, deadline=None)
def test_sloppy_targets_are_mended_in_any_segments(
    parser: str, sent: list[tuple[bytes, Request]], places: list[int]
) -> None:
    """Between others with any bodies, behind empty lines, in absolute form: the target a browser would have sent."""
    raw = b"".join(message for message, _ in sent)
    assert exchange(PROTOCOLS[parser][1], cut(raw, places))[0] == [request for _, request in sent]


@PARSERS
@given(sent=st.lists(messages(), min_size=1, max_size=3), places=PLACES)
@settings(max_examples=200, deadline=None)
def test_an_answer_before_the_body_leaves_the_next_request_alone(
    parser: str, sent: list[tuple[bytes, Request]], places: list[int]
) -> None:
    """An application that does not read bodies: they are passed over, to the byte."""
    raw = b"".join(message for message, _ in sent)
    meant = [(request.method, request.target) for _, request in sent]
    seen = exchange(PROTOCOLS[parser][1], cut(raw, places), reads_body=False)[0]
    assert [(request.method, request.target) for request in seen] == meant


@PARSERS
@given(raw=st.lists(st.sampled_from(BAITS) | messages().map(lambda one: one[0]) | st.binary(max_size=30)).map(b"".join),
       places=PLACES)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_taken(parser: str, raw: bytes, places: list[int]) -> None:
    """Whatever comes: no exception, at most one refusal, with which the connection ends and which nobody may keep."""
    _, answers = exchange(PROTOCOLS[parser][1], cut(raw, places))
    head, refusal, behind = answers.partition(b"HTTP/1.1 4")
    assert b"HTTP/1.1 4" not in head + behind
    if refusal:
        assert b"cache-control: no-store\r\n" in behind
        assert b"connection: close\r\n" in behind


@PARSERS
def test_a_body_that_looks_like_a_request_is_a_body(parser: str) -> None:
    """A POST whose body comes by itself and begins like an image's request line: length kept, the next is answered."""
    body = b"GET /i/x.png?n=\xeb\xeb\xeb HTTP/1.1\r\n\r\n"
    head = b"POST /v1/links HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    following = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    requests, answers = exchange(PROTOCOLS[parser][1], [head, body, following])
    assert requests == [Request("POST", b"/v1/links", body), Request("GET", b"/healthz", b"")]
    assert answers.count(b"HTTP/1.1 200") == 2


@PARSERS
def test_a_body_after_a_wish_to_upgrade_is_a_body(parser: str) -> None:
    """httptools leaves it to another protocol, and would take it for the next request; Java's client sends such."""
    body = b"GET /v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /v1/links HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: %d\r\n\r\n"
    following = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    requests, answers = exchange(PROTOCOLS[parser][1], [head % len(body), body, following])
    assert requests == [Request("POST", b"/v1/links", body), Request("GET", b"/healthz", b"")]
    assert answers.count(b"HTTP/1.1 200") == 2


@PARSERS
def test_a_body_whose_length_is_said_twice_is_refused(parser: str) -> None:
    """Content-Length and Transfer-Encoding together: another server may have read it otherwise (RFC 9112, 6.3)."""
    head = b"POST /v1/links HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    requests, answers = exchange(PROTOCOLS[parser][1], [head + b"0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"])
    assert (requests, re.findall(rb"HTTP/1.1 (\d+)", answers)) == ([], [b"400"])


@PARSERS
def test_a_bad_request_is_refused_after_the_answer_to_a_good_one(parser: str) -> None:
    """Answers come in the order of requests, so that nobody takes one for another."""
    good, bad = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /other?n=\xeb HTTP/1.1\r\nHost: x\r\n\r\n"
    requests, answers = exchange(PROTOCOLS[parser][1], [good + bad + good])
    assert requests == [Request("GET", b"/healthz", b"")]
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"400"]


@PARSERS
def test_fields_after_a_body_are_not_headers(parser: str) -> None:
    """What follows the last chunk was not there when the request was judged (RFC 9110, 6.5.1)."""

    async def main() -> list[tuple[bytes, bytes]]:
        app = Recorder()
        wire = connect(PROTOCOLS[parser][1], app)
        head = b"POST /v1/links HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        await send(wire, [head + in_chunks(b"body", 4, b"Authorization: Bearer x\r\n")])
        return app.headers[0]

    assert [name for name, _ in run(main)] == [b"host", b"transfer-encoding"]


@PARSERS
def test_endless_fields_after_a_body_are_refused(parser: str) -> None:
    """More than 16 kB that are no body: the connection ends."""
    head = b"POST /v1/links HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    requests, answers = exchange(PROTOCOLS[parser][1], [head] + [b"X-Y: " + b"z" * 1_000 + b"\r\n"] * 40)
    assert requests == []
    assert answers.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))
