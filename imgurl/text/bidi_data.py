"""Tables of the Unicode Character Database for ``bidi``: classes, defaults of unassigned code points, brackets.

Unicode 17.0. What Python's ``unicodedata`` has is asked there; here is what it lacks, or lacked in Python 3.11.
"""

import re
import unicodedata
from bisect import bisect_right
from types import MappingProxyType
from typing import Final

# What can raise a level above 0 in a left-to-right paragraph: the blocks that hold R, AL and AN, assigned or
# not, RLM, and the explicit formatting characters. A little wider than these classes, never narrower.
RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

_LETTERS: Final = MappingProxyType(
    {
        "L": "L", "R": "R", "AL": "A",
        "EN": "E", "ES": "H", "ET": "T", "AN": "N", "CS": "C", "NSM": "M",
        "B": "B", "S": "S", "WS": "W", "ON": "O",
        "LRE": "e", "RLE": "f", "LRO": "o", "RLO": "q", "PDF": "p", "BN": "x",
        "LRI": "i", "RLI": "j", "FSI": "k", "PDI": "d",
        "": "?",  # not assigned in the interpreter's version of Unicode
    }
)  # fmt: skip

# Ranges of one default class, each by its first code point: the @missing lines of DerivedBidiClass-17.0.0.txt
# and its BN for reserved Default_Ignorable_Code_Points. One difference is meant: 1F300..1FAFF is ON, not L.
# All pictographs added there since Python 3.11's Unicode 14 are ON; L would tear a Hebrew sentence apart.
_UNASSIGNED: Final = (
    (0x0000, "L"), (0x0590, "R"), (0x0600, "A"), (0x07C0, "R"), (0x0860, "A"), (0x0900, "L"), (0x2065, "x"),
    (0x2066, "L"), (0x20A0, "T"), (0x20D0, "L"), (0xFB1D, "R"), (0xFB50, "A"), (0xFDD0, "x"), (0xFDF0, "A"),
    (0xFE00, "L"), (0xFE70, "A"), (0xFF00, "L"), (0xFFF0, "x"), (0x10000, "L"), (0x10800, "R"),
    (0x10D00, "A"), (0x10D40, "R"), (0x10EC0, "A"), (0x10F00, "R"), (0x10F30, "A"), (0x10F70, "R"),
    (0x11000, "L"), (0x1E800, "R"), (0x1EC70, "A"), (0x1ECC0, "R"), (0x1ED00, "A"), (0x1ED50, "R"),
    (0x1EE00, "A"), (0x1EF00, "R"), (0x1F000, "L"), (0x1F300, "O"), (0x1FB00, "L"), (0xE0000, "x"),
    (0xE1000, "L"),
)  # fmt: skip
_UNASSIGNED_STARTS: Final = tuple(start for start, _ in _UNASSIGNED)

# Opening and closing brackets in turn, BidiBrackets-17.0.0.txt. U+2329 and U+232A are not among them: they
# are canonically equivalent to U+3008 and U+3009 and taken for these (BD16).
_BRACKETS: Final = (
    "()[]{}\u0f3a\u0f3b\u0f3c\u0f3d\u169b\u169c\u2045\u2046\u207d\u207e\u208d\u208e\u2308\u2309\u230a\u230b"
    "\u2768\u2769\u276a\u276b\u276c\u276d\u276e\u276f\u2770\u2771\u2772\u2773\u2774\u2775\u27c5\u27c6\u27e6\u27e7"
    "\u27e8\u27e9\u27ea\u27eb\u27ec\u27ed\u27ee\u27ef\u2983\u2984\u2985\u2986\u2987\u2988\u2989\u298a\u298b\u298c"
    "\u298d\u2990\u298f\u298e\u2991\u2992\u2993\u2994\u2995\u2996\u2997\u2998\u29d8\u29d9\u29da\u29db\u29fc\u29fd"
    "\u2e22\u2e23\u2e24\u2e25\u2e26\u2e27\u2e28\u2e29\u2e55\u2e56\u2e57\u2e58\u2e59\u2e5a\u2e5b\u2e5c\u3008\u3009"
    "\u300a\u300b\u300c\u300d\u300e\u300f\u3010\u3011\u3014\u3015\u3016\u3017\u3018\u3019\u301a\u301b\ufe59\ufe5a"
    "\ufe5b\ufe5c\ufe5d\ufe5e\uff08\uff09\uff3b\uff3d\uff5b\uff5d\uff5f\uff60\uff62\uff63"
)
CLOSER_OF: Final = MappingProxyType(dict(zip(_BRACKETS[::2], _BRACKETS[1::2], strict=True)))
CANONICAL_BRACKET: Final = MappingProxyType({"\u2329": "\u3008", "\u232a": "\u3009"})
BRACKET: Final = re.compile(f"[{re.escape(_BRACKETS)}\u2329\u232a]")


def letters_of(text: str) -> str:
    """Return the Bidi_Class letter of each code point."""
    letters = "".join(map(_LETTERS.__getitem__, map(unicodedata.bidirectional, text)))
    if "?" not in letters:
        return letters
    pairs = zip(letters, text, strict=True)
    return "".join(_unassigned_letter(ord(char)) if letter == "?" else letter for letter, char in pairs)


def _unassigned_letter(code_point: int) -> str:
    """Return the letter of a code point that the interpreter's Unicode data does not know."""
    if code_point & 0xFFFE == 0xFFFE:  # the two noncharacters at the end of each plane
        return "x"
    return _UNASSIGNED[bisect_right(_UNASSIGNED_STARTS, code_point) - 1][1]
