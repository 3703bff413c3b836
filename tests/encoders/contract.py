"""What every image format keeps to."""

import io
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from imgurl.color import Color, GradientStop, LinearGradient, RadialGradient
from imgurl.encoders.encodings import encoding_of
from imgurl.encoders.jpeg import JpegSettings
from imgurl.raster.fills import fill_pixels

STOPS = (GradientStop(0.0, Color(20, 60, 120)), GradientStop(1.0, Color(250, 210, 180)))
NOISE = np.random.default_rng(7)


def scene() -> Image.Image:
    """Return what a design looks like: a gradient, flat colours with sharp edges, a little noise."""
    image = fill_pixels(LinearGradient(120, STOPS), 120, 80).convert("RGB")
    image.paste((200, 30, 30), (10, 10, 50, 40))
    image.paste((255, 255, 255), (60, 30, 110, 34))
    noisy = np.asarray(image).astype(int) + NOISE.integers(-3, 4, (80, 120, 3))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def see_through() -> Image.Image:
    """Return a picture whose left third is transparent, its right third opaque, and between them half."""
    image = fill_pixels(RadialGradient(0.5, 0.5, 1.0, STOPS), 90, 60)
    alpha = Image.new("L", image.size)
    alpha.paste(128, (30, 0, 60, 60))
    alpha.paste(255, (60, 0, 90, 60))
    image.putalpha(alpha)
    return image


def over_white(image: Image.Image) -> NDArray[np.int64]:
    """Return the pixels as a mail on white shows them."""
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return np.asarray(white.convert("RGB")).astype(np.int64)


def decoded(body: bytes) -> Image.Image:
    """Return the picture in a file."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def encode(image: Image.Image, ext: str, jpeg: JpegSettings | None = None) -> bytes:
    """Return the file of a whole image."""
    encoding = encoding_of(ext)
    return encoding.encode(image, jpeg) if jpeg else encoding.encode(image)


class FormatContract:
    """Tests that a format passes; a test class of a format inherits them.

    ``mean`` is the largest mean difference of a channel to the picture encoded, in levels of 255; ``edge`` the same
    at the hard edges of transparency, which lossy formats soften.
    """

    ext: ClassVar[str]
    pillow_name: ClassVar[str]
    has_alpha: ClassVar[bool] = True
    mean: ClassVar[float]

    def test_it_is_of_its_format(self) -> None:
        """Pillow knows the format and the size; the media type says the same."""
        image = decoded(encode(scene(), self.ext))
        assert (image.format, image.size, Image.MIME[self.pillow_name]) == (
            self.pillow_name,
            (120, 80),
            encoding_of(self.ext).format.media_type,
        )

    def test_the_picture_is_the_same(self) -> None:
        """On the average no channel is further off than the format allows."""
        image = scene()
        assert np.abs(over_white(decoded(encode(image, self.ext))) - over_white(image)).mean() <= self.mean

    def test_transparency(self) -> None:
        """Over white it looks the same, where it is transparent, half and not at all; JPEG and GIF are over white."""
        image = see_through()
        assert np.abs(over_white(decoded(encode(image, self.ext))) - over_white(image)).mean() <= self.mean

    def test_alpha_where_there_is_any(self) -> None:
        """What is wholly transparent and wholly opaque stays so where the format has alpha."""
        alpha = decoded(encode(see_through(), self.ext)).convert("RGBA").getchannel("A")
        clear, solid = alpha.getpixel((10, 30)), alpha.getpixel((80, 30))
        assert isinstance(clear, int)
        assert isinstance(solid, int)
        assert (clear < 5, solid > 250) == (self.has_alpha, True)
        assert encoding_of(self.ext).has_alpha == self.has_alpha

    def test_an_opaque_picture_gets_no_alpha(self) -> None:
        """A file without transparency says so: clients need not blend it."""
        assert decoded(encode(scene(), self.ext)).has_transparency_data is False

    @pytest.mark.parametrize("image", [scene(), see_through()], ids=["opaque", "transparent"])
    def test_the_same_bytes_each_time(self, image: Image.Image) -> None:
        """One picture, one file: caches and ETags rely on it."""
        assert encode(image, self.ext) == encode(image.copy(), self.ext)

    @pytest.mark.parametrize("image", [scene(), see_through()], ids=["opaque", "transparent"])
    def test_what_pillow_remembers_is_not_written(self, image: Image.Image) -> None:
        """Comments, profiles, EXIF, resolution and the like that hang on a picture change no byte of the file."""
        plain = encode(image, self.ext)
        exif = Image.Exif()
        exif[0x010F] = "camera"
        image.info |= {
            "comment": b"secret", "icc_profile": b"secret" * 40, "exif": exif.tobytes(), "xmp": b"<secret/>",
            "dpi": (300, 300), "transparency": 5, "background": 3, "duration": 100, "loop": 0, "gamma": 0.5,
        }  # fmt: skip
        assert encode(image, self.ext) == plain

    def test_the_picture_given_is_left_alone(self) -> None:
        """Encoding changes neither pixels nor what hangs on the picture."""
        image = see_through()
        image.info["comment"] = b"kept"
        before = image.tobytes()
        encode(image, self.ext)
        assert (image.tobytes(), image.mode, image.info) == (before, "RGBA", {"comment": b"kept"})
