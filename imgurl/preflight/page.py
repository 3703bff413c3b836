"""The report as one HTML file: no script, nothing from elsewhere, light and dark."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from imgurl.preflight.facts import Outcome
from imgurl.preflight.report import Report
from imgurl.preflight.wording import TONES, label_of, share

HERE = resources.files("imgurl.preflight")

# The bar that shows the shares: its length, the gap between two parts, and the shortest part that is seen.
BAR, GAP, LEAST = 1000.0, 2.0, 6.0

# Platforms that most lists are sent with; the others are below them.
USUAL = ("mailchimp", "klaviyo", "hubspot", "brevo", "activecampaign", "sendgrid", "customerio", "braze")


def html_of(report: Report) -> str:
    """Return the page of a report."""
    told = report.as_json()
    names = {field.name: field.label or field.name for field in report.design.document.fields}
    usual = [one for esp in USUAL for one in told["platforms"] if one["esp"] == esp and one["tags"]]
    style = "".join(HERE.joinpath(name).read_text(encoding="utf-8") for name in ("tokens.css", "report.css"))
    return _template().render(
        report=told, style=style, outcomes=(outcomes := _condensed(report)), bar=_bar(outcomes),
        usual=usual, others=[one for one in told["platforms"] if one not in usual and one["tags"]], names=names,
        size=report.design.document.size,
    )  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["bytes"] = _bytes
    return environment.from_string(HERE.joinpath("report.html").read_text(encoding="utf-8"))


def _condensed(report: Report) -> Sequence[Mapping[str, Any]]:
    """Return the outcomes with one line for each field or layer, and one for several."""
    tally = report.counted.tally
    counts: dict[tuple[Outcome, str], int] = {}
    for (outcome, concerned), count in tally.outcomes.items():
        label = label_of(report.design, tally, outcome, concerned if len(concerned) == 1 else ())
        counts[outcome, label] = counts.get((outcome, label), 0) + count
    best = [*Outcome][::-1]
    lines = sorted(counts.items(), key=lambda item: (best.index(item[0][0]), -item[1]))
    return [
        {"label": label, "rows": count, "share": share(count, tally.rows), "tone": TONES[outcome]}
        for (outcome, label), count in lines
    ]


def _bar(outcomes: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the parts of the bar: as long as their shares, but none so short that it is not seen."""
    total = sum(one["rows"] for one in outcomes) or 1
    room = BAR - GAP * max(0, len(outcomes) - 1)
    wide = [max(LEAST, room * one["rows"] / total) for one in outcomes]
    wide[0:1] = [wide[0] - (sum(wide) - room)] if wide else []
    parts: list[Mapping[str, Any]] = []
    at = 0.0
    for one, width in zip(outcomes, wide, strict=True):
        parts.append({"x": round(at, 1), "width": round(max(width, LEAST), 1), "tone": one["tone"]})
        at += width + GAP
    return parts


def _bytes(number: int) -> str:
    for unit, size in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if number >= size:
            return f"{number / size:,.1f} {unit}"
    return f"{number} bytes"
