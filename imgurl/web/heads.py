"""The head of an HTTP/1.1 request as bytes: where it ends, what is too much, and what sloppy clients send.

Scanners and old mail clients send ``first_name=José`` or a space as they found it. Both parsers of uvicorn answer 400
before the server sees the request, and a mail proxy may keep that response for weeks. So such bytes in the target of an
image are percent-encoded, as a browser does (https://url.spec.whatwg.org/#percent-encoded-bytes).

Nothing here knows where on a connection a request begins: callers must.
"""

import re

from imgurl.urls.target import MAX_TARGET_BYTES
from imgurl.web.connections import Limits

# Empty lines before a request line are skipped (RFC 9112, 2.2).
EMPTY_LINES = re.compile(rb"(?:\r?\n)+")
REQUEST_LINE = re.compile(rb"([!-~]+) ([^\n]*) (HTTP/[0-9]\.[0-9])\r?\n")

# The form that clients use with a proxy; an origin server must take it too (RFC 9112, 3.2.2). The host is ignored.
ABSOLUTE_FORM = re.compile(rb"https?://[^/?#\x00-\x20]+", re.IGNORECASE)
IMAGE = re.compile(rb"(?:GET|HEAD) (?:https?://[^/?#\x00-\x20]+)?/i/", re.IGNORECASE)
UNENCODED = re.compile(rb"[\x00-\x20\x7f-\xff]")
ENCODED = bytes(range(0x21, 0x7F))

# Headers that few requests have.
RARE = re.compile(rb"\n(?:transfer-encoding|upgrade)[ \t]*:", re.IGNORECASE)

# The length of a body may be given in only one way (RFC 9112, 6.3): if two servers choose differently, one takes for
# the next request what the other takes for the body. httptools refuses both together, h11 does not.
LENGTH = re.compile(rb"\ncontent-length[ \t]*:", re.IGNORECASE)
CODING = re.compile(rb"\ntransfer-encoding[ \t]*:", re.IGNORECASE)

# Nothing is upgraded here, and a server may ignore a request to (RFC 9110, 7.8). httptools does not read the body of
# such a request, and would take it for the next request; Java's client asks with every first request.
UPGRADE = re.compile(rb"\nupgrade:[^\n]*(?=\n[^ \t])", re.IGNORECASE)

# The longest method, the version and the spaces between: what a request line has besides its target.
BESIDE_TARGET = 32

# The end of a message in chunks is an empty line (RFC 9112, 7.1); not every empty line is one.
LINE_IS_EMPTY = re.compile(rb"(?:(?<=\n)|(?<=\n\r))\n")
LONGEST_LOOK_BACK = 2


def head_end(data: bytes | bytearray, limits: Limits) -> int | None:
    """Return where the first head in these bytes ends, None if it is incomplete or longer than allowed."""
    most = data.find(b"\n") + 1 + limits.header_bytes
    with_return = data.find(b"\n\r\n", 0, most)
    without = data.find(b"\n\n", 0, with_return + 1 if with_return >= 0 else most)
    if without >= 0:
        return without + 2
    return with_return + 3 if with_return >= 0 else None


def objection(data: bytes | bytearray, end: int | None, limits: Limits) -> int | None:
    """Return the status that refuses a head, complete (``end``) or as far as it has come; None if it is fine so far.

    400 for an invalid request line and for a body whose length is given in two ways, 414 for a target over the limit,
    431 for headers over theirs.
    """
    line_end = data.find(b"\n") + 1
    if not line_end:
        return 414 if len(data) > MAX_TARGET_BYTES + BESIDE_TARGET else None
    line = REQUEST_LINE.match(data)
    if line is None:
        return 400
    if len(line.group(2)) > MAX_TARGET_BYTES:
        return 414
    end = len(data) if end is None else end
    # The empty line at the end doesn't count; an incomplete head has not got there.
    if end - line_end > limits.header_bytes or data.count(b"\n", line_end, end) > limits.header_lines + 1:
        return 431
    if RARE.search(data, 0, end) and CODING.search(data, 0, end) and LENGTH.search(data, 0, end):
        return 400
    return None


def mended(head: bytes) -> bytes:
    """Return a complete head with its target in origin form, an image's target percent-encoded, and no upgrade.

    Everything else stays as it came, including what the parser will refuse.
    """
    line = REQUEST_LINE.match(head)
    if line is None:
        return head
    method, target, version = line.groups()
    is_rare = RARE.search(head, line.end(3)) is not None
    if not is_rare and target.startswith(b"/") and not target.translate(None, ENCODED):
        return head  # as nearly all are
    headers = head[line.end(3) :]
    if is_rare:
        headers = UPGRADE.sub(b"", headers)
    authority = ABSOLUTE_FORM.match(target)
    if authority:
        target = target[authority.end() :]
        target = target if target.startswith(b"/") else b"/" + target
    # A carriage return is more than sloppy: other servers end the line there.
    if (
        method in (b"GET", b"HEAD")
        and target.startswith(b"/i/")
        and target.translate(None, ENCODED)
        and b"\r" not in target
    ):
        target = UNENCODED.sub(lambda odd: b"%%%02X" % odd.group()[0], target)
    return b"%b %b %b%b" % (method, target, version, headers)


def asks_for_image(data: bytes | bytearray) -> bool:
    """Say whether a head, complete or not, asks for an image."""
    return IMAGE.match(data) is not None


def wants_json(data: bytes | bytearray) -> bool:
    """Say whether a head, as far as it has come, accepts JSON."""
    return re.search(rb"\naccept:[^\n]*json", data, re.IGNORECASE) is not None


def first_empty_line(before: bytes, data: bytes | bytearray) -> int | None:
    """Return the end of the first empty line in ``data``; ``before`` are the last two bytes ahead of it."""
    match = LINE_IS_EMPTY.search(before + data, len(before))
    return match.end() - len(before) if match else None
