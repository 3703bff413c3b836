"""The format of a finished image on a disk or in a store: a mark, its key, its length, a SHA-256, the body.

After a power cut, on a damaged disk, or if somebody renamed a file, what is read is not an entry of the key it was read
for, and counts as a miss. The SHA-256 covers everything before it and the body.
"""

import struct
from hashlib import sha256

from imgurl.cache.keys import RenderKey

MARK = b"imgurl2\n"
#: Mark, digest and extension of the key, length of the body in bytes; the SHA-256 follows.
HEADER = struct.Struct(">8s32s8sQ")
HEADER_BYTES = HEADER.size + 32


def pack(key: RenderKey, body: bytes) -> bytes:
    """Return the entry of an image."""
    header = _header(key, body)
    return header + _digest(header, body) + body


def unpack(key: RenderKey, entry: bytes) -> bytes | None:
    """Return the image of an entry, None if it is damaged, truncated, of another key, or not an entry at all."""
    body = entry[HEADER_BYTES:]
    header = _header(key, body)
    if entry[: HEADER.size] != header or entry[HEADER.size : HEADER_BYTES] != _digest(header, body):
        return None
    return body


def _header(key: RenderKey, body: bytes) -> bytes:
    return HEADER.pack(MARK, bytes.fromhex(key.digest), key.ext.encode(), len(body))


def _digest(header: bytes, body: bytes) -> bytes:
    digest = sha256(header)
    digest.update(body)
    return digest.digest()
