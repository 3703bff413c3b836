"""Canvases: laying fills and pictures, shadows, fading and turning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.color import Color, GradientStop, LinearGradient
from imgurl.geometry import Box
from imgurl.raster.canvas import (
    ShadowPaint,
    blank,
    cast_shadow,
    copied,
    cover,
    cut,
    faded,
    has_alpha,
    has_more_colors,
    inked_box,
    is_opaque,
    lay,
    lay_picture,
    pixels_of,
    scaled,
    turned,
    without,
    without_needless_alpha,
)
from tests.raster.grids import letters, levels, picture, rows

RED, BLUE = Color(255, 0, 0), Color(0, 0, 255)
ACROSS = LinearGradient(90.0, (GradientStop(0.5, RED), GradientStop(0.5, BLUE)))

SIGN = """
    RG_
    B_K
"""


def full_mask(width: int, height: int, level: int = 255) -> Image.Image:
    """Return a mask of one level."""
    return Image.new("L", (width, height), level)


def over(canvas: Image.Image, left: int, top: int) -> list[str]:
    """Return the canvas after the sign was laid on it."""
    lay_picture(canvas, picture(SIGN), left, top)
    return letters(canvas)


class TestBlank:
    """An empty canvas."""

    def test_transparent_or_white(self) -> None:
        """White where it is opaque, else nothing at all."""
        assert [blank(2, 1).getpixel((0, 0)), blank(2, 1, opaque=True).getpixel((1, 0))] == [
            (0, 0, 0, 0),
            (255, 255, 255),
        ]


class TestLay:
    """A fill through a mask."""

    @pytest.mark.parametrize("opaque", [True, False])
    def test_at_its_place(self, opaque: bool) -> None:
        """The mask's top left corner is where it should be."""
        canvas = blank(4, 3, opaque=opaque)
        lay(canvas, full_mask(2, 1), 1, 1, RED)
        empty = "W" if opaque else "_"
        assert letters(canvas) == [empty * 4, f"{empty}RR{empty}", empty * 4]

    @pytest.mark.parametrize("opaque", [True, False])
    @pytest.mark.parametrize(
        ("left", "top", "drawn"),
        [
            (-1, -1, ["R__", "___"]),
            (2, 1, ["___", "__R"]),
            (-2, 0, ["___", "___"]),
            (0, 2, ["___", "___"]),
            (9, 9, ["___", "___"]),
        ],
    )
    def test_outside_is_dropped(self, opaque: bool, left: int, top: int, drawn: list[str]) -> None:
        """What is beyond an edge is not drawn, and is not an error."""
        canvas = blank(3, 2, opaque=opaque)
        lay(canvas, full_mask(2, 2), left, top, RED)
        assert letters(canvas) == [line.replace("_", "W") if opaque else line for line in drawn]

    def test_half_covered_on_opaque(self) -> None:
        """Half a pixel of black on white is grey, and so is a whole one of half black."""
        canvas = blank(2, 1, opaque=True)
        lay(canvas, full_mask(1, 1, 128), 0, 0, Color(0, 0, 0))
        lay(canvas, full_mask(1, 1), 1, 0, Color(0, 0, 0, 128))
        assert [canvas.getpixel((0, 0)), canvas.getpixel((1, 0))] == [(127, 127, 127), (127, 127, 127)]

    def test_half_covered_on_transparent(self) -> None:
        """Half a pixel of red on nothing is red all over, half transparent: no dark fringe."""
        canvas = blank(1, 1)
        lay(canvas, full_mask(1, 1, 128), 0, 0, RED)
        assert canvas.getpixel((0, 0)) == (255, 0, 0, 128)

    def test_a_transparent_color_lays_nothing(self) -> None:
        """A colour field without value leaves the canvas as it is."""
        canvas = picture("RG")
        lay(canvas, full_mask(2, 1), 0, 0, Color(0, 0, 0, 0))
        assert letters(canvas) == ["RG"]

    def test_a_gradient_spans_the_mask(self) -> None:
        """Without an area a gradient begins and ends with the mask, also where that is cut off."""
        canvas = blank(5, 1, opaque=True)
        lay(canvas, full_mask(4, 1), 0, 0, ACROSS)
        cut = blank(5, 1, opaque=True)
        lay(cut, full_mask(4, 1), -1, 0, ACROSS)
        assert [letters(canvas), letters(cut)] == [["RRBBW"], ["RBBWW"]]

    def test_a_gradient_spans_its_area(self) -> None:
        """A word at the end of its box is drawn in the end of the box's gradient."""
        canvas = blank(8, 1, opaque=True)
        lay(canvas, full_mask(3, 1), 3, 0, ACROSS, Box(0, 0, 8, 1))
        assert letters(canvas) == ["WWWRBBWW"]

    def test_a_gradient_of_transparency(self) -> None:
        """The alpha of a gradient and that of the mask multiply."""
        canvas = blank(2, 1)
        fill = LinearGradient(90.0, (GradientStop(0.5, RED), GradientStop(0.5, Color(255, 0, 0, 100))))
        lay(canvas, full_mask(2, 1, 51), 0, 0, fill)
        assert [canvas.getpixel((0, 0)), canvas.getpixel((1, 0))] == [(255, 0, 0, 51), (255, 0, 0, 20)]


