"""Pieces of a zlib stream that are compressed one by one and joined: raw deflate, full flushes, combined Adler-32.

isal (Intel's ISA-L) compresses photographs about four times faster than zlib at the same size. zlib-ng makes flat rows
a fifth smaller than isal, in a third of zlib's time. Where one is missing, zlib does the same work: other bytes, the
same pixels.
"""

import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

try:
    from isal import isal_zlib
except ImportError:  # pragma: no cover - the other way is tested by calling it
    isal_zlib = None  # type: ignore[assignment]

try:
    from zlib_ng import zlib_ng
except ImportError:  # pragma: no cover - the other way is tested by calling it
    zlib_ng = None  # type: ignore[assignment]

# 64 bytes: numpy adds up as many with vector instructions.
_VECTOR = np.zeros(64, np.uint8)

# RFC 1950: deflate, 32 kB window, no dictionary, fastest.
STREAM_HEAD = b"\x78\x01"

# RFC 1951: a last, empty block with fixed codes.
STREAM_END = b"\x03\x00"

# Of zlib-ng, for flat rows: the next higher ones take a fifth to a third longer for 0 to 4 % fewer bytes.
FLAT_LEVEL = 5

# Largest prime below 65,536 (RFC 1950, 8.2).
ADLER_BASE = 65_521


class Piece(NamedTuple):
    """Some bytes of a stream: compressed, their length and Adler-32 before compression."""

    compressed: bytes
    length: int
    adler: int


# Bytes, or the memory of an array: nothing is copied on its way to the compressor.
Plain = bytes | memoryview

Deflate = Callable[[Plain], bytes]


def clear_vectors() -> None:
    """Clear the upper halves of the processor's vector registers; called after each use of isal, costs 0.3 µs.

    isal leaves them in use, and until somebody clears them (VZEROUPPER), every SSE instruction of the process waits
    for them: Pillow blends letters at less than half its speed. numpy clears them at the end of its loops.
    """
    np.add(_VECTOR, _VECTOR, _VECTOR)


def adler32(data: Plain, start: int = 1) -> int:
    """Return the Adler-32 of some bytes, which follow those of ``start``; isal takes a fifth of zlib's time."""
    if isal_zlib is None:
        return zlib.adler32(data, start)
    checksum = isal_zlib.adler32(data, start)
    clear_vectors()
    return checksum


def crc32(data: Plain, start: int = 0) -> int:
    """Return the CRC-32 of some bytes, which follow those of ``start``; isal takes a fifth of zlib's time."""
    if isal_zlib is None:
        return zlib.crc32(data, start)
    checksum = isal_zlib.crc32(data, start)
    clear_vectors()
    return checksum


def deflate_fast(data: Plain) -> bytes:
    """Compress at the lowest level, ended by a full flush: whole bytes, and nothing after them refers to them."""
    if isal_zlib is None:
        return deflate_with_zlib(data)
    # Memory level 9: 3 % faster than the default.
    packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15, 9)
    compressed = bytes(packer.compress(data) + packer.flush(isal_zlib.Z_FULL_FLUSH))
    clear_vectors()
    return compressed


def deflate_flat(data: Plain) -> bytes:
    """Compress rows of palette indexes: quickly, and much smaller than ``deflate_fast``."""
    if zlib_ng is None:
        return deflate_well(data)
    packer = zlib_ng.compressobj(FLAT_LEVEL, zlib_ng.DEFLATED, -15, 9)
    return bytes(packer.compress(data) + packer.flush(zlib_ng.Z_FULL_FLUSH))


def deflate_with_zlib(data: Plain) -> bytes:
    """Compress at the lowest level with zlib: for machines without isal."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def deflate_well(data: Plain) -> bytes:
    """Compress with zlib's usual effort, for what may have to be made again anyway."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15, 9)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def deflate_best(data: Plain) -> bytes:
    """Compress with zlib's best effort, for what is compressed once and sent a million times."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def piece(data: Plain, deflate: Deflate = deflate_fast) -> Piece:
    """Compress some bytes of a stream."""
    return Piece(deflate(data), len(data), adler32(data))


def adler32_combine(first: int, second: int, second_length: int) -> int:
    """Return the Adler-32 of two consecutive stretches of bytes, from theirs (zlib's adler32_combine)."""
    first_low, first_high = first & 0xFFFF, first >> 16
    second_low, second_high = second & 0xFFFF, second >> 16
    low = (first_low + second_low - 1) % ADLER_BASE
    high = (first_high + second_high + second_length * (first_low - 1)) % ADLER_BASE
    return high << 16 | low


def adler32_without(whole: int, first: int, second_length: int) -> int:
    """Return the Adler-32 of the second of two consecutive stretches, from those of both and of the first."""
    low = ((whole & 0xFFFF) - (first & 0xFFFF) + 1) % ADLER_BASE
    high = ((whole >> 16) - (first >> 16) - second_length * ((first & 0xFFFF) - 1)) % ADLER_BASE
    return high << 16 | low


def deflate_stream(data: Plain) -> bytes:
    """Return a whole zlib stream, made quickly."""
    if isal_zlib is None:
        return zlib.compress(data, 6)
    stream = bytes(isal_zlib.compress(data, 3))
    clear_vectors()
    return stream
