"""Values from a live source, in place of those that came with the URL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from imgurl.merge.fields import MergeField
from imgurl.merge.json_paths import Scalar
from imgurl.merge.judge import Flag, Words, judge
from imgurl.merge.kinds import FieldType
from imgurl.merge.resolve import Origin, Resolved, Value


@dataclass(frozen=True, slots=True)
class LiveValue:
    """A value as a source has it; ``is_stale`` if it is an earlier one, because there is nothing newer yet."""

    value: Scalar
    is_stale: bool = False


def with_live(
    fields: Sequence[MergeField],
    resolved: Resolved,
    live: Mapping[str, LiveValue | None],
    can_draw: Callable[[str], bool],
) -> Resolved:
    """Return the values with the live ones put in, by the names of fields; None for one that could not be had.

    A live value is judged like any other. Where it is missing or breaks a rule of its field, what came with the URL is
    drawn in its place, or else the design's fallback.
    """
    if not live:
        return resolved
    values = tuple(
        _live(field, value, live[field.name], can_draw) if field.name in live else value
        for field, value in zip(fields, resolved.values, strict=True)
    )
    required = {field.name for field in fields if field.required}
    lacking = tuple(value.field for value in values if not value.text and value.field in required)
    return replace(resolved, values=values, lacking=lacking)


def _live(field: MergeField, given: Value, live: LiveValue | None, can_draw: Callable[[str], bool]) -> Value:
    if live is None:
        return replace(given, flags=(*given.flags, Flag.NOT_LIVE))
    judged = judge(field, text_of(live.value, field.type), Words.DATA)
    flags = (*judged.flags, Flag.STALE) if live.is_stale else judged.flags
    if judged.text and (field.type not in (FieldType.TEXT, FieldType.NAME) or can_draw(judged.text)):
        return Value(field.name, judged.text, Origin.LIVE, flags, judged.reading)
    # What is wrong with the live value says why it is not drawn, and is said of the field.
    broken = (*judged.flags, Flag.NO_GLYPH) if judged.text else judged.flags
    return replace(given, flags=tuple(dict.fromkeys((*given.flags, *broken, Flag.NOT_LIVE))))


def text_of(value: Scalar, kind: FieldType) -> str:
    """Return a value of JSON as a field reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        # With an exponent no point can be taken for one that groups: 1.299 is twelve hundred and more in Germany.
        return f"{value:E}" if kind in (FieldType.NUMBER, FieldType.MONEY) else f"{value:f}"
    return value
