"""Shorter forms of personal names: what people are called by, and never what they are not.

A form is offered only where the name says which of its words is which. No form is better than a wrong one: the text is
then set smaller, or ends in an ellipsis.

nameparser 2.6 (LGPL-2.1+) was measured on the same table of names; tests/merge/test_names.py tells both results. It
splits names of the West as well, but does not know that a Vietnamese, Hungarian or Chinese name begins with the family.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from imgurl.merge.name_words import (
    ARAB_COMPOUNDS,
    COMPOUNDS,
    DEGREES,
    DOUBTFUL_DEGREES,
    DOUBTFUL_NUMERALS,
    DOUBTFUL_TITLES,
    EAST_ASIAN,
    FOLLOWING_PARTICLES,
    GENERATIONS,
    HUNGARIAN,
    NOT_CALLED_BY,
    NUMERALS,
    PARTICLES,
    PATRONYMIC_ENDINGS,
    PATRONYMIC_PARTICLES,
    SECOND_NAMES,
    SPANISH,
    TITLES,
    TWO_PEOPLE,
    VIETNAMESE,
    VIETNAMESE_GIVEN,
)

# Given names that go on with a particle.
CALLED_OF = frozenset(("maría", "maria", "juan", "josé"))
# Languages whose family names are joined by a single letter.
JOINED_BY_Y = frozenset(("es", "ca", "gl", "eu"))
JOINED_BY_E = frozenset(("pt", "gl"))
FAMILY_PREFIXES = PARTICLES | FOLLOWING_PARTICLES | {"san", "'t", "st", "ben"}


@dataclass(frozen=True, slots=True)
class NameParts:
    """The words of a name that people are called by, and those of the family; ``middle`` is between them.

    ``has_family`` is False where the last words are a father's name, which nobody abbreviates.
    """

    given: tuple[str, ...]
    middle: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    has_family: bool = True


@lru_cache(maxsize=1024)
def short_forms(name: str, language: str = "en") -> tuple[str, ...]:
    """Return shorter forms of a name, longest first: ``Ava Johnson``, ``Ava J.``, ``Ava`` for ``Ava Marie Johnson``.

    ``language`` (BCP 47) tells the order of a name where its words do not. Empty if the name is one word, of two
    people, in letters without capitals, or of an order that can't be known.
    """
    words = name.split()
    language = language.split("-", maxsplit=1)[0]
    if len(words) < 2 or len(words) > 9 or any(_joins(words, at, language) for at in range(len(words))):
        return ()
    parts = _parts(name, language)
    if parts is None:
        return ()
    given = " ".join(parts.given)
    forms = []
    if parts.family and parts.has_family:
        forms.append(" ".join((*parts.given, *parts.family)))
        if initials := _with_initial(parts.family):
            forms.append(f"{given} {initials}")
    forms.append(given)
    return tuple(form for form in dict.fromkeys(forms) if len(form) < len(name))


def _joins(words: Sequence[str], at: int, language: str) -> bool:
    """Say whether a word joins two people or two family names: "Ana y Luis", "FERNÁNDEZ Y GARCÍA"."""
    word = words[at]
    if (word.casefold() if len(word) > 1 else word) in TWO_PEOPLE:
        return True
    if len(word) > 1 or not 0 < at < len(words) - 1:
        return False
    # One capital letter is an initial in most languages, "Mary E Lee", and where it may be both no form is right.
    before, after = key_of(words[at - 1]), key_of(words[at + 1])
    match word:
        case "Y":
            return language in JOINED_BY_Y or _is_spanish(before)
        case "E":
            # In Spanish before the sound of i alone: Azcona e Iglesias.
            sounds_like_i = after.startswith(("i", "í", "hi", "hí"))
            return language in JOINED_BY_E or (sounds_like_i and (language in JOINED_BY_Y or _is_spanish(before)))
        case "I":
            # Behind a given and a family name it is hardly an initial: JOSEP PUIG I CADAFALCH.
            return language == "ca" or (language == "es" and at > 1)
        case _:
            return False


def key_of(word: str) -> str:
    """Return a word as the tables of words have it: in lowercase, without dots and commas."""
    return re.sub(r"[.,]", "", word.replace("\u2019", "'")).casefold()


def is_suffix(word: str, *, after_comma: bool = False) -> bool:
    """Say whether a word at the end of a name is a generation (Jr., III) or a degree (PhD)."""
    key = key_of(word)
    if key in GENERATIONS or (key in DEGREES and (after_comma or key not in DOUBTFUL_DEGREES)):
        return True
    return key.upper() in NUMERALS and len(key) > 1 and key.upper() not in DOUBTFUL_NUMERALS


def is_vietnamese(words: Sequence[str]) -> bool:
    """Say whether a name begins or ends with a Vietnamese family name."""
    return bool(words) and (key_of(words[0]) in VIETNAMESE or key_of(words[-1]) in VIETNAMESE - VIETNAMESE_GIVEN)


def _parts(name: str, language: str) -> NameParts | None:
    """Split a name; None if it can't be known how."""
    turned = _turned(name)
    words = turned or [word.rstrip(",") for word in name.split()]
    words, had_title = _without_titles(words)
    while len(words) > 1 and (is_suffix(words[-1], after_comma="," in name) or words[-1].startswith("(")):
        words = words[:-1]
    if len(words) < 2:  # "Frau Schmidt", "John III": nothing to leave out
        return None
    key = key_of(words[0])
    if key in NOT_CALLED_BY or _is_initial(words[0]) or words[0].endswith(".") or not all(map(_is_word, words)):
        return None
    if key in PARTICLES or (key in DOUBTFUL_TITLES and not had_title and len(words) > 2):
        return None
    if len(words) == 2 and key in COMPOUNDS and key_of(words[1]) in SECOND_NAMES:  # "Mary Ann" as a first name
        return None
    if turned is None and (special := _by_custom(words, language)) is not _WESTERN:
        return special
    if not _has_case(words[-1]):
        return _arabic(words)
    return _western(words, language)


