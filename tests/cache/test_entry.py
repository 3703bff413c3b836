"""The form of a finished image on a disk or in a store."""

from hashlib import sha256
from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from imgurl.cache.entry import HEADER_BYTES, MARK, pack, unpack
from tests.cache.contract import key_of

AVA = key_of("Ava")


def test_an_entry_is_mark_key_length_checksum_and_body() -> None:
    """The mark, the key's digest, its extension in 8 bytes, the length as 8 bytes, the CRC-32 of it all."""
    facts = MARK + bytes.fromhex(AVA.digest) + b"png\0\0\0\0\0" + (8).to_bytes(8, "big")
    assert pack(AVA, b"an image") == facts + crc32(facts + b"an image").to_bytes(4, "big") + b"an image"


@given(st.binary(max_size=300), st.sampled_from(["png", "jpg", "webp", "avif"]))
def test_what_was_packed_comes_back(body: bytes, ext: str) -> None:
    """Any bytes, no bytes too."""
    assert body == unpack(key_of("Ava", ext), pack(key_of("Ava", ext), body))


def test_an_entry_is_that_of_its_key_alone() -> None:
    """Neither another recipient's picture nor the same one in another format."""
    entry = pack(AVA, b"an image")
    assert [unpack(key, entry) for key in (key_of("Leo"), key_of("Ava", "jpg"))] == [None, None]


def test_an_entry_without_a_key_is_none() -> None:
    """As servers wrote them before: whose they are is not known."""
    old = b"imgurl1\n" + (8).to_bytes(8, "big") + sha256(b"an image").digest() + b"an image"
    assert unpack(AVA, old) is None


def test_an_entry_with_a_digest_is_none() -> None:
    """As servers wrote them before CRC-32: a miss, and drawn again."""
    facts = b"imgurl2\n" + bytes.fromhex(AVA.digest) + b"png\0\0\0\0\0" + (8).to_bytes(8, "big")
    assert unpack(AVA, facts + sha256(facts + b"an image").digest() + b"an image") is None


@given(st.binary(max_size=100), st.data())
def test_any_damage_is_seen(body: bytes, data: st.DataObject) -> None:
    """One changed byte, a cut, or bytes behind the end: no image."""
    entry = bytearray(pack(AVA, body))
    place = data.draw(st.integers(0, len(entry) - 1))
    assert unpack(AVA, bytes(entry[:place])) is None
    assert unpack(AVA, bytes(entry) + b"\x00") is None
    entry[place] ^= data.draw(st.integers(1, 255))
    assert unpack(AVA, bytes(entry)) is None


@given(st.binary(max_size=2 * HEADER_BYTES))
def test_foreign_bytes_are_not_an_entry(foreign: bytes) -> None:
    """Whatever somebody put there."""
    assert unpack(AVA, foreign) is None
