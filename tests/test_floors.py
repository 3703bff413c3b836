"""The installed packages are not older than the floors that pyproject.toml sets, with the reasons it gives."""

import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from PIL import features

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
FONTS: dict[str, Any] = tomllib.loads((ROOT / "fonts" / "pyproject.toml").read_text())["project"]

# All but our own fonts, which a checkout has in its folder, and what only development needs.
DEPENDENCIES: list[str] = [
    dependency
    for dependency in (*PROJECT["project"]["dependencies"], *EXTRAS["server"], *EXTRAS["jobs"])
    if Requirement(dependency).name != FONTS["name"]
]

# From the list of known vulnerabilities (threats-and-faults.md, e): the floors must not be set below these.
SAFE = {
    "pillow": "13.0.0",
    "fonttools": "4.68.0",
    "starlette": "1.10.0",
    "uvicorn": "0.54.0",
    "h11": "0.16.0",
    "httptools": "0.9.0",
    "itsdangerous": "2.2.0",
    "cachetools": "6",
}

# The C libraries inside Pillow's wheels whose older versions have known holes.
SAFE_LIBRARIES = {"freetype2": "2.14.2", "webp": "1.6.0", "avif": "1.4.2"}


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_what_is_installed_satisfies_the_floor(dependency: str) -> None:
    """The version that is installed is one that pyproject.toml allows."""
    requirement = Requirement(dependency)
    if requirement.marker is not None and not requirement.marker.evaluate():
        return
    assert version(requirement.name) in requirement.specifier


@pytest.mark.parametrize("name", SAFE)
def test_no_floor_is_below_the_first_safe_version(name: str) -> None:
    """What pyproject.toml allows has no version with a known vulnerability."""
    (requirement,) = (found for found in map(Requirement, DEPENDENCIES) if found.name == name)
    (floor,) = (Version(clause.version) for clause in requirement.specifier if clause.operator == ">=")
    assert floor >= Version(SAFE[name])


@pytest.mark.parametrize("library", SAFE_LIBRARIES)
def test_the_libraries_inside_pillow_are_safe(library: str) -> None:
    """Pillow's wheel brings C libraries of its own; they are new enough too."""
    found = features.version(library)
    assert found is not None
    assert Version(found) >= Version(SAFE_LIBRARIES[library])


def test_every_floor_is_given() -> None:
    """Each dependency has a lowest version: none may be resolved to something ancient."""
    floors = {
        requirement.name: [clause.version for clause in requirement.specifier if clause.operator == ">="]
        for requirement in map(Requirement, DEPENDENCIES)
    }
    assert [name for name, floor in floors.items() if len(floor) != 1] == []


def test_what_is_imported_is_declared() -> None:
    """deptry finds nothing that is imported and not declared, and nothing that is declared and never used."""
    done = subprocess.run(
        [sys.executable, "-m", "deptry", "imgurl"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_fonts_are_asked_for_in_their_version() -> None:
    """Exactly this one: other fonts would draw other pictures under the same keys."""
    assert f"{FONTS['name']}=={FONTS['version']}" in EXTRAS["server"]


def test_python_multipart_is_not_needed() -> None:
    """No form is parsed; python-multipart, with its history of denial of service, is not asked for."""
    assert "python-multipart" not in {Requirement(dependency).name for dependency in DEPENDENCIES}
