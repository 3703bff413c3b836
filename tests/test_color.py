"""Facts of imgurl.color: CSS colours as four whole numbers."""

import subprocess
import sys

import pytest
from coloraide import Color as CssColor
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageColor

from imgurl.color import HEX_DIGITS, Color, is_color, parse_color

channels = st.integers(0, 255)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#1a73e8", Color(26, 115, 232)),
        ("#1A73E8", Color(26, 115, 232)),
        ("#f00", Color(255, 0, 0)),
        ("#f008", Color(255, 0, 0, 136)),
        ("#1a73e880", Color(26, 115, 232, 128)),
        ("tomato", Color(255, 99, 71)),
        ("Tomato", Color(255, 99, 71)),
        ("rebeccapurple", Color(102, 51, 153)),
        ("transparent", Color(0, 0, 0, 0)),
        ("rgb(26 115 232)", Color(26, 115, 232)),
        ("rgb(26, 115, 232)", Color(26, 115, 232)),
        ("rgba(26, 115, 232, 0.5)", Color(26, 115, 232, 128)),
        ("rgb(26 115 232 / 80%)", Color(26, 115, 232, 204)),
        ("rgb(100% 0% 50%)", Color(255, 0, 128)),
        ("rgb(300 -20 0)", Color(255, 0, 0)),
        ("rgb(0 0 0 / none)", Color(0, 0, 0, 0)),
        ("hsl(120 100% 25%)", Color(0, 128, 0)),
        ("hsl(120deg, 100%, 25%)", Color(0, 128, 0)),
        ("hwb(0 0% 0%)", Color(255, 0, 0)),
        ("lab(0 0 0)", Color(0, 0, 0)),
        ("oklch(1 0 0)", Color(255, 255, 255)),
        ("color(srgb 1 0.5 0)", Color(255, 128, 0)),
        ("color(display-p3 1 1 1)", Color(255, 255, 255)),
        ("  #fff  ", Color(255, 255, 255)),
        ("rgb(1e999 0 0)", Color(255, 0, 0)),
    ],
)
def test_a_css_colour_is_read(text: str, color: Color) -> None:
    """Of level 4, clipped to sRGB."""
    assert color == parse_color(text)
    assert is_color(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "#", "#12", "#12345", "#1234567", "#ggg", "1a73e8", "reddish", "currentcolor", "CurrentColor",
        "Canvas", "inherit", "none", "rgb(", "rgb(1 2)", "rgb(1 2 3 4 5)", "rgb(a b c)", "url(x)", "var(--x)",
        "red;", "red blue", "oklch(0.7 1e300 30)", "lab(50 1e300 1e300)", "linear-gradient(red, blue)",
        "<<accent>>", "#fff\n#000", "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    """With a sentence that shows how to write one, and no other error."""
    with pytest.raises(ValueError, match="is not a CSS colour; write for example #1a73e8"):
        parse_color(text)
    assert not is_color(text)


def test_a_colour_has_channels_and_a_hex_form() -> None:
    """The alpha is written only where it says something."""
    assert Color(1, 2, 3) == (1, 2, 3, 255)
    assert Color(1, 2, 3, 4).rgb == (1, 2, 3)
    assert [Color(255, 99, 71).hex, Color(255, 99, 71, 0).hex, Color(0, 0, 0, 254).hex] == [
        "#ff6347", "#ff634700", "#000000fe",
    ]  # fmt: skip


@given(st.builds(Color, channels, channels, channels, channels))
@settings(max_examples=200, deadline=None)
def test_the_hex_form_is_read_back(color: Color) -> None:
    """Every colour of 32 bits."""
    assert color == parse_color(color.hex)


words = st.sampled_from(
    "rgb( hsl( lab( oklch( color(srgb color( # / % , ) none 1e300 -1e300 1e999 nan inf 0 255 0.5 deg tomato x ff".split(
        " "
    )
)


@given(
    st.one_of(
        st.text(max_size=40), st.lists(words, max_size=10).map(" ".join), st.lists(words, max_size=10).map("".join)
    )
)
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_colour_or_refused(text: str) -> None:
    """No other error than the sentence, no channel out of range."""
    if is_color(text):
        assert all(0 <= channel <= 255 and isinstance(channel, int) for channel in parse_color(text))
    else:
        with pytest.raises(ValueError, match="is not a CSS colour"):
            parse_color(text)


alphas = st.one_of(
    st.just(""),
    st.integers(0, 999).map(str),
    st.integers(0, 120).map(lambda percent: f"{percent}%"),
    st.decimals(0, 2, places=3).map(str),
    st.decimals(0, 120, places=2).map(lambda percent: f"{percent}%"),
)
spaces = st.sampled_from(["", " ", "  "])


@st.composite
def common_forms(draw: st.DrawFn) -> str:
    """Hexadecimal digits, or rgb() of whole channels, as people write them."""
    if draw(st.booleans()):
        return "#" + draw(st.text("0123456789abcdefABCDEF", min_size=3, max_size=8))
    red, green, blue = (str(draw(st.integers(0, 999))) for _ in range(3))
    alpha = draw(alphas)
    gap = draw(spaces)
    name = draw(st.sampled_from(["rgb", "rgba"]))
    if draw(st.booleans()):
        comma = f"{gap},{draw(spaces)}"
        return f"{name}({gap}{red}{comma}{green}{comma}{blue}{comma + alpha if alpha else ''}{gap})"
    return f"{name}({gap}{red} {gap}{green} {blue}{f'{gap}/{gap}{alpha}' if alpha else ''}{gap})"


@given(common_forms())
@settings(max_examples=1_000, deadline=None)
def test_common_forms_are_read_as_coloraide_reads_them(text: str) -> None:
    """Without it: the same four numbers, and nothing is a colour that is none to it."""
    try:
        parsed = CssColor(text).clip()
    except ValueError:
        assert not is_color(text)
        return
    expected = [*parsed.coords(nans=False), min(1.0, parsed.alpha(nans=False))]
    assert parse_color(text) == tuple(round(255 * channel) for channel in expected)


def test_the_parser_is_loaded_for_uncommon_forms_only() -> None:
    """It takes 0.1 s to import, and hardly a design needs it."""
    source = (
        "import sys; from imgurl.color import parse_color as parse\n"
        "parse('#1a73e8'), parse('#fff8'), parse('rgb(26 115 232 / 80%)'), parse('rgba(26, 115, 232, 0.5)')\n"
        "print('coloraide' in sys.modules, parse('tomato'), 'coloraide' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert ran.stdout == "False Color(red=255, green=99, blue=71, alpha=255) True\n"


def test_no_name_of_css_is_made_of_hexadecimal_digits() -> None:
    """So that digits without the number sign can't hide a name."""
    named = [name for name in ImageColor.colormap if HEX_DIGITS.fullmatch(name)]
    assert named == []
