"""Facts of imgurl.access.tokens."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.access.tokens import FORM, LOOKS_LIKE_A_KEY, Token, new_token, parse_token

# Made once by hand: zlib.crc32 of the text before the last six characters, in digits 0-9 A-Z a-z.
KNOWN = "imk_live_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
CHARACTERS = string.ascii_letters + string.digits + "-_"


@pytest.mark.parametrize(("test", "beginning"), [(False, "imk_live_"), (True, "imk_test_")])
def test_a_new_key_has_its_form(test: bool, beginning: str) -> None:
    """Kind, 43 characters for 256 bits, 6 of checksum; it can be read back."""
    token = new_token(test=test)
    assert token.text.startswith(beginning)
    assert len(token.text) == len(beginning) + 43 + 6
    assert FORM.fullmatch(token.text)
    assert parse_token(token.text) == token
    assert token.is_test is test


def test_keys_are_random() -> None:
    """A thousand keys, a thousand secrets, and every bit of them moves."""
    texts = {new_token(test=False).text for _ in range(1_000)}
    assert len(texts) == 1_000
    for place in range(len("imk_live_"), len("imk_live_") + 42):
        assert len({text[place] for text in texts}) > 50


def test_the_checksum_is_crc_32_in_base_62() -> None:
    """As documented, so that a scanner for leaked secrets can compute it: one example worked out beforehand."""
    import zlib

    number = zlib.crc32(KNOWN.encode())
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    checksum = "".join(digits[number // 62**power % 62] for power in (5, 4, 3, 2, 1, 0))
    assert parse_token(KNOWN + checksum) == Token(KNOWN + checksum)


@given(st.data())
def test_one_wrong_character_is_found(data: st.DataObject) -> None:
    """Whichever character of a key is another one, the key is none."""
    text = new_token(test=False).text
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([character for character in CHARACTERS if character != text[place]]))
    assert parse_token(text[:place] + other + text[place + 1 :]) is None


@given(st.text(max_size=80))
def test_other_texts_are_not_keys(text: str) -> None:
    """Nothing but a key is one, and no text makes the reading fail."""
    assert parse_token(text) is None


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: text + "\n", lambda text: text[:-1]])
def test_a_key_has_one_spelling(change: object) -> None:
    """Other letters, a line end behind it, a character lost: no key."""
    assert callable(change)
    assert parse_token(change(new_token(test=True).text)) is None


def test_the_secret_is_not_in_the_repr() -> None:
    """A token that ends up in a log or a traceback shows nothing."""
    token = new_token(test=False)
    assert token.text[9:] not in repr(token)
    assert (token.shown, len(token.shown)) == (token.text[:13], 13)


def test_what_was_meant_to_be_a_key_is_seen() -> None:
    """Whole or cut, alone or inside something."""
    token = new_token(test=False).text
    for text in (token, token[:-5], f"api_key={token}&x=1", "imk_test_"):
        assert LOOKS_LIKE_A_KEY.search(text)
    assert not LOOKS_LIKE_A_KEY.search("imk_ live_ imk-live-abc")
