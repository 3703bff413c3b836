"""Unicode Bidirectional Algorithm: the embedding levels of a paragraph, the visual order of a line.

Source: UAX #9 of Unicode 17.0, https://www.unicode.org/reports/tr9/; rules have its names (X1, W4, N0).
L3 (combining marks) and L4 (mirroring) are not here: HarfBuzz does both when it shapes a run right to left.

Inside this module a Bidi_Class is one letter, so a text is a string of letters and a rule is a regular
expression or a search in it: that runs in C, and no pattern can start twice in one run of letters, so time is
linear. Capitals take part in the W and N rules; lowercase letters are formatting characters, for the X rules.

Own code, because python-bidi is LGPL and returns a reordered string, not levels, and icu4py has no bidi; the
conformance files of Unicode pass whole (tests/conformance/test_bidi.py).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final, Literal

from imgurl.text.bidi_data import BRACKET, CANONICAL_BRACKET, CLOSER_OF, RIGHT_TO_LEFT, letters_of
from imgurl.text.bidi_explicit import REMOVED, explicit_levels

BaseDirection = Literal["ltr", "rtl", "auto"]

MAX_OPEN_BRACKETS: Final = 63  # BD16: places on the stack of opening brackets

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
    if base != "rtl" and (text.isascii() or not RIGHT_TO_LEFT.search(text)):
        return Levels(0, (0,) * len(text))
    letters = letters_of(text)
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
    for segment in _SEGMENT.finditer(letters_of(text[start:end])):
        tail = segment[0][len(segment[0].rstrip("SBWijkd" + REMOVED)) :]
        # Joiners right after a letter stay with it: at the base level they would split its run for nothing.
        blank = len(tail.lstrip(REMOVED))
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
    for match in _STRONG_OR_ISOLATE.finditer(letters):
        letter = match[0]
        if letter in "ijk":
            opened.append(match.start())
        elif letter != "d":
            strong.setdefault(opened[-1], letter)
        elif len(opened) > 1:
            closers[opened.pop()] = match.start()
    return closers, strong


def _piece_levels(text: str, letters: str, base: int) -> list[int]:
    """Resolve a text that has no paragraph separator (X1 to I2)."""
    if not letters:
        return []
    if letters.isupper():  # no formatting characters: all of it is one sequence
        return _sequence_levels(text, letters, base, "LR"[base] * 2)
    closers, strong = _isolates(letters)
    levels, overridden = explicit_levels(letters, base, strong)
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
            framed = _AFTER_ARABIC.sub(lambda match: match[0].replace("E", "N"), framed)
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


def _resolve_marks(match: re.Match[str]) -> str:
    """W1: nonspacing marks take the class of their base character, ON after isolate controls."""
    return match[1] + ("O" if match[1] in "ijkd" else match[1]) * (len(match[0]) - 1)


def _resolve_terminators(match: re.Match[str]) -> str:
    """W5: terminators (percent, currency) next to a European number are part of it."""
    return "E" * len(match[0]) if "E" in match[0] else match[0]


def _resolve_numbers(match: re.Match[str]) -> str:
    """W7: European numbers after left-to-right text are like it."""
    return match[0].replace("E", "L")


def _numbers_as_right(resolved: str) -> str:
    """Return the letters as N0 and N1 see them: numbers count as right to left."""
    return resolved.replace("E", "R").replace("N", "R")


def _bracket_pairs(text: str, resolved: str) -> dict[int, int]:
    """Return the closing offset of each opening one (BD16), counted in the framed ``resolved``."""
    pairs: dict[int, int] = {}
    awaited: list[str] = []
    openers: list[int] = []
    for match in BRACKET.finditer(text):
        at, bracket = match.start() + 1, CANONICAL_BRACKET.get(match[0], match[0])
        if resolved[at] != "O":  # overridden: no bracket any more
            continue
        if bracket in CLOSER_OF:
            if len(openers) == MAX_OPEN_BRACKETS:
                break
            awaited.append(CLOSER_OF[bracket])
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

    def resolve(match: re.Match[str]) -> str:
        before, after = strong[match.start() - 1], strong[match.end()]
        return (before if before == after else direction) * len(match[0])

    return _NEUTRALS.sub(resolve, framed)
