"""Lay a text out in its box: glyphs at pixel positions, and what it took to fit them.

``lay_out`` never fails, and nothing it returns leaves the box: text that can't be set smaller is shortened, broken, cut
with an ellipsis or, as a last resort, omitted.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from imgurl.text.bidi import BaseDirection, Levels, line_levels, visual_runs
from imgurl.text.fit import SIZE_STEP, Fit, FitRules, FitStep, Fitting, Line, fit, wrap_anywhere
from imgurl.text.fonts import Font, FontStack
from imgurl.text.paragraph import Paragraph, TextSpan, build_paragraph
from imgurl.text.shape import Run, ShapingStyle
from imgurl.text.style import Align, VerticalAlign

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class TextBox:
    """How a text is set: box and sizes in px, ``shaping.letter_spacing`` and ``line_height`` in em."""

    width: float
    height: float
    size: float
    min_size: float
    max_lines: int = 1
    line_height: float = 1.2
    align: Align = Align.START
    valign: VerticalAlign = VerticalAlign.TOP
    balanced: bool = False
    direction: BaseDirection = "auto"
    shaping: ShapingStyle = ShapingStyle()
    #: Whether the layout keeps which glyph stands for which text: images have no use for it.
    is_traced: bool = False


#: A glyph's number in the font and its origin on its baseline: px from the box's left and top edge (y downwards).
#: A plain tuple, because one with names takes eight times as long to make.
PlacedGlyph = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """Glyphs of one font and style, from left to right; ``left`` and ``right`` are the ends of their advances in px.

    ``turn`` is by how much each glyph is turned clockwise about its origin, in radians. ``shaped`` are the same glyphs
    with their clusters, if the layout was traced.
    """

    font: Font
    style: int
    is_cursive: bool
    glyphs: tuple[PlacedGlyph, ...]
    left: float = 0.0
    right: float = 0.0
    turn: float = 0.0
    shaped: Run | None = None


@dataclass(frozen=True, slots=True)
class LaidLine:
    """A line: ``baseline`` in px from the box's top, ``left`` and ``width`` in px, and its text as drawn."""

    text: str
    baseline: float
    left: float
    width: float
    runs: tuple[PlacedRun, ...]


@dataclass(frozen=True, slots=True)
class TextLayout:
    """A laid out text; ``size`` in px, ``ink`` is the box of all ink in px, ``fitting`` is what it took.

    ``text`` is what clusters are offsets of.
    """

    size: float
    lines: tuple[LaidLine, ...]
    ink: tuple[float, float, float, float]
    fitting: Fitting
    text: str = ""


def lay_out(spans: Sequence[TextSpan], stacks: Sequence[FontStack], box: TextBox) -> TextLayout:
    """Lay out the spans. ``stacks[0]`` sets the line's height; ``stacks[span.style]`` is a span's font stack."""
    rules = fit_rules(box)
    paragraph, fitted, step = _fit_somehow(spans, stacks, box, rules)
    layout = _place(paragraph, fitted, stacks[0], box, step)
    return _inside(layout, paragraph, fitted, stacks[0], box)


def enlarged(layout: TextLayout, times: float) -> TextLayout:
    """Return the very same layout so many times as large."""
    lines = tuple(
        replace(
            line,
            baseline=line.baseline * times,
            left=line.left * times,
            width=line.width * times,
            runs=tuple(
                replace(
                    run,
                    left=run.left * times,
                    right=run.right * times,
                    glyphs=tuple((glyph, x * times, y * times) for glyph, x, y in run.glyphs),
                )
                for run in line.runs
            ),
        )
        for line in layout.lines
    )
    left, top, right, bottom = (corner * times for corner in layout.ink)
    return replace(layout, size=layout.size * times, lines=lines, ink=(left, top, right, bottom))


def fit_rules(box: TextBox) -> FitRules:
    """Return what a text may do in a box."""
    smallest = min(box.min_size, box.size)
    return FitRules(box.width, box.height, box.size, smallest, box.max_lines, box.line_height, box.balanced)


def _fit_somehow(
    spans: Sequence[TextSpan], stacks: Sequence[FontStack], box: TextBox, rules: FitRules
) -> tuple[Paragraph, Fit, FitStep]:
    """Go down the ladder until the text fits."""
    paragraph = build_paragraph(spans, stacks, box.shaping, box.direction)
    whole = fit(paragraph, rules)
    if whole is not None:
        return paragraph, whole, FitStep.FULL_SIZE if whole.size >= box.size else FitStep.SMALLER
    # A shorter form is tried at all sizes, from the full one down: what is shortened is no smaller than it must be.
    for shorter in shorter_forms(spans):
        candidate = build_paragraph(shorter, stacks, box.shaping, box.direction)
        short = fit(candidate, rules)
        if short is not None:
            return candidate, short, FitStep.SHORTENED
    broken = _break_anywhere(paragraph, rules)
    if broken is not None:
        return paragraph, broken, FitStep.BROKEN
    return _with_ellipsis(spans, stacks, box, paragraph, rules)


