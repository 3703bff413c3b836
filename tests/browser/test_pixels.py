"""The pixels of text are those of Chromium: the same glyphs and marks, in the same order, in the same places."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import pytest
from PIL import Image

from imgurl.color import Color
from imgurl.geometry import Box
from imgurl.raster.canvas import blank
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.text import TextPaint, draw_text
from imgurl.text.fonts import FontCatalogue
from imgurl.text.layout import TextLayout

from .cases import CASES, PICTURED, Case, layout_of
from .chromium import MARGIN, Answer

BY_ID: Final = {case.id: case for case in CASES}

# Whiter than this in both pictures is paper.
INK_BELOW: Final = 250

# Measured with Chromium 156: 2.3 to 10.4 on average, 53 to 140 at the worst pixel. It darkens thin strokes, and puts
# glyphs at quarters of a pixel from left to right, at whole ones up and down. Moving the text by a pixel gives 35 to 91
# on average; one point of one Hebrew letter missing only 9, but 255 at the worst pixel.
MEAN_BOUND: Final = 13.0
GREATEST_BOUND: Final = 180


class Distance(NamedTuple):
    """How far two pictures are apart where one of them has ink, of 255: on average, and at the worst pixel."""

    mean: float
    greatest: int


def distance(one: Image.Image, other: Image.Image) -> Distance:
    """Compare two pictures of one size and mode RGB."""
    first, second = np.asarray(one, dtype=np.int16), np.asarray(other, dtype=np.int16)
    inked = (np.minimum(first, second) < INK_BELOW).any(axis=2)
    apart = np.abs(first - second)
    return Distance(float(apart.mean(axis=2)[inked].mean()), int(apart.max()))


def is_near(apart: Distance) -> bool:
    """Return whether two pictures show the same text."""
    return apart.mean <= MEAN_BOUND and apart.greatest <= GREATEST_BOUND


def chromium_picture(case: Case, answer: Answer) -> Image.Image:
    """Cut a case with half of the margins around it out of Chromium's picture."""
    top = answer.tops[case.id] - MARGIN // 2
    height = round(len(answer.lines[case.id]) * case.line_height * case.size)
    corners = (MARGIN // 2, top, MARGIN * 3 // 2 + case.width, top + height + MARGIN)
    assert corners[2] <= answer.picture.width
    assert corners[3] <= answer.picture.height
    return answer.picture.crop(corners)


def our_picture(case: Case, layout: TextLayout, glyphs: GlyphCache | None, size: tuple[int, int]) -> Image.Image:
    """Draw a layout in black on white with half of the margins around it."""
    canvas = blank(*size, opaque=True)
    box = Box(MARGIN // 2, MARGIN // 2, MARGIN // 2 + case.width, size[1])
    draw_text(canvas, layout, box, TextPaint((Color(0, 0, 0),) * len(case.pieces)), glyphs)
    return canvas


@pytest.mark.parametrize("make_glyphs", [lambda: None, GlyphCache], ids=["exact", "quarters"])
@pytest.mark.parametrize("case", [BY_ID[name] for name in PICTURED], ids=PICTURED)
def test_pixels_are_near_those_of_chromium(
    case: Case, make_glyphs: Callable[[], GlyphCache | None], fonts: FontCatalogue, answer: Answer
) -> None:
    """Drawn exactly or from the glyph cache, text differs from Chromium's by no more than two rasterisers do."""
    theirs = chromium_picture(case, answer)
    ours = our_picture(case, layout_of(case, fonts), make_glyphs(), theirs.size)
    apart = distance(ours, theirs)
    assert is_near(apart), apart


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        pytest.param("latin-wrapped", "lazy", "1azy", id="letter"),
        pytest.param("hebrew-points", "\u05bc", "", id="point"),
        pytest.param("vietnamese-decomposed", "i\u0323", "i", id="mark below"),
        pytest.param("thai-marks", "น้ำ", "นำ", id="mark above"),
        pytest.param("arabic-line", "مح", "م\u200cح", id="join"),
        pytest.param("devanagari", "शर्मा", "शमा", id="reph"),
        pytest.param("chinese-quotes", "《", "〈", id="bracket"),
        pytest.param("emoji-simple", "🎁", "🎈", id="emoji"),
    ],
)
def test_one_wrong_glyph_is_seen(name: str, right: str, wrong: str, fonts: FontCatalogue, answer: Answer) -> None:
    """One letter, mark or join that is not Chromium's is over the bounds."""
    case = BY_ID[name]
    assert isinstance(case.text, str)
    assert right in case.text
    theirs = chromium_picture(case, answer)
    layout = layout_of(replace(case, text=case.text.replace(right, wrong, 1)), fonts)
    apart = distance(our_picture(case, layout, None, theirs.size), theirs)
    assert not is_near(apart), apart
