"""Commands that only look: they write nothing, and read each design once."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.web.designs import write_design
from tests.web.server import KEYS, free_port, signed

LINK = signed("card", {"tint": "#ff0000", "first_name": "Ava"})

# Runs the command, a server until it answers; then names each document that was opened, as often as it was.
RUN = """
import contextlib, os, signal, sys, threading, time, urllib.request
opened = []
sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == "open" else None)
from imgurl.cli import main

def stop_when_it_serves(port):
    while True:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
            return os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.1)

if sys.argv[1] == "serve":
    # Files that have only just changed are read once more: so much is not just now.
    from imgurl.design import library
    library.SETTLED_SECONDS = 0.2
    threading.Thread(target=stop_when_it_serves, args=[sys.argv[3]], daemon=True).start()
try:
    main()
finally:
    print("opened:", *(path for path in opened if path.endswith("design.json")), file=sys.stderr)
"""

COMMANDS = [
    ("explain", LINK),
    ("explain", signed("card", {"_v": "0123456789ab"})),
    ("render", "card", "-o", "../out.png"),
    ("designs", "check"),
    ("designs", "list"),
]


def run(folder: Path, *arguments: str) -> list[str]:
    """Run a command over the folders ``designs`` and ``data``; return the documents that it opened."""
    settings = {
        "IMGURL_DESIGNS": "designs",
        "IMGURL_DATA": "data",
        "IMGURL_SIGNING_KEYS": KEYS,
        "IMGURL_JOB_WORKERS": "0",
        "IMGURL_UNREADY_SECONDS": "0",
    }
    ran = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=folder, env={**os.environ, **settings}, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stderr.splitlines()[-1].split()[1:]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two designs and an empty data folder."""
    place = tmp_path / "place"
    for name in ("card", "other"):
        write_design(place / "designs", name)
    (place / "data").mkdir()
    return place


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_looking_writes_nothing_and_reads_each_design_once(folder: Path, command: tuple[str, ...]) -> None:
    """All files and folders are as they were before, and no document was opened a second time."""
    before = sorted(folder.rglob("*"))
    opened = run(folder, *command)
    assert sorted(folder.rglob("*")) == before
    assert sorted(Path(path).parent.name for path in opened) == ["card", "other"]


def test_a_server_reads_each_design_once_and_keeps_its_version(folder: Path) -> None:
    """It greets with the designs that it serves, and has kept their versions for links that will be pinned to them."""
    time.sleep(0.2)
    opened = run(folder, "serve", "--port", str(free_port()))
    assert sorted(Path(path).parent.name for path in opened) == ["card", "other"]
    assert {path.name for path in (folder / "data" / "versions").iterdir()} >= {"card", "other"}