# What _by_custom returns for a name whose given name is in front.
_WESTERN = NameParts(())


def _by_custom(words: list[str], language: str) -> NameParts | None:
    """Split names that begin with the family name, or whose last word is not a family name."""
    keys = [key_of(word) for word in words]
    if keys[0] in VIETNAMESE:
        is_turned = keys[-1] in VIETNAMESE - VIETNAMESE_GIVEN
        return None if is_turned or (len(words) == 2 and words[0].isascii()) else NameParts((words[-1],))
    if len(words) == 3 and keys[2].endswith(PATRONYMIC_ENDINGS):  # Иванов Иван Иванович
        return NameParts(tuple(words[1:]), has_family=False)
    if keys[0] in HUNGARIAN and keys[-1] not in HUNGARIAN:
        return NameParts(tuple(words[1:])) if language == "hu" else None
    if language in ("hu", "vi", "zh", "ko", "ja") and keys[-1] not in HUNGARIAN | VIETNAMESE | EAST_ASIAN:
        return None
    if keys[0] in EAST_ASIAN and _sounds_east_asian(words):
        return None
    return _WESTERN


def _sounds_east_asian(words: list[str]) -> bool:
    """Say whether the words after a family name of East Asia may be given names of there: Wei, Xiaoming, Min-jun."""
    syllable = (
        r"(?:[bcdfghjklmnpqrstwxyz]{0,2}h?(?:[aeiouü]{1,3}|ya|ye|yeo|yo|yu|wa|weo|wi)(?:ng|nh|ch|n|k|m|p|t|l|r|c)?)"
    )
    rest = [unicodedata.normalize("NFC", key_of(word)) for word in words[1:]]
    return all(re.fullmatch(rf"{syllable}(?:-?{syllable})?", word) for word in rest)


