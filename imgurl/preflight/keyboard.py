"""Walks over a keyboard: what fingers type that have nothing to say. ``asdf``, ``qwertz``, ``jkljkl``, ``йцукен``."""

import re
from functools import lru_cache

ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiopü", "asdfghjklöä", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "1234567890",
)  # fmt: skip
# From the left and from the right.
LINES = tuple(line for row in ROWS for line in (row, row[::-1]))

# A walk of so many keys is one by itself; of a shorter one there have to be several, and nothing else.
LONG, SHORT = 4, 3

# Stretches of a row that are names or words: Mr Trew, Ms Wert, Ms Reza.
REAL = frozenset(("trew", "wert", "tyui", "poi", "rew", "ert", "treu", "oiu", "lkj", "azer", "reza"))

# The home row and the lowest one without vowels: no name is written with these alone. Typed with one hand's rest.
MASHED = re.compile(r"[sdfghjkl]{4,}|[zxcvbnm]{4,}|[йцкнгшщзхъ]{5,}")
REPEATED = re.compile(r"(.{1,4}?)\1{2,}")


@lru_cache(maxsize=4096)
def is_walk(text: str) -> bool:
    """Say whether a text in lowercase is walks over a keyboard alone; blanks and signs between them don't count."""
    keys = re.sub(r"[\W_]+", "", text)
    if len(keys) < LONG or keys in REAL:
        return False
    if any(keys in line for line in LINES) or MASHED.fullmatch(keys):
        return True
    # asdasd, qweqwe: too short to be one walk, and the same again.
    return len(keys) >= 2 * SHORT and any(keys[:SHORT] in line for line in LINES) and _is_paved(keys)


def _is_paved(keys: str) -> bool:
    """Say whether a text is nothing but stretches of rows, each of at least three keys."""
    ends = {0}
    for end in range(SHORT, len(keys) + 1):
        if any(
            start in ends and keys[start:end] not in REAL and any(keys[start:end] in line for line in LINES)
            for start in range(max(0, end - 12), end - SHORT + 1)
        ):
            ends.add(end)
    return len(keys) in ends


def is_repeated(text: str) -> bool:
    """Say whether a text in lowercase is one sign or a few over and over: aaaa, xyxyxy, hahaha."""
    keys = re.sub(r"[\W_]+", "", text)
    match = REPEATED.fullmatch(keys)
    return match is not None and len(keys) >= LONG
