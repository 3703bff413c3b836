"""Shape items with HarfBuzz: from code points to glyphs. Lengths are in em, so layout does not depend on size."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb

from imgurl.text.fonts import Font
from imgurl.text.itemize import Item

# Letters of these scripts hang together; spacing would tear them (CSS Text 4, 8.2 "cursive scripts").
CURSIVE = frozenset(("Arab", "Rohg", "Mand", "Mong", "Nkoo", "Phag", "Syrc", "Adlm"))


#: A glyph: its number in the font, the code point it belongs to, its advance, and how far it is moved right and up, in
#: em. A plain tuple, because one with names takes eight times as long to make.
Glyph = tuple[int, int, float, float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """A shaped item: glyphs in visual order, from left to right."""

    start: int
    end: int
    font: Font
    script: str
    level: int
    style: int
    glyphs: tuple[Glyph, ...]

    @property
    def is_cursive(self) -> bool:
        """Whether neighbouring glyphs overlap where letters join."""
        return self.script in CURSIVE

    @property
    def advance(self) -> float:
        """Width in em."""
        return sum([advance for _, _, advance, _, _ in self.glyphs])


@dataclass(frozen=True, slots=True)
class ShapingStyle:
    """What the shaper needs to know: BCP 47 language, letter spacing in em, OpenType features on or off."""

    language: str = "en"
    letter_spacing: float = 0.0
    features: tuple[tuple[str, int], ...] = ()


def shape(text: str, item: Item, style: ShapingStyle) -> Run:
    """Shape one item; the text before and after it is joining context."""
    spacing = _spacing(item, style)
    glyphs = _read(_shaped(text, item, style), item.font.upem)
    if spacing:
        glyphs = _spaced(glyphs, spacing, rtl=bool(item.level & 1))
    return Run(item.start, item.end, item.font, item.script, item.level, item.style, glyphs)


def shape_items(text: str, items: Sequence[Item], style: ShapingStyle) -> tuple[Run, ...]:
    """Shape all items of a paragraph, in logical order."""
    return tuple(shape(text, item, style) for item in items)


def unsafe_offsets(text: str, item: Item, style: ShapingStyle) -> frozenset[int]:
    """Return the code points at which a line can't begin or end without shaping the item again.

    Called only if a text is broken: reading the flags takes as long as reading the glyphs.
    """
    infos = _shaped(text, item, style).glyph_infos
    safe = {info.cluster for info in infos if not info.flags & hb.GlyphFlags.UNSAFE_TO_BREAK}
    # A code point that no glyph begins with is inside a ligature or a syllable.
    return frozenset(range(item.start, item.end)) - safe


def _shaped(text: str, item: Item, style: ShapingStyle) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_str(text, item.start, item.end - item.start)
    buffer.direction = "rtl" if item.level & 1 else "ltr"
    buffer.script = item.script
    buffer.language = style.language
    hb.shape(item.font.hb_font, buffer, _features(style.features, _spacing(item, style) != 0.0))
    return buffer


def _spacing(item: Item, style: ShapingStyle) -> float:
    return 0.0 if item.script in CURSIVE else style.letter_spacing


@lru_cache(maxsize=64)
def _features(chosen: tuple[tuple[str, int], ...], spaced: bool) -> dict[str, int]:  # noqa: FBT001 - cached key
    # CSS Text 4, 8.2: no optional ligatures where letters are spaced out.
    ligatures = {"liga": 0, "clig": 0} if spaced else {}
    return {**ligatures, **dict(chosen)}


def _read(buffer: hb.Buffer, upem: int) -> tuple[Glyph, ...]:
    scale = 1.0 / upem
    placed = [position.position for position in buffer.glyph_positions]
    return tuple(
        [
            (info.codepoint, info.cluster, advance * scale, dx * scale, dy * scale)
            for info, (dx, dy, advance, _) in zip(buffer.glyph_infos, placed, strict=True)
        ]
    )


def _spaced(glyphs: tuple[Glyph, ...], spacing: float, *, rtl: bool) -> tuple[Glyph, ...]:
    """Add space after each cluster: on its last glyph, which for right-to-left text is its first from the left."""
    clusters = [cluster for _, cluster, _, _, _ in glyphs]
    # What the cluster of the neighbour on the far side is; -1 at the end.
    neighbours = [-1, *clusters[:-1]] if rtl else [*clusters[1:], -1]
    return tuple(
        (number, cluster, advance, dx, dy)
        if neighbour == cluster
        else (number, cluster, advance + spacing, dx + spacing if rtl else dx, dy)
        for (number, cluster, advance, dx, dy), neighbour in zip(glyphs, neighbours, strict=True)
    )
