"""The built wheel, installed into an empty folder, serves the shipped designs."""

import importlib.util
import re
import subprocess
import sys
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
    importlib.util.find_spec("hatchling") is None or importlib.util.find_spec("pip") is None,
    reason="hatchling, which builds the wheel, or pip is not installed here",
)


def pip(*arguments: str | Path) -> None:
    """Run pip without network and without its reminders."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_serves_all_designs_in_an_empty_folder(tmp_path: Path) -> None:
    """Built, installed and started where nothing else is: it lists and serves the shipped designs."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", tmp_path / "wheels", ROOT)
    (wheel,) = (tmp_path / "wheels").iterdir()
    installed = tmp_path / "installed"
    pip("install", "--no-deps", "--no-index", "--no-compile", "--target", installed, wheel)
    assert_contents(wheel)
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


def assert_contents(wheel: Path) -> None:
    """Check that code, types, templates, designs, fonts and licences are in the wheel, and no test or secret is."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "imgurl/py.typed" in names
    assert [name for name in SIZES if f"imgurl/_designs/{name}/design.json" not in names] == []
    assert "imgurl/_fonts/fonts.json" in names
    assert {"imgurl/web/api/docs.html", "imgurl/web/api/docs.css"} <= set(names)
    fonts = {name.split("/")[2] for name in names if name.startswith("imgurl/_fonts/") and name.endswith(".ttf")}
    licensed = {name.split("/")[2] for name in names if name.startswith("imgurl/_fonts/") and name.endswith("OFL.txt")}
    assert len(fonts) > 20
    assert fonts - licensed == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert [name for name in names if name.startswith("tests/") or "keys.json" in name or "__pycache__" in name] == []
