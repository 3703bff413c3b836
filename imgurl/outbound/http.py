"""One HTTP request to a host that somebody else named: it must not reach what only this server can reach.

The address is checked where the socket is made, once for each connection: the connection goes to the very address that
was checked, so a name that leads elsewhere at the next look-up gains nothing (DNS rebinding). Redirects are not
followed, proxies and credentials of the environment are not used. Which hosts may be named at all is for the caller to
decide before: a redirect that is to be followed is a new request, with a new decision.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from imgurl.outbound.addresses import Address, may_connect, parse_address

# How often the event loop gets 10 ms to close a connection that was shut down.
CLOSE_TURNS = 100


@dataclass(frozen=True, slots=True)
class Transport:
    """How hosts are reached: which addresses may be connected to, who looks names up, whose certificates are trusted.

    ``may_connect`` decides about each address before a socket is made. By default addresses of the public Internet,
    the system's resolver and the system's certificates.
    """

    may_connect: Callable[[Address], bool] = may_connect
    resolver: AbstractResolver | None = None
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request and its limits.

    ``url`` is sent as it is, never encoded again. ``total_seconds`` bounds all of it except a name look-up that the
    system does not end; ``buffer_bytes`` bounds the memory for the response's body: at twice as much, its
    sender has to wait.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    connect_seconds: float
    total_seconds: float
    buffer_bytes: int
    #: Bytes of the response's body that are read at the most; 0 reads none of it.
    body_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """A response. Only the status is known where its body was not to be read.

    ``body`` is None where it was not read, also because it is longer than the request allows. It is as it was sent:
    ``encoding`` says whether it is compressed, ``location`` where a redirect leads.
    """

    status: int
    body: bytes | None = None
    encoding: str = ""
    location: str = ""


class FailureReason(StrEnum):
    """Why there is no response."""

    #: The host has an address that the transport forbids; one is enough.
    FORBIDDEN_ADDRESS = "forbidden_address"
    INVALID_HOST = "invalid_host"
    NO_ADDRESS = "no_address"
    CONNECTION_REFUSED = "connection_refused"
    #: No valid certificate, or no TLS at all.
    TLS = "tls"
    TIMEOUT = "timeout"
    #: The connection broke, or what came was not HTTP.
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Failure:
    """No response, and why. ``address`` is the forbidden one, otherwise ""."""

    reason: FailureReason
    address: str = ""


async def send(request: Request, transport: Transport) -> Response | Failure:
    """Send a request once, over a connection of its own, and return the response or why there is none.

    Never raises for what a host does. The connection is closed when this returns.
    """
    url = URL(request.url, encoded=True)
    guard = _Guard(transport.may_connect, url.port)
    timeout = aiohttp.ClientTimeout(total=request.total_seconds, sock_connect=request.connect_seconds)
    connector = aiohttp.TCPConnector(
        resolver=transport.resolver, use_dns_cache=False, ssl=transport.tls or True, force_close=True,
        happy_eyeballs_delay=None, socket_factory=guard,
    )  # fmt: skip
    session = aiohttp.ClientSession(
        connector=connector, timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False, read_bufsize=request.buffer_bytes,
    )  # fmt: skip
    sent = session.request(request.method, url, data=request.body, headers=request.headers, allow_redirects=False)
    try:
        async with session, sent as response:
            answer = await _read(response, request.body_bytes) if request.body_bytes else Response(response.status)
            # Without this aiohttp would wait for the rest of the body.
            if response.connection is not None and response.connection.transport is not None:
                response.connection.transport.abort()
            return answer
    except aiohttp.InvalidURL:
        return Failure(FailureReason.INVALID_HOST)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        if guard.forbidden is not None:
            return Failure(FailureReason.FORBIDDEN_ADDRESS, guard.forbidden)
        return Failure(_reason(error))
    finally:
        await guard.close()


async def _read(response: aiohttp.ClientResponse, most: int) -> Response:
    return Response(
        response.status,
        await _body(response, most),
        response.headers.get("Content-Encoding", "").lower(),
        response.headers.get("Location", ""),
    )


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    """Return the body as it comes; None as soon as it is known to be longer than so many bytes."""
    if (response.content_length or 0) > most:
        return None
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > most:
            return None
    return bytes(body)


class _Guard:
    """Makes sockets to allowed addresses only, and sees that they are closed. ``forbidden`` is the first that is not.

    Mutable state: the sockets of one request.
    """

    def __init__(self, may_connect: Callable[[Address], bool], port: int | None) -> None:
        self._may_connect = may_connect
        self._port = port
        self._sockets: list[socket.socket] = []
        self.forbidden: str | None = None

    def __call__(self, address_info: tuple[Any, ...]) -> socket.socket:
        """Return a socket for an address of ``getaddrinfo``. Raises OSError for a forbidden one."""
        family, kind, protocol, _, place = address_info
        if self.forbidden is None and place[1] == self._port and self._is_allowed(place[0]):
            connection = socket.socket(family, kind, protocol)
            self._sockets.append(connection)
            return connection
        # One forbidden address of a name is enough: the others are not tried.
        self.forbidden = self.forbidden or str(place[0])
        raise PermissionError("requests may not go to this address")

    async def close(self) -> None:
        """Close the connections now: TLS would wait half a minute for a peer that says nothing."""
        for connection in self._sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for _ in range(CLOSE_TURNS):
            if all(connection.fileno() < 0 for connection in self._sockets):
                return
            await asyncio.sleep(0.01)

    def _is_allowed(self, text: str) -> bool:
        try:
            return self._may_connect(parse_address(text))
        except ValueError:
            return False


def _reason(error: BaseException) -> FailureReason:
    if isinstance(error, TimeoutError):
        return FailureReason.TIMEOUT
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FailureReason.NO_ADDRESS
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return FailureReason.TLS
    if isinstance(error, aiohttp.ClientConnectorError):
        return FailureReason.CONNECTION_REFUSED
    return FailureReason.BROKEN
