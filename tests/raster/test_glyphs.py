"""Glyphs to masks."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgurl.color import Color
from imgurl.geometry import Box
from imgurl.raster.canvas import ShadowPaint
from imgurl.raster.glyphs import GlyphCache, color_glyph, run_mask, shade_mask, strike_key, stroke_mask
from imgurl.text.fonts import FontCatalogue
from imgurl.text.layout import PlacedRun, TextLayout
from tests.raster.texts import laid_out, runs_of

EVERYWHERE = Box(-1_000, -1_000, 1_000, 1_000)


def on_canvas(found: tuple[Image.Image, int, int] | None) -> NDArray[np.int64]:
    """Return the levels of a mask on a canvas of 400 × 120 px whose origin is at 50, 20."""
    canvas = Image.new("L", (400, 120))
    if found:
        mask, left, top = found
        canvas.paste(mask, (left + 50, top + 20))
    return np.asarray(canvas).astype(np.int64)


def whole(layout: TextLayout) -> NDArray[np.int64]:
    """Return the levels of a layout's glyphs."""
    return on_canvas(run_mask(runs_of(layout), layout.size, EVERYWHERE))


class TestRunMask:
    """Outline glyphs."""

    def test_where_the_layout_says(self, fonts: FontCatalogue) -> None:
        """The ink is in the layout's ink box, and touches each of its sides within a pixel."""
        layout = laid_out(fonts, "Hxg")
        mask, left, top = run_mask(runs_of(layout), layout.size, EVERYWHERE) or pytest.fail("no ink")
        inked = mask.getbbox() or pytest.fail("no ink")
        found = (left + inked[0], top + inked[1], left + inked[2], top + inked[3])
        low = tuple(math.floor(edge) for edge in layout.ink[:2])
        high = tuple(math.ceil(edge) for edge in layout.ink[2:])
        assert found == (*low, *high)

    def test_a_stem_stands_upright(self, fonts: FontCatalogue) -> None:
        """The letter l has as many rows as its height and no ink next to its stem: rows are not upside down."""
        levels = whole(laid_out(fonts, "L"))
        inked = np.argwhere(levels > 128)
        top, bottom = inked[:, 0].min(), inked[:, 0].max()
        across = [(levels[row] > 128).sum() for row in (top, bottom)]
        assert across[1] > 2 * across[0]

    def test_nothing_to_draw(self, fonts: FontCatalogue) -> None:
        """Spaces and no glyphs have no ink."""
        layout = laid_out(fonts, " ")
        assert [run_mask(runs_of(layout), 40, EVERYWHERE), run_mask([], 40, EVERYWHERE)] == [None, None]

    @pytest.mark.parametrize("clip", [Box(0, 0, 60, 80), Box(20, 30, 45, 35), Box(-9, -9, 500, 500)])
    def test_the_clip_cuts(self, fonts: FontCatalogue, clip: Box) -> None:
        """Within the clip each pixel is as it was, beyond it there is nothing."""
        layout = laid_out(fonts, "Ragged")
        expected = np.zeros_like(whole(layout))
        rows, columns = slice(max(0, clip.top + 20), clip.bottom + 20), slice(max(0, clip.left + 50), clip.right + 50)
        expected[rows, columns] = whole(layout)[rows, columns]
        assert (on_canvas(run_mask(runs_of(layout), layout.size, clip)) == expected).all()

    def test_a_clip_next_to_the_ink(self, fonts: FontCatalogue) -> None:
        """Where the clip holds no ink there is no mask."""
        layout = laid_out(fonts, "Ragged")
        assert run_mask(runs_of(layout), layout.size, Box(290, 0, 300, 80)) is None

    def test_overlaps_count_once(self, fonts: FontCatalogue) -> None:
        """Where two glyphs overlap both are covered: joins of cursive letters show neither seam nor hole."""
        (run,) = runs_of(laid_out(fonts, "O"))
        moved = tuple((glyph, x + 9, y) for glyph, x, y in run.glyphs)
        first, second, both = (
            on_canvas(run_mask([PlacedRun(run.font, 0, is_cursive=False, glyphs=glyphs)], 40, EVERYWHERE))
            for glyphs in (run.glyphs, moved, run.glyphs + moved)
        )
        assert (both >= np.maximum(first, second) - 1).all()
        assert (both <= np.minimum(first + second, 255) + 1).all()

    def test_parts_of_pixels(self, fonts: FontCatalogue) -> None:
        """A glyph moved by half a pixel is drawn there, not at the next whole one; its ink is as much."""
        (run,) = runs_of(laid_out(fonts, "l"))
        ((glyph, x, y),) = run.glyphs
        moved = PlacedRun(run.font, 0, is_cursive=False, glyphs=((glyph, x + 0.5, y),))
        first, second = (on_canvas(run_mask([one], 40, EVERYWHERE)) for one in (run, moved))
        columns = np.arange(first.shape[1])
        centers = [(levels.sum(axis=0) * columns).sum() / levels.sum() for levels in (first, second)]
        assert abs(centers[1] - centers[0] - 0.5) < 0.05
        assert abs(first.sum() - second.sum()) / first.sum() < 0.01


