"""docs/nginx.conf as it is written there, in a real nginx, before the real server and before one that waits."""

import contextlib
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.servers.process import Process, answers, free_port, needed
from tests.servers.stub import Request, Stub, response
from tests.servers.tls import tls_pair
from tests.web.server import MINTER, VECTORS, Answer, Server, parse_answer, request, signed

CONF = Path(__file__).parents[2] / "docs" / "nginx.conf"
HOST = "img.example.com"

#: What the file leaves to the one in /etc: where things lie, and what belongs around a server.
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/errors warn; {user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{conf}
}}
"""

TARGET = MINTER.mint("sales-banner-01", {"first_name": "Ava", "company_name": "Acme", "rep_name": "Leo"})
OPEN = signed("sales-banner-01", {"_o": "first_name", "company_name": "Acme", "rep_name": "Leo"}, "&first_name=")


@dataclass(frozen=True)
class Front:
    """A running nginx."""

    port: int
    trust: ssl.SSLContext

    def exchange(self, sent: bytes) -> bytes:
        """Send bytes on a connection of their own, return everything that comes back until it is closed."""
        with self.connect() as connection:
            connection.sendall(sent)
            return everything(connection)

    def connect(self) -> ssl.SSLSocket:
        """Open a connection."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        return self.trust.wrap_socket(plain, server_hostname=HOST)

    def ask(self, target: str | bytes, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
        """Send one request with exactly this target."""
        return parse_answer(self.exchange(request(target, method, headers)))


def everything(connection: ssl.SSLSocket) -> bytes:
    """Return what comes until a connection is closed."""
    received = b""
    while piece := connection.recv(65_536):
        received += piece
    return received


@contextlib.contextmanager
def front_of(backend: int, folder: Path) -> Iterator[Front]:
    """Run nginx with docs/nginx.conf before a server at a port."""
    program = needed("nginx", "nginx")
    folder.mkdir(exist_ok=True)
    _, trust = tls_pair(folder, HOST)
    port = free_port()
    conf = CONF.read_text()
    for written, here in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("server 127.0.0.1:8000", f"server 127.0.0.1:{backend}"),
        ("/etc/ssl/img.example.com.pem", f"{folder}/certificate.pem"),
        ("/etc/ssl/img.example.com.key", f"{folder}/key.pem"),
        ("/var/cache/nginx/imgurl", f"{folder}/cache"),
    ):
        assert conf.count(written) == 1
        conf = conf.replace(written, here)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user, conf=conf))
    nginx = Process([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], folder / "log")
    nginx.start(lambda: answers(port))
    try:
        yield Front(port, trust)
    finally:
        nginx.stop()


@pytest.fixture(scope="module")
def front(lone_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """An nginx before a server."""
    with front_of(lone_server.port, tmp_path_factory.mktemp("nginx")) as running:
        yield running


def assert_refused_by_nginx(answer: Answer, status: int) -> None:
    """Check that an answer is nginx's pixel, for nobody to keep."""
    assert (answer.status, answer["content-type"], answer["cache-control"]) == (status, "image/gif", "no-store")
    assert answer["x-imgurl-outcome"] == ""
    assert answer.picture().size == (1, 1)


@pytest.mark.parametrize("case", [case["label"] for case in VECTORS["cases"]])
def test_each_vector_is_answered_as_without_nginx(front: Front, lone_server: Server, case: str) -> None:
    """Twice, so that the second may come from the cache: the same status, picture and permission to keep it."""
    (target,) = [one["target"] for one in VECTORS["cases"] if one["label"] == case]
    direct = lone_server.ask(target)
    for _ in range(2):
        answer = front.ask(target)
        assert (answer.status, answer["etag"], answer.body) == (direct.status, direct["etag"], direct.body)
        assert answer["cache-control"] == direct["cache-control"]


@pytest.mark.parametrize("name", ["Zoë", "Zo%C3%AB", "*|FNAME|*", "%%FirstName%%", "{{first_name}}", "50%"])
def test_an_open_value_is_handed_on_as_it_came(front: Front, lone_server: Server, name: str) -> None:
    """Raw bytes of a name, and tags that nobody replaced."""
    target = f"{OPEN}{name}&_z=1".encode()
    direct, answer = lone_server.ask(target), front.ask(target)
    assert (answer.status, answer["x-imgurl-outcome"]) == (200, direct["x-imgurl-outcome"])
    assert (answer["etag"], answer.body) == (direct["etag"], direct.body)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(f"{OPEN}Ben Lee&_z=1"), 400),
        (request(OPEN + "x" * 11_000), 414),
        (request(TARGET, headers={"X-Large": "x" * 11_000}), 400),
        (b"nonsense\r\n\r\n", 400),
    ],
    ids=["raw space", "long", "large header", "nonsense"],
)
def test_what_nginx_refuses_is_a_pixel_that_nobody_may_keep(front: Front, sent: bytes, status: int) -> None:
    """And no HTML page without a word on how long it may be kept."""
    assert_refused_by_nginx(parse_answer(front.exchange(sent)), status)


