"""Each front of deploy/fronts, in Debian's version, before one server: docs/fronts.md says what differs from it."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.deploy import http2
from tests.deploy.fronts import FRONTS, HOST, Front, running_front
from tests.deploy.targets import OPEN, kind_of, targets
from tests.pages import PAGES, ROOT
from tests.servers.stub import Request, Stub, response, run_stub
from tests.web.server import KEYS, MINTER, Answer, Server, parse_answer, request, running_server

GUIDE = PAGES["docs/fronts.md"]
TARGETS = targets()
PIXEL = (ROOT / "deploy" / "fronts" / "unanswered.gif").read_bytes()

#: What a client might say to be taken for a trusted proxy.
CLAIMS = {
    "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp",
    "Forwarded": "for=203.0.113.7;host=evil.example",
}  # fmt: skip


def table() -> dict[str, dict[str, str]]:
    """Return the guide's table of differences: by front, by kind of target, in words."""
    lines = re.findall(r"^\|(.*)\|$", GUIDE.partition("## Differences")[2].partition("\n## ")[0], re.MULTILINE)
    (_, *names), _, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {name: {kind.replace("`", ""): cells[index] for kind, *cells in rows} for index, name in enumerate(names)}


def exchange(port: int, sent: bytes) -> bytes:
    """Send bytes to a port, and return what comes until the connection is closed."""
    received = b""
    with contextlib.suppress(ConnectionResetError), socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(sent)
        while piece := client.recv(65_536):
            received += piece
    return received


