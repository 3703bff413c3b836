"""deploy/monitoring: rules and panels name what /metrics prints, and each alert fires in a case of its own."""

import json
import re
import subprocess
from typing import Any

import pytest

from imgurl.gathering.counting import Fetch
from imgurl.jobs.port import JobState
from imgurl.pipeline.picture import Outcome
from imgurl.web.metrics import JobMetrics, Metrics
from tests.pages import ROOT
from tests.servers.process import needed

FOLDER = ROOT / "deploy" / "monitoring"
RULES = (FOLDER / "alerts.yml").read_text()
CASES = (FOLDER / "alerts.test.yml").read_text()
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]

#: What Prometheus adds to each sample, and what is its own.
ADDED = {"instance", "job"}
OF_PROMETHEUS = {"up", "ALERTS"}


def samples() -> dict[str, set[str]]:
    """Return the names of all samples of /metrics, of server and workers, with their labels."""
    found: dict[str, set[str]] = {}
    metrics = Metrics()
    registries = [vars(metrics), vars(metrics.renderers), vars(metrics.fetches), vars(JobMetrics("monitoring"))]
    families = [metric for kept in registries for metric in kept.values() if hasattr(metric, "_labelnames")]
    for metric in families:
        labels = set(metric._labelnames)
        for family in metric.collect():
            name = f"{family.name}_total" if family.type == "counter" else family.name
            endings = ("_bucket", "_sum", "_count") if family.type == "histogram" else ("",)
            found |= {name + ending: labels | ({"le"} if ending == "_bucket" else set()) for ending in endings}
    printed = metrics.exposition({"running": 1}).decode()
    for name, labels in re.findall(r"^(imgurl_(?:process|jobs)\w*)\{(.*?)\} ", printed, re.MULTILINE):
        found[name] = set(re.findall(r"(\w+)=", labels))
    return found


SAMPLES = samples()


def named(text: str) -> set[tuple[str, str]]:
    """Return each metric of a text with each label that it is asked for, ("x", "") without one."""
    found = set()
    for name, selector in re.findall(r"\b((?:imgurl_\w+|up|ALERTS)\b)(?!:)(\{[^}]*\})?", text):
        labels = re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", selector)
        found |= {(name, label) for label in labels} | {(name, "")}
    return found


@pytest.mark.parametrize("text", [*re.findall(r"expr:(.*?)(?:for|labels):", RULES, re.DOTALL), *QUERIES])
def test_what_a_rule_or_a_panel_names_exists(text: str) -> None:
    """Each metric is one that /metrics prints, each label one of it; nothing is watched that is never there."""
    asked = named(text)
    assert asked
    for name, label in asked:
        assert name in SAMPLES or name in OF_PROMETHEUS
        assert not label or name in OF_PROMETHEUS or label in SAMPLES[name] | ADDED
    grouped = {label for group in re.findall(r"\b(?:by|on) \(([^)]*)\)", text) for label in group.split(", ")}
    known = set().union(*(SAMPLES.get(name, set()) for name, _ in asked))
    assert grouped <= known | ADDED


def test_values_of_labels_exist() -> None:
    """Outcomes, states of jobs and ends of fetches are named as the code names them."""
    both = RULES + "\n".join(QUERIES)
    of_requests = set(re.findall(r'requests_total\{outcome="(\w+)"', both))
    assert of_requests <= {outcome.value for outcome in Outcome}
    assert set(re.findall(r'fetches_total\{outcome="(\w+)"', both)) <= {outcome.value for outcome in Fetch}
    states = {state for states in re.findall(r'imgurl_jobs\{state=~"([\w|]+)"', both) for state in states.split("|")}
    assert states == {JobState.QUEUED.value, JobState.RUNNING.value}


def test_every_metric_has_a_panel() -> None:
    """Nothing is counted that nobody looks at."""
    shown = {name for query in QUERIES for name, _ in named(query)}
    ignored = re.compile(r"_(?:sum|count)$")
    assert {name for name in SAMPLES if not ignored.search(name)} <= shown


def test_panels_do_not_overlap() -> None:
    """And each has an id and a title of its own."""
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert all(x < 24 for x, _ in cells)
        taken |= cells
    for key in ("id", "title"):
        assert len({panel[key] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_each_alert_has_a_case() -> None:
    """In alerts.test.yml, beside the one in which all is well."""
    alerts = re.findall(r"- alert: (\w+)", RULES)
    assert sorted(re.findall(r"^  - name: (Imgurl\w+)", CASES, re.MULTILINE)) == sorted(alerts)
    assert CASES.count("exp_samples: []") == 1
    assert RULES.count("action:") == RULES.count("summary:") == len(alerts)


@pytest.mark.parametrize(
    "command", [("check", "config", "prometheus.yml"), ("test", "rules", "alerts.test.yml")], ids=["config", "rules"]
)
def test_prometheus_agrees(command: tuple[str, ...]) -> None:
    """Its own tool reads configuration and rules; each alert fires in its case, and no other does."""
    ran = subprocess.run(
        [needed("promtool", "prometheus"), *command], check=False, cwd=FOLDER, capture_output=True, text=True
    )
    assert (ran.returncode, "SUCCESS" in ran.stdout) == (0, True), ran.stdout + ran.stderr
