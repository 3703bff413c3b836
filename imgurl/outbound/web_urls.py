"""URLs that others name: one strict reading of them, and whether their host is on a list.

So that no two parsers differ: no user, no password, no fragment, no backslash, ASCII only; never an address in place of
a host. https on port 443. To try things out, ``localhost`` can be listed: it alone is reached over http, on any port.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

MAX_URL = 2_048

HTTPS_PORT = 443
HTTP_PORT = 80
LOCAL_HOST = "localhost"

LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter: then it is an address in none of the spellings that a resolver takes
# (127.1, 2130706433, 0x7f.1).
NAME = rf"(?:{LABEL}\.)*[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$){NAME}")
HOST_PATTERN = re.compile(rf"(?=.{{1,253}}$)(?:{NAME}|\*\.{LABEL}\.{NAME})")
URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>[1-9]\d{0,4}))?"
    r"(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?"
)


@dataclass(frozen=True, slots=True)
class WebUrl:
    """A URL that a request may be sent to, if its host is listed. ``text`` is sent as it is."""

    text: str
    host: str

    @property
    def is_local(self) -> bool:
        """Whether it leads to this machine, over http."""
        return self.text.startswith("http:")


def read_web_url(text: str) -> WebUrl | None:
    """Return the URL that a text is, None if it is none that a request may be sent to."""
    match = URL.fullmatch(text)
    if match is None or len(text) > MAX_URL:
        return None
    host, is_local = match["host"].lower(), match["scheme"] == "http"
    port = int(match["port"] or (HTTP_PORT if is_local else HTTPS_PORT))
    if not HOST.fullmatch(host) or port > 65_535 or is_local is not (host == LOCAL_HOST):
        return None
    return WebUrl(text, host) if is_local or port == HTTPS_PORT else None


def is_host_pattern(text: str) -> bool:
    """Say whether a text is a host name, or ``*.`` and a domain of two labels or more."""
    return HOST_PATTERN.fullmatch(text) is not None


def is_listed(host: str, patterns: Collection[str]) -> bool:
    """Say whether a host is one of the patterns: the same name, or below the domain of a ``*.``."""
    if host in patterns:
        return True
    labels = host.split(".")
    # Without a list of patterns to go through: an operator may list some thousand.
    return any(".".join(("*", *labels[at:])) in patterns for at in range(1, len(labels)))


def read_host_list(text: str) -> frozenset[str]:
    """Return the host patterns of a comma-separated list. Raises ValueError with a sentence."""
    patterns = frozenset(pattern for part in text.split(",") if (pattern := part.strip().lower()))
    for pattern in sorted(patterns):
        if not is_host_pattern(pattern):
            raise ValueError(
                f"'{pattern}' is not a host name; write names only, for example cdn.example.com or *.example.com"
            )
    return patterns
