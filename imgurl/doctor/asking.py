"""One HTTP request with exactly the target that it is given, as a mail client sends it."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from imgurl.errors import ImgurlError

TIMEOUT_SECONDS = 15.0
MAX_BODY_BYTES = 64_000_000


class NoAnswer(ImgurlError):
    """Raised when there was no HTTP answer; the message says why, without the target."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; header names in lowercase. ``certificate_ends`` is in Unix seconds, None over http."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    certificate_ends: float | None = None

    def __getitem__(self, name: str) -> str:
        """Return a header, "" if it is missing."""
        return self.headers.get(name, "")

    @property
    def date(self) -> float | None:
        """The time of the answer's Date header (Unix seconds), None without one."""
        try:
            return parsedate_to_datetime(self["date"]).timestamp()
        except ValueError:
            return None

    @property
    def is_ours(self) -> bool:
        """Whether imgurl answered, and nothing in front of it. Every answer to an image request says its outcome."""
        return "x-imgurl-outcome" in self.headers


def is_address(base: str) -> bool:
    """Say whether something can be asked for at ``base``: it is a URL with a host."""
    try:
        parts = urlsplit(base)
        # Reading the port is what checks it.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def ask(base: str, target: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Ask for a target (printable ASCII without spaces) at a base such as ``https://img.example.com``.

    Follows no redirect: image requests have none. Raises NoAnswer.
    """
    parts = urlsplit(base)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.putrequest("GET", parts.path.rstrip("/") + target, skip_accept_encoding=True)
        for name, value in {"Accept-Encoding": "gzip, br", "User-Agent": "imgurl-doctor", **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders()
        ends = _certificate_ends(connection)
        response = connection.getresponse()
        body = response.read(MAX_BODY_BYTES)
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, body, ends)
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer(f"its certificate is not valid: {error.verify_message}") from error
    except TimeoutError as error:
        raise NoAnswer(f"it did not answer within {TIMEOUT_SECONDS:.0f} s") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(getattr(error, "strerror", None) or type(error).__name__) from error
    finally:
        connection.close()


def _certificate_ends(connection: http.client.HTTPConnection) -> float | None:
    certificate = connection.sock.getpeercert() if isinstance(connection.sock, ssl.SSLSocket) else None
    return float(ssl.cert_time_to_seconds(str(certificate["notAfter"]))) if certificate else None