def ask(port: int, target: str | bytes, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
    """Send one request with exactly this target."""
    return parse_answer(exchange(port, request(target, method, {"Host": HOST, **(headers or {})})))


def gist(answer: Answer) -> tuple[object, ...]:
    """Return what must be the same behind a front: status, headers that decide something, and the picture."""
    names = ("content-type", "content-length", "cache-control", "etag", "x-imgurl-outcome", "content-security-policy",
             "cross-origin-resource-policy", "x-content-type-options", "x-robots-tag", "content-encoding", "vary",
             "set-cookie", "location")  # fmt: skip
    return (answer.status, *(answer[name] for name in names), answer.body)


def in_words(answer: Answer, direct: Answer) -> str:
    """Return what a front made of a target, in the words of the guide's table."""
    if gist(answer) == gist(direct):
        return ""
    if answer.body == PIXEL or (answer["content-type"] == "image/gif" and len(answer.body) == 43):
        assert answer["cache-control"] == "no-store"
        return f"{answer.status}, a pixel"
    return f"{answer.status}, a page" if answer.body else f"{answer.status}, nothing"


def leaks(front: Front) -> list[str]:
    """Return the lines of a front's logs that have a value, a signature, or what a client said of itself."""
    return [line for line in front.logs().splitlines() if re.search(r"_s=|_k=k1|first_name|FNAME|203\.0\.113\.7", line)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server behind all fronts."""
    folder = tmp_path_factory.mktemp("server")
    with running_server(folder, signing_keys=KEYS, render_deadline="60", header_seconds="60") as running:
        yield running


@pytest.fixture(scope="module")
def direct(server: Server) -> dict[bytes, Answer]:
    """What the server answers alone."""
    return {target: server.ask(target) for target in TARGETS}


@pytest.fixture(scope="module")
def fronts(server: Server) -> Iterator[dict[str, Front]]:
    """All fronts, each before the server."""
    with contextlib.ExitStack() as stack:
        running = {name: stack.enter_context(running_front(name, server.port)) for name in FRONTS}
        for front in running.values():
            front.wait_until_ready(lambda port: ask(port, "/healthz").status == 200)
        yield running


@pytest.fixture(params=list(FRONTS))
def front(request: pytest.FixtureRequest, fronts: dict[str, Front]) -> Front:
    """One front after the other."""
    return fronts[request.param]


def test_the_guide_has_each_front_and_each_kind() -> None:
    """Its table has the fronts of deploy/fronts, and the kinds of targets that are asked for."""
    assert list(table()) == list(FRONTS)
    kinds = {kind_of(target) for target in TARGETS}
    assert all(set(rows) == kinds for rows in table().values())


def test_a_front_changes_what_the_guide_says_and_nothing_else(front: Front, direct: dict[bytes, Answer]) -> None:
    """Vectors, leaked tags, values, bytes raw and encoded, long links: the same answer, or what the table says."""
    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(TARGETS, pool.map(lambda target: ask(front.port, target), TARGETS), strict=True))
    seen: dict[str, set[str]] = {}
    for target, answer in answers.items():
        seen.setdefault(kind_of(target), set()).add(in_words(answer, direct[target]))
    expected = table()[front.name]
    for kind, words in seen.items():
        # What is in brackets is an exception.
        cell, bracket, _ = expected[kind].partition(" (")
        assert words == ({cell, ""} if bracket else {cell}), kind
    # What is answered by the server reached it byte by byte.
    arrived = {head.partition(b"\r\n")[0].split(b" ", 1)[1].rsplit(b" ", 1)[0] for head in front.relay.heads}
    handed_on = [target for target in TARGETS if in_words(answers[target], direct[target]) == ""]
    # A target that is too long is refused before it is there.
    handed_on = [target for target in handed_on if direct[target].status != 414]
    assert [target for target in handed_on if target not in arrived] == []
    # Over few connections, but for what nginx mends.
    assert front.relay.connections < (80 if front.name == "nginx" else 20)


def test_what_may_be_kept_is_kept_where_there_is_a_cache(front: Front) -> None:
    """A cache answers the second time by itself, with the same picture; what may not be kept is asked for each time."""
    keep = MINTER.mint("sales-banner-01", {"first_name": f"Kept by {front.name}"})
    pass_on = f"{OPEN}*|FNAME|*&utm_content={front.name}&_z=1"
    for target in (keep, keep, pass_on, pass_on):
        assert ask(front.port, target).status == 200
    asked = [sum(target.encode() in head for head in front.relay.heads) for target in (keep, pass_on)]
    assert asked == [1 if front.has_cache else 2, 2]


def test_a_cache_keeps_nothing_beyond_the_end_of_a_link(front: Front) -> None:
    """The answer says when the link ends, also from a cache."""
    expires = int(time.time()) + 40
    target = MINTER.mint("sales-banner-01", {"first_name": "Ava"}, expires=expires)
    for answer in (ask(front.port, target), ask(front.port, target)):
        (age,) = re.findall(r"max-age=(\d+)", answer["cache-control"])
        assert int(age) <= 40
        assert answer["expires"]


def test_who_has_the_picture_is_told_so(front: Front) -> None:
    """If-None-Match is answered with 304, strong and weak; HEAD has the headers of GET."""
    target = MINTER.mint("sales-banner-01", {"first_name": "Mia"})
    get = ask(front.port, target, headers={"Accept-Encoding": "gzip, br"})
    assert (get["content-encoding"], len(get.body)) == ("", int(get["content-length"]))
    for etag in (get["etag"], f"W/{get['etag']}"):
        answer = ask(front.port, target, headers={"If-None-Match": etag})
        assert (answer.status, answer.body, answer["etag"]) == (304, b"", get["etag"])
    head = ask(front.port, target, "HEAD")
    assert (head.status, head.body, head["etag"]) == (200, b"", get["etag"])


def test_what_a_client_says_of_proxies_is_not_handed_on(front: Front) -> None:
    """Neither who it is nor that it came over TLS."""
    target = MINTER.mint("sales-banner-01", {"first_name": f"Claimed before {front.name}"})
    assert ask(front.port, target, headers=CLAIMS).status == 200
    (head,) = [head for head in front.relay.heads if target.encode() in head]
    lines = head.decode("latin-1")
    assert not re.search(r"203\.0\.113\.7|evil\.example|: ftp\r|^forwarded:", lines, re.IGNORECASE | re.MULTILINE)
    said = re.findall(r"^x-forwarded-proto: (\S+)\r", lines, re.IGNORECASE | re.MULTILINE)
    assert said == ([] if front.name == "Varnish" else ["http"])


def test_readers_of_one_link_do_not_wait_for_each_other(front: Front) -> None:
    """Readers of a link that may not be kept reach the server together: it answers none before all are there."""
    readers = 6
    together = threading.Barrier(readers)

    def answer(said: Request, _: Stub) -> Iterable[bytes]:
        if said.target.startswith("/i/"):
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait(10)
        yield response("200 OK", b"broken" if together.broken else b"together", "Cache-Control: no-store")

    target = f"{OPEN}Reader&utm_content=together-{front.name}&_z=1"
    with run_stub(answer) as stub, front.relay.diverted(stub.port), ThreadPoolExecutor(readers) as pool:
        bodies = [answer.body for answer in pool.map(lambda _: ask(front.port, target), range(readers))]
    assert bodies == [b"together"] * readers
    front.wait_until_ready(lambda port: ask(port, "/healthz").status == 200)


@pytest.mark.parametrize(
    "sent",
    [request(OPEN + "x" * 40_000), request(f"{OPEN}Ava&_z=1", headers={"X-Large": "x" * 40_000}), b"nonsense\r\n\r\n"],
    ids=["long", "large header", "nonsense"],
)
def test_what_is_too_long_or_no_request_is_refused(front: Front, sent: bytes) -> None:
    """With a status that says so, and never with a page that may be kept."""
    received = exchange(front.port, sent)
    if not received:
        # Varnish closes the connection where a request is beyond its memory for one.
        assert front.name == "Varnish"
        return
    answer = parse_answer(received)
    assert answer.status in {400, 414, 431}
    assert (
        (answer.body, answer["cache-control"]) == (b"", "")
        or not answer["content-type"].startswith("text/html")
        or (answer["cache-control"] == "no-cache")
    )


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/nothing"])
def test_what_is_not_for_the_public_is_not_there(front: Front, path: str) -> None:
    """Also with a query, and from the root."""
    for target in (path, f"{path}?_k=k1"):
        assert ask(front.port, target).status == 404


def test_http_2_and_tls_are_a_line_away(front: Front, direct: dict[bytes, Answer]) -> None:
    """With the lines for TLS a link is the same picture over HTTP/2 and HTTP/1.1, leaked tags and raw bytes as well."""
    if front.tls_port is None:
        assert front.name == "Varnish"
        return
    wanted = (b"Zo%C3%AB", b"*|FNAME|*", b"%%FirstName%%", b"{{first_name}}", b"Z%zz")
    asked = [next(target for target in TARGETS if value in target) for value in wanted]
    for target in asked:
        with front.connect_tls("h2") as connection:
            assert connection.selected_alpn_protocol() == "h2"
            assert http2.get(connection, HOST, target) == direct[target].body
    with front.connect_tls("http/1.1") as connection:
        connection.sendall(request(asked[0], headers={"Host": HOST}))
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert gist(parse_answer(received)) == gist(direct[asked[0]])


def test_no_log_has_a_value_or_a_signature(front: Front) -> None:
    """Neither the log of accesses nor that of errors, of all that was asked above and of a server that is away."""
    assert "/i/sales-banner-01.png" in front.logs()
    assert leaks(front) == []


@dataclass(frozen=True)
class Copy:
    """What a cache has of a link, and since when it is out of date."""

    target: str
    body: bytes
    stale: float


@pytest.fixture(scope="module")
def copies(fronts: dict[str, Front]) -> dict[str, Copy]:
    """A copy in each cache of a link that ends soon."""
    found = {}
    for name, front in fronts.items():
        if front.has_cache:
            values = {"first_name": f"Stale {name}"}
            target = MINTER.mint("sales-banner-01", values, expires=int(time.time()) + 4)
            answer = ask(front.port, target)
            (seconds,) = re.findall(r"max-age=(\d+)", answer["cache-control"])
            found[name] = Copy(target, answer.body, time.monotonic() + int(seconds) + 1)
    return found


def test_what_is_out_of_date_is_shown_while_the_server_fails(front: Front, copies: dict[str, Copy]) -> None:
    """With 503 from the server its copy is shown; a server that is well is asked for the picture again."""
    if not front.has_cache:
        return
    copy = copies[front.name]
    time.sleep(max(0.0, copy.stale - time.monotonic()))

    def fail(_: Request, __: Stub) -> Iterable[bytes]:
        yield response("503 Service Unavailable", b"", "Cache-Control: no-store")

    with run_stub(fail) as stub, front.relay.diverted(stub.port):
        answer = ask(front.port, copy.target)
    assert (answer.status, answer.body) == (200, copy.body)
    front.wait_until_ready(lambda port: ask(port, "/healthz").status == 200)
    asked = sum(copy.target.encode() in head for head in front.relay.heads)
    assert ask(front.port, copy.target).status == 200
    asked_again = sum(copy.target.encode() in head for head in front.relay.heads)
    # Varnish asks in the background as well, and may have been answered.
    assert asked_again == asked + 1 or (front.name == "Varnish" and asked >= 2)


def test_without_the_server_a_copy_is_shown_or_a_pixel(front: Front) -> None:
    """Runs last: a cache shows what it has, else there is a picture that nobody may keep, and it is told in no log."""
    kept = MINTER.mint("sales-banner-01", {"first_name": "Ava", "company_name": "Stale"}, ext="png")
    before = ask(front.port, kept)
    front.relay.leave()
    if front.has_cache:
        after = ask(front.port, kept)
        assert (after.status, after.body) == (200, before.body)
    lost = ask(front.port, MINTER.mint("sales-banner-01", {"first_name": f"Lost by {front.name}"}))
    assert lost.status in {502, 503}
    assert (lost["content-type"], lost["cache-control"], len(lost.body)) == ("image/gif", "no-store", 43)
    assert leaks(front) == []
