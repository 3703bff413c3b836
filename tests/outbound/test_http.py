"""One request to a host that others name: how it fails, and that the limits are those of the request."""

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, ip_address

import pytest

from imgurl.outbound.addresses import Address, is_loopback
from imgurl.outbound.http import Failure, FailureReason, Request, Response, Transport, send
from tests.outbound.names import Names
from tests.servers.stub import Request as StubRequest
from tests.servers.stub import Stub, response, run_stub


def request(stub: Stub, host: str = "pictures.example", **limits: float) -> Request:
    """Return a GET of a stub under some name."""
    url = f"http://{host}:{stub.port}/a%2Fb?c=%20d"
    return Request("GET", url, {"X-Test": "1"}, b"", 2.0, limits.get("total_seconds", 5.0), 16_384)


def sent(what: Request, transport: Transport) -> Response | Failure:
    """Send a request and wait for its outcome."""
    return asyncio.run(send(what, transport))


def test_the_request_arrives_as_it_is_written() -> None:
    """Method, target without a second encoding, headers; the status comes back."""
    with run_stub(lambda asked, stub: [response("204 No Content")]) as stub:
        assert sent(request(stub), Transport(is_loopback, Names(("127.0.0.1",)))) == Response(204)
        (arrived,) = stub.requests
        assert (arrived.method, arrived.target, arrived.headers["x-test"]) == ("GET", "/a%2Fb?c=%20d", "1")


def test_by_default_only_the_public_internet_is_reached() -> None:
    """The product's own rule: this machine is forbidden, and nothing is connected."""
    with run_stub(lambda asked, stub: [response("200 OK")]) as stub:
        failure = sent(request(stub), Transport(resolver=Names(("127.0.0.1",))))
        assert failure == Failure(FailureReason.FORBIDDEN_ADDRESS, "127.0.0.1")
        assert stub.connections == 0


@pytest.mark.parametrize("addresses", [("10.0.0.1", "127.0.0.1"), ("127.0.0.2", "127.0.0.1")])
def test_the_caller_s_rule_decides_about_each_address(addresses: tuple[str, ...]) -> None:
    """One forbidden address is enough; the allowed one after it is not tried."""

    def rule(address: Address) -> bool:
        return address == IPv4Address("127.0.0.1")

    with run_stub(lambda asked, stub: [response("200 OK")]) as stub:
        failure = sent(request(stub), Transport(rule, Names(addresses)))
        assert failure == Failure(FailureReason.FORBIDDEN_ADDRESS, addresses[0])
        assert stub.connections == 0


def test_the_rule_is_asked_about_the_address_that_is_connected_to() -> None:
    """Also where the URL names the address itself, and no name is looked up."""
    asked: list[Address] = []

    def rule(address: Address) -> bool:
        asked.append(address)
        return True

    with run_stub(lambda asked, stub: [response("200 OK")]) as stub:
        assert sent(request(stub, "127.0.0.1"), Transport(rule)) == Response(200)
    assert asked == [ip_address("127.0.0.1")]


def test_the_port_is_that_of_the_url() -> None:
    """A resolver that leads to another port is not followed."""
    with run_stub(lambda asked, stub: [response("200 OK")]) as stub:
        failure = sent(request(stub), Transport(is_loopback, Names(("127.0.0.1",), port=1)))
        assert isinstance(failure, Failure)
        assert stub.connections == 0


def test_the_deadline_is_that_of_the_request() -> None:
    """A host that says nothing costs no more time than the caller gives it."""

    def hang(request: StubRequest, stub: Stub) -> list[bytes]:
        stub.closing.wait()
        return []

    with run_stub(hang) as stub:
        transport = Transport(is_loopback, Names(("127.0.0.1",)))
        assert sent(request(stub, total_seconds=0.3), transport) == Failure(FailureReason.TIMEOUT)


def test_a_redirect_is_an_answer_like_any_other() -> None:
    """It is not followed: the caller would have to allow its target first."""
    with run_stub(lambda asked, stub: [response("302 Found", b"", "Location: http://10.0.0.1/")]) as stub:
        assert sent(request(stub), Transport(is_loopback, Names(("127.0.0.1",)))) == Response(302)
        assert len(stub.requests) == 1


def test_why_there_is_no_response() -> None:
    """Nobody listens; no such name; a name that is none; another protocol."""
    with run_stub(lambda asked, stub: [b"SSH-2.0-OpenSSH\r\n"]) as stub:
        transport = Transport(is_loopback, Names(("127.0.0.1",)))
        assert sent(request(stub), transport) == Failure(FailureReason.BROKEN)
    assert sent(request(stub), transport) == Failure(FailureReason.CONNECTION_REFUSED)
    assert sent(request(stub, "pictures.invalid"), Transport(is_loopback)) == Failure(FailureReason.NO_ADDRESS)


def read(what: Request, most: int) -> Response | Failure:
    """Send a request whose body is read up to so many bytes."""
    return sent(replace(what, body_bytes=most), Transport(is_loopback, Names(("127.0.0.1",))))


def endless(request: StubRequest, stub: Stub) -> Iterator[bytes]:
    """Send a body without an end."""
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while not stub.closing.is_set():
        yield b"400\r\n" + b"x" * 1024 + b"\r\n"


def test_a_body_is_read_as_far_as_it_is_wanted() -> None:
    """To the last byte, and not one byte more."""
    with run_stub(lambda asked, stub: [response("200 OK", b"12345", "Location: /there")]) as stub:
        assert read(request(stub), 5) == Response(200, b"12345", "", "/there")
        assert read(request(stub), 4) == Response(200, None, "", "/there")


def test_a_body_without_an_end_is_given_up() -> None:
    """After what was wanted, long before the deadline."""
    with run_stub(endless) as stub:
        assert read(request(stub), 100_000) == Response(200)


def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    """A gigabyte is announced, and nothing comes."""

    def announce(request: StubRequest, stub: Stub) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
        stub.closing.wait()

    with run_stub(announce) as stub:
        assert read(request(stub), 100_000) == Response(200)


def test_a_body_that_trickles_meets_the_deadline() -> None:
    """A byte now and then does not keep a request alive."""

    def trickle(request: StubRequest, stub: Stub) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        while not stub.closing.wait(0.05):
            yield b"x"

    with run_stub(trickle) as stub:
        assert read(request(stub, total_seconds=0.4), 1000) == Failure(FailureReason.TIMEOUT)


def test_a_body_that_ends_too_soon_is_no_body() -> None:
    """The connection breaks after some of what was announced."""
    with run_stub(lambda asked, stub: [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"]) as stub:
        assert read(request(stub), 100) == Failure(FailureReason.BROKEN)


def test_a_compressed_body_stays_so() -> None:
    """Nothing is unpacked: a gigabyte of zeros is a megabyte here."""
    packed = gzip.compress(bytes(1_000_000))
    with run_stub(lambda asked, stub: [response("200 OK", packed, "Content-Encoding: GZIP")]) as stub:
        assert read(request(stub), 100_000) == Response(200, packed, "gzip")
