"""Webhooks by the Standard Webhooks specification 1.0.0: signed, over https, to listed hosts of the public Internet.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

The URL comes from a customer, so the request must not reach what only this server can reach. The address is checked
where the socket is made, once for each connection: a name that leads elsewhere at the next look-up gains nothing.

To try webhooks out, an operator lists ``localhost``: then ``http://localhost:9000/…`` goes to this machine's loopback
addresses, and nowhere else.
"""

import asyncio
import base64
import binascii
import contextlib
import hmac
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from imgurl import __version__
from imgurl.errors import SettingsError
from imgurl.jobs.addresses import Address, is_loopback, may_connect, parse_address

# When a delivery is tried again: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, 75 h in all (the
# specification's example schedule).
SCHEDULE_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)

HTTPS_PORT = 443

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 5.0

# An answer is its status. Of its body, what has arrived with it is held and not looked at.
ANSWER_BYTES = 16_384

# What the event loop gets to close a connection that was ended, in hundredths of a second.
HANG_UP_TURNS = 100

# Of the secrets: at least 192 bits, at most 512; two while one takes the place of the other.
SECRET_BYTES = range(24, 65)
MAX_SECRETS = 2

LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")

# One reading of a URL, so that no two parsers differ: no user, no fragment, no backslash, ASCII only.
WEBHOOK_URL = re.compile(
    r"https://(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>\d{1,5}))?(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?"
)
MAX_URL = 2_048

# The one host that is reached without TLS, on any port, where the operator lists it.
LOCAL_HOST = "localhost"
LOCAL_URL = re.compile(rf"http://{LOCAL_HOST}(?::(?P<port>[1-9]\d{{0,4}}))?(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?")

# The id and the time stand before the body in what is signed, with full stops between.
EVENT_ID = re.compile("[A-Za-z0-9_-]{1,128}")


UNSIGNED = "webhooks can't be signed: the server's operator sets IMGURL_WEBHOOK_SECRET"


class Outcome(StrEnum):
    """How one try to deliver went."""

    OK = "ok"
    #: Try again later.
    RETRY = "retry"
    #: The receiver wants no more (410).
    GONE = "gone"
    #: Our own rules forbid it.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one try to deliver went, and a sentence for the log that names the host and holds no URL."""

    outcome: Outcome
    sentence: str


@dataclass(frozen=True, slots=True)
class Way:
    """How receivers are reached. Only tests give another one; no setting leads here."""

    port: int = HTTPS_PORT
    may_connect: Callable[[Address], bool] = may_connect
    resolver: AbstractResolver | None = None
    tls: ssl.SSLContext | None = None
    connect_seconds: float = CONNECT_SECONDS
    total_seconds: float = TOTAL_SECONDS


