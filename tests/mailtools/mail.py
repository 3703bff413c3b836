"""A mail with the images of all platforms, what the tools of mail developers write of it, and reading that."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import css_inline
import premailer
import pytest

from imgurl.merge.alternative import TEXT_FORMS, personal_text
from imgurl.merge.charsets import MARK
from imgurl.merge.dialects import DIALECTS, find_dialect, neutral_tag
from imgurl.merge.template import parse_template
from imgurl.urls.mint import Minter, image_tag
from tests.urls.reading import FIRST

HERE: Final = Path(__file__).parent
ALT: Final = parse_template('Hi <<first_name>>, "spring" & more')
MINTER: Final = Minter(FIRST, "https://img.example.com")
OPENED: Final = (("first_name",), ("first_name", "shoe_size"))
# Maizzle 6 wants a Node that Debian does not have yet.
NEWER_NODES: Final = tuple(HERE / "node_modules" / f"node-linux-{cpu}" / "bin" / "node" for cpu in ("x64", "arm64"))


@dataclass(frozen=True)
class Snippet:
    """One image of the mail: the platform it is for, its link, the tags in it, its alternative text and its HTML."""

    esp: str | None
    url: str
    tags: tuple[str, ...]
    alt: str
    html: str


def _snippet(esp: str | None, opened: tuple[str, ...]) -> Snippet:
    url = MINTER.mint("hero", {"offer_name": "24 % off & more"}, open=opened, esp=esp, ext="jpg")
    dialect = find_dialect(esp) if esp else None
    tags = tuple(dialect.tag_for(name) if dialect else neutral_tag(name) for name in opened)
    alt = 'Hi there, "spring" & more'
    if dialect and esp in TEXT_FORMS:
        alt = personal_text(ALT, {"first_name": "there"}, ["first_name"], dialect, {})
    return Snippet(esp, url, tags, alt, image_tag(url, 600, 315, alt))


#: By the id of the paragraph that the image is in.
SNIPPETS: Final[Mapping[str, Snippet]] = {
    f"{esp or 'none'}-{len(opened)}": _snippet(esp, opened)
    for esp in (None, *(dialect.id for dialect in DIALECTS))
    for opened in OPENED
}
MAIL: Final = (
    "<!DOCTYPE html>\n<html><head><title>Mail</title><style>img { border: 1px solid red }</style></head><body>\n"
    + "\n".join(f'<p id="{id_}">{snippet.html}</p>' for id_, snippet in SNIPPETS.items())
    + "\n</body></html>"
)


class Images(HTMLParser):
    """Collects the attributes of each image, by the paragraph it is in or after."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}
        self._paragraph = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "p":
            self._paragraph = attributes.get("id") or ""
        if tag == "img":
            assert self._paragraph not in self.found
            self.found[self._paragraph] = attributes

    handle_startendtag = handle_starttag


def images_of(html: str) -> dict[str, dict[str, str | None]]:
    """Return the attributes of each image as a browser sees them, by the id of its paragraph."""
    parser = Images()
    parser.feed(html)
    parser.close()
    return parser.found


def pieces_of(html: str) -> dict[str, str]:
    """Return the written text of each paragraph by its id."""
    _, *rest = re.split(r'<p id="([a-z0-9]+-\d)"', html)
    return dict(zip(rest[::2], rest[1::2], strict=True))


def is_whole(image: Mapping[str, str | None], snippet: Snippet) -> bool:
    """Say whether an image has its link.

    The mark at its end may be written out, or percent-encoded in UTF-8: then it tells nothing, and does no harm.
    """
    start, _, mark = (image["src"] or "").rpartition("_z=")
    return start + "_z=1" == snippet.url and mark in {MARK, quote(MARK)}


def run_node(script: str, given: Any, *arguments: str, node: str | Path = "node") -> Any:
    """Run a script of this folder with JSON for standard input; return the JSON that it writes."""
    if not (HERE / "node_modules").is_dir() or shutil.which(node) is None:
        pytest.skip("the tools are not installed: npm ci --prefix tests/mailtools")
    ran = subprocess.run(
        [node, HERE / script, *arguments], cwd=HERE, input=json.dumps(given), capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-4_000:]
    return json.loads(ran.stdout)


@cache
def written_by_node() -> Mapping[str, str]:
    """Return what each tool that runs on any Node writes."""
    given = {"mail": MAIL, "images": {id_: snippet.html for id_, snippet in SNIPPETS.items()}}
    written: dict[str, str] = run_node("tools.mjs", given)
    return written


@cache
def written_by(tool: str) -> str:
    """Return what a tool writes of the mail."""
    match tool:
        case "premailer":
            return str(premailer.transform(MAIL, allow_network=False))
        case "css-inline":
            return str(css_inline.inline(MAIL))
        case "Maizzle 6":
            node = next((path for path in NEWER_NODES if path.exists()), Path("node-22"))
            return str(run_node("tools.mjs", {"mail": MAIL, "images": {}}, "maizzle-6", node=node)[tool])
        case _:
            return written_by_node()[tool]
