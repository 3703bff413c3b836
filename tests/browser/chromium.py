"""Ask headless Chromium how it lays out the cases: one page, one run, the place of every character and a picture."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

from imgurl.text.fonts import FontCatalogue

from .cases import HANGING, Case

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")

# --font-render-hinting=none: else headless Chromium has hinted advances of whole pixels and breaks lines elsewhere.
FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--disable-lcd-text", "--font-render-hinting=none", "--force-device-scale-factor=1", "--hide-scrollbars",
    "--force-color-profile=srgb", "--virtual-time-budget=60000",
)  # fmt: skip
TIMEOUT_SECONDS: Final = 60

# White around each case in px, so that no ink of one case gets into the picture of another.
MARGIN: Final = 40
PICTURE_WIDTH: Final = 1000
PICTURE_HEIGHT: Final = 4000

ANSWER: Final = "answer.json"
PICTURE: Final = "picture.png"

# Only our own fonts: what Chromium would find on the system differs from machine to machine.
FONTCONFIG: Final = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"""

# text-spacing-trim, text-autospace: Chinese and Japanese punctuation as wide as the font has it, nothing put between.
STYLE: Final = """
body { margin: 0; color: black; background: white; }
div { position: absolute; white-space: pre-wrap; overflow-wrap: normal; line-break: auto; word-break: normal;
  text-spacing-trim: space-all; text-autospace: no-autospace; hyphens: manual; font-synthesis: none;
  font-optical-sizing: none; text-rendering: geometricPrecision; text-align: start; left: MARGINpx; }
"""

# Boxes are put one below the other at whole pixels. The answer for each: its top, and the place of each character,
# which is its text, left and right edge, and how far its middle is below its box's top.
SCRIPT: Final = """
function places(box) {
  const origin = box.getBoundingClientRect(), walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const placed = [], range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let offset = 0;
    for (const character of node.data) {
      range.setStart(node, offset);
      range.setEnd(node, offset += character.length);
      const rects = [...range.getClientRects()].sort((a, b) => b.width - a.width);
      placed.push(rects.length ? [character, rects[0].left - origin.left, rects[0].right - origin.left,
        (rects[0].top + rects[0].bottom) / 2 - origin.top] : [character, null, null, null]);
    }
  }
  return placed;
}
function answered() {
  let top = MARGIN;
  return [...document.querySelectorAll("div")].map(box => {
    const own = top;
    box.style.top = `${own}px`;
    top += Math.ceil(box.getBoundingClientRect().height) + MARGIN;
    return [own, places(box)];
  });
}
Promise.all([...document.fonts].map(face => face.load())).then(() => document.fonts.ready).then(() => {
  const answer = document.createElement("script");
  answer.type = "application/json";
  answer.id = "answer";
  answer.textContent = JSON.stringify(answered()).replaceAll("<", "\\\\u003c");
  document.body.append(answer);
});
"""


