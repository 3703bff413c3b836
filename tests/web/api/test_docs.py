"""``/docs``: the reference page."""

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from imgurl.web.api.docs import reference_page
from tests.browser.chromium import FLAGS, NAMES, find_chromium
from tests.web.api.client import Api
from tests.web.api.test_openapi import PAGES


class Reader(HTMLParser):
    """Reads tags, ids and links, and notices a tag that is not closed."""

    VOID = frozenset(("meta",))

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, its id and where it leads."""
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        self.text.append(data)


@pytest.fixture(scope="module")
def page(shared: Api) -> Reader:
    """The page as a parser sees it."""
    reader = Reader()
    reader.feed(shared.call("GET", "/docs").body.decode())
    assert reader.open == []
    return reader


def test_the_page_needs_nothing_from_elsewhere(shared: Api, page: Reader) -> None:
    """No script, no picture, no font, no frame; the policy forbids them too, and lets its own style in."""
    answer = shared.call("GET", "/docs")
    assert (answer.status, answer["content-type"]) == (200, "text/html; charset=utf-8")
    assert set(page.tags) & {"script", "link", "img", "iframe", "form", "object"} == set()
    policy = answer["content-security-policy"]
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; .*", policy)
    assert "unsafe" not in policy
    assert "url(" not in answer.body.decode()
    assert "@import" not in answer.body.decode()


def test_every_link_leads_somewhere(page: Reader) -> None:
    """To an anchor of the page, or to the document."""
    assert len(page.ids) == len(set(page.ids))
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert [anchor for anchor in inside if anchor not in page.ids] == []
    assert {link for link in page.links if not link.startswith("#")} == {"/openapi.json"}


def test_every_page_of_the_api_is_documented_with_an_example(shared: Api, page: Reader) -> None:
    """Method, path, a curl call, and what it answers."""
    text = "".join(page.text)
    for method, path in PAGES:
        assert f"{method} {path}" in text
    assert text.count("curl -H") >= len(PAGES)
    assert text.count("Needs a key with the scope") == len(PAGES)


def test_what_is_in_the_document_is_escaped(page: Reader) -> None:
    """The page shows merge tags as they are written."""
    assert any("<<full_name>>" in piece for piece in page.text)


HOSTILE = """<script>alert('x')</script> & "{{ 7 * 7 }}" `<b>`"""


def test_the_page_is_text_whatever_the_document_says(shared: Api) -> None:
    """Nothing of the document becomes markup or code of the template, wherever it is said."""

    def poisoned(value: Any) -> Any:
        match value:
            case list():
                return [poisoned(one) for one in value]
            case dict():
                return {
                    name: HOSTILE if name in ("description", "summary") and isinstance(one, str) else poisoned(one)
                    for name, one in value.items()
                }
        return value

    reader = Reader()
    html = reference_page(poisoned(shared.call("GET", "/openapi.json").json()), "")
    reader.feed(html)
    assert "script" not in reader.tags
    assert "49" not in html
    text = "".join(reader.text)
    assert text.count("<script>alert('x')</script> & \"{{ 7 * 7 }}\"") > 100


def test_a_browser_shows_the_page(shared: Api, tmp_path: Path) -> None:
    """Chromium under the page's own policy: its style is applied, nothing is refused, nothing overflows."""
    chromium = find_chromium()
    if chromium is None:
        message = f"no browser: none of {', '.join(NAMES)} is installed (Debian: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    answer = shared.call("GET", "/docs")
    policy = answer["content-security-policy"].partition(" frame-ancestors")[0]
    html = answer.body.decode().replace(
        "<style>", f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>'
    )
    (tmp_path / "docs.html").write_text(html)
    command = [
        chromium, *FLAGS, "--enable-logging=stderr", "--window-size=1280,900",
        f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={tmp_path / 'docs.png'}",
        (tmp_path / "docs.html").as_uri(),
    ]  # fmt: skip
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True, env={**os.environ, "HOME": str(tmp_path)}
    )
    assert "Content Security Policy" not in ran.stderr
    from PIL import Image

    with Image.open(tmp_path / "docs.png") as picture:
        # The column of contents has its own ground: the style was let in.
        left, right = picture.convert("RGB").getpixel((4, 800)), picture.convert("RGB").getpixel((1_276, 800))
    assert left != right
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)
