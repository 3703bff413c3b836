"""Facts of imgurl.urls.signing: keys, their states, their secrecy, and the comparison of signatures."""

import ast
import inspect
import time
import traceback
from collections.abc import Callable

import pytest

import imgurl.urls.signing
from imgurl.errors import BadSignature, RevokedKey, SettingsError, UnknownKey
from imgurl.urls.signing import (
    KeyRing,
    KeyState,
    SigningKey,
    decode_secret,
    encode_secret,
    parse_keys,
    parse_state,
)
from tests.urls.reading import DESIGN, FIRST, PAIRS, RING, SECOND, SIGNATURE, read, signature_by_hand, signed

SECRET = encode_secret(FIRST.secret)


def test_a_signature_has_43_url_safe_characters() -> None:
    """base64url of 32 bytes without padding."""
    signature = FIRST.sign("spring", "png", {"_k": "k1"})
    assert len(signature) == 43
    assert signature_by_hand(FIRST.secret, "spring", "png", {"_k": "k1"}) == signature


@pytest.mark.parametrize("secret", [b"\x00" * 31 + b"\x01", bytes(range(64)), bytes(range(200)) + b"\xff" * 100])
def test_a_secret_of_any_length_signs_as_hmac_says(secret: bytes) -> None:
    """Also one longer than a block of SHA-256, which HMAC hashes first."""
    expected = signature_by_hand(secret, DESIGN, "png", PAIRS)
    assert expected == SigningKey("k1", KeyState.SIGN, secret).sign(DESIGN, "png", PAIRS)


def test_a_new_key_is_long_enough_and_never_the_same() -> None:
    """Secrets are random and of 32 bytes."""
    keys = [SigningKey.generate("k1", KeyState.SIGN) for _ in range(20)]
    assert {32} == {len(key.secret) for key in keys}
    assert len({key.secret for key in keys}) == 20


def test_the_signing_key_is_the_one_in_the_state_sign() -> None:
    """A ring signs with one key and finds all by id."""
    assert RING.signing is FIRST
    assert (RING.find("k1"), RING.find("k2"), RING.find("k3")) == (FIRST, SECOND, None)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ((), "no signing key"),
        ((SigningKey("k1", KeyState.SIGN, b""),), "0 bytes"),
        ((SigningKey("k1", KeyState.SIGN, bytes(range(31))),), "31 bytes"),
        ((FIRST, SigningKey("k2", KeyState.VERIFY, bytes(range(31)))), "'k2' has 31 bytes"),
        ((SigningKey("k1", KeyState.SIGN, bytes(32)),), "one byte repeated"),
        ((SigningKey("k1", KeyState.SIGN, b"a" * 40),), "one byte repeated"),
        ((FIRST, SigningKey("k1", KeyState.VERIFY, SECOND.secret)), "two keys have the id 'k1'"),
        ((FIRST, SigningKey("k2", KeyState.SIGN, SECOND.secret)), "exactly one key .* found: k1, k2"),
        ((SECOND,), "exactly one key .* found: none"),
        ((SigningKey("k1", KeyState.RETIRED, FIRST.secret),), "found: none"),
        *(
            ((SigningKey(key_id, KeyState.SIGN, FIRST.secret),), "key id")
            for key_id in ("", "K1", "k 1", "k" * 13, "ä")
        ),
    ],
)
def test_a_ring_that_could_fail_open_is_not_made(keys: tuple[SigningKey, ...], said: str) -> None:
    """No key, a short, empty or trivial secret, a doubled id, none or two signing keys: nothing starts (threat 11)."""
    with pytest.raises(SettingsError, match=said):
        KeyRing(keys)


def test_a_good_url_is_verified_by_the_key_it_names() -> None:
    """The key that signed is returned."""
    assert RING.verify(read(signed({"_k": "k1", "a": "b"}))) is FIRST
    assert RING.verify(read(signed({"_k": "k2", "a": "b"}, key=SECOND))) is SECOND


def test_the_key_named_decides_not_the_key_that_fits() -> None:
    """A URL that says k1 and is signed with the secret of k2 is refused (threat 12)."""
    with pytest.raises(BadSignature):
        RING.verify(read(signed({"_k": "k1"}, key=SECOND)))


def test_an_unknown_key_is_refused_by_its_id() -> None:
    """The error carries the id, which is public."""
    with pytest.raises(UnknownKey) as caught:
        RING.verify(read(signed({"_k": "k9"})))
    assert caught.value.key_id == "k9"


