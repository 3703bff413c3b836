"""The grammar of keys: relative, slash-separated, no segment that begins with a dot."""

import re

SEGMENT = "[A-Za-z0-9_-][A-Za-z0-9._-]*"
KEY = re.compile(rf"{SEGMENT}(?:/{SEGMENT})*")


def checked(key: str) -> str:
    """Return the key. Raises ValueError if it is not valid: no key leads out of the store."""
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not a valid key: write letters, digits and . _ - between slashes, no leading dot")
    return key
