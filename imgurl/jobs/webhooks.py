"""Webhooks by the Standard Webhooks specification 1.0.0: signed, over https, to listed hosts of the public Internet.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

The URL comes from a customer; ``outbound`` sees that the request reaches nothing that only this server can reach. To
try webhooks out, an operator lists ``localhost``: then ``http://localhost:9000/…`` goes to the loopback addresses of
this machine, and nowhere else.
"""

import asyncio
import base64
import binascii
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never
from urllib.parse import urlsplit

from imgurl import __version__
from imgurl.errors import SettingsError
from imgurl.jobs.port import Delivery, DeliveryResult
from imgurl.outbound.addresses import is_loopback
from imgurl.outbound.http import Failure, FailureReason, Request, Transport, send

# When a delivery is tried again: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, 75 h in all (the
# specification's example schedule).
SCHEDULE_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)

HTTPS_PORT = 443

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 5.0

# Only the status of a response counts: its body is not read, and what arrives with the head is discarded.
BUFFER_BYTES = 16_384

# Of the secrets: at least 192 bits, at most 512; two while one replaces the other.
SECRET_BYTES = range(24, 65)
MAX_SECRETS = 2

LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")

# One reading of a URL, so that no two parsers differ: no user, no fragment, no backslash, ASCII only.
WEBHOOK_URL = re.compile(
    r"https://(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>\d{1,5}))?(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?"
)
MAX_URL = 2_048

# The one host that is reached without TLS, on any port, if the operator lists it.
LOCAL_HOST = "localhost"
LOCAL_URL = re.compile(rf"http://{LOCAL_HOST}(?::(?P<port>[1-9]\d{{0,4}}))?(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?")

# What is signed is "id.time.body": an id with a full stop could move the border between the three.
EVENT_ID = re.compile("[A-Za-z0-9_-]{1,128}")

UNSIGNED = "webhooks cannot be signed: the server's operator has to set IMGURL_WEBHOOK_SECRET"


