"""The readers of our PDF files: PDFium, which is in Chromium, and poppler and qpdf where they are installed."""

import os
import shutil
import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

# What poppler puts around text that runs the other way.
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\f\r"))

Pixels = NDArray[np.int64]


def needed(tool: str) -> None:
    """Skip without a tool; fail where CI should have installed it."""
    if shutil.which(tool):
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI has no {tool}; .ci/run installs it")
    pytest.skip(f"{tool} is not installed")


def read_by_pdfium(body: bytes) -> list[str]:
    """Return the lines of a page as PDFium reads them."""
    return _lines(pypdfium2.PdfDocument(body)[0].get_textpage().get_text_range())


def read_by_poppler(body: bytes, folder: Path, *options: str) -> list[str]:
    """Return the lines of a page as pdftotext reads them."""
    return _lines(_run(body, folder, "pdftotext", "-enc", "UTF-8", *options, "-"))


def facts_of(body: bytes, folder: Path, *options: str) -> str:
    """Return what pdfinfo says of a file; it may not complain."""
    return _run(body, folder, "pdfinfo", *options)


def check_by_qpdf(body: bytes, folder: Path) -> None:
    """Have qpdf find nothing wrong with a file."""
    assert "No syntax or stream encoding errors found" in _run(body, folder, "qpdf", "--check")


def drawn_by_pdfium(body: bytes, dpr: int = 1) -> Pixels:
    """Return the pixels of a page at so many device pixels a CSS pixel."""
    page = pypdfium2.PdfDocument(body)[0]
    return np.asarray(page.render(scale=dpr * 96 / 72).to_pil().convert("RGB")).astype(int)


def drawn_by_poppler(body: bytes, folder: Path, dpr: int = 1) -> Pixels:
    """Return the pixels of a page at so many device pixels a CSS pixel."""
    _run(body, folder, "pdftoppm", "-r", str(96 * dpr), "-png", "-singlefile", "drawn")
    with Image.open(folder / "drawn.png") as image:
        return np.asarray(image.convert("RGB")).astype(int)


def _run(body: bytes, folder: Path, tool: str, *options: str) -> str:
    needed(tool)
    (folder / "page.pdf").write_bytes(body)
    # The file comes after the options, and before what is written.
    outputs = [option for option in options if option in ("-", "drawn")]
    settings = [option for option in options if option not in outputs]
    command = [tool, *settings, "page.pdf", *outputs]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout


def _lines(text: str) -> list[str]:
    shown = unicodedata.normalize("NFKC", text.translate(MARKS))
    return [line.strip() for line in shown.splitlines() if line.strip()]
