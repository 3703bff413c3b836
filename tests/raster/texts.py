"""Texts laid out for drawing."""

from imgurl.text.fonts import FontCatalogue
from imgurl.text.layout import PlacedRun, TextBox, TextLayout, lay_out
from imgurl.text.paragraph import TextSpan


def laid_out(
    fonts: FontCatalogue, *texts: str, size: float = 40, width: int = 300, family: str = "Inter"
) -> TextLayout:
    """Return a layout of one line in a box of ``width`` × 80 px; each text is a span of its own style."""
    spans = [TextSpan(text, style) for style, text in enumerate(texts)]
    stacks = [fonts.stack(family, 400, "normal", size)] * len(texts)
    return lay_out(spans, stacks, TextBox(width, 80, size, size))


def runs_of(layout: TextLayout) -> list[PlacedRun]:
    """Return all runs of a layout."""
    return [run for line in layout.lines for run in line.runs]