def _western(words: list[str], language: str) -> NameParts | None:
    """Split a name that begins with the given name."""
    keys = [key_of(word) for word in words]
    first = 1
    if keys[0] in ARAB_COMPOUNDS and len(words) > 2:
        first = 3 if keys[1] in ("al", "ar", "el", "ur") and len(words) > 3 else 2
    has_two = _has_two_families(keys, language)
    start = _family_start(keys, len(keys) - 2 if has_two else len(keys) - 1)
    if len(words) - first > 1 and first == 1 and keys[0] in COMPOUNDS and _is_given(words[1]) and start >= 2:
        first = 2
    if keys[0] in CALLED_OF and keys[1] in ("de", "del"):  # María del Carmen, María de los Ángeles
        first = 4 if keys[2:3] and keys[2] in FOLLOWING_PARTICLES else 3
        first = first if first < len(words) else 1
    if any(key in PATRONYMIC_PARTICLES for key in keys[1:]):
        end = next(index for index, key in enumerate(keys) if index and key in PATRONYMIC_PARTICLES)
        return NameParts(tuple(words[:end])) if end else None
    if keys[-1] in EAST_ASIAN and len(words) == 3 and first == 1 and _sounds_east_asian(["", *words[:2]]):
        first = 2  # Min Ho Kim
    start = max(start, first)
    family = tuple(words[start:])
    if start > first and keys[start] in PARTICLES and _is_spanish(keys[start - 1]):
        # The mother's family has the particle: Pérez de la Fuente.
        return NameParts(tuple(words[:first]), tuple(words[first : start - 1]), (words[start - 1],))
    if has_two and len(family) >= 2 and keys[start] not in PARTICLES:
        # Called by the father's name, which comes before the mother's.
        return replace(NameParts(tuple(words[:first]), family=(words[-2],)), middle=tuple(words[first:start]))
    return NameParts(tuple(words[:first]), tuple(words[first:start]), family)


def _is_given(word: str) -> bool:
    return key_of(word) not in PARTICLES and not _is_initial(word) and word[0] != "("


def _has_two_families(keys: list[str], language: str) -> bool:
    """Say whether a name ends with the father's and the mother's family name, as those of Spain do."""
    if len(keys) < 3 or not _is_spanish(keys[-2]):
        return False
    return _is_spanish(keys[-1]) or language in ("es", "ca", "gl", "eu")


def _family_start(keys: list[str], start: int) -> int:
    """Return where the family name begins: with its particles."""
    while start > 1 and keys[start - 1] in FAMILY_PREFIXES:
        start -= 1
    return start


def _is_spanish(key: str) -> bool:
    return key in SPANISH or (key.endswith(("ez", "éz")) and len(key) > 4)


def _arabic(words: list[str]) -> NameParts | None:
    """Return the given name of an Arabic name in Arabic letters; other scripts without capitals are left alone."""
    if not all("\u0600" <= sign <= "\u06ff" or sign in "\u200c\u200d" for word in words for sign in word):
        return None
    first = 2 if words[0] in ARAB_COMPOUNDS else 1
    if first >= len(words) or (len(words) > first and words[first] in ("الله", "الدين", "الرحمن")):
        first += 1
    return NameParts(tuple(words[:first])) if first < len(words) else None


def _turned(name: str) -> list[str] | None:
    """Return the words of ``Johnson, Ava`` in their order; None without a comma, or if a degree follows it."""
    family, comma, given = name.partition(",")
    words = given.split()
    if not comma or not words or not family or "," in given or all(is_suffix(word, after_comma=True) for word in words):
        return None
    return [*words, *family.split()]


def _without_titles(words: list[str]) -> tuple[list[str], bool]:
    rest = words
    while len(rest) > 1:
        key = key_of(rest[0])
        if "-" in key and "." in rest[0]:  # Dr.-Ing.
            key = key.split("-")[0]
        is_doubtful = key in DOUBTFUL_TITLES and not (rest[0].endswith(".") and len(key) > 1) and len(rest) < 4
        if key not in TITLES | {"don", "dean", "judge"} or is_doubtful:
            break
        rest = rest[1:]
    return rest, len(rest) < len(words)


def _with_initial(family: tuple[str, ...]) -> str | None:
    """Return a family name as its particles and an initial: ``von H.``; None if its letters have no capitals."""
    last = next((word for word in family if key_of(word) not in PARTICLES | FOLLOWING_PARTICLES), family[-1])
    particles = family[: family.index(last)]
    letter = re.match(r"((?:[AaEe]l-)?)([^\W\d_][\u0300-\u036f]*)", last)
    if letter is None or not _has_case(last):
        return None
    return " ".join((*particles, f"{letter[1]}{letter[2].title()}."))


def _has_case(word: str) -> bool:
    return word[0].upper() != word[0].lower()


def _is_initial(word: str) -> bool:
    return re.fullmatch(r"(?:[^\W\d_][\u0300-\u036f]*\.?-?)", word) is not None or bool(
        re.fullmatch(r"(?:\w\.)+", word)
    )


def _is_word(word: str) -> bool:
    return re.search(r"[^\W\d_]", word) is not None and not re.search(r"[\d@&/\\<>|]", word.replace("/", "", 1))
