"""Facts and laws about spliced JPEGs; libjpeg (in Pillow) is the referee."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from imgurl.encoders import jpeg
from imgurl.encoders.jpeg import JpegSettings, encode_whole, precode
from imgurl.geometry import Box


def picture(width: int, height: int, seed: int) -> Image.Image:
    """Return a soft picture with some noise."""
    random = np.random.default_rng(seed)
    ramp = np.linspace(0, 180, width)[None, :, None] + np.linspace(0, 60, height)[:, None, None]
    return Image.fromarray((ramp + random.integers(0, 15, (height, width, 3))).astype(np.uint8))


class TestSpliceIsWhole:
    """Exchanging tiles gives the very bytes that encoding the whole picture gives."""

    @given(
        st.integers(1, 700), st.integers(1, 90), st.sampled_from(("4:2:0", "4:4:4")), st.integers(40, 95),
        st.tuples(st.integers(0, 699), st.integers(0, 89), st.integers(1, 300), st.integers(1, 60)),
    )  # fmt: skip
    @settings(max_examples=80, deadline=None)
    def test_law(
        self, width: int, height: int, subsampling: str, quality: int, part: tuple[int, int, int, int]
    ) -> None:
        """Byte-equal, at all sizes down to one pixel, all qualities, both samplings."""
        options = JpegSettings(quality, subsampling)
        base, after = picture(width, height, 1), picture(width, height, 1)
        left, top, wide, high = part
        box = Box(left, top, left + wide, top + high).intersect(Box(0, 0, width, height))
        if not box.is_empty:
            after.paste(picture(box.width, box.height, 2), (box.left, box.top))
        precoded = precode(base, options)
        tiles = precoded.aligned(box)
        fresh = () if box.is_empty else precoded.encode(tiles, after.crop(tiles.corners))

        assert precoded.splice(fresh) == encode_whole(after, options)


def test_this_pillow_is_called_directly() -> None:
    """Otherwise every picture takes longer: another Pillow has moved its encoder, and ``_encoded`` has to follow."""
    assert jpeg.CAN_SKIP_SAVE


@given(
    st.integers(1, 400), st.integers(1, 300), st.sampled_from(("4:2:0", "4:4:4")), st.integers(40, 95),
    st.integers(0, 30),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_direct_way_writes_what_saving_writes(
    width: int, height: int, subsampling: str, quality: int, restart: int
) -> None:
    """Byte for byte, also where the file is longer than the encoder's smallest buffer."""
    options = JpegSettings(quality, subsampling)
    noise = Image.effect_noise((width, height), 200).convert("RGB")

    assert jpeg._encoded(noise, options, restart) == jpeg.saved(noise, options, restart)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (17, 9), (600, 200), (1200, 630)])
def test_a_reader_sees_the_true_size_and_the_picture(width: int, height: int) -> None:
    """The padding to whole MCUs does not show."""
    base = picture(width, height, 1)
    with Image.open(BytesIO(encode_whole(base, JpegSettings(90, "4:4:4")))) as file:
        difference = ImageStat.Stat(ImageChops.difference(file.convert("RGB"), base)).mean

        assert file.size == (width, height)
        assert max(difference) < 4


def test_a_tile_has_whole_mcus_and_divides_the_row() -> None:
    """1200 px are 75 MCUs of 16 px: tiles of 15 MCUs."""
    precoded = precode(picture(1200, 64, 1), JpegSettings())

    assert (precoded.tile_width, precoded.columns, precoded.tile_height) == (240, 5, 16)


def test_a_box_touches_the_tiles_it_lies_in() -> None:
    """Half-open boxes: a box that ends where a tile begins does not touch it; the picture's edges end the last ones."""
    precoded = precode(picture(470, 60, 1), JpegSettings())

    assert precoded.tile_width == 240
    assert precoded.aligned(Box(0, 0, 240, 16)) == Box(0, 0, 240, 16)
    assert precoded.aligned(Box(239, 15, 241, 17)) == Box(0, 0, 470, 32)
    assert precoded.aligned(Box(469, 59, 470, 60)) == Box(240, 48, 470, 60)
