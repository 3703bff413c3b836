"""What was seen of a simulated campaign over time: answers, figures of nodes, what was done to them, and a plot."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.tally import DEFAULT, percentile

SERVED = re.compile(r'^imgurl_served_total\{source="(\w+)"\} (\S+)$', re.MULTILINE)
LOOKUPS = re.compile(r'^imgurl_cache_lookups_total\{cache="(\w+)",result="(\w+)"\} (\S+)$', re.MULTILINE)


class Answered(NamedTuple):
    """What became of an open: when it was due, how long it then took, which node answered."""

    due: float
    seconds: float
    outcome: str
    node: str
    via: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A node at one moment: its memory, and what its metrics say was served from where."""

    at: float
    megabytes: float
    served: Counter[str]
    lookups: Counter[str]


def figures_of(metrics: str, at: float, megabytes: float) -> Figures:
    """Read the metrics of a node."""
    served = Counter({source: int(float(count)) for source, count in SERVED.findall(metrics)})
    lookups = Counter({f"{cache} {result}": int(float(count)) for cache, result, count in LOOKUPS.findall(metrics)})
    return Figures(at, megabytes, served, lookups)


def gains(counts: Sequence[Counter[str]]) -> Iterator[Counter[str]]:
    """Yield what was added from one count to the next; a server that was started again counts from nothing."""
    before: Counter[str] = Counter()
    for count in counts:
        is_new = count.total() < before.total()
        yield Counter(count) if is_new else count - before
        before = count


