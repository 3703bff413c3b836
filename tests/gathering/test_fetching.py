"""Fetching: from listed hosts only, redirects looked at, failures told and not insisted on."""

import gzip
import ssl
from collections.abc import Callable, Iterator

import pytest

from imgurl.gathering.fetching import TRIES, Body, Fetcher, NotFetched, Wanted
from imgurl.outbound.addresses import is_loopback
from imgurl.outbound.breaker import FAILURES
from imgurl.outbound.http import Transport
from tests.gathering.origin import HOSTS, LOCAL, fetcher, hang, run, url
from tests.outbound.names import Names
from tests.outbound.test_addresses import ALLOWED, DENIED
from tests.servers.stub import Request, Stub, response, run_stub

MOST = 1_000


def fetched(what: str, by: Fetcher | None = None, hosts: tuple[str, ...] = HOSTS, **headers: str) -> Body | NotFetched:
    """Fetch a URL."""

    async def work() -> Body | NotFetched:
        return await (by or fetcher()).fetch(Wanted(what, hosts, MOST, headers))

    return run(work)


def redirect(location: str, status: str = "302 Found") -> Callable[[Request, Stub], list[bytes]]:
    """Return what leads elsewhere from /a, and answers everywhere else."""

    def answer(request: Request, stub: Stub) -> list[bytes]:
        if request.target != "/a":
            return [response("200 OK", b"here")]
        return [response(status, b"", f"Location: {location.replace('PORT', str(stub.port))}")]

    return answer


