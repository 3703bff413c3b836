"""A paragraph: styled spans put together, ordered, itemised and shaped once, ready to be measured and cut."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from imgurl.text.bidi import BaseDirection, paragraph_levels
from imgurl.text.breaks import Break, line_breaks
from imgurl.text.clusters import clusters
from imgurl.text.fonts import FontStack
from imgurl.text.itemize import Item, itemize
from imgurl.text.shape import Run, ShapingStyle, shape, shape_items, unsafe_offsets

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"

# White space that belongs to the words around it (CSS Text 3, 4.1.2 leaves it alone).
NO_BREAK_SPACES = "\u00a0\u2007\u202f"


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A piece of text in one style.

    ``isolated`` marks a merge value: it is ordered by itself and can't reorder the text around it.
    ``is_name`` marks a person's name: it is a word of any script, so no line ends right after one of its letters.
    ``shorten`` returns shorter forms, longest first, that may replace it; called only if the text does not fit.
    """

    text: str
    style: int = 0
    isolated: bool = False
    is_name: bool = False
    shorten: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True, eq=False)
class Paragraph:
    """Shaped text. Offsets are code points; lengths are in em.

    Not slotted, because what only a broken text needs is computed once when it is asked for.
    """

    text: str
    base_level: int
    levels: tuple[int, ...]
    styles: tuple[int, ...]
    #: In logical order.
    runs: tuple[Run, ...]
    shaping: ShapingStyle
    #: Offsets after letters of a name, where no line ends as long as what follows fits on it.
    inside_names: frozenset[int] = frozenset()

    @cached_property
    def advance(self) -> float:
        """Width of the whole text on one line, in em."""
        return sum(run.advance for run in self.runs)

    @cached_property
    def reach(self) -> tuple[float, ...]:
        """Width of the first n code points in em, for n = 0 to the length of the text."""
        advances = [0.0] * len(self.text)
        # By clusters, which need not be in the order of the glyphs: those of right-to-left runs are reversed.
        for run in self.runs:
            for _, cluster, advance, _, _ in run.glyphs:
                advances[cluster] += advance
        return tuple(accumulate(advances, initial=0.0))

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """Where lines may end."""
        found = line_breaks(self.text, self.shaping.language)
        return tuple(one for one in found if one.offset not in self.inside_names) if self.inside_names else found

    @cached_property
    def cluster_ends(self) -> tuple[int, ...]:
        """The offsets at which clusters end: where a word may be broken in an emergency."""
        return tuple(accumulate(map(len, clusters(self.text))))

    @cached_property
    def unsafe(self) -> frozenset[int]:
        """Offsets at which a line can't begin or end without shaping it again."""
        offsets = (unsafe_offsets(self.text, _item(run), self.shaping) for run in self.runs)
        return frozenset().union(*offsets)

    def visible_end(self, start: int, end: int) -> int:
        """Return ``end`` without the white space before it: it hangs over the line's end. No-break spaces do not."""
        while end > start and self.text[end - 1].isspace() and self.text[end - 1] not in NO_BREAK_SPACES:
            end -= 1
        return end

    def width(self, start: int, end: int) -> float:
        """Return the width of a stretch in em, as it would be set on a line of its own.

        The text between two safe offsets has the same width wherever lines end; only the pieces from there to the
        line's ends are shaped again, each once (https://harfbuzz.github.io/working-with-harfbuzz-clusters.html).
        """
        if start not in self.unsafe and end not in self.unsafe:
            return self.reach[end] - self.reach[start]
        first, last = self._safe_after[start], self._safe_before[end]
        if first >= last:
            return self._shaped_width(start, end)
        head = self._shaped_width(start, first) if first > start else 0.0
        tail = self._shaped_width(last, end) if end > last else 0.0
        return head + self.reach[last] - self.reach[first] + tail

    @cached_property
    def _safe_before(self) -> tuple[int, ...]:
        """For each offset the nearest safe one that is not after it."""
        return _nearest(range(len(self.text) + 1), self.unsafe)

    @cached_property
    def _safe_after(self) -> tuple[int, ...]:
        """For each offset the nearest safe one that is not before it."""
        return _nearest(range(len(self.text), -1, -1), self.unsafe)[::-1]

    @cached_property
    def _shaped_widths(self) -> dict[tuple[int, int], float]:
        return {}

    def _shaped_width(self, start: int, end: int) -> float:
        width = self._shaped_widths.get((start, end))
        if width is None:
            width = self._shaped_widths[start, end] = sum(run.advance for run in self.cut(start, end))
        return width

    def cut(self, start: int, end: int) -> tuple[Run, ...]:
        """Return the runs of a stretch, in logical order; a run cut at an unsafe offset is shaped again."""
        runs = []
        for run in self.runs:
            if run.end <= start or run.start >= end:
                continue
            first, last = max(run.start, start), min(run.end, end)
            if (first, last) == (run.start, run.end):
                runs.append(run)
            elif first in self.unsafe or last in self.unsafe:
                # With the text around as joining context: a broken Arabic word keeps the forms of its letters.
                item = Item(first, last, run.font, run.script, run.level, run.style)
                runs.append(shape(self.text, item, self.shaping))
            else:
                glyphs = tuple(glyph for glyph in run.glyphs if first <= glyph[1] < last)
                runs.append(Run(first, last, run.font, run.script, run.level, run.style, glyphs))
        return tuple(runs)


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
    styles = _spread([span.style for span in spans], spans)
    numbers = _spread(range(len(spans)), spans)
    base_level, levels = _levels(spans, text, base)
    runs = shape_items(text, itemize(text, levels, styles, numbers, stacks), shaping)
    return Paragraph(text, base_level, levels, styles, runs, shaping, _inside_names(spans))


