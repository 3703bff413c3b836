"""Picture files as a PDF can hold them, without a pixel being decoded: JPEG as it is, PNG by its compressed rows.

What a file says about itself (its place, its camera, comments) is left out. Nothing is loaded that decodes pictures.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# Chunks that change what a pixel means (PNG 11.3): transparency, other colours than sRGB.
UNLIKE_PIXELS = frozenset((b"tRNS", b"iCCP", b"gAMA", b"cHRM", b"cICP"))

# Markers of JPEG (T.81, B.1.1.3): those without a length, and those that a decoder needs besides tables and scans.
ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
START, SCAN, END = 0xD8, 0xDA, 0xD9
APP0, APP14, COMMENT = 0xE0, 0xEE, 0xFE


@dataclass(frozen=True, eq=False)
class Picture:
    """An image XObject: its entries, its data, and its alpha. Compared by identity: placed twice, written once."""

    width: int
    height: int
    entries: dict[str, object]
    data: bytes
    alpha: "Picture | None" = None

    @property
    def size(self) -> int:
        """Bytes held, about."""
        return 500 + len(self.data) + (self.alpha.size if self.alpha else 0)


def png_picture(body: bytes) -> Picture | None:
    """Return a PNG file's picture; None if its rows are not what a PDF can hold."""
    if not body.startswith(PNG_SIGNATURE):
        return None
    chunks = [(kind, data) for kind, data in _chunks(body) if kind != b"IEND"]
    kinds = {kind for kind, _ in chunks}
    width, height, depth, color, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth > 8 or color not in (0, 2, 3) or interlace or kinds & UNLIKE_PIXELS:
        return None
    space: object = b"/DeviceRGB" if color == 2 else b"/DeviceGray"
    if color == 3:
        palette = next(data for kind, data in chunks if kind == b"PLTE")
        space = [b"/Indexed", b"/DeviceRGB", len(palette) // 3 - 1, b"<%b>" % palette.hex().encode()]
    # The same filters as PNG's (ISO 32000-2, 7.4.4.4).
    parameters = {"Predictor": 15, "Colors": 3 if color == 2 else 1, "BitsPerComponent": depth, "Columns": width}
    entries = {"ColorSpace": space, "BitsPerComponent": depth, "Filter": b"/FlateDecode", "DecodeParms": parameters}
    return Picture(width, height, entries, b"".join(data for kind, data in chunks if kind == b"IDAT"))


def jpeg_picture(body: bytes, width: int, height: int, *, is_grey: bool) -> Picture:
    """Return the picture of a JPEG file of one or three components."""
    space = b"/DeviceGray" if is_grey else b"/DeviceRGB"
    entries: dict[str, object] = {"ColorSpace": space, "BitsPerComponent": 8, "Filter": b"/DCTDecode"}
    return Picture(width, height, entries, b"".join(_needed_segments(body)))


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(PNG_SIGNATURE)
    while place + 8 <= len(body):
        length, kind = struct.unpack_from(">I4s", body, place)
        yield kind, body[place + 8 : place + 8 + length]
        place += 12 + length


def _needed_segments(body: bytes) -> Iterator[bytes]:
    """Yield the segments of a JPEG file without those that only say something about it."""
    place = 2
    yield body[:2]
    while place + 4 <= len(body) and body[place] == 0xFF:
        marker = body[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if marker in ALONE:
            place += 2
            continue
        if marker == SCAN:
            yield body[place:]
            return
        (length,) = struct.unpack_from(">H", body, place + 2)
        is_talk = marker == COMMENT or (APP0 < marker <= 0xEF and marker != APP14)
        if not is_talk:
            yield body[place : place + 2 + length]
        place += 2 + length
