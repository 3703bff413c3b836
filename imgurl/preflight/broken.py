"""Whether a text is what is left of another one that was read in the wrong charset: what no genuine text looks like.

Broader than ``merge.mojibake``, which mends only what it is sure of: here somebody is only asked to look.
"""

import contextlib
import re
import unicodedata
from functools import lru_cache

# In which UTF-8 is read by mistake; also by what reads files of East Asia.
SINGLE = (
    "cp1252", "latin-1", "cp1250", "cp1251", "koi8-r", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "mac-roman",
    "cp437", "cp850", "cp852", "cp866", "iso8859-2", "mac-cyrillic", "cp874",
)  # fmt: skip
DOUBLE = ("gbk", "cp932", "cp949", "big5")

# Bytes that are no letters in one charset and letters in the other: signs inside of words or at them. Not the
# middle dot of Catalan, ordinals, apostrophes of all kinds.
SIGNS = (
    "\u00a1-\u00a9\u00ac-\u00b3\u00b5\u00b6\u00b8\u00b9\u00bc-\u00bf\u00d7\u00f7\u02c6\u02c7\u02d8-\u02dd\u2020-\u2022"
    "\u2030\u207f\u20ac\u2122\u2190-\u22ff\u2310-\u23ff\u2500-\u25ff\uf8ff\ufb01\ufb02"
)
INSIDE = re.compile(rf"[^\W\d_][{SIGNS}]|[{SIGNS}][^\W\d_]")
# The same between letters, but for what people put there: Brand×Brand, Müller®.
AMONG = re.compile(
    rf"[^\W\d_](?![\u00a9\u00ae\u00b0\u00d7\u2020-\u2022\u2122\u2190-\u22ff\u25a0-\u25ff])[{SIGNS}][a-z\u00df-\u00ff]"
)
# Curly quotes and dots where letters were.
QUOTED = re.compile(
    r"^[\u201c-\u201e\u2026]\w|\w[\u201c-\u201e\u2026\u2039\u203a\u2044]\w|[^\W\d_][\u2018\u201a\u201e\u0192]$"
)
# Western letters alone, each with an accent: Cyrillic or Greek in Windows-1252.
WESTERN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192"
ACCENTED = re.compile(rf"(?<![^\W_])[{WESTERN}\u00aa\u00ba]{{3,}}(?![^\W_])")
# What no language has beside its letters; and letters of two alphabets in one word.
FOREIGN = re.compile(
    "[\u00a4\u00a6\u00ac\u00af\u00b1\u00b5\u00b6\u00bc-\u00be]"
    "|[a-zA-Z\u00c0-\u024f][\u0370-\u03b4\u03b6-\u03ff\u0400-\u04ff]|[\u0370-\u03b4\u03b6-\u03ff\u0400-\u04ff][a-zA-Z\u00c0-\u024f]"
)
# A capital with an accent between small letters, but after the beginnings of names that have one: McÉwan, DeÁngelis.
CAPITAL = re.compile(
    r"(?<!\bMc)(?<!\bMac)(?<!\bD[aei])(?<!\bL[aeo])(?<!\bFitz)(?<=[a-z])[\u00c0-\u00d6\u00d8-\u00de](?=[a-z])"
)
# KOI8 and Windows-1251 have their cases the wrong way round.
INVERTED = re.compile(r"(?<!\w)[а-яё][А-ЯЁ]{2,}(?!\w)")
CONTROLS = re.compile(r"[\u0080-\u009f]")


@lru_cache(maxsize=4096)
def is_broken(text: str) -> bool:
    """Say whether a text was read in the wrong charset, as far as anybody can tell."""
    if text.isascii():
        return False
    patterns = (INSIDE, FOREIGN, QUOTED, ACCENTED, CAPITAL, INVERTED, CONTROLS)
    return any(pattern.search(text) for pattern in patterns) or _was_utf8(text)


@lru_cache(maxsize=4096)
def is_misread(text: str) -> bool:
    """Say the same of what may have signs of all kinds in it, such as the name of a company: only what is sure."""
    if text.isascii():
        return False
    return ACCENTED.search(text) is not None or AMONG.search(text) is not None or _was_utf8(text) or _was_eastern(text)


def _was_eastern(text: str) -> bool:
    """Say whether signs of the West alone are two or more of the East, read in the wrong charset: “Œ‹ž was 東京."""
    if any(sign.isascii() for sign in text) or all(map(str.isalpha, text)):
        return False
    for charset in DOUBLE:
        with contextlib.suppress(UnicodeError):
            meant = text.encode("cp1252").decode(charset)
            if len(meant) > 1 and all(sign > "\u2e80" for sign in meant):
                return True
    return False


def _was_utf8(text: str) -> bool:
    return any(_is_utf8(text, charset, is_double=charset in DOUBLE) for charset in (*SINGLE, *DOUBLE))


def _is_utf8(text: str, charset: str, *, is_double: bool) -> bool:
    """Say whether the bytes of a text in a charset are UTF-8, which no genuine text's are but by chance."""
    try:
        meant = text.encode(charset).decode()
    except UnicodeError:
        return False
    # A mark with no letter before it is one by chance: Íñigo in code page 850.
    if meant == text or unicodedata.category(meant[0])[0] == "M":
        return False
    if is_double:
        letters = [sign for sign in meant if not sign.isascii()]
        return len(letters) > 1 and all(sign > "\u2e80" for sign in letters)
    # By chance a letter of another script may come out, or a sign: "ďá" in code page 852 is one of Cyrillic.
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in meant if sign.isalpha()}
    return len(scripts) == 1 and all(sign.isascii() or unicodedata.category(sign)[0] in "LMP" for sign in meant)