def _break_anywhere(paragraph: Paragraph, rules: FitRules) -> Fit | None:
    # One line more than there is room for: it tells a text that fits from one that was cut off after the last line.
    most = rules.lines_at(rules.min_size)
    lines = wrap_anywhere(paragraph, rules.width / rules.min_size, most + 1)
    if lines is None or len(lines) > most:
        return None
    return Fit(rules.min_size, lines)


def _with_ellipsis(
    spans: Sequence[TextSpan], stacks: Sequence[FontStack], box: TextBox, paragraph: Paragraph, rules: FitRules
) -> tuple[Paragraph, Fit, FitStep]:
    """Keep as many clusters as fit with an ellipsis after them; if not even one does, draw nothing.

    The known widths say about how many; shaping the shortened text then decides, a cluster less each time.
    """
    ends = (0, *paragraph.cluster_ends)
    count = _clusters_that_fit(paragraph, ends, rules, _ellipsis_width(stacks, box))
    while count > 0:
        shortened = build_paragraph(truncated(spans, ends[count]), stacks, box.shaping, box.direction)
        cut = _break_anywhere(shortened, rules)
        if cut is not None:
            return shortened, cut, FitStep.ELLIPSIS
        # Mostly the first guess is right. A sixteenth less each time, so that a long text is not shaped a hundred
        # times.
        count -= 1 + count // 16
    return build_paragraph((), stacks, box.shaping, box.direction), Fit(rules.min_size, ()), FitStep.NOTHING


def _ellipsis_width(stacks: Sequence[FontStack], box: TextBox) -> float:
    return build_paragraph((TextSpan(ELLIPSIS),), stacks, box.shaping, box.direction).advance


def _clusters_that_fit(paragraph: Paragraph, ends: Sequence[int], rules: FitRules, ellipsis: float) -> int:
    """Return how many clusters fill the lines, the last one with room for the ellipsis."""
    limit = rules.width / rules.min_size
    most_lines = rules.lines_at(rules.min_size)
    lines = wrap_anywhere(paragraph, limit, most_lines)
    if most_lines < 1 or not lines:
        return 0
    last = lines[-1]
    # One cluster less than all of them at the most: with all there would be nothing to leave out.
    count = min(bisect_right(ends, last.end) - 1, len(ends) - 2)
    while count > 0 and paragraph.reach[ends[count]] - paragraph.reach[last.start] + ellipsis > limit:
        count -= 1
    return count


def truncated(spans: Sequence[TextSpan], length: int) -> tuple[TextSpan, ...]:
    """Return so many code points of the spans, and an ellipsis."""
    runs = []
    for span in spans:
        runs.append(replace(span, text=span.text[:length]))
        length -= len(span.text)
        if length <= 0:
            break
    # No space or punctuation before the ellipsis: "Ava…", not "Ava, …".
    last = runs[-1]
    runs[-1] = replace(last, text=last.text.rstrip(" ,;:-–—") + ELLIPSIS)
    return tuple(runs)


def shorter_forms(spans: Sequence[TextSpan]) -> Iterator[tuple[TextSpan, ...]]:
    """Yield the spans in shorter forms, step by step; a span with fewer steps keeps its shortest form."""
    forms = [span.shorten() for span in spans]
    for step in range(max(map(len, forms), default=0)):
        yield tuple(
            replace(span, text=shorter[min(step, len(shorter) - 1)]) if shorter else span
            for span, shorter in zip(spans, forms, strict=True)
        )


def _place(paragraph: Paragraph, fitted: Fit, stack: FontStack, box: TextBox, step: FitStep) -> TextLayout:
    size = fitted.size
    pitch = box.line_height * size
    # CSS 2.1, 10.8.1: half of the leading above, half below; browsers round ascent and descent to whole pixels.
    ascent = math.floor(stack.primary.ascent * size + 0.5)
    descent = math.floor(stack.primary.descent * size + 0.5)
    drop = math.floor((pitch - (ascent + descent)) / 2) + ascent
    spare = box.height - pitch * len(fitted.lines)
    top = {VerticalAlign.TOP: 0.0, VerticalAlign.MIDDLE: spare / 2, VerticalAlign.BOTTOM: spare}[box.valign]
    lines = tuple(
        _place_line(paragraph, line, size, box, math.floor(top + index * pitch + 0.5) + drop)
        for index, line in enumerate(fitted.lines)
    )
    return TextLayout(size, lines, _ink(lines, size), Fitting(step, size, box.size, len(lines)), paragraph.text)


