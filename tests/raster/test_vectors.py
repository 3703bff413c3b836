"""SVG pictures: drawn as another renderer draws them, at exactly the pixels that are needed."""

import base64
import io
import shutil
import subprocess

import numpy as np
import pytest
import resvg_py
from PIL import Image

from imgurl.errors import RenderFailed
from imgurl.raster.pictures import resized_to_fit
from imgurl.raster.vectors import VectorPicture, check_vector
from tests.design.svgs import svg

MIDDLE = (0.5, 0.5)


def vector(inner: str, attributes: str = 'viewBox="0 0 40 20"', size: tuple[float, float] = (40, 20)) -> VectorPicture:
    """Return a picture without fonts."""
    return VectorPicture("a.svg", svg(inner, attributes).decode(), *size, (), "Noto Sans")


PICTURES = {
    "shapes": '<circle cx="10" cy="10" r="8" fill="#06c"/><path d="M20 2 38 18H20Z" fill="#f90" stroke="#123"/>',
    "gradient": '<defs><linearGradient id="a"><stop stop-color="#06c"/><stop offset="1" stop-color="#fc0"/>'
    '</linearGradient></defs><rect x="2" y="2" width="36" height="16" rx="5" fill="url(#a)"/>',
    "use": '<symbol id="s" viewBox="0 0 10 10"><path d="M5 0 10 10H0Z"/></symbol>'
    '<use xlink:href="#s" width="10" height="10"/><use href="#s" x="20" y="5" width="10" height="10" fill="red"/>',
    "opacity": '<g opacity=".5"><rect width="20" height="20" fill="red"/><rect x="10" width="20" height="20"/></g>',
    "clip": '<clipPath id="c"><circle cx="20" cy="10" r="9"/></clipPath>'
    '<rect width="40" height="20" fill="#094" clip-path="url(#c)"/>',
    "mask": '<mask id="m"><rect width="40" height="20" fill="#888"/></mask>'
    '<rect width="30" height="15" mask="url(#m)"/>',
    "blur": '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>'
    '<rect x="10" y="5" width="20" height="10" filter="url(#f)"/>',
    "styles": "<style>.a { fill: #c03 } rect.b { stroke: blue; stroke-dasharray: 3 2 }</style>"
    '<circle class="a" cx="10" cy="10" r="8"/><rect class="b" x="22" y="4" width="12" height="12" fill="none"/>',
}


