"""Unicode Bidirectional Algorithm: the embedding levels of a paragraph, the visual order of a line.

Source: UAX #9 of Unicode 17.0, https://www.unicode.org/reports/tr9/; rules have its names (X1, W4, N0).
L3 (combining marks) and L4 (mirroring) are not here: HarfBuzz does both when it shapes a run right to left.

Inside this module a Bidi_Class is one letter, so a text is a string of letters and a rule is a regular
expression or a search in it: that runs in C, and no pattern can start twice in one run of letters, so time is
linear. Capitals take part in the W and N rules; small letters are formatting characters, for the X rules.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from types import MappingProxyType
from typing import Final, Literal

BaseDirection = Literal["ltr", "rtl", "auto"]

MAX_DEPTH: Final = 125  # BD2: the highest explicit embedding level
MAX_OPEN_BRACKETS: Final = 63  # BD16: places on the stack of opening brackets

# What can raise a level above 0 in a left-to-right paragraph: the blocks that hold R, AL and AN, assigned or
# not, RLM, and the explicit formatting characters. A little wider than these classes, never narrower.
_RIGHT_TO_LEFT: Final = re.compile(
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
_CLOSER_OF: Final = MappingProxyType(dict(zip(_BRACKETS[::2], _BRACKETS[1::2], strict=True)))
_CANONICAL_BRACKET: Final = MappingProxyType({"\u2329": "\u3008", "\u232a": "\u3009"})
_BRACKET: Final = re.compile(f"[{re.escape(_BRACKETS)}\u2329\u232a]")

_REMOVED: Final = "efoqpx"  # X9
_STRONG_OR_INITIATOR: Final = re.compile("[LRAijk]")
_STRONG_OR_ISOLATE: Final = re.compile("[LRAijkd]")
_SEGMENT: Final = re.compile("[^SB]*[SB]?")
_MARKS: Final = re.compile("([^M])M+")
_AFTER_ARABIC: Final = re.compile("A[^LRA]*")
_AFTER_LEFT: Final = re.compile("L[^LR]*")
_EUROPEAN_SEPARATOR: Final = re.compile("(?<=E)[HC](?=E)")
_ARABIC_SEPARATOR: Final = re.compile("(?<=N)C(?=N)")
_TERMINATORS: Final = re.compile("[ET]+")
_NEUTRALS: Final = re.compile("[SWOijkd]+")


@dataclass(frozen=True, slots=True)
class Levels:
    """The resolved embedding levels of one paragraph: even is left to right, odd is right to left.

    ``base`` is the paragraph embedding level, 0 or 1; ``levels`` has one level, 0 to 126, for each code
    point. Characters that rule X9 removes (embedding controls, ZWJ and other BN) have the level of the one
    before, so that they never split a run. Example, "abc אבג": ``Levels(0, (0, 0, 0, 0, 1, 1, 1))``.
    """

    base: int
    levels: tuple[int, ...]


def paragraph_levels(text: str, base: BaseDirection = "auto") -> Levels:
    """Resolve the embedding level of each code point of a paragraph, before lines are known.

    Rules P2 to I2 of UAX #9. "auto" takes the direction of the first strong character outside isolates, left
    to right if there is none. Any string will do, lone surrogates included. A paragraph separator (such as a
    line feed) closes all embeddings and isolates (P1), but what follows it keeps the base of what came first.
    """
    if base != "rtl" and (text.isascii() or not _RIGHT_TO_LEFT.search(text)):
        return Levels(0, (0,) * len(text))
    letters = _letters(text)
    pieces = letters.split("B")
    level = _base_level(pieces[0], base)
    resolved: list[int] = []
    for piece in pieces:
        start = len(resolved)
        resolved += _piece_levels(text[start : start + len(piece)], piece, level)
        # A separator is at the base level (X8) and stays there: N1 and N2 find the base direction after it.
        resolved.append(level)
    resolved.pop()
    return Levels(level, tuple(resolved))


def line_levels(text: str, levels: Levels, start: int, end: int) -> tuple[int, ...]:
    """Return the levels of the line ``text[start:end]``, its white space reset by rule L1.

    ``text`` and ``levels`` are the whole paragraph and its ``paragraph_levels``; offsets are code points,
    half open. Segment separators (tabs), paragraph separators, and the white space and isolate controls
    before them and at the line's end go to the base level.
    """
    line = levels.levels[start:end]
    if line.count(levels.base) == len(line):
        return line
    reset = list(line)
    for segment in _SEGMENT.finditer(_letters(text[start:end])):
        tail = segment[0][len(segment[0].rstrip("SBWijkd" + _REMOVED)) :]
        # Joiners right after a letter stay with it: at the base level they would split its run for nothing.
        blank = len(tail.lstrip(_REMOVED))
        reset[segment.end() - blank : segment.end()] = [levels.base] * blank
    return tuple(reset)


def visual_runs(levels: Sequence[int]) -> tuple[tuple[int, int, int], ...]:
    """Return the runs of one level of a line as ``(start, end, level)``, from left to right (rule L2).

    ``levels`` are the line's, of ``line_levels``; offsets are relative to the line and half open. Inside a
    run the order stays logical: a run of odd level is to be shaped right to left. Example, ``(0, 1, 1, 2)``:
    ``((0, 1, 0), (3, 4, 2), (1, 3, 1))``.
    """
    runs = list(_runs(levels))
    odd = [level for _, _, level in runs if level & 1]
    if not odd:
        return tuple(runs)
    for lowest in range(max(levels), min(odd) - 1, -1):
        runs = _reverse_stretches(runs, lowest)
    return tuple(runs)


def _runs(levels: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the stretches of one level in logical order."""
    start = 0
    for level, members in groupby(levels):
        end = start + len(list(members))
        yield start, end, level
        start = end


