"""What image files are made of, taken apart by hand: a second implementation that sees what Pillow hides."""

import re
import struct
from collections.abc import Iterator


def png_chunks(body: bytes) -> list[str]:
    """Return the types of a PNG's chunks, in their order (PNG 3, 5.3)."""
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = [], 8
    while at < len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        found.append(kind.decode())
        at += 12 + length
    return found


def jpeg_markers(body: bytes) -> list[str]:
    """Return the names of a JPEG's segments up to the first scan (ITU T.81, B.1.1.3)."""
    assert body[:2] == b"\xff\xd8"
    found: list[str] = []
    at = 2
    while not found or found[-1] != "DA":
        mark, kind, length = struct.unpack_from(">BBH", body, at)
        assert mark == 0xFF
        found.append(f"{kind:02X}")
        at += 2 + length
    return found


def gif_blocks(body: bytes) -> list[str]:
    """Return the labels of a GIF's blocks: 2C an image, F9 graphic control, FE a comment, FF an application."""
    assert body[:3] == b"GIF"
    found: list[str] = []
    at = 13 + _palette_bytes(body[10])
    while body[at] != 0x3B:
        if body[at] == 0x2C:
            found.append("2C")
            at += 10 + _palette_bytes(body[at + 9]) + 1
        else:
            assert body[at] == 0x21
            found.append(f"{body[at + 1]:02X}")
            at += 2
        while body[at]:
            at += 1 + body[at]
        at += 1
    assert at == len(body) - 1
    return found


def _palette_bytes(packed: int) -> int:
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0


def webp_chunks(body: bytes) -> list[str]:
    """Return the types of a WebP's chunks (RFC 9649, 2.3)."""
    assert (body[:4], body[8:12]) == (b"RIFF", b"WEBP")
    found, at = [], 12
    while at < len(body):
        kind, length = struct.unpack_from("<4sI", body, at)
        found.append(kind.decode())
        at += 8 + length + length % 2
    return found


def avif_items(body: bytes) -> list[str]:
    """Return the types of an AVIF's items: av01 is a picture (ISO/IEC 14496-12, 8.11.6)."""
    assert body[4:12] == b"ftypavif"
    meta = next(content for kind, content in _boxes(body) if kind == b"meta")
    infos = next(content for kind, content in _boxes(meta[4:]) if kind == b"iinf")
    return [content[8:12].decode() for kind, content in _boxes(infos[6:]) if kind == b"infe"]


def avif_profiles(body: bytes) -> list[str]:
    """Return the kinds of colour information: nclx is three numbers, prof and rICC are embedded profiles."""
    return [kind.decode() for kind in re.findall(b"colr(....)", body)]


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(body):
        size, kind = struct.unpack_from(">I4s", body, at)
        yield kind, body[at + 8 : at + size]
        at += size
