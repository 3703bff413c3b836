"""Webhooks: signed as others verify, delivered to listed public hosts only, bounded in time and memory."""

import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from imgurl.errors import SettingsError
from imgurl.jobs.port import DeliveryResult
from imgurl.jobs.webhooks import (
    SCHEDULE_SECONDS,
    Webhooks,
    read_hosts,
    read_secrets,
    signed_headers,
)
from imgurl.outbound.addresses import Address, may_connect
from imgurl.outbound.http import Transport
from tests.outbound.names import Names
from tests.servers.stub import Request, Stub, response, run_stub
from tests.servers.tls import tls_pair

HOST = "hooks.example"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OLD_SECRET = "whsec_" + base64.b64encode(bytes(range(100, 124))).decode()
PAYLOAD = {"type": "job.completed", "data": {"job_id": "5f3a", "names": "Zoë 李雷"}}

Answer = Callable[[Request, Stub], Iterable[bytes]]


def stand_in(address: Address) -> bool:
    """The product's rule, with 127.0.0.1 in place of the one public address of these tests."""
    return address == IPv4Address("127.0.0.1") or may_connect(address)


class Receiver:
    """A receiver of webhooks at ``hooks.example``, and what sends to it."""

    def __init__(self, stub: Stub, tls: ssl.SSLContext, names: Names) -> None:
        self.stub = stub
        self.names = names
        self.transport = Transport(stand_in, names, tls)
        self.url = f"https://{HOST}:{stub.port}/in?token=of-the-customer"

    def sender(self, total_seconds: float = 5.0) -> Webhooks:
        """Return what sends to this receiver."""
        return self.sender_over(self.transport, total_seconds)

    def sender_over(self, transport: Transport, total_seconds: float = 5.0) -> Webhooks:
        """Return what sends to this receiver over another transport."""
        return Webhooks(
            frozenset({HOST}), read_secrets(SECRET), transport, port=self.stub.port, total_seconds=total_seconds
        )


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What the receiver and the sender use."""
    return tls_pair(tmp_path_factory.mktemp("tls"), HOST)


@pytest.fixture
def receive(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[Callable[[Answer], Receiver]]:
    """Start a receiver that answers so."""
    with ExitStack() as stack:

        def start(answer: Answer, *addresses: tuple[str, ...]) -> Receiver:
            stub = stack.enter_context(run_stub(answer, tls[0]))
            return Receiver(stub, tls[1], Names(*(addresses or (("127.0.0.1",),))))

        yield start


Receive = Callable[..., Receiver]


def always(status: str, *headers: str) -> Answer:
    """Answer every request with a status."""
    return lambda request, stub: [response(status, b"ok", *headers)]


def test_signatures_are_those_of_the_specification_s_own_package() -> None:
    """A known vector of the reference libraries."""
    secret = read_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signed_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.binary(min_size=24, max_size=64), st.text(), st.integers(0, 4_000_000_000))
def test_ours_and_the_package_s_signatures_are_equal(secret: bytes, text: str, timestamp: int) -> None:
    """Any secret, any body, any time: the same characters."""
    body = json.dumps(text, ensure_ascii=False).encode()
    theirs = Webhook(secret).sign("msg_1", datetime.fromtimestamp(timestamp, UTC), body.decode())
    assert signed_headers((secret,), "msg_1", timestamp, body)["webhook-signature"] == theirs


def test_the_package_verifies_what_a_receiver_gets(receive: Receive) -> None:
    """A POST with JSON, verified with the package by the clock of now; a changed body is refused by it."""
    receiver = receive(lambda request, stub: [response("204 No Content")])
    delivery = receiver.sender().deliver_once(receiver.url, "msg_5f3a_1", PAYLOAD)
    assert delivery.result is DeliveryResult.OK
    [request] = receiver.stub.requests
    assert (request.method, request.target) == ("POST", "/in?token=of-the-customer")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"] == f"{HOST}:{receiver.stub.port}"
    assert Webhook(SECRET).verify(request.body, request.headers) == PAYLOAD
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body.replace(b"5f3a", b"5f3b"), request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body, {**request.headers, "webhook-id": "msg_5f3a_2"})
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD_SECRET).verify(request.body, request.headers)


def test_two_secrets_sign_while_one_takes_the_place_of_the_other() -> None:
    """Receivers with the new secret and those with the old one both verify."""
    body = b'{"a":1}'
    headers = signed_headers(read_secrets(f"{SECRET}, {OLD_SECRET}"), "msg_1", int(datetime.now(UTC).timestamp()), body)
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (SECRET, OLD_SECRET):
        assert Webhook(secret).verify(body, dict(headers)) == {"a": 1}


def test_the_schedule_is_the_specification_s() -> None:
    """Ten tries over 75 hours, 35 minutes and 5 seconds."""
    assert len(SCHEDULE_SECONDS) == 9
    assert sum(SCHEDULE_SECONDS) == (75 * 60 + 35) * 60 + 5


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("200 OK", "ok"), ("201 Created", "ok"), ("202 Accepted", "ok"), ("299 Fine", "ok"),
        ("410 Gone", "gone"),
        ("300 Choose", "retry"), ("305 Use Proxy", "retry"), ("400 Bad Request", "retry"),
        ("401 Unauthorized", "retry"), ("404 Not Found", "retry"), ("429 Too Many", "retry"),
        ("500 Internal Server Error", "retry"), ("502 Bad Gateway", "retry"), ("503 Busy", "retry"),
        ("504 Gateway Timeout", "retry"), ("999 Odd", "retry"),
    ],
)  # fmt: skip
def test_the_status_says_how_it_went(receive: Receive, status: str, result: str) -> None:
    """2xx is taken, 410 is the end, all else is tried again; the sentence names host and status, not the URL."""
    receiver = receive(always(status))
    delivery = receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD)
    assert delivery.result == result
    assert status[:3] in delivery.sentence
    assert HOST in delivery.sentence
    assert "token" not in delivery.sentence


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_not_followed(receive: Receive, status: str) -> None:
    """Neither to a metadata service nor to the same host: one request, and a sentence that says what to do."""
    other = receive(always("200 OK"))
    for target in ("http://169.254.169.254/latest", other.url, "/elsewhere"):
        receiver = receive(always(status, f"Location: {target}"))
        delivery = receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD)
        assert delivery.result is DeliveryResult.RETRY
        assert "give the final URL" in delivery.sentence
        assert len(receiver.stub.requests) == 1
    assert other.stub.connections == 0


def test_an_endless_answer_is_not_read(receive: Receive) -> None:
    """A receiver that sends gigabytes gets its connection closed; its status counts."""
    stopped = threading.Event()
    sent = 0

    def endless(request: Request, stub: Stub) -> Iterator[bytes]:
        nonlocal sent
        try:
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"
            while not stub.closing.is_set():
                sent += 65_536
                yield bytes(65_536)
        finally:
            stopped.set()

    receiver = receive(endless)
    assert receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD).result is DeliveryResult.OK
    assert stopped.wait(10)
    assert sent < 50_000_000


def test_a_slow_body_costs_nothing(receive: Receive) -> None:
    """The status came; what drips in behind it is not waited for."""

    def drip(request: Request, stub: Stub) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        while not stub.closing.wait(0.05):
            yield b"."

    receiver = receive(drip)
    assert receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD).result is DeliveryResult.OK


def test_a_status_before_a_broken_connection_counts(receive: Receive) -> None:
    """200, then the connection is gone: the receiver has it."""
    receiver = receive(lambda request, stub: [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"])
    assert receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD).result is DeliveryResult.OK


def hang(request: Request, stub: Stub) -> Iterator[bytes]:
    """Take the request and say nothing."""
    stub.closing.wait()
    yield b""


def drip_head(request: Request, stub: Stub) -> Iterator[bytes]:
    """Send the head of an answer byte by byte, for ever."""
    yield b"HTTP/1.1 200 OK\r\nX: "
    while not stub.closing.wait(0.02):
        yield b"x"


def endless_hints(request: Request, stub: Stub) -> Iterator[bytes]:
    """Announce an answer again and again."""
    while not stub.closing.wait(0.02):
        yield b"HTTP/1.1 103 Early Hints\r\n\r\n"


@pytest.mark.parametrize("answer", [hang, drip_head, endless_hints])
def test_a_receiver_that_takes_too_long_is_tried_again(receive: Receive, answer: Answer) -> None:
    """However it spends the time: when it is over, so is the try."""
    receiver = receive(answer)
    delivery = receiver.sender(total_seconds=0.5).deliver_once(receiver.url, "msg_1", PAYLOAD)
    assert delivery == type(delivery)(DeliveryResult.RETRY, f"'{HOST}' did not answer within 0.5 seconds")


def endless_head(request: Request, stub: Stub) -> Iterator[bytes]:
    """Send headers without end."""
    yield b"HTTP/1.1 200 OK\r\n"
    while not stub.closing.is_set():
        yield b"X: y\r\n" * 10_000


def long_header(request: Request, stub: Stub) -> Iterator[bytes]:
    """Send one header without end."""
    yield b"HTTP/1.1 200 OK\r\nX: "
    while not stub.closing.is_set():
        yield b"x" * 65_536


@pytest.mark.parametrize(
    "answer",
    [
        endless_head,
        long_header,
        lambda request, stub: [b""],
        lambda request, stub: [b"SSH-2.0-OpenSSH_9.2p1\r\n"],
        lambda request, stub: [b"HTTP/1.1 200 OK\r\nContent-Le"],
        lambda request, stub: [b"HTTP/1.1 abc OK\r\n\r\n"],
        lambda request, stub: [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"],
        lambda request, stub: [b"\x00" * 100_000],
    ],
    ids=["endless head", "long header", "nothing", "ssh", "half a head", "no status", "two lengths", "zeros"],
)
def test_what_is_not_an_answer_is_tried_again(receive: Receive, answer: Answer) -> None:
    """Endless heads and other protocols: a sentence, no exception, nothing of what was sent in it."""
    receiver = receive(answer)
    delivery = receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD)
    assert delivery.result is DeliveryResult.RETRY
    assert delivery.sentence == f"'{HOST}' broke off the connection, or did not answer in HTTP"


def test_a_name_that_leads_elsewhere_at_the_next_try_is_refused(receive: Receive) -> None:
    """DNS rebinding between two tries: the second is refused before a byte is sent."""
    receiver = receive(always("500 Oops"), ("127.0.0.1",), ("127.0.0.2",))
    sender = receiver.sender()
    assert sender.deliver_once(receiver.url, "msg_1", PAYLOAD).result is DeliveryResult.RETRY
    delivery = sender.deliver_once(receiver.url, "msg_1", PAYLOAD)
    assert delivery.result is DeliveryResult.REFUSED
    assert "127.0.0.2" in delivery.sentence
    assert receiver.stub.connections == 1
    assert receiver.names.asked == [HOST, HOST]


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "fd00:ec2::254",
        "0.0.0.0",
        "no number",
    ],
)
def test_one_bad_address_of_a_name_is_enough(receive: Receive, address: str) -> None:
    """A name with a private address and a public one behind it: neither is tried."""
    receiver = receive(always("200 OK"), (address, "127.0.0.1"))
    delivery = receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD)
    assert delivery.result is DeliveryResult.REFUSED
    assert address in delivery.sentence
    assert receiver.stub.connections == 0


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0", "0.0.0.0", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost",
     "169.254.169.254", "10.0.0.1", "100.64.0.1", "192.168.0.1"],
)  # fmt: skip
def test_a_listed_host_must_be_public_all_the_same(receive: Receive, host: str) -> None:
    """An operator who lists localhost or an address by mistake opens nothing: the product's own look-up and rule."""
    receiver = receive(always("200 OK"))
    transport = Transport(tls=receiver.transport.tls)
    sender = Webhooks(read_hosts(host), read_secrets(SECRET), transport, port=receiver.stub.port)
    delivery = sender.deliver_once(f"https://{host}:{receiver.stub.port}/", "msg_1", PAYLOAD)
    assert delivery.result is DeliveryResult.REFUSED
    assert receiver.stub.connections == 0


