"""What to change in a design before a send, and the change itself: one key of its document each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imgurl.design.library import Design
from imgurl.merge.fields import MAX_MISSING_WORDS, MergeField
from imgurl.merge.kinds import FieldCasing, FieldType
from imgurl.merge.refusal import folded_word
from imgurl.preflight.edits import with_key
from imgurl.preflight.suspicion import WORDS, State, Suspicion
from imgurl.preflight.tally import Tally
from imgurl.preflight.worst import Kind

# The longest word that a field can count as missing.
LONGEST_WORD = 80


@dataclass(frozen=True, slots=True)
class Fix:
    """A key of the design's document, ``key`` of the object at ``pointer``, and what to set it to.

    ``what`` is a sentence about the list, ``cure`` what the change does; ``rows`` are the recipients that it helps.
    """

    id: str
    what: str
    cure: str
    pointer: str
    key: str
    value: Any
    rows: int
    values: tuple[str, ...] = ()


def fixes_for(design: Design, tally: Tally, sizes: Mapping[str, int]) -> tuple[Fix, ...]:
    """Return what would help, the gravest first. ``sizes`` are the ``min_size`` that layers would need."""
    return (*_missing_words(design, tally), *_casings(design, tally), *_sizes(design, tally, sizes))


def apply_fixes(text: str, fixes: Sequence[Fix]) -> str:
    """Return a design's document with fixes applied, everything else as it is written. Raises LookupError."""
    for fix in fixes:
        text = with_key(text, fix.pointer, fix.key, fix.value)
    return text


def _missing_words(design: Design, tally: Tally) -> Iterator[Fix]:
    for number, field in enumerate(design.document.fields):
        if field.type not in (FieldType.TEXT, FieldType.NAME):
            continue
        drawn = [
            (value, count)
            for (name, suspicion, state), values in tally.named.items()
            if name == field.name and suspicion in WORDS and state is State.DRAWN
            for value, count in values.items()
        ]
        words: dict[str, str] = {folded_word(word): word for word in field.missing}
        known = len(words)
        for value, _ in sorted(drawn, key=lambda each: (-each[1], each[0])):
            word = " ".join(value.split())
            if len(word) <= LONGEST_WORD and folded_word(word) and len(words) < MAX_MISSING_WORDS:
                words.setdefault(folded_word(word), word)
        if len(words) == known:
            continue
        rows = sum(count for _, count in drawn)
        found = tuple(words.values())[known:]
        yield Fix(
            f"missing:{field.name}", _counted_values(len(found), field),
            f"Count {'it' if len(found) == 1 else 'them'} as missing, {_then(field)}.",
            f"/fields/{number}", "missing", list(words.values()), rows, found,
        )  # fmt: skip


def _counted_values(count: int, field: MergeField) -> str:
    label = field.label or field.name
    return f"1 value of {label} is hardly meant" if count == 1 else f"{count:,} values of {label} are hardly meant"


def _then(field: MergeField) -> str:
    if field.required:
        return "so that no link is made for them: the field is required"
    return f"so that the fallback “{field.fallback}” is drawn" if field.fallback else "so that the text does without it"


def _casings(design: Design, tally: Tally) -> Iterator[Fix]:
    for number, field in enumerate(design.document.fields):
        place = field.name, Suspicion.CAPITALS, State.DRAWN
        rows = tally.suspects.get(place, 0)
        if rows and field.casing is FieldCasing.NONE:
            label = field.label or field.name
            yield Fix(
                f"casing:{field.name}", f"{rows:,} recipients have {label} in capitals",
                "Set it as people write it: AVA JOHNSON becomes Ava Johnson.",
                f"/fields/{number}", "casing", FieldCasing.NAME.value, rows, tuple(tally.named.get(place, {}))[:12],
            )  # fmt: skip


def _sizes(design: Design, tally: Tally, sizes: Mapping[str, int]) -> Iterator[Fix]:
    pointers = {layer.id or pointer: pointer for pointer, layer in design.every_layer.items()}
    for name, size in sizes.items():
        cut = [one for one in tally.best.values() if one.kind is Kind.CUT and one.detail == name]
        if not size or name not in pointers or not cut:
            continue
        values = tuple(dict.fromkeys(one.value for one in sorted(cut, key=lambda one: one.rank)))
        yield Fix(
            f"min_size:{name}", f"{len(values)} text{'' if len(values) == 1 else 's'} of {name} "
            f"{'is' if len(values) == 1 else 'are'} cut", f"Allow {size} px: then nothing is cut.",
            f"{pointers[name]}/font", "min_size", size, len(values), values[:12],
        )  # fmt: skip