@pytest.mark.skipif(not shutil.which("rsvg-convert"), reason="needs rsvg-convert")
@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("width", [40, 200])
def test_another_renderer_draws_the_same(name: str, width: int) -> None:
    """librsvg's picture, within two levels in the mean, and wherever there is no edge within ten."""
    picture = vector(PICTURES[name])
    ours = resized_to_fit(picture, width, width // 2, "fill", MIDDLE)
    command = ["rsvg-convert", "--width", str(width), "--height", str(width // 2)]
    done = subprocess.run(command, input=picture.text.encode(), capture_output=True, check=True, timeout=30)
    theirs = Image.open(io.BytesIO(done.stdout)).convert("RGBA")
    pair = [np.asarray(one.convert("RGBa")).astype(int) for one in (ours, theirs)]
    difference = np.abs(pair[0] - pair[1])
    assert difference.mean() < 2
    assert np.percentile(difference, 90) <= 10


@pytest.mark.parametrize(
    ("fit", "size", "red"),
    [
        ("fill", (30, 30), (0, 0, 30, 30)),
        ("contain", (80, 80), (0, 20, 80, 60)),
        ("contain", (200, 20), (80, 0, 120, 20)),
        ("cover", (20, 20), (0, 0, 20, 20)),
    ],
)
def test_it_fits_a_box_as_pictures_do(fit: str, size: tuple[int, int], red: tuple[int, int, int, int]) -> None:
    """As large as asked for, to the pixel."""
    picture = resized_to_fit(vector('<rect width="40" height="20" fill="red"/>'), *size, fit, MIDDLE)
    assert (picture.size, picture.getbbox()) == (size, red)
    assert picture.getpixel((size[0] // 2, size[1] // 2)) == (255, 0, 0, 255)


@pytest.mark.parametrize(("focus", "color"), [(0.0, "red"), (1.0, "blue"), (0.5, "half")])
def test_the_focus_stays_in_sight(focus: float, color: str) -> None:
    """When it is cropped."""
    halves = '<rect width="20" height="20" fill="red"/><rect x="20" width="20" height="20" fill="blue"/>'
    picture = resized_to_fit(vector(halves), 100, 100, "cover", (focus, 0.5))
    ends = [picture.getpixel((x, 50)) for x in (1, 98)]
    assert ["red" if pixel == (255, 0, 0, 255) else "blue" for pixel in ends] == (
        ["red", "blue"] if color == "half" else [color, color]
    )


def test_it_is_drawn_as_the_file_alone_is() -> None:
    """To the pixel, also where it reaches beyond its own edges; and a part of it likewise."""
    inner = (
        '<circle cx="40" cy="3" r="9.3" fill="none" stroke="#06c" stroke-width=".7" opacity=".6"/>'
        '<path d="M-9 18.2 49 3.7" stroke="#f90"/>'
        '<svg x="3" y="3" width="6" height="6"><rect width="20" height="9"/></svg>'
    )
    whole = resized_to_fit(vector(inner, 'width="40" height="20"'), 40, 20, "fill", MIDDLE)
    alone = resvg_py.svg_to_bytes(svg_string=svg(inner, 'width="40" height="20"').decode(), skip_system_fonts=True)
    assert np.array_equal(np.asarray(whole), np.asarray(Image.open(io.BytesIO(bytes(alone))).convert("RGBA")))
    left = resized_to_fit(vector(inner, 'width="40" height="20"'), 20, 20, "cover", (0.0, 0.5))
    assert np.abs(np.asarray(left).astype(int) - np.asarray(whole)[:, :20]).max() <= 1


def test_it_is_sharp_at_every_size() -> None:
    """An edge between pixels of the small picture is an edge between pixels of the large one."""
    picture = vector('<rect width="20" height="20" fill="red"/>')
    large = np.asarray(resized_to_fit(picture, 4000, 2000, "cover", MIDDLE))
    assert set(np.unique(large[..., 3])) == {0, 255}
    assert np.flatnonzero(large[1000, :, 3])[-1] == 1999


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="100%" height="100%"', (40, 20)),
        ('width="50mm" height="25mm"', (188.976378, 94.488189)),
        ('width="40" height="20" viewBox="0 0 4 2" preserveAspectRatio="none"', (40, 20)),
        ("", (40, 20)),
    ],
)
def test_the_root_is_as_large_as_the_file_says(attributes: str, size: tuple[float, float]) -> None:
    """Whatever units it uses: a rectangle of its whole width covers the picture."""
    picture = resized_to_fit(
        vector('<rect width="100%" height="100%"/>', attributes, size), 60, 30, "fill", MIDDLE
    )  # fmt: skip
    assert np.asarray(picture)[..., 3].min() > 250


def embedded(image: Image.Image) -> str:
    """Return a picture as a data URL."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def test_embedded_pictures() -> None:
    """Are drawn; one that can't be read, or too many pixels, are mistakes of the design."""
    good = embedded(Image.new("RGB", (2, 2), "red"))
    picture = vector(f'<image href="{good}" width="40" height="20" preserveAspectRatio="none"/>')
    check_vector(picture, [good])
    assert resized_to_fit(picture, 40, 20, "fill", MIDDLE).getpixel((20, 10)) == (255, 0, 0, 255)
    with pytest.raises(RenderFailed, match=r"a picture in a\.svg can't be read"):
        check_vector(picture, ["data:image/png;base64,AAAA"])
    with pytest.raises(RenderFailed, match="have 18 megapixels; at most 16"):
        check_vector(picture, [embedded(Image.new("L", (3000, 3000)))] * 2)


def test_what_cannot_be_drawn() -> None:
    """References in a circle end as a mistake of the design, not of the process."""
    doubling = "".join(f'<g id="a{i}">{f"""<use href="#a{i + 1}"/>""" * 8}</g>' for i in range(7))
    picture = vector(f'<defs>{doubling}<g id="a7"><path d="M0 0h1v1z"/></g></defs><use href="#a0"/>')
    with pytest.raises(RenderFailed, match=r"a\.svg can't be drawn"):
        check_vector(picture, [])
