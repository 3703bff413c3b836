"""The text of an API key: ``imk_live_`` or ``imk_test_``, 256 random bits in base64url, a checksum.

The checksum is CRC-32 (ISO 3309) of all that stands before it, in base62, as GitHub's tokens have it: a cut or
mistyped key is known without asking a store, and scanners for leaked secrets find few false ones.
"""

import re
import secrets
import string
from dataclasses import dataclass, field
from hashlib import sha256
from zlib import crc32

SECRET_BYTES = 32
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase

# 62**6 is above 2**32.
CHECKSUM_CHARACTERS = 6

FORM = re.compile(rf"imk_(live|test)_[A-Za-z0-9_-]{{43}}[0-9A-Za-z]{{{CHECKSUM_CHARACTERS}}}")

# Anything that was meant to be a key, also one that was cut.
LOOKS_LIKE_A_KEY = re.compile(r"imk_(?:live|test)_[A-Za-z0-9_-]{0,64}")

# Characters of a key that may be shown: kind and the first four random ones, 24 of its 256 bits.
SHOWN_CHARACTERS = len("imk_live_") + 4


@dataclass(frozen=True, slots=True)
class Token:
    """An API key as its owner holds it. ``text`` is a secret."""

    text: str = field(repr=False)

    @property
    def is_test(self) -> bool:
        """Whether the key is for trying."""
        return self.text.startswith("imk_test_")

    @property
    def digest(self) -> str:
        """What is stored of the key: SHA-256 in hex. A slow hash protects guessable secrets; 256 bits are none."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def shown(self) -> str:
        """The beginning of the key, for lists and logs: ``imk_live_Ab3d``."""
        return self.text[:SHOWN_CHARACTERS]


def new_token(*, test: bool) -> Token:
    """Return a new random key."""
    body = f"imk_{'test' if test else 'live'}_{secrets.token_urlsafe(SECRET_BYTES)}"
    return Token(body + _checksum(body))


def parse_token(text: str) -> Token | None:
    """Return the key that a text spells, None where its form or its checksum is wrong. Asks no store."""
    if not FORM.fullmatch(text):
        return None
    body, checksum = text[:-CHECKSUM_CHARACTERS], text[-CHECKSUM_CHARACTERS:]
    # No secret is compared here: whoever has the body can compute the checksum.
    return Token(text) if checksum == _checksum(body) else None


def _checksum(body: str) -> str:
    number = crc32(body.encode())
    digits = ""
    for _ in range(CHECKSUM_CHARACTERS):
        number, rest = divmod(number, len(BASE62))
        digits = BASE62[rest] + digits
    return digits
