"""What is made of a simulated campaign afterwards."""

import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from benchmarks.tally import RIGHT
from benchmarks.timeline import Answered, Timeline, figures_of, gains, plot, slices

METRICS = """
imgurl_served_total{source="memory"} 3.0
imgurl_served_total{source="render"} 1.0
imgurl_cache_lookups_total{cache="store",result="miss"} 7.0
"""


def _timeline() -> Timeline:
    answers = [Answered(float(second), 0.01, RIGHT, "n1" if second % 2 else "n2", "other") for second in range(100)]
    timeline = Timeline(answers, killed=40.0, started=50.0, ready=52.0, victim="n2")
    timeline.answers = [it for it in answers if it.node == "n1" or not 40 <= it.due < 55]
    for second in range(0, 100, 2):
        timeline.figures["n1"].append(figures_of(METRICS.replace("3.0", f"{second}.0"), second, 100.0))
        timeline.figures["n2"].append(figures_of(METRICS, second, 0.0 if 40 <= second < 50 else 90.0))
    return timeline


def test_metrics_are_read() -> None:
    """Sources of pictures and lookups in caches."""
    seen = figures_of(METRICS, 1.0, 2.0)
    assert seen.served == {"memory": 3, "render": 1}
    assert seen.lookups == {"store miss": 7}


def test_a_server_that_was_started_again_counts_from_nothing() -> None:
    """What it had counted before is not taken away."""
    counts = [Counter(a=5), Counter(a=9), Counter[str](), Counter(a=2, b=1)]
    assert list(gains(counts)) == [Counter(a=5), Counter(a=4), Counter(), Counter(a=2, b=1)]


def test_a_run_is_told_in_parts_with_its_kill() -> None:
    """Rates by node, when the killed node is back, and what its last seconds may have cost."""
    timeline = _timeline()
    assert timeline.back == 56.0
    assert timeline.at_risk(2.5) == 1
    first, *_ = slices(timeline, until=100.0, count=10)
    assert (first.rate, first.by_node("n1")) == (1.0, 0.5)
    assert first.milliseconds(0.99) == pytest.approx(10.0)
    assert timeline.total("n1", lambda it: it.served) == {"memory": 98, "render": 1}


def test_the_plot_is_an_svg_that_says_who_was_killed() -> None:
    """It can be parsed, and has the kill, the axis of time and no number that is none."""
    picture = plot(_timeline(), 100.0, "A run", lambda second: second / 10, lambda _: 1.0)
    texts = [it.text for it in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert "node 2 killed, away for 16 s" in texts
    assert {"0", "5", "10"} <= set(texts)
    assert "nan" not in picture
