"""The awkward eight: recipients whose names break designs that were only tried with their sample."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from imgurl.merge.dialects import find_dialect
from imgurl.merge.fields import MergeField
from imgurl.merge.kinds import FieldType

# Whose unresolved tags are shown: those of the platform that most people have seen some of.
PLATFORM = "mailchimp"


class Kind(StrEnum):
    """Which of the eight."""

    LONGEST = "longest"
    SHORTEST = "shortest"
    MISSING = "missing"
    UNRESOLVED = "unresolved"
    RIGHT_TO_LEFT = "right-to-left"
    CHINESE = "chinese"
    EMOJI = "emoji"
    CAPITALS = "capitals"


@dataclass(frozen=True, slots=True)
class _Texts:
    """What a recipient is called: by the first name, by all of it; and where they live."""

    first: str
    full: str
    last: str
    place: str


TEXTS: Mapping[Kind, _Texts] = {
    Kind.LONGEST: _Texts(
        "Wolfeschlegelsteinhausenbergerdorff",
        "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff",
        "Wolfeschlegelsteinhausenbergerdorff",
        "Llanfairpwllgwyngyllgogerychwyrndrobwll",
    ),
    Kind.SHORTEST: _Texts("Q", "Q Li", "O", "Å"),
    Kind.RIGHT_TO_LEFT: _Texts("محمد", "محمد الأحمد", "الأحمد", "القاهرة"),
    Kind.CHINESE: _Texts("李雷", "李雷", "李", "上海"),
    Kind.EMOJI: _Texts("Zoë 🌸", "Zoë 🌸 Martin", "Martin 🌸", "Lyon"),
    Kind.CAPITALS: _Texts("JÜRGEN", "JÜRGEN MÜLLER", "MÜLLER", "MÜNCHEN"),
}

PLACES = ("city", "town", "place", "location", "ort", "stadt", "ville")


def values_of(kind: Kind, fields: tuple[MergeField, ...], current: Mapping[str, str]) -> dict[str, str]:
    """Return the values of one of the eight: what is filled for each recipient is awkward, the rest as it is now."""
    return {**current, **{field.name: _text(kind, field, current) for field in fields if _is_personal(field)}}


def _is_personal(field: MergeField) -> bool:
    return field.openable or field.type is FieldType.NAME


def _text(kind: Kind, field: MergeField, current: Mapping[str, str]) -> str:
    now = current.get(field.name) or field.sample
    if kind is Kind.MISSING:
        return ""
    if kind is Kind.UNRESOLVED:
        return find_dialect(PLATFORM).tag_for(field.name).replace("URL:", "") if field.openable else now
    text = _word_of(field)
    if text is None:
        return now.upper() if kind is Kind.CAPITALS and field.type is FieldType.TEXT else now
    return _shortened(text(TEXTS[kind]), field.longest)


def _word_of(field: MergeField) -> Callable[[_Texts], str] | None:
    """Return which of a recipient's texts a field shows, None if it is neither a name nor a place."""
    if field.type is FieldType.NAME:
        if "last" in field.name or "surname" in field.name:
            return lambda texts: texts.last
        return (lambda texts: texts.full) if " " in field.sample else (lambda texts: texts.first)
    if field.type is FieldType.TEXT and any(place in field.name for place in PLACES):
        return lambda texts: texts.place
    return None


def _shortened(text: str, longest: int) -> str:
    """Return as much of a name as the field takes: longer ones are refused, and would show the fallback."""
    return text if len(text) <= longest else text[:longest].rstrip()
