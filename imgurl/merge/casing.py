"""Casing of values and of text layers."""

import re
import unicodedata
from collections.abc import Sequence

from imgurl.merge.kinds import FieldCasing
from imgurl.merge.name_words import (
    ASIAN_NAMES,
    CONNECTORS,
    DEGREE_SPELLINGS,
    DEGREES,
    DOUBTFUL_NUMERALS,
    EAST_ASIAN,
    FOLLOWING_PARTICLES,
    JOINING_LETTERS,
    LARGE_IN,
    NUMERALS,
    PARTICLES,
    SMALL_TITLES,
    TITLES,
    VOWELLESS,
)
from imgurl.merge.names import is_suffix, is_vietnamese, key_of

# A letter with its marks: Yoruba's ọ̀ has no code point of its own.
LETTER = r"[^\W\d_][\u0300-\u036f]*"
WORD = re.compile(rf"(?:{LETTER})+(?:['\u2019](?:{LETTER})+)*")
TURKIC = ("tr", "az")

# Letters that only Turkish and its sisters write, whatever the locale of a design.
TURKIC_LETTERS = re.compile("[İığĞ]")

# McDONALD: somebody who shouts and knows how the name is written.
SHOUTED_MC = re.compile(r"\b(Mc|Mac|O['\u2019]|D['\u2019])(?=[A-Z]{2})")

# What English puts after an apostrophe; no name goes on like this.
ENDINGS = ("re", "ve", "ll")
# Dutch: van 't Hooft.
DUTCH_ARTICLES = ("'T", "'S", "'N", "\u2019T", "\u2019S", "\u2019N")

VOWELS = frozenset("aeiouy")


def set_casing(text: str, casing: FieldCasing, locale: str = "en") -> str:
    """Return the text in NFC with its letters set that way; Turkish and Azeri keep their dotted and dotless i."""
    # Before, because letters are counted after an apostrophe; after, because a change of case can take a letter apart.
    return unicodedata.normalize("NFC", _cased(unicodedata.normalize("NFC", text), casing, locale))


def _cased(text: str, casing: FieldCasing, locale: str) -> str:
    match casing:
        case FieldCasing.UPPER:
            return _turkic_upper(text) if _is_turkic(text, locale) else text.upper()
        case FieldCasing.LOWER:
            return _turkic_lower(text) if _is_turkic(text, locale) else text.lower()
        case FieldCasing.TITLE:
            where = "tr" if _is_turkic(text, locale) else locale
            return WORD.sub(lambda word: _capital(word.group(), where), text)
        case FieldCasing.NAME:
            # Somebody who wrote McDonald or van der Berg meant it; AVA JOHNSON and ava johnson did not.
            plain = SHOUTED_MC.sub(lambda match: match.group().upper(), text)
            named = _name(plain, locale) if _is_unmixed(plain) else text
            # Twice, because a letter can become two, of which only the first is a capital: ŉ.
            return _name(named, locale) if _is_unmixed(named) else named
        case _:
            return text


def _is_unmixed(text: str) -> bool:
    return text.isupper() or text.islower()


def _is_turkic(text: str, locale: str) -> bool:
    return locale.startswith(TURKIC) or TURKIC_LETTERS.search(text) is not None


def _name(text: str, locale: str) -> str:
    """Set a shouted or whispered name as people write it."""
    titled = _cased(text, FieldCasing.TITLE, locale)
    words = titled.split(" ")
    count = _names_end(words)
    return " ".join(
        _suffix(word) if index >= count else _name_word(words[:count], index, locale)
        for index, word in enumerate(words)
    )


def _names_end(words: Sequence[str]) -> int:
    """Return how many words come before generations and degrees."""
    end = len(words)
    while end > 1:
        key = key_of(words[end - 1])
        after_comma = words[end - 2].endswith(",")
        # "Tran Vi", "Jinping Xi", "Md Rahman": with two words the last is a name.
        is_doubtful = key.upper() in DOUBTFUL_NUMERALS and end > 2 and not is_vietnamese(words)
        is_last = is_suffix(words[end - 1], after_comma=after_comma) or is_doubtful
        if not is_last or (key in DEGREES and end < 3 and not after_comma):
            break
        end -= 1
    return end


def _suffix(word: str) -> str:
    key = key_of(word)
    if key.upper() in NUMERALS:
        return word.upper()
    if key in DEGREES or key in DEGREE_SPELLINGS:
        if "." in word.rstrip(".,"):  # M.D., Ph.D.
            return "Ph.D." + word[len("Ph.D.") :] if key == "phd" else word.upper()
        spelt = DEGREE_SPELLINGS.get(key, key.upper() if key not in ("esq", "dipl-ing") else key.title())
        return spelt + ("," if word.endswith(",") else "." if word.endswith(".") else "")
    return word


def _name_word(words: Sequence[str], index: int, locale: str) -> str:
    word, before = words[index], key_of(words[index - 1]) if index else ""
    key = key_of(word)
    is_last = index == len(words) - 1
    if (key in SMALL_TITLES and before in TITLES | SMALL_TITLES) or (word in DUTCH_ARTICLES and not is_last):
        return word.lower()
    if _is_initials(word, key, is_last=bool(index) and is_last):
        return word.upper()
    if index and not is_last and _is_small(key, before, locale.split("-", maxsplit=1)[0]) and not _is_asian(words, key):
        return word.lower()
    pieces = word.split("-")
    if index and len(pieces) == 2 and pieces[0].casefold() in ("al", "el", "ul"):  # Ahmed al-Rashid
        pieces[0] = pieces[0].lower()
    return "-".join(_mended(piece, locale) for piece in pieces)


def _is_small(key: str, before: str, language: str) -> bool:
    """Say whether a word between names is set small: a particle, or what joins two names."""
    if key in LARGE_IN.get(language, ()):
        return False
    if key in FOLLOWING_PARTICLES - PARTICLES:
        return before in PARTICLES
    return key in PARTICLES or key in CONNECTORS or key in JOINING_LETTERS.get(language, ())


def _is_asian(words: Sequence[str], key: str) -> bool:
    """Say whether what looks like a particle is a name: Nguyễn Văn An, Li Bin Hua."""
    is_clash = key in ASIAN_NAMES and not EAST_ASIAN.isdisjoint((key_of(words[0]), key_of(words[-1])))
    return is_clash or is_vietnamese(words)


def _is_initials(word: str, key: str, *, is_last: bool) -> bool:
    """Say whether a word of two or three letters is initials without dots: TJ, JR, JFK; a last name may be as short."""
    if not (word.isascii() and word.isalpha() and 2 <= len(key) <= (2 if is_last else 3)):
        return False
    return not VOWELS.intersection(key) and key not in VOWELLESS and key not in TITLES


def _mended(piece: str, locale: str) -> str:
    """Set the letter within a word that is large: McDonald, and IJsbrand in Dutch."""
    if re.match(r"Mc[a-z]{2}", piece):
        return f"Mc{piece[2].upper()}{piece[3:]}"
    if locale.startswith("nl") and piece.startswith("Ij"):
        return f"IJ{piece[2:]}"
    return piece


def _capital(word: str, locale: str) -> str:
    lowered = _cased(word, FieldCasing.LOWER, locale)
    parts = re.split("(['\u2019])", lowered)
    # O'Brien has two capitals, Ava's one: a single letter after an apostrophe is an ending.
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
