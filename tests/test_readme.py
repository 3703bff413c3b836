"""What the README and the other pages promise is true: code runs, commands make the pictures, links lead."""

import re
import shlex
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from PIL import Image, ImageChops, ImageStat

from imgurl.cli import cli
from imgurl.urls.keychange import make_first_key
from tests.pages import PAGES, ROOT, blocks, commands

PICTURES = [
    (command, command.rsplit(" ", 1)[1])
    for page in PAGES
    for command in commands(page)
    if re.search(r" -o docs/\S+$", command)
]
LINKS = sorted({(page, link) for page, text in PAGES.items() for link in re.findall(r"\]\(((?!http)[^)\s]+)\)", text)})


def anchors(text: str) -> set[str]:
    """Return what links to the headings of a page end with, as GitHub makes it."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def target(page: str, link: str) -> str:
    """Return the path, from the root of the repository, that a link on a page leads to."""
    parts: list[str] = []
    for part in (PurePosixPath(page).parent / unquote(link.partition("#")[0])).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_two_commands_do_all_the_set_up() -> None:
    """One command starts the server, one runs the tests, each on a line of its own."""
    lines = [line for block in blocks("README.md", "sh") for line in block.splitlines()]
    found = [line for line in lines if line.startswith("python3 -m venv")]

    assert [command.rsplit("/", 1)[1] for command in found] == ["imgurl serve", "pytest"]


def test_the_readme_is_short() -> None:
    """It is a way in; what it does not say is on a page of its own."""
    assert len(PAGES["README.md"].splitlines()) <= 110


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_the_python_code_runs_as_printed(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of Python of a page, one after the other, mint what they speak of, with the key of a first start."""
    monkeypatch.chdir(tmp_path)
    make_first_key(tmp_path / "imgurl-data")
    names: dict[str, object] = {}
    exec("\n".join(blocks(page, "python")), names)

    assert str(names["url"]).startswith("https://img.example.com/i/product-card.jpg?_k=k1&_dpr=2&")
    if page == "docs/python.md":
        assert isinstance(names["links"], list)
        assert len(names["links"]) == 2
        assert str(names["tag"]).startswith('<img\nsrc="https://img.example.com/i/newsletter-hero-april.jpg?')


def test_the_pages_with_python() -> None:
    """The README has the minter in short, docs/python.md the whole."""
    assert {page for page in PAGES if blocks(page, "python")} == {"README.md", "docs/python.md"}


@pytest.mark.parametrize(("command", "file"), PICTURES)
def test_the_pictures_are_made_by_the_tool(command: str, file: str, tmp_path: Path) -> None:
    """Each picture of the pages is what the printed command draws."""
    made = tmp_path / Path(file).name
    arguments = shlex.split(command)[1:]
    result = CliRunner().invoke(cli, [*arguments[:-1], str(made)], catch_exceptions=False)
    with Image.open(made) as actual, Image.open(ROOT / file) as expected:
        difference = ImageChops.difference(actual.convert("RGB"), expected.convert("RGB"))

    assert result.exit_code == 0
    assert max(ImageStat.Stat(difference).mean) <= 2.0


def test_every_picture_shown_is_one_that_a_command_makes() -> None:
    """No picture on a page comes from anywhere else, and none is made for nothing."""
    shown = {target(page, link) for page, link in LINKS if link.endswith((".jpg", ".png"))}

    assert shown == {file for _, file in PICTURES}


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_links_lead_to_files_and_headings(page: str, link: str) -> None:
    """A link of a page to another file, or to a heading of one, finds it."""
    path = target(page, link) if link.partition("#")[0] else page
    heading = link.partition("#")[2]

    assert (ROOT / path).exists()
    assert not heading or heading in anchors((ROOT / path).read_text(encoding="utf-8"))


def test_every_page_is_in_the_index() -> None:
    """docs/index.md leads to each other page of docs/."""
    linked = {target(page, link) for page, link in LINKS if page == "docs/index.md"}

    assert {page for page in PAGES if page.startswith("docs/")} - {"docs/index.md"} <= linked
