"""What links look like when they are asked for, by kind: as they should, and as platforms and old clients leave them.

A kind is a row of the table in docs/fronts.md.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from imgurl.merge.dialects import DIALECTS
from tests.merge.test_tags import LEAKED
from tests.web.server import VECTORS, signed

DATA: Final = Path(__file__).parents[1] / "data"
CORPUS: Final[list[dict[str, Any]]] = json.loads((DATA / "merge-corpus.json").read_text())["rows"]

#: What a browser leaves as it is in the query of an img (https://url.spec.whatwg.org/#query-percent-encode-set).
BROWSER: Final = "!$%&()*+,-./:;=?@[\\]^_`{|}~"

#: Names that are not ASCII: of a client that encodes nothing, in the charset of its page.
NAMES: Final = ("Zoë".encode(), "Łukasz".encode(), "李雷".encode(), "Zoë".encode("cp1252"), "Андрей".encode("koi8-r"))

CONTROLS: Final = bytes([*range(0x20), 0x7F])

#: All that is neither letter nor digit, and every fifth beyond ASCII.
BYTES: Final = [byte for byte in range(0x80) if not chr(byte).isalnum()] + [*range(0x80, 0x100, 5)]

#: What ends a request line, or a URL: nobody can send it as part of one.
UNSENDABLE: Final = b"\r\n"

_SEALED: Final = {"company_name": "Acme", "rep_name": "Leo"}
#: In front of an open value of first_name, and in front of the whole open part of a mail of the corpus.
OPEN: Final = signed("sales-banner-01", {"_o": "first_name", **_SEALED}, "&first_name=", ext="png")
OPEN_TWO: Final = signed("sales-banner-01", {"_o": "company_name.first_name", "rep_name": "Leo"}, "&", ext="png")


def kind_of(target: bytes) -> str:
    """Return which kind a target is of: the first that is true of it."""
    if len(target) > 8_192:
        return "beyond 10,240 bytes" if len(target) > 10_240 else "beyond 8,192 bytes"
    if any(byte in CONTROLS for byte in target):
        return "a raw control character"
    if b" " in target:
        return "a raw space"
    if b"#" in target:
        return "a raw #"
    if not target.isascii():
        return "raw letters beyond ASCII"
    if any(byte in target for byte in b'"<>'):
        return 'raw " < >'
    return "everything else"


def targets() -> list[bytes]:
    """Return all targets, each once."""
    return [*dict.fromkeys([*_vectors(), *_tags(), *_values(), *_lengths()])]


def _vectors() -> Iterator[bytes]:
    """Yield the targets of the vector file."""
    yield from (case["target"].encode() for case in VECTORS["cases"])


def _tags() -> Iterator[bytes]:
    """Yield merge tags that nobody replaced: as they are in the mail, as a browser sends them, and encoded."""
    for tag in dict.fromkeys([*(dialect.tag_for("first_name") for dialect in DIALECTS), *LEAKED]):
        for spelling in (tag, quote(tag, safe=BROWSER).partition("#")[0], quote(tag, safe="")):
            yield f"{OPEN}{spelling}&_z=1".encode()
    for dialect in DIALECTS:
        pairs = {"_m": dialect.id, "_o": "first_name", **_SEALED}
        yield signed("sales-banner-01", pairs, f"&first_name={dialect.tag_for('first_name')}&_z=1", ext="png").encode()


def _values() -> Iterator[bytes]:
    """Yield what real engines and a browser made of awkward values, names in other charsets, bytes raw and encoded."""
    yield from (OPEN_TWO.encode() + row["open_part"].encode() for row in CORPUS)
    open_part = OPEN.encode()
    yield from (open_part + name + b"&_z=1" for name in NAMES)
    yield from (open_part + b"Z%" + end + b"&_z=1" for end in (b"zz", b"", b"4", b"u00eb"))
    for byte in BYTES:
        yield open_part + f"Z%{byte:02X}o&_z=1".encode()
        if byte not in UNSENDABLE:
            yield open_part + b"Z" + bytes([byte]) + b"o&_z=1"


def _lengths() -> Iterator[bytes]:
    """Yield targets of lengths around the limits."""
    for length in (2_000, 8_192, 8_193, 9_500, 11_000, 15_000):
        behind = b"&_z=1&utm_content="
        start = OPEN.encode() + b"Mia" + behind
        yield start + b"x" * (length - len(start))
