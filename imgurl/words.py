"""Words that were most likely meant, where a name is not known."""

import difflib
from collections.abc import Iterable

# Characters of a mistyped word that are compared with the known ones.
MAX_WORD = 64


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``": did you mean 'x' or 'y'?"`` for the nearest known words, or nothing.

    Compares letters and digits only, so that ``firstName`` finds ``first_name``.
    """

    def letters(name: str) -> str:
        return "".join(character for character in name.lower() if character.isalnum())

    by_letters = {letters(name): name for name in known}
    # A word far longer than any name is not a typo, and comparing it takes time.
    near = difflib.get_close_matches(letters(word[:MAX_WORD]), by_letters, n=3, cutoff=0.6)
    if not near:
        return ""
    return ": did you mean " + " or ".join(f"'{by_letters[name]}'" for name in near) + "?"
