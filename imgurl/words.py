"""Words that were most likely meant, where a name is not known."""

import difflib
from collections.abc import Iterable

# Characters of a mistyped word that are compared with the known ones.
MAX_WORD = 64

# How alike two words are, from 0 to 1, if one is a typo of the other: "offer_name" is none of "first_name" (0.67).
ALIKE = 0.75
# ... and if one begins with the other: "newsletter" may be "newsletter-hero-april".
ALIKE_AT_START = 0.6

# Words that are named, at most.
MAX_NAMED = 3


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``": did you mean 'x' or 'y'?"`` for the nearest known words, or nothing.

    Compares letters and digits only, so that ``firstName`` finds ``first_name``.
    """

    def letters(name: str) -> str:
        return "".join(character for character in name.lower() if character.isalnum())

    by_letters = {letters(name): name for name in known}
    # A word far longer than any name is not a typo, and comparing it takes time.
    meant = letters(word[:MAX_WORD])
    alike = difflib.get_close_matches(meant, by_letters, n=len(by_letters) or 1, cutoff=ALIKE_AT_START)
    near = [name for name in alike if _begins(name, meant) or _ratio(name, meant) >= ALIKE][:MAX_NAMED]
    if not near:
        return ""
    return ": did you mean " + " or ".join(f"'{by_letters[name]}'" for name in near) + "?"


def _begins(name: str, meant: str) -> bool:
    return name.startswith(meant) or meant.startswith(name)


def _ratio(name: str, meant: str) -> float:
    return difflib.SequenceMatcher(None, name, meant).ratio()
