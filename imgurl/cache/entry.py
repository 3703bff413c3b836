"""The format of a finished image on a disk or in a store: a mark, its key, its length, a CRC-32, the body.

After a power cut, on a damaged disk, or if somebody renamed a file, what is read is not an entry of the key it was read
for, and counts as a miss. The CRC-32 covers everything before it and the body. It guards against damage; anyone who can
write to the cache can write any picture, with any checksum. A SHA-256 takes fifteen times as long.
"""

import struct
import zlib

from imgurl.cache.keys import RenderKey

try:
    from isal.isal_zlib import crc32
except ImportError:  # pragma: no cover - the same numbers, in five times the time
    crc32 = zlib.crc32

MARK = b"imgurl3\n"
#: Mark, digest and extension of the key, length of the body in bytes; the CRC-32 follows.
HEADER = struct.Struct(">8s32s8sQ")
HEADER_BYTES = HEADER.size + 4


def pack(key: RenderKey, body: bytes) -> bytes:
    """Return the entry of an image."""
    header = _header(key, body)
    return header + _checksum(header, body) + body


def unpack(key: RenderKey, entry: bytes) -> bytes | None:
    """Return the image of an entry, None if it is damaged, truncated, of another key, or not an entry at all."""
    body = entry[HEADER_BYTES:]
    header = _header(key, body)
    if entry[: HEADER.size] != header or entry[HEADER.size : HEADER_BYTES] != _checksum(header, body):
        return None
    return body


def _header(key: RenderKey, body: bytes) -> bytes:
    return HEADER.pack(MARK, bytes.fromhex(key.digest), key.ext.encode(), len(body))


def _checksum(header: bytes, body: bytes) -> bytes:
    return struct.pack(">I", crc32(body, crc32(header)))
