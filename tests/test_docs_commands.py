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
from tests.cli.conftest import Run, run  # noqa: F401 - a fixture
from tests.pages import PAGES, block, commands

# They run until they are stopped; tests/cli/test_serve.py and test_worker.py start them.
ENDLESS = ("imgurl serve", "imgurl worker")

# They ask a running server; tests/doctor/ has some.
ASKING = ("imgurl doctor",)

# Each command of these is a process of a shell. Those of other pages are run in this process, which imports once.
SHELLED = ("README.md",)

# The page that shows what a command prints, and how that command begins.
SHOWN = {"docs/getting-started.md": "imgurl explain"}

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
def test_the_commands_run_as_printed(page: str, run: Run, tmp_path: Path) -> None:  # noqa: F811
    """In a folder with the key of a first start and the list of the first page, in the page's order.

    What the page shows of a command's output is what it prints, to the letter.
    """
    make_first_key(tmp_path / "imgurl-data")
    (tmp_path / "contacts.csv").write_text(block("docs/getting-started.md", "csv"), encoding="utf-8")
    for command in run_here(page):
        if page in SHELLED or "$(" in command:
            output = run_in_shell(command, tmp_path)
        else:
            ran = run(*shlex.split(command)[1:])
            assert ran.code == 0, f"{command}\n{ran.out}{ran.err}"
            output = ran.out
        if command.startswith(SHOWN.get(page, "\n")):
            assert output in PAGES[page]


def run_in_shell(command: str, folder: Path) -> str:
    """Run a command as somebody does who types it; return what it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command], cwd=folder, env={**os.environ, "PATH": path},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_page_shows_what_explain_prints() -> None:
    """The command whose output is compared is there, once."""
    ((page, shown),) = SHOWN.items()
    assert [command.startswith(shown) for command in run_here(page)].count(True) == 1


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
