"""Pictures of a page: files as they are where a PDF can hold them, others made smaller or compressed."""

import io
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from imgurl.color import Color
from imgurl.pdf.passthrough import Picture, png_picture
from imgurl.pdf.picture_page import picture_page
from imgurl.pdf.pictures import Fit, Fitted, Pictures, canvas_picture, shade_picture
from imgurl.raster.pictures import load_picture
from tests.encoders.contract import scene, see_through

BOX = Fit(120, 80, "cover", (0.5, 0.5))


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Return the file of a picture."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def fitted(body: bytes, fit: Fit = BOX) -> Fitted:
    """Return how a file fills a box."""
    pictures = Pictures({"file": body}, lambda name: load_picture(name, body))
    first = pictures.fitted("file", fit)
    assert pictures.fitted("file", fit).picture is first.picture, "made once"
    return first


def filter_of(picture: Picture) -> object:
    """Return the filter that a picture is written with."""
    return picture.entries["Filter"]


def turned() -> Image.Exif:
    """Return what says that a picture is to be turned by a right angle, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    return exif


def test_a_jpeg_goes_in_as_it_is_without_what_it_says_about_itself() -> None:
    """Its scan, byte for byte; no comment, camera or profile."""
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    body = saved(scene(), "JPEG", quality=90, exif=exif, comment=b"secret")
    picture = fitted(body).picture
    assert filter_of(picture) == b"/DCTDecode"
    assert body[body.index(b"\xff\xda") :] == picture.data[picture.data.index(b"\xff\xda") :]
    assert b"secret" not in picture.data
    assert b"Camera" not in picture.data
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(picture.data))), np.asarray(Image.open(io.BytesIO(body))))


@pytest.mark.parametrize(
    "body",
    [
        saved(scene().convert("CMYK"), "JPEG"),
        saved(scene(), "JPEG", exif=turned()),
        saved(see_through()),
        saved(scene().quantize(8), transparency=3),
        saved(Image.fromarray(np.arange(9_600, dtype=np.uint16).reshape(80, 120))),
        saved(scene(), "WEBP", lossless=True),
        saved(scene(), "GIF"),
    ],
    ids=["CMYK", "to be turned", "with alpha", "with a transparent entry", "16 bits", "WebP", "GIF"],
)
def test_what_a_pdf_would_show_otherwise_is_decoded(body: bytes) -> None:
    """Its pixels go in, as they are drawn on a canvas."""
    found = fitted(body)
    whole = load_picture("file", body)
    assert filter_of(found.picture) != b"/DCTDecode" or body.startswith(b"\xff\xd8")
    assert (found.left, found.top, found.width, found.height) == (0, 0, 120, 80)
    assert (found.picture.alpha is None) == (whole.getchannel("A").getextrema()[0] == 255)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_the_rows_of_a_png_go_in_as_they_are(mode: str) -> None:
    """PDFium draws the very pixels."""
    image = scene().convert(mode)
    body = saved(image)
    assert fitted(body).picture.data in body
    page = picture_page(body, 90.0, 60.0, "Title", "en")
    assert page is not None
    drawn = pypdfium2.PdfDocument(page)[0].render(scale=96 / 72).to_pil().convert("RGB")
    assert np.array_equal(np.asarray(drawn), np.asarray(image.convert("RGB")))


def test_a_picture_of_too_many_pixels_is_made_smaller() -> None:
    """A photo of a phone in a small box: two pixels a px, as JPEG again."""
    large = scene().resize((1_200, 800))
    photo, art = (fitted(saved(large, kind)).picture for kind in ("JPEG", "PNG"))
    assert [(one.width, one.height) for one in (photo, art)] == [(240, 160)] * 2
    assert (filter_of(photo), filter_of(art)) == (b"/DCTDecode", b"/FlateDecode")


def test_a_picture_of_which_little_is_seen_is_cut() -> None:
    """Not a whole panorama for a tenth of it; half of it is worth it, cut by the box."""
    wide = fitted(saved(scene().resize((1_200, 80))))
    assert (wide.picture.width, wide.left, wide.width) == (120, 0.0, 120.0)
    half = fitted(saved(scene().resize((200, 80))))
    assert (half.picture.width, half.left, half.width) == (200, -40.0, 200.0)


def test_a_focus_stays_in_sight() -> None:
    """As on a canvas: as far as the picture reaches."""
    body = saved(scene().resize((200, 80)))
    assert [fitted(body, Fit(120, 80, "cover", (x, 0.5))).left for x in (0.0, 0.4, 1.0)] == [0.0, -20.0, -80.0]


def test_nothing_is_enlarged() -> None:
    """A small picture keeps its pixels; the viewer enlarges as well."""
    small = fitted(saved(see_through().resize((30, 20))))
    assert (small.picture.width, small.picture.height, small.width) == (30, 20, 120.0)


def test_what_cannot_be_seen_has_no_colour() -> None:
    """Transparent noise would be compressed for nothing."""
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 256, (80, 120, 4), np.uint8))
    noisy.putalpha(0)
    assert canvas_picture(noisy).size < 1_500


def test_a_shade_is_one_pixel_behind_a_mask() -> None:
    """Its colour is written once."""
    picture = shade_picture(Image.new("L", (50, 40), 100), Color(1, 2, 3))
    assert (picture.width, picture.height, picture.data) == (1, 1, b"\x01\x02\x03")
    assert picture.alpha is not None
    assert (picture.alpha.width, picture.alpha.height) == (50, 40)


def test_a_page_of_a_picture_with_alpha_is_none() -> None:
    """A PDF has alpha apart, so its rows can't go in as they are."""
    assert png_picture(saved(see_through())) is None
    assert picture_page(saved(see_through()), 90.0, 60.0, "", "en") is None
    assert picture_page(b"GIF89a", 90.0, 60.0, "", "en") is None