def test_an_unknown_key_cannot_be_met_with_the_dummy_secret() -> None:
    """Whoever signs with the zero bytes that unknown ids are compared with gets nowhere."""
    nobody = SigningKey("k9", KeyState.SIGN, bytes(32))
    with pytest.raises(UnknownKey):
        RING.verify(read(signed({"_k": "k9"}, key=nobody)))


def test_a_revoked_key_is_reported_only_for_its_signature() -> None:
    """Without a good signature a revoked key answers as any other."""
    ring = KeyRing((SigningKey("k1", KeyState.REVOKED, FIRST.secret), SigningKey("k2", KeyState.SIGN, SECOND.secret)))
    good = read(signed({"_k": "k1"}))
    with pytest.raises(RevokedKey) as caught:
        ring.verify(good)
    assert caught.value.key_id == "k1"
    with pytest.raises(BadSignature):
        ring.verify(read(signed({"_k": "k1"}, key=SECOND)))


def test_signatures_are_never_compared_with_equality_signs() -> None:
    """Only hmac.compare_digest sees a signature, and itsdangerous' lenient verification is not used (threats 7, 9)."""
    tree = ast.parse(inspect.getsource(imgurl.urls.signing))
    compared = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and any(isinstance(sign, ast.Eq | ast.NotEq) for sign in node.ops)
    ]
    assert [source for source in compared if "signature" in source or "expected" in source] == []
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert "hmac.compare_digest" in called
    assert {"verify_signature", "unsign", "validate"}.isdisjoint(name.rpartition(".")[2] for name in called)


def least_seconds(action: Callable[[], object]) -> float:
    """Return the shortest time an action took, which noise only makes longer."""

    def once() -> float:
        start = time.perf_counter()
        action()
        return time.perf_counter() - start

    return min(once() for _ in range(300))


def test_an_unknown_key_costs_as_much_as_a_wrong_signature() -> None:
    """The time of an answer does not tell which ids exist: one HMAC each (threat 9)."""
    wrong, unknown = read(signed({"_k": "k1"}, key=SECOND)), read(signed({"_k": "k9"}))

    def verify_wrong() -> None:
        with pytest.raises(BadSignature):
            RING.verify(wrong)

    def verify_unknown() -> None:
        with pytest.raises(UnknownKey):
            RING.verify(unknown)

    assert 0.5 < least_seconds(verify_wrong) / least_seconds(verify_unknown) < 2


def test_keys_are_read_from_one_line() -> None:
    """id:state:secret,… with blanks and a comma at the end forgiven."""
    ring = parse_keys(f" k1:sign:{SECRET} , k2:verify:{encode_secret(SECOND.secret)}= ,")
    assert ring.keys == (FIRST, SECOND)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no signing key"),
        (" , ,", "no signing key"),
        (SECRET, "entry 1 is not of the form"),
        (f"k1:{SECRET}", "entry 1 is not of the form"),
        (f"k1:sign:{SECRET}:x", "entry 1 is not of the form"),
        (f"k1:sign:{SECRET},k2", "entry 2 is not of the form"),
        (f"k1:signs:{SECRET}", "entry 1.*sign, verify, retired, revoked"),
        (f"k1:{SECRET}:sign", "entry 1.*sign, verify, retired, revoked"),
        (f"{SECRET}:sign:k1", "entry 1.*key id"),
        (f"sign:k1:{SECRET}", "entry 1.*sign, verify, retired, revoked"),
        (f"k1:sign:{SECRET[:-2]}!!", "'k1' is not base64url"),
        (f"k1:sign:{SECRET}ä", "'k1' is not base64url"),
        (f"k1:sign:{SECRET[:20]}!!!!{SECRET[20:]}", "'k1' is not base64url"),
        (f"k1:sign:{SECRET} {SECRET}", "'k1' is not base64url"),
        (f"k1:sign:{SECRET[:20]}", "15 bytes"),
        ("k1:sign:", "0 bytes"),
        (f"K1:sign:{SECRET}", "entry 1.*key id"),
    ],
)
def test_a_wrong_key_line_is_refused_without_repeating_a_secret(text: str, said: str) -> None:
    """The message says which entry and what, even where parts were swapped, and holds no part of the secret."""
    with pytest.raises(SettingsError, match=said) as caught:
        parse_keys(text)
    told = "".join(traceback.format_exception(caught.value))
    # A traceback quotes source lines, not values: what it says of them are its messages.
    assert SECRET[:10] not in told
    assert SECRET[-12:-2] not in told


