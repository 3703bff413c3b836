"""Wheel and source archive: the same source makes the same bytes; installed, the wheel serves the shipped designs."""

import importlib.util
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.web.server import running_server

ROOT = Path(__file__).parents[1]
SIZES = {
    "birthday": (1000, 560), "cert-2025": (1600, 1131), "coupon": (1000, 440), "event-ticket": (1200, 480),
    "flash-sale-countdown": (600, 260), "loyalty-card": (800, 480), "newsletter-hero-april": (1200, 630),
    "newsletter-hero-languages": (1200, 630), "outreach": (1200, 630), "product-card": (800, 800),
    "sales-banner-01": (600, 200), "webinar-badge": (720, 960), "welcome-logo": (1200, 520),
    "year-in-review": (1080, 1350),
}  # fmt: skip

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="hatchling, which builds the wheel, is not installed here"
)


# When the files of the archives were last changed, as they say.
DATE = 1_780_000_000


def build(project: Path, out: Path, *targets: str, umask: int = 0o022, zone: str = "UTC") -> None:
    """Build archives of a project into a folder, without the network: all there are, or these."""
    chosen = (f"--target={name}" for name in targets)
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", str(out), *chosen],
        cwd=project, umask=umask, env={"SOURCE_DATE_EPOCH": str(DATE), "TZ": zone},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive of this checkout."""
    folder = tmp_path_factory.mktemp("archives")
    build(ROOT, folder)
    return folder


def test_the_same_source_makes_the_same_bytes(archives: Path, tmp_path: Path) -> None:
    """Built again of what the source archive holds: in another folder, time zone and umask, and at another time."""
    (source,) = archives.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        assert {member.mode for member in archive} <= {0o644, 0o755}
        assert {member.mtime for member in archive} == {DATE}
    subprocess.run(["tar", "-xf", source, "-C", tmp_path], check=True)
    (project,) = tmp_path.iterdir()
    for path in project.rglob("*"):
        os.utime(path)
        path.chmod(path.stat().st_mode & 0o700)
    build(project, tmp_path / "again", umask=0o077, zone="Asia/Tokyo")
    names = sorted(path.name for path in archives.iterdir())
    assert len(names) == 2
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (archives / name).read_bytes(), name


def test_the_wheel_serves_all_designs_in_an_empty_folder(archives: Path, tmp_path: Path) -> None:
    """Installed, with that of the fonts, and started where nothing else is: it lists and serves the shipped designs."""
    build(ROOT / "fonts", tmp_path / "fonts", "wheel")
    (wheel,) = archives.glob("*.whl")
    (fonts,) = (tmp_path / "fonts").iterdir()
    installed = tmp_path / "installed"
    for packed in (wheel, fonts):  # what an installer does with a wheel that has no scripts
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(installed)
    assert_contents(wheel, fonts)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert str(installed) in run(empty, installed, "-c", "import imgurl; print(imgurl.__file__)")
    listing = run(empty, installed, "-m", "imgurl", "designs", "list")
    assert [name for name in SIZES if f"\n{name}  " not in "\n" + listing] == []
    with running_server(empty, python_path=installed, render_deadline="60") as server:
        links = re.findall(r"^  http://127\.0\.0\.1:\d+(/i/(\S+)\.[a-z]+\?\S+)$", server.errors, re.MULTILINE)
        answers = {name: server.ask(link) for link, name in links}
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(SIZES, 200)
    assert {name: answer.picture().size for name, answer in answers.items()} == SIZES
    assert {answer["x-imgurl-outcome"] for answer in answers.values()} == {"ok"}


def run(folder: Path, installed: Path, *arguments: str) -> str:
    """Run Python with the installed wheel ahead of everything else; return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env={"PYTHONPATH": str(installed)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_contents(wheel: Path, fonts: Path) -> None:
    """Check that code, types, templates, designs, fonts and licences are there, and no test or secret is.

    The wheel itself is small: the fonts are in theirs.
    """
    names, files = zipfile.ZipFile(wheel).namelist(), zipfile.ZipFile(fonts).namelist()
    assert "imgurl/py.typed" in names
    assert [name for name in SIZES if f"imgurl/_designs/{name}/design.json" not in names] == []
    assert [name for name in names if name.startswith("imgurl/_fonts/")] == ["imgurl/_fonts/fonts.json"]
    assert "imgurl_fonts/fonts.json" in files
    assert {"imgurl/web/api/docs.html", "imgurl/web/api/docs.css"} <= set(names)
    drawn = {name.split("/")[1] for name in files if name.startswith("imgurl_fonts/") and name.endswith(".ttf")}
    licensed = {name.split("/")[1] for name in files if name.startswith("imgurl_fonts/") and name.endswith("OFL.txt")}
    assert len(drawn) > 20
    assert drawn - licensed == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert [name for name in names if name.startswith("tests/") or "keys.json" in name or "__pycache__" in name] == []
    assert wheel.stat().st_size < 4_000_000