def _reverse_stretches(runs: list[tuple[int, int, int]], lowest: int) -> list[tuple[int, int, int]]:
    """Reverse each stretch of runs at ``lowest`` or a higher level: one step of L2."""
    ordered: list[tuple[int, int, int]] = []
    for high, members in groupby(runs, key=lambda run: run[2] >= lowest):
        stretch = list(members)
        ordered += reversed(stretch) if high else stretch
    return ordered


def _letters(text: str) -> str:
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


def _base_level(letters: str, base: BaseDirection) -> int:
    """Return the paragraph embedding level (P2, P3)."""
    if base != "auto":
        return int(base == "rtl")
    first = _STRONG_OR_INITIATOR.search(letters)
    if first is None:
        return 0
    if first[0].isupper():
        return int(first[0] != "L")
    return int(_isolates(letters)[1].get(-1, "L") != "L")


def _isolates(letters: str) -> tuple[dict[int, int], dict[int, str]]:
    """Match isolate initiators and find the first strong letter directly inside each (BD9, P2, X5c).

    The first result maps an initiator to its PDI, unmatched ones are missing; the second maps an initiator to
    "L", "R" or "A", and -1 to the first strong letter outside all isolates. One pass: nesting costs nothing.
    """
    closers: dict[int, int] = {}
    strong: dict[int, str] = {}
    opened = [-1]
    for found in _STRONG_OR_ISOLATE.finditer(letters):
        letter = found[0]
        if letter in "ijk":
            opened.append(found.start())
        elif letter != "d":
            strong.setdefault(opened[-1], letter)
        elif len(opened) > 1:
            closers[opened.pop()] = found.start()
    return closers, strong


def _piece_levels(text: str, letters: str, base: int) -> list[int]:
    """Resolve a text that has no paragraph separator (X1 to I2)."""
    if not letters:
        return []
    if letters.isupper():  # no formatting characters: all of it is one sequence
        return _sequence_levels(text, letters, base, "LR"[base] * 2)
    closers, strong = _isolates(letters)
    levels, overridden = _explicit_levels(letters, base, strong)
    runs = [list(run) for _, run in groupby(_kept(overridden), key=levels.__getitem__)]
    edges = [base, *(levels[run[0]] for run in runs), base]
    for numbers in _isolating_run_sequences(runs, closers):
        indices = list(chain.from_iterable(runs[number] for number in numbers))
        level, last = levels[indices[0]], indices[-1]
        # X10: a sequence that ends in an initiator has no PDI and is followed by the end of the paragraph.
        after = base if letters[last] in "ijk" else edges[numbers[-1] + 2]
        borders = "LR"[max(level, edges[numbers[0]]) & 1] + "LR"[max(level, after) & 1]
        sequence = "".join([overridden[at] for at in indices])
        resolved = _sequence_levels("".join([text[at] for at in indices]), sequence, level, borders)
        for at, resolved_level in zip(indices, resolved, strict=True):
            levels[at] = resolved_level
    return _with_removed(levels, overridden, base)


def _kept(overridden: Sequence[str]) -> Iterator[int]:
    """Yield the offsets of the characters that X9 does not remove."""
    return (at for at, letter in enumerate(overridden) if letter != "x")


