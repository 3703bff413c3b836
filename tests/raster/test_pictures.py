"""Pictures from files: what is read, what is refused, how they are fitted and cut."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from imgurl.color import Color
from imgurl.errors import RenderFailed
from imgurl.raster.canvas import ShadowPaint, blank
from imgurl.raster.pictures import KEPT_PIXELS, cut_round, draw_picture, load_picture, resized_to_fit
from tests.raster.grids import letters, levels, picture, rows

ORIENTATION = 0x0112  # EXIF tag
PHOTO = Image.effect_noise((48, 32), 60).convert("RGB")

# How a picture stored as RG/BK/WY is to be seen, for each orientation of EXIF 2.32, table 6.
UPRIGHT = {
    1: ["RG", "BK", "WY"],
    2: ["GR", "KB", "YW"],
    3: ["YW", "KB", "GR"],
    4: ["WY", "BK", "RG"],
    5: ["RBW", "GKY"],
    6: ["WBR", "YKG"],
    7: ["YKG", "WBR"],
    8: ["GKY", "RBW"],
}


def png(width: int, height: int, depth: int = 1, rows_written: int | None = None) -> bytes:
    """Return a grey PNG, all black, written by hand."""
    row = bytes(1 + (width * depth + 7) // 8)
    squeezer = zlib.compressobj(1)
    squeezed = b"".join(squeezer.compress(row) for _ in range(height if rows_written is None else rows_written))
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", squeezed + squeezer.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def saved(image: Image.Image, form: str, **more: object) -> bytes:
    """Return the bytes of a picture file."""
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def srgb_with_red_and_green_swapped() -> bytes:
    """Return a profile in which the first channel is green and the second red."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def load(path: Path) -> Image.Image:
    """Read a picture file."""
    return load_picture(path.name, path.read_bytes())


def refusal(path: Path) -> str:
    """Return the sentence that a file is refused with."""
    with pytest.raises(RenderFailed) as caught:
        load(path)
    return str(caught.value)