def local(stub: Stub, setting: str = "localhost", resolver: AbstractResolver | None = None) -> Webhooks:
    """Return what sends to a receiver on this machine, as an operator sets it who tries webhooks out."""
    return Webhooks(read_hosts(setting), read_secrets(SECRET), Transport(resolver=resolver))


def test_an_operator_can_try_webhooks_on_localhost() -> None:
    """Listed, http://localhost:PORT gets a signed webhook, without TLS; every other URL stays as it was."""
    with run_stub(always("200 OK")) as stub:
        url = f"http://localhost:{stub.port}/hook?x=1"
        assert local(stub).objection(url) is None
        assert local(stub).deliver_once(url, "msg_1", PAYLOAD).result is DeliveryResult.OK
        [request] = stub.requests
        assert Webhook(SECRET).verify(request.body, request.headers) == PAYLOAD
        for other in (f"http://127.0.0.1:{stub.port}/", f"https://localhost:{stub.port}/", "http://hooks.example/"):
            assert (
                local(stub, "localhost,hooks.example").deliver_once(other, "msg_1", PAYLOAD).result
                is DeliveryResult.REFUSED
            )
        assert stub.connections == 1


@pytest.mark.parametrize(
    "url",
    ["http://localhost:0/", "http://localhost:65536/", "http://localhost:080/", "http://localhost@evil.com/",
     "http://localhost.evil.com/", "http://LOCALHOST/", "http://localhost:80@evil.com/", "http://localhost/#x",
     "http://localhost:80:80/", "http://localhost\\@evil.com/", "ftp://localhost/", "http://localhost/a b"],
)  # fmt: skip
def test_the_local_url_has_one_form_too(url: str) -> None:
    """Nothing that two parsers could read differently."""
    sender = Webhooks(read_hosts("localhost"), read_secrets(SECRET))
    assert "must look like" in (sender.objection(url) or "")


