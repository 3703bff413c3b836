"""Fetch a URL that a design and its values name: only from listed hosts, only as much as is wanted, in bounded time.

``outbound`` sees that the request reaches nothing that only this server can reach. Each redirect is a new request, to a
host that has to be listed too.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from cachetools import LRUCache

from imgurl.outbound.addresses import is_loopback
from imgurl.outbound.breaker import Breaker
from imgurl.outbound.http import Failure, FailureReason, Request, Response, Transport, send
from imgurl.outbound.web_urls import WebUrl, is_listed, read_web_url
from imgurl.version import __version__

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 5.0

MAX_REDIRECTS = 3
REDIRECTS = frozenset((301, 302, 303, 307, 308))

# "There is none", said by the host itself.
GONE = frozenset((404, 410))

# What may work a moment later is tried once more, after a moment that differs from caller to caller.
TRIES = 2
PAUSE_SECONDS = (0.05, 0.15)
OVERLOADED = frozenset((429, 502, 503, 504))
BRIEF = frozenset((FailureReason.CONNECTION_REFUSED, FailureReason.BROKEN))

MAX_HOSTS = 256

SENTENCES = {
    FailureReason.INVALID_HOST: "is not a valid host name",
    FailureReason.NO_ADDRESS: "has no address",
    FailureReason.CONNECTION_REFUSED: "refused the connection",
    FailureReason.TLS: "has no valid certificate, or does not speak TLS",
    FailureReason.TIMEOUT: f"did not answer within {TOTAL_SECONDS:g} seconds",
    FailureReason.BROKEN: "broke off the connection, or did not answer in HTTP",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A URL to be fetched. ``hosts`` are those of the design; ``headers`` go to the host of the URL and to no other."""

    url: str
    hosts: tuple[str, ...]
    body_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Body:
    """What a host sent; ``is_there`` is False if it said that there is none."""

    body: bytes = field(repr=False)
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why nothing was fetched, as a sentence. It names the host, never the URL: that has values in it.

    ``is_left_alone``: it was not even tried, because its host has failed several times.
    """

    reason: str
    is_left_alone: bool = False


class Fetcher:
    """Fetches from the ``hosts`` that the operator lists. Mutable state: a breaker for each host; one event loop.

    Only tests give another transport; no setting leads there.
    """

    def __init__(
        self,
        hosts: frozenset[str],
        transport: Transport | None = None,
        *,
        total_seconds: float = TOTAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.hosts = hosts
        self._transport = transport or Transport()
        self._total_seconds = total_seconds
        self._clock = clock
        self._breakers: LRUCache[str, Breaker] = LRUCache(MAX_HOSTS)

    async def fetch(self, wanted: Wanted) -> Body | NotFetched:
        """Fetch a URL, redirects followed. Takes no longer than all tries together may; raises nothing."""
        until = self._clock() + self._total_seconds
        url, headers, was_local = wanted.url, wanted.headers, None
        for _ in range(MAX_REDIRECTS + 1):
            target = read_web_url(url)
            if target is None:
                return NotFetched("it is not a URL that may be fetched, or a redirect led to one")
            if not (is_listed(target.host, self.hosts) and is_listed(target.host, wanted.hosts)):
                return NotFetched(f"the host '{target.host}' is not listed")
            if was_local is not None and target.is_local is not was_local:
                return NotFetched("a redirect led from https to http, or the other way round")
            was_local = target.is_local
            response = await self._ask(target, replace(wanted, headers=headers), until)
            if isinstance(response, NotFetched):
                return response
            if response.status not in REDIRECTS:
                return _judged(response, target.host, wanted.body_bytes)
            url = urljoin(url, response.location)
            following = read_web_url(url)
            if following is None or following.host != target.host:
                headers = {}
        return NotFetched(f"it was redirected more than {MAX_REDIRECTS} times")

    async def _ask(self, target: WebUrl, wanted: Wanted, until: float) -> Response | NotFetched:
        """Send one request, once more if that may help; not to a host that fails all the time."""
        breaker = self._breakers.get(target.host)
        if breaker is None:
            breaker = self._breakers[target.host] = Breaker(self._clock)
        if not breaker.may_try():
            sentence = f"'{target.host}' has failed several times, and is left alone for some seconds"
            return NotFetched(sentence, is_left_alone=True)
        try:
            response = await self._tried(target, wanted, until)
        except asyncio.CancelledError:
            breaker.cancelled()
            raise
        is_working = isinstance(response, Response) and response.status < 500 and response.status != 429
        (breaker.succeeded if is_working else breaker.failed)()
        if isinstance(response, Response):
            return response
        if response.reason is FailureReason.FORBIDDEN_ADDRESS:
            rule = "not a loopback address" if target.is_local else "not an address of the public Internet"
            return NotFetched(f"'{target.host}' resolves to {response.address}: {rule}")
        return NotFetched(f"'{target.host}' {SENTENCES[response.reason]}")

    async def _tried(self, target: WebUrl, wanted: Wanted, until: float) -> Response | Failure:
        transport = replace(self._transport, may_connect=is_loopback) if target.is_local else self._transport
        headers = {"User-Agent": f"imgurl/{__version__}", "Accept-Encoding": "identity", **wanted.headers}
        outcome: Response | Failure = Failure(FailureReason.TIMEOUT)
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - keeps callers apart, no secret
            left = until - self._clock()
            if left <= 0:
                break
            request = Request(
                "GET", target.text, headers, b"", min(CONNECT_SECONDS, left), left, wanted.body_bytes,
                wanted.body_bytes,
            )  # fmt: skip
            outcome = await send(request, transport)
            is_brief = outcome.reason in BRIEF if isinstance(outcome, Failure) else outcome.status in OVERLOADED
            if not is_brief:
                break
        return outcome


def _judged(response: Response, host: str, most: int) -> Body | NotFetched:
    if response.status in GONE:
        return Body(b"", is_there=False)
    if response.status != 200:
        return NotFetched(f"'{host}' answered with {response.status}")
    if response.encoding not in ("", "identity"):
        return NotFetched(f"'{host}' sent it compressed ({response.encoding[:20]}), though asked not to")
    if response.body is None:
        return NotFetched(f"'{host}' sent more than {most:,} bytes")
    return Body(response.body)
