"""The recipients that somebody should see before a send: for each kind of trouble the worst, and of those the first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle

from imgurl.preflight.facts import Cell, FieldFact, RowFact
from imgurl.preflight.suspicion import State, Suspicion
from imgurl.text.fit import FitStep

# How many are drawn, and how many of a kind are kept until it is known which.
SHOWN = 24
KEPT = 64

# Letters from which on a value may be one of the longest.
LONG = 12


class Kind(StrEnum):
    """Why a recipient is shown."""

    CUT = "cut"
    NOT_DRAWN = "not-drawn"
    SUSPICIOUS = "suspicious"
    SMALLEST = "smallest"
    SHORTENED = "shortened"
    BROKEN = "broken-word"
    MISSING_GLYPH = "missing-glyph"
    SCRIPT = "script"
    UNTRANSLATED = "untranslated"
    DOUBTFUL = "doubtful"
    REPAIRED = "repaired"
    REFUSED = "refused"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recipient that may be shown. The smallest ``score`` is the worst; of equal ones, that of the first row.

    ``key`` is what two of a kind must not share; ``value`` is what it is about, ``detail`` more of it: a layer, a
    script, a suspicion.
    """

    kind: Kind
    key: str
    score: float
    row: int
    line: int
    cells: tuple[Cell, ...]
    value: str
    detail: str = ""
    size: float = 0.0

    @property
    def rank(self) -> tuple[float, int]:
        """By which candidates of a kind are ordered."""
        return self.score, self.row


#: Candidates by kind and key.
Best = Mapping[tuple[Kind, str], Candidate]

STEPS = {
    FitStep.NOTHING: Kind.CUT, FitStep.ELLIPSIS: Kind.CUT, FitStep.SHORTENED: Kind.SHORTENED,
    FitStep.BROKEN: Kind.BROKEN, FitStep.SMALLER: Kind.SMALLEST,
}  # fmt: skip

