"""What is known of a value, of a layer and of a row after they were judged and laid out."""

from dataclasses import dataclass
from enum import StrEnum

from imgurl.preflight.suspicion import Suspect
from imgurl.text.fit import FitStep, Fitting
from imgurl.urls.sealing import NoValue

#: A cell as a field is given it: its text, or why there is none.
Cell = str | NoValue


class Outcome(StrEnum):
    """What a recipient gets, in one word. A row has exactly one: the first that applies."""

    #: The row can't be read, or a required value is missing: there is no link.
    NO_LINK = "no-link"
    #: A link, which shows the design's default image.
    DEFAULT_IMAGE = "default-image"
    #: A text does not fit: it ends in an ellipsis, or is left out.
    CUT = "cut"
    #: A code or a chart can't be drawn with the value, and is left out.
    NOT_DRAWN = "not-drawn"
    #: A value is drawn that is hardly meant.
    SUSPICIOUS = "suspicious"
    FALLBACK = "fallback"
    #: A name in a shorter form.
    SHORTENED = "shortened"
    #: A word is broken without a hyphen.
    BROKEN = "broken-word"
    SMALLER = "smaller"
    PERSONAL = "personal"


#: Outcomes of rows that should not go out as they are.
STOPPING = frozenset((Outcome.NO_LINK, Outcome.DEFAULT_IMAGE, Outcome.CUT, Outcome.NOT_DRAWN, Outcome.SUSPICIOUS))


class Mark(StrEnum):
    """What can be said of a row; one row may have several."""

    NO_LINK = "no-link"
    DEFAULT_IMAGE = "default-image"
    OVERFLOW = "overflow"
    NOT_DRAWN = "not-drawn"
    SUSPICIOUS = "suspicious"
    MISSING_GLYPH = "missing-glyph"
    FALLBACK = "fallback"
    SHORTENED = "shortened"
    BROKEN = "broken-word"
    SMALLER = "smaller"
    UNTRANSLATED = "untranslated"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class FieldFact:
    """A value of one field, judged.

    ``raw`` is the cell, "" if there is none. ``sealed`` is what is signed into the link, None if nothing is; ``text``
    what is drawn, ``reading`` what conditions compare. ``reason`` is the flag that says why a fallback is drawn.
    """

    name: str
    raw: str
    sealed: str | None
    text: str
    reading: str
    is_fallback: bool = False
    reason: str = ""
    has_link: bool = True
    is_lacking: bool = False
    is_glyphless: bool = False
    suspects: tuple[Suspect, ...] = ()
    scripts: frozenset[str] = frozenset()
    length: int = 0
    #: Nothing is to be said of it: neither a suspicion nor a fallback, nor a danger on the way.
    is_plain: bool = False
    #: Whether a platform that writes it into a URL as it is may damage it, or it is refused where anybody may write.
    is_risky: bool = False


@dataclass(frozen=True, slots=True)
class LayerFit:
    """What it took to fit the text of a layer, and the values in it."""

    layer: str
    fitting: Fitting
    values: tuple[str, ...]

    @property
    def step(self) -> FitStep:
        """How far down the ladder it went."""
        return self.fitting.step


@dataclass(frozen=True, slots=True)
class RowFact:
    """A row judged. ``concerned`` are the fields that the outcome is about, ``picture`` tells pictures apart."""

    outcome: Outcome
    concerned: tuple[str, ...] = ()
    facts: tuple[FieldFact, ...] = ()
    #: Only of texts that are not set as they were designed.
    fits: tuple[LayerFit, ...] = ()
    #: Layers that can't be drawn with these values.
    undrawn: tuple[str, ...] = ()
    #: The language that is shown, "" in a design of one.
    language: str = ""
    #: The language that was asked for and is not there.
    untranslated: str = ""
    picture: str = ""

    @property
    def sealed(self) -> dict[str, str]:
        """What is signed into the link, by field name."""
        return {fact.name: fact.sealed for fact in self.facts if fact.sealed is not None}

    @property
    def is_plain(self) -> bool:
        """Whether nothing is to be said of the row: it is personal, as every value of it."""
        if self.outcome is not Outcome.PERSONAL or self.untranslated:
            return False
        # Not with all(): this is asked once for each row.
        for one in self.facts:  # noqa: SIM110
            if not one.is_plain:
                return False
        return True

    @property
    def fallen(self) -> tuple[FieldFact, ...]:
        """The values whose fallback is drawn; none where there is no link, or no picture of values."""
        if self.outcome in (Outcome.NO_LINK, Outcome.DEFAULT_IMAGE):
            return ()
        return tuple(fact for fact in self.facts if fact.is_fallback)

    @property
    def marks(self) -> frozenset[Mark]:
        """Everything that can be said of the row, whatever its outcome."""
        facts, steps = self.facts, {fit.step for fit in self.fits}
        said = {
            Mark.NO_LINK: self.outcome is Outcome.NO_LINK,
            Mark.DEFAULT_IMAGE: self.outcome is Outcome.DEFAULT_IMAGE,
            Mark.OVERFLOW: FitStep.ELLIPSIS in steps or FitStep.NOTHING in steps,
            Mark.NOT_DRAWN: bool(self.undrawn),
            Mark.SUSPICIOUS: any(suspect.is_grave for fact in facts for suspect in fact.suspects),
            Mark.MISSING_GLYPH: any(fact.is_glyphless for fact in facts),
            Mark.FALLBACK: bool(self.fallen),
            Mark.SHORTENED: FitStep.SHORTENED in steps,
            Mark.BROKEN: FitStep.BROKEN in steps,
            Mark.SMALLER: any(fit.fitting.size < fit.fitting.full_size for fit in self.fits),
            Mark.UNTRANSLATED: bool(self.untranslated),
        }
        return frozenset(mark for mark, holds in said.items() if holds)
