"""Casing of values and of text layers."""

import re

from imgurl.merge.fields import FieldCasing

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
TURKIC = ("tr", "az")


def set_casing(text: str, casing: FieldCasing, locale: str = "en") -> str:
    """Return the text with its letters set as told; Turkish and Azeri keep their dotted and dotless i."""
    match casing:
        case FieldCasing.UPPER:
            return _turkic_upper(text) if locale.startswith(TURKIC) else text.upper()
        case FieldCasing.LOWER:
            return _turkic_lower(text) if locale.startswith(TURKIC) else text.lower()
        case FieldCasing.TITLE:
            return WORD.sub(lambda word: _capital(word.group(), locale), text)
        case FieldCasing.NAME:
            # Somebody who wrote McDonald or van der Berg meant it; AVA JOHNSON and ava johnson did not.
            return set_casing(text, FieldCasing.TITLE, locale) if text.isupper() or text.islower() else text
        case _:
            return text


def _capital(word: str, locale: str) -> str:
    lowered = set_casing(word, FieldCasing.LOWER, locale)
    parts = re.split("(['\u2019])", lowered)
    # O'Brien has two capitals, Ava's one: a single letter behind an apostrophe is an ending.
    return "".join(
        set_casing(part[:1], FieldCasing.UPPER, locale) + part[1:] if len(part) > 1 or index == 0 else part
        for index, part in enumerate(parts)
    )


def _turkic_upper(text: str) -> str:
    return text.replace("i", "İ").upper()


def _turkic_lower(text: str) -> str:
    return text.replace("I", "ı").replace("İ", "i").lower()