class BrowserLine(NamedTuple):
    """A line as Chromium sets it: its text without trailing white space, and its width in px."""

    text: str
    width: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What Chromium made of the cases: the lines of each, the picture of all, and where in it each case's box begins.

    Boxes are ``MARGIN`` px from the picture's left edge and from each other.
    """

    lines: dict[str, tuple[BrowserLine, ...]]
    tops: dict[str, int]
    picture: Image.Image


def find_chromium() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def ask(chromium: str, cases: Sequence[Case], catalogue: FontCatalogue, folder: Path) -> None:
    """Let Chromium lay out the cases; ``folder`` takes the page, the answer and the picture.

    The picture ends after ``PICTURE_HEIGHT`` px: what is to be seen in it comes first.
    """
    fonts, page = folder / "fonts.conf", folder / "page.html"
    fonts.write_text(FONTCONFIG.format(fonts=catalogue.folder.resolve(), cache=folder / "cache"))
    page.write_text(html(cases, catalogue), encoding="utf-8")
    command = [
        chromium,
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={PICTURE_WIDTH},{PICTURE_HEIGHT}",
        f"--screenshot={folder / PICTURE}",
        "--dump-dom",
        page.as_uri(),
    ]
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": str(folder)}
    run = subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=TIMEOUT_SECONDS, env=environment, check=False
    )
    match = re.search('<script type="application/json" id="answer">(.*?)</script>', run.stdout, re.DOTALL)
    assert match, f"Chromium gave no answer (status {run.returncode}):\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}"
    (folder / ANSWER).write_text(match[1], encoding="utf-8")


def read_answer(cases: Sequence[Case], folder: Path) -> Answer:
    """Read what Chromium answered to ``ask`` with the same cases and folder."""
    boxes = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    answers = list(zip(cases, boxes, strict=True))
    lines = {case.id: tuple(lines_of(case, places)) for case, (_, places) in answers}
    tops = {case.id: top for case, (top, _) in answers}
    with Image.open(folder / PICTURE) as picture:
        return Answer(lines, tops, picture.convert("RGB"))


def lines_of(case: Case, placed: list[tuple[str, float | None, float | None, float | None]]) -> Iterator[BrowserLine]:
    """Put the characters of a case together to lines; one without a place belongs to the line before it."""
    pitch = case.line_height * case.size
    number = 0
    numbered = []
    for character, left, right, middle in placed:
        number = number if middle is None else int(middle // pitch)
        numbered.append((number, character, left, right))
    for expected, (number, members) in enumerate(groupby(numbered, key=lambda place: place[0])):
        assert number == expected, f"{case.id}: line {number} comes where line {expected} should"
        line = list(members)
        text = "".join(character for _, character, _, _ in line).rstrip(HANGING)
        seen = [(left, right) for _, _, left, right in line[: len(text)] if left is not None and right is not None]
        width = max(right for _, right in seen) - min(left for left, _ in seen) if seen else 0.0
        yield BrowserLine(text, width)


def html(cases: Sequence[Case], catalogue: FontCatalogue) -> str:
    """Return the page with all cases."""
    head = f"<style>{''.join(font_faces(catalogue))}{STYLE}</style>"
    boxes = "\n".join(box(case, catalogue) for case in cases)
    page = f"<!doctype html><meta charset=utf-8>{head}<body>{boxes}<script>{SCRIPT}</script>"
    return page.replace("MARGIN", str(MARGIN))


def font_faces(catalogue: FontCatalogue) -> Iterator[str]:
    """Yield a rule for each font file."""
    for family, faces in catalogue.families.items():
        for face in faces:
            weight = "{:g} {:g}".format(*face.axes["wght"]) if "wght" in face.axes else str(face.weight)
            yield (
                f'@font-face {{ font-family: "{family}"; font-style: {face.style}; font-weight: {weight}; '
                f'src: url("{face.path.resolve().as_uri()}"); }}\n'
            )


def box(case: Case, catalogue: FontCatalogue) -> str:
    """Return the element of a case."""
    families = (case.family, *(name for name in catalogue.fallback if name != case.family), catalogue.emoji or "")
    style = {
        "width": f"{case.width}px",
        "font": f"{case.style} {case.weight} {case.size}px/{case.line_height} {', '.join(map(quoted, families))}",
        "font-variation-settings": f"'opsz' {round(case.optical or case.size)}",
        "font-feature-settings": ", ".join(f"'{tag}' {value}" for tag, value in case.features) or "normal",
        "letter-spacing": f"{case.spacing if case.page_spacing is None else case.page_spacing}em",
        "overflow-wrap": "anywhere" if case.anywhere else "normal",
    }
    css = "; ".join(f"{name}: {value}" for name, value in style.items())
    tags = ["bdi" if piece.isolated else "span" for piece in case.pieces]
    content = "".join(
        f'<{tag} style="font-weight: {piece.weight}">{escape(piece.text)}</{tag}>'
        for tag, piece in zip(tags, case.pieces, strict=True)
    )
    return f'<div lang="{case.language}" dir="{case.direction}" style="{escape(css)}">{content}</div>'


def quoted(family: str) -> str:
    """Return a family's name as a CSS string."""
    return f"'{family}'"
