"""Facts of imgurl.urls.weakness: examples, patterns and words are no secrets; what was drawn at random is one."""

import base64
import secrets
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.errors import SettingsError
from imgurl.urls.mint import Minter
from imgurl.urls.signing import KeyRing, KeyState, SigningKey, encode_secret, parse_keys
from imgurl.urls.weakness import weakness
from tests.urls.reading import FIRST

README_EXAMPLE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

GUESSABLE = {
    "is one byte repeated": [bytes(32), b"\xff" * 64, b"a" * 43],
    "is bytes that count": [
        bytes(range(32)),
        bytes(range(32, 64)),
        bytes(range(255, 191, -1)),
        bytes(number * 17 % 256 for number in range(40)),
        bytes(range(31)) + b"\0",
        bytes(31) + b"\x01",
        b"a" * 20 + b"b" * 23,
        b"0123456789abcdef" * 2,
        bytes(range(32)).hex().encode(),
        README_EXAMPLE.encode(),
        base64.b64encode(bytes(range(48))),
    ],
    "repeats itself": [
        b"secret" * 6,
        b"changeme" * 4 + b"!!",
        bytes.fromhex("deadbeef") * 8,
        b"deadbeef" * 8,
        bytes([1, 2]) * 16,
    ],
    "is the SHA-256 of a word": [sha256(b"").digest(), sha256(b"secret").digest(), sha256(b"").hexdigest().encode()],
    "is made of words": [
        b"correct horse battery staple okay then",
        b"THIS IS THE SECRET OF OUR IMAGE SERVER",
        b"ThisIsTheSecretKeyOfOurImageServer",
        b"please-change-this-secret-before-production-2026",
        b"the quick brown fox jumps over the lazy dog!",
        b"qwertyuiopasdfghjklzxcvbnm1234567890",
    ],
}


@pytest.mark.parametrize(
    ("reason", "secret"), [(reason, each) for reason, all_of in GUESSABLE.items() for each in all_of]
)
def test_what_can_be_guessed_is_reported(reason: str, secret: bytes) -> None:
    """With the reason, as the end of a sentence."""
    found = weakness(secret)
    assert found is not None
    assert found.startswith(reason)


@given(st.integers(32, 96))
def test_random_bytes_are_not_a_pattern(length: int) -> None:
    """However they are written: as they are, in hex, in base64, and 128 bits in hex."""
    secret = secrets.token_bytes(length)
    assert weakness(secret) is None
    assert weakness(secret.hex().encode()) is None
    assert weakness(base64.b64encode(secret)) is None
    assert weakness(secrets.token_urlsafe(length).encode()) is None
    assert weakness(secrets.token_hex(16).encode()) is None


@given(st.binary(min_size=1, max_size=16), st.integers(32, 80))
def test_what_repeats_is_not_a_secret(block: bytes, length: int) -> None:
    """A block of up to 16 bytes, again and again, cut anywhere."""
    assert weakness((block * length)[:length]) is not None


@given(st.integers(0, 255), st.integers(0, 255), st.integers(32, 80))
def test_what_counts_is_not_a_secret(first: int, step: int, length: int) -> None:
    """From any byte by any step."""
    assert weakness(bytes((first + number * step) % 256 for number in range(length))) is not None


def test_a_guessable_key_is_refused_wherever_it_comes_from() -> None:
    """The environment, one secret, a ring: a sentence that names the key and the way out, and not the secret."""
    for make in (
        lambda: parse_keys(f"k1:sign:{README_EXAMPLE}"),
        lambda: Minter.from_secret(README_EXAMPLE, "https://img.example.com", "k1"),
        lambda: KeyRing((SigningKey("k1", KeyState.SIGN, bytes(range(32))),)),
        lambda: KeyRing((SigningKey("k3", KeyState.SIGN, FIRST.secret), SigningKey("k1", KeyState.VERIFY, bytes(32)))),
    ):
        with pytest.raises(
            SettingsError, match=r"key 'k1' is .*anybody can sign with it.*imgurl keys rotate"
        ) as caught:
            make()
        assert README_EXAMPLE[:12] not in str(caught.value)


def test_a_guessable_key_may_go_out_of_use() -> None:
    """Retired or revoked it stays in the ring: mail that was sent keeps an image, and nobody's forgery counts."""
    weak = bytes(range(32))
    text = f"k2:sign:{encode_secret(FIRST.secret)},k1:retired:{encode_secret(weak)},k3:revoked:{encode_secret(weak)}"
    assert [key.state for key in parse_keys(text).keys] == [KeyState.SIGN, KeyState.RETIRED, KeyState.REVOKED]