class TestStrokeMask:
    """Glyphs grown on all sides."""

    @pytest.mark.parametrize("width", [0.5, 1, 3, 7.5])
    def test_grown_by_its_width(self, fonts: FontCatalogue, width: float) -> None:
        """A straight stem is twice the width thicker and taller; half covered edges of the copies add 0.5 px a side."""
        layout = laid_out(fonts, "l")
        plain, grown = whole(layout), on_canvas(stroke_mask(runs_of(layout), layout.size, width, EVERYWHERE))
        row, column = (int(inked.mean()) for inked in np.nonzero(plain > 200))
        assert 0 <= (grown[row].sum() - plain[row].sum()) / 255 - 2 * width < 1.0
        assert 0 <= (grown[:, column].sum() - plain[:, column].sum()) / 255 - 2 * width < 1.0

    @pytest.mark.parametrize("width", [1, 3, 6, 12, 19])
    @pytest.mark.parametrize("family", ["Inter", "Playfair Display", "Great Vibes"])
    @pytest.mark.parametrize("size", [20, 30, 60])
    def test_no_gap(self, fonts: FontCatalogue, family: str, size: float, width: float) -> None:
        """Everything that the glyph covers is covered, and everything within the width of it, hairlines too."""
        layout = laid_out(fonts, "x", size=size, family=family)
        plain = whole(layout) > 200
        grown = on_canvas(stroke_mask(runs_of(layout), layout.size, width, EVERYWHERE))
        near = np.zeros_like(plain)
        for down in range(-20, 21):
            for right in range(-20, 21):
                if math.hypot(down, right) <= width - 1:
                    near |= np.roll(plain, (down, right), (0, 1))
        assert int(grown[near].min()) >= 250


class TestGlyphCache:
    """Masks of single glyphs at quarters of a pixel."""

    @pytest.mark.parametrize("quarters", [(0, 0), (1, 0), (3, 2), (2, 3)])
    def test_the_same_as_drawn_there(self, fonts: FontCatalogue, quarters: tuple[int, int]) -> None:
        """A glyph of the cache is the glyph drawn at this place, to the pixel."""
        (run,) = runs_of(laid_out(fonts, "g"))
        ((glyph, _, _),) = run.glyphs
        right, down = quarters[0] / 4, quarters[1] / 4
        placed = PlacedRun(run.font, 0, is_cursive=False, glyphs=((glyph, right, 40 + down),))
        found = GlyphCache().draw(run.font, 40.0, strike_key(glyph, *quarters)) or pytest.fail("no ink")
        cached = on_canvas((Image.Image()._new(found.mask), found.right, found.down + 40))
        assert (cached == on_canvas(run_mask([placed], 40.0, EVERYWHERE))).all()

    def test_a_second_time_it_is_not_drawn(self, fonts: FontCatalogue) -> None:
        """The same glyph, size and place give the same mask; another quarter another one."""
        (run,) = runs_of(laid_out(fonts, "g"))
        cache = GlyphCache()
        here, beside = (strike_key(run.glyphs[0][0], x, 0) for x in (0, 1))
        drawn = cache.draw(run.font, 40.0, here)
        strike = cache.strike(run.font, 40.0)
        assert (strike[here] is drawn, beside in strike) == (True, False)

    def test_a_blank_glyph(self, fonts: FontCatalogue) -> None:
        """A space has no mask."""
        (run,) = runs_of(laid_out(fonts, "a a"))
        assert GlyphCache().draw(run.font, 40.0, strike_key(run.glyphs[1][0], 0, 0)) is None

    def test_bounded(self, fonts: FontCatalogue) -> None:
        """It never holds more than its limit, and a glyph larger than all of it is drawn and not kept."""
        (run,) = runs_of(laid_out(fonts, "Hamburgefonstiv", size=30, width=900))
        cache = GlyphCache(4_000)
        sizes = []
        for glyph, _, _ in run.glyphs * 2:
            assert cache.draw(run.font, 30.0, strike_key(glyph, 0, 0)) is not None
            sizes.append(cache.size)
        held = cache.size
        large = cache.draw(run.font, 300.0, strike_key(run.glyphs[0][0], 0, 0))
        assert (max(sizes) <= 4_000, max(sizes) > 2_000, large is not None, cache.size) == (True, True, True, held)


