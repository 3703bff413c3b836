"""The fonts that pages write names in, of every script that pictures can show: no name is a row of boxes here either.

A browser loads a font only when a page has a character of its range, so most people never load one of these.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from imgurl.text.fonts import FontCatalogue
from imgurl.web.studio.files import DIGEST_DIGITS, GUARDED, KEPT

# Blocks of Unicode by the family that has them; later ones come first where two have the same.
RANGES = {
    "Noto Sans": "U+180-2AF,U+370-52F,U+1E00-1FFF,U+2C60-2C7F,U+A640-A69F,U+A720-A7FF,U+AB30-AB6F",
    "Noto Sans Math": "U+2190-21FF,U+2200-22FF,U+27C0-27EF,U+2900-2AFF,U+1D400-1D7FF",
    "Noto Sans Symbols": "U+2300-23FF,U+2460-24FF,U+2600-26FF,U+1F100-1F1E5",
    "Noto Sans Symbols 2": "U+2500-25FF,U+2700-27BF,U+2800-28FF,U+2B00-2BFF",
    "Noto Sans Armenian": "U+530-58F,U+FB13-FB17",
    "Noto Sans Hebrew": "U+590-5FF,U+FB1D-FB4F",
    "Noto Sans Arabic": "U+600-6FF,U+750-77F,U+870-8FF,U+FB50-FDFF,U+FE70-FEFE",
    "Noto Sans Devanagari": "U+900-97F,U+1CD0-1CFF,U+A8E0-A8FF",
    "Noto Sans Bengali": "U+980-9FF",
    "Noto Sans Gurmukhi": "U+A00-A7F",
    "Noto Sans Gujarati": "U+A80-AFF",
    "Noto Sans Oriya": "U+B00-B7F",
    "Noto Sans Tamil": "U+B80-BFF",
    "Noto Sans Telugu": "U+C00-C7F",
    "Noto Sans Kannada": "U+C80-CFF",
    "Noto Sans Malayalam": "U+D00-D7F",
    "Noto Sans Sinhala": "U+D80-DFF",
    "Noto Sans Thai": "U+E00-E7F",
    "Noto Sans Lao": "U+E80-EFF",
    "Noto Sans Myanmar": "U+1000-109F,U+A9E0-A9FF,U+AA60-AA7F",
    "Noto Sans Georgian": "U+10A0-10FF,U+1C90-1CBF,U+2D00-2D2F",
    "Noto Sans Ethiopic": "U+1200-139F,U+2D80-2DDF,U+AB00-AB2F",
    "Noto Sans Khmer": "U+1780-17FF,U+19E0-19FF",
    "Noto Sans SC": "U+2E80-312F,U+3190-4DBF,U+4E00-9FFF,U+F900-FAFF,U+FE30-FE4F,U+FF00-FFEF,U+20000-323AF",
    "Noto Sans KR": "U+1100-11FF,U+3130-318F,U+A960-A97F,U+AC00-D7FF",
    "Noto Color Emoji": "U+200D,U+2600-2604,U+2614-2615,U+2648-2653,U+26A1,U+26BD-26BE,U+2705,U+270A-270D,U+2728,"
    "U+2764,U+2B50,U+FE0F,U+1F1E6-1F1FF,U+1F300-1FAFF",
}

# What the awkward eight are called, of fonts that weigh 5 MB each: in files of their own, so that a page with nobody
# else's names in these scripts is light. fonts/README.md says how they are made.
EIGHT = {"fonts/eight-chinese.woff2": "U+4E0A,U+674E,U+6D77,U+96F7", "fonts/eight-emoji.woff2": "U+1F338"}

# The families of tokens.css, names are in either; and the weights of their faces in fonts.css: browsers put faces of
# one family together only where these are the same.
WRITTEN_IN = {"Inter": "400 700", "JetBrains Mono": "400"}


@dataclass(frozen=True, slots=True)
class NameFonts:
    """The font files by the names in their addresses, and the style sheet that says which characters each has."""

    files: Mapping[str, Path]
    css: bytes

    async def file(self, request: Request) -> Response:
        """Answer with a font."""
        path = self.files.get(request.path_params["name"])
        if path is None or not path.is_file():
            return Response("not found", 404, GUARDED, "text/plain")
        return FileResponse(path, headers={**GUARDED, **KEPT}, media_type="font/ttf")


def name_fonts(catalogue: FontCatalogue) -> NameFonts:
    """Return the fonts of a catalogue that pages need for names. Reads none of them."""
    files: dict[str, Path] = {}
    faces: list[str] = []
    for family, ranges in RANGES.items():
        regular = catalogue.families.get(family, ())[:1]
        for face in regular:
            name = _address_of(face.path)
            files[name] = face.path
            faces += (_face(*into, f"/studio/f/{name}", ranges) for into in WRITTEN_IN.items())
    faces += (_face(*into, url, ranges) for url, ranges in EIGHT.items() for into in WRITTEN_IN.items())
    return NameFonts(files, "\n".join(faces).encode())


def _address_of(path: Path) -> str:
    """Return a name that changes with the file; its size and time stand for what is in it."""
    try:
        facts = path.stat()
        mark = f"{path} {facts.st_size} {facts.st_mtime_ns}"
    except OSError:
        mark = str(path)
    return f"{sha256(mark.encode()).hexdigest()[:DIGEST_DIGITS]}-{re.sub('[^A-Za-z0-9-]', '', path.stem)}.ttf"


def _face(family: str, weight: str, url: str, ranges: str) -> str:
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-display: swap; '
        f'src: url("{url}"); unicode-range: {ranges}; }}'
    )