class TestWhatIsRead:
    """PNG, JPEG, WebP and GIF, of any of their kinds, become RGBA."""

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_formats(self, tmp_path: Path, form: str) -> None:
        """The content decides, not the name."""
        path = tmp_path / "photo.png"
        path.write_bytes(saved(Image.new("RGB", (16, 8), "red"), form))
        loaded = load(path)
        red, green, blue, alpha = np.asarray(loaded)[4, 8].tolist()
        assert (loaded.mode, loaded.size, red > 250, green < 5, blue < 5, alpha) == (
            "RGBA",
            (16, 8),
            True,
            True,
            True,
            255,
        )

    @pytest.mark.parametrize(
        ("image", "more", "pixel"),
        [
            (Image.new("1", (2, 2), 1), {}, (255, 255, 255, 255)),
            (Image.new("L", (2, 2), 90), {}, (90, 90, 90, 255)),
            (Image.new("LA", (2, 2), (90, 40)), {}, (90, 90, 90, 40)),
            (Image.new("I;16", (2, 2), 0x8080), {}, (128, 128, 128, 255)),
            (Image.new("I;16", (2, 2), 0xFFFF), {}, (255, 255, 255, 255)),
            (Image.new("RGB", (2, 2), (1, 2, 3)), {}, (1, 2, 3, 255)),
            (Image.new("RGB", (2, 2), (1, 2, 3)), {"transparency": (1, 2, 3)}, (1, 2, 3, 0)),
            (Image.new("RGBA", (2, 2), (1, 2, 3, 4)), {}, (1, 2, 3, 4)),
            (Image.new("RGB", (2, 2), (1, 2, 3)).quantize(2), {}, (1, 2, 3, 255)),
        ],
    )
    @pytest.mark.parametrize("profiled", [False, True])
    def test_kinds_of_png(
        self, tmp_path: Path, image: Image.Image, more: dict[str, object], pixel: tuple[int, ...], profiled: bool
    ) -> None:
        """Grey, 16 bits, palettes, with alpha and with one transparent colour; the same with an sRGB profile."""
        profile = {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
        path = tmp_path / "a.png"
        path.write_bytes(saved(image, "PNG", **more, **(profile if profiled else {})))
        assert load(path).getpixel((1, 1)) == pixel

    def test_cmyk(self, tmp_path: Path) -> None:
        """A JPEG for print is read too."""
        path = tmp_path / "a.jpg"
        path.write_bytes(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
        assert letters(load(path))[0] == "RRRRRRRR"

    @pytest.mark.parametrize("orientation", UPRIGHT)
    @pytest.mark.parametrize("form", ["PNG", "WEBP"])
    def test_upright(self, tmp_path: Path, form: str, orientation: int) -> None:
        """A photo that was taken sideways stands upright."""
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        path = tmp_path / "a.png"
        path.write_bytes(saved(picture("RG\nBK\nWY").convert("RGB"), form, exif=exif, lossless=True))
        assert letters(load(path)) == UPRIGHT[orientation]

    def test_upright_jpeg(self, tmp_path: Path) -> None:
        """The same for JPEG: what was left is on top."""
        exif = Image.Exif()
        exif[ORIENTATION] = 6
        image = Image.new("RGB", (32, 16), "white")
        image.paste("black", (0, 0, 16, 16))
        path = tmp_path / "a.jpg"
        path.write_bytes(saved(image, "JPEG", exif=exif))
        loaded = load(path)
        assert (loaded.size, letters(loaded)[0], letters(loaded)[-1]) == ((16, 32), "K" * 16, "W" * 16)

    def test_a_profile_is_kept_to(self, tmp_path: Path) -> None:
        """Red of a profile that calls green red is green."""
        path = tmp_path / "a.png"
        path.write_bytes(saved(Image.new("RGB", (1, 1), "red"), "PNG", icc_profile=srgb_with_red_and_green_swapped()))
        red, green, blue, _ = np.asarray(load(path))[0, 0].tolist()
        assert (red < 20, green > 235, blue < 20) == (True, True, True)

    def test_a_damaged_profile_is_not(self, tmp_path: Path) -> None:
        """Colours without a usable profile are taken for sRGB."""
        path = tmp_path / "a.png"
        path.write_bytes(saved(Image.new("RGB", (1, 1), "red"), "PNG", icc_profile=b"no profile at all" * 20))
        assert letters(load(path)) == ["R"]

    def test_the_first_frame(self, tmp_path: Path) -> None:
        """Of an animation the first frame is drawn."""
        frames = [Image.new("RGB", (2, 1), color) for color in ("red", "blue")]
        path = tmp_path / "a.gif"
        path.write_bytes(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
        assert letters(load(path)) == ["RR"]

    def test_nothing_it_tells_of_itself(self, tmp_path: Path) -> None:
        """Neither EXIF nor texts, profile or resolution come along: they would end up in everyone's mail."""
        exif = Image.Exif()
        exif[0x010F] = "camera"
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", "taken at home")
        notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        path = tmp_path / "a.png"
        path.write_bytes(saved(PHOTO, "PNG", exif=exif, pnginfo=notes, dpi=(300, 300), icc_profile=profile))
        loaded = load(path)
        fitted = resized_to_fit(loaded, 9, 9, "cover", (0.5, 0.5))
        assert (loaded.info, dict(loaded.getexif()), fitted.info) == ({}, {}, {})


class TestLargePictures:
    """What phones make is read, and scaled down once to what a canvas can show."""

    def test_just_as_many_pixels_as_are_kept(self, tmp_path: Path) -> None:
        """A photo of 12 megapixels, and any up to the limit, stays as it is."""
        for width, height in ((4_032, 3_024), (4_000, KEPT_PIXELS // 4_000)):
            path = tmp_path / "large.png"
            path.write_bytes(png(width, height))
            assert load(path).size == (width, height)

    @pytest.mark.parametrize(("width", "height"), [(8_000, 8_000), (8_160, 6_144), (65_535, 245), (976, 65_535)])
    def test_a_larger_one_is_scaled_down(self, tmp_path: Path, width: int, height: int) -> None:
        """The sides keep their ratio, as far as whole pixels can."""
        path = tmp_path / "large.png"
        path.write_bytes(png(width, height))
        loaded = load(path)
        assert KEPT_PIXELS * 0.99 < loaded.width * loaded.height <= KEPT_PIXELS
        assert abs(loaded.width / loaded.height / (width / height) - 1) < 0.01

    @pytest.mark.parametrize(
        ("form", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P")]
    )
    def test_it_is_the_same_picture(self, tmp_path: Path, form: str, mode: str) -> None:
        """Quarters of four colours, stored sideways, in each way to store them: upright, and each in its place."""
        exif = Image.Exif()
        exif[ORIENTATION] = 6
        image = Image.new("RGB", (5_000, 4_000), "white")
        image.paste("black", (0, 0, 2_500, 2_000))
        path = tmp_path / "photo"
        path.write_bytes(saved(image.convert(mode), form, exif=exif, compress_level=1))
        loaded = load(path)
        corners = [loaded.getpixel((x * (loaded.width - 1), y * (loaded.height - 1))) for y in (0, 1) for x in (0, 1)]
        dark = [isinstance(pixel, tuple) and pixel[0] < 50 and pixel[3] == 255 for pixel in corners]
        assert (loaded.height > loaded.width, dark) == (True, [False, True, False, False])

    def test_one_transparent_colour_stays_transparent(self, tmp_path: Path) -> None:
        """A colour that stands for transparent is not mixed with its neighbours."""
        path = tmp_path / "keyed.png"
        image = Image.new("RGB", (5_000, 4_000), (1, 2, 3))
        image.paste((200, 0, 0), (0, 0, 2_500, 4_000))
        path.write_bytes(saved(image, "PNG", transparency=(1, 2, 3), compress_level=1))
        loaded = load(path)
        assert loaded.getpixel((10, 10)) == (200, 0, 0, 255)
        assert np.asarray(loaded)[10, -10, 3] == 0


class TestWhatIsRefused:
    """Everything else, in a sentence that names the file."""

    def test_a_bomb(self, tmp_path: Path) -> None:
        """A PNG of 13,000² px in 30 kB is refused before its pixels are unpacked."""
        path = tmp_path / "bomb.png"
        path.write_bytes(png(13_000, 13_000))
        sentence = refusal(path)
        wrong = "bomb.png has too many pixels; at most 64 megapixels are read, make it smaller"
        assert (path.stat().st_size < 200_000, sentence) == (True, wrong)

    @pytest.mark.parametrize(("width", "height"), [(8_001, 8_000), (1, 64_000_001), (9_000, 9_000)])
    def test_too_many_pixels(self, tmp_path: Path, width: int, height: int) -> None:
        """A picture over the limit is reported with its size."""
        path = tmp_path / "large.png"
        path.write_bytes(png(width, height, rows_written=0))
        megapixels = f"{width * height / 1e6:.0f} megapixels"
        assert refusal(path) == f"large.png has {megapixels}; at most 64 are read, make it smaller"

    def test_too_long_a_side(self, tmp_path: Path) -> None:
        """A strip that no camera makes is refused before it is read."""
        path = tmp_path / "strip.png"
        path.write_bytes(png(1, 65_536, rows_written=0))
        assert refusal(path) == "strip.png has a side of 65,536 px; at most 65,535 are read, make it smaller"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"Dear Ava, this is no picture.",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
            b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
            b"%PDF-1.7\n",
            saved(PHOTO, "BMP"),
            saved(PHOTO, "TIFF"),
            saved(PHOTO, "PPM"),
            saved(PHOTO, "ICO"),
            saved(PHOTO, "JPEG")[:-400],
            saved(PHOTO, "PNG")[:-400],
            saved(PHOTO, "WEBP")[:-400],
            saved(PHOTO, "GIF")[:-400],
        ],
        ids="empty text eps svg pdf bmp tiff ppm ico jpeg-cut png-cut webp-cut gif-cut".split(),
    )
    def test_no_picture(self, tmp_path: Path, body: bytes) -> None:
        """Other formats, whose decoders run programs or are little tested, and files that were cut."""
        path = tmp_path / "photo.png"
        path.write_bytes(body)
        assert refusal(path).startswith("photo.png can't be read as a picture: ")

    @settings(max_examples=150, deadline=None)
    @given(data=st.data())
    def test_any_damage(self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
        """A damaged file is a picture or a refusal, never another error or a warning."""
        body = bytearray(data.draw(st.sampled_from(FILES)))
        for _ in range(data.draw(st.integers(1, 6))):
            near = data.draw(st.sampled_from([40, 200, len(body)]))
            body[data.draw(st.integers(0, min(near, len(body)) - 1))] = data.draw(st.integers(0, 255))
        path = tmp_path_factory.getbasetemp() / "damaged"
        path.write_bytes(body[: data.draw(st.integers(1, len(body)))] if data.draw(st.booleans()) else body)
        try:
            outcome = load(path).mode
        except RenderFailed as error:
            outcome = str(error).partition(" ")[0]
        assert outcome in {"RGBA", "damaged"}


def with_exif(form: str) -> bytes:
    """Return a file with EXIF and a profile, each a parser more that damage can meet."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "camera"
    return saved(PHOTO, form, exif=exif, icc_profile=srgb_with_red_and_green_swapped())


FILES = [with_exif("PNG"), with_exif("JPEG"), with_exif("WEBP"), saved(PHOTO, "GIF"), saved(PHOTO, "PNG")]

# Four columns: a picture twice as wide as high.
WIDE = picture("RGBY\nRGBY")
TALL = picture("RR\nGG\nBB\nYY")


class TestFitted:
    """Into a box, as CSS object-fit does."""

    @pytest.mark.parametrize(
        ("focus", "drawn"),
        [
            ((0.5, 0.5), ["GB", "GB"]),
            ((0.0, 0.5), ["RG", "RG"]),
            ((0.2, 0.5), ["RG", "RG"]),
            ((0.6, 0.0), ["GB", "GB"]),
            ((0.75, 1.0), ["BY", "BY"]),
            ((1.0, 0.5), ["BY", "BY"]),
        ],
    )
    def test_cover_keeps_the_focus(self, focus: tuple[float, float], drawn: list[str]) -> None:
        """What must go is cut where the focus is not, and never more than there is."""
        assert letters(resized_to_fit(WIDE, 2, 2, "cover", focus)) == drawn

    @pytest.mark.parametrize(("focus", "drawn"), [(0.0, ["RR", "GG"]), (0.5, ["GG", "BB"]), (1.0, ["BB", "YY"])])
    def test_cover_down(self, focus: float, drawn: list[str]) -> None:
        """The same from top to bottom."""
        assert letters(resized_to_fit(TALL, 2, 2, "cover", (0.5, focus))) == drawn

    def test_cover_enlarges(self) -> None:
        """A small picture grows until no pixel of the box is empty."""
        enlarged = resized_to_fit(picture("R"), 5, 3, "cover", (0.5, 0.5))
        assert letters(enlarged) == ["RRRRR"] * 3

    def test_contain(self) -> None:
        """All of the picture, in the middle, with nothing around it."""
        assert letters(resized_to_fit(WIDE, 4, 4, "contain", (0.0, 0.0))) == ["____", "RGBY", "RGBY", "____"]
        assert letters(resized_to_fit(TALL, 4, 4, "contain", (1.0, 1.0))) == ["_RR_", "_GG_", "_BB_", "_YY_"]

    def test_fill(self) -> None:
        """All of the picture over all of the box, squeezed."""
        assert resized_to_fit(Image.new("RGBA", (9, 2), "red"), 3, 8, "fill", (0.5, 0.5)).size == (3, 8)
        assert letters(resized_to_fit(WIDE, 4, 2, "fill", (0.5, 0.5))) == letters(WIDE)

    @pytest.mark.parametrize("fit", ["cover", "contain", "fill"])
    def test_the_right_size_is_left_alone(self, fit: str) -> None:
        """A picture as large as its box keeps each pixel."""
        photo = PHOTO.convert("RGBA")
        assert resized_to_fit(photo, *photo.size, fit, (0.3, 0.7)).tobytes() == photo.tobytes()

    def test_cutting_alone_does_not_blur(self) -> None:
        """A picture that is only cut keeps its pixels, at an odd number of columns too."""
        photo = PHOTO.convert("RGBA")
        assert resized_to_fit(photo, 41, 32, "cover", (0.5, 0.5)).tobytes() in {
            photo.crop((left, 0, left + 41, 32)).tobytes() for left in (3, 4)
        }

    def test_no_color_bleeds_in(self) -> None:
        """The colour of transparent pixels, here green, does not show where a picture is made smaller."""
        dotted = Image.new("RGBA", (40, 40), (0, 255, 0, 0))
        dotted.paste((255, 0, 0, 255), (0, 0, 20, 40))
        pixels = np.asarray(resized_to_fit(dotted, 9, 9, "cover", (0.5, 0.5))).astype(int)
        assert pixels[pixels[..., 3] > 8][:, 1].max() <= 8

    @pytest.mark.parametrize(("focus", "letter"), [(0.0, "R"), (1.0, "B")])
    def test_a_thin_strip(self, focus: float, letter: str) -> None:
        """A strip of 1 × 100,000 px covers a box: as a whole it would be enlarged to a hundred gigapixels."""
        strip = Image.new("RGBA", (1, 100_000), "red")
        strip.paste("blue", (0, 50_000, 1, 100_000))
        assert set(letters(resized_to_fit(strip, 1_000, 10, "cover", (0.5, focus)))) == {letter * 1_000}

    @settings(max_examples=100, deadline=None)
    @given(
        st.integers(1, 40), st.integers(1, 40), st.integers(1, 60), st.integers(1, 60),
        st.floats(0, 1), st.floats(0, 1), st.sampled_from(["cover", "contain", "fill"]),
    )  # fmt: skip
    def test_size_and_coverage(
        self, wide: int, high: int, width: int, height: int, focus_x: float, focus_y: float, fit: str
    ) -> None:
        """The result has the box's size; cover and fill leave no pixel empty, contain touches two sides."""
        resized = resized_to_fit(Image.new("RGBA", (wide, high), "red"), width, height, fit, (focus_x, focus_y))
        left, top, right, bottom = resized.getbbox() or (0, 0, 0, 0)
        touches = [(right - left == width), (bottom - top == height)]
        assert (resized.size, any(touches) if fit == "contain" else all(touches)) == ((width, height), True)


class TestCutRound:
    """Corners and circles."""

    def test_not_at_all(self) -> None:
        """Without radius the picture is as it was."""
        assert cut_round(WIDE, 0, circle=False) is WIDE

    def test_corners(self) -> None:
        """Corners are cut with soft edges."""
        cut = cut_round(Image.new("RGBA", (8, 6), "red"), 2, circle=False)
        assert levels(cut.getchannel("A")) == rows("""
            -+####+-
            +######+
            ########
            ########
            +######+
            -+####+-
        """)

    def test_circle(self) -> None:
        """The largest circle in the middle."""
        cut = cut_round(Image.new("RGBA", (10, 4), "red"), 0, circle=True)
        assert levels(cut.getchannel("A")) == ["...-++-...", "...+##+...", "...+##+...", "...-++-..."]

    def test_what_was_transparent_stays(self) -> None:
        """Cutting never makes a pixel more opaque, and leaves the picture given alone."""
        half = Image.new("RGBA", (8, 8), (255, 0, 0, 100))
        alpha = np.asarray(cut_round(half, 3, circle=False).getchannel("A"))
        assert (int(alpha.max()), int(alpha[0, 0]) < 40, half.getpixel((0, 0))) == (100, True, (255, 0, 0, 100))


class TestDrawPicture:
    """On the canvas, over its shadow."""

    def test_the_shadow_has_the_shape_of_the_picture(self) -> None:
        """What is transparent in the picture casts none, and the shadow is underneath."""
        canvas = blank(4, 3)
        draw_picture(canvas, picture("R_\nRR"), 0, 0, ShadowPaint(2, 1, 0, Color(0, 0, 0)))
        assert letters(canvas) == ["R___", "RRK_", "__KK"]

    def test_without_shadow(self) -> None:
        """Only the picture."""
        canvas = blank(3, 2)
        draw_picture(canvas, picture("R_\nRR"), 1, 0, None)
        assert letters(canvas) == ["_R_", "_RR"]
