"""The signers of docs/signers, each run by its language through a driver that reads jobs from standard input."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.pages import ROOT
from tests.servers.process import needed
from tests.signers.cases import BASE, Job

SIGNERS: Final = ROOT / "docs" / "signers"
DRIVERS: Final = Path(__file__).parent / "drivers"
SECONDS: Final = 240


@dataclass(frozen=True)
class Language:
    """A language: its signer's file, how a program with it is built, and what makes a program of the page's example.

    ``build`` takes a folder and the program's file, and returns the command that runs it.
    """

    signer: str
    build: Callable[[Path, Path], Sequence[str]]
    driver: str
    frame: str


@dataclass(frozen=True)
class Minted:
    """What a signer made of a job: the URL and the ``<img>``, or why there is none."""

    url: str = ""
    tag: str = ""
    error: str = ""


def _php(folder: Path, program: Path) -> Sequence[str]:
    return needed("php", "php-cli"), str(program), str(SIGNERS / "imgurl_mint.php")


def _ruby(folder: Path, program: Path) -> Sequence[str]:
    return needed("ruby", "ruby"), "-w", str(program), str(SIGNERS / "imgurl_mint.rb")


def _go(folder: Path, program: Path) -> Sequence[str]:
    go = needed("go", "golang-go")
    (folder / "imgurl").mkdir()
    shutil.copy(SIGNERS / "imgurl_mint.go", folder / "imgurl")
    (folder / "main.go").write_bytes(program.read_bytes())
    (folder / "go.mod").write_text("module example.com/signer\n\ngo 1.18\n")
    _compile(folder, go, "build", "-o", "program", "main.go")
    return (str(folder / "program"),)


def _java(folder: Path, program: Path) -> Sequence[str]:
    compiler, java = needed("javac", "default-jdk-headless"), needed("java", "default-jdk-headless")
    _compile(folder, compiler, "-Xlint:all", "-Werror", "-d", ".", SIGNERS / "ImgurlMint.java", program)
    return java, "-XX:TieredStopAtLevel=1", "-cp", str(folder), program.stem


def _csharp(folder: Path, program: Path) -> Sequence[str]:
    compiler, mono = needed("mcs", "mono-mcs"), needed("mono", "mono-runtime")
    _compile(folder, compiler, "-warnaserror", "-out:program.exe", SIGNERS / "ImgurlMint.cs", program)
    return mono, str(folder / "program.exe")


LANGUAGES: Final = {
    "PHP": Language("imgurl_mint.php", _php, "driver.php", "<?php\nrequire $argv[1];\n%s"),
    "Ruby": Language("imgurl_mint.rb", _ruby, "driver.rb", "require ARGV.shift\n%s"),
    "Go": Language(
        "imgurl_mint.go", _go, "main.go",
        'package main\n\nimport (\n"fmt"\n"os"\n"example.com/signer/imgurl"\n)\n\nfunc main() {\n%s}\n',
    ),
    "Java": Language(
        "ImgurlMint.java", _java, "Driver.java",
        "import java.util.Map;\nclass Program { public static void main(String[] given) throws Exception {\n%s} }\n",
    ),
    "C#": Language(
        "ImgurlMint.cs", _csharp, "Driver.cs",
        "using System;\nusing System.Collections.Generic;\nclass Program { static void Main() {\n%s} }\n",
    ),
}  # fmt: skip


def printed(language: str, example: str, **environment: str) -> str:
    """Return what an example prints."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / f"Program{Path(LANGUAGES[language].driver).suffix}"
        program.write_text(LANGUAGES[language].frame % example, encoding="utf-8")
        command = LANGUAGES[language].build(Path(folder), program)
        return _run(command, b"", Path(folder), environment)


def minted(language: str, jobs: Sequence[Job]) -> list[Minted]:
    """Return what a language's signer makes of the jobs."""
    lines = b"".join(_line(job) for job in jobs)
    with tempfile.TemporaryDirectory() as folder:
        command = LANGUAGES[language].build(Path(folder), DRIVERS / LANGUAGES[language].driver)
        answers = _run(command, lines, Path(folder), {}).removesuffix("\n").split("\n")
    assert len(answers) == len(jobs)
    return [_answer(answer) for answer in answers]


def _line(job: Job) -> bytes:
    """Return a job as a line: no value has a tab. A surrogate stands for the byte that it escapes."""
    named = [text for pair in (*job.pairs.items(), *job.tags.items()) for text in pair]
    parts = [job.secret, BASE, job.design, job.ext, job.alt, str(len(job.pairs)), *named]
    return "\t".join(parts).encode("utf-8", "surrogateescape") + b"\n"


def _answer(line: str) -> Minted:
    if line.startswith("!"):
        return Minted(error=line[1:])
    url, *tag = line.split("\t")
    return Minted(url, "\n".join(tag))


def _run(command: Sequence[str], given: bytes, folder: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        command, input=given, capture_output=True, timeout=SECONDS, check=False, cwd=folder,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b""), done.stdout + done.stderr
    return done.stdout.decode()


def _compile(folder: Path, *command: str | Path) -> None:
    environment = {**os.environ, "GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
