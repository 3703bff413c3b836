"""What it takes to fit a text, mostly without placing its glyphs: for many texts that nobody draws."""

from collections.abc import Sequence
from dataclasses import replace

from imgurl.text.fit import Fit, FitStep, Fitting, Line, fit
from imgurl.text.fonts import FontStack
from imgurl.text.layout import TextBox, fit_rules, lay_out
from imgurl.text.paragraph import Paragraph, TextSpan, build_paragraph

# Sums of floats differ in their last bits by the order of summing, in px.
SLACK = 1e-3


def fitting_of(spans: Sequence[TextSpan], stacks: Sequence[FontStack], box: TextBox) -> Fitting:
    """Return what ``lay_out`` says it takes to fit the spans."""
    paragraph = build_paragraph(spans, stacks, box.shaping, box.direction)
    # Balanced lines are as many as these.
    whole = fit(paragraph, replace(fit_rules(box), balanced=False))
    if whole is not None and whole.size >= box.size and _is_surely_inside(paragraph, whole, box):
        return Fitting(FitStep.FULL_SIZE, whole.size, box.size, len(whole.lines))
    return lay_out(spans, stacks, box).fitting


def _is_surely_inside(paragraph: Paragraph, fitted: Fit, box: TextBox) -> bool:
    """Say whether the ink of the lines is certainly no larger than the box, so that ``lay_out`` only moves it.

    By an upper bound: no ink sticks out of its line further than the farthest of all glyphs sticks out of its advance.
    """
    if not fitted.lines:
        return True
    advance = paragraph.advance
    if fitted.lines != (Line(0, len(paragraph.text)),):
        # A line that ends at an unsafe offset is shaped again, to glyphs that are not known here.
        if any(
            offset in paragraph.unsafe or paragraph.visible_end(0, offset) in paragraph.unsafe
            for offset, _ in paragraph.breaks
        ):
            return False
        # Balanced lines are no wider than the widest of these: as many of them are set in a narrower box.
        advance = max(paragraph.width(line.start, line.end) for line in fitted.lines)
    left = right = top = bottom = 0.0
    for run in paragraph.runs:
        inks = run.font.inks
        for glyph, _, width, dx, dy in run.glyphs:
            if width < 0:
                return False
            ink_left, ink_bottom, ink_right, ink_top = inks[glyph]
            if ink_right > ink_left:
                # Compared by hand: min and max cost as much as all the rest.
                left = -dx - ink_left if -dx - ink_left > left else left
                right = dx + ink_right - width if dx + ink_right - width > right else right
                top = dy + ink_top if dy + ink_top > top else top
                bottom = -dy - ink_bottom if -dy - ink_bottom > bottom else bottom
    wide = (advance + left + right) * fitted.size
    high = (top + bottom) * fitted.size
    if len(fitted.lines) > 1:
        # Baselines are rounded to whole pixels, each by up to half of one.
        high += (len(fitted.lines) - 1) * box.line_height * fitted.size + 1
    return wide + SLACK <= box.width and high + SLACK <= box.height
