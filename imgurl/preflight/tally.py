"""What was counted over rows, and how the counts of parts of a list are added up. All of it is bounded."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from imgurl.preflight.facts import Cell, Mark, Outcome, RowFact
from imgurl.preflight.suspicion import State, Suspicion
from imgurl.preflight.worst import (
    Best,
    Candidate,
    Kind,
    Place,
    candidates_of_row,
    candidates_of_value,
    merged,
    trimmed,
)

# Different values that are named for one suspicion of a field; those beyond are only counted.
NAMED_VALUES = 2_000
# Different languages, problems of rows and the like.
NAMED_OTHERS = 200

# Digests of recipients and pictures are divided by their first bits, so that each part of them fits into memory.
BUCKETS = 64
DIGEST_BYTES = 8

#: A suspicion about a field, and what becomes of the values.
PlaceOf = tuple[str, Suspicion, State]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How a layer's texts were set: rows not as designed, the smallest size and the designed one, in px."""

    rows: int
    smallest: float
    full: float

    def __add__(self, other: "Sizes") -> "Sizes":
        return Sizes(self.rows + other.rows, min(self.smallest, other.smallest), self.full)


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of some rows.

    ``outcomes`` exclude each other and add up to ``rows``; ``marks`` do not. ``named`` has the values behind
    ``suspects``. ``digests`` and ``pictures`` tell recipients and pictures apart.
    """

    rows: int = 0
    outcomes: Mapping[tuple[Outcome, tuple[str, ...]], int] = field(default_factory=dict)
    marks: Mapping[Mark, int] = field(default_factory=dict)
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[tuple[str, str], int] = field(default_factory=dict)
    suspects: Mapping[PlaceOf, int] = field(default_factory=dict)
    named: Mapping[PlaceOf, Mapping[str, int]] = field(default_factory=dict)
    layers: Mapping[str, Sizes] = field(default_factory=dict)
    scripts: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    untranslated: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)
    #: Rows with a value that a platform without an URL encoder would damage.
    risky: int = 0
    #: Rows of which something was guessed or put right when they were read.
    warned: int = 0
    best: Best = field(default_factory=dict)
    digests: tuple[bytes, ...] = (b"",) * BUCKETS
    pictures: tuple[bytes, ...] = (b"",) * BUCKETS

    def __add__(self, other: "Tally") -> "Tally":
        named = {
            place: limited(added(self.named.get(place, {}), other.named.get(place, {})), NAMED_VALUES)
            for place in {**self.named, **other.named}
        }
        layers = dict(self.layers)
        for name, sizes in other.layers.items():
            layers[name] = layers[name] + sizes if name in layers else sizes
        return Tally(
            self.rows + other.rows,
            added(self.outcomes, other.outcomes),
            added(self.marks, other.marks),
            added(self.fallbacks, other.fallbacks),
            added(self.reasons, other.reasons),
            added(self.suspects, other.suspects),
            named,
            layers,
            added(self.scripts, other.scripts),
            added(self.languages, other.languages),
            limited(added(self.untranslated, other.untranslated), NAMED_OTHERS),
            limited(added(self.problems, other.problems), NAMED_OTHERS),
            self.risky + other.risky,
            self.warned + other.warned,
            merged(self.best, other.best),
        )


def added(first: Mapping[object, int] | Mapping, second: Mapping) -> dict:  # type: ignore[type-arg]  # keys of any type
    """Return the sums of two counts."""
    total = dict(first)
    for key, count in second.items():
        total[key] = total.get(key, 0) + count
    return total


def limited(counts: Mapping[str, int], most: int) -> Mapping[str, int]:
    """Return the most frequent of counts; of equal ones the first by their letters."""
    if len(counts) <= most:
        return counts
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most])


@dataclass(frozen=True, slots=True)
class Distinct:
    """Rows with the same cells: how many, and the first of them."""

    cells: tuple[Cell, ...]
    count: int
    row: int
    line: int


class Counting:
    """Counts judged rows. Mutable state: the counts so far; ``tally`` returns them."""

    def __init__(self, salt: bytes) -> None:
        self._keyed = blake2b(digest_size=DIGEST_BYTES, key=salt)
        self._counts: dict[str, Counter] = {  # type: ignore[type-arg]  # keys of several types
            name: Counter()
            for name in (
                "outcomes", "marks", "fallbacks", "reasons", "suspects", "scripts", "languages", "untranslated",
                "problems",
            )
        }  # fmt: skip
        self._facts: dict[int, list[Any]] = {}
        self._layers: dict[str, Sizes] = {}
        self._best: dict[tuple[Kind, str], Candidate] = {}
        self._digests = [bytearray() for _ in range(BUCKETS)]
        self._pictures = [bytearray() for _ in range(BUCKETS)]
        self._rows = self._risky = self._warned = 0

    def add(self, rows: Distinct, fact: RowFact) -> None:
        """Count rows with the same cells."""
        count, counts = rows.count, self._counts
        self._rows += count
        counts["outcomes"][fact.outcome, fact.concerned] += count
        self._sign(self._pictures, fact.picture or fact.outcome)
        # Without a link there is no picture to show.
        is_seen = fact.outcome is not Outcome.NO_LINK
        for one in fact.facts:
            # By identity: a fact is one object as long as it is remembered. Its row is the first with this value.
            known = self._facts.get(id(one))
            if known is None:
                known = self._facts[id(one)] = [0, one, False]
            known[0] += count
            if is_seen and not known[2]:
                known[2] = True
                self._offer(candidates_of_value(one, Place(rows.row, rows.line, rows.cells)))
        if fact.language:
            counts["languages"][fact.language] += count
        if fact.is_plain:
            return
        for mark in fact.marks:
            counts["marks"][mark] += count
        if fact.untranslated:
            counts["untranslated"][fact.untranslated] += count
        for one in fact.fallen:
            counts["fallbacks"][one.name] += count
            counts["reasons"][one.name, one.reason] += count
        self._risky += count if any(one.is_risky for one in fact.facts) else 0
        for fit in fact.fits:
            sizes = Sizes(count, fit.fitting.size, fit.fitting.full_size)
            self._layers[fit.layer] = self._layers[fit.layer] + sizes if fit.layer in self._layers else sizes
        self._offer(candidates_of_row(fact, Place(rows.row, rows.line, rows.cells)))

    def _offer(self, candidates: Iterable[Candidate]) -> None:
        for candidate in candidates:
            place = candidate.kind, candidate.key
            known = self._best.get(place)
            if known is None or candidate.rank < known.rank:
                self._best[place] = candidate

    def _count_values(self) -> dict[PlaceOf, Counter[str]]:
        """Count what is known of each different value, once for all rows that have it; return the suspicious ones."""
        counts = self._counts
        named: dict[PlaceOf, Counter[str]] = {}
        for count, one, _ in self._facts.values():
            for script in one.scripts:
                counts["scripts"][script] += count
            for suspect in one.suspects:
                place = one.name, suspect.suspicion, suspect.state
                counts["suspects"][place] += count
                named.setdefault(place, Counter())[one.raw] += count
        self._facts.clear()
        return named

    def add_problem(self, problem: str) -> None:
        """Count a row that can't be read."""
        self._rows += 1
        self._counts["outcomes"][Outcome.NO_LINK, ()] += 1
        self._counts["marks"][Mark.NO_LINK] += 1
        self._counts["problems"][problem] += 1

    def add_recipient(self, identity: str) -> None:
        """Remember who a row is for."""
        self._sign(self._digests, identity)

    def add_warning(self) -> None:
        """Count a row that is read although something is odd about it."""
        self._warned += 1

    def tally(self) -> Tally:
        """Return what was counted, once."""
        named = self._count_values()
        counts = {name: dict(each) for name, each in self._counts.items()}
        return Tally(
            rows=self._rows, **counts, named={place: dict(each) for place, each in named.items()},
            layers=dict(self._layers), risky=self._risky, warned=self._warned, best=trimmed(self._best),
            digests=tuple(map(bytes, self._digests)), pictures=tuple(map(bytes, self._pictures)),
        )  # fmt: skip

    def _sign(self, buckets: Sequence[bytearray], text: str) -> None:
        keyed = self._keyed.copy()
        keyed.update(text.encode(errors="surrogatepass"))
        digest = keyed.digest()
        buckets[digest[0] % BUCKETS].extend(digest)
