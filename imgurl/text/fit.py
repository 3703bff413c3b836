"""Fit a paragraph into a box: find the size and the lines. Exact, because widths are proportional to the size.

The ladder: at the full size on up to ``max_lines`` lines; else the largest smaller size at which it fits, down to
``min_size``. What does not fit even there is the layout's business (shorter forms, emergency breaks, ellipsis).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from imgurl.text.paragraph import Paragraph

# Sizes are rounded down to this part of a pixel, so that one text has one size on every machine.
SIZE_STEP = 1 / 64

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


@dataclass(frozen=True, slots=True)
class Fit:
    """A size in px and the lines set at it."""

    size: float
    lines: tuple[Line, ...]


def fit(paragraph: Paragraph, rules: FitRules) -> Fit | None:
    """Return the lines at the largest size from ``size`` down to ``min_size``, None where not even that fits."""
    if not paragraph.text.strip():
        return Fit(rules.size, ())
    lines = wrap(paragraph, rules.width / rules.size)
    if lines is not None and len(lines) <= rules.lines_at(rules.size):
        return Fit(rules.size, _balance(paragraph, lines, rules, rules.size))
    size = largest_size(paragraph, rules)
    if size < rules.min_size:
        return None
    lines = wrap(paragraph, rules.width / size)
    if lines is None:  # pragma: no cover - largest_size has proved that it fits
        return None
    return Fit(size, _balance(paragraph, lines, rules, size))


def largest_size(paragraph: Paragraph, rules: FitRules) -> float:
    """Return the largest size at which the paragraph fits into the box, at most ``size``; 0.0 where there is none.

    For each number of lines: the narrowest width in em that needs no more lines gives the size by the box's
    width, the number of lines gives the one by its height. No search: the text is not shaped again.
    """
    best = 0.0
    for count in range(1, rules.max_lines + 1):
        by_height = rules.height / (count * rules.line_height)
        if by_height <= best:
            break
        width = narrowest(paragraph, count)
        if width is not None:
            best = max(best, min(rules.width / width if width else by_height, by_height))
    return min(rules.size, math.floor(best / SIZE_STEP + SLACK_EM) * SIZE_STEP)


def narrowest(paragraph: Paragraph, count: int) -> float | None:
    """Return the smallest width in em at which the paragraph wraps into at most ``count`` lines."""
    start = 0
    longest = 0.0
    for opportunity in paragraph.breaks:
        longest = max(longest, _width(paragraph, start, opportunity.offset))
        start = opportunity.offset
    total = paragraph.width(0, paragraph.visible_end(0, len(paragraph.text)))
    limit = max(longest, total / count - 1.0)
    while True:
        lines = wrap(paragraph, limit)
        if lines is not None and len(lines) <= count:
            return limit
        wider = _next_width(paragraph, limit)
        if wider is None:
            return None
        limit = wider


def wrap(paragraph: Paragraph, limit: float) -> tuple[Line, ...] | None:
    """Break greedily into lines of at most ``limit`` em; None where a word is wider than that."""
    lines = []
    start = end = 0
    for offset, mandatory in paragraph.breaks:
        if _width(paragraph, start, offset) > limit + SLACK_EM:
            if end == start:
                return None
            lines.append(Line(start, paragraph.visible_end(start, end)))
            start = end
            if _width(paragraph, start, offset) > limit + SLACK_EM:
                return None
        end = offset
        if mandatory:
            lines.append(Line(start, paragraph.visible_end(start, end)))
            start = end
    if end > start:
        lines.append(Line(start, paragraph.visible_end(start, end)))
    return tuple(lines)


def wrap_anywhere(paragraph: Paragraph, limit: float) -> tuple[Line, ...] | None:
    """Break like ``wrap``, and a word wider than ``limit`` between its clusters; None where one cluster is wider."""
    lines: list[Line] = []
    start = end = 0
    for offset, mandatory in paragraph.breaks:
        if _width(paragraph, start, offset) > limit + SLACK_EM:
            if end > start:
                lines.append(Line(start, paragraph.visible_end(start, end)))
                start = end
            for place in paragraph.clusters_between(start, offset):
                if _width(paragraph, start, place) > limit + SLACK_EM:
                    if end == start:
                        return None
                    lines.append(Line(start, paragraph.visible_end(start, end)))
                    start = end
                    if _width(paragraph, start, place) > limit + SLACK_EM:
                        return None
                end = place
        end = offset
        if mandatory:
            lines.append(Line(start, paragraph.visible_end(start, end)))
            start = end
    if end > start:
        lines.append(Line(start, paragraph.visible_end(start, end)))
    return tuple(lines)


def _width(paragraph: Paragraph, start: int, end: int) -> float:
    return paragraph.width(start, paragraph.visible_end(start, end))


def _next_width(paragraph: Paragraph, limit: float) -> float | None:
    """Return the smallest width over ``limit`` at which a greedy line would take one piece more."""
    wider = math.inf
    start = end = 0
    for offset, mandatory in paragraph.breaks:
        width = _width(paragraph, start, offset)
        if width > limit + SLACK_EM:
            wider = min(wider, width)
            if end > start:
                start = end
                width = _width(paragraph, start, offset)
                if width > limit + SLACK_EM:
                    wider = min(wider, width)
        end = offset
        if mandatory:
            start = end
    return wider if wider < math.inf else None


def _balance(paragraph: Paragraph, lines: tuple[Line, ...], rules: FitRules, size: float) -> tuple[Line, ...]:
    """Return lines of about equal length where the design asks for it: the narrowest width with as many lines."""
    if not rules.balanced or len(lines) < 2:
        return lines
    width = narrowest(paragraph, len(lines))
    balanced = wrap(paragraph, min(width, rules.width / size)) if width is not None else None
    return balanced if balanced is not None and len(balanced) == len(lines) else lines
