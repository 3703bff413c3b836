"""Lay a text out on an arc: one line, whose letters stand on a circle.

Each cluster is turned about the middle of its advance, so kerning stays. Where letters hang together a gap would show
between two that are turned by different angles: words of those scripts are turned as a whole.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from imgurl.text.fit import HARD_BREAK, SIZE_STEP, FitStep, Fitting, Line
from imgurl.text.fonts import FontStack
from imgurl.text.layout import (
    ELLIPSIS,
    LaidLine,
    PlacedRun,
    TextBox,
    TextLayout,
    lay_out,
    shorter_forms,
    truncated,
    visual_order,
)
from imgurl.text.paragraph import Paragraph, TextSpan, build_paragraph
from imgurl.text.shape import CURSIVE, Glyph, Run
from imgurl.text.style import Align

# Scripts that are not cursive, but whose letters hang from one line.
JOINED = CURSIVE | {"Deva", "Beng", "Guru"}

# How far around the circle a text may go to each side: its ends do not meet.
MOST = 0.95 * math.pi

# Again after each change of size: ink that sticks out far is rare.
TRIES = 8


@dataclass(frozen=True, slots=True)
class Arc:
    """The circle of the baseline: its radius in px, and whether letters stand on its top or in its bottom."""

    radius: float
    is_top: bool


@dataclass(frozen=True, slots=True)
class _Circle:
    """Where the circle is in the box. ``outer`` and ``inner`` are the radii between which letters are, of one size."""

    arc: Arc
    box: TextBox
    #: From the edge of the box, where the circle begins, to its centre: fixed, whatever size the text has.
    depth: float
    outer: float
    inner: float

    @property
    def half(self) -> float:
        """The angle from the middle of the arc to where it leaves the box."""
        wide = self.box.width / 2 / self.outer
        across = math.asin(wide) if wide < 1 else math.pi
        below = self.box.height - self.depth
        if below <= -self.inner or self.inner <= 0:
            return 0.0
        down = math.acos(max(-1.0, -below / (self.inner if below < 0 else self.outer)))
        return min(across, down, MOST)

    def place(self, run: Run, glyphs: Sequence[Glyph], pen: float, size: float) -> PlacedRun:
        """Return glyphs turned together; ``pen`` is where they begin along the arc, from its middle, in px."""
        radius, middle = self.arc.radius, _advance(glyphs) * size / 2
        angle = (pen + middle) / radius
        side, turn = (1, angle) if self.arc.is_top else (-1, -angle)
        center = self.depth if self.arc.is_top else self.box.height - self.depth
        x, y = self.box.width / 2 + radius * math.sin(angle), center - side * radius * math.cos(angle)
        cosine, sine = math.cos(turn), math.sin(turn)
        placed = []
        across = -middle
        for glyph, _, advance, dx, dy in glyphs:
            right, down = across + dx * size, -dy * size
            placed.append((glyph, x + right * cosine - down * sine, y + right * sine + down * cosine))
            across += advance * size
        # As of joined letters: turned ones may overlap, too, and there are no masks of them.
        return PlacedRun(run.font, run.style, is_cursive=True, glyphs=tuple(placed), turn=turn)


def lay_out_on_arc(spans: Sequence[TextSpan], stacks: Sequence[FontStack], box: TextBox, arc: Arc) -> TextLayout:
    """Lay the spans out as ``lay_out`` does, on a line as long as the arc is in the box.

    The arc touches the upper edge of the box with the letters at their full size, or the lower one if they are in its
    bottom; a smaller text has the same baseline.
    """
    spans = tuple(replace(span, text=HARD_BREAK.sub(" ", span.text)) for span in spans)
    for step, form in ((FitStep.FULL_SIZE, spans), *((FitStep.SHORTENED, form) for form in shorter_forms(spans))):
        paragraph = build_paragraph(form, stacks, box.shaping, box.direction)
        end = paragraph.visible_end(0, len(paragraph.text))
        size = _largest(paragraph.width(0, end), stacks[0], box, arc)
        if size:
            took = FitStep.SMALLER if step is FitStep.FULL_SIZE and size < box.size else step
            return _inside(paragraph, Line(0, end), stacks[0], box, arc, Fitting(took, size, box.size, 1))
    # Not even so: as on a line of this length, which breaks a word or ends in an ellipsis.
    smallest = min(box.min_size, box.size)
    length = 2 * _circle(stacks[0], box, arc, smallest).half * arc.radius
    line = replace(box, width=length, height=2 * box.line_height * smallest, size=smallest, min_size=smallest)
    cut = lay_out(spans, stacks, replace(line, max_lines=1))
    if not cut.lines:
        return cut
    kept = truncated(spans, len(cut.lines[0].text) - len(ELLIPSIS))
    shortened = build_paragraph(kept, stacks, box.shaping, box.direction)
    return _inside(shortened, Line(0, len(shortened.text)), stacks[0], box, arc, cut.fitting)


def _largest(advance: float, stack: FontStack, box: TextBox, arc: Arc) -> float | None:
    """Return the largest size on the grid at which so many em fit on the arc, None if not even the smallest does."""

    def fits(size: float) -> bool:
        return advance * size <= 2 * _circle(stack, box, arc, size).half * arc.radius

    smallest = min(box.min_size, box.size)
    if fits(box.size):
        return box.size
    if not fits(smallest):
        return None
    low, high = math.ceil(smallest / SIZE_STEP), math.ceil(box.size / SIZE_STEP) - 1
    best = smallest
    while low <= high:
        middle = (low + high) // 2
        if fits(middle * SIZE_STEP):
            best, low = middle * SIZE_STEP, middle + 1
        else:
            high = middle - 1
    return best


def _circle(stack: FontStack, box: TextBox, arc: Arc, size: float) -> _Circle:
    ascent, descent = stack.primary.ascent, stack.primary.descent
    above, below = (ascent, descent) if arc.is_top else (descent, ascent)
    return _Circle(
        arc, box, arc.radius + above * box.size, arc.radius + above * size, arc.radius - below * size
    )  # fmt: skip


def _inside(paragraph: Paragraph, line: Line, stack: FontStack, box: TextBox, arc: Arc, fitting: Fitting) -> TextLayout:
    """Return the text bent, with all ink in the box: set smaller as long as some sticks out, or left out."""
    size = fitting.size
    for _ in range(TRIES):
        layout = _bent(paragraph, line, _circle(stack, box, arc, size), replace(fitting, size=size))
        left, top, right, bottom = layout.ink
        if left >= 0 and top >= 0 and right <= box.width and bottom <= box.height:
            return layout
        size = math.floor(size * 0.9 / SIZE_STEP) * SIZE_STEP
        if size < 1:
            break
    nothing = replace(fitting, step=FitStep.NOTHING, lines=0)
    return replace(layout, lines=(), ink=(0.0, 0.0, 0.0, 0.0), fitting=nothing)


def _bent(paragraph: Paragraph, line: Line, circle: _Circle, fitting: Fitting) -> TextLayout:
    size, box = fitting.size, circle.box
    runs = visual_order(paragraph, line)
    width = sum(run.advance for run in runs) * size
    spare = max(0.0, 2 * circle.half * circle.arc.radius - width)
    is_rtl = bool(paragraph.base_level & 1)
    at_start = box.align is Align.LEFT or box.align is (Align.END if is_rtl else Align.START)
    pen = -width / 2 + (0.0 if box.align is Align.CENTER else -spare / 2 if at_start else spare / 2)
    placed = []
    for run in runs:
        for glyphs in _units(run, paragraph.text):
            placed.append(circle.place(run, glyphs, pen, size))
            pen += _advance(glyphs) * size
    baseline = circle.depth - circle.arc.radius if circle.arc.is_top else box.height - circle.depth + circle.arc.radius
    laid = LaidLine(paragraph.text[line.start : line.end], baseline, (box.width - width) / 2, width, tuple(placed))
    return TextLayout(size, (laid,), _ink(placed, size), fitting)


def _units(run: Run, text: str) -> Iterator[list[Glyph]]:
    """Yield the glyphs of a run that are turned together: those of a cluster, or of a word where letters join."""
    unit: list[Glyph] = []
    before = -1
    for glyph in run.glyphs:
        cluster = glyph[1]
        is_apart = before != cluster
        if run.script in JOINED:
            is_apart = text[before].isspace() or text[cluster].isspace()
        if unit and is_apart:
            yield unit
            unit = []
        unit.append(glyph)
        before = cluster
    if unit:
        yield unit


def _advance(glyphs: Sequence[Glyph]) -> float:
    """Return the width of glyphs in em."""
    return sum(glyph[2] for glyph in glyphs)


def _ink(runs: Sequence[PlacedRun], size: float) -> tuple[float, float, float, float]:
    """Return a box around the ink: around the corners of the turned boxes of the glyphs."""
    corners = []
    for run in runs:
        cosine, sine = math.cos(run.turn), math.sin(run.turn)
        for glyph, x, y in run.glyphs:
            left, bottom, right, top = (side * size for side in run.font.inks[glyph])
            if right > left:
                corners += [
                    (x + across * cosine - down * sine, y + across * sine + down * cosine)
                    for across in (left, right)
                    for down in (-top, -bottom)
                ]
    if not corners:
        return 0.0, 0.0, 0.0, 0.0
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)
