"""Tell a secret that somebody could guess: an example of a manual, a pattern, a word.

No estimate of entropy: of bytes that were drawn at random none is refused (the odds are far below one in 2**64), and
of what people type in their place most is.
"""

import base64
import binascii
import re
import zlib
from collections import Counter
from hashlib import sha256
from itertools import pairwise

# Deflate takes at least 35 bytes for random secrets, also for 128 bits as hex digits (20,000 of each kind); 20 to 27
# for a word or a row of letters that is repeated.
MIN_DEFLATED_BYTES = 32

# What a script makes of a variable that is not set, or of the first word that came to mind.
USUAL_WORDS = ("", "\n", "secret", "password", "changeme", "test", "key", "imgurl")
USUAL_DIGESTS = frozenset(sha256(word.encode()).digest() for word in USUAL_WORDS)

# Words of one case, or each with a capital, punctuation between them, some digits after: never random text.
WORDS = re.compile(
    r"(?:[a-z]+(?:[ _.,:;!?'/-]+[a-z]+)*|[A-Z]+(?:[ _.,:;!?'/-]+[A-Z]+)*|(?:[A-Z][a-z]+[ _.,:;!?'/-]*)+)"
    r"[ _.,:;!?'/0-9-]{0,12}",
    re.ASCII,
)

HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


def weakness(secret: bytes) -> str | None:
    """Return what makes a secret guessable, as the end of a sentence ("is one byte repeated"), None for nothing."""
    if len(set(secret)) == 1:
        return "is one byte repeated"
    if _counts(secret):
        return "is bytes that count, as in an example"
    if len(zlib.compress(secret, 9)) < MIN_DEFLATED_BYTES:
        return "repeats itself"
    if secret in USUAL_DIGESTS:
        return "is the SHA-256 of a word that everybody tries"
    text = secret.decode("ascii", errors="replace")
    if WORDS.fullmatch(text):
        return "is made of words"
    # A secret that was encoded twice is as good as what it spells.
    return next((reason for spelt in _spelt(text) if (reason := weakness(spelt))), None)


def _counts(secret: bytes) -> bool:
    """Whether most bytes follow the one before by the same step: 00 01 02, ff fe fd, 00 11 22."""
    steps = Counter((after - before) % 256 for before, after in pairwise(secret))
    return max(steps.values(), default=0) * 4 >= len(secret) * 3


def _spelt(text: str) -> list[bytes]:
    """Return what a text means in hex and in base64; [] where it is neither, or too short to be a secret."""
    if HEX.fullmatch(text):
        return [bytes.fromhex(text)] if len(text) >= 64 else []
    try:
        decoded = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return []
    return [decoded] if len(decoded) >= 32 else []
