"""Fit a paragraph into a box: find the size and the lines. Exact, because widths are proportional to the size.

The ladder: at the full size on up to ``max_lines`` lines; else the largest smaller size at which it fits, down to
``min_size``. What does not fit even there is the layout's business (shorter forms, emergency breaks, ellipsis).
"""

import math
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from imgurl.text.breaks import LINE_ENDS
from imgurl.text.paragraph import Paragraph

HARD_BREAK = re.compile(f"[{LINE_ENDS}]")

# Sizes are rounded down to quarters of a pixel: one text has one size on every machine, and the glyphs of a size that
# was drawn before are at hand.
SIZE_STEP = 1 / 4

# Lines are of equal length when they differ by less than half a letter.
BALANCE_STEP_EM = 0.1

# Sums of advances differ in the last bits by the order of summing; a line this much too wide still fits.
SLACK_EM = 1e-6


class Line(NamedTuple):
    """Code points ``start`` to ``end``, without the white space that hangs over."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FitRules:
    """What a text may do in its box; lengths in px, ``line_height`` in em."""

    width: float
    height: float
    size: float
    min_size: float
    max_lines: int
    line_height: float
    balanced: bool = False

    def lines_at(self, size: float) -> int:
        """Return how many lines of ``size`` px the box holds, at most ``max_lines``."""
        return min(self.max_lines, math.floor(self.height / (self.line_height * size) + SLACK_EM))


class FitStep(StrEnum):
    """How far down the ladder a text went until it fitted; each step is tried only if those before it fail."""

    FULL_SIZE = "full-size"
    SMALLER = "smaller"
    SHORTENED = "shortened"
    BROKEN = "broken"
    ELLIPSIS = "ellipsis"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Fitting:
    """What it took to fit a text: sizes in px, ``full_size`` is the one asked for, ``lines`` how many were set."""

    step: FitStep
    size: float
    full_size: float
    lines: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A size in px and the lines set at it."""

    size: float
    lines: tuple[Line, ...]


def fit(paragraph: Paragraph, rules: FitRules) -> Fit | None:
    """Return the lines at the largest size from ``size`` down to ``min_size``, None if not even that fits."""
    if not paragraph.text.strip():
        return Fit(rules.size, ())
    line = _single_line(paragraph, rules)
    if line is not None:
        return Fit(rules.size, (line,))
    largest = _lines_at(paragraph, rules, rules.size) or _largest(paragraph, rules)
    if largest is None or not rules.balanced or len(largest.lines) < 2:
        return largest
    return Fit(largest.size, balance(paragraph, largest.lines, rules.width / largest.size))


def _largest(paragraph: Paragraph, rules: FitRules) -> Fit | None:
    """Return the largest fit on the grid of sizes below ``size``, or at ``min_size``.

    At a smaller size the box is wider in em and holds more lines, and a greedy break needs fewer: a text that fits at
    one size fits at all smaller ones. So halving the grid finds the largest, and never shapes the text again.
    """
    # Steps of the grid: from the first one that is not below min_size to the last one below size. Both ends were tried,
    # or are tried first: neither has to be on the grid.
    low, high = math.ceil(rules.min_size / SIZE_STEP), math.ceil(rules.size / SIZE_STEP) - 1
    best = _lines_at(paragraph, rules, rules.min_size)
    while best and low <= high:
        middle = (low + high) // 2
        fitted = _lines_at(paragraph, rules, middle * SIZE_STEP)
        if fitted:
            best = fitted
            low = middle + 1
        else:
            high = middle - 1
    return best


def _lines_at(paragraph: Paragraph, rules: FitRules, size: float) -> Fit | None:
    most = rules.lines_at(size)
    lines = wrap(paragraph, rules.width / size, most)
    return Fit(size, lines) if lines is not None else None