class TestCover:
    """A fill over all of the canvas."""

    def test_a_gradient_spans_the_canvas(self) -> None:
        """From edge to edge."""
        canvas = picture("GGGG\nGGGG")
        cover(canvas, ACROSS)
        assert letters(canvas) == ["RRBB", "RRBB"]


class TestPixels:
    """What other rooms ask of a canvas."""

    def test_pixels_of(self) -> None:
        """Row by row, channel by channel, with alpha where there is one."""
        opaque = pixels_of(picture("RG\nBK").convert("RGB")).tolist()
        assert opaque == [[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [0, 0, 0]]]
        assert pixels_of(picture("_W")).tolist() == [[[0, 0, 0, 0], [255, 255, 255, 255]]]

    def test_without(self) -> None:
        """Inside the hole nothing is left, around it everything; at its edge the rest."""
        mask = Image.frombytes("L", (4, 1), bytes([255, 255, 255, 100]))
        hole = Image.frombytes("L", (4, 1), bytes([0, 255, 100, 255]))
        assert without(mask, hole).tobytes() == bytes([255, 0, 155, 0])


class TestLayPicture:
    """A picture over the canvas."""

    @pytest.mark.parametrize(
        ("left", "top", "drawn"),
        [
            (0, 0, ["RGYY", "BYKY", "YYYY"]),
            (1, 1, ["YYYY", "YRGY", "YBYK"]),
            (-1, -1, ["YKYY", "YYYY", "YYYY"]),
            (3, 2, ["YYYY", "YYYY", "YYYR"]),
            (4, 0, ["YYYY", "YYYY", "YYYY"]),
            (0, -2, ["YYYY", "YYYY", "YYYY"]),
        ],
    )
    def test_places(self, left: int, top: int, drawn: list[str]) -> None:
        """Opaque pixels cover, transparent ones do not, what is outside is dropped: on RGB and RGBA alike."""
        yellow = picture("YYYY\nYYYY\nYYYY")
        assert [drawn, drawn] == [over(yellow.convert("RGB"), left, top), over(yellow, left, top)]

    def test_on_nothing(self) -> None:
        """On a transparent canvas the picture is as it was."""
        assert over(blank(3, 2), 0, 0) == rows(SIGN)


class TestShadow:
    """Shadows are moved, blurred copies of a mask."""

    def test_without_blur(self) -> None:
        """A hard shadow is the mask in another place, and may leave the canvas."""
        canvas = blank(5, 3)
        cast_shadow(canvas, full_mask(2, 2), 1, 0, ShadowPaint(2, 1, 0, Color(0, 0, 0)))
        assert letters(canvas) == ["_____", "___KK", "___KK"]

    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 24))
    def test_blur_spreads_and_loses_nothing(self, blur: int) -> None:
        """The sum of a blurred shadow is that of the mask, to a hundredth; it is even to all sides."""
        canvas = blank(120, 120)
        cast_shadow(canvas, full_mask(30, 30), 45, 45, ShadowPaint(0, 0, blur, Color(0, 0, 0)))
        alpha = np.asarray(canvas.getchannel("A")).astype(float)
        assert abs(alpha.sum() / (255 * 900) - 1) < 0.01
        assert np.abs(alpha - alpha[::-1]).max() <= 1
        assert np.abs(alpha - alpha.T).max() <= 1

    def test_color(self) -> None:
        """The colour's alpha is the shadow's at its darkest."""
        canvas = blank(9, 9)
        cast_shadow(canvas, full_mask(9, 9), 0, 0, ShadowPaint(0, 0, 0, Color(1, 2, 3, 102)))
        assert canvas.getpixel((4, 4)) == (1, 2, 3, 102)


