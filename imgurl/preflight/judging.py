"""Judge a row as a batch seals it and a server resolves it, and lay its texts out: the same functions, remembered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from imgurl.design.library import Design, Variant
from imgurl.merge.fields import MergeField
from imgurl.merge.judge import Flag, Judged, count_clusters
from imgurl.merge.kinds import FieldType, reading_name
from imgurl.merge.resolve import Origin, resolve
from imgurl.pipeline.clocks import clocks_of
from imgurl.pipeline.path import what_fonts_can_draw
from imgurl.preflight.facts import Cell, FieldFact, Outcome, RowFact
from imgurl.preflight.layouts import Layouts
from imgurl.preflight.suspicion import State, Suspect, suspects_of
from imgurl.tables.values import unwrapped
from imgurl.text.fit import FitStep
from imgurl.text.itemize import scripts_in
from imgurl.urls.sealing import Candidate, NoValue, Shown, candidate, seal_row

# Values of one field that are remembered. A fact takes about half a kilobyte.
KEPT_VALUES = 65_536

# What breaks a URL where a platform writes a value into it as it is, see merge/dialects.
RISKY = frozenset('&#+"<>\\')

TEXTUAL = (FieldType.TEXT, FieldType.NAME)

# Of a cell without a text there is nothing to judge.
NOTHING = Candidate("", Judged("", (Flag.MISSING,)))

# Names that an outcome is counted by.
FEW = 2

# Outcomes by what it took to fit a text, the gravest first.
STEPS = (
    (FitStep.SHORTENED, Outcome.SHORTENED),
    (FitStep.BROKEN, Outcome.BROKEN),
)


class RowJudge:
    """Judges rows of a list for a design. Mutable state: bounded memory of values, texts and rows.

    ``unlisted`` are the fields without a column, whose fallback is what everybody sees: that says nothing of a row.
    """

    def __init__(
        self, design: Design, fallbacks: Mapping[str, str], unlisted: frozenset[str], ext: str, dpr: int, now: float
    ) -> None:
        self._design = design
        self._ext, self._now = ext, now
        self._fields = design.document.fields
        self._fallbacks = fallbacks
        live = {name for source in design.document.sources.values() for name in source.values}
        self._silent = unlisted | live
        self._can_draw = lru_cache(KEPT_VALUES)(what_fonts_can_draw(design))
        language = design.language_field
        self._language = None if language is None else [one.name for one in self._fields].index(language.name)
        self._judges = {
            name: [
                _judge(sealing, shown, fallbacks, self._can_draw, is_silent=shown.name in self._silent)
                for sealing, shown in zip(self._fields, document.fields, strict=True)
            ]
            for name, document in design.documents.items()
        }
        self._layouts = lru_cache(64)(lambda variant: Layouts(design.shown(variant), dpr))
        self._default = design.default_language
        self._shown = {
            name: design if self._language is None else design.shown(Variant(name)) for name in design.documents
        }
        self._laid = {
            id(shown): (self._layouts(shown.variant), str(shown.variant))
            for shown in self._shown.values()
            if not shown.document.choices
        }

    def judge(self, cells: tuple[Cell, ...]) -> RowFact:
        """Judge one row, given the cells of its fields in their order. Never raises because of a value."""
        language, untranslated = (self._default, "") if self._language is None else self._language_of(cells)
        facts = tuple([judge(cell) for judge, cell in zip(self._judges[language], cells, strict=True)])
        # Comprehensions and loops instead of any() and all() here and below: this is done once for each row.
        if lacking := [fact.name for fact in facts if not fact.has_link]:
            return RowFact(Outcome.NO_LINK, _few(lacking), facts, language=language, untranslated=untranslated)
        if lacking := [fact.name for fact in facts if fact.is_lacking]:
            return RowFact(Outcome.DEFAULT_IMAGE, _few(lacking), facts, language=language, untranslated=untranslated)
        shown = self._shown[language]
        document = shown.document
        texts = {fact.name: fact.text for fact in facts}
        if document.readings:
            texts |= {reading_name(fact.name): fact.reading for fact in facts if fact.name in document.readings}
        if document.countdowns:
            texts |= clocks_of(document, texts, self._ext, self._now).texts
        if document.choices:
            shown = shown.in_cases_of(texts)
        # One design is one object as long as no case is chosen; its variant is not compared for each row.
        known = self._laid.get(id(shown))
        layouts, variant = known or (self._layouts(shown.variant), str(shown.variant))
        fits, undrawn = layouts.fits(texts), layouts.undrawn(texts)
        picture = "\0".join((variant, *texts.values()))
        if not fits and not undrawn and not [fact for fact in facts if not fact.is_plain]:
            return RowFact(Outcome.PERSONAL, (), facts, (), (), language, untranslated, picture)
        row = RowFact(Outcome.PERSONAL, (), facts, fits, undrawn, language, untranslated, picture)
        outcome, concerned = _outcome_of(row)
        return row if outcome is Outcome.PERSONAL else replace(row, outcome=outcome, concerned=concerned)

    def _language_of(self, cells: Sequence[Cell]) -> tuple[str, str]:
        """Return the language that is shown, and the one that was asked for if it is not there."""
        default = self._design.default_language
        if self._language is None:
            return default, ""
        fact = self._judges[default][self._language](cells[self._language])
        wanted = fact.raw if fact.reason == Flag.NOT_A_CHOICE else ""
        return fact.text or default, wanted.strip().casefold()[:40]


def _judge(
    sealing: MergeField,
    shown: MergeField,
    fallbacks: Mapping[str, str],
    can_draw: Callable[[str], bool],
    *,
    is_silent: bool,
) -> Callable[[Cell], FieldFact]:
    """Return what judges values of a field, which differs in some languages from what links are sealed by."""

    is_same = sealing == shown

    def judge(cell: Cell) -> FieldFact:
        value = cell if isinstance(cell, NoValue) else unwrapped(cell)
        raw = value if isinstance(value, str) else ""
        came = candidate(sealing, raw) if raw else NOTHING
        row = seal_row((sealing,), {sealing.name: value}, fallbacks, judge_value=lambda _, __: came)
        is_sealed = not any(note.shown is not Shown.VALUE for note in row.notes)
        # What a request would resolve: the same judgement, of what is signed.
        flags: tuple[Flag, ...] = ()
        if is_sealed and is_same and (sealing.type not in TEXTUAL or can_draw(came.judged.text)):
            text, reading, is_value, is_lacking = came.judged.text, came.judged.reading, True, False
        else:
            resolved = resolve((shown,), row.values, can_draw=can_draw)
            drawn = resolved.values[0]
            text, reading, flags, is_lacking = drawn.text, drawn.reading, drawn.flags, bool(resolved.lacking)
            is_value = is_sealed and bool(text) and drawn.origin is Origin.SEALED
        suspects = suspects_of(sealing, raw, came.text, came.judged) if raw.strip() else ()
        if suspects and not is_value:
            suspects = tuple(Suspect(one.suspicion, State.REFUSED) for one in suspects)
        is_text = is_value and sealing.type in TEXTUAL
        fact = FieldFact(
            sealing.name, raw, row.values.get(sealing.name), text, reading,
            is_fallback=not is_value and not is_silent,
            reason="" if is_value else str(came.judged.refusal or (flags[-1] if flags else Flag.MISSING)),
            has_link=all(note.shown is not Shown.NOTHING for note in row.notes),
            is_lacking=is_lacking,
            is_glyphless=Flag.NO_GLYPH in flags,
            suspects=suspects,
            scripts=scripts_in(text) if is_text else frozenset(),
            length=_length(text) if is_text else 0,
            is_risky=is_value and (not RISKY.isdisjoint(raw) or Flag.LINK in came.judged.flags),
        )  # fmt: skip
        is_plain = (is_value or is_silent) and not (suspects or fact.is_risky or fact.is_glyphless)
        return replace(fact, is_plain=is_plain)

    return lru_cache(KEPT_VALUES)(judge)


def _length(text: str) -> int:
    return len(text) if text.isascii() else count_clusters(text)


def _outcome_of(row: RowFact) -> tuple[Outcome, tuple[str, ...]]:
    """Return what a recipient gets, and what it is about: layers, or fields."""
    steps = {fit.step: fit.layer for fit in row.fits}
    for step in (FitStep.NOTHING, FitStep.ELLIPSIS):
        if step in steps:
            return Outcome.CUT, (steps[step],)
    if row.undrawn:
        return Outcome.NOT_DRAWN, _few(row.undrawn)
    if grave := tuple(fact.name for fact in row.facts if any(one.is_grave for one in fact.suspects)):
        return Outcome.SUSPICIOUS, _few(grave)
    if fallen := tuple(fact.name for fact in row.facts if fact.is_fallback):
        return Outcome.FALLBACK, _few(fallen)
    for step, outcome in STEPS:
        if step in steps:
            return outcome, (steps[step],)
    if row.fits:
        return Outcome.SMALLER, _few(tuple(fit.layer for fit in row.fits))
    return Outcome.PERSONAL, ()


def _few(names: Sequence[str]) -> tuple[str, ...]:
    """Return one name or two; nothing for more, of which there are too many combinations to count."""
    return tuple(names) if len(names) <= FEW else ()