def test_localhost_is_refused_unless_it_is_listed() -> None:
    """The sentence says who can change that; without a secret nothing is sent either."""
    sender = Webhooks(read_hosts("hooks.example"), read_secrets(SECRET))
    assert "lists 'localhost' in IMGURL_WEBHOOK_HOSTS" in (sender.objection("http://localhost:9000/") or "")
    unsigned = Webhooks(read_hosts("localhost"), ())
    assert "IMGURL_WEBHOOK_SECRET" in (unsigned.objection("http://localhost:9000/") or "")


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "192.0.2.1", "::ffff:127.0.0.1", "8.8.8.8", "::"])
def test_a_localhost_that_leads_elsewhere_is_refused(address: str) -> None:
    """Whatever the system's names say: http stays on the machine."""
    with run_stub(always("200 OK")) as stub:
        sender = local(stub, resolver=Names((address,)))
        delivery = sender.deliver_once(f"http://localhost:{stub.port}/", "msg_1", PAYLOAD)
        assert (delivery.result, stub.connections) == (DeliveryResult.REFUSED, 0)
        assert delivery.sentence == f"'localhost' resolves to {address}: not a loopback address"


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example", "//hooks.example/", "http://hooks.example/", "ftp://hooks.example/",
        "HTTPS://hooks.example/", "https:/hooks.example/", "https:hooks.example", "https:///x", "https://",
        " https://hooks.example/", "https://hooks.example/ ", "https://hooks.example/\n", "https://hooks.example/a b",
        "https://hooks.example/\r\nX: y", "https://user@hooks.example/", "https://user:secret@hooks.example/",
        "https://hooks.example@127.0.0.1/", "https://hooks.example\\@127.0.0.1/", "https://hooks.example#@127.0.0.1/",
        "https://hooks.example/#part", "https://hooks.example\x00.evil.com/", "https://hooks.example:443@evil.com/",
        "https://[::1]/", "https://[fe80::1%25a]/", "https://①②⑦.⓪.⓪.①/", "https://hooks。example/",
        "https://hööks.example/", "https://hooks.example/ä", "https://hooks.example:/", "https://hooks.example:+443/",
        "https://hooks.example:4_4_3/", "https://hooks.example/" + "a" * 2_048, "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_not_an_https_url_is_refused(url: str) -> None:
    """One plain form; nothing that two parsers could read differently."""
    sender = Webhooks(frozenset({"hooks.example", "127.0.0.1", "evil.com"}), read_secrets(SECRET))
    assert "must look like" in (sender.objection(url) or "")
    assert sender.deliver_once(url, "msg_1", PAYLOAD).result is DeliveryResult.REFUSED


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("https://evil.com/", "IMGURL_WEBHOOK_HOSTS"), ("https://hooks.example.evil.com/", "IMGURL_WEBHOOK_HOSTS"),
        ("https://evil-hooks.example/", "IMGURL_WEBHOOK_HOSTS"), ("https://sub.hooks.example/", "IMGURL_WEBHOOK_HOSTS"),
        ("https://hooks.example./", "IMGURL_WEBHOOK_HOSTS"), ("https://example/", "IMGURL_WEBHOOK_HOSTS"),
        ("https://hooks.example:80/", "port"), ("https://hooks.example:8443/", "port"),
        ("https://hooks.example:0443/", ""), ("https://hooks.example:0/", "port"),
        ("https://hooks.example:99999/", "port"),
        ("https://hooks.example", ""), ("https://hooks.example/", ""), ("https://hooks.example:443/a/b?c=d&e=%20f", ""),
        ("https://Hooks.Example/x", ""), ("https://hooks.example?x=1", ""),
    ],
)  # fmt: skip
def test_only_listed_hosts_and_the_port_of_https(url: str, word: str) -> None:
    """The host is compared whole; the sentence says who can change that."""
    objection = Webhooks(frozenset({"hooks.example"}), read_secrets(SECRET)).objection(url)
    assert word in (objection or "")
    assert (objection is None) == (word == "")


