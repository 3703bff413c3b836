"""Cleaning of values: what is left is one line of visible text in normal form, or nothing.

The one cleaning, for sealed values, lists and open values alike. Every step works on text whose length is already
capped: normalising is quadratic in the number of marks.
"""

import html
import re
import unicodedata
from html.entities import html5

from imgurl.merge.fields import MAX_CODE_POINTS
from imgurl.merge.mojibake import mended

# UAX #15 calls 30 marks stream-safe; no living orthography needs more than 4 on one base.
MAX_MARKS = 4

# They show nothing and stay (see HIDDEN), so they must not start a new count of marks.
JOINERS = "\u200c\u200d"

# An entity with its semicolon …
ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# … and without: only where what follows can't belong to a word or a number that was meant. L&#39ENCLUME, Jos&eacute,
# M&ampM; not AT&T, R&D, "rock &reggae", "salt&notes" or "Guitar &amps".
BARE_ENTITY = re.compile(
    r"&(?:#(\d{2,3}|82\d\d)(?![\d;])|#[xX](27|22|26|2[fF]|60|3[c-eC-E])(?!;)|(amp|quot|apos|lt|gt|nbsp)(?![a-z\d;])"
    r"|([A-Za-z]{1,2}(?:grave|acute|circ|tilde|uml|ring|cedil|lig|slash|caron))(?!;))"
)

# Line breaks as markup, as programs escape them, and as spreadsheets do. A value is one line, so each is a space.
MARKUP_BREAK = re.compile(r"<\s*br\s*/?\s*>|<\s*/\s*br\s*>|</?\s*(?:p|div|li|ul|ol)\s*>|_x000[aAdD]_", re.IGNORECASE)
ESCAPED_BREAK = re.compile(r"\\{1,2}r\\{1,2}n|\\{1,2}n|\\{1,2}[rt](?![a-z])")
WINDOWS_PATH = re.compile(r"(?:^|[\s\"'(])(?:[A-Za-z]:\\|\\\\\w)")

# Signs without which none of the above can be there.
ESCAPES = re.compile(r"[&<\\]|_x000")

# The flags of England, Scotland and Wales are spelt with tag characters; everywhere else these are hidden text.
EMOJI_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f)")

# Line ends, tabs, no-break spaces and letters that are blank (Braille blank, Hangul fillers) become a space …
BLANK = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2800\u3164\u115f\u1160\uffa0\\s]+")
# … and what shows nothing, or changes the order of its neighbours, goes away: controls, soft hyphen, bidi
# marks, embeddings, overrides and isolates, zero-width space, invisible operators, byte-order mark, interlinear
# annotations, tags, non-characters. The joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\U000e0000-\U000e0fff\U0001d173-\U0001d17a\ud800-\udfff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)


class TooLong(ValueError):
    """Raised for a text over the cap of code points."""


def clean(text: str) -> str:
    """Return ``text`` as one line of visible characters in NFC, or "" when nothing visible is left.

    HTML entities become their signs, mojibake is mended, line breaks of every kind become a space. Idempotent. Raises
    TooLong when the text has more than 200 code points, before or after normalising.
    """
    if len(text) > MAX_CODE_POINTS:
        raise TooLong
    if text.isascii() and text.isprintable() and not ESCAPES.search(text):
        return " ".join(text.split())
    tidy = _one_line(_unescaped(mended(text)))
    # What was taken out, or undone, may have hidden more of it: &amp;amp;, or a hidden sign within an entity.
    while (undone := _unescaped(mended(tidy))) != tidy:
        tidy = _one_line(undone)
    return tidy if any(map(_is_visible, tidy)) else ""


def _one_line(text: str) -> str:
    normal = unicodedata.normalize("NFC", _without_hidden(BLANK.sub(" ", text)))
    limited = unicodedata.normalize("NFC", _with_few_marks(normal))
    tidy = " ".join(limited.split(" ")).strip(" ")
    tidy = re.sub(" {2,}", " ", tidy)
    if len(tidy) > MAX_CODE_POINTS:
        raise TooLong
    return tidy


def _unescaped(text: str) -> str:
    if not ESCAPES.search(text):
        return text
    text = MARKUP_BREAK.sub(" ", BARE_ENTITY.sub(_bare_sign, ENTITY.sub(_sign, text)))
    return text if WINDOWS_PATH.search(text) else ESCAPED_BREAK.sub(" ", text)


def _sign(entity: re.Match[str]) -> str:
    name = entity.group(1)
    return html.unescape(entity.group()) if name.startswith("#") else html5.get(f"{name};", entity.group())


def _bare_sign(entity: re.Match[str]) -> str:
    number, hexadecimal, _, letter = entity.groups()
    if letter:
        return html5.get(f"{letter};", entity.group())
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    sign = html.unescape(f"{entity.group()};")
    # "&#50 off" is a fifty more likely than the digit 2.
    return entity.group() if number and (sign.isalnum() or not sign.isprintable()) and sign < "\u00c0" else sign


def _without_hidden(text: str) -> str:
    parts = EMOJI_TAGS.split(text)
    # Odd parts are the flag sequences themselves.
    return "".join(part if index % 2 else HIDDEN.sub("", part) for index, part in enumerate(parts))


def _with_few_marks(text: str) -> str:
    characters = []
    marks = 0
    for character in text:
        if character not in JOINERS:
            marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MAX_MARKS or character >= "\U000e0000":
            characters.append(character)
    return "".join(characters)


def _is_visible(character: str) -> bool:
    # Letters, numbers, punctuation, symbols, spacing marks; a private-use sign is for a font to decide.
    return unicodedata.category(character) not in ("Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Cs", "Mn", "Me")
