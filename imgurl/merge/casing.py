"""Casing of values and of text layers."""

import re
import unicodedata

from imgurl.merge.fields import FieldCasing

# A letter with its marks: Yoruba's ọ̀ has no code point of its own.
LETTER = r"[^\W\d_][\u0300-\u036f]*"
WORD = re.compile(rf"(?:{LETTER})+(?:['\u2019](?:{LETTER})+)*")
TURKIC = ("tr", "az")

# What English puts behind an apostrophe; no name goes on like this.
ENDINGS = ("re", "ve", "ll")


def set_casing(text: str, casing: FieldCasing, locale: str = "en") -> str:
    """Return the text in NFC with its letters set as told; Turkish and Azeri keep their dotted and dotless i."""
    return unicodedata.normalize("NFC", _cased(text, casing, locale))


def _cased(text: str, casing: FieldCasing, locale: str) -> str:
    match casing:
        case FieldCasing.UPPER:
            return _turkic_upper(text) if locale.startswith(TURKIC) else text.upper()
        case FieldCasing.LOWER:
            return _turkic_lower(text) if locale.startswith(TURKIC) else text.lower()
        case FieldCasing.TITLE:
            return WORD.sub(lambda word: _capital(word.group(), locale), text)
        case FieldCasing.NAME:
            # Somebody who wrote McDonald or van der Berg meant it; AVA JOHNSON and ava johnson did not.
            return _cased(text, FieldCasing.TITLE, locale) if text.isupper() or text.islower() else text
        case _:
            return text


def _capital(word: str, locale: str) -> str:
    lowered = _cased(word, FieldCasing.LOWER, locale)
    parts = re.split("(['\u2019])", lowered)
    # O'Brien has two capitals, Ava's one: a single letter behind an apostrophe is an ending.
    return "".join(
        _initial(part[:1], locale) + part[1:] if index == 0 or (len(part) > 1 and part not in ENDINGS) else part
        for index, part in enumerate(parts)
    )


def _initial(letter: str, locale: str) -> str:
    # Title case is not upper case for ligatures and digraphs: ﬁ becomes Fi, ǆ becomes ǅ.
    return (letter.replace("i", "İ") if locale.startswith(TURKIC) else letter).title()


def _turkic_upper(text: str) -> str:
    return text.replace("i", "İ").upper()


def _turkic_lower(text: str) -> str:
    return text.replace("I", "ı").replace("İ", "i").lower()
