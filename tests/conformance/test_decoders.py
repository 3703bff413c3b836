"""Spliced files through other decoders: pngcheck, libpng, djpeg, ImageMagick, libvips and Chromium.

CI installs them all; elsewhere each is used where it is found.
"""

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgurl.config import shipped
from imgurl.plate.drawing import Drawing
from imgurl.plate.precoded import precode
from imgurl.plate.render import render
from imgurl.text.fonts import FontCatalogue
from tests.pipeline.factories import pipeline_over

CHROMIUM = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
)  # fmt: skip

Decoder = Callable[[Path, Path], None]


def run(*command: str | Path) -> None:
    """Run a tool; it must end well and say nothing of errors."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def by_vips(source: Path, target: Path) -> None:
    """Decode with libvips."""
    run("vips", "copy", source, target)


def by_imagemagick(source: Path, target: Path) -> None:
    """Decode with ImageMagick (libpng, libjpeg)."""
    run("/usr/bin/convert", source, "-depth", "8", f"PNG24:{target}")


def by_djpeg(source: Path, target: Path) -> None:
    """Decode with libjpeg-turbo's own tool."""
    run("djpeg", "-bmp", "-outfile", target.with_suffix(".bmp"), source)
    Image.open(target.with_suffix(".bmp")).save(target)


def by_chromium(source: Path, target: Path) -> None:
    """Show the file alone on a page and take a picture of it."""
    with Image.open(source) as image:
        width, height = image.size
    kind = "png" if source.suffix == ".png" else "jpeg"
    content = base64.b64encode(source.read_bytes()).decode()
    page = source.with_suffix(f".{kind}.html")
    page.write_text(f'<style>*{{margin:0}}img{{display:block}}</style><img src="data:image/{kind};base64,{content}">')
    profile = f"--user-data-dir={source.parent / 'profile'}"
    run("chromium", *CHROMIUM, profile, f"--window-size={width},{height}", f"--screenshot={target}", page)


TOOLS: dict[str, tuple[str, Decoder, frozenset[str]]] = {
    "libvips": ("vips", by_vips, frozenset(("png", "jpg"))),
    "ImageMagick": ("/usr/bin/identify", by_imagemagick, frozenset(("png", "jpg"))),
    "djpeg": ("djpeg", by_djpeg, frozenset(("jpg",))),
    "Chromium": ("chromium", by_chromium, frozenset(("png", "jpg"))),
}


def needed(tool: str) -> None:
    """Skip without a tool; fail where CI should have installed it."""
    if shutil.which(tool):
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI has no {tool}; .ci/run installs it")
    pytest.skip(f"{tool} is not installed")


@cache
def spliced(fonts: FontCatalogue, design: str, ext: str) -> tuple[bytes, np.ndarray]:
    """Return a spliced file of a shipped design, and the pixels it should have."""
    pipeline = pipeline_over(shipped("designs"), fonts)
    plate = pipeline.press.plate(pipeline.library.find(design))
    texts = {field.name: field.sample for field in plate.design.document.fields} | {"first_name": "Zoë 李雷"}
    body = render(plate, texts, ext, precode(plate, ext)).body
    return body, np.asarray(Drawing(plate, texts).whole()[0].convert("RGB")).astype(int)


@pytest.mark.parametrize("design", ["newsletter-hero-april", "sales-banner-01"])
@pytest.mark.parametrize(("name", "ext"), [(name, ext) for name, (_, _, exts) in TOOLS.items() for ext in sorted(exts)])
def test_other_decoders_see_the_same_picture(
    fonts: FontCatalogue, tmp_path: Path, name: str, ext: str, design: str
) -> None:
    """PNG: the very pixels. JPEG: as near as its quality, and as Pillow's libjpeg sees it to a few levels."""
    tool, decode, _ = TOOLS[name]
    needed(tool)
    body, pixels = spliced(fonts, design, ext)
    source, target = tmp_path / f"spliced.{ext}", tmp_path / "decoded.png"
    source.write_bytes(body)
    decode(source, target)
    with Image.open(target) as file:
        seen = np.asarray(file.convert("RGB")).astype(int)
    with Image.open(BytesIO(body)) as file:
        pillow = np.asarray(file.convert("RGB")).astype(int)

    if ext == "png":
        assert np.array_equal(seen, pixels)
    else:
        assert np.abs(seen - pillow).mean() < 1.0
        assert np.abs(seen - pixels).mean() < 4.0


@pytest.mark.parametrize("design", ["newsletter-hero-april", "sales-banner-01", "cert-2025", "product-card"])
def test_pngcheck_finds_nothing(fonts: FontCatalogue, tmp_path: Path, design: str) -> None:
    """Chunks, checksums and the zlib stream are as the specification wants them."""
    needed("pngcheck")
    body, _ = spliced(fonts, design, "png")
    (tmp_path / "spliced.png").write_bytes(body)

    run("pngcheck", "-q", tmp_path / "spliced.png")
