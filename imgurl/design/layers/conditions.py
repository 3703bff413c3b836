"""When a layer is drawn: tests of values, and their combinations.

A test has three outcomes: it holds, it doesn't, or nobody can know, because the value is missing or could not be read
and its field has no fallback. What is unknown stays so when it is negated, as in SQL and in Kleene's logic: a customer
whose tier is unknown is neither a gold member nor one who is not. Only what holds is drawn.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator, BeforeValidator

from imgurl.design.layers.names import NUMBERS, FieldName
from imgurl.design.model import Model, NotEmpty, known, mistake, pick
from imgurl.merge.booleans import read_boolean
from imgurl.merge.kinds import FieldType, reading_name
from imgurl.merge.patterns import matches, unsafe_pattern

# Tests in one "all" or "any", and how deep they may be nested.
MAX_TESTS = 20

MAX_OPERAND = 200


def _check_operand(value: Any) -> Any:
    # Before the union, each of whose members would report a mistake of its own, at a place that no document has.
    if not isinstance(value, str | bool | int | float) or (isinstance(value, str) and len(value) > MAX_OPERAND):
        raise mistake(f"write a text of at most {MAX_OPERAND} characters, a number, true or false")
    return value


#: A value in a test: as it is drawn, a number, or true and false of a flag.
Operand = Annotated[Annotated[str, Field(max_length=MAX_OPERAND)] | bool | int | float, BeforeValidator(_check_operand)]


def _check_pattern(pattern: str) -> str:
    if reason := unsafe_pattern(pattern):
        raise mistake(f"the pattern {reason}")
    return pattern


Pattern = Annotated[str, Field(max_length=200), AfterValidator(_check_pattern)]


class Test(Model):
    """A test of one field's value; with several comparisons, all of them must hold."""

    __test__ = False  # not one of pytest's

    field: FieldName
    is_set: bool | None = None
    is_: Annotated[Operand | None, Field(alias="is")] = None
    in_: Annotated[tuple[Operand, ...] | None, Field(alias="in", strict=False, max_length=100)] = None
    matches: Pattern | None = None
    at_least: float | None = None
    at_most: float | None = None
    before: date | None = None
    after: Annotated[date | None, Field(validate_default=True)] = None

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The field, as it is drawn and as it was read: a price may be drawn without its cents."""
        return frozenset((self.field, reading_name(self.field)))

    def outcome(self, texts: Mapping[str, str]) -> bool | None:
        """Say whether the test holds; None if that can't be known."""
        text = texts.get(self.field, "")
        if self.is_set is not None and bool(text) is not self.is_set:
            return False
        compared = tuple(self._comparisons)
        if not compared:
            return True
        if not text:
            return None
        reading = texts.get(reading_name(self.field), text)
        return all(holds(reading) for holds in compared)

    @cached_property
    def _comparisons(self) -> tuple[Callable[[str], bool], ...]:
        wanted = self.in_ if self.is_ is None else (self.is_,)
        found: list[tuple[Any, Callable[[str], bool]]] = [
            (wanted, lambda text: any(_is(text, operand) for operand in wanted or ())),
            (self.matches, lambda text: matches(self.matches or "", text)),
            (self.at_least, lambda text: Decimal(text) >= Decimal(str(self.at_least))),
            (self.at_most, lambda text: Decimal(text) <= Decimal(str(self.at_most))),
            (self.before, lambda text: _day(text) < (self.before or date.max)),
            (self.after, lambda text: _day(text) > (self.after or date.min)),
        ]
        return tuple(holds for operand, holds in found if operand is not None)

    @field_validator("is_", "in_")
    @classmethod
    def _of_the_field(cls, operand: Any, info: ValidationInfo) -> Any:
        if operand == ():
            raise mistake("needs at least one entry")
        many = operand if isinstance(operand, tuple) else (operand,)
        read = tuple(_operand(one, info) for one in many)
        return read if isinstance(operand, tuple) else read[0]

    @field_validator("at_least", "at_most")
    @classmethod
    def _of_numbers(cls, bound: float | None, info: ValidationInfo) -> float | None:
        if bound is not None and (kind := _kind(info)) is not None and kind not in NUMBERS:
            raise mistake(f"the field is of type {kind}; only a number or an amount of money can be compared so")
        return bound

    # JSON has no dates. The last of the keys also says that there is nothing to test.
    @field_validator("before", "after", mode="before")
    @classmethod
    def _of_dates(cls, day: Any, info: ValidationInfo) -> Any:
        if day is None or isinstance(day, date):
            return day
        if (kind := _kind(info)) is not None and kind not in (FieldType.DATE, FieldType.DATETIME):
            raise mistake(f"the field is of type {kind}; only a date can be before or after another")
        try:
            return date.fromisoformat(day)
        except (TypeError, ValueError):
            raise mistake(f"'{day}' is not a date; write for example 2026-03-01") from None

    @field_validator("after")
    @classmethod
    def _tests_something(cls, after: date | None, info: ValidationInfo) -> date | None:
        keys = ("is_set", "is_", "in_", "matches", "at_least", "at_most", "before")
        if after is None and all(info.data.get(key, "wrong") is None for key in keys):
            raise mistake(
                'says nothing about the value; write for example "is_set": true, "is": "gold" or "at_least": 100',
                beside="field",
            )
        return after


