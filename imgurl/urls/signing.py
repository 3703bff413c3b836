"""Signing keys and signatures. The only module that knows itsdangerous.

The signature is HMAC-SHA256 under a key derived for this one purpose, base64url without padding, always 43
characters. It is compared as text: ``Signer.verify_signature`` would decode base64 leniently, so that padded and
junk-filled spellings of one signature pass, each a new key for every cache outside.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from itsdangerous import Signer

from imgurl.errors import BadSignature, RevokedKey, SettingsError, UnknownKey
from imgurl.identifiers import SIGNING_KEY_ID
from imgurl.urls.canonical import canonical
from imgurl.urls.target import SignedUrl
from imgurl.urls.weakness import weakness

SALT = b"imgurl/url/v1"
MIN_SECRET_BYTES = 32

# An unknown key id costs one HMAC too, so that the answer's time does not tell which ids exist.
NOBODY = b"\x00" * MIN_SECRET_BYTES


# Test keys are derived from signing keys under a purpose of their own.
TEST_PURPOSE = b"imgurl/test/v1"


class KeyState(StrEnum):
    """What a key may still do."""

    #: Signs new URLs; exactly one key has this state.
    SIGN = "sign"
    #: No longer signs, its URLs stay good: old mail keeps working for years.
    VERIFY = "verify"
    #: Its URLs get the design's default image.
    RETIRED = "retired"
    #: Its URLs are refused.
    REVOKED = "revoked"
    #: Its URLs are for testing: watermarked images, counted separately. Never stored: see ``test_key``.
    TEST = "test"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key: ``id`` is public and part of URLs, ``secret`` has 32 bytes or more and is never shown."""

    id: str
    state: KeyState
    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls, key_id: str, state: KeyState) -> "SigningKey":
        """Return a new key with a random secret."""
        return cls(key_id, state, secrets.token_bytes(MIN_SECRET_BYTES))

    def sign(self, design: str, ext: str, pairs: dict[str, str]) -> str:
        """Return the signature of a sealed part, 43 characters."""
        return _signature(self.secret, canonical(design, ext, pairs))

    @property
    def is_weak(self) -> bool:
        """Whether the secret can be guessed although what the key signs still counts: such a key is not taken.

        A retired or revoked one may be weak. Of the one all see the default image, of the other nothing.
        """
        return self.state not in (KeyState.RETIRED, KeyState.REVOKED) and weakness(self.secret) is not None

    def test_key(self) -> "SigningKey":
        """Return the test key that belongs to this one.

        It is derived, so that every server that has this key has it too, and it goes out of use with this key.
        """
        state = KeyState.TEST if self.state in (KeyState.SIGN, KeyState.VERIFY) else self.state
        return SigningKey(_test_key_id(self.id), state, hmac.digest(self.secret, TEST_PURPOSE, "sha256"))

    def prepared(self) -> "PreparedSigner":
        """Return what signs many sealed parts with this key: the key of this one purpose is derived once."""
        return PreparedSigner(Signer(_signer(self.secret).derive_key(), key_derivation="none", digest_method=sha256))


