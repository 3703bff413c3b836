"""Facts and laws about streams that are joined of pieces."""

import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.encoders.deflate import (
    STREAM_END,
    STREAM_HEAD,
    adler32,
    adler32_combine,
    adler32_without,
    crc32,
    deflate_best,
    deflate_fast,
    deflate_flat,
    deflate_well,
    deflate_with_zlib,
    piece,
)

WAYS = st.sampled_from((deflate_fast, deflate_flat, deflate_with_zlib, deflate_well, deflate_best))


class TestAdlerCombination:
    """The combined checksum of two stretches is that of zlib over both."""

    @given(st.binary(max_size=4000), st.binary(max_size=4000))
    @settings(max_examples=200, deadline=None)
    def test_law(self, first: bytes, second: bytes) -> None:
        """Equal to zlib.adler32 over the joined bytes."""
        expected = zlib.adler32(first + second)

        assert adler32_combine(zlib.adler32(first), zlib.adler32(second), len(second)) == expected


class TestAdlerOfTheRest:
    """Of a stretch and its beginning the checksum of what is between them follows."""

    @given(st.binary(max_size=4000), st.binary(max_size=4000))
    @settings(max_examples=200, deadline=None)
    def test_law(self, first: bytes, second: bytes) -> None:
        """Equal to zlib.adler32 of the second stretch."""
        whole = zlib.adler32(first + second)

        assert adler32_without(whole, zlib.adler32(first), len(second)) == zlib.adler32(second)


class TestChecksums:
    """Checksums are those of zlib, whatever library computes them."""

    @given(st.binary(max_size=4000), st.binary(max_size=400))
    @settings(max_examples=100, deadline=None)
    def test_law(self, data: bytes, before: bytes) -> None:
        """Equal to zlib's, also of bytes that follow others."""
        assert adler32(data, zlib.adler32(before)) == zlib.adler32(before + data)
        assert crc32(data, zlib.crc32(before)) == zlib.crc32(before + data)


class TestPiecesJoin:
    """Pieces compressed one by one, in any way, make one zlib stream."""

    @given(st.lists(st.tuples(st.binary(max_size=2000), WAYS), max_size=6))
    @settings(max_examples=100, deadline=None)
    def test_law(self, parts: list[tuple[bytes, object]]) -> None:
        """zlib decompresses the joined pieces, and its checksum agrees."""
        stream, adler = STREAM_HEAD, 1
        for data, way in parts:
            made = piece(data, way)  # type: ignore[arg-type]  # drawn from the ways there are
            stream += made.compressed
            adler = adler32_combine(adler, made.adler, made.length)

        assert zlib.decompress(stream + STREAM_END + adler.to_bytes(4, "big")) == b"".join(data for data, _ in parts)
