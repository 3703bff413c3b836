"""What the README promises is true: its code runs, its pictures are made by its commands."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageChops, ImageStat

from imgurl.cli import cli
from imgurl.urls.keychange import make_first_key

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURES = re.findall(r"^imgurl (render .* -o (docs/\S+))$", README, re.MULTILINE)


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_two_commands_do_all_the_set_up() -> None:
    """One command starts the server, one runs the tests, each on a line of its own."""
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("python3 -m venv")]

    assert [command.rsplit("/", 1)[1] for command in commands] == ["imgurl serve", "pytest"]


def test_the_python_code_runs_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of Python, one after the other, mint the links they speak of, with the key of a first start."""
    monkeypatch.chdir(tmp_path)
    make_first_key(tmp_path / "imgurl-data")
    names: dict[str, object] = {}
    exec("\n".join(blocks("python")), names)

    assert str(names["url"]).startswith("https://img.example.com/i/product-card.jpg?_k=k1&_dpr=2&")
    assert isinstance(names["links"], list)
    assert len(names["links"]) == 2


@pytest.mark.parametrize(("command", "file"), PICTURES)
def test_the_pictures_are_made_by_the_tool(command: str, file: str, tmp_path: Path) -> None:
    """Each picture of the README is what the printed command draws."""
    made = tmp_path / Path(file).name
    arguments = shlex.split(command)
    result = CliRunner().invoke(cli, [*arguments[:-1], str(made)], catch_exceptions=False)
    with Image.open(made) as actual, Image.open(ROOT / file) as expected:
        difference = ImageChops.difference(actual.convert("RGB"), expected.convert("RGB"))

    assert result.exit_code == 0
    assert max(ImageStat.Stat(difference).mean) <= 2.0


def test_every_picture_shown_is_one_that_a_command_makes() -> None:
    """No picture in the README comes from anywhere else."""
    shown = set(re.findall(r"\]\((docs/[^)]+\.(?:jpg|png))\)", README))

    assert shown == {file for _, file in PICTURES}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", README))))
def test_links_lead_to_files(link: str) -> None:
    """A link of the README to another file finds it."""
    assert (ROOT / link).exists()
