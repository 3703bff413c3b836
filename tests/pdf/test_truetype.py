"""Subsets and glyphs made of others, judged by fontTools."""

import io
import struct
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from imgurl.pdf.truetype import SHORT, Part, Shape, blank, can_embed, short, subset
from imgurl.text.fonts import FontCatalogue, load_catalogue
from tests.pdf.fontfiles import with_family

#: Operators of an outline, each with its points.
Outline = list[tuple[str, tuple[tuple[float, float] | None, ...]]]


def opened(program: bytes) -> TTFont:
    """Return a font, all of its tables read."""
    font = TTFont(io.BytesIO(program), checkChecksums=2, lazy=False)
    font.ensureDecompiled()
    return font


def drawn(font: TTFont, glyph: int) -> Outline:
    """Return the outline of a glyph, composites taken apart."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[font.getGlyphOrder()[glyph]].draw(pen)
    return list(pen.value)


def moved(outline: Outline, right: int, up: int) -> Outline:
    """Return an outline moved."""
    return [(name, tuple(point and (point[0] + right, point[1] + up) for point in points)) for name, points in outline]


def test_a_cluster_becomes_one_glyph(fonts: FontCatalogue) -> None:
    """It is drawn as its parts are, each moved; its bounds, bearing and width are in the font's tables."""
    font = fonts.stack("Inter", 500, size=22).primary
    letter, mark = (font.hb_font.get_nominal_glyph(ord(character)) for character in "nm")
    alone = font.hb_font.get_glyph_h_advance(letter), font.hb_font.get_glyph_h_advance(mark)
    shapes = [
        Shape((Part(letter),), alone[0]),
        Shape((Part(mark),), alone[1]),
        Shape((Part(letter), Part(mark, 120, -300)), 700),
    ]
    made = subset(font, shapes)
    file = opened(made.program)
    first, second, both = (drawn(file, glyph) for glyph in made.glyphs)
    assert both == first + moved(second, 120, -300)
    name = file.getGlyphOrder()[made.glyphs[2]]
    pen = BoundsPen(file.getGlyphSet())
    file.getGlyphSet()[name].draw(pen)
    glyph = file["glyf"][name]
    assert (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax) == pen.bounds
    assert file["hmtx"][name] == (700, glyph.xMin)
    # A glyph that is itself needs no copy.
    assert len(file.getGlyphOrder()) == 1 + 3


def test_a_subset_is_at_the_axis_values_of_its_font(fonts: FontCatalogue) -> None:
    """No variations are left, and the outline is the one that is drawn in pictures."""
    bold = fonts.stack("Inter", 900, size=22).primary
    letter = bold.hb_font.get_nominal_glyph(ord("n"))
    made = subset(bold, [Shape((Part(letter),), bold.hb_font.get_glyph_h_advance(letter))])
    file = opened(made.program)
    assert not {"fvar", "gvar", "GSUB", "GPOS", "cmap", "name"} & set(file.keys())
    pen = BoundsPen(file.getGlyphSet())
    file.getGlyphSet()[file.getGlyphOrder()[made.glyphs[0]]].draw(pen)
    left, bottom, right, top = (corner * bold.upem for corner in bold.inks[letter])
    assert pen.bounds == pytest.approx((left, bottom, right, top), abs=1)


def test_another_width_is_another_glyph(fonts: FontCatalogue) -> None:
    """Letter spacing is in the width of a code, and the font agrees with it."""
    font = fonts.stack("Inter").primary
    letter = font.hb_font.get_nominal_glyph(ord("n"))
    shape = Shape((Part(letter),), font.hb_font.get_glyph_h_advance(letter) + 500)
    made = subset(font, [shape, shape])
    file = opened(made.program)
    assert made.glyphs[0] == made.glyphs[1]
    assert file["hmtx"][file.getGlyphOrder()[made.glyphs[0]]][0] == shape.advance


def test_a_blank_font_has_frames_as_wide_as_its_shapes() -> None:
    """PDFium takes a glyph without an outline for no text."""
    made = blank([Shape((), 500), Shape((), 0), Shape((), 500)], 1_000)
    file = opened(made.program)
    assert made.glyphs == (1, 2, 1)
    assert [file["hmtx"][name][0] for name in file.getGlyphOrder()] == [0, 500, 0]
    frame = file["glyf"][file.getGlyphOrder()[1]]
    assert (frame.xMin, frame.yMin, frame.xMax, frame.yMax) == (0, -200, 500, 800)
    assert list(frame.coordinates) == [(0, -200), (500, -200), (500, 800), (0, 800)]


@given(st.floats(-1e9, 1e9))
def test_numbers_fit_a_font(value: float) -> None:
    """However many marks somebody stacks."""
    assert struct.pack(">h", short(value))
    assert abs(short(value)) <= SHORT


def test_marks_stacked_without_end_make_a_glyph(fonts: FontCatalogue) -> None:
    """Bounds that no font can hold are cut."""
    font = fonts.stack("Inter").primary
    letter = font.hb_font.get_nominal_glyph(ord("n"))
    parts = tuple(Part(letter, 0, short(place * 2_000)) for place in range(40))
    opened(subset(font, [Shape(parts, 600)]).program)


@pytest.mark.parametrize(("licence", "may"), [(0, True), (4, True), (8, True), (2, False), (0x200, False)])
def test_licence_bits_decide_about_embedding(tmp_path: Path, licence: int, may: bool) -> None:
    """OpenType, OS/2 fsType: restricted and bitmap-only fonts are not embedded."""
    catalogue = load_catalogue(with_family(tmp_path, "Brand", licence=licence))
    assert can_embed(catalogue.stack("Brand").primary) is may
