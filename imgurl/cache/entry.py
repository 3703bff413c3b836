"""How a finished image lies on a disk or in a store: a mark, whose it is, the length, a SHA-256, the body.

After a power cut, on a damaged disk, or where somebody put a file of another name, what was read is no entry of the
key it was read for and counts as a miss. The SHA-256 is over all that stands before it and the body.
"""

import struct
from hashlib import sha256

from imgurl.cache.keys import RenderKey

MARK = b"imgurl2\n"
#: Mark, digest and extension of the key, length of the body in bytes; then the SHA-256.
FACTS = struct.Struct(">8s32s8sQ")
HEADER_BYTES = FACTS.size + 32


def packed(key: RenderKey, body: bytes) -> bytes:
    """Return the entry of an image."""
    facts = _facts(key, body)
    return facts + _digest(facts, body) + body


def unpacked(key: RenderKey, entry: bytes) -> bytes | None:
    """Return the image of an entry, None where it is damaged, cut, another key's or none at all."""
    body = entry[HEADER_BYTES:]
    facts = _facts(key, body)
    if entry[: FACTS.size] != facts or entry[FACTS.size : HEADER_BYTES] != _digest(facts, body):
        return None
    return body


def _facts(key: RenderKey, body: bytes) -> bytes:
    return FACTS.pack(MARK, bytes.fromhex(key.digest), key.ext.encode(), len(body))


def _digest(facts: bytes, body: bytes) -> bytes:
    digest = sha256(facts)
    digest.update(body)
    return digest.digest()