def test_what_imgurl_refuses_comes_from_imgurl(front: Front) -> None:
    """Beyond 8,192 bytes and below nginx's limit, and what was not signed: imgurl's own refusal."""
    refused = [front.ask(OPEN + "x" * 8_500), front.ask(TARGET.replace("Ava", "Eve")), front.ask("/i/nothing.svg")]
    assert [answer.status for answer in refused] == [414, 403, 404]
    assert {answer["x-imgurl-outcome"] for answer in refused} == {"refused"}
    assert {answer["cache-control"] for answer in refused} == {"no-store"}


def test_without_imgurl_there_is_a_pixel_that_nobody_may_keep(tmp_path: Path) -> None:
    """A server that is away, and no copy of the image: 502, as a picture."""
    with front_of(free_port(), tmp_path / "nginx") as lonely:
        assert_refused_by_nginx(lonely.ask(TARGET), 502)


def test_a_picture_is_not_kept_beyond_its_link(front: Front) -> None:
    """What nginx hands on from its cache says when the link ends, and a max-age that ends before."""
    expires = int(time.time()) + 30
    target = MINTER.mint("sales-banner-01", {"first_name": "Ava"}, expires=expires)
    for answer in (front.ask(target), front.ask(target)):
        assert parsedate_to_datetime(answer["expires"]).timestamp() == expires
        # nginx may hand this number on for as long again.
        assert 2 * int(re.findall(r"max-age=(\d+)", answer["cache-control"])[0]) <= 30


def test_who_has_the_picture_is_told_so(front: Front) -> None:
    """If-None-Match is answered with 304, and HEAD with the headers, through the cache too."""
    for _ in range(2):
        etag = front.ask(TARGET)["etag"]
        answer = front.ask(TARGET, headers={"If-None-Match": etag})
        head = front.ask(TARGET, "HEAD")
        assert (answer.status, answer.body, head.status, head["etag"]) == (304, b"", 200, etag)


def test_readers_of_one_link_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """Readers of a link that may not be kept reach the server together: it answers none before all are there."""
    readers = 8
    together = threading.Barrier(readers)

    def answer(_: Request, __: Stub) -> Iterable[bytes]:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(4)  # with proxy_cache_lock nginx would hold seven back for five seconds
        yield response("200 OK", b"broken" if together.broken else b"together", "Cache-Control: no-store")

    stub = Stub(answer)
    serving = threading.Thread(target=stub.serve, daemon=True)
    serving.start()
    try:
        with front_of(stub.port, tmp_path / "nginx") as front, contextlib.ExitStack() as stack:
            connections = [stack.enter_context(front.connect()) for _ in range(readers)]
            for connection in connections:
                connection.sendall(request(TARGET))
            bodies = [parse_answer(everything(connection)).body for connection in connections]
    finally:
        stub.close()
    assert bodies == [b"together"] * readers
