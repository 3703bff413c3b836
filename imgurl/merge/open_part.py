"""Read the open part of a URL: what mail platforms, clients and scanners made of the values after the signature.

Never fails, whatever the bytes are. The rules are url-format's "Reading the open part", in its order.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from imgurl.merge.charsets import charsets_of, decode_in, decode_utf8, decode_western, decoded_again
from imgurl.merge.clean import ENTITY
from imgurl.merge.dialects import Dialect
from imgurl.merge.entities import with_names_back
from imgurl.merge.folds import (
    Cause,
    Repair,
    joined_characters,
    joined_entities,
    joined_escapes,
    may_be_folded,
    name_of,
    without_folds,
)
from imgurl.merge.iso_2022_jp import in_utf_8
from imgurl.merge.tracking import is_tracking_name

END_MARKER = "_z"

# Bytes of a decoded open value. 200 code points, the cap of a cleaned value, are rarely more.
MAX_VALUE_BYTES = 512

# Signs that an encoder escapes and a browser leaves alone: a value that holds one went through an encoder.
ENCODED_SIGN = re.compile(r"%(?:2[4-6CF]|3[ABDF]|40)", re.IGNORECASE)

# word+word and nothing else with a plus; a word's letters are those of ASCII and all beyond it.
PLUS_BETWEEN_WORDS = re.compile(r"[^+@]*[^\x00-@\[-`{-\x7f](?:\+[^\x00-@\[-`{-\x7f][^+@]*)+")

# Those that only an encoder escapes which escapes a plus too; encodeURI escapes a % and leaves a plus.
ENCODED_BESIDE_PLUS = re.compile(r"%(?:2[46CF]|3[ABDF]|40)", re.IGNORECASE)

# Every % of a text begins an escape.
ALL_ESCAPES = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")

# How often a value may have been encoded beyond the once that a URL needs: by a platform, a proxy and a scanner.
MAX_ENCODINGS = 3

# In no name; what is left of ISO-2022-JP that could not be read.
ESCAPE_CHARACTER = "\x1b"


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


class Damage(StrEnum):
    """What happened to the values of a link on its way, whatever became of them: for statistics."""

    #: The end of the link is missing.
    CUT = "cut"
    #: A value came in another charset than UTF-8, or encoded twice, and was read all the same.
    CHARSET = "charset"
    #: A mail server broke a line within the link.
    FOLDED = "folded"


@dataclass(frozen=True, slots=True)
class OpenValue:
    """One value as it was read; ``text`` is None if it can't be used, and ``flag`` says why.

    Flags: ``cut``, ``too-long``, ``undecodable``; with a text only ``repeated``.
    """

    raw: str
    text: str | None
    flag: str = ""
    #: Whether its bytes were not the UTF-8 of its text.
    is_recoded: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class OpenPart:
    """The values of the open part by field name; ``cut`` when the end marker is missing."""

    values: dict[str, OpenValue]
    cut: bool
    #: Names of the charsets that the page which the link was sent from may have; none if nothing tells.
    charsets: tuple[str, ...] = ()
    #: What was undone.
    repairs: tuple[Repair, ...] = ()
    #: Whether all of it came in another charset.
    is_recoded: bool = field(default=False, compare=False)

    @property
    def damage(self) -> tuple[Damage, ...]:
        """What happened to it on its way."""
        is_recoded = self.is_recoded or any(value.is_recoded for value in self.values.values())
        is_folded = any(repair.cause is Cause.FOLDED for repair in self.repairs)
        seen = {Damage.CUT: self.cut, Damage.CHARSET: is_recoded, Damage.FOLDED: is_folded}
        return tuple(damage for damage, is_there in seen.items() if is_there)


class _Split(NamedTuple):
    """The open part cut into raw values; ``mark`` is the value of the end marker, None if that is missing."""

    values: dict[str, str]
    mark: str | None
    repeated: frozenset[str]
    repairs: tuple[Repair, ...]


def read_open_part(query: str, names: Iterable[str], dialect: Dialect | None) -> OpenPart:
    """Read what comes after the signature.

    ``query`` holds the bytes of the query as Latin-1 text, ``names`` are the open fields of the URL.
    """
    mode = DecodeMode.of(dialect)
    known = frozenset(names)
    in_one_charset = in_utf_8(query)
    restored, repairs = with_names_back(in_one_charset, known)
    split = _split(restored, known, mode)
    charsets = charsets_of(split.mark) if split.mark else ()
    values = {}
    for name, raw in split.values.items():
        whole = _without_folds(raw, mode) if may_be_folded(raw) else raw
        if whole != raw:
            repairs += (Repair.folded(f"{name}={raw}", 12),)
        value = _decode_value(raw, whole, mode, charsets)
        values[name] = replace(value, flag="repeated") if name in split.repeated and value.text is not None else value
    if split.mark is None and values:
        last = next(reversed(values))
        # The URL was cut inside or right after this value: half a name is a wrong name.
        values[last] = OpenValue(values[last].raw, None, "cut")
    is_recoded = in_one_charset != query
    return OpenPart(values, split.mark is None, charsets, repairs + split.repairs, is_recoded)


def _split(query: str, names: frozenset[str], mode: DecodeMode) -> _Split:
    values: dict[str, str] = {}
    repeated: set[str] = set()
    repairs: list[Repair] = []
    current = ""
    for segment in query.split("&"):
        name, equals, value = segment.removeprefix("amp;").partition("=")
        if name not in names and name != END_MARKER:
            whole = name_of(segment)
            if whole != name and (whole in names or whole == END_MARKER):
                repairs.append(Repair.folded(f"&{segment}"))
                name = whole
        if name == END_MARKER:
            return _Split(values, value, frozenset(repeated), tuple(repairs))
        if equals and name in values:
            # The first counts: a second one was appended by somebody, and what is torn off it goes with it.
            repeated.add(name)
            current = ""
        elif equals and name in names:
            values[name] = value
            current = name
        elif equals and is_tracking_name(name):
            continue
        elif current and mode is not DecodeMode.ENCODED:
            # A raw "&" tore this off the value before it: AT&T, Ben & Jerry.
            values[current] += "&" + segment
    return _Split(values, None, frozenset(repeated), tuple(repairs))


def _decode_value(raw: str, whole: str | None, mode: DecodeMode, charsets: tuple[str, ...]) -> OpenValue:
    """Read a value that came as ``raw`` and is ``whole`` without broken lines."""
    if len(raw) > 4 * MAX_VALUE_BYTES:
        return OpenValue(raw[:MAX_VALUE_BYTES], None, "too-long")
    if whole is None:
        return OpenValue(raw, None, "undecodable")
    data = _bytes(whole, mode)
    if len(data) > MAX_VALUE_BYTES:
        return OpenValue(raw[:MAX_VALUE_BYTES], None, "too-long")
    decoded = _decoded(data, mode, charsets)
    once = None if decoded is None else _unescaped_again(decoded)
    again = None if once is None else decoded_again(once)
    text = None if again is None else _without_entities(again)
    # The replacement character is the scar of a name that was broken before it reached us.
    if text is None or "\ufffd" in text or ESCAPE_CHARACTER in text:
        return OpenValue(raw, None, "undecodable")
    is_recoded = again != once or (not data.isascii() and decoded != decode_utf8(data))
    return OpenValue(raw, text, is_recoded=is_recoded)


def _without_folds(raw: str, mode: DecodeMode) -> str | None:
    """Return a raw value without broken lines; None if it can't be known what it was."""
    if len(raw) > 4 * MAX_VALUE_BYTES:
        return raw
    whole = without_folds(raw, by_encoder=mode is DecodeMode.ENCODED)
    if whole is None or mode is DecodeMode.RAW:
        return whole
    if mode is DecodeMode.AUTO:
        whole = None if _may_be_torn_words(whole) else joined_escapes(whole)
    joined = None if whole is None else joined_characters(whole)
    return whole if joined is None or decode_utf8(_bytes(joined, mode)) is None else joined


