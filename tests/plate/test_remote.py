"""Remote pictures in a process: decoded once, within limits, whatever is sent."""

import io
import struct
import zlib
from hashlib import sha256
from typing import Any

import pytest
from PIL import Image, ImageCms

from imgurl.plate.remote import RemotePictures
from imgurl.raster.pictures import REMOTE_KEPT_PIXELS, REMOTE_PIXELS, trimmed


def learnt(body: bytes) -> tuple[str, Image.Image | None]:
    """Return why a picture can't be read, and the picture."""
    remote, digest = RemotePictures(), sha256(body).hexdigest()
    return remote.learn(digest, body), remote.get(digest)


def saved(picture: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    """Return a picture as a file."""
    body = io.BytesIO()
    picture.save(body, kind, **more)
    return body.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of one bit a pixel that is small as a file."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 2) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


RED = Image.new("RGB", (20, 10), "red")
PNG = saved(RED)
NOISE = saved(Image.effect_noise((60, 60), 90))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (bomb(13_000, 13_000), "it has too many pixels; at most 12 megapixels are read, make it smaller"),
        (bomb(4_001, 3_000), "it has 12 megapixels; at most 12 are read"),
        (bomb(70_000, 10), "it has a side of 70,000 px"),
        (NOISE[: len(NOISE) // 2], "it can't be read as a picture"),
        (saved(RED, "JPEG")[:200], "it can't be read as a picture"),
        (PNG[:8] + b"\0" * 100, "it can't be read as a picture"),
        (b"", "it can't be read as a picture"),
        (b"<svg/>", "it can't be read as a picture"),
        (saved(RED, "BMP"), "it can't be read as a picture"),
        (saved(RED, "TIFF"), "it can't be read as a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", "it can't be read as a picture"),
        (PNG[:33] + chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(50_000_000))) + PNG[33:], "it can't be read"),
    ],
    ids=["bomb", "area", "side", "cut", "cut jpeg", "zeros", "empty", "svg", "bmp", "tiff", "eps", "profile"],
)
def test_what_is_too_large_or_broken_is_refused(body: bytes, reason: str) -> None:
    """With a sentence, and without the address of an object in it."""
    found, picture = learnt(body)
    assert found.startswith(reason)
    assert " at 0x" not in found
    assert picture is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_four_formats_are_read(kind: str) -> None:
    """By their content."""
    reason, picture = learnt(saved(RED, kind))
    assert (reason, picture is not None and picture.size) == ("", (20, 10))


def test_the_limit_is_twelve_megapixels() -> None:
    """At it a picture is read, and kept smaller."""
    reason, picture = learnt(bomb(4_000, 3_000))
    assert (reason, 4_000 * 3_000) == ("", REMOTE_PIXELS)
    assert picture is not None
    assert picture.width * picture.height <= REMOTE_KEPT_PIXELS


def test_a_moving_picture_stands_still() -> None:
    """On its first frame."""
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "lime", "blue")]
    _, picture = learnt(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert picture is not None
    assert picture.convert("RGB").getpixel((1, 1)) == (254, 0, 0) or picture.getpixel((1, 1)) == (255, 0, 0, 255)


def test_a_photo_is_upright_in_srgb_and_says_nothing_of_its_camera() -> None:
    """EXIF turns it and is gone, CMYK becomes RGB, a profile is converted."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    _, turned = learnt(saved(RED, "JPEG", exif=exif))
    assert turned is not None
    assert (turned.size, turned.mode, dict(turned.getexif()), turned.info) == ((10, 20), "RGBA", {}, {})
    _, printed = learnt(saved(RED.convert("CMYK"), "JPEG"))
    assert printed is not None
    assert printed.getpixel((5, 5))[0] > 200  # type: ignore[index]
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    _, profiled = learnt(saved(RED, "PNG", icc_profile=lab))
    assert profiled is not None
    assert "icc_profile" not in profiled.info


def test_a_picture_is_known_by_its_digest() -> None:
    """Other bytes under it are refused; it is decoded once."""
    remote, digest = RemotePictures(), sha256(PNG).hexdigest()
    assert not remote.knows(digest)
    assert remote.learn(digest, PNG + b"!") == remote.reason(digest) == "it is not the picture that was fetched"
    other = sha256(PNG + b"!").hexdigest()
    assert remote.learn(other, PNG + b"!") == ""
    assert remote.get(other) is remote.get(other)


def test_memory_is_bounded() -> None:
    """The pictures that were shown last stay."""
    remote = RemotePictures(max_bytes=20_000)
    bodies = [saved(Image.new("RGB", (40, 40), (shade, 0, 0))) for shade in range(10)]
    digests = [sha256(body).hexdigest() for body in bodies]
    for digest, body in zip(digests, bodies, strict=True):
        remote.learn(digest, body)
    assert [remote.knows(digest) for digest in digests] == [False] * 8 + [True] * 2


def logo(background: tuple[int, ...], mode: str = "RGBA") -> Image.Image:
    """Return a red square of 10 × 6 px with wide edges."""
    picture = Image.new(mode, (40, 30), background)
    picture.paste((200, 0, 0, 255)[: len(mode)], (12, 8, 22, 14))
    return picture.convert("RGBA")


@pytest.mark.parametrize("background", [(255, 255, 255, 255), (0, 0, 0, 0), (255, 255, 255, 0), (250, 250, 248, 255)])
def test_white_and_transparent_edges_are_trimmed(background: tuple[int, ...]) -> None:
    """Down to the logo itself."""
    cut = trimmed(logo(background))
    assert (cut.size, cut.getpixel((0, 0)), cut.getpixel((9, 5))) == ((10, 6), (200, 0, 0, 255), (200, 0, 0, 255))


def test_other_edges_stay() -> None:
    """A coloured ground belongs to a logo; of a white picture nothing would be left."""
    grey, white = logo((120, 120, 120, 255)), Image.new("RGBA", (10, 10), "white")
    assert trimmed(grey).size == grey.size
    assert trimmed(white).size == white.size