class _Guard:
    """Makes sockets to allowed addresses only, and sees to it that they are closed."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._made: list[socket.socket] = []
        self.refused: str | None = None

    def __call__(self, address_info: tuple[Any, ...]) -> socket.socket:
        """Return a socket for an address of ``getaddrinfo``; raises OSError for one that is not allowed."""
        family, kind, protocol, _, place = address_info
        if self.refused is None and place[1] == self._way.port and self._is_allowed(place[0]):
            made = socket.socket(family, kind, protocol)
            self._made.append(made)
            return made
        # One bad address of a name is enough: the others are not tried.
        self.refused = self.refused or str(place[0])
        raise PermissionError("this address is not one that webhooks may go to")

    async def hang_up(self) -> None:
        """End the connections now: TLS ends politely, and waits half a minute for a receiver that says nothing."""
        for made in self._made:
            with contextlib.suppress(OSError):
                made.shutdown(socket.SHUT_RDWR)
        for _ in range(HANG_UP_TURNS):
            if all(made.fileno() < 0 for made in self._made):
                return
            await asyncio.sleep(0.01)

    def _is_allowed(self, text: str) -> bool:
        try:
            return self._way.may_connect(parse_address(text))
        except ValueError:
            return False


class Webhooks:
    """Sends webhooks to hosts of a list, signed with one secret or two. May be used from any thread.

    ``hosts`` and ``secrets`` are those of ``read_hosts`` and ``read_secrets``. Without one of them all is refused.
    """

    def __init__(self, hosts: frozenset[str], secrets: tuple[bytes, ...], way: Way | None = None) -> None:
        self._hosts = hosts
        self._secrets = secrets
        self._way = way or Way()

    def objection(self, url: str) -> str | None:
        """Return why no webhook goes to a URL, None where one may; the address is looked at when it is sent."""
        match = LOCAL_URL.fullmatch(url)
        if match is not None and len(url) <= MAX_URL and int(match["port"] or 80) < 65_536:
            return self._local_objection()
        match = WEBHOOK_URL.fullmatch(url)
        if match is None or len(url) > MAX_URL:
            return (
                f"the webhook's URL must look like https://host/path, in ASCII, without a user, a password or a "
                f"fragment, at most {MAX_URL:,} bytes long"
            )
        host, port = match["host"].lower(), int(match["port"] or HTTPS_PORT)
        if host not in self._hosts:
            return f"webhooks may not go to '{host}': the server's operator lists hosts in IMGURL_WEBHOOK_HOSTS"
        if port != self._way.port:
            return f"webhooks go to port {HTTPS_PORT} only, not to {port}"
        return None if self._secrets else UNSIGNED

    def _local_objection(self) -> str | None:
        if LOCAL_HOST not in self._hosts:
            return (
                "webhooks may not go to 'localhost' over http: the server's operator lists 'localhost' in "
                "IMGURL_WEBHOOK_HOSTS to try them out"
            )
        return None if self._secrets else UNSIGNED

    def deliver_once(self, url: str, event_id: str, payload: Mapping[str, object]) -> Delivery:
        """Try once to deliver an event; the id stays the same over all tries, the time is that of this one.

        Takes five seconds at most, beside a look-up of the name that the system does not end. Raises ValueError for
        an id that is none. Not for a thread with a running event loop.
        """
        if not EVENT_ID.fullmatch(event_id):
            raise ValueError(f"{event_id!r} is no id of an event: letters, digits, _ and -")
        objection = self.objection(url)
        if objection is not None:
            return Delivery(Outcome.REFUSED, objection)
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"imgurl/{__version__}",
            "Accept-Encoding": "identity",
            **signed_headers(self._secrets, event_id, int(time.time()), body),
        }
        return asyncio.run(self._send(URL(url, encoded=True), headers, body))

    async def _send(self, url: URL, headers: Mapping[str, str], body: bytes) -> Delivery:
        way = self._way
        if url.scheme == "http":
            # What was let through above is the local host.
            way = replace(way, port=url.port or 80, may_connect=is_loopback)
        guard = _Guard(way)
        timeout = aiohttp.ClientTimeout(total=self._way.total_seconds, sock_connect=self._way.connect_seconds)
        connector = aiohttp.TCPConnector(
            resolver=self._way.resolver, use_dns_cache=False, ssl=self._way.tls or True, force_close=True,
            happy_eyeballs_delay=None, socket_factory=guard,
        )  # fmt: skip
        session = aiohttp.ClientSession(
            connector=connector, timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False, read_bufsize=ANSWER_BYTES,
        )  # fmt: skip
        host = url.host
        try:
            async with session, session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                if response.connection is not None and response.connection.transport is not None:
                    response.connection.transport.abort()
                return _judged(response.status, f"'{host}'")
        except aiohttp.InvalidURL:
            return Delivery(Outcome.REFUSED, f"'{host}' is no name of a host")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            if guard.refused is not None:
                place = "not an address of this machine alone" if url.scheme == "http" else "not of the public Internet"
                return Delivery(Outcome.REFUSED, f"'{host}' leads to {guard.refused}: {place}")
            return Delivery(Outcome.RETRY, f"'{host}' {_trouble(error, self._way)}")
        finally:
            await guard.hang_up()


def signed_headers(secrets: tuple[bytes, ...], event_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Return the three headers of a webhook; the signature header holds one signature a secret.

    ``timestamp`` is of this try, in Unix seconds. Specification: "Signature scheme" and "Webhook headers".
    """
    content = b"%b.%d.%b" % (event_id.encode(), timestamp, body)
    signatures = (base64.b64encode(hmac.digest(secret, content, "sha256")).decode() for secret in secrets)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def read_hosts(setting: str) -> frozenset[str]:
    """Return the hosts of ``IMGURL_WEBHOOK_HOSTS``, a list with commas. Raises SettingsError."""
    hosts = frozenset(host for part in setting.split(",") if (host := part.strip().lower()))
    for host in sorted(hosts):
        if not HOST.fullmatch(host):
            raise SettingsError(
                f"IMGURL_WEBHOOK_HOSTS: '{host}' is no name of a host; write names only, for example "
                f"hooks.example.com,crm.example.org"
            )
    return hosts


def read_secrets(setting: str) -> tuple[bytes, ...]:
    """Return the secrets of ``IMGURL_WEBHOOK_SECRET``: one, or the new and the old one with a comma between.

    Raises SettingsError, which never repeats a secret.
    """
    secrets = tuple(_read_secret(part.strip()) for part in setting.split(",") if part.strip())
    if len(secrets) > MAX_SECRETS:
        raise SettingsError("IMGURL_WEBHOOK_SECRET holds more than two secrets: the new one and the old one are enough")
    return secrets


def _read_secret(text: str) -> bytes:
    try:
        secret = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not text.startswith("whsec_") or len(secret) not in SECRET_BYTES:
        raise SettingsError(
            "IMGURL_WEBHOOK_SECRET is no secret of a webhook: write whsec_ and 24 to 64 random bytes in base64, "
            "for example the output of: echo whsec_$(openssl rand -base64 32)"
        )
    return secret


def _judged(status: int, receiver: str) -> Delivery:
    if 200 <= status < 300:
        return Delivery(Outcome.OK, f"{receiver} took it ({status})")
    if status == 410:
        return Delivery(Outcome.GONE, f"{receiver} wants no more webhooks (410)")
    if 300 <= status < 400:
        return Delivery(
            Outcome.RETRY, f"{receiver} redirects ({status}), which webhooks do not follow: give the address itself"
        )
    return Delivery(Outcome.RETRY, f"{receiver} answered with {status}")


def _trouble(error: BaseException, way: Way) -> str:
    if isinstance(error, TimeoutError):
        return f"did not answer within {way.total_seconds:g} seconds"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "has no address"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "has no valid certificate, or speaks no TLS"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "takes no connections"
    return "broke the connection off, or did not answer in HTTP"
