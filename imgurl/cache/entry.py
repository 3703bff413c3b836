"""How a finished image lies on a disk or in a store: a mark, the length, the SHA-256 of the body, the body.

After a power cut, on a damaged disk, or where somebody put a file of his own, what was read is no entry and counts
as a miss.
"""

import struct
from hashlib import sha256

MARK = b"imgurl1\n"
HEADER = struct.Struct(">8sQ32s")


def packed(body: bytes) -> bytes:
    """Return the entry of an image."""
    return HEADER.pack(MARK, len(body), sha256(body).digest()) + body


def unpacked(entry: bytes) -> bytes | None:
    """Return the image of an entry, None where it is damaged, cut or none at all."""
    if len(entry) < HEADER.size:
        return None
    mark, length, digest = HEADER.unpack_from(entry)
    body = entry[HEADER.size :]
    if mark != MARK or length != len(body) or sha256(body).digest() != digest:
        return None
    return body