def test_a_secret_is_never_shown() -> None:
    """Neither repr nor str nor formatting of keys, rings and errors hold the bytes or their base64 (threat 22)."""
    shown = [f"{thing!r} {thing!s} {thing}" for thing in (FIRST, RING, (FIRST,), {"key": FIRST})]
    for keys in ((FIRST, FIRST), (SECOND,), (SigningKey("k1", KeyState.SIGN, FIRST.secret[:31]),)):
        with pytest.raises(SettingsError) as caught:
            KeyRing(keys)
        shown.append(f"{caught.value!r} {caught.value}")
    secrets = [FIRST.secret, SECOND.secret]
    spellings = [spelt for secret in secrets for spelt in (encode_secret(secret), secret.hex(), repr(secret))]
    assert [spelt for spelt in spellings for text in shown if spelt[:16] in text] == []
    assert all("k1" in text or "none" in text for text in shown)


@pytest.mark.parametrize("secret", [bytes(range(32)), bytes(range(33)), bytes(range(34)), b"\xff\xfe" * 20])
def test_a_secret_is_written_and_read_back(secret: bytes) -> None:
    """base64url without padding, read with or without it."""
    text = encode_secret(secret)
    assert "=" not in text
    assert [secret, secret] == [decode_secret(text, "k1"), decode_secret(text + "==", "k1")]


@pytest.mark.parametrize("state", ["sign", "verify", "retired", "revoked"])
def test_a_state_is_read_by_its_name(state: str) -> None:
    """The four states."""
    assert state == parse_state(state, "here").value


@pytest.mark.parametrize("state", ["", "Sign", "signs", " sign", "SECRETSECRETSECRET"])
def test_another_state_is_refused_with_the_place(state: str) -> None:
    """The message says where, and what may be there."""
    with pytest.raises(SettingsError, match=r"^here: .* sign, verify, retired, revoked$") as caught:
        parse_state(state, "here")
    assert "SECRET" not in str(caught.value)


def test_a_signature_is_compared_as_text() -> None:
    """The signature of the worked example verifies, and no other spelling reaches the comparison."""
    url = read(f"/i/{DESIGN}.png?_k=k1&_o=city.first_name&offer_name=24+%25+off+%26+more&_s={SIGNATURE}")
    assert url.signature == SIGNATURE
    assert RING.verify(url) is FIRST


class TestTestKeys:
    """Keys for trying are derived from signing keys."""

    def test_it_signs_for_itself(self) -> None:
        """Its own id and secret; what it signed verifies as a test, by every server that has its parent."""
        test_key = FIRST.test_key()
        pairs = {"_k": test_key.id, "offer_name": "24"}
        url = read(f"/i/{DESIGN}.png?_k={test_key.id}&offer_name=24&_s={test_key.sign(DESIGN, 'png', pairs)}")
        found = KeyRing((FIRST,)).verify(url)
        assert (found.id, found.state, test_key.secret == FIRST.secret) == ("testk1", KeyState.TEST, False)

    def test_it_cannot_sign_for_its_parent(self) -> None:
        """A signature of the test key under the parent's id is refused."""
        pairs = {"_k": "k1", "offer_name": "24"}
        with pytest.raises(BadSignature):
            RING.verify(read(f"/i/{DESIGN}.png?_k=k1&offer_name=24&_s={FIRST.test_key().sign(DESIGN, 'png', pairs)}"))

    @pytest.mark.parametrize(
        ("state", "test_key"),
        [
            (KeyState.SIGN, KeyState.TEST), (KeyState.VERIFY, KeyState.TEST),
            (KeyState.RETIRED, KeyState.RETIRED), (KeyState.REVOKED, KeyState.REVOKED),
        ],
    )  # fmt: skip
    def test_it_goes_out_of_use_with_its_parent(self, state: KeyState, test_key: KeyState) -> None:
        """A leaked key takes its test key with it."""
        assert SigningKey("k9", state, FIRST.secret).test_key().state is test_key

    def test_its_id_is_no_longer_than_ids_are(self) -> None:
        """Twelve characters, also with a long id."""
        assert len(SigningKey("a" * 12, KeyState.SIGN, FIRST.secret).test_key().id) == 12

    def test_its_id_is_taken(self) -> None:
        """A key that is called like another one's test key is refused."""
        with pytest.raises(SettingsError, match="two keys have the id 'testk1'"):
            KeyRing((FIRST, SigningKey("testk1", KeyState.VERIFY, SECOND.secret)))

    def test_it_is_never_written_down(self) -> None:
        """No key file and no setting holds one."""
        with pytest.raises(SettingsError, match="not a key state"):
            parse_state("test", "here")
