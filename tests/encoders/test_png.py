"""Facts and laws about spliced PNGs; Pillow (libpng's format, another reader) is the referee."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.encoders import png
from imgurl.encoders.deflate import deflate_fast, deflate_with_zlib
from imgurl.encoders.png import BAND_ROWS, ColorType, Filter, band_edges, best_filtered, filtered, precode, restore
from imgurl.geometry import Box

MODES = {ColorType.TRUECOLOR: "RGB", ColorType.TRUECOLOR_ALPHA: "RGBA"}


def picture(height: int, width: int, channels: int, seed: int) -> png.Pixels:
    """Return pixels: a soft gradient with noise, as photographs have."""
    random = np.random.default_rng(seed)
    ramp = np.linspace(0, 200, width * channels, dtype=np.float64)[None, :] + np.arange(height)[:, None] % 40
    return (ramp + random.integers(0, 8, (height, width * channels))).astype(np.uint8)


def decoded(data: bytes) -> tuple[str, png.Pixels]:
    """Return mode and pixels as Pillow reads them."""
    with Image.open(BytesIO(data)) as file:
        return file.mode, np.asarray(file).reshape(file.height, -1)


class TestSpliceIsWhole:
    """Exchanging bands gives the picture that has these rows."""

    @given(
        st.integers(1, 90), st.integers(1, 40), st.sampled_from(tuple(MODES)),
        st.lists(st.integers(0, 89), min_size=2, max_size=6, unique=True), st.data(),
    )  # fmt: skip
    @settings(max_examples=100, deadline=None)
    def test_law(self, height: int, width: int, kind: ColorType, cuts: list[int], data: st.DataObject) -> None:
        """Decoded pixels are those of the base with the changed bands put in, by isal and by zlib."""
        places = sorted(cut for cut in cuts if cut <= height)
        ranges = [(top, bottom) for top, bottom in zip(places[::2], places[1::2], strict=False) if top < bottom]
        channels = png.CHANNELS[kind]
        base, other = picture(height, width, channels, 1), picture(height, width, channels, 2)
        precoded = precode(base, kind, ranges, base)
        bands = [edge for edge in band_edges(height, ranges) if any(t <= edge[0] < b for t, b in ranges)]
        chosen = sorted(data.draw(st.sets(st.sampled_from(bands)))) if bands else []
        expected = base.copy()
        for top, bottom in chosen:
            expected[top:bottom] = other[top:bottom]
        for deflate in (deflate_fast, deflate_with_zlib):
            fresh = [precoded.encode(top, expected[top:bottom], deflate) for top, bottom in chosen]
            mode, pixels = decoded(precoded.splice(fresh))
            assert mode == MODES[kind]
            assert np.array_equal(pixels, expected)


def test_neighbouring_bands_are_made_as_one() -> None:
    """Two bands side by side may be handed over together."""
    base, other = picture(64, 10, 3, 1), picture(64, 10, 3, 2)
    precoded = precode(base, ColorType.TRUECOLOR, [(0, 64)], base)
    expected = base.copy()
    expected[BAND_ROWS : 3 * BAND_ROWS] = other[BAND_ROWS : 3 * BAND_ROWS]

    _, pixels = decoded(precoded.splice([precoded.encode(BAND_ROWS, expected[BAND_ROWS : 3 * BAND_ROWS])]))
    assert np.array_equal(pixels, expected)


def test_a_box_touches_the_bands_it_lies_in() -> None:
    """Half-open boxes: one that ends where a band begins does not touch it. Bands are as wide as the picture."""
    base = picture(64, 10, 3, 1)
    precoded = precode(base, ColorType.TRUECOLOR, [(16, 37)], base)

    assert precoded.aligned(Box(2, 16, 5, 24)) == Box(0, 16, 10, 24)
    assert precoded.aligned(Box(2, 23, 5, 25)) == Box(0, 16, 10, 32)
    assert precoded.aligned(Box(9, 36, 10, 37)) == Box(0, 32, 10, 37)


def test_no_band_begins_with_a_filter_that_looks_up() -> None:
    """The first row of each band knows only itself, so the band before may change."""
    pixels = picture(700, 20, 3, 3)
    precoded = precode(pixels, ColorType.TRUECOLOR, [(100, 200)], pixels)
    whole = precoded.splice([precoded.encode(100, pixels[100 : 100 + BAND_ROWS])])
    image = Image.open(BytesIO(whole))
    raw = _inflated(whole)
    stride = image.width * 3 + 1
    firsts = {raw[band.top * stride] for band in precoded.bands}

    assert firsts <= {Filter.NONE, Filter.SUB}


def _inflated(data: bytes) -> bytes:
    import zlib

    return zlib.decompress(b"".join(content for kind, content in png._chunks(data) if kind == b"IDAT"))


@pytest.mark.parametrize("choice", [Filter.NONE, Filter.SUB, Filter.UP])
def test_quick_filters_are_undone_by_any_reader(choice: Filter) -> None:
    """Each quick filter gives back the pixels."""
    pixels = picture(20, 15, 3, 4)
    rows = filtered(pixels, 3, choice)

    assert np.array_equal(_unfiltered(rows, 3), pixels)


def test_chosen_filters_are_undone_by_any_reader() -> None:
    """Filters chosen row by row give back the pixels, Average and Paeth among them."""
    pixels = picture(40, 15, 3, 5)
    pixels[20:] = np.random.default_rng(6).integers(0, 255, (20, 45))

    assert np.array_equal(_unfiltered(best_filtered(pixels, 3), 3), pixels)


def _unfiltered(rows: png.Pixels, channels: int) -> png.Pixels:
    """Undo the filters as PNG 9.2 defines them, byte by byte."""
    height, stride = rows.shape
    out = np.zeros((height, stride - 1), np.uint8)
    for y in range(height):
        for x in range(stride - 1):
            a = int(out[y, x - channels]) if x >= channels else 0
            b = int(out[y - 1, x]) if y else 0
            c = int(out[y - 1, x - channels]) if y and x >= channels else 0
            near = sorted(((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c)))[0][2]
            predicted = (0, a, b, (a + b) // 2, near)[int(rows[y, 0])]
            out[y, x] = (int(rows[y, x + 1]) + predicted) % 256
    return out


def test_a_restored_precoded_splices_the_same_bytes() -> None:
    """What was planned once and kept as a file need not be compressed again."""
    base, other = picture(80, 30, 3, 1), picture(80, 30, 3, 2)
    precoded = precode(base, ColorType.TRUECOLOR, [(16, 48)], base)
    again = restore(precoded.splice(()), [(16, 48)], base, ColorType.TRUECOLOR)

    assert again.splice([again.encode(16, other[16:32])]) == precoded.splice([precoded.encode(16, other[16:32])])


def test_another_file_is_not_restored() -> None:
    """A file with other bands is refused."""
    base = picture(80, 30, 3, 1)
    precoded = precode(base, ColorType.TRUECOLOR, [(16, 48)], base)

    with pytest.raises(ValueError, match="other bands"):
        restore(precoded.splice(()), [(0, 80)], base, ColorType.TRUECOLOR)
