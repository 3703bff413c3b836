"""HTTP/1.1 as sloppy clients speak it: bytes in the request line that a browser would have encoded.

Scanners and old mail clients send ``first_name=José`` or a space as they found it. Both parsers of uvicorn answer 400
before the server sees the request, and a mail proxy may keep that answer for weeks. So such bytes in the target of an
image are percent-encoded first, as a browser does (https://url.spec.whatwg.org/#percent-encoded-bytes).
"""

import re

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# The request line of an image, at the beginning of what a connection received. Only here is anything touched.
IMAGE_LINE = re.compile(rb"(GET|HEAD) (/i/[^\r\n]*) (HTTP/1\.[01]\r?\n)")
UNENCODED = re.compile(rb"[\x00-\x20\x7f-\xff]")


def with_encoded_target(data: bytes) -> bytes:
    """Return what a connection received with the odd bytes of an image's target percent-encoded."""
    line = IMAGE_LINE.match(data)
    if line is None or not UNENCODED.search(line.group(2)):
        return data
    method, target, version = line.groups()
    encoded = UNENCODED.sub(lambda odd: b"%%%02X" % odd.group()[0], target)
    return b"%b %b %b%b" % (method, encoded, version, data[line.end() :])


class HttpTools(HttpToolsProtocol):
    """uvicorn's httptools protocol, for sloppy clients too."""

    def data_received(self, data: bytes) -> None:
        """Take received bytes."""
        super().data_received(with_encoded_target(data))


class H11(H11Protocol):
    """uvicorn's h11 protocol, for sloppy clients too."""

    def data_received(self, data: bytes) -> None:
        """Take received bytes."""
        super().data_received(with_encoded_target(data))


PROTOCOLS = {"httptools": "imgurl.web.protocols:HttpTools", "h11": "imgurl.web.protocols:H11"}