def _with_removed(levels: Sequence[int], overridden: Sequence[str], base: int) -> list[int]:
    """Return the levels, those of removed characters taken from the character before them."""
    filled: list[int] = []
    level = base
    for own, letter in zip(levels, overridden, strict=True):
        level = level if letter == "x" else own
        filled.append(level)
    return filled


class _DirectionalStatus:
    """The stack and the counters of X1, with ``level`` and ``override`` of its last entry at hand."""

    def __init__(self, base: int) -> None:
        self.level = base
        self.override = ""
        self._entries = [(base, "", False)]
        self._overflow_isolates = self._overflow_embeddings = self._valid_isolates = 0

    def start_embedding(self, letter: str) -> None:
        """X2 to X5: RLE, LRE, RLO, LRO."""
        override = {"o": "L", "q": "R"}.get(letter, "")
        if not self._push(override, right=letter in "fq", isolate=False) and not self._overflow_isolates:
            self._overflow_embeddings += 1

    def start_isolate(self, *, right: bool) -> None:
        """X5a to X5c: RLI, LRI, and FSI once its direction is known."""
        if self._push("", right=right, isolate=True):
            self._valid_isolates += 1
        else:
            self._overflow_isolates += 1

    def end_isolate(self) -> None:
        """X6a: PDI, which also closes the embeddings left open inside the isolate."""
        if self._overflow_isolates:
            self._overflow_isolates -= 1
        elif self._valid_isolates:
            self._overflow_embeddings = 0
            while not self._pop():
                pass
            self._valid_isolates -= 1

    def end_embedding(self) -> None:
        """X7: PDF, which cannot reach out of an isolate."""
        if self._overflow_isolates:
            return
        if self._overflow_embeddings:
            self._overflow_embeddings -= 1
        elif len(self._entries) > 1 and not self._entries[-1][2]:
            self._pop()

    def _push(self, override: str, *, right: bool, isolate: bool) -> bool:
        """Open an entry at the next odd or even level, False if that is too deep."""
        level = (self.level + 1) | 1 if right else (self.level + 2) & ~1
        if level > MAX_DEPTH or self._overflow_isolates or self._overflow_embeddings:
            return False
        self._entries.append((level, override, isolate))
        self.level, self.override = level, override
        return True

    def _pop(self) -> bool:
        """Close the last entry, True if it was an isolate."""
        _, _, isolate = self._entries.pop()
        self.level, self.override, _ = self._entries[-1]
        return isolate


def _explicit_levels(letters: str, base: int, strong: Mapping[int, str]) -> tuple[list[int], list[str]]:
    """Return the explicit levels, and the letters overridden or, if X9 removes them, "x" (X1 to X9)."""
    status = _DirectionalStatus(base)
    levels: list[int] = []
    overridden: list[str] = []
    for at, letter in enumerate(letters):
        if letter == "d":
            status.end_isolate()
        elif letter == "p":
            status.end_embedding()
        levels.append(status.level)
        overridden.append("x" if letter in _REMOVED else status.override or letter)
        if letter in "efoq":
            status.start_embedding(letter)
        elif letter in "ijk":
            status.start_isolate(right=letter == "j" or (letter == "k" and strong.get(at, "L") != "L"))
    return levels, overridden


def _isolating_run_sequences(runs: Sequence[Sequence[int]], closers: Mapping[int, int]) -> list[list[int]]:
    """Join level runs around isolates (BD13); a sequence is the numbers of its runs."""
    sequences: list[list[int]] = []
    awaited: dict[int, list[int]] = {}
    for number, run in enumerate(runs):
        sequence = awaited.pop(run[0], None)
        if sequence is None:
            sequence = []
            sequences.append(sequence)
        sequence.append(number)
        if run[-1] in closers:
            awaited[closers[run[-1]]] = sequence
    return sequences


def _sequence_levels(text: str, letters: str, level: int, borders: str) -> list[int]:
    """Resolve one isolating run sequence (W1 to I2); ``borders`` is its sos and its eos.

    The rules get the letters framed by sos and eos, so that none of them needs a special case for the ends.
    """
    framed = borders[0] + letters + borders[1]
    direction = "LR"[level & 1]
    resolved = _resolve_weak(framed)
    pairs = _bracket_pairs(text, resolved)
    if pairs:
        resolved = _resolve_brackets(resolved, framed, pairs, direction)
    resolved = _resolve_neutrals(resolved, direction)
    odd = level & 1
    rise = {"L": level + odd, "R": level + 1 - odd, "E": level + 2 - odd, "N": level + 2 - odd}  # I1, I2
    return [rise[letter] for letter in resolved[1:-1]]


