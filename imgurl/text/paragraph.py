"""A paragraph: styled spans put together, ordered, itemised and shaped once, ready to be measured and cut."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from imgurl.text.bidi import BaseDirection, paragraph_levels
from imgurl.text.breaks import Break, line_breaks
from imgurl.text.clusters import clusters
from imgurl.text.fonts import FontStack
from imgurl.text.itemize import Item, itemize
from imgurl.text.shape import Run, ShapingStyle, shape, shape_items

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A piece of text in one style.

    ``isolated`` marks a merge value: it is ordered by itself and can't reorder the text around it.
    ``is_name`` lets fitting take a shorter form of it.
    """

    text: str
    style: int = 0
    isolated: bool = False
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Shaped text. Offsets are code points; lengths are in em."""

    text: str
    base_level: int
    levels: tuple[int, ...]
    styles: tuple[int, ...]
    #: In logical order.
    runs: tuple[Run, ...]
    #: Width of the first n code points, for n = 0 to the length of the text.
    reach: tuple[float, ...]
    breaks: tuple[Break, ...]
    #: Offsets at which a line can't begin or end without shaping it anew.
    unsafe: frozenset[int]
    shaping: ShapingStyle

    def visible_end(self, start: int, end: int) -> int:
        """Return ``end`` without the white space before it: it hangs over the line's end."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return end

    def width(self, start: int, end: int) -> float:
        """Return the width of a stretch in em, as it would be set on a line of its own."""
        if start in self.unsafe or end in self.unsafe:
            return sum(run.advance for run in self.cut(start, end))
        return self.reach[end] - self.reach[start]

    def cut(self, start: int, end: int) -> tuple[Run, ...]:
        """Return the runs of a stretch, in logical order; a run that is cut where it hangs together is shaped anew."""
        runs = []
        for run in self.runs:
            if run.end <= start or run.start >= end:
                continue
            first, last = max(run.start, start), min(run.end, end)
            if (first, last) == (run.start, run.end):
                runs.append(run)
            elif first in self.unsafe or last in self.unsafe:
                item = Item(first, last, run.font, run.script, run.level, run.style)
                # Joining context ends with the line, so only the line is given to the shaper.
                runs.append(_moved(shape(self.text[start:end], _shifted(item, -start), self.shaping), start))
            else:
                glyphs = tuple(glyph for glyph in run.glyphs if first <= glyph.cluster < last)
                runs.append(Run(first, last, run.font, run.script, run.level, run.style, glyphs))
        return tuple(runs)

    def clusters_between(self, start: int, end: int) -> tuple[int, ...]:
        """Return the offsets at which clusters of a stretch end: where a word may be broken in an emergency."""
        return tuple(accumulate(map(len, clusters(self.text[start:end])), initial=start))[1:]


def build_paragraph(
    spans: Sequence[TextSpan],
    stacks: Sequence[FontStack],
    shaping: ShapingStyle,
    base: BaseDirection = "auto",
) -> Paragraph:
    """Order, itemise and shape the spans.

    ``stacks[span.style]`` is the font stack of a span.
    """
    text = "".join(span.text for span in spans)
    styles = tuple(span.style for span in spans for _ in span.text)
    base_level, levels = _levels(spans, text, base)
    runs = shape_items(text, itemize(text, levels, styles, stacks), shaping)
    advances = [0.0] * len(text)
    unsafe = set()
    for run in runs:
        for glyph in run.glyphs:
            advances[glyph.cluster] += glyph.advance
            if glyph.unsafe:
                unsafe.add(glyph.cluster)
    reach = tuple(accumulate(advances, initial=0.0))
    breaks = line_breaks(text, shaping.language)
    return Paragraph(text, base_level, levels, styles, runs, reach, breaks, frozenset(unsafe), shaping)


def _levels(spans: Sequence[TextSpan], text: str, base: BaseDirection) -> tuple[int, tuple[int, ...]]:
    """Return the paragraph level and the level of each code point, merge values isolated (UAX #9, 2.7 and X5c)."""
    if base == "auto" and not any(map(_is_strong, "".join(span.text for span in spans if not span.isolated))):
        # A text of values only has their direction.
        base = "rtl" if paragraph_levels(text).base else "ltr"
    marked = []
    kept = []
    for span in spans:
        marked.append(f"{FIRST_STRONG_ISOLATE}{span.text}{POP_ISOLATE}" if span.isolated else span.text)
        kept.append(f"0{'1' * len(span.text)}0" if span.isolated else "1" * len(span.text))
    resolved = paragraph_levels("".join(marked), base)
    levels = tuple(level for level, keep in zip(resolved.levels, "".join(kept), strict=True) if keep == "1")
    return resolved.base, levels


def _is_strong(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("L", "R", "AL")


def _shifted(item: Item, by: int) -> Item:
    return item._replace(start=item.start + by, end=item.end + by)


def _moved(run: Run, by: int) -> Run:
    glyphs = tuple(glyph._replace(cluster=glyph.cluster + by) for glyph in run.glyphs)
    return Run(run.start + by, run.end + by, run.font, run.script, run.level, run.style, glyphs)
