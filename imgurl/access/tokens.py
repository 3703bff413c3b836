"""The text of an API key: ``imk_live_`` or ``imk_test_``, 256 random bits in base64url, a checksum.

The checksum is CRC-32 (ISO 3309) of everything before it, in base62, as in GitHub's tokens: a key that was cut off or
mistyped is recognised without a query, and scanners for leaked secrets report few false positives.
"""

import re
import secrets
import string
from dataclasses import dataclass, field
from hashlib import sha256
from zlib import crc32

# The database of API keys in the data folder, where no other is set.
FILE_NAME = "access.db"

SECRET_BYTES = 32
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase

# Enough for 32 bits: 62**6 > 2**32.
CHECKSUM_CHARACTERS = 6

FORM = re.compile(rf"imk_(live|test)_[A-Za-z0-9_-]{{43}}[0-9A-Za-z]{{{CHECKSUM_CHARACTERS}}}")

# Anything that was meant to be a key, even if it was cut off.
LOOKS_LIKE_A_KEY = re.compile(r"imk_(?:live|test)_[A-Za-z0-9_-]{0,64}")

# Characters of a key that may be shown: kind and the first four random ones, 24 of its 256 bits.
SHOWN_CHARACTERS = len("imk_live_") + 4


@dataclass(frozen=True, slots=True)
class Token:
    """An API key as its owner has it. ``text`` is a secret."""

    text: str = field(repr=False)

    @property
    def is_test(self) -> bool:
        """Whether this is a test key."""
        return self.text.startswith("imk_test_")

    @property
    def digest(self) -> str:
        """What is stored: SHA-256 in hex. A slow hash protects guessable secrets; 256 random bits need none."""
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
    """Return the key with this text, None if its form or its checksum is wrong. Makes no query."""
    if not FORM.fullmatch(text):
        return None
    body, checksum = text[:-CHECKSUM_CHARACTERS], text[-CHECKSUM_CHARACTERS:]
    # Not a comparison of secrets: anyone who has the body can compute the checksum.
    return Token(text) if checksum == _checksum(body) else None


def _checksum(body: str) -> str:
    number = crc32(body.encode())
    digits = ""
    for _ in range(CHECKSUM_CHARACTERS):
        number, rest = divmod(number, len(BASE62))
        digits = BASE62[rest] + digits
    return digits
