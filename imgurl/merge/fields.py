"""Merge fields: what a design may be told about a recipient, and the rules a value must keep."""

import re
from enum import StrEnum
from html import unescape
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from imgurl.merge.entities import entity_in
from imgurl.merge.tracking import is_tracking_name

FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")

# Code points a value may have at the most after cleaning; anything longer is a paste accident or an attack.
MAX_CODE_POINTS = 200


class FieldType(StrEnum):
    """The kinds of values."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    FLAG = "flag"
    COLOR = "color"


class FieldCasing(StrEnum):
    """How letters are set: ``name`` mends AVA and ava to Ava and leaves McDonald alone."""

    NONE = "none"
    UPPER = "upper"
    LOWER = "lower"
    TITLE = "title"
    NAME = "name"


# A group without a group in it, and the sign behind it that repeats it.
INNERMOST = re.compile(r"\(([^()]*)\)([+*{]?)")
# What can match in more than one way.
VARIABLE = re.compile(r"[+*?|]|\{\d*,\d*\}")

# Grapheme clusters, where the design sets no max_length. 40 holds 99.9 % of full names.
DEFAULT_MAX_LENGTH = {FieldType.NAME: 40, FieldType.TEXT: 80}


class MergeField(BaseModel):
    """One merge field of a design."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=f"^{FIELD_NAME.pattern}$")]
    # Not strict: JSON has no enums, the words are given as strings.
    type: Annotated[FieldType, Field(strict=False)] = FieldType.TEXT
    label: Annotated[str, Field(max_length=80)] = ""
    sample: Annotated[str, Field(min_length=1, max_length=MAX_CODE_POINTS)]
    fallback: Annotated[str, Field(max_length=MAX_CODE_POINTS)] | None = None
    required: bool = False
    max_length: Annotated[int, Field(ge=1, le=MAX_CODE_POINTS)] | None = None
    pattern: Annotated[str, Field(max_length=200)] | None = None
    choices: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = Field((), strict=False)
    casing: Annotated[FieldCasing, Field(strict=False)] = FieldCasing.NONE
    locale: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en-US"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    format: Annotated[str, Field(pattern=r"^[A-Za-z0-9 ./,#+@%*-]{1,60}$")] | None = None
    input: tuple[Annotated[str, Field(pattern=r"^[%Ymd./ -]{6,20}$")], ...] = Field((), strict=False)
    links: bool = False
    openable: bool = False

    @property
    def longest(self) -> int:
        """Grapheme clusters a value may have."""
        return self.max_length or DEFAULT_MAX_LENGTH.get(self.type, MAX_CODE_POINTS)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = []
        if is_tracking_name(self.name):
            problems.append(f"the name '{self.name}' is one that mail platforms tamper with; choose another")
        if entity := entity_in(self.name):
            problems.append(
                f"the name '{self.name}' begins with '{entity}_': in HTML, '&{entity}_' is read as "
                f"'{unescape(f'&{entity};')}_' wherever the & is bare; choose one that begins otherwise"
            )
        if self.required == (self.fallback is not None):
            problems.append(
                'give either a "fallback" (it may be "") or "required": true, so that it is decided '
                "what a recipient without this value sees"
            )
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            problems.append('a field of type "choice", and only such a field, needs "choices"')
        if self.input and self.type is not FieldType.DATE:
            problems.append('"input" is for dates only')
        if any(sorted(re.findall("%(.)", form)) != ["Y", "d", "m"] for form in self.input):
            problems.append('"input" names %Y, %m and %d, each once')
        if self.format and self.type not in (FieldType.NUMBER, FieldType.MONEY, FieldType.DATE):
            problems.append('"format" is for numbers, money and dates only')
        elif self.format and not _is_format(self):
            problems.append('"format" is no skeleton of ICU; write for example ".00", "compact-short" or "yMMMd"')
        if self.pattern is not None and (reason := unsafe_pattern(self.pattern)):
            problems.append(f'"pattern" {reason}')
        if problems:
            raise ValueError("; ".join(problems))
        return self


def unsafe_pattern(pattern: str) -> str | None:
    """Say why a pattern can't be used: it is no regular expression, or one that can take exponential time.

    Something that can match in two ways, repeated by an outer repetition, is how exponential time comes about; back
    references are out for the same reason. Returns None for a pattern that may be used.
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return f"is no regular expression: {error}"
    if re.search(r"\\[1-9]|\(\?P=", pattern):
        return "may not refer back to a group"
    # Without the signs that mean themselves, and without what "(?" says about a group.
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern, flags=re.DOTALL)
    bare = re.sub(r"\(\?(?:P<\w+>|<?[=!]|[a-zA-Z-]*:)", "(", bare)
    # Innermost groups first; a group that can match in two ways leaves a "?" behind for the group around it.
    while group := INNERMOST.search(bare):
        inside, repeated = group.groups()
        is_variable = VARIABLE.search(inside)
        if is_variable and repeated:
            return "repeats a group that itself repeats or chooses; write it without the inner repetition or the |"
        bare = bare[: group.start()] + ("x?" if is_variable else "x") + repeated + bare[group.end() :]
    return None


def _is_format(field: MergeField) -> bool:
    """Say whether ICU can write a value of this field: a skeleton it does not know fails, some come out blank."""
    from imgurl.merge.formats import display  # noqa: PLC0415 - ICU is loaded for the few fields with a format

    try:
        return bool(display(field, "2026-03-01" if field.type is FieldType.DATE else "1"))
    except ValueError:
        return False
