"""``imgurl campaigns``: what it shows, and that servers read what it changes."""

import time
from pathlib import Path

from imgurl.campaigns.control import Batch, day_of, hour_of
from imgurl.campaigns.facts import Fact, Line, Via
from imgurl.campaigns.lazy import LazyLedger
from tests.cli.conftest import Run


def test_nothing_is_made_by_looking(run: Run, tmp_path: Path) -> None:
    """A list without campaigns says how to begin, and creates no database."""
    ran = run("campaigns", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "--campaign" in ran.err
    assert run("campaigns", "stats", "sale").code == 2
    assert not (tmp_path / "imgurl-data" / "campaigns.db").exists()


def test_stop_start_and_budget(run: Run, tmp_path: Path) -> None:
    """Each says how it is now; 'none' takes a limit away; a server finds the same in the database."""
    assert "stopped since" in run("campaigns", "stop", "sale").out
    assert run("campaigns", "budget", "sale", "--per-hour", "10", "--total", "20").out.startswith(
        "sale  drawn 0 of 20  this hour 0 of 10  stopped since"
    )
    lazy = LazyLedger(tmp_path / "imgurl-data", None)
    control = lazy.opened().exchange(Batch())["sale"]
    assert (control.stopped is not None, control.per_hour, control.total) == (True, 10, 20)
    assert "stopped" not in run("campaigns", "start", "sale").out
    assert run("campaigns", "budget", "sale", "--per-hour", "none").out == "sale  drawn 0 of 20  this hour 0\n"
    assert lazy.opened().exchange(Batch())["sale"].per_hour is None
    lazy.close()


def test_wrong_labels_and_limits(run: Run) -> None:
    """Refused with exit code 2, and a sentence."""
    for words in (("stop", "Spring Sale"), ("budget", "sale", "--total", "-3"), ("budget", "sale", "--total", "many")):
        ran = run("campaigns", *words)
        assert (ran.code, "is not a" in ran.err) == (2, True)


def test_what_was_counted(run: Run, tmp_path: Path) -> None:
    """Listed with its days; its statistics by day, design and who fetched, and in all."""
    now = time.time()
    today = day_of(now)
    lazy = LazyLedger(tmp_path / "imgurl-data", None)
    counts = {
        Line("sale", today, "card", Via.GMAIL, Fact.SERVED, ""): 1_200,
        Line("sale", today, "card", Via.OTHER, Fact.SERVED, ""): 3,
        Line("sale", today, "card", Via.OTHER, Fact.FALLBACK, "city"): 2,
    }
    lazy.opened().exchange(Batch(counts, {("sale", hour_of(now)): 7}))
    lazy.close()
    assert run("campaigns", "list").out == f"sale  {today} to {today}  served 1,203  drawn 7  this hour 7\n"
    assert run("campaigns", "stats", "sale").out.splitlines() == [
        f"{today}  card  gmail  served 1,200",
        f"{today}  card  other  served 3, fallback city 2",
        "in all  served 1,203, fallback city 2",
        "drawn 7  this hour 7",
    ]
