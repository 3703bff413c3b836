"""Facts and laws about streams that are joined of pieces."""

import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.encoders.deflate import (
    STREAM_END,
    STREAM_HEAD,
    adler32_combine,
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
