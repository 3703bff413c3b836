"""Resolve the values of a request: sealed and open ones against the rules of the design's fields.

The result says for each field what is drawn, where it came from and why. What is resolved makes the cache key, so
every dirty spelling of one name shares one picture. Never raises: dirty values are not errors.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from imgurl.merge import formats
from imgurl.merge.casing import set_casing
from imgurl.merge.clean import TooLong, clean, is_null_word
from imgurl.merge.dialects import Dialect
from imgurl.merge.fields import FieldCasing, FieldType, MergeField
from imgurl.merge.links import looks_like_link
from imgurl.merge.open_part import OpenPart
from imgurl.merge.tags import is_unreplaced_tag

YES = frozenset(("true", "yes", "y", "1", "on"))
NO = frozenset(("false", "no", "n", "0", "off"))


class Origin(StrEnum):
    """Where a value came from."""

    SEALED = "sealed"
    OPEN = "open"
    URL_FALLBACK = "url-fallback"
    DESIGN_FALLBACK = "design-fallback"


class Flag(StrEnum):
    """What was found on the way to a value; the last two only tell, the others made the value missing."""

    UNRESOLVED = "unresolved"
    NULL_WORD = "null-word"
    CUT = "cut"
    UNDECODABLE = "undecodable"
    TOO_LONG = "too-long"
    LINK = "link"
    PATTERN = "pattern"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_FLAG = "not-a-flag"
    NOT_A_COLOR = "not-a-color"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_DATE = "not-a-date"
    NO_GLYPH = "no-glyph"
    MISSING = "missing"
    CLEANED = "cleaned"


@dataclass(frozen=True, slots=True)
class Value:
    """A resolved value; ``text`` is what is drawn, "" where there is none."""

    field: str
    text: str
    origin: Origin
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The values of one request, in the order of the design's fields."""

    values: tuple[Value, ...]
    #: The end marker was missing: the URL was cut on its way.
    cut: bool = False
    #: Required fields that came without a value and have no fallback in the URL.
    lacking: tuple[str, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """What is drawn, by field name."""
        return {value.field: value.text for value in self.values}

    def fields_with(self, flag: Flag) -> tuple[str, ...]:
        """Return the names of the fields that carry a flag."""
        return tuple(value.field for value in self.values if flag in value.flags)

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """Names of the fields whose fallback is drawn."""
        return tuple(value.field for value in self.values if value.origin in FALLBACKS)


FALLBACKS = frozenset((Origin.URL_FALLBACK, Origin.DESIGN_FALLBACK))


def resolve(
    fields: Iterable[MergeField],
    sealed: Mapping[str, str],
    open_names: Iterable[str] = (),
    open_part: OpenPart | None = None,
    dialect: Dialect | None = None,
) -> Resolved:
    """Resolve the values of one request.

    ``sealed`` holds the signed values; one whose name is in ``open_names`` is the fallback signed into the URL.
    """
    names = frozenset(open_names)
    values = []
    lacking = []
    for field in fields:
        flags: list[Flag] = []
        text = ""
        origin = Origin.OPEN if field.name in names else Origin.SEALED
        if origin is Origin.OPEN:
            text = _open_text(field, open_part, dialect, flags)
        elif field.name in sealed:
            text = accept(field, sealed[field.name], flags)
        else:
            flags.append(Flag.MISSING)
        if not text:
            text, origin = _fallback(field, sealed if origin is Origin.OPEN else {}, flags)
            if not text and field.required:
                lacking.append(field.name)
        values.append(Value(field.name, text, origin, tuple(dict.fromkeys(flags))))
    return Resolved(tuple(values), cut=open_part.cut if open_part and names else False, lacking=tuple(lacking))


def accept(field: MergeField, text: str, flags: list[Flag]) -> str:
    """Return a value as it is drawn, or "" when it is missing or breaks its field's rules.

    Appends to ``flags`` why it was refused.
    """
    try:
        tidy = clean(text)
    except TooLong:
        flags.append(Flag.TOO_LONG)
        return ""
    if tidy != text:
        flags.append(Flag.CLEANED)
    flag = _broken_rule(field, tidy)
    if flag is None:
        try:
            return set_casing(_by_type(field, tidy), field.casing, field.locale)
        except formats.NotOfType as error:
            flag = Flag(str(error))
    flags.append(flag)
    return ""


def _open_text(field: MergeField, open_part: OpenPart | None, dialect: Dialect | None, flags: list[Flag]) -> str:
    value = open_part.values.get(field.name) if open_part else None
    if value is None:
        flags.append(Flag.MISSING)
        return ""
    if is_unreplaced_tag(value.raw, value.text or "", dialect, field.name):
        flags.append(Flag.UNRESOLVED)
        return ""
    if value.text is None:
        flags.append(Flag(value.flag))
        return ""
    return accept(field, value.text, flags)


def _fallback(field: MergeField, sealed: Mapping[str, str], flags: list[Flag]) -> tuple[str, Origin]:
    if field.name in sealed:
        text = accept(as_written(field), sealed[field.name], flags)
        if text:
            return text, Origin.URL_FALLBACK
    return design_fallback(field), Origin.DESIGN_FALLBACK


@lru_cache(maxsize=4096)
def design_fallback(field: MergeField) -> str:
    """Return the design's own fallback as it is drawn; "" where it has none or leaves it blank."""
    return accept(as_written(field), field.fallback, []) if field.fallback else ""


@lru_cache(maxsize=4096)
def as_written(field: MergeField) -> MergeField:
    """Return the field as it treats its author's own words: mending a name would make "There" of "there"."""
    return field.model_copy(update={"casing": FieldCasing.NONE}) if field.casing is FieldCasing.NAME else field


def _broken_rule(field: MergeField, text: str) -> Flag | None:
    if not text:
        return Flag.MISSING
    if is_null_word(text):
        return Flag.NULL_WORD
    if is_unreplaced_tag(text, text, None, field.name):
        return Flag.UNRESOLVED
    if len(text) > field.longest and count_clusters(text) > field.longest:
        return Flag.TOO_LONG
    if field.type in (FieldType.TEXT, FieldType.NAME) and not field.links and looks_like_link(text):
        return Flag.LINK
    if field.pattern is not None and not re.fullmatch(field.pattern, text):
        return Flag.PATTERN
    return None


def _by_type(field: MergeField, text: str) -> str:
    match field.type:
        case FieldType.CHOICE:
            return _choice(field, text)
        case FieldType.FLAG:
            return _flag(text)
        case FieldType.COLOR:
            return _color(text)
        case _:
            return formats.display(field, text)


def _choice(field: MergeField, text: str) -> str:
    folded = text.casefold()
    for choice in field.choices:
        if choice.casefold() == folded:
            return choice
    raise formats.NotOfType(Flag.NOT_A_CHOICE)


def _flag(text: str) -> str:
    folded = text.casefold()
    if folded in YES:
        return "true"
    if folded in NO:
        return "false"
    raise formats.NotOfType(Flag.NOT_A_FLAG)


def _color(text: str) -> str:
    from imgurl.color import parse_color  # noqa: PLC0415 - few designs have a colour field

    try:
        return parse_color(text).hex
    except ValueError:
        raise formats.NotOfType(Flag.NOT_A_COLOR) from None


def count_clusters(text: str) -> int:
    """Count grapheme clusters (UAX #29): what a person calls characters."""
    from icu4py.breakers import CharacterBreaker  # noqa: PLC0415 - only values longer than their limit get here

    return sum(1 for _ in CharacterBreaker(text, "root"))