class TestFading:
    """Opacity."""

    def test_scaled(self) -> None:
        """Levels times alpha, rounded."""
        mask = Image.frombytes("L", (4, 1), bytes([0, 100, 101, 255]))
        assert scaled(mask, 128).tobytes() == bytes([0, 50, 51, 128])

    @pytest.mark.parametrize(("opacity", "alpha"), [(0.0, 0), (0.2, 51), (0.5, 128), (1.0, 255)])
    def test_faded(self, opacity: float, alpha: int) -> None:
        """The alpha is multiplied, the colour stays, the picture given too."""
        whole = picture("R")
        assert faded(whole, opacity).getpixel((0, 0)) == (255, 0, 0, alpha)
        assert letters(whole) == ["R"]


class TestTurned:
    """Rotation, clockwise."""

    @pytest.mark.parametrize(
        ("degrees", "drawn"),
        [
            (0, ["RG_", "B_K"]),
            (90, ["BR", "_G", "K_"]),
            (180, ["K_B", "_GR"]),
            (270, ["_K", "G_", "RB"]),
            (-90, ["_K", "G_", "RB"]),
            (360, ["RG_", "B_K"]),
            (-180, ["K_B", "_GR"]),
        ],
    )
    def test_quarters(self, degrees: float, drawn: list[str]) -> None:
        """Quarter turns move every pixel and change none."""
        assert letters(turned(picture(SIGN), degrees)) == drawn

    def test_as_large_as_it_needs(self) -> None:
        """At 45 degrees a square of 100 px takes about 142."""
        turn = turned(Image.new("RGBA", (100, 100), "red"), 45)
        assert all(141 <= side <= 144 for side in turn.size)

    def test_no_color_bleeds_in(self) -> None:
        """The colour under transparent pixels, here green, does not show at the edge."""
        square = Image.new("RGBA", (20, 20), (0, 255, 0, 0))
        square.paste((255, 0, 0, 255), (5, 5, 15, 15))
        pixels = np.asarray(turned(square, 30)).astype(int)
        seen = pixels[pixels[..., 3] > 8]
        assert seen[:, 1].max() <= 8

    def test_levels_of_the_mask_stay(self) -> None:
        """A half transparent picture is as transparent after a quarter turn."""
        half = Image.new("RGBA", (2, 1), (255, 0, 0, 128))
        assert levels(turned(half, 90).getchannel("A")) == ["+", "+"]


class TestIsOpaque:
    """Whether anything shows through."""

    def test_one_pixel_is_enough(self) -> None:
        """A single pixel of 254 makes a picture transparent."""
        whole = Image.new("RGBA", (5, 5), "red")
        holed = whole.copy()
        holed.putpixel((4, 4), (255, 0, 0, 254))
        assert [is_opaque(whole), is_opaque(holed), is_opaque(whole.convert("RGB"))] == [True, False, True]
        assert [has_alpha(without_needless_alpha(image)) for image in (whole, holed)] == [False, True]


class TestParts:
    """Copies and parts of a canvas."""

    def test_drawing_on_a_copy_or_a_part_leaves_the_canvas_alone(self) -> None:
        """A plate is shared by all requests: each draws on pixels of its own."""
        canvas = picture(SIGN)
        part = cut(canvas, Box(1, 0, 3, 2))
        for own in (copied(canvas), part):
            cover(own, BLUE)
        assert (letters(canvas), letters(part)) == (letters(picture(SIGN)), ["BB", "BB"])

    def test_the_box_of_all_ink(self) -> None:
        """As small as can be; none on a blank canvas."""
        canvas = blank(9, 9)
        assert inked_box(canvas) is None
        lay(canvas, full_mask(2, 3), 4, 5, RED)
        assert inked_box(canvas) == Box(4, 5, 6, 8)


def test_colors_are_counted_no_further_than_asked() -> None:
    """As many as asked for are not more; transparent pixels have colours too."""
    canvas = blank(3, 1, opaque=True)
    canvas.putpixel((0, 0), (1, 2, 3))
    canvas.putpixel((1, 0), (4, 5, 6))

    assert [has_more_colors(canvas, count) for count in (1, 2, 3, 8_192)] == [True, True, False, False]