@dataclass(slots=True)
class Timeline:
    """What was seen. Mutable state: just that. Times are seconds since the send began."""

    answers: list[Answered] = field(default_factory=list)
    figures: defaultdict[str, list[Figures]] = field(default_factory=lambda: defaultdict(list))
    killed: float = math.nan
    started: float = math.nan
    ready: float = math.nan
    victim: str = ""
    lag: float = 0.0

    @property
    def back(self) -> float:
        """When the killed node answered again; NaN if it did not."""
        return min(
            (it.due for it in self.answers if it.node == self.victim and it.due > self.killed + 2), default=math.nan
        )

    def at_risk(self, seconds: float) -> int:
        """Return how many answers the killed node had given in its last seconds."""
        return sum(
            it.node == self.victim and self.killed - seconds <= it.due + it.seconds <= self.killed
            for it in self.answers
        )

    def total(self, node: str, counts: Callable[[Figures], Counter[str]]) -> Counter[str]:
        """Return the sum of a count of a node over all lives of its server, except what died unseen."""
        return sum(gains([counts(it) for it in self.figures[node]]), Counter[str]())


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the run."""

    start: float
    seconds: float
    answers: tuple[Answered, ...]
    served: Counter[str]

    @property
    def rate(self) -> float:
        """Opens a second."""
        return len(self.answers) / self.seconds

    @property
    def rendered(self) -> float:
        """The share of pictures that were drawn; NaN if there was none."""
        return self.served["render"] / self.served.total() if self.served else math.nan

    @property
    def defaults(self) -> float:
        """The share of answers that were the default image; NaN if there was no answer."""
        return sum(it.outcome == DEFAULT for it in self.answers) / len(self.answers) if self.answers else math.nan

    def milliseconds(self, share: float) -> float:
        """Return a percentile of the time of answers."""
        return percentile([it.seconds for it in self.answers if not math.isnan(it.seconds)], share) * 1e3

    def by_node(self, node: str) -> float:
        """Return the answers of a node, a second."""
        return sum(it.node == node for it in self.answers) / self.seconds


def slices(timeline: Timeline, until: float, count: int) -> list[Slice]:
    """Return the run in equal parts."""
    width = until / count
    answers: defaultdict[int, list[Answered]] = defaultdict(list)
    served: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for it in timeline.answers:
        answers[min(count - 1, int(it.due / width))].append(it)
    for samples in timeline.figures.values():
        for sample, gain in zip(samples, gains([it.served for it in samples]), strict=True):
            served[min(count - 1, int(sample.at / width))] += gain
    return [Slice(n * width, width, tuple(answers[n]), served[n]) for n in range(count)]


WIDTH, LEFT, RIGHT, PANEL, GAP, TOP = 980, 74, 128, 128, 44, 92
COLORS = {"n1": "#2f6f9f", "n2": "#d08a2e"}
GREY, INK = "#8a8f98", "#23272e"


class Panel:
    """A part of the plot with an axis of its own. Mutable state: the marks so far."""

    def __init__(self, place: int, title: str, most: float, ticks: Sequence[float], floor: float = 0.0) -> None:
        self.bottom = TOP + place * (PANEL + GAP) + PANEL
        self._floor, self._most = floor, most
        self.marks = [f'<text x="{LEFT}" y="{self.bottom - PANEL - 10}" font-weight="600">{title}</text>']
        for tick in ticks:
            y = self.y(tick)
            self.marks.append(
                f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e6e8eb"/>'
                f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="{GREY}">{tick:,g}</text>'
            )

    def y(self, value: float) -> float:
        """Return the height of a value; with a floor the axis is logarithmic."""
        if self._floor:
            share = math.log(max(value, self._floor) / self._floor) / math.log(self._most / self._floor)
        else:
            share = value / self._most
        return self.bottom - PANEL * min(1.0, share)

    def line(self, points: Sequence[tuple[float, float]], color: str, *, dashed: bool = False) -> None:
        """Draw a line, interrupted where a value is NaN."""
        words, is_pen_up = [], True
        for x, value in points:
            if math.isnan(value):
                is_pen_up = True
                continue
            words.append(f"{'M' if is_pen_up else 'L'}{x:.1f} {self.y(value):.1f}")
            is_pen_up = False
        dashes = ' stroke-dasharray="4 4"' if dashed else ""
        self.marks.append(f'<path d="{"".join(words)}" fill="none" stroke="{color}" stroke-width="1.6"{dashes}/>')

    def area(self, lower: Sequence[tuple[float, float]], upper: Sequence[tuple[float, float]], color: str) -> None:
        """Fill what is between two lines."""
        ring = [*upper, *reversed(lower)]
        words = " ".join(f"{x:.1f},{self.y(value):.1f}" for x, value in ring)
        self.marks.append(f'<polygon points="{words}" fill="{color}" fill-opacity="0.75"/>')

    def label(self, value: float, name: str, color: str, shift: float = 0.0) -> None:
        """Write a name to the right of the panel, at the height of a value."""
        self.marks.append(
            f'<text x="{WIDTH - RIGHT + 8}" y="{self.y(value) + 4 + shift:.1f}" fill="{color}">{name}</text>'
        )


def plot(
    timeline: Timeline, until: float, title: str, minutes: Callable[[float], float], expected: Callable[[float], float]
) -> str:
    """Return the run as SVG. ``minutes`` turns seconds of the run into minutes of the campaign."""
    parts = slices(timeline, until, min(120, max(24, round(until / 5))))
    xs = [LEFT + (part.start + part.seconds / 2) / until * (WIDTH - LEFT - RIGHT) for part in parts]
    panels = [
        _opens(parts, xs, expected),
        _waits(parts, xs),
        _sources(parts, xs),
        _memory(timeline, until),
    ]
    height = panels[-1].bottom + 44
    marks = "".join(mark for panel in panels for mark in panel.marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="Inter, Helvetica, Arial, sans-serif" font-size="12" fill="{INK}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="{LEFT}" y="28" font-size="16" font-weight="600">{title}</text>'
        f"{_events(timeline, until, panels[-1].bottom)}{marks}{_time_axis(until, minutes, panels[-1].bottom)}</svg>\n"
    )


def _ticks(most: float) -> list[float]:
    step = 10 ** math.floor(math.log10(max(most, 1e-9)))
    step = next(step * factor for factor in (0.2, 0.25, 0.5, 1, 2) if most / (step * factor) <= 5.01)
    return [step * place for place in range(math.floor(most / step + 1e-9) + 1)]


def _opens(parts: Sequence[Slice], xs: Sequence[float], expected: Callable[[float], float]) -> Panel:
    most = max(max(part.rate, expected(part.start + part.seconds / 2)) for part in parts) * 1.1
    panel = Panel(0, "Opens a second, by the node that answered", most, _ticks(most))
    first = [part.by_node("n1") for part in parts]
    both = [one + part.by_node("n2") for one, part in zip(first, parts, strict=True)]
    panel.area([(x, 0) for x in xs], list(zip(xs, first, strict=True)), COLORS["n1"])
    panel.area(list(zip(xs, first, strict=True)), list(zip(xs, both, strict=True)), COLORS["n2"])
    panel.line(
        [(x, expected(part.start + part.seconds / 2)) for x, part in zip(xs, parts, strict=True)], INK, dashed=True
    )
    for place, (name, color) in enumerate((("expected", INK), ("node 2", COLORS["n2"]), ("node 1", COLORS["n1"]))):
        panel.label(most, name, color, 16 * place + 6)
    return panel


def _waits(parts: Sequence[Slice], xs: Sequence[float]) -> Panel:
    lines = {share: [part.milliseconds(share) if part.answers else math.nan for part in parts] for share in (0.5, 0.99)}
    most = max(100.0, *(value for value in lines[0.99] if not math.isnan(value))) * 1.2
    ticks = [tick for tick in (1, 10, 100, 1_000, 10_000) if tick <= most]
    panel = Panel(1, "Milliseconds to the whole picture (logarithmic)", most, ticks, floor=1.0)
    for share, color, name, shift in ((0.5, GREY, "median", 8), (0.99, "#b3402f", "p99", -8)):
        panel.line(list(zip(xs, lines[share], strict=True)), color)
        last = next((value for value in reversed(lines[share]) if not math.isnan(value)), 1.0)
        panel.label(last, name, color, shift)
    return panel


def _sources(parts: Sequence[Slice], xs: Sequence[float]) -> Panel:
    panel = Panel(
        2, "Percent of the pictures that were drawn for their request, and default images", 100, (0, 25, 50, 75, 100)
    )
    panel.line([(x, 100 * part.rendered) for x, part in zip(xs, parts, strict=True)], "#5b7f3a")
    panel.label(100, "drawn", "#5b7f3a", 6)
    panel.line([(x, 100 * part.defaults) for x, part in zip(xs, parts, strict=True)], "#b3402f")
    panel.label(0, "default image", "#b3402f", -4)
    return panel


def _memory(timeline: Timeline, until: float) -> Panel:
    most = max((it.megabytes for samples in timeline.figures.values() for it in samples), default=100) * 1.15
    panel = Panel(3, "Memory of all processes of a node, MB (shared memory once)", most, _ticks(most))
    for place, (node, samples) in enumerate(sorted(timeline.figures.items())):
        points: list[tuple[float, float]] = []
        for it in samples:
            if points and it.megabytes == 0:
                points.append((0, math.nan))
            elif it.megabytes:
                points.append((LEFT + it.at / until * (WIDTH - LEFT - RIGHT), it.megabytes))
        panel.line([it for it in points if math.isnan(it[1]) or it[0] <= WIDTH - RIGHT], COLORS[node])
        panel.label(most, f"node {node[1:]}", COLORS[node], 16 * place + 6)
    return panel


def _events(timeline: Timeline, until: float, bottom: float) -> str:
    if math.isnan(timeline.killed):
        return ""
    end = timeline.back if not math.isnan(timeline.back) else until
    left, right = (LEFT + at / until * (WIDTH - LEFT - RIGHT) for at in (timeline.killed, end))
    top = TOP - 28
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{bottom - top}" fill="#f3e3e0"/>'
        f'<path d="M{left:.1f} {top}V{bottom}" stroke="#b3402f"/>'
        f'<text x="{left:.1f}" y="{top - 4}" fill="#b3402f">node {timeline.victim[1:]} killed, '
        f"away for {end - timeline.killed:.0f} s</text>"
    )


def _time_axis(until: float, minutes: Callable[[float], float], bottom: float) -> str:
    most = minutes(until)
    step = next(step for step in (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440) if most / step <= 12)
    marks = []
    for minute in range(0, math.floor(most + 1e-9) + 1, step):
        x = LEFT + minute / most * (WIDTH - LEFT - RIGHT)
        marks.append(
            f'<path d="M{x:.1f} {bottom}v5" stroke="{GREY}"/>'
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="{GREY}">{minute}</text>'
        )
    note = "minutes of the campaign, since its send began"
    return "".join(marks) + f'<text x="{LEFT}" y="{bottom + 36}" fill="{GREY}">{note}</text>'