class TestTheGuard:
    """Threats 47 to 49, each by each way in."""

    @pytest.mark.parametrize("address", DENIED)
    def test_a_name_that_leads_to_a_forbidden_address_is_refused(self, address: str) -> None:
        """The product's own rule, for a listed host; no connection is made."""
        names = Names((address,))
        guarded = Fetcher(frozenset(("cdn.example.com",)), Transport(resolver=names))
        refused = fetched("https://cdn.example.com/a.png", guarded, ("cdn.example.com",))
        assert isinstance(refused, NotFetched)
        assert "not an address of the public Internet" in refused.reason
        assert names.asked == ["cdn.example.com"]

    @pytest.mark.parametrize("address", ALLOWED)
    def test_an_allowed_one_is_asked_for_a_socket(self, address: str) -> None:
        """The neighbours of each forbidden network pass the guard; the rule sees the very address."""
        asked = []

        def rule(seen: object) -> bool:
            asked.append(str(seen))
            return False

        guarded = Fetcher(frozenset(("cdn.example.com",)), Transport(rule, Names((address,))))
        fetched("https://cdn.example.com/a.png", guarded, ("cdn.example.com",))
        assert asked == [address]

    @pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "169.254.169.254", "①②⑦.⓪.⓪.①"])
    def test_a_literal_is_refused_before_anything_is_asked(self, host: str) -> None:
        """Even if somebody had listed it."""
        refused = fetched(f"https://{host}/a.png", Fetcher(frozenset((host,))), (host,))
        assert refused == NotFetched("it is not a URL that may be fetched, or a redirect led to one")

    @pytest.mark.parametrize("host", ["127.0.0.1:PORT", "0x7f.1", "169.254.169.254", "[::ffff:7f00:1]", "2130706433"])
    def test_a_redirect_to_a_literal_is_not_followed(self, host: str) -> None:
        """The first hop is good, the second is an address."""
        with run_stub(redirect(f"http://{host}/latest/meta-data")) as stub:
            assert isinstance(fetched(url(stub)), NotFetched)
            assert len(stub.requests) == 1

    def test_a_redirect_to_a_host_that_is_not_listed_is_not_followed(self) -> None:
        """By the operator, or by the design."""
        with run_stub(redirect("https://other.example.com/a")) as stub:
            assert fetched(url(stub)) == NotFetched("the host 'other.example.com' is not listed")
            wide = Fetcher(frozenset(("localhost", "other.example.com")), Transport(resolver=Names(("127.0.0.1",))))
            assert fetched(url(stub), wide) == NotFetched("the host 'other.example.com' is not listed")
            assert len(stub.requests) == 2

    def test_a_redirect_from_http_to_https_or_back_is_not_followed(self) -> None:
        """A listed host, and another scheme."""
        wide = Fetcher(frozenset(("localhost", "cdn.example.com")), Transport(resolver=Names(("127.0.0.1",))))
        with run_stub(redirect("https://cdn.example.com/a")) as stub:
            refused = fetched(url(stub), wide, ("localhost", "cdn.example.com"))
        assert refused == NotFetched("a redirect led from https to http, or the other way round")

    def test_a_name_that_is_rebound_gains_nothing(self) -> None:
        """Public at the first look-up, this machine at the second, which is that of the redirect."""
        names = Names(("127.0.0.1",), ("10.0.0.1",))
        with run_stub(redirect("/b")) as stub:
            refused = fetched(url(stub), Fetcher(LOCAL, Transport(resolver=names)))
            assert refused == NotFetched("'localhost' resolves to 10.0.0.1: not a loopback address")
            assert [request.target for request in stub.requests] == ["/a"]
        assert names.asked == ["localhost", "localhost"]

    def test_an_address_among_good_ones_is_enough(self) -> None:
        """Nothing is connected."""
        with run_stub(redirect("/b")) as stub:
            refused = fetched(url(stub), Fetcher(LOCAL, Transport(resolver=Names(("192.168.0.1", "127.0.0.1")))))
            assert isinstance(refused, NotFetched)
            assert stub.connections == 0

    def test_proxies_of_the_environment_are_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy could reach what we may not."""
        with run_stub(redirect("/b")) as stub, run_stub(redirect("/b")) as proxy:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://localhost:{proxy.port}")
            assert fetched(url(stub)) == Body(b"here")
            assert proxy.connections == 0

    def test_tls_is_checked(self) -> None:
        """A host without a certificate that we trust is not read."""

        def any_address(_: object) -> bool:
            return True

        with run_stub(lambda request, stub: [response("200 OK", b"here")]) as stub:
            transport = Transport(any_address, Names(("127.0.0.1",), port=stub.port), ssl.create_default_context())
            guarded = Fetcher(frozenset(("cdn.example.com",)), transport)
            assert isinstance(fetched("https://cdn.example.com/a", guarded, ("cdn.example.com",)), NotFetched)
            assert stub.requests == []


class TestRedirects:
    """Good ones are followed, three at the most."""

    @pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 Other", "307 Temporary", "308 Permanent"])
    @pytest.mark.parametrize("location", ["/b", "b", "?b=1", "http://localhost:PORT/b"])
    def test_followed(self, status: str, location: str) -> None:
        """Relative to where they came from."""
        with run_stub(redirect(location, status)) as stub:
            assert fetched(url(stub)) == Body(b"here")

    def test_three_and_no_more(self) -> None:
        """A circle ends."""
        with run_stub(lambda request, stub: [response("302 Found", b"", f"Location: {request.target}x")]) as stub:
            assert fetched(url(stub)) == NotFetched("it was redirected more than 3 times")
            assert len(stub.requests) == 4

    def test_headers_go_to_the_first_host_only(self) -> None:
        """A redirect must not carry a secret away: a new host gets none."""
        transport = Transport(is_loopback, Names(("127.0.0.1",)))
        wide = Fetcher(frozenset(("localhost",)), transport)
        with run_stub(redirect("/b")) as stub:
            fetched(url(stub), wide, Authorization="Bearer secret")
            assert [request.headers.get("authorization") for request in stub.requests] == ["Bearer secret"] * 2


class TestAnswers:
    """What counts as a body, as nothing there, as a failure."""

    @pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
    def test_nothing_there_is_an_answer(self, status: str) -> None:
        """Said by the host; its page is not read for a picture."""
        with run_stub(lambda request, stub: [response(status, b"<html>")]) as stub:
            assert fetched(url(stub)) == Body(b"", is_there=False)

    @pytest.mark.parametrize("status", ["206 Partial", "400 Bad", "401 No", "403 No", "500 Oh"])
    def test_any_other_status_is_a_failure(self, status: str) -> None:
        """And its number is told, not its words."""
        with run_stub(lambda request, stub: [response(status, b"words")]) as stub:
            assert fetched(url(stub)) == NotFetched(f"'localhost' answered with {status[:3]}")

    def test_too_much_or_compressed_is_a_failure(self) -> None:
        """With a sentence each."""
        with run_stub(lambda request, stub: [response("200 OK", bytes(MOST + 1))]) as stub:
            assert fetched(url(stub)) == NotFetched("'localhost' sent more than 1,000 bytes")
        packed = gzip.compress(b"here")
        with run_stub(lambda request, stub: [response("200 OK", packed, "Content-Encoding: gzip")]) as stub:
            assert fetched(url(stub)) == NotFetched("'localhost' sent it compressed (gzip), though asked not to")

    def test_it_says_who_asks_and_asks_for_the_bytes_as_they_are(self) -> None:
        """Operators of other hosts see who we are; nothing about the recipient goes out beside the URL."""
        with run_stub(redirect("/b")) as stub:
            fetched(url(stub, "/c?d=%20e"))
            (request,) = stub.requests
        assert request.target == "/c?d=%20e"
        assert request.headers["user-agent"].startswith("imgurl/")
        assert request.headers["accept-encoding"] == "identity"
        assert not {"cookie", "referer", "authorization"} & request.headers.keys()


class TestTrouble:
    """Slow, broken and overloaded hosts."""

    def test_a_hang_ends(self) -> None:
        """After the time that is given, for all tries together."""
        with run_stub(hang) as stub:
            assert fetched(url(stub), fetcher(total_seconds=0.3)) == NotFetched(
                "'localhost' did not answer within 5 seconds"
            )
            assert len(stub.requests) == 1

    @pytest.mark.parametrize("answer", [b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", b"nonsense\r\n\r\n"])
    def test_what_may_be_brief_is_tried_once_more(self, answer: bytes) -> None:
        """And is good then."""
        answers: Iterator[bytes] = iter([answer, response("200 OK", b"here")])
        with run_stub(lambda request, stub: [next(answers)]) as stub:
            assert fetched(url(stub)) == Body(b"here")
            assert len(stub.requests) == TRIES

    def test_a_host_that_fails_is_left_alone(self) -> None:
        """After some failures nobody is sent there; after a while one is, and all are when that went well."""
        clock = [1_000.0]
        is_up = False

        def answer(request: Request, stub: Stub) -> list[bytes]:
            return [response("200 OK", b"here") if is_up else response("500 Oh")]

        async def work() -> list[Body | NotFetched]:
            nonlocal is_up
            wanted = Wanted(url(stub), HOSTS, MOST)
            found = [await by.fetch(wanted) for _ in range(FAILURES + 3)]
            is_up, seen = True, len(stub.requests)
            found.append(await by.fetch(wanted))
            assert len(stub.requests) == seen == FAILURES
            clock[0] += 6
            return [*found, await by.fetch(wanted), await by.fetch(wanted)]

        with run_stub(answer) as stub:
            by = fetcher(clock=lambda: clock[0])
            found = run(work)
        assert [isinstance(one, Body) for one in found] == [False] * (FAILURES + 4) + [True, True]
        sentence = "'localhost' has failed several times, and is left alone for some seconds"
        assert found[-3] == NotFetched(sentence, is_left_alone=True)