@dataclass(frozen=True, slots=True)
class PreparedSigner:
    """Signs as its key does, in half the time."""

    signer: Signer = field(repr=False)

    def sign(self, design: str, ext: str, pairs: Mapping[str, str]) -> str:
        """Return the signature of a sealed part, 43 characters."""
        return self.signer.get_signature(canonical(design, ext, pairs)).decode()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of a server. Raises SettingsError when it could not fail closed."""

    keys: tuple[SigningKey, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise SettingsError("there is no signing key: run 'imgurl keys add', or set IMGURL_SIGNING_KEYS")
        for number, key in enumerate(self.keys, start=1):
            check_key_id(key.id, f"key {number}")
            if len(key.secret) < MIN_SECRET_BYTES:
                raise SettingsError(
                    f"the secret of key '{key.id}' has {len(key.secret)} bytes; at least {MIN_SECRET_BYTES} are needed"
                )
            if key.is_weak:
                raise SettingsError(
                    f"the secret of key '{key.id}' {weakness(key.secret)}: anybody can sign with it. Let a random one "
                    "sign, and retire this one: in a key file 'imgurl keys rotate' does both, in IMGURL_SIGNING_KEYS "
                    f"write {key.id}:retired:…"
                )
        ids = [key.id for key in self.keys] + [_test_key_id(key.id) for key in self.keys]
        if doubled := {key_id for key_id in ids if ids.count(key_id) > 1}:
            raise SettingsError(f"two keys have the id '{min(doubled)}'")
        signing = [key.id for key in self.keys if key.state is KeyState.SIGN]
        if len(signing) != 1:
            names = ", ".join(signing) or "none"
            raise SettingsError(f"exactly one key must have the state sign, found: {names}")

    @property
    def signing(self) -> SigningKey:
        """The one key that signs new URLs."""
        return next(key for key in self.keys if key.state is KeyState.SIGN)

    @property
    def testing(self) -> SigningKey:
        """The key that signs new test URLs."""
        return self.signing.test_key()

    def find(self, key_id: str) -> SigningKey | None:
        """Return the key of this id, one for test URLs too."""
        for key in self.keys:
            if key.id == key_id:
                return key
            if _test_key_id(key.id) == key_id:
                return key.test_key()
        return None

    def owner_of_test_key(self, key_id: str) -> SigningKey | None:
        """Return the key whose test key has this id, None if there is none."""
        return next((key for key in self.keys if _test_key_id(key.id) == key_id), None)

    def verify(self, url: SignedUrl) -> SigningKey:
        """Return the key that signed ``url``, in constant time.

        Raises UnknownKey, BadSignature or RevokedKey. A retired key is returned: its URLs get a picture.
        """
        key = self.find(url.key_id)
        secret = key.secret if key else NOBODY
        expected = _signature(secret, canonical(url.design, url.ext, url.pairs))
        matches = hmac.compare_digest(expected, url.signature)
        if key is None:
            raise UnknownKey(url.key_id)
        if not matches:
            raise BadSignature
        if key.state is KeyState.REVOKED:
            raise RevokedKey(key.id)
        return key


#: Gives the keys as they are now: ``live_keys`` reads them again when they were changed.
Keys = Callable[[], KeyRing]


def parse_keys(text: str) -> KeyRing:
    """Read ``id:state:secret,…``, secrets in base64url. Raises SettingsError that never repeats a secret."""
    keys = []
    for number, item in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
        parts = item.split(":")
        if len(parts) != 3:
            raise SettingsError(f"IMGURL_SIGNING_KEYS: entry {number} is not of the form id:state:secret")
        key_id, state, secret = parts
        where = f"IMGURL_SIGNING_KEYS, entry {number}"
        check_key_id(key_id, where)
        keys.append(SigningKey(key_id, parse_state(state, where), decode_secret(secret, key_id)))
    return KeyRing(tuple(keys))


def check_key_id(text: str, where: str) -> None:
    """Raise SettingsError for an invalid key id. The message does not repeat it: it may be a misplaced secret."""
    if not SIGNING_KEY_ID.fullmatch(text):
        raise SettingsError(f"{where}: a key id has 1 to 12 characters of a-z and 0-9")


def parse_state(text: str, where: str) -> KeyState:
    """Return the state of this name. Raises SettingsError, which does not repeat a possibly misplaced secret."""
    states = {state.value: state for state in KeyState if state is not KeyState.TEST}
    if text not in states:
        raise SettingsError(f"{where}: this is not a key state; write one of {', '.join(states)}")
    return states[text]


def _test_key_id(key_id: str) -> str:
    """Return the id of a key's test key: 12 characters at most, as all ids."""
    return "test" + (key_id if len(key_id) <= 8 else sha256(key_id.encode()).hexdigest()[:8])


def encode_secret(secret: bytes) -> str:
    """Return a secret in base64url without padding."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def decode_secret(text: str, key_id: str) -> bytes:
    """Return the bytes of a secret in base64url, padded or not. Raises SettingsError."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SettingsError(f"the secret of key '{key_id}' is not base64url") from None


def _signature(secret: bytes, data: bytes) -> str:
    return _signer(secret).get_signature(data).decode()


def _signer(secret: bytes) -> Signer:
    return Signer(secret, salt=SALT, key_derivation="hmac", digest_method=sha256)
