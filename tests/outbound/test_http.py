"""One request to a host that others name: how it fails, and that the limits are those of the request."""

import asyncio
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
