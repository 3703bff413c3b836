"""Read the open part of a URL: what mail platforms, clients and scanners made of the values behind the signature.

Never fails, whatever the bytes are. The rules are url-format's "Reading the open part", in its order.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote_to_bytes

from imgurl.merge.dialects import Dialect
from imgurl.merge.tracking import is_tracking_name

END_MARKER = "_z"

# Bytes of a decoded open value. 200 code points, the cap of a cleaned value, are rarely more.
MAX_VALUE_BYTES = 512

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# Signs that an encoder escapes and a browser leaves alone: a value that holds one went through an encoder.
ENCODED_SIGN = re.compile(r"%(?:2[4-6CF]|3[ABDF]|40)", re.IGNORECASE)

# word+word and nothing else with a plus; a word's letters are those of ASCII and all beyond it.
PLUS_BETWEEN_WORDS = re.compile(r"[^+@]*[^\x00-@\[-`{-\x7f](?:\+[^\x00-@\[-`{-\x7f][^+@]*)+")

# A UTF-8 sequence of two bytes or more: bytes with one of these are damaged UTF-8, not another code page.
UTF8_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")


class DecodeMode(StrEnum):
    """How an open value is spelt: by a URL encoder, not at all, or nobody said."""

    ENCODED = "encoded"
    RAW = "raw"
    AUTO = "auto"

    @classmethod
    def of(cls, dialect: Dialect | None) -> "DecodeMode":
        """Return the mode a platform's values have."""
        if dialect is None:
            return cls.AUTO
        return cls.ENCODED if dialect.encoded else cls.RAW


@dataclass(frozen=True, slots=True)
class OpenValue:
    """One value as it was read; ``text`` is None where it can't be used and ``flag`` says why.

    Flags: ``cut``, ``too-long``, ``undecodable``.
    """

    raw: str
    text: str | None
    flag: str = ""


@dataclass(frozen=True, slots=True)
class OpenPart:
    """The values of the open part by field name; ``cut`` when the end marker is missing."""

    values: dict[str, OpenValue]
    cut: bool


def read_open_part(query: str, names: Iterable[str], dialect: Dialect | None) -> OpenPart:
    """Read what stands behind the signature.

    ``query`` holds the bytes of the query as Latin-1 text, ``names`` are the open fields of the URL.
    """
    mode = DecodeMode.of(dialect)
    raw, ended = _split(query, frozenset(names), mode)
    values = {name: _decode_value(text, mode) for name, text in raw.items()}
    if not ended and values:
        last = next(reversed(values))
        # The URL was cut inside or right behind this value: half a name is a wrong name.
        values[last] = OpenValue(values[last].raw, None, "cut")
    return OpenPart(values, cut=not ended)


def _split(query: str, names: frozenset[str], mode: DecodeMode) -> tuple[dict[str, str], bool]:
    """Cut the query into raw values; say whether the end marker was there."""
    values: dict[str, str] = {}
    current = ""
    for segment in query.split("&"):
        name, equals, value = segment.removeprefix("amp;").partition("=")
        if name == END_MARKER:
            return values, True
        if equals and name in names and name not in values:
            values[name] = value
            current = name
        elif equals and is_tracking_name(name):
            continue
        elif current and mode is not DecodeMode.ENCODED:
            # A raw "&" tore this off the value before it: AT&T, Ben & Jerry.
            values[current] += "&" + segment
    return values, False


def _decode_value(raw: str, mode: DecodeMode) -> OpenValue:
    if len(raw) > 4 * MAX_VALUE_BYTES:
        return OpenValue(raw[:MAX_VALUE_BYTES], None, "too-long")
    plus_is_space = mode is DecodeMode.ENCODED or (mode is DecodeMode.AUTO and _auto_plus_is_space(raw))
    spelt = raw.replace("+", " ") if plus_is_space else raw
    decoded = unquote_to_bytes(spelt.encode("latin-1", errors="replace"))
    if len(decoded) > MAX_VALUE_BYTES:
        return OpenValue(raw[:MAX_VALUE_BYTES], None, "too-long")
    text = ENTITY.sub(lambda entity: html.unescape(entity.group()), _text(decoded))
    # The replacement character is the scar of a name that was broken before it reached us, or of our reading it.
    if "\ufffd" in text:
        return OpenValue(raw, None, "undecodable")
    return OpenValue(raw, text)


def _auto_plus_is_space(raw: str) -> bool:
    """Guess what a plus means where no platform is named.

    Whoever encodes a plus encodes spaces too, and whoever writes %20 for a space means the plus.
    """
    if "%2B" in raw or "%2b" in raw:
        return True
    if "%20" in raw:
        return False
    decoded = unquote_to_bytes(raw.encode("latin-1", errors="replace")).decode(errors="replace")
    return bool(ENCODED_SIGN.search(raw) or PLUS_BETWEEN_WORDS.fullmatch(decoded))


def _text(decoded: bytes) -> str:
    """Return the text of the bytes: UTF-8, else Windows-1252; with U+FFFD in it where it is neither."""
    try:
        return decoded.decode()
    except UnicodeDecodeError:
        return decoded.decode("utf-8" if UTF8_SEQUENCE.search(decoded) else "cp1252", errors="replace")
