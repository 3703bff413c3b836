"""What a measurement over HTTP counts: answers by what they were, how long they took, and memory over time."""

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.client import Answer
from benchmarks.marks import Mark, Reader, Verdict

# What is no fault of the server: the picture that was asked for, or that the client's own copy is still right.
RIGHT = Verdict.RIGHT.value
UNCHANGED = "not modified"
WRONG = Verdict.WRONG.value
DEFAULT = Verdict.DEFAULT.value


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that a share of all values does not exceed (nearest rank); NaN if there is none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def growth(samples: Sequence[float]) -> float:
    """Return how many times the median of the last quarter is that of the second one; NaN for under 8 samples.

    The first quarter is left out: caches fill in it.
    """
    quarter = len(samples) // 4
    if quarter < 2:
        return math.nan
    return statistics.median(samples[-quarter:]) / statistics.median(samples[quarter : 2 * quarter])


@dataclass(slots=True)
class Tally:
    """Counts of one kind of request. Mutable state: just these."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def note(self, outcome: str, seconds: float) -> None:
        """Count an answer."""
        self.outcomes[outcome] += 1
        self.seconds.append(seconds)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.outcomes + other.outcomes, self.seconds + other.seconds)

    @property
    def figures(self) -> dict[str, float | dict[str, int]]:
        """The counts and times, for a table and for JSON."""
        return {
            "requests": self.outcomes.total(),
            "outcomes": dict(self.outcomes),
            "median_ms": round(percentile(self.seconds, 0.5) * 1e3, 2),
            "p99_ms": round(percentile(self.seconds, 0.99) * 1e3, 2),
            "max_ms": round(max(self.seconds, default=math.nan) * 1e3, 2),
        }

    def line(self, name: str) -> str:
        """Return a line of a table."""
        shown = ", ".join(f"{count:,} {outcome}" for outcome, count in self.outcomes.most_common())
        times = (percentile(self.seconds, 0.5), percentile(self.seconds, 0.99), max(self.seconds, default=math.nan))
        return f"{name:34}" + "".join(f"{seconds * 1e3:10,.1f}" for seconds in times) + f"  {shown}"


HEADING = f"{'':34}{'median ms':>10}{'p99 ms':>10}{'max ms':>10}"


def outcome_of(answer: Answer, expected: Mark, reader: Reader, sent_etag: str = "", own_etag: str = "") -> str:
    """Say what an answer was. ``sent_etag`` is what the client says it has, ``own_etag`` that of the picture asked for.

    A 304 to any other ETag than the picture's own shows the recipient another picture, so it is wrong.
    """
    if answer.status == 304:
        return UNCHANGED if sent_etag and sent_etag == own_etag else WRONG
    if answer.status != 200:
        return f"status {answer.status}" if answer.status else answer.error
    return reader.verdict(expected, answer.body).value