def shadow(deviation: float, alpha: int = 255) -> ShadowPaint:
    """Return a shadow that stays where it is."""
    return ShadowPaint(0, 0, 2 * deviation, Color(0, 0, 0, alpha))


class TestShadeMask:
    """Blurred text from blurred glyphs."""

    @pytest.mark.parametrize("alpha", [255, 115])
    @pytest.mark.parametrize("deviation", [1.0, 3.5, 9.0])
    @pytest.mark.parametrize("text", ["Hi Noa x", "Hi A\u030a\u0332\u0331\u0323\u0333a"])
    def test_the_same_as_the_whole_line_blurred(
        self, fonts: FontCatalogue, deviation: float, alpha: int, text: str
    ) -> None:
        """To three levels of 255: two for glyphs at quarters of a pixel, the rest for rounding each glyph."""
        layout = laid_out(fonts, text)
        shaded = on_canvas(shade_mask(runs_of(layout), layout.size, shadow(deviation, alpha), GlyphCache(), EVERYWHERE))
        union = Image.fromarray(whole(layout).astype(np.uint8))
        blurred = np.asarray(union.filter(ImageFilter.GaussianBlur(deviation))).astype(int) * alpha / 255
        # Where marks overlap, both are counted; none is darker than the shadow.
        off = np.abs(shaded - blurred)[20:-20, 40:-40] if text.isascii() else np.maximum(blurred - shaded, 0)
        assert off.max() <= 3 + 40 / deviation**2
        assert shaded.max() <= alpha

    def test_a_heap_of_marks_is_no_lighter_than_one(self, fonts: FontCatalogue) -> None:
        """Sums stay sums where many glyphs are in one place: they don't begin at zero again."""
        one, many = (
            on_canvas(shade_mask(runs_of(layout), layout.size, shadow(2.0, 120), GlyphCache(), EVERYWHERE.grow(999)))
            for layout in (laid_out(fonts, "A" + "\u0338" * count) for count in (1, 12))
        )
        assert (many >= one).all()
        assert many.max() <= 120

    def test_not_where_glyphs_overlap(self, fonts: FontCatalogue) -> None:
        """Letters of a joined script overlap: their blurs must not be added."""
        layout = laid_out(fonts, "محمد")
        assert shade_mask(runs_of(layout), layout.size, shadow(2.0), GlyphCache(), EVERYWHERE) is None

    def test_not_where_a_box_cuts(self, fonts: FontCatalogue) -> None:
        """What a box hides casts no shadow."""
        layout = laid_out(fonts, "Noa")
        assert shade_mask(runs_of(layout), layout.size, shadow(2.0), GlyphCache(), Box(0, 0, 30, 80)) is None


class TestColorGlyph:
    """Emoji."""

    def test_in_color(self, fonts: FontCatalogue) -> None:
        """A red heart is red, its corners are transparent, it stands on the line."""
        (run,) = runs_of(laid_out(fonts, "\u2764\ufe0f"))
        picture, left, top = color_glyph(run.font, run.glyphs[0][0], 40.0) or pytest.fail("not drawn")
        red, green, blue, alpha = np.asarray(picture)[picture.height // 2, picture.width // 2].tolist()
        assert (red > 180, green < 90, blue < 90, alpha) == (True, True, True, 255)
        assert np.asarray(picture)[0, 0, 3] == 0
        assert (-5 < left < 10, -50 < top < -20, 30 < picture.width < 70) == (True, True, True)

    def test_upright(self, fonts: FontCatalogue) -> None:
        """A heart has its point below."""
        (run,) = runs_of(laid_out(fonts, "\u2764\ufe0f"))
        picture, _, _ = color_glyph(run.font, run.glyphs[0][0], 60.0) or pytest.fail("not drawn")
        inked = np.asarray(picture.getchannel("A")) > 128
        rows = np.flatnonzero(inked.any(axis=1))
        upper, lower = inked[rows[len(rows) // 4]].sum(), inked[rows[-len(rows) // 8]].sum()
        assert upper > 2 * lower

    def test_a_blank_one(self, fonts: FontCatalogue) -> None:
        """A glyph without ink is none."""
        (run,) = runs_of(laid_out(fonts, "\u2764\ufe0f"))
        blank = run.font.hb_font.get_nominal_glyph(0x20)
        assert color_glyph(run.font, blank or 0, 40.0) is None