def _place_line(paragraph: Paragraph, line: Line, size: float, box: TextBox, baseline: int) -> LaidLine:
    runs = visual_order(paragraph, line)
    width = sum(run.advance for run in runs) * size
    left = _left(box, paragraph.base_level, width)
    placed = []
    pen = left
    for run in runs:
        glyphs = []
        start = pen
        for glyph, _, advance, dx, dy in run.glyphs:
            glyphs.append((glyph, pen + dx * size, baseline - dy * size))
            pen += advance * size
        traced = run if box.is_traced else None
        placed.append(PlacedRun(run.font, run.style, run.is_cursive, tuple(glyphs), start, pen, shaped=traced))
    return LaidLine(paragraph.text[line.start : line.end], baseline, left, width, tuple(placed))


def visual_order(paragraph: Paragraph, line: Line) -> list[Run]:
    """Return the runs of a line from left to right (UAX #9, L1 and L2)."""
    # Levels are those of the paragraph, but each line is reordered by itself: only now is it known where lines end.
    runs = paragraph.cut(line.start, line.end)
    if not paragraph.base_level and not any(run.level for run in runs):
        return list(runs)
    levels = line_levels(paragraph.text, Levels(paragraph.base_level, paragraph.levels), line.start, line.end)
    ordered: list[Run] = []
    for start, end, level in visual_runs(levels):
        inside = [run for run in runs if start <= run.start - line.start < end]
        ordered += reversed(inside) if level & 1 else inside
    return ordered


def _left(box: TextBox, base_level: int, width: float) -> float:
    rtl = bool(base_level & 1)
    match box.align:
        case Align.CENTER:
            return (box.width - width) / 2
        case Align.START | Align.END:
            return box.width - width if rtl == (box.align is Align.START) else 0.0
        case Align.RIGHT:
            return box.width - width
        case _:
            return 0.0


def _ink(lines: Sequence[LaidLine], size: float) -> tuple[float, float, float, float]:
    left = top = math.inf
    right = bottom = -math.inf
    for line in lines:
        for run in line.runs:
            inks = run.font.inks
            for glyph, x, y in run.glyphs:
                ink_left, ink_bottom, ink_right, ink_top = inks[glyph]
                if ink_right > ink_left:
                    start, end = x + ink_left * size, x + ink_right * size
                    head, foot = y - ink_top * size, y - ink_bottom * size
                    # Compared by hand: min and max cost as much as all the rest of a layout.
                    left = start if start < left else left
                    right = end if end > right else right
                    top = head if head < top else top
                    bottom = foot if foot > bottom else bottom
    return (left, top, right, bottom) if right > left else (0.0, 0.0, 0.0, 0.0)


def _inside(layout: TextLayout, paragraph: Paragraph, fitted: Fit, stack: FontStack, box: TextBox) -> TextLayout:
    """Return the layout with all ink in the box: moved if it sticks out, set smaller if it is too large.

    Swashes reach beyond their advance and stacked marks beyond the line; the box is a promise all the same.
    """
    # Again after each change, because baselines are rounded to whole pixels at every size: ink does not shrink quite in
    # proportion.
    for _ in range(4):
        left, top, right, bottom = layout.ink
        if left >= 0 and top >= 0 and right <= box.width and bottom <= box.height:
            return layout
        ratio = min(1.0, box.width / max(right - left, 1e-9), box.height / max(bottom - top, 1e-9))
        if ratio < 1.0:
            smaller = math.floor(layout.size * ratio / SIZE_STEP - 0.5) * SIZE_STEP
            if smaller < 1:
                nothing = replace(layout.fitting, step=FitStep.NOTHING, lines=0)
                return replace(layout, lines=(), ink=(0.0, 0.0, 0.0, 0.0), fitting=nothing)
            step = FitStep.SMALLER if layout.fitting.step is FitStep.FULL_SIZE else layout.fitting.step
            layout = _place(paragraph, Fit(smaller, fitted.lines), stack, box, step)
            left, top, right, bottom = layout.ink
        down = _shift(top, bottom, box.height)
        # Baselines stay on whole pixels where the box leaves room for that.
        whole = math.ceil(down) if down > 0 else math.floor(down)
        has_room = top + whole >= 0 and bottom + whole <= box.height
        layout = _moved(layout, _shift(left, right, box.width), whole if has_room else down)
    return layout


def _shift(low: float, high: float, limit: float) -> float:
    """Return by how much to move the stretch from ``low`` to ``high`` so that it is between 0 and ``limit``."""
    if low < 0:
        return -low
    return min(0.0, limit - high)


def _moved(layout: TextLayout, right: float, down: float) -> TextLayout:
    if not right and not down:
        return layout
    lines = tuple(
        replace(
            line,
            baseline=line.baseline + down,
            left=line.left + right,
            runs=tuple(
                replace(
                    run,
                    glyphs=tuple((glyph, x + right, y + down) for glyph, x, y in run.glyphs),
                    left=run.left + right,
                    right=run.right + right,
                )
                for run in line.runs
            ),
        )
        for line in layout.lines
    )
    left, top, end, bottom = layout.ink
    return replace(layout, lines=lines, ink=(left + right, top + down, end + right, bottom + down))