class Webhooks:
    """Sends webhooks to the hosts of a list, signed with one secret or two. May be used from any thread.

    ``hosts`` and ``secrets`` come from ``read_hosts`` and ``read_secrets``; if either is empty, every webhook is
    refused. Only tests give another transport, port or time; no setting leads there.
    """

    def __init__(
        self,
        hosts: frozenset[str],
        secrets: tuple[bytes, ...],
        transport: Transport | None = None,
        *,
        port: int = HTTPS_PORT,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._hosts = hosts
        self._secrets = secrets
        self._transport = transport or Transport()
        self._port = port
        self._total_seconds = total_seconds

    def objection(self, url: str) -> str | None:
        """Return why no webhook may go to a URL, None if one may; its address is checked when it is sent."""
        match = LOCAL_URL.fullmatch(url)
        if match is not None and len(url) <= MAX_URL and int(match["port"] or 80) < 65_536:
            return self._local_objection()
        match = WEBHOOK_URL.fullmatch(url)
        if match is None or len(url) > MAX_URL:
            return (
                f"the webhook's URL must look like https://host/path, in ASCII, without a user, a password or a "
                f"fragment, and at most {MAX_URL:,} bytes long"
            )
        host, port = match["host"].lower(), int(match["port"] or HTTPS_PORT)
        if host not in self._hosts:
            return (
                f"webhooks may not go to '{host}': the server's operator lists the allowed hosts in "
                "IMGURL_WEBHOOK_HOSTS"
            )
        if port != self._port:
            return f"webhooks go to port {HTTPS_PORT} only, not to {port}"
        return None if self._secrets else UNSIGNED

    def _local_objection(self) -> str | None:
        if LOCAL_HOST not in self._hosts:
            return (
                "webhooks may not go to 'localhost' over http: to try them out, the server's operator lists "
                "'localhost' in IMGURL_WEBHOOK_HOSTS"
            )
        return None if self._secrets else UNSIGNED

    def deliver_once(self, url: str, event_id: str, payload: Mapping[str, object]) -> Delivery:
        """Try once to deliver an event; its id is the same at every try, the signed time is that of this one.

        Takes five seconds at most, plus a name look-up that the system does not end. Raises ValueError for a malformed
        id. Not for a thread with a running event loop.
        """
        if not EVENT_ID.fullmatch(event_id):
            raise ValueError(f"{event_id!r} is not a valid event id: use letters, digits, _ and -")
        objection = self.objection(url)
        if objection is not None:
            return Delivery(DeliveryResult.REFUSED, objection)
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"imgurl/{__version__}",
            "Accept-Encoding": "identity",
            **signed_headers(self._secrets, event_id, int(time.time()), body),
        }
        request = Request("POST", url, headers, body, CONNECT_SECONDS, self._total_seconds, BUFFER_BYTES)
        parts = urlsplit(url)
        # An http URL that passed the objections goes to the local host.
        is_local = parts.scheme == "http"
        transport = replace(self._transport, may_connect=is_loopback) if is_local else self._transport
        response = asyncio.run(send(request, transport))
        if isinstance(response, Failure):
            return self._failed(response, f"'{parts.hostname}'", is_local=is_local)
        return _judged(response.status, f"'{parts.hostname}'")

    def _failed(self, failure: Failure, receiver: str, *, is_local: bool) -> Delivery:
        match failure.reason:
            case FailureReason.INVALID_HOST:
                return Delivery(DeliveryResult.REFUSED, f"{receiver} is not a valid host name")
            case FailureReason.FORBIDDEN_ADDRESS:
                rule = "not a loopback address" if is_local else "not an address of the public Internet"
                return Delivery(DeliveryResult.REFUSED, f"{receiver} resolves to {failure.address}: {rule}")
            case FailureReason.TIMEOUT:
                sentence = f"{receiver} did not answer within {self._total_seconds:g} seconds"
            case FailureReason.NO_ADDRESS:
                sentence = f"{receiver} has no address"
            case FailureReason.TLS:
                sentence = f"{receiver} has no valid certificate, or does not speak TLS"
            case FailureReason.CONNECTION_REFUSED:
                sentence = f"the connection to {receiver} was refused"
            case FailureReason.BROKEN:
                sentence = f"{receiver} broke off the connection, or did not answer in HTTP"
            case _:
                assert_never(failure.reason)
        return Delivery(DeliveryResult.RETRY, sentence)


def signed_headers(secrets: tuple[bytes, ...], event_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Return the three headers of a webhook; the signature header holds one signature per secret.

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
    """Return the hosts of ``IMGURL_WEBHOOK_HOSTS``, comma-separated. Raises SettingsError."""
    hosts = frozenset(host for part in setting.split(",") if (host := part.strip().lower()))
    for host in sorted(hosts):
        if not HOST.fullmatch(host):
            raise SettingsError(
                f"IMGURL_WEBHOOK_HOSTS: '{host}' is not a valid host name; write names only, for example "
                f"hooks.example.com,crm.example.org"
            )
    return hosts


def read_secrets(setting: str) -> tuple[bytes, ...]:
    """Return the secrets of ``IMGURL_WEBHOOK_SECRET``: one, or the new and the old one, comma-separated.

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
            "IMGURL_WEBHOOK_SECRET is not a valid webhook secret: write whsec_ and 24 to 64 random bytes in base64, "
            "for example the output of: echo whsec_$(openssl rand -base64 32)"
        )
    return secret


def _judged(status: int, receiver: str) -> Delivery:
    if 200 <= status < 300:
        return Delivery(DeliveryResult.OK, f"{receiver} accepted it ({status})")
    if status == 410:
        return Delivery(DeliveryResult.GONE, f"{receiver} wants no more webhooks (410)")
    if 300 <= status < 400:
        return Delivery(
            DeliveryResult.RETRY,
            f"{receiver} redirects ({status}), and webhooks do not follow redirects: give the final URL",
        )
    return Delivery(DeliveryResult.RETRY, f"{receiver} answered with {status}")
