"""The public Python interface: what ``imgurl`` offers, what that loads, and that type checkers see it."""

import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import assert_type

import pytest

import imgurl
from imgurl import Minter, errors, image_tag, link_tag
from imgurl.config import PACKAGE
from imgurl.urls import mint

RECORDED = Path(__file__).parent / "data" / "public-api.txt"

SECRET = "3q8Vw0Zr1nYkTgB5LhXs7cJdMu2PfEoA9iKxQvRyWtU"

LOADED = "print(*sorted(name for name in sys.modules if name.startswith('imgurl')))"


def loaded_by(source: str) -> set[str]:
    """Return the modules of the package that a program loads."""
    command = [sys.executable, "-W", "error", "-c", f"import sys\n{source}\n{LOADED}"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_the_public_names_are_those_of_the_module_that_mints() -> None:
    """The very same objects; nothing else is public."""
    assert (Minter, image_tag, link_tag) == (mint.Minter, mint.image_tag, mint.link_tag)
    assert imgurl.__all__ == ["Minter", "__version__", "image_tag", "link_tag"]
    assert set(imgurl.__all__) <= set(dir(imgurl))


def signature(thing: Callable[..., object]) -> str:
    """Return a signature in the same words on every Python: 3.13 has moved what pathlib is made of."""
    return str(inspect.signature(thing)).replace("pathlib._local.", "pathlib.")


def interface() -> Iterator[str]:
    """Yield a line for each public name: those of imgurl with their signatures, methods of a class, the errors."""
    for name in imgurl.__all__:
        thing = getattr(imgurl, name)
        yield f"imgurl.{name}{signature(thing) if callable(thing) else ''}"
        for member in sorted(vars(thing)) if inspect.isclass(thing) else ():
            if not member.startswith("_") and callable(getattr(thing, member)):
                value = getattr(thing, member)
                yield f"imgurl.{name}.{member}{signature(value)}"
    for name, error in inspect.getmembers(errors, inspect.isclass):
        if issubclass(error, errors.ImgurlError):
            yield f"imgurl.errors.{name}({error.__bases__[0].__name__})"


def test_the_interface_is_the_recorded_one() -> None:
    """What others build on changes on purpose only: docs/stability.md says how."""
    lines = "".join(f"{line}\n" for line in interface())
    if os.environ.get("WRITE_GOLDEN"):
        RECORDED.write_text(lines)
    assert not os.environ.get("WRITE_GOLDEN"), "written: look at it"
    assert lines == RECORDED.read_text()


def test_the_package_alone_loads_nothing() -> None:
    """Minter is imported when it is asked for, and then it loads what its own module does."""
    assert loaded_by("import imgurl") == {"imgurl", "imgurl.version"}
    assert loaded_by("from imgurl import Minter") == loaded_by("import imgurl.urls.mint")


def test_another_name_is_not_an_attribute() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="module 'imgurl' has no attribute 'Mintre'"):
        imgurl.Mintre  # type: ignore[attr-defined]  # noqa: B018


def test_type_checkers_see_the_types() -> None:
    """mypy, which checks this module too, would see an object otherwise."""
    minter = assert_type(Minter.from_secret(SECRET, "https://img.example.com", "k1"), Minter)
    url = assert_type(minter.mint("cert-2025", {"full_name": "Ava Johnson"}), str)
    assert url.startswith("https://img.example.com/i/cert-2025.png?_k=k1&full_name=Ava+Johnson&_s=")
    assert (PACKAGE / "py.typed").is_file()
