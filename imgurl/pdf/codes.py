"""Codes of a font: each stands for a cluster of glyphs *and* its text.

A PDF has texts by code, so what shares a glyph and has another text gets another code. And a code is one glyph: a
cluster of several (a base with marks, a syllable, a letter and its dots) is made one in the embedded subset. So the
table from codes to texts says everything, and readers get names in Arabic and Hindi back as they were written. No
``ActualText`` repeats it: poppler and PDFium take that for text in visual order, and turn Hebrew and Arabic round.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from imgurl.pdf.truetype import Part, Shape, can_embed, is_composable, short
from imgurl.text.fonts import Font
from imgurl.text.layout import PlacedRun
from imgurl.text.shape import Run


class Code(NamedTuple):
    """A code in use: what it draws, and the text it stands for."""

    shape: Shape
    text: str


class Cluster(NamedTuple):
    """Glyphs that stand for a piece of text; ``x`` and ``y`` are their origin, in px of the layout.

    Where letters are spaced out, the space is part of the shape's width: as a gap it would be read as a space between
    words.
    """

    x: float
    y: float
    shape: Shape
    text: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """Consecutive glyphs of one cluster."""

    start: int
    end: int
    cluster: int


class FontCodes:
    """The codes of one font, from 1 on. Mutable state: those given out."""

    def __init__(self, font: Font, *, is_blank: bool = False) -> None:
        self.font = font
        self.is_blank = is_blank
        self._codes: dict[Code, int] = {}

    @property
    def used(self) -> tuple[Code, ...]:
        """The codes given out, in the order of their numbers."""
        return tuple(self._codes)

    def code(self, shape: Shape, text: str) -> int:
        """Return the code of a shape and its text."""
        return self._codes.setdefault(Code(shape, text), len(self._codes) + 1)


def can_show(run: PlacedRun) -> bool:
    """Say whether an embedded font can show a traced run by codes: each cluster is one glyph, or can be made one."""
    return can_embed(run.font) and (is_composable(run.font) or len(_pieces(_traced(run))) == len(run.glyphs))


def clusters_of(run: PlacedRun, text: str, size: float, spacing: float = 0.0) -> Iterator[Cluster]:
    """Yield the clusters of a traced run from left to right; ``text`` is that of the paragraph, ``spacing`` in em."""
    shaped, font = _traced(run), run.font
    # Joined letters are not spaced out, see text.shape.
    extra = 0 if run.is_cursive else round(spacing * font.upem)
    pieces, can_compose = _pieces(shaped), is_composable(font)
    # A cluster's text ends where the next one begins, in the order of the text.
    starts = sorted({piece.cluster for piece in pieces})
    ends = dict(zip(starts, (*starts[1:], shaped.end), strict=True))
    seen = set[int]()
    for piece in pieces:
        words = text[piece.cluster : ends[piece.cluster]] if piece.cluster not in seen else ""
        seen.add(piece.cluster)
        x, y, shape = _composed(run, shaped, piece, size)
        if not can_compose and len(shape.parts) == 1:
            # What moves a single glyph is its place.
            _, x, y = run.glyphs[piece.start]
            shape = shape._replace(parts=(Part(shape.parts[0].glyph),))
        yield Cluster(x, y, shape._replace(advance=max(0, short(shape.advance + extra))), words)


def _traced(run: PlacedRun) -> Run:
    if run.shaped is None:
        raise ValueError("the layout was not traced, so its glyphs stand for no text")
    return run.shaped


def _pieces(shaped: Run) -> list[_Piece]:
    pieces: list[_Piece] = []
    for place, (_, cluster, *_) in enumerate(shaped.glyphs):
        if pieces and pieces[-1].cluster == cluster:
            pieces[-1] = _Piece(pieces[-1].start, place + 1, cluster)
        else:
            pieces.append(_Piece(place, place + 1, cluster))
    return pieces


def _composed(run: PlacedRun, shaped: Run, piece: _Piece, size: float) -> tuple[float, float, Shape]:
    """Return the origin of a piece and its shape; without letter spacing."""
    font, upem = run.font, run.font.upem
    advance, pen, parts = 0, 0.0, []
    for glyph, _, width, dx, dy in shaped.glyphs[piece.start : piece.end]:
        parts.append(Part(glyph, short((pen + dx) * upem), short(dy * upem)))
        pen += width
        # The font's own width: what kerning adds depends on the neighbours, and is a gap between codes.
        advance += font.hb_font.get_glyph_h_advance(glyph)
    # The pen's place and not the first glyph's, which may be moved from it.
    (_, _, _, dx, dy), (_, x, y) = shaped.glyphs[piece.start], run.glyphs[piece.start]
    return x - dx * size, y + dy * size, Shape(tuple(parts), advance)
