"""One Chromium run that all workers of a test run share."""

import fcntl
import os
from typing import Final

import pytest

from imgurl.text.fonts import FontCatalogue

from .cases import CASES, PICTURED
from .chromium import ANSWER, NAMES, Answer, ask, find_chromium, read_answer

IN_PAGE_ORDER: Final = sorted(CASES, key=lambda case: case.id not in PICTURED)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    found = find_chromium()
    if found is None:
        message = f"no browser to ask: none of {', '.join(NAMES)} is installed (Debian: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def answer(chromium: str, fonts: FontCatalogue, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """What Chromium made of the cases."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder /= "chromium"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ANSWER).exists():
            ask(chromium, IN_PAGE_ORDER, fonts, folder)
    return read_answer(IN_PAGE_ORDER, folder)
