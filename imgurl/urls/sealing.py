"""What of one recipient's values is signed into a link, and what is said about the rest.

The one policy for single links of the API, for lists and for the command line. They differ only in what they do about a
value that breaks a rule of its field: a list shows the fallback, the others refuse the link.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from imgurl.merge.clean import TooLong, clean
from imgurl.merge.fields import MergeField
from imgurl.merge.judge import Flag, Judged, Words, as_written, judge

# Refusals that mean a missing value rather than a wrong one.
NO_VALUE = frozenset((Flag.MISSING, Flag.NULL_WORD, Flag.REFUSED_WORD, Flag.NOT_A_NAME))

UNGIVEN = "is missing"


class Shown(StrEnum):
    """What a link shows for a field that a note is about."""

    VALUE = "value"
    #: The fallback that came with the values.
    FALLBACK = "fallback"
    DESIGN_FALLBACK = "design-fallback"
    #: No link can be made: the field is required and there is nothing to show.
    NOTHING = "nothing"


class Note(NamedTuple):
    """What is to be said about one field; ``reason`` is the end of a sentence that begins with its name."""

    field: str
    reason: str
    shown: Shown
    #: Why the value that came is not shown; None where none came, or where it is shown.
    refusal: Flag | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether a value came that breaks a rule of its field; a blank one, or a placeholder, is none."""
        return self.refusal is not None and self.refusal not in NO_VALUE

    @property
    def consequence(self) -> str:
        """The reason, and what comes of it."""
        match self.shown:
            case Shown.VALUE:
                return self.reason
            case Shown.NOTHING:
                return f"{self.reason}; it is required and has no fallback"
            case _:
                return f"{self.reason}; the fallback is shown"

    def __str__(self) -> str:
        return f"{self.field} {self.consequence}"


@dataclass(frozen=True, slots=True)
class SealedRow:
    """What is signed for one recipient, by field name, and the notes about it, in the order of the fields."""

    values: Mapping[str, str]
    notes: tuple[Note, ...] = ()

    def fields_showing(self, *shown: Shown) -> tuple[str, ...]:
        """Return the names of the fields that show one of these."""
        return tuple(note.field for note in self.notes if note.shown in shown)


class NoValue(NamedTuple):
    """Stands in place of a value that its source could not give, with the reason."""

    reason: str


class Candidate(NamedTuple):
    """A value that came: the text that is signed if it is good, and how its field judges it."""

    text: str
    judged: Judged


Judge = Callable[[MergeField, str], Candidate]


def candidate(field: MergeField, text: str, words: Words = Words.DATA) -> Candidate:
    """Judge a value. Blanks and what shows nothing are removed first: the server would remove them too."""
    tidied = tidy(text)
    return Candidate(tidied, judge(field, tidied, words))


def seal_row(
    fields: Iterable[MergeField],
    values: Mapping[str, str | NoValue],
    fallbacks: Mapping[str, str],
    opened: Collection[str] = (),
    judge_value: Judge = candidate,
) -> SealedRow:
    """Decide what is signed for one recipient. Never raises.

    ``fallbacks`` are for fields without a value; ``fallback_mistakes`` has found nothing wrong with them. The fields in
    ``opened`` are filled by a mail platform, so that no value is missing there. Names that are not among the fields
    are left out. ``judge_value`` may remember what it has judged.
    """
    sealed: dict[str, str] = {}
    notes: list[Note] = []
    for field in fields:
        name = field.name
        value = values.get(name)
        refusal, reason = None, UNGIVEN
        if isinstance(value, NoValue):
            reason = value.reason
        elif value is not None:
            text, judged = judge_value(field, value)
            refusal = judged.refusal
            if refusal is None:
                sealed[name] = text
                notes += (Note(name, warning, Shown.VALUE) for warning in judged.warnings)
                continue
            reason = judged.reason_in(field)
        fallback = tidy(fallbacks.get(name, ""))
        # The design's own words need no place in the URL; but a platform's empty value must find the signer's there.
        if fallback and (name in opened or fallback != field.fallback):
            sealed[name] = fallback
        if name in opened and (refusal is None or refusal in NO_VALUE):
            continue
        notes.append(Note(name, reason, _shown(field, fallback), refusal))
    return SealedRow(sealed, tuple(notes))


def fallback_mistakes(
    fields: Iterable[MergeField], fallbacks: Mapping[str, str], opened: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield the name and the reason, the end of a sentence, for each fallback that breaks a rule of its field.

    A blank text does not count as a fallback. That of an open field is drawn as written.
    """
    for field in fields:
        text = fallbacks.get(field.name, "")
        rules = as_written(field) if field.name in opened else field
        if tidy(text) and (reason := judge(rules, text, Words.SIGNED).reason_in(field)):
            yield field.name, reason


def tidy(text: str) -> str:
    """Return a text without what shows nothing; one that is too long stays as it is."""
    try:
        return clean(text)
    except TooLong:
        return text


def _shown(field: MergeField, fallback: str) -> Shown:
    if fallback:
        return Shown.FALLBACK
    return Shown.NOTHING if field.required else Shown.DESIGN_FALLBACK
