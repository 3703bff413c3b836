"""Whole images in each format."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, JpegImagePlugin

from imgurl.encoders.encodings import ENCODINGS, encoding_of
from imgurl.encoders.jpeg import JpegSettings
from imgurl.formats import ImageFormat
from tests.encoders.chunks import avif_items, avif_profiles, gif_blocks, jpeg_markers, png_chunks, webp_chunks
from tests.encoders.contract import FormatContract, decoded, encode, over_white, scene, see_through


class TestPng(FormatContract):
    """PNG keeps every pixel."""

    ext = "png"
    pillow_name = "PNG"
    mean = 0

    @pytest.mark.parametrize("image", [scene(), see_through()], ids=["RGB", "RGBA"])
    def test_every_pixel(self, image: Image.Image) -> None:
        """Mode and pixels are the same, the colour of transparent ones too."""
        again = decoded(encode(image, "png"))
        assert (again.mode, again.tobytes()) == (image.mode, image.tobytes())

    def test_chunks(self) -> None:
        """Only what a picture needs."""
        assert set(png_chunks(encode(see_through(), "png"))) == {"IHDR", "IDAT", "IEND"}


class TestJpeg(FormatContract):
    """JPEG has no alpha and is lossy."""

    ext = "jpg"
    pillow_name = "JPEG"
    has_alpha = False
    mean = 3.5

    def test_segments(self) -> None:
        """JFIF, tables, restart interval and the scan: no EXIF (E1), no profile (E2), no comment (FE)."""
        assert set(jpeg_markers(encode(scene(), "jpg"))) == {"E0", "DB", "C0", "C4", "DD", "DA"}

    @pytest.mark.parametrize(("subsampling", "sampling"), [("4:2:0", 2), ("4:4:4", 0)])
    def test_subsampling(self, subsampling: str, sampling: int) -> None:
        """Colours at half the resolution, or at all of it."""
        image = decoded(encode(scene(), "jpg", JpegSettings(85, subsampling)))
        assert isinstance(image, JpegImagePlugin.JpegImageFile)
        assert JpegImagePlugin.get_sampling(image) == sampling

    def test_full_color_keeps_small_colored_text(self) -> None:
        """With 4:4:4 a line of one red pixel stays red, with 4:2:0 it fades."""
        image = Image.new("RGB", (64, 64), "white")
        image.paste((220, 0, 0), (0, 31, 64, 32))
        red = [
            float(np.asarray(decoded(encode(image, "jpg", JpegSettings(90, sampling)))).astype(int)[31, :, 1].mean())
            for sampling in ("4:4:4", "4:2:0")
        ]
        assert (red[0] < 20, red[1] > red[0] + 10) == (True, True)

    def test_quality(self) -> None:
        """More quality is nearer to the picture and larger."""
        image = scene()
        files = [encode(image, "jpg", JpegSettings(quality)) for quality in (40, 70, 95)]
        errors = [np.abs(over_white(decoded(body)) - over_white(image)).mean() for body in files]
        assert files == sorted(files, key=len)
        assert errors == sorted(errors, reverse=True)


class TestGif(FormatContract):
    """GIF has 256 colours, of which one may be transparent."""

    ext = "gif"
    pillow_name = "GIF"
    mean = 1.5

    def test_blocks(self) -> None:
        """One image, with a graphic control only where something is transparent; no comment, no application."""
        blocks = [gif_blocks(encode(image, "gif")) for image in (scene(), see_through())]
        assert blocks == [["2C"], ["F9", "2C"]]

    def test_few_colors_are_exact(self) -> None:
        """A picture of few colours has just these."""
        image = Image.new("RGB", (30, 30), "white")
        image.paste("red", (0, 0, 10, 30))
        image.paste((1, 2, 3), (10, 0, 20, 30))
        assert decoded(encode(image, "gif")).convert("RGB").tobytes() == image.tobytes()

    def test_half_transparent_is_over_white(self) -> None:
        """Less than half is nothing; half and more is the colour over white."""
        image = Image.new("RGBA", (3, 1))
        for x, alpha in enumerate((127, 128, 255)):
            image.putpixel((x, 0), (0, 0, 0, alpha))
        pixels = np.asarray(decoded(encode(image, "gif")).convert("RGBA"))[0]
        assert pixels[:, 3].tolist() == [0, 255, 255]
        assert pixels[1:, 0].tolist() == [127, 0]


class TestWebp(FormatContract):
    """WebP is lossy, its alpha is not."""

    ext = "webp"
    pillow_name = "WEBP"
    mean = 3.5

    def test_chunks(self) -> None:
        """The picture, and its alpha where it has some."""
        assert webp_chunks(encode(scene(), "webp")) == ["VP8 "]
        assert webp_chunks(encode(see_through(), "webp")) == ["VP8X", "ALPH", "VP8 "]

    def test_alpha_is_exact(self) -> None:
        """Every level of alpha is kept."""
        image = see_through()
        again = decoded(encode(image, "webp"))
        assert again.getchannel("A").tobytes() == image.getchannel("A").tobytes()


class TestAvif(FormatContract):
    """AVIF is lossy."""

    ext = "avif"
    pillow_name = "AVIF"
    mean = 3.5

    def test_items(self) -> None:
        """The picture, and its alpha as a second one; no EXIF, no XMP, no profile."""
        bodies = [encode(image, "avif") for image in (scene(), see_through())]
        assert [avif_items(body) for body in bodies] == [["av01"], ["av01", "av01"]]
        assert {kind for body in bodies for kind in avif_profiles(body)} == {"nclx"}


class TestEncode:
    """The way in."""

    @pytest.mark.parametrize("ext", ["", "bmp", "PNG", "jpeg", ".png"])
    def test_no_format(self, ext: str) -> None:
        """Another extension is refused."""
        with pytest.raises(ValueError, match=f"there is no format '{ext}'"):
            encoding_of(ext)

    @settings(max_examples=100, deadline=None)
    @given(
        st.sampled_from(FormatContract.__subclasses__()), st.integers(1, 40), st.integers(1, 40),
        st.sampled_from(["RGB", "RGBA"]), st.tuples(*[st.integers(0, 255)] * 4),
    )  # fmt: skip
    def test_any_size(
        self, tested: type[FormatContract], width: int, height: int, mode: str, color: tuple[int, int, int, int]
    ) -> None:
        """From one pixel on, odd sides too, in any colour."""
        if tested is TestGif:  # which knows all or nothing
            color = (*color[:3], 255 if color[3] >= 128 else 0)
        image = Image.new("RGBA", (width, height), color).convert(mode)
        again = decoded(encode(image, tested.ext))
        difference = np.abs(over_white(again) - over_white(image)).mean()
        assert again.size == (width, height)
        assert difference <= tested.mean

    def test_every_format_is_tested(self) -> None:
        """No format of pictures is without an encoding and its contract; PDF has a room of its own."""
        tested = {contract.ext for contract in FormatContract.__subclasses__()}
        assert tested == ENCODINGS.keys() == set(ImageFormat) - {ImageFormat.PDF}
