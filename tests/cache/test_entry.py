"""The form of a finished image on a disk or in a store."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from imgurl.cache.entry import HEADER, MARK, packed, unpacked


def test_an_entry_is_mark_length_digest_and_body() -> None:
    """The mark, the length as 8 bytes, the SHA-256, the body: other versions of the server read it."""
    assert packed(b"an image") == MARK + (8).to_bytes(8, "big") + sha256(b"an image").digest() + b"an image"


@given(st.binary(max_size=300))
def test_what_was_packed_comes_back(body: bytes) -> None:
    """Any bytes, no bytes too."""
    assert body == unpacked(packed(body))


@given(st.binary(max_size=100), st.data())
def test_any_damage_is_seen(body: bytes, data: st.DataObject) -> None:
    """One changed byte, a cut, or bytes behind the end: no image."""
    entry = bytearray(packed(body))
    place = data.draw(st.integers(0, len(entry) - 1))
    assert unpacked(bytes(entry[:place])) is None
    assert unpacked(bytes(entry) + b"\x00") is None
    entry[place] ^= data.draw(st.integers(1, 255))
    assert unpacked(bytes(entry)) is None


@given(st.binary(max_size=2 * HEADER.size))
def test_foreign_bytes_are_no_entry(foreign: bytes) -> None:
    """Whatever somebody put there."""
    assert unpacked(foreign) is None