def _bytes(raw: str, mode: DecodeMode) -> bytes:
    if "+" in raw and (mode is DecodeMode.ENCODED or (mode is DecodeMode.AUTO and _auto_plus_is_space(raw))):
        raw = raw.replace("+", " ")
    return unquote_to_bytes(raw.encode("latin-1", errors="replace"))


def _without_entities(text: str) -> str:
    """Return a text with its entities replaced, also those that were escaped twice."""
    if "&" not in text:
        return text
    once = ENTITY.sub(_character_of, joined_entities(text))
    return ENTITY.sub(_character_of, once)


def _character_of(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())


def _decoded(data: bytes, mode: DecodeMode, charsets: tuple[str, ...]) -> str | None:
    """Return the text of the bytes: in the charset of the page, in UTF-8, in Windows-1252 where that can't be wrong."""
    in_utf_8 = decode_utf8(data)
    # A platform's encoder writes UTF-8 on a page of whatever charset, a browser does not touch its escapes.
    if charsets and not data.isascii() and (in_utf_8 is None or mode is not DecodeMode.ENCODED):
        text = decode_in(charsets, data)
        if text is not None:
            return text
    return decode_western(data) if in_utf_8 is None else in_utf_8


def _unescaped_again(text: str) -> str:
    """Return a text that was percent-encoded twice or more as it was: while each ``%`` in it begins an escape."""
    for _ in range(MAX_ENCODINGS):
        if "%" not in text or not ALL_ESCAPES.fullmatch(text):
            break
        once_more = decode_utf8(unquote_to_bytes(text))
        if not once_more or once_more.isspace():
            break
        text = once_more
    return text


def _auto_plus_is_space(raw: str) -> bool:
    """Guess what a plus means where no platform is named.

    An encoder that encodes a plus encodes spaces too, and one that writes %20 for a space means the plus.
    """
    if "%2B" in raw or "%2b" in raw:
        return True
    if "%20" in raw:
        # A broken line among words of an encoder, or spaces from a browser.
        return raw.count("%20") == 1 and (
            ENCODED_BESIDE_PLUS.search(raw) is not None or (raw.count("+") > 1 and _are_words(raw.replace("%20", "")))
        )
    return bool(ENCODED_SIGN.search(raw)) or _are_words(raw)


def _may_be_torn_words(raw: str) -> bool:
    """Say whether a value may be two words of an encoder, one torn by a broken line, or have a plus and a space.

    ``Ana+Lu%20cia`` and ``Ana+%20Lucia``: Ana Lucia, or something like an R+D department, or Disney+ Originals.
    """
    return (
        raw.count("+") == raw.count("%20") == 1
        and not ENCODED_BESIDE_PLUS.search(raw)
        and _are_words(raw.replace("%20", ""))
    )


def _are_words(raw: str) -> bool:
    """Say whether a raw value is words with a plus between each two and none elsewhere."""
    decoded = unquote_to_bytes(raw.encode("latin-1", errors="replace")).decode(errors="replace")
    return PLUS_BETWEEN_WORDS.fullmatch(decoded) is not None
