"""The command, run in this process through its real entry point, in an empty folder."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from imgurl.cli import main
from tests.web.designs import card, write_design
from tests.web.server import KEYS, few_designs


@dataclass(frozen=True)
class Ran:
    """How a run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """The last line on standard error: the sentence, below click's hint on usage where there is one."""
        return self.err.splitlines()[-1]


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs ``imgurl`` with arguments and bytes for standard input."""
    monkeypatch.chdir(tmp_path)

    def imgurl(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["imgurl", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return Ran(code if isinstance(code, int) else int(code is not None), out, err)

    return imgurl


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of the vectors and a public base of links, from the environment."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", KEYS)
    monkeypatch.setenv("IMGURL_BASE_URL", "https://img.example.com")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of the shipped designs as the folder of designs: a command reads few much sooner than all."""
    monkeypatch.setenv("IMGURL_DESIGNS", str(few_designs()))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small design alone as the folder of designs."""
    write_design(tmp_path / "designs", document=card(size={"width": 2_000, "height": 1_000}))
    monkeypatch.setenv("IMGURL_DESIGNS", str(tmp_path / "designs"))
    return tmp_path / "designs"