class All(Model):
    """Holds if all of its conditions do."""

    all: Annotated[tuple["When", ...], Field(strict=False, max_length=MAX_TESTS), NotEmpty]

    def outcome(self, texts: Mapping[str, str]) -> bool | None:
        """Say whether all hold; None if that hangs on an unknown one."""
        outcomes = [condition.outcome(texts) for condition in self.all]
        return False if False in outcomes else None if None in outcomes else True


class AnyOf(Model):
    """Holds if one of its conditions does."""

    any: Annotated[tuple["When", ...], Field(strict=False, max_length=MAX_TESTS), NotEmpty]

    def outcome(self, texts: Mapping[str, str]) -> bool | None:
        """Say whether one holds; None if that hangs on an unknown one."""
        outcomes = [condition.outcome(texts) for condition in self.any]
        return True if True in outcomes else None if None in outcomes else False


class Not(Model):
    """Holds if its condition does not; unknown stays unknown."""

    not_: Annotated["When", Field(alias="not")]

    def outcome(self, texts: Mapping[str, str]) -> bool | None:
        """Say the opposite."""
        outcome = self.not_.outcome(texts)
        return None if outcome is None else not outcome


class ShowIf(Model):
    """A condition as designs wrote it before ``when``: versions that links are pinned to still do.

    The field has a value (a flag: is true), or one of ``values``. ``negate`` inverts it: no value, a flag that is
    false, another value.
    """

    field: FieldName
    values: Annotated[tuple[str, ...], Field(strict=False, validate_default=True)] = ()
    negate: bool = False

    def outcome(self, texts: Mapping[str, str]) -> bool | None:
        """Say whether the layer is drawn for these values."""
        text = texts.get(self.field, "")
        if self.values:
            return (text in self.values) is not self.negate if text else None
        return (text not in ("", "false")) is not self.negate

    @field_validator("values")
    @classmethod
    def _of_the_field(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        # Resolved flags are "true" or "false"; a design may write them in any way that a value may.
        if _kind(info) is not FieldType.BOOLEAN:
            return values
        return tuple(_flag(value) for value in values or ("true",))


def _variant(value: Any) -> str | None:
    kinds = {"all": "«all»", "any": "«any»", "not": "«not»", "not_": "«not»", "field": "«test»"}
    found = [tag for key, tag in kinds.items() if pick(value, key) is not None]
    return found[0] if len(found) == 1 else None


When = Annotated[
    Annotated[Test, Tag("«test»")]
    | Annotated[All, Tag("«all»")]
    | Annotated[AnyOf, Tag("«any»")]
    | Annotated[Not, Tag("«not»")],
    Discriminator(_variant, custom_error_type="condition", custom_error_message="is not a condition"),
]


def _kind(info: ValidationInfo) -> FieldType | None:
    return (known(info).fields or {}).get(info.data.get("field", ""))


def _operand(operand: Any, info: ValidationInfo) -> Any:
    """Check an operand against its field: a choice that is not listed would never hold."""
    kind, name = _kind(info), info.data.get("field", "")
    if operand is None or kind is None:
        return operand
    if kind is FieldType.BOOLEAN:
        return _flag(operand)
    if isinstance(operand, bool):
        raise mistake("only a flag is true or false; write the value as a text")
    choices = known(info).choices.get(name)
    if choices and operand not in choices:
        raise mistake(f"'{operand}' is not one of the choices of '{name}': {', '.join(choices)}")
    if kind in NUMBERS and isinstance(operand, str):
        raise mistake(f"the field is of type {kind}; write a number without quotes")
    return operand


def _flag(value: Any) -> str:
    read = value if isinstance(value, bool) else read_boolean(str(value))
    if read is None:
        raise mistake('the field is a flag; write "true" or "false"')
    return "true" if read else "false"


def _is(text: str, operand: str | float) -> bool:
    return text == operand if isinstance(operand, str) else Decimal(text) == Decimal(str(operand))


def _day(reading: str) -> date:
    """Return the day of a date, or that of a moment in its field's time zone."""
    return date.fromisoformat(reading[:10])


All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()
