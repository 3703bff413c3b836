"""Drawing laid out texts."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageChops

from imgurl.color import Color, Fill, GradientStop, LinearGradient
from imgurl.geometry import Box
from imgurl.raster.canvas import PackedRows, ShadowPaint, StrokePaint, blank
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.text import TextPaint, draw_text, is_plain, text_reach, write_text
from imgurl.text.fonts import FontCatalogue
from tests.raster.texts import laid_out

RED, GREEN, BLUE, BLACK = Color(255, 0, 0), Color(0, 255, 0), Color(0, 0, 255), Color(0, 0, 0)
BOX = Box(20, 10, 320, 90)


def drawn(
    fonts: FontCatalogue,
    *texts: str,
    fills: tuple[Fill, ...] = (RED,),
    shadow: ShadowPaint | None = None,
    stroke: StrokePaint | None = None,
    struck: frozenset[int] = frozenset(),
) -> NDArray[np.int64]:
    """Return the pixels of texts drawn at BOX on a transparent canvas of 340 × 100 px."""
    canvas = blank(340, 100)
    draw_text(canvas, laid_out(fonts, *texts), BOX, TextPaint(fills, struck, shadow, stroke))
    return np.asarray(canvas).astype(np.int64)


def colors(pixels: NDArray[np.int64]) -> set[tuple[int, ...]]:
    """Return the colours of the opaque pixels."""
    return set(map(tuple, pixels[pixels[..., 3] == 255][:, :3].tolist()))


class TestFills:
    """The fill of the letters."""

    def test_one(self, fonts: FontCatalogue) -> None:
        """All letters in one colour."""
        assert colors(drawn(fonts, "Hello")) == {(255, 0, 0)}

    def test_one_for_each_style(self, fonts: FontCatalogue) -> None:
        """Each span has its own; the first stands on the left."""
        pixels = drawn(fonts, "Hello", "World", fills=(RED, BLUE))
        assert colors(pixels) == {(255, 0, 0), (0, 0, 255)}
        reds, blues = (np.argwhere((pixels[..., channel] > 0) & (pixels[..., 3] > 99))[:, 1] for channel in (0, 2))
        assert reds.max() <= blues.min()

    def test_a_gradient_spans_the_box(self, fonts: FontCatalogue) -> None:
        """A short text in the box's left half has only the left half's colours."""
        halves = LinearGradient(90.0, (GradientStop(0.5, RED), GradientStop(0.5, BLUE)))
        assert colors(drawn(fonts, "Hi", fills=(halves,))) == {(255, 0, 0)}
        assert colors(drawn(fonts, "Hi there, you", fills=(halves,))) == {(255, 0, 0), (0, 0, 255)}

    def test_half_transparent(self, fonts: FontCatalogue) -> None:
        """No pixel is more opaque than the colour, where letters touch neither."""
        assert drawn(fonts, "fffiTA", fills=(Color(0, 0, 0, 100),))[..., 3].max() == 100

    @pytest.mark.parametrize("texts", [(), ("",), (" ",)])
    def test_no_text(self, fonts: FontCatalogue, texts: tuple[str, ...]) -> None:
        """Nothing to draw is not an error."""
        assert drawn(fonts, *(texts or ("",)), stroke=StrokePaint(2, RED), shadow=ShadowPaint(1, 1, 1, RED)).max() == 0


class TestShadowAndStroke:
    """What is below the letters."""

    def test_shadow(self, fonts: FontCatalogue) -> None:
        """A hard shadow is the text again, so many pixels away, below the letters."""
        plain = drawn(fonts, "Hello", fills=(RED,))
        both = drawn(fonts, "Hello", fills=(RED,), shadow=ShadowPaint(100, 7, 0, BLUE))
        blue = (both[..., 2] > 200) & (both[..., 3] == 255)
        assert (np.roll(plain[..., 3] == 255, (7, 100), (0, 1)) & (plain[..., 3] == 0) <= blue).all()
        assert (both[plain[..., 3] == 255][:, :3] == (255, 0, 0)).all()

    def test_stroke(self, fonts: FontCatalogue) -> None:
        """The outline is around the letters and not over them."""
        plain, outlined = drawn(fonts, "Hello"), drawn(fonts, "Hello", stroke=StrokePaint(3, BLACK))
        assert colors(outlined) >= {(255, 0, 0), (0, 0, 0)}
        assert (outlined[plain[..., 3] == 255][:, :3] == (255, 0, 0)).all()

    def test_the_stroke_is_whole_where_ink_begins_at_the_edge(self, fonts: FontCatalogue) -> None:
        """The box given is inside the room for the outline: an outline of 3 px reaches 3 px beyond it."""
        canvas = blank(200, 100)
        layout = laid_out(fonts, "H")
        ink = layout.ink
        tight = Box(40, 10, 40 + round(ink[2]) + 1, 90)
        draw_text(canvas, layout, tight, TextPaint((RED,), stroke=StrokePaint(3, BLACK)))
        left, top, right, bottom = canvas.getbbox() or (0, 0, 0, 0)
        inked = (40 + ink[0] - 3, 10 + ink[1] - 3, 40 + ink[2] + 3, 10 + ink[3] + 3)
        assert max(abs(a - b) for a, b in zip((left, top, right, bottom), inked, strict=True)) < 1.5


class TestStruck:
    """Crossed out values."""

    def test_a_line_through_one_style(self, fonts: FontCatalogue) -> None:
        """From the first to the last ink of the style and no further, in its colour, below the tops of its letters."""
        plain = drawn(fonts, "now", "iiii", fills=(RED, BLUE))
        struck = drawn(fonts, "now", "iiii", fills=(RED, BLUE), struck=frozenset((1,)))
        blue, line = np.argwhere(plain[..., 2] > 128), np.argwhere((struck != plain).any(axis=2))
        assert colors(struck) == {(255, 0, 0), (0, 0, 255)}
        assert abs(line[:, 1].min() - blue[:, 1].min()) <= 4
        assert abs(line[:, 1].max() - blue[:, 1].max()) <= 4
        assert blue[:, 0].min() < line[:, 0].min()
        assert line[:, 0].max() < blue[:, 0].max()

    def test_inside_the_box(self, fonts: FontCatalogue) -> None:
        """A line that would lie beyond the box is not drawn: its ink keeps to the box as that of the letters."""
        canvas = blank(340, 100)
        draw_text(canvas, laid_out(fonts, "now"), Box(20, 60, 320, 75), TextPaint((RED,), frozenset((0,))))
        assert canvas.getbbox() is None

    def test_nothing_of_no_text(self, fonts: FontCatalogue) -> None:
        """Where a style has no letters there is no line."""
        assert (drawn(fonts, "now", struck=frozenset((1,))) == drawn(fonts, "now")).all()


class TestGlyphCache:
    """Letters drawn one by one."""

    @pytest.mark.parametrize("text", ["Hamburgefonstiv", "ﬃ Ta. AV", "Ærøskøbing"])
    def test_as_good_as_together(self, fonts: FontCatalogue, text: str) -> None:
        """On an opaque canvas letters from the cache are those drawn together, to a quarter of a pixel."""
        canvases = []
        for glyphs in (None, GlyphCache()):
            canvas = blank(340, 100, opaque=True)
            draw_text(canvas, laid_out(fonts, text), BOX, TextPaint((BLACK,)), glyphs)
            canvases.append(np.asarray(canvas).astype(int))
        difference = np.abs(canvases[0] - canvases[1])
        assert (difference.max() <= 64, difference[canvases[0] < 255].mean() < 12) == (True, True)

    def test_no_overlap_shows_through(self, fonts: FontCatalogue) -> None:
        """With a fill that lets the ground through, joined letters are drawn together: nowhere is it laid twice."""
        canvas = blank(340, 100, opaque=True)
        layout = laid_out(fonts, "millimetre", family="Great Vibes")
        draw_text(canvas, layout, BOX, TextPaint((Color(0, 0, 0, 100),)), GlyphCache())
        assert int(np.asarray(canvas).min()) == 155


class TestPackedRows:
    """Letters written on the rows of a PNG."""

    @pytest.mark.parametrize("box", [BOX, Box(-30, 40, 290, 120), Box(200, -20, 520, 60)])
    @pytest.mark.parametrize("text", ["Hamburgefonstiv", "ﬃ Ta. AV", "Ærøskøbing"])
    def test_the_pixels_of_a_canvas(self, fonts: FontCatalogue, text: str, box: Box) -> None:
        """The same pixels as on a canvas of the same ground, also where the picture cuts letters."""
        ground = np.random.default_rng(7).integers(0, 256, (100, 340, 3), np.uint8)
        layout, paint = laid_out(fonts, text), TextPaint((Color(200, 30, 90),))
        canvas, rows = Image.fromarray(ground), ground.reshape(100, -1).copy()
        draw_text(canvas, layout, box, paint, GlyphCache())
        write_text(PackedRows(rows), layout, box, paint, GlyphCache())
        assert is_plain(layout, paint)
        assert (rows != ground.reshape(100, -1)).any()
        assert rows.tobytes() == canvas.tobytes()

    @pytest.mark.parametrize(
        ("text", "family", "paint"),
        [
            ("Ava", "Inter", TextPaint((Color(0, 0, 0, 254),))),
            ("Ava", "Inter", TextPaint((BLACK,), struck=frozenset((0,)))),
            ("Ava", "Inter", TextPaint((BLACK,), shadow=ShadowPaint(1, 1, 2, BLACK))),
            ("Ava", "Inter", TextPaint((BLACK,), stroke=StrokePaint(1, BLACK))),
            ("Ava \N{GREEN HEART}", "Inter", TextPaint((BLACK,))),
            ("\u0645\u062d\u0645\u062f", "Inter", TextPaint((BLACK,))),
        ],
    )
    def test_what_is_not_plain(self, fonts: FontCatalogue, text: str, family: str, paint: TextPaint) -> None:
        """Shadow, outline, a line through it, translucent ink, emoji and joined letters need a canvas."""
        assert not is_plain(laid_out(fonts, text, family=family), paint)


class TestEmoji:
    """Colour glyphs among letters."""

    def test_own_colors(self, fonts: FontCatalogue) -> None:
        """Emoji keep their colours whatever the fill."""
        pixels = drawn(fonts, "Hi \N{GREEN HEART}", fills=(BLUE,))
        assert ((pixels[..., 1] > 120) & (pixels[..., 2] < 100) & (pixels[..., 3] == 255)).sum() > 100

    def test_inside_the_box(self, fonts: FontCatalogue) -> None:
        """An emoji that would stick out is cut at the box, also where the box leaves the canvas."""
        canvas = Image.new("RGB", (60, 60), "white")
        draw_text(canvas, laid_out(fonts, "\N{GREEN HEART}" * 3), Box(10, 20, 50, 40), TextPaint((RED,)))
        draw_text(canvas, laid_out(fonts, "\N{GREEN HEART}"), Box(-20, -20, 5, 5), TextPaint((RED,)))
        touched = np.argwhere((np.asarray(canvas) < 255).any(axis=2))
        inside = [(10 <= x < 50 and 20 <= y < 40) or (x < 5 and y < 5) for y, x in touched]
        assert (len(inside) > 200, all(inside)) == (True, True)


class TestReach:
    """The box that a text can change."""

    @pytest.mark.parametrize(
        "text", ["Ægj Ta. AV,", "jffy Qq", "\u0645\u062d\u0645\u062f", "Hi \N{GREEN HEART}\N{CAT}", "Å\u0323Ĝ"]
    )
    @pytest.mark.parametrize("family", ["Inter", "Playfair Display", "Great Vibes"])
    def test_nothing_changes_outside(self, fonts: FontCatalogue, text: str, family: str) -> None:
        """At any size, with and without outline and shadow, drawn one by one or together: all ink is inside."""
        paints = (
            TextPaint((BLACK,)),
            TextPaint((BLACK,), stroke=StrokePaint(1.5, RED)),
            TextPaint((BLACK,), shadow=ShadowPaint(3, -2, 4, Color(0, 0, 0, 120))),
        )
        for size in np.arange(9, 47, 0.75).tolist():
            layout = laid_out(fonts, text, size=size, family=family)
            for paint in paints:
                for glyphs in (None, GlyphCache()):
                    canvas = blank(340, 100, opaque=True)
                    draw_text(canvas, layout, BOX, paint, glyphs)
                    ink = ImageChops.invert(canvas).getbbox()
                    assert ink is None or text_reach(layout, BOX, paint).union(Box(*ink)) == text_reach(
                        layout, BOX, paint
                    )