def _resolve_weak(framed: str) -> str:
    """Resolve marks and numbers (W1 to W7); what is left is L, R, E, N and neutrals."""
    if "M" in framed:
        framed = _MARKS.sub(_resolve_marks, framed)
    if "A" in framed:
        if "E" in framed:
            framed = _AFTER_ARABIC.sub(lambda found: found[0].replace("E", "N"), framed)
        framed = framed.replace("A", "R")
    if "N" in framed:
        framed = _ARABIC_SEPARATOR.sub("N", framed)
    if "E" in framed:
        framed = _EUROPEAN_SEPARATOR.sub("E", framed)
        if "T" in framed:
            framed = _TERMINATORS.sub(_resolve_terminators, framed)
        if "L" in framed:
            framed = _AFTER_LEFT.sub(_resolve_numbers, framed)
    return framed.replace("H", "O").replace("T", "O").replace("C", "O")


def _resolve_marks(found: re.Match[str]) -> str:
    """W1: nonspacing marks take the class of what they stand on, ON after isolate controls."""
    return found[1] + ("O" if found[1] in "ijkd" else found[1]) * (len(found[0]) - 1)


def _resolve_terminators(found: re.Match[str]) -> str:
    """W5: terminators (percent, currency) next to a European number are part of it."""
    return "E" * len(found[0]) if "E" in found[0] else found[0]


def _resolve_numbers(found: re.Match[str]) -> str:
    """W7: European numbers after left-to-right text are like it."""
    return found[0].replace("E", "L")


def _numbers_as_right(resolved: str) -> str:
    """Return the letters as N0 and N1 see them: numbers count as right to left."""
    return resolved.replace("E", "R").replace("N", "R")


def _bracket_pairs(text: str, resolved: str) -> dict[int, int]:
    """Return the closing offset of each opening one (BD16), counted in the framed ``resolved``."""
    pairs: dict[int, int] = {}
    awaited: list[str] = []
    openers: list[int] = []
    for found in _BRACKET.finditer(text):
        at, bracket = found.start() + 1, _CANONICAL_BRACKET.get(found[0], found[0])
        if resolved[at] != "O":  # overridden: no bracket any more
            continue
        if bracket in _CLOSER_OF:
            if len(openers) == MAX_OPEN_BRACKETS:
                break
            awaited.append(_CLOSER_OF[bracket])
            openers.append(at)
        elif bracket in awaited:
            while awaited.pop() != bracket:
                openers.pop()
            pairs[openers.pop()] = at
    return pairs


def _resolve_brackets(resolved: str, framed: str, pairs: Mapping[int, int], direction: str) -> str:
    """Give the brackets of a pair the direction of what they enclose (N0).

    ``framed`` has the letters before W1. One sweep from left to right keeps ``before``, the last strong
    letter, brackets just resolved included; pairs nest, so none can change what a later one encloses.
    """
    strong = _numbers_as_right(resolved)
    settled: dict[int, str] = {}
    before, seen = strong[0], 1
    for at in sorted(chain(pairs, pairs.values())):
        before, seen = _last_strong(strong, seen, at) or before, at
        if at in pairs:
            settled[at] = settled[pairs[at]] = _bracket_letter(strong, at, pairs[at], direction, before)
        before = settled[at].replace("O", before)
    letters = list(resolved)
    for at, letter in settled.items():
        end = at + 1
        while framed[end] == "M" and letter != "O":  # marks on a bracket follow it
            end += 1
        letters[at:end] = letter * (end - at)
    return "".join(letters)


def _last_strong(strong: str, start: int, end: int) -> str:
    """Return the last "L" or "R" of a stretch, "" if it has none."""
    left, right = strong.rfind("L", start, end), strong.rfind("R", start, end)
    return "" if left == right else "L" if left > right else "R"


def _bracket_letter(strong: str, opener: int, closer: int, direction: str, before: str) -> str:
    """N0 b to d for one pair: "O" if it encloses nothing strong."""
    if strong.find(direction, opener, closer) > 0:
        return direction
    # c: text inside against the embedding direction wins only if the text before the pair is against it too.
    return before if strong.find("R" if direction == "L" else "L", opener, closer) > 0 else "O"


def _resolve_neutrals(framed: str, direction: str) -> str:
    """Give neutrals the direction of both their neighbours, else the embedding direction (N1, N2)."""
    strong = _numbers_as_right(framed)

    def resolve(found: re.Match[str]) -> str:
        before, after = strong[found.start() - 1], strong[found.end()]
        return (before if before == after else direction) * len(found[0])

    return _NEUTRALS.sub(resolve, framed)
