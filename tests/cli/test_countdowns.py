"""Countdowns on the command line: looked at at any time, and checked."""

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run
from tests.plate.countdowns import countdown, sale
from tests.web.designs import write_design


@pytest.fixture
def designs(tmp_path: Path) -> Path:
    """A folder with a sale that ends when its field says."""
    write_design(tmp_path / "sales", "sale", sale(format="gif"))
    return tmp_path / "sales"


def test_render_at_a_time(run: Run, tmp_path: Path, designs: Path) -> None:
    """Three seconds before the end of the sample there are three seconds, and the end; after it, one picture."""
    for name, at, frames in (("a", "2026-12-06T16:59:57Z", 4), ("b", "2026-12-06 18:00:01+01:00", 1)):
        ran = run("render", "sale", "--samples", "--at", at, "-o", f"{name}.gif", "--designs", designs)
        assert ran.code == 0
        with Image.open(tmp_path / f"{name}.gif") as file:
            assert getattr(file, "n_frames", 1) == frames


def test_render_at_no_time(run: Run, designs: Path) -> None:
    """What is not a time is a mistake of the command."""
    ran = run("render", "sale", "--at", "tomorrow", "-o", "a.gif", "--designs", designs)
    assert ran.code == 2
    assert "'tomorrow' is not a day with its time; write for example 2026-12-31T17:00Z" in ran.err


def test_check_recommends_the_format_that_moves(run: Run, designs: Path) -> None:
    """A countdown that is sent as PNG does not run."""
    write_design(designs, "still", sale())
    out = run("designs", "check", "--designs", designs).out
    assert "sale: good, 600×120" in out
    assert out.count("send gif") == 2
    assert out.count('warning: links name png; for mail write "format": "gif" into design.json') == 1


def test_check_warns_of_an_end_that_is_over(run: Run, designs: Path) -> None:
    """In the design it is over for all; in a sample, for previews."""
    write_design(designs, "old", sale(countdown(to="2020-01-01T12:00Z"), format="gif"))
    out = run("designs", "check", "old", "--designs", designs).out
    assert "warning: its countdown ended at 2020-01-01T12:00Z; name a moment that is still to come" in out
