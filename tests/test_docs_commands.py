"""The commands that the pages print run as printed, and name nothing that the command line does not have."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from imgurl.cli import cli
from imgurl.urls.keychange import make_first_key
from tests.pages import PAGES, block, commands

# They run until they are stopped; tests/cli/test_serve.py and test_worker.py start them.
ENDLESS = ("imgurl serve", "imgurl worker")

# They ask a running server; tests/doctor/ has some.
ASKING = ("imgurl doctor",)

TYPED = sorted(
    {(page, command) for page in PAGES for command in commands(page)}
    | {(page, span) for page, text in PAGES.items() for span in re.findall(r"`(imgurl(?: [^`\n]+)?)`", text)}
)


def run_here(page: str) -> list[str]:
    """Return the commands of a page that end by themselves and write nothing into the repository.

    Those of the guides are run by tests/test_docs_guides.py, in its own process.
    """
    if page.startswith("docs/guides/"):
        return []
    return [
        command
        for command in commands(page)
        if not command.startswith(ENDLESS + ASKING) and not re.search(" -o docs/", command)
    ]


@pytest.mark.parametrize("page", [page for page in PAGES if run_here(page)])
def test_the_commands_run_as_printed(page: str, tmp_path: Path) -> None:
    """In a folder with the key of a first start and the list of the first page, in the page's order."""
    make_first_key(tmp_path / "imgurl-data")
    (tmp_path / "contacts.csv").write_text(block("docs/getting-started.md", "csv"), encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in run_here(page):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command], cwd=tmp_path, env={**os.environ, "PATH": path},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize(("page", "typed"), TYPED)
def test_commands_and_options_exist(page: str, typed: str) -> None:
    """Each command named on a page, in a block or in a sentence, exists and has the options that are there."""
    command: click.Command = cli
    context = click.Context(cli, info_name="imgurl")
    words = [word.partition("=")[0] for word in shlex.split(typed.replace("…", "X"))[1:]]
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"{page}: there is no command {words[0]}"
        command, context, words = found, click.Context(found, parent=context), words[1:]
    options = {name for parameter in command.get_params(context) for name in parameter.opts}
    named = {word for word in words if re.fullmatch("--?[a-z][a-z-]*", word)}
    assert named <= options


def test_what_explain_prints_is_what_the_page_shows(tmp_path: Path) -> None:
    """The example of ``imgurl explain`` in docs/getting-started.md is printed by its command, to the letter."""
    page = "docs/getting-started.md"
    make_first_key(tmp_path / "imgurl-data")
    (command,) = (line for line in commands(page) if line.startswith("imgurl explain"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command], cwd=tmp_path, env={**os.environ, "PATH": path},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stdout in PAGES[page]
