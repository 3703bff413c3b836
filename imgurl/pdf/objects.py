"""The objects of a PDF file and the file around them (ISO 32000-2, 7.3 and 7.5). Equal objects give equal bytes."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

# 7.5.2: a comment of bytes over 127 says that the file is binary.
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

# A stream that is not smaller compressed is written as it is; below this nobody looks.
MIN_COMPRESSED = 100

# Bytes of a picture or a large font.
LARGE = 16_384


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an object, by its number."""

    number: int

    def __bytes__(self) -> bytes:
        return b"%d 0 R" % self.number


@dataclass(frozen=True, slots=True)
class Packed:
    """A stream as it is written: compressed, if that makes it smaller."""

    data: bytes
    entries: Mapping[str, object]


def packed(data: bytes, entries: Mapping[str, object]) -> Packed:
    """Compress a stream, unless its entries say by which filter it is already."""
    if "Filter" not in entries and len(data) > MIN_COMPRESSED:
        # Not as images are: that takes numpy, which the server, whose default picture may be a page, does not load.
        small = zlib.compress(data)
        if len(small) < len(data):
            return Packed(small, {**entries, "Filter": b"/FlateDecode"})
    return Packed(data, entries)


class Objects:
    """The objects of one file, in the order of their numbers. Mutable state: what was added."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def reserve(self) -> Ref:
        """Return the number of an object that ``put`` will write."""
        self._bodies.append(b"null")
        return Ref(len(self._bodies))

    def put(self, ref: Ref, value: object) -> Ref:
        """Write the object that was reserved."""
        self._bodies[ref.number - 1] = syntax(value)
        return ref

    def add(self, value: object) -> Ref:
        """Write an object; return its reference."""
        self._bodies.append(syntax(value))
        return Ref(len(self._bodies))

    def add_stream(self, data: bytes, entries: Mapping[str, object] | None = None) -> Ref:
        """Write a stream; compressed, unless its entries say by which filter it is already."""
        return self.add_packed(packed(data, entries or {}))

    def add_packed(self, stream: Packed) -> Ref:
        """Write a stream that was compressed before."""
        head = syntax({**stream.entries, "Length": len(stream.data)})
        self._bodies.append(b"".join((head, b"\nstream\n", stream.data, b"\nendstream")))
        return Ref(len(self._bodies))

    def file(self, root: Ref, info: Ref) -> bytes:
        """Return the file: header, objects, cross-reference table, trailer."""
        parts, offsets = [HEADER], []
        position = len(HEADER)
        for number, body in enumerate(self._bodies, start=1):
            offsets.append(position)
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            parts.append(part)
            position += len(part)
        table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        count = len(offsets) + 1
        # 14.4: no time is in it, so that a file is a function of what it shows. Of pictures a checksum will do.
        told = (part if len(part) < LARGE else b"%d" % zlib.crc32(part) for part in parts)
        digest = sha256(b"".join(told)).digest()[:16].hex().encode()
        trailer = syntax({"Size": count, "Root": root, "Info": info, "ID": [b"<%b>" % digest, b"<%b>" % digest]})
        parts.append(
            b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n"
            % (count, table, trailer, position)
        )
        return b"".join(parts)


def syntax(value: object) -> bytes:
    """Write a value: names of dictionaries are given without their slash, ``bytes`` are syntax already."""
    match value:
        case bytes():
            return value
        case Ref():
            return bytes(value)
        case bool():
            return b"true" if value else b"false"
        case int() | float():
            return number(value)
        case str():
            return text_string(value)
        case Mapping():
            return b"<<%b>>" % b" ".join(b"/%b %b" % (name.encode(), syntax(part)) for name, part in value.items())
        case Iterable():
            return b"[%b]" % b" ".join(map(syntax, value))
        case _:
            raise TypeError(f"a PDF has no {type(value).__name__}")


def number(value: float) -> bytes:
    """Write a number with three decimals at most; PDF knows no exponents."""
    text = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return b"0" if text in {"-0", ""} else text.encode()


def numbers(*values: float) -> bytes:
    """Write numbers with spaces between them."""
    return b" ".join(map(number, values))


def text_string(text: str) -> bytes:
    """Write a text for people (7.9.2.2): in ASCII, or as UTF-16 with a byte order mark."""
    if text.isascii() and text.isprintable():
        return b"(%b)" % text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode()
    return b"<FEFF%b>" % utf16(text)


def utf16(text: str) -> bytes:
    """Return the digits of a text in UTF-16BE."""
    return text.encode("utf-16-be", "surrogatepass").hex().upper().encode()


def name(text: str) -> bytes:
    """Write a name (7.3.5): of letters and digits, other characters left out."""
    return (
        b"/" + "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter in "+-_")).encode()
    )
