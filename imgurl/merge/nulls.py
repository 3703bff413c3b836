"""Words that programs write where they had nothing: ``null``, ``undefined``, ``nan``, ``#N/A``, ``\\N``, ``-``.

A whole value that is such a word is missing, in any case and also doubled. Next to a real word it is left out if it
can't be a name itself: "Ava undefined" is Ava, but Nan Goldin, Ava None and JOHN NULL are people.
"""

import re
from collections.abc import Sequence

from imgurl.merge.kinds import FieldType

# What no person, company or dish is called, in any case. In brackets, or with the signs of spreadsheets.
NEVER_REAL = frozenset(
    "undefined (null) <null> [null] {null} (nil) <nil> [nil] (none) <none> [none] <na> (na) [na] (n/a) <n/a> [n/a] "
    "(nan) <nan> [nan] (undefined) <undefined> [undefined] (empty) <empty> [empty] (blank) <blank> [blank] "
    "#n/a #name? #ref! #value! #div/0! #null! #num! #getting_data #spill! #calc! "
    "[objectobject] [objectundefined] [objectnull] $null \\n system.object dbnull dbnull.value system.dbnull".split()
)
# The same where several words are one value.
PHRASES = frozenset(
    "(not set)|(no value)|(not provided)|(not specified)|(not available)|(no data)|(no name)|n / a".split("|")
)
# What a template makes of two of them, "null-null", "undefined.undefined", "nullnull", and of one within signs that no
# name has: "null", null; and --None--.
JOINED = re.compile(r"(?:null|undefined)(?:[-_./;|+]?(?:null|undefined))+", re.IGNORECASE)
WITHIN_SIGNS = re.compile(
    r"""(?=[\W_]|.*[\W_]$)[-_"'`“”‘’.;:!*=]*(?:null|undefined|none|nil|nan)[-_"'`“”‘’.;:!*=]*""", re.IGNORECASE
)
# Signs that fill a cell.
FILLERS = re.compile(r"[-\u2010-\u2015_.?\u2026/\\~*#]+")
# What people are called too, so that more is required of it next to a real word.
WORDS = frozenset(("null", "none", "nil", "nan", "n/a", "n.a.", "n/a.", "n.a", "#n/a"))
# Next to a real word, only as programs spell them.
SPELT = frozenset(("null", "nil", "nan", "none", "NaN", "NULL", "n/a", "N/A", "n.a.", "N.A."))
# Of these, what is left out of texts that are not names: not "Garlic nan", "no, none" or "N/A GmbH".
SPELT_IN_TEXTS = frozenset(("null", "NULL", "NaN", "undefined"))

OBJECT = re.compile(r"\[object (\w+)\]", re.IGNORECASE)
# A first look, which most values end at: a letter or a sign that one of the above holds.
EVENTFUL = re.compile(r"n(?:ul|on|il|an|/a|\.a|a$|at$| / )|unde|dbnu|[(<\[{#$\\]|^[^\w\s]|[^\w\s]$|^_", re.IGNORECASE)


def is_null_word(text: str, kind: FieldType = FieldType.TEXT) -> bool:
    """Say whether a whole value is what programs write for nothing.

    ``NA`` is a name here; the reader of a list knows from the rest of it where R wrote it for nothing.
    """
    words = _words(text)
    # A popular name in Catalonia, and nothing writes it so.
    if kind is FieldType.NAME and text.strip() == "Nil":
        return False
    if " ".join(words).casefold() in PHRASES or WITHIN_SIGNS.fullmatch(text.strip()):
        return True
    return bool(words) and all(map(_is_null, words))


def without_null_words(text: str, kind: FieldType = FieldType.TEXT) -> str:
    """Return a value without the words for nothing among its real ones; "" if there are no others."""
    if not EVENTFUL.search(text):
        return text
    if is_null_word(text, kind):
        return ""
    words = _words(text)
    # Until nothing more is found: "Ava - null" ends in a dash once its last word is gone.
    while len(words) > 1:
        rest = _kept_of_name(words) if kind is FieldType.NAME else _kept_of_text(words)
        if len(rest) == len(words):
            break
        words, text = rest, " ".join(rest)
    return text


def _words(text: str) -> Sequence[str]:
    """Return the words; a comma between two words for nothing is not one of them."""
    return [word for word in OBJECT.sub(r"[object\1]", text).replace(",", " ").split() if word]


def _is_null(word: str) -> bool:
    folded = word.casefold()
    if folded in NEVER_REAL or folded in WORDS or FILLERS.fullmatch(word) is not None:
        return True
    # What pandas writes for a missing date; Nat is a name.
    return word == "NaT" or JOINED.fullmatch(word) is not None


def _kept_of_name(words: Sequence[str]) -> Sequence[str]:
    real = [word for word in words if not _is_null(word)]
    is_upper = all(map(str.isupper, real))
    is_lower = all(map(str.islower, real))
    last = len(words) - 1

    def is_left_out(index: int, word: str) -> bool:
        if word.casefold() in NEVER_REAL:
            return True
        if FILLERS.fullmatch(word):
            return index in (0, last)
        if index == 0 and word == "None":
            return True  # what Python writes; nobody's given name, but a family name
        # JOHN NULL and nan goldin are written like the rest of their names.
        return word in SPELT and not (word.isupper() and is_upper) and not (word == "nan" and is_lower)

    return [word for index, word in enumerate(words) if not is_left_out(index, word)]


def _kept_of_text(words: Sequence[str]) -> Sequence[str]:
    """Leave out what is at either end, next to a word that is written like a name."""

    def is_left_out(word: str, neighbour: str) -> bool:
        folded = word.casefold()
        is_word = word in SPELT_IN_TEXTS or (folded in NEVER_REAL and not word.isalpha())
        return is_word and not neighbour[:1].islower() and not (word.isupper() and neighbour.isupper())

    start = 1 if is_left_out(words[0], words[1]) else 0
    end = len(words) - 1 if is_left_out(words[-1], words[-2]) else len(words)
    return words[start:end]
