"""``imgurl render``."""

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run
from tests.pdf.readers import read_by_pdfium
from tests.web.designs import TINT_AT

SIZES = {
    "cert-2025": (1600, 1131), "newsletter-hero-april": (1200, 630), "product-card": (800, 800),
    "sales-banner-01": (600, 200),
}  # fmt: skip
FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF", "PNG": "PNG"}


# Each format for one design, and two formats for each other one.
DRAWN = [
    *(("sales-banner-01", ending) for ending in FORMATS),
    ("cert-2025", "jpg"), ("cert-2025", "webp"), ("newsletter-hero-april", "png"), ("newsletter-hero-april", "avif"),
    ("product-card", "jpeg"), ("product-card", "gif"),
]  # fmt: skip


@pytest.mark.parametrize(("design", "ending"), DRAWN)
def test_shipped_designs_in_each_format(run: Run, tmp_path: Path, design: str, ending: str) -> None:
    """The ending chooses the format; the picture has the design's size, one frame and no metadata of ours."""
    ran = run("render", design, "--samples", "-o", f"out.{ending}")
    width, height = SIZES[design]
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith(f"out.{ending}: {width}×{height}, ")
    with Image.open(tmp_path / f"out.{ending}") as image:
        image.load()
        assert (FORMATS[ending], SIZES[design]) == (image.format, image.size)
        assert not image.getexif()
        assert len(image.convert("RGB").getcolors(maxcolors=10_000_000) or ()) > 50


def test_a_design_as_a_page(run: Run, tmp_path: Path) -> None:
    """The ending .pdf; the sizes that fitting found are reported as for an image."""
    ran = run("render", "cert-2025", "--set", "full_name=Zoë 李", "-o", "out.PDF")
    assert ran.code == 0
    assert ran.err.startswith("out.PDF: 1600×1131, ")
    assert "  name: " in ran.err
    assert "Zoë 李" in read_by_pdfium((tmp_path / "out.PDF").read_bytes())


def test_values_are_drawn(run: Run, tmp_path: Path, small: Path) -> None:
    """--set changes pixels; what is not set has the fallback; with --samples it has the sample."""
    run("render", "card", "--set", "tint=#0000ff", "-o", "set.png")
    run("render", "card", "-o", "plain.png")
    run("render", "card", "--samples", "-o", "samples.png")
    colors = []
    for name in ("set", "plain", "samples"):
        with Image.open(tmp_path / f"{name}.png") as image:
            colors.append(image.convert("RGB").getpixel(TINT_AT))
    assert colors == [(0, 0, 255), (0, 255, 0), (255, 0, 0)]


def test_what_fitting_took_is_reported(run: Run) -> None:
    """For each text layer a line tells how the text was made to fit."""
    ran = run("render", "sales-banner-01", "--set", "first_name=Wolfeschlegelsteinhausen Bergerdorff", "-o", "out.png")
    assert any(line.startswith("  line-1: ") and "shrunk to" in line for line in ran.err.splitlines())


def test_a_missing_required_value_is_reported(run: Run) -> None:
    """Without its required value a certificate shows the default image, and says so."""
    ran = run("render", "cert-2025", "-o", "out.jpg")
    assert (ran.code, ran.said) == (0, "  the default image is shown; required and without a value: full_name")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("first_name=asdf", "the value for 'first_name' is a placeholder"),
        ("first_name=null", 'the value for \'first_name\' is a placeholder such as "null" or "undefined"'),
        (f"company_name={'x' * 99}", "the value for 'company_name' is too long: at most 60 characters"),
    ],
)
def test_what_a_link_forgives_is_drawn_with_its_fallback(run: Run, tmp_path: Path, value: str, sentence: str) -> None:
    """A value that breaks a rule: the picture of nobody's value, exit code 0, and why on standard error."""
    run("render", "sales-banner-01", "-o", "nobody.png")
    ran = run("render", "sales-banner-01", "--set", value, "-o", "out.png")
    assert (ran.code, ran.out) == (0, "")
    assert sentence in ran.err.splitlines()[0]
    assert (tmp_path / "out.png").read_bytes() == (tmp_path / "nobody.png").read_bytes()


def test_dpr_multiplies_the_pixels(run: Run, tmp_path: Path) -> None:
    """--dpr 2 doubles both sides."""
    run("render", "sales-banner-01", "--dpr", "2", "-o", "out.jpg")
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.size == (1200, 400)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("cert-2026", "-o", "x.png"), "there is no design 'cert-2026': did you mean 'cert-2025'?"),
        (("cert-2025", "-o", "x.bmp"), "the ending of x.bmp must be one of .png, .jpg, .gif, .webp, .avif, .pdf"),
        (("cert-2025", "-o", "x"), "the ending of x must be one of"),
        (("cert-2025",), "Missing option '-o' / '--output'"),
        (("cert-2025", "--set", "fullName=Ava", "-o", "x.png"), "no field 'fullName': did you mean 'full_name'"),
        (("cert-2025", "--dpr", "3", "-o", "x.png"), "this design is too large for more than 2"),
    ],
)
def test_wrong_use_draws_nothing(run: Run, tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    """Exit code 2, one sentence, no file."""
    ran = run("render", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.said
    assert list(tmp_path.glob("x*")) == []


def test_a_file_that_cannot_be_written_is_a_failure(run: Run) -> None:
    """A folder that is not there: exit code 1, one sentence with the name."""
    ran = run("render", "sales-banner-01", "-o", "none/out.png")
    assert (ran.code, ran.said) == (1, "imgurl: No such file or directory (none/out.png)")