def _single_line(paragraph: Paragraph, rules: FitRules) -> Line | None:
    """Return the only line of a text that fits as it is: the common case needs no line breaks at all."""
    # White space at the end hangs over and is no part of the line's width, so it is left to ``wrap``.
    text = paragraph.text
    if (
        paragraph.advance > rules.width / rules.size + SLACK_EM
        or rules.lines_at(rules.size) < 1
        or text[-1].isspace()
        or HARD_BREAK.search(text)
    ):
        return None
    return Line(0, len(text))


def wrap(paragraph: Paragraph, limit: float, most: int) -> tuple[Line, ...] | None:
    """Break greedily into at most ``most`` lines of ``limit`` em; None if that is too little for a word or for all."""
    # ``start`` is where the line begins, ``end`` the last break up to which it fits.
    lines = []
    start = end = 0
    for offset, mandatory in paragraph.breaks:
        if _width(paragraph, start, offset) > limit + SLACK_EM:
            if end == start:  # the first word of the line is too wide
                return None
            lines.append(Line(start, paragraph.visible_end(start, end)))
            start = end
            if len(lines) >= most or _width(paragraph, start, offset) > limit + SLACK_EM:
                return None
        end = offset
        if mandatory:
            lines.append(Line(start, paragraph.visible_end(start, end)))
            start = end
    if end > start:
        lines.append(Line(start, paragraph.visible_end(start, end)))
    return tuple(lines) if len(lines) <= most else None


def wrap_anywhere(paragraph: Paragraph, limit: float, most: int) -> tuple[Line, ...] | None:
    """Break like ``wrap``, and a word wider than ``limit`` between its clusters; None if one cluster is wider.

    Stops after ``most`` lines.
    """
    lines: list[Line] = []
    start = end = 0
    for offset, mandatory in paragraph.breaks:
        if _width(paragraph, start, offset) > limit + SLACK_EM:
            if end > start:
                lines.append(Line(start, paragraph.visible_end(start, end)))
                start = end
            # A word wider than a line takes lines of its own, as many as it needs.
            while _width(paragraph, start, offset) > limit + SLACK_EM:
                place = _last_cluster_within(paragraph, start, offset, limit)
                if place is None:
                    return None
                lines.append(Line(start, place))
                start = place
                if len(lines) >= most:
                    return tuple(lines)
        end = offset
        if mandatory:
            lines.append(Line(start, paragraph.visible_end(start, end)))
            start = end
        if len(lines) >= most:
            return tuple(lines[:most])
    if end > start:
        lines.append(Line(start, paragraph.visible_end(start, end)))
    return tuple(lines)


def _last_cluster_within(paragraph: Paragraph, start: int, end: int, limit: float) -> int | None:
    """Return where to break a word that is too wide: the last end of a cluster within ``limit`` em."""
    places = paragraph.cluster_ends
    first, last = bisect_right(places, start), bisect_left(places, end)
    # The widths as shaped tell about where; what hangs together is a little wider or narrower when it is cut.
    guess = bisect_right(places, limit, first, last, key=lambda place: paragraph.reach[place] - paragraph.reach[start])
    for index in range(min(guess, last - 1), first - 1, -1):
        if paragraph.width(start, places[index]) <= limit + SLACK_EM:
            return places[index]
    return None


def balance(paragraph: Paragraph, lines: tuple[Line, ...], limit: float) -> tuple[Line, ...]:
    """Return as many lines as ``lines``, of about equal length: those of the narrowest box that needs no more."""
    # Halving the width between one that can't do, half of an equal share, and one that does. Greedy breaks need no more
    # lines in a wider box, so what is found is the narrowest, to within the step.
    narrow, wide = limit / len(lines) / 2, limit
    while wide - narrow > BALANCE_STEP_EM:
        middle = (narrow + wide) / 2
        balanced = wrap(paragraph, middle, len(lines))
        if balanced is None:
            narrow = middle
        else:
            wide, lines = middle, balanced
    return lines


def _width(paragraph: Paragraph, start: int, end: int) -> float:
    return paragraph.width(start, paragraph.visible_end(start, end))
