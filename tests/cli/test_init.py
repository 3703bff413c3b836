"""The command itself: help, version, exit codes, what it imports."""

import subprocess
import sys
from pathlib import Path

import pytest

from imgurl import __version__
from imgurl.cli import COMMANDS
from tests.cli.conftest import Run
from tests.web.server import KEYS

# What reads, shapes and draws text and pictures, and what knows languages: a link without such values needs none of it.
HEAVY = {"PIL", "numpy", "uharfbuzz", "zxingcpp", "fontTools", "icu4py", "ftfy", "langcodes", "re2", "publicsuffixlist"}


def test_help_lists_the_commands(run: Run) -> None:
    """--help names each command with what it does, and the one to begin with."""
    ran = run("--help")
    assert (ran.code, ran.err) == (0, "")
    assert [name for name, text in COMMANDS.items() if name not in ran.out or text not in ran.out] == []
    assert "Begin with 'imgurl serve'" in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(run: Run, name: str) -> None:
    """Each command explains itself with -h."""
    ran = run(name, "-h")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: imgurl {name} ")
    assert len(ran.out.splitlines()) >= 6


def test_the_version_is_the_packages(run: Run) -> None:
    """--version prints name and version."""
    assert f"imgurl {__version__}\n" == run("--version").out


def test_an_unknown_command_is_wrong_use(run: Run) -> None:
    """A command that is not there: exit code 2, nothing on standard output."""
    ran = run("paint")
    assert (ran.code, ran.out) == (2, "")
    assert "No such command 'paint'" in ran.err


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """All wrong settings of the environment are named at once, in one line, exit code 1."""
    monkeypatch.setenv("IMGURL_PORT", "many")
    monkeypatch.setenv("IMGURL_MAX_AGE", "-1")
    ran = run("designs", "list")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert ran.err.startswith("imgurl: a setting is wrong: ")
    assert [name for name in ("IMGURL_PORT", "IMGURL_MAX_AGE") if name not in ran.err] == []


def imports_of(folder: Path, *arguments: str) -> tuple[str, set[str]]:
    """Run the command in a process of its own; return what it printed and the packages that were imported."""
    script = (
        "import sys\n"
        "from imgurl.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(' '.join({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder, env={"IMGURL_SIGNING_KEYS": KEYS}, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return ran.stdout, set(ran.stderr.split())


@pytest.mark.filterwarnings("default::FutureWarning")
def test_a_former_variable_is_read_with_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, once."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", "to be put back")
    monkeypatch.delenv("IMGURL_SIGNING_KEYS")
    monkeypatch.setenv("IMGURL_KEYS", KEYS)
    ran = run("keys", "list")
    assert (ran.code, ran.out) == (0, "k1  sign\nk2  verify\n")
    assert ran.err == (
        "imgurl: IMGURL_KEYS is now called IMGURL_SIGNING_KEYS; the next version reads the new name only\n"
    )


def test_mint_starts_without_server_and_pictures(tmp_path: Path) -> None:
    """``imgurl mint`` imports no server, no picture and no font, no ICU."""
    out, imported = imports_of(tmp_path, "mint", "cert-2025", "--set", "full_name=Ava Johnson")
    assert out.startswith("http://127.0.0.1:8000/i/cert-2025.jpg?_k=k1&full_name=Ava+Johnson&_s=")
    assert {"imgurl", "click", "itsdangerous"} <= imported
    assert set() == imported & {"starlette", "uvicorn", "structlog", "prometheus_client", "anyio", "asyncio"}
    assert set() == imported & HEAVY


def test_mint_of_another_design_reads_no_other(tmp_path: Path) -> None:
    """A link of a design without amounts needs no ICU, although another design of the folder has them."""
    arguments = ("mint", "sales-banner-01", "--open", "first_name", "--esp", "mailchimp")
    assert set() == imports_of(tmp_path, *arguments)[1] & HEAVY


def test_the_minter_of_a_backend_imports_even_less(tmp_path: Path) -> None:
    """``from imgurl.urls.mint import Minter`` has neither fonts nor pictures nor a server behind it."""
    script = "import sys; from imgurl.urls.mint import Minter; print(*{n.partition('.')[0] for n in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    imported = set(ran.stdout.split())
    assert "itsdangerous" in imported
    assert set() == imported & ({"starlette", "uvicorn", "asyncio", "click", "coloraide"} | HEAVY)


def test_the_module_is_the_command(tmp_path: Path) -> None:
    """``python -m imgurl`` does what ``imgurl`` does."""
    module = [sys.executable, "-m", "imgurl"]
    script = [str(Path(sys.executable).with_name("imgurl"))]
    outputs = [
        subprocess.run([*command, "designs", "list"], cwd=tmp_path, capture_output=True, check=True, timeout=60).stdout
        for command in (module, script)
    ]
    assert outputs[0] == outputs[1] != b""