# The places of the contact sheet, dealt in this order until it is full.
ORDER = (
    Kind.CUT, Kind.SUSPICIOUS, Kind.SMALLEST, Kind.SUSPICIOUS, Kind.NOT_DRAWN, Kind.MISSING_GLYPH, Kind.SUSPICIOUS,
    Kind.SHORTENED, Kind.SCRIPT, Kind.SUSPICIOUS, Kind.BROKEN, Kind.SUSPICIOUS, Kind.SCRIPT, Kind.UNTRANSLATED,
    Kind.DOUBTFUL, Kind.LONGEST, Kind.REPAIRED, Kind.REFUSED,
)  # fmt: skip
# Kinds that are dealt evenly by suspicion.
OF_SUSPICIONS = frozenset((Kind.SUSPICIOUS, Kind.DOUBTFUL, Kind.REPAIRED, Kind.REFUSED))
BY_STATE = {State.DRAWN: Kind.DOUBTFUL, State.REPAIRED: Kind.REPAIRED, State.REFUSED: Kind.REFUSED}
GRAVITY = {suspicion: number for number, suspicion in enumerate(Suspicion)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is in its list, and the cells of its fields."""

    row: int
    line: int
    cells: tuple[Cell, ...]

    def candidate(
        self, kind: Kind, key: str, score: float, value: str, detail: str = "", size: float = 0.0
    ) -> Candidate:
        """Return the row as a candidate."""
        return Candidate(kind, key, score, self.row, self.line, self.cells, value, detail, size)


def candidates_of_row(fact: RowFact, place: Place) -> Iterator[Candidate]:
    """Yield what a judged row may be shown for, beyond its single values."""
    for fit in fact.fits:
        value = max(fit.values, key=len, default="")
        fitting = fit.fitting
        key = "\0".join((fit.layer, *fit.values))
        # What is cut most has the most letters.
        is_cut = STEPS[fit.step] is Kind.CUT
        score = -float(sum(map(len, fit.values))) if is_cut else fitting.size / fitting.full_size
        yield place.candidate(STEPS[fit.step], key, score, value, fit.layer, fitting.size)
    for name in fact.undrawn:
        yield place.candidate(Kind.NOT_DRAWN, name, 0.0, name, name)
    if fact.untranslated:
        yield place.candidate(Kind.UNTRANSLATED, fact.untranslated, 0.0, fact.untranslated)


def candidates_of_value(fact: FieldFact, place: Place) -> Iterator[Candidate]:
    """Yield what a row may be shown for because of one of its values."""
    for suspect in fact.suspects:
        if suspect.is_grave:
            kind = Kind.SUSPICIOUS
        else:
            kind = {State.DRAWN: Kind.DOUBTFUL, State.REPAIRED: Kind.REPAIRED, State.REFUSED: Kind.REFUSED}[
                suspect.state
            ]
        key = f"{suspect.suspicion}\0{fact.name}\0{fact.raw.casefold()}"
        yield place.candidate(kind, key, float(GRAVITY[suspect.suspicion]), fact.raw, suspect.suspicion.value)
    if fact.is_glyphless:
        yield place.candidate(Kind.MISSING_GLYPH, fact.raw, 0.0, fact.raw, fact.name)
    for script in fact.scripts:
        if script != "Latn":
            yield place.candidate(Kind.SCRIPT, script, 0.0, fact.text, script)
    if fact.length > LONG:
        yield place.candidate(Kind.LONGEST, f"{fact.name}\0{fact.text}", -float(fact.length), fact.text, fact.name)


def merged(first: Best, second: Best) -> Best:
    """Return the best of both."""
    best = dict(first)
    for place, candidate in second.items():
        known = best.get(place)
        if known is None or candidate.rank < known.rank:
            best[place] = candidate
    return trimmed(best)


def trimmed(best: Mapping[tuple[Kind, str], Candidate]) -> Best:
    """Return at most ``KEPT`` of each kind; suspicions each have places of their own."""
    groups: dict[tuple[Kind, str], list[Candidate]] = {}
    for candidate in best.values():
        apart = candidate.detail if candidate.kind in OF_SUSPICIONS else ""
        groups.setdefault((candidate.kind, apart), []).append(candidate)
    kept: dict[tuple[Kind, str], Candidate] = {}
    for group in groups.values():
        for candidate in sorted(group, key=lambda one: one.rank)[:KEPT]:
            kept[candidate.kind, candidate.key] = candidate
    return kept


def worst(best: Best, scripts: Mapping[str, int], count: int = SHOWN) -> tuple[Candidate, ...]:
    """Return those that are shown: dealt by kind, each row once, the rarest scripts first."""
    decks = {kind: [*_dealt(kind, best.values(), scripts)] for kind in Kind}
    shown: list[Candidate] = []
    seen: set[int] = set()
    for kind in cycle(ORDER):
        deck = decks[kind]
        while deck and deck[0].row in seen:
            deck.pop(0)
        if deck and len(shown) < count:
            shown.append(deck.pop(0))
            seen.add(shown[-1].row)
        if len(shown) >= count or not any(decks.values()):
            break
    order = {kind: number for number, kind in enumerate(Kind)}
    return tuple(sorted(shown, key=lambda one: (order[one.kind], one.rank)))


def _dealt(kind: Kind, candidates: Iterable[Candidate], scripts: Mapping[str, int]) -> Iterator[Candidate]:
    """Yield the candidates of a kind: one of each suspicion, then the second of each, and so on."""
    own = sorted((one for one in candidates if one.kind is kind), key=lambda one: one.rank)
    if kind is Kind.SCRIPT:
        yield from sorted(own, key=lambda one: (scripts.get(one.detail, 0), one.row))
        return
    rounds: dict[str, int] = {}
    numbered = []
    for one in own:
        apart = one.detail if kind in OF_SUSPICIONS else ""
        rounds[apart] = rounds.get(apart, 0) + 1
        numbered.append((rounds[apart] if apart else 0, one.rank, one))
    yield from (one for _, _, one in sorted(numbered, key=lambda each: each[:2]))