def _inside_names(spans: Sequence[TextSpan]) -> frozenset[int]:
    """Return the offsets right after a letter inside a name: lines end after its spaces, hyphens and dots only.

    None for ASCII, whose words have no other breaks.
    """
    inside: set[int] = set()
    start = 0
    for span in spans:
        text = span.text
        if span.is_name and not text.isascii():
            inside.update(start + at for at in range(1, len(text)) if _is_letter(text[at - 1]))
        start += len(text)
    return frozenset(inside)


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def _spread(facts: Sequence[int], spans: Sequence[TextSpan]) -> tuple[int, ...]:
    """Return the fact of its span for each code point."""
    spread: tuple[int, ...] = ()
    for fact, span in zip(facts, spans, strict=True):
        spread += (fact,) * len(span.text)
    return spread


def _levels(spans: Sequence[TextSpan], text: str, base: BaseDirection) -> tuple[int, tuple[int, ...]]:
    """Return the paragraph level and the level of each code point, merge values isolated (UAX #9, 2.7 and X5c)."""
    # Without a right-to-left letter every level is 0, with isolates too: most texts end here.
    plain = paragraph_levels(text, base)
    if not any(plain.levels):
        return plain.base, plain.levels
    if base == "auto" and not any(map(_is_strong, "".join(span.text for span in spans if not span.isolated))):
        # A text of values only has their direction.
        base = "rtl" if plain.base else "ltr"
    # The isolates are needed for their levels alone: they are put in, and their own levels left out, so that offsets
    # stay those of the text. ``mask`` has a 1 for each code point of the text.
    marked = []
    mask = []
    for span in spans:
        marked.append(f"{FIRST_STRONG_ISOLATE}{span.text}{POP_ISOLATE}" if span.isolated else span.text)
        mask.append(f"0{'1' * len(span.text)}0" if span.isolated else "1" * len(span.text))
    resolved = paragraph_levels("".join(marked), base)
    levels = tuple(level for level, keep in zip(resolved.levels, "".join(mask), strict=True) if keep == "1")
    return resolved.base, levels


def _nearest(offsets: range, unsafe: frozenset[int]) -> tuple[int, ...]:
    """Return for each offset the last safe one that came before it or is itself; the first one is safe."""
    nearest = []
    last = offsets[0]
    for offset in offsets:
        if offset not in unsafe:
            last = offset
        nearest.append(last)
    return tuple(nearest)


def _is_strong(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("L", "R", "AL")


def _item(run: Run) -> Item:
    return Item(run.start, run.end, run.font, run.script, run.level, run.style)
