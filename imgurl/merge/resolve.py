"""Resolve the values of a request: sealed and open ones against the rules of the design's fields.

The result says for each field what is drawn, where it came from and why. What is resolved makes the cache key, so
every dirty spelling of one name shares one picture. Never raises: dirty values are not errors.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from imgurl.merge.dialects import Dialect
from imgurl.merge.fields import MergeField
from imgurl.merge.folds import name_without_sign
from imgurl.merge.judge import Flag, Judged, Words, as_written, design_fallback, judge
from imgurl.merge.kinds import FieldType, reading_name
from imgurl.merge.open_part import Damage, OpenPart
from imgurl.merge.tags import has_encoded_brackets, is_unreplaced_tag


class Origin(StrEnum):
    """Where a value came from."""

    SEALED = "sealed"
    OPEN = "open"
    LIVE = "live"
    URL_FALLBACK = "url-fallback"
    DESIGN_FALLBACK = "design-fallback"


@dataclass(frozen=True, slots=True)
class Value:
    """A resolved value; ``text`` is what is drawn, "" if there is none, and ``reading`` what conditions compare."""

    field: str
    text: str
    origin: Origin
    flags: tuple[Flag, ...] = ()
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The values of one request, in the order of the design's fields."""

    values: tuple[Value, ...]
    #: The end marker was missing: the URL was cut on its way.
    cut: bool = False
    #: Required fields that came without a value and have no fallback in the URL.
    lacking: tuple[str, ...] = ()
    #: What happened on the way to the part that a mail platform filled in.
    damage: tuple[Damage, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """What is drawn, by field name."""
        return {value.field: value.text for value in self.values}

    @property
    def readings(self) -> dict[str, str]:
        """What conditions compare, by the names that readings have; only of values that are drawn otherwise."""
        return {reading_name(value.field): value.reading for value in self.values if value.reading}

    def fields_with(self, flag: Flag) -> tuple[str, ...]:
        """Return the names of the fields that carry a flag."""
        return tuple(value.field for value in self.values if flag in value.flags)

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """Names of the fields whose fallback is drawn."""
        return fallbacks_of(self.values)


FALLBACKS = frozenset((Origin.URL_FALLBACK, Origin.DESIGN_FALLBACK))


def fallbacks_of(values: Iterable[Value]) -> tuple[str, ...]:
    """Return the names of the fields whose fallback is drawn; of a live value, it may have come with the URL."""
    return tuple(value.field for value in values if value.origin in FALLBACKS or Flag.NOT_LIVE in value.flags)


def resolve(
    fields: Sequence[MergeField],
    sealed: Mapping[str, str],
    open_names: Iterable[str] = (),
    open_part: OpenPart | None = None,
    dialect: Dialect | None = None,
    can_draw: Callable[[str], bool] | None = None,
) -> Resolved:
    """Resolve the values of one request.

    ``sealed`` holds the signed values; one whose name is in ``open_names`` is the fallback signed into the URL.
    ``can_draw`` says whether the design's fonts have every character of a text; without it all are taken to.
    """
    opened = frozenset(open_names)
    # The design decides, today's or the pinned one: a good signature does not open a field that it keeps shut.
    names = {field.name for field in fields if field.name in opened and field.openable}
    resolved = (
        _open_value(field, sealed, open_part, dialect)
        if field.name in names
        else _sealed_value(field, sealed, (Flag.NOT_OPENABLE,) if field.name in opened else ())
        for field in fields
    )
    if can_draw is None:
        values = tuple(resolved)
    else:
        values = tuple(_drawable(field, value, sealed, can_draw) for field, value in zip(fields, resolved, strict=True))
    required = {field.name for field in fields if field.required}
    lacking = tuple(value.field for value in values if not value.text and value.field in required)
    damage = open_part.damage if open_part and names else ()
    return Resolved(values, cut=Damage.CUT in damage, lacking=lacking, damage=damage)


def _sealed_value(field: MergeField, sealed: Mapping[str, str], flags_before: tuple[Flag, ...]) -> Value:
    is_there = field.name in sealed
    judged = judge(field, sealed[field.name], Words.SIGNED) if is_there else Judged("", (Flag.MISSING,))
    flags = (*flags_before, *judged.flags)
    if judged.text:
        return Value(field.name, judged.text, Origin.SEALED, flags, judged.reading)
    return _fallen_back(field, flags)


def _open_value(
    field: MergeField, sealed: Mapping[str, str], open_part: OpenPart | None, dialect: Dialect | None
) -> Value:
    judged = _judge_open(field, open_part, dialect)
    if judged.text:
        return Value(field.name, judged.text, Origin.OPEN, judged.flags, judged.reading)
    if field.name not in sealed:
        return _fallen_back(field, judged.flags)
    fallback = judge(as_written(field), sealed[field.name], Words.SIGNED)
    flags = tuple(dict.fromkeys((*judged.flags, *fallback.flags)))
    if fallback.text:
        return Value(field.name, fallback.text, Origin.URL_FALLBACK, flags, fallback.reading)
    return _fallen_back(field, flags)


def _fallen_back(field: MergeField, flags: tuple[Flag, ...]) -> Value:
    fallback = design_fallback(field)
    return Value(field.name, fallback.text, Origin.DESIGN_FALLBACK, flags, fallback.reading)


def _drawable(field: MergeField, value: Value, sealed: Mapping[str, str], can_draw: Callable[[str], bool]) -> Value:
    """Let a value fall back that has a character no font can draw: better a greeting than an empty box."""
    if field.type not in (FieldType.TEXT, FieldType.NAME) or can_draw(value.text):
        return value
    flags = (*value.flags, Flag.NO_GLYPH)
    if value.origin is Origin.OPEN and field.name in sealed:
        fallback = judge(as_written(field), sealed[field.name], Words.SIGNED).text
        if fallback and can_draw(fallback):
            return Value(field.name, fallback, Origin.URL_FALLBACK, flags)
    return _fallen_back(field, flags)


def _judge_open(field: MergeField, open_part: OpenPart | None, dialect: Dialect | None) -> Judged:
    value = open_part.values.get(field.name) if open_part else None
    if value is None:
        return Judged("", (Flag.MISSING,))
    if is_unreplaced_tag(value.raw, value.text or "", dialect, field.name):
        encoded = (Flag.ENCODED_TAG,) if has_encoded_brackets(value.raw) else ()
        return Judged("", (*encoded, Flag.UNRESOLVED))
    if value.text is None:
        return Judged("", (Flag(value.flag),))
    text = name_without_sign(value.raw, value.text) if field.type is FieldType.NAME else value.text
    judged = judge(field, text)
    return replace(judged, flags=(Flag(value.flag), *judged.flags)) if value.flag else judged
