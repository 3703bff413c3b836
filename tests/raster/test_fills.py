"""Gradients, as CSS draws them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.color import Color, GradientStop, LinearGradient, RadialGradient
from imgurl.raster.fills import fill_pixels
from tests.raster.grids import letters

BLACK, WHITE, RED, BLUE = Color(0, 0, 0), Color(255, 255, 255), Color(255, 0, 0), Color(0, 0, 255)


def stops(*pairs: tuple[float, Color]) -> tuple[GradientStop, ...]:
    """Return gradient stops."""
    return tuple(GradientStop(offset, color) for offset, color in pairs)


def greys(image: Image.Image) -> list[list[int]]:
    """Return the red channel, row by row."""
    return np.asarray(image)[..., 0].tolist()  # type: ignore[no-any-return]


HALVES = stops((0.5, RED), (0.5, BLUE))
GREY = stops((0.0, BLACK), (1.0, WHITE))


class TestLinear:
    """Along a line."""

    @pytest.mark.parametrize(
        ("angle", "drawn"),
        [
            (0, ["BBBB", "BBBB", "RRRR", "RRRR"]),
            (90, ["RRBB"] * 4),
            (180, ["RRRR", "RRRR", "BBBB", "BBBB"]),
            (270, ["BBRR"] * 4),
            (-90, ["BBRR"] * 4),
        ],
    )
    def test_angles(self, angle: float, drawn: list[str]) -> None:
        """0 points up, 90 to the right, as in CSS."""
        assert letters(fill_pixels(LinearGradient(angle, HALVES), 4, 4)) == drawn

    def test_levels(self) -> None:
        """A pixel has the colour of its middle."""
        assert greys(fill_pixels(LinearGradient(90, GREY), 4, 1)) == [[32, 96, 159, 223]]

    def test_corners_have_the_ends(self) -> None:
        """At 45 degrees the ends are in the corners, whatever the box's sides (CSS Images 3, 3.1)."""
        grey = greys(fill_pixels(LinearGradient(45, GREY), 300, 100))
        assert (grey[-1][0] <= 1, grey[0][-1] >= 254) == (True, True)

    def test_beyond_the_stops(self) -> None:
        """Before the first and after the last stop is their colour."""
        gradient = LinearGradient(90, stops((0.25, BLACK), (0.75, WHITE)))
        assert greys(fill_pixels(gradient, 8, 1)) == [[0, 0, 32, 96, 159, 223, 255, 255]]

    def test_no_grey_between_a_color_and_nothing(self) -> None:
        """Towards transparent a colour keeps its hue: alpha is premultiplied."""
        gradient = LinearGradient(90, stops((0.0, RED), (1.0, Color(0, 0, 0, 0))))
        pixels = np.asarray(fill_pixels(gradient, 10, 1))[0]
        assert (pixels[:, 0].tolist(), pixels[0, 3] > 240, pixels[-1, 3] < 15) == ([255] * 10, True, True)

    @settings(max_examples=60, deadline=None)
    @given(
        st.floats(-360, 360),
        st.tuples(*[st.integers(0, 255)] * 8),
        st.integers(1, 30),
        st.integers(1, 30),
    )
    def test_turned_half_round_the_stops_are_reversed(
        self, angle: float, channels: tuple[int, ...], width: int, height: int
    ) -> None:
        """The same pixels, to a level, come of the reversed stops at the opposite angle; none is beyond its stops."""
        first, last = Color(*channels[:4]), Color(*channels[4:])
        one = fill_pixels(LinearGradient(angle, stops((0, first), (1, last))), width, height)
        other = fill_pixels(LinearGradient(angle + 180, stops((0, last), (1, first))), width, height)
        pixels = np.asarray(one).astype(int)
        assert np.abs(pixels[..., 3] - np.asarray(other).astype(int)[..., 3]).max() <= 1
        low, high = np.minimum(first, last), np.maximum(first, last)
        assert ((pixels >= low - 1) & (pixels <= high + 1))[pixels[..., 3] > 8].all()


class TestRadial:
    """Around a point."""

    def test_center_and_farthest_corner(self) -> None:
        """The first stop is at the centre, the last in the corner farthest from it."""
        grey = greys(fill_pixels(RadialGradient(0.0, 0.0, 1.0, GREY), 101, 101))
        assert (grey[0][0] <= 2, grey[-1][-1] >= 253, grey[0][-1] == grey[-1][0]) == (True, True, True)

    def test_rings(self) -> None:
        """Just over half the way to the corner is where the colours meet."""
        meeting = stops((0.55, RED), (0.55, BLUE))
        drawn = letters(fill_pixels(RadialGradient(0.5, 0.5, 1.0, meeting), 6, 6))
        assert drawn == ["BBBBBB", "BRRRRB", "BRRRRB", "BRRRRB", "BRRRRB", "BBBBBB"]

    def test_radius(self) -> None:
        """With half the radius the last stop is reached half way."""
        small = greys(fill_pixels(RadialGradient(0.0, 0.5, 0.5, GREY), 100, 1))[0]
        assert (small[49] > 250, small[50:]) == (True, [255] * 50)

    def test_a_center_outside(self) -> None:
        """A centre may lie beyond the box."""
        row = greys(fill_pixels(RadialGradient(-1.0, 0.5, 1.0, GREY), 10, 1))[0]
        assert (row == sorted(row), row[0] > 120) == (True, True)
