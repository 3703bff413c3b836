"""``imgurl batch --warm`` through renderers that do the worst: a row loses its image, and the batch loses nothing."""

import contextlib
import csv
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import psutil
import pytest

from imgurl.batches.warm import NOT_DRAWN
from imgurl.cli.batch import INTERRUPTED
from tests.web import faults
from tests.web.designs import write_design
from tests.web.server import KEYS

ROOT = Path(__file__).parents[2]

# Whatever is waited for happens within this time on a slow machine too.
PATIENCE_SECONDS = 60.0

# Rows that take a renderer 0.3 s each: time enough to kill something.
SLOW = [f"{faults.SLOW} {number}" for number in range(14)]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="renderers are forked")


class Batch:
    """Runs of one batch in a folder. Mutable state: the run that is going on."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._folder = folder
        write_design(folder / "designs")
        (folder / "list.csv").write_text("First Name\n" + "".join(f"{name}\n" for name in names))
        self.process = psutil.Process()

    def begin(self) -> None:
        """Start a run, or resume it."""
        command = (
            sys.executable, "-m", "tests.web.faulty", "batch", "list.csv", "--design", "card", "--warm", "--format",
            "jpg", "--workers", "2", "--out", "urls.csv", "--base-url", "https://img.example.com",
        )  # fmt: skip
        settings = {"IMGURL_SIGNING_KEYS": KEYS, "IMGURL_DESIGNS": "designs", "PYTHONPATH": str(ROOT)}
        with (self._folder / "log").open("ab") as log:
            self.process = psutil.Popen(command, cwd=self._folder, env=os.environ | settings, stdout=log, stderr=log)

    def end(self) -> list[dict[str, str]]:
        """Wait until the run is done; return the rows of its result."""
        assert self.process.wait(PATIENCE_SECONDS) == 0, (self._folder / "log").read_text()
        with (self._folder / "urls.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    @property
    def renderers(self) -> list[psutil.Process]:
        """The processes that draw."""
        return [renderer for zygote in self.process.children() for renderer in zygote.children()]

    @property
    def images(self) -> int:
        """How many images are in the cache."""
        return len([*(self._folder / "imgurl-data" / "cache").glob("*/*.jpg")])

    def everyone(self) -> list[psutil.Process]:
        """Return all processes of the run."""
        return [self.process, *self.process.children(recursive=True)]


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def is_gone(process: psutil.Process) -> bool:
    """Say whether a process has ended, whoever is to reap it."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Batch]:
    """A batch that takes some seconds and has begun to draw."""
    batch = Batch(tmp_path, SLOW)
    batch.begin()
    wait_until(lambda: len(batch.renderers) == 2 and batch.images > 2)
    yield batch
    with contextlib.suppress(psutil.NoSuchProcess):
        batch.process.kill()


def test_what_ends_its_renderer_costs_its_row_an_image(tmp_path: Path) -> None:
    """It hangs, crashes or eats memory: its own row gets a warning and a URL, the rows around it get their images."""
    batch = Batch(tmp_path, ["Ava", faults.CRASH, "Leo", faults.HANG, "Mia", faults.EAT, "Zoe"])
    batch.begin()
    rows = batch.end()
    assert [row["warnings"] for row in rows] == ["", NOT_DRAWN, "", NOT_DRAWN, "", NOT_DRAWN, ""]
    assert [row["First Name"] for row in rows if not row["image_url"]] == []
    # With that of the sample values.
    assert batch.images == 4 + 1


def test_a_renderer_that_somebody_kills_costs_nothing(slow: Batch) -> None:
    """What it was drawing is drawn once more: the result is that of a quiet run."""
    for _ in range(2):
        victim = slow.renderers[0]
        victim.kill()
        wait_until(partial(is_gone, victim))
        wait_until(lambda: len(slow.renderers) == 2)
    rows = slow.end()
    assert ([row["First Name"] for row in rows], {row["warnings"] for row in rows}) == (SLOW, {""})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_batch_that_is_ended_leaves_no_process_and_resumes(slow: Batch, number: signal.Signals) -> None:
    """Ctrl-C, or the kernel's last word: renderers and zygote end too, and the next run has the same result."""
    everyone = slow.everyone()
    assert len(everyone) == 4
    slow.process.send_signal(number)
    assert slow.process.wait(PATIENCE_SECONDS) == (INTERRUPTED if number is signal.SIGINT else -number)
    wait_until(lambda: all(map(is_gone, everyone)))
    slow.begin()
    rows = slow.end()
    assert ([row["First Name"] for row in rows], {row["warnings"] for row in rows}) == (SLOW, {""})