def test_without_hosts_or_secret_nothing_is_sent() -> None:
    """The default: no host listed. A host without a secret: unsigned webhooks are not sent."""
    assert "IMGURL_WEBHOOK_HOSTS" in (
        Webhooks(read_hosts(""), read_secrets(SECRET)).objection("https://a.example/") or ""
    )
    unsigned = Webhooks(frozenset({HOST}), read_secrets(""))
    assert "IMGURL_WEBHOOK_SECRET" in (unsigned.objection(f"https://{HOST}/") or "")
    assert unsigned.deliver_once(f"https://{HOST}/", "msg_1", PAYLOAD).result is DeliveryResult.REFUSED


def test_proxies_of_the_environment_are_not_used(
    receive: Receive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proxy would connect for us where the guard can't see it; a netrc would send credentials."""
    with run_stub(always("200 OK")) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        (tmp_path / "netrc").write_text(f"machine {HOST} login a password b\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        receiver = receive(always("200 OK"))
        assert receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD).result is DeliveryResult.OK
        assert proxy.connections == 0
    assert "authorization" not in receiver.stub.requests[0].headers


def test_the_certificate_must_hold(receive: Receive, tmp_path: Path) -> None:
    """Of another name, or signed by nobody we trust: not a byte of the event is sent."""
    receiver = receive(always("200 OK"))
    delivery = receiver.sender_over(replace(receiver.transport, tls=None)).deliver_once(receiver.url, "msg_1", PAYLOAD)
    assert (delivery.result, "certificate" in delivery.sentence) == (DeliveryResult.RETRY, True)
    assert receiver.stub.requests == []
    server, client = tls_pair(tmp_path, "other.example")
    with run_stub(always("200 OK"), server) as stub:
        other = Receiver(stub, client, Names(("127.0.0.1",)))
        delivery = other.sender().deliver_once(other.url, "msg_1", PAYLOAD)
        assert (delivery.result, "certificate" in delivery.sentence) == (DeliveryResult.RETRY, True)
        assert stub.requests == []


def test_a_receiver_without_tls_gets_nothing(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """A plain HTTP server at the port: no event in the clear."""
    with run_stub(always("200 OK")) as stub:
        receiver = Receiver(stub, tls[1], Names(("127.0.0.1",)))
        delivery = receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD)
        assert delivery.result is DeliveryResult.RETRY
        assert [request for request in stub.requests if request.method == "POST"] == []


def test_a_receiver_that_is_down_is_tried_again(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """Nobody listens: the sentence says so."""
    with run_stub(always("200 OK")) as stub:
        receiver = Receiver(stub, tls[1], Names(("127.0.0.1",)))
    delivery = receiver.sender().deliver_once(receiver.url, "msg_1", PAYLOAD)
    assert delivery.result is DeliveryResult.RETRY
    assert delivery.sentence == f"the connection to '{HOST}' was refused"


def test_a_name_without_an_address_is_tried_again() -> None:
    """The real look-up of a name that never exists (RFC 6761)."""
    sender = Webhooks(frozenset({"hooks.invalid"}), read_secrets(SECRET))
    delivery = sender.deliver_once("https://hooks.invalid/", "msg_1", PAYLOAD)
    assert delivery.result is DeliveryResult.RETRY


@pytest.mark.parametrize("event_id", ["", "a.b", "a b", "a\nb", "ä", "a" * 129])
def test_an_id_with_a_full_stop_is_refused(event_id: str) -> None:
    """It could move the border between the id and what is signed behind it."""
    with pytest.raises(ValueError, match="not a valid event id"):
        Webhooks(frozenset(), ()).deliver_once("https://hooks.example/", event_id, PAYLOAD)


def test_hosts_are_read_from_a_list() -> None:
    """Names with commas between, in any case; no entry means no host."""
    assert read_hosts(" Hooks.example.com, crm.example.org ,,") == {"hooks.example.com", "crm.example.org"}
    assert read_hosts("") == frozenset()


@pytest.mark.parametrize(
    "setting",
    ["https://hooks.example", "hooks.example/x", "hooks.example:443", "*.example", "a b", "-a.example",
     "hööks.example", "user@hooks.example", ".example", "a..b", "[::1]", "a" * 64 + ".example", "a." * 130 + "b"],
)  # fmt: skip
def test_what_is_not_a_host_is_a_setting_s_error(setting: str) -> None:
    """The sentence shows what to write."""
    with pytest.raises(SettingsError, match=r"IMGURL_WEBHOOK_HOSTS.*for example"):
        read_hosts(f"good.example,{setting}")


def test_secrets_are_read_with_their_prefix() -> None:
    """One, two with a comma between, or none."""
    assert read_secrets(SECRET) == (bytes(range(32)),)
    assert read_secrets(f"{SECRET},{OLD_SECRET}") == (bytes(range(32)), bytes(range(100, 124)))
    assert read_secrets("") == ()


@pytest.mark.parametrize("size", [24, 64])
def test_secrets_of_the_specification_s_sizes_are_taken(size: int) -> None:
    """192 and 512 bits."""
    assert read_secrets("whsec_" + base64.b64encode(b"x" * size).decode()) == (b"x" * size,)


@pytest.mark.parametrize(
    "setting",
    ["secretsecretsecretsecretsecretsecret", "whsec_", "whsec_secret!", f"{SECRET} {OLD_SECRET}",
     "whsec_" + base64.b64encode(b"s" * 23).decode(), "whsec_" + base64.b64encode(b"s" * 65).decode(),
     f"{SECRET},{SECRET[:-6]}", f"{SECRET},{OLD_SECRET},{SECRET}"],
)  # fmt: skip
def test_what_is_not_a_secret_is_an_error_that_does_not_repeat_it(setting: str) -> None:
    """Too short, too long, not base64, without its prefix, too many: the server does not start, the log stays clean."""
    with pytest.raises(SettingsError, match="IMGURL_WEBHOOK_SECRET") as caught:
        read_secrets(setting)
    for part in setting.split(","):
        assert part.removeprefix("whsec_")[:8] not in str(caught.value) or len(part) < 8
