"""Which extra brings which library, and what is said where one is missing."""

import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from imgurl.cli.lazy import EXTRAS, missing_extra, require

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# What a distribution is imported by; our own fonts are files, and a checkout needs no wheel of them.
IMPORTED = {
    canonicalize_name(distribution): name
    for name, distributions in packages_distributions().items()
    for distribution in distributions
    if not name.startswith("_") and "__mypyc" not in name
} | {"imgurl-fonts": "imgurl_fonts", "zxing-cpp": "zxingcpp", "redis": "redis"}


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_is_known_by_what_it_brings(extra: str) -> None:
    """The list has each library of the extra in pyproject.toml, and no other."""
    brought = {Requirement(line).name for line in PROJECT["optional-dependencies"][extra]}
    assert {IMPORTED[canonicalize_name(name)] for name in brought} == EXTRAS[extra]


def test_a_missing_library_is_a_sentence_with_its_remedy() -> None:
    """What is missing, and the command that brings it; a module that no extra brings is a mistake of ours."""
    told = missing_extra(ModuleNotFoundError("No module named 'PIL.Image'", name="PIL.Image"))
    assert told == "this needs PIL, which is not installed: pip install 'imgurl[server]'"
    assert "imgurl[jobs]" in str(missing_extra(ModuleNotFoundError(name="dbos")))
    assert missing_extra(ModuleNotFoundError(name="imgurl.web.nothing")) is None
    assert missing_extra(ModuleNotFoundError("by hand")) is None


def test_what_a_later_process_needs_is_asked_for_at_once() -> None:
    """As an import of it would: by name."""
    require("click")
    require("no_such_library", needed=None)
    with pytest.raises(ModuleNotFoundError) as caught:
        require("no_such_library")
    assert caught.value.name == "no_such_library"
