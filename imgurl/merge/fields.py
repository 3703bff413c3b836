"""Merge fields: what a design can show of a recipient, and the rules for each value."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, model_validator

from imgurl.merge.entities import entity_in
from imgurl.merge.formats import display
from imgurl.merge.kinds import READ_TYPES, FieldCasing, FieldType, Notation
from imgurl.merge.languages import is_language
from imgurl.merge.patterns import unsafe_pattern
from imgurl.merge.tracking import is_tracking_name
from imgurl.outbound.web_urls import is_host_pattern

FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")

# Code points a value may have at the most after cleaning; anything longer is a paste accident or an attack.
MAX_CODE_POINTS = 200

# Words that a field may count as missing: as many as one list can reasonably have.
MAX_MISSING_WORDS = 500

# A language tag as ICU takes it: de, de-CH, zh-Hant-TW.
LOCALE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

# Types whose values are the ones a design lists.
CHOICE_TYPES = (FieldType.CHOICE, FieldType.LANGUAGE)

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
    locale: Annotated[str, Field(pattern=LOCALE)] = "en-US"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    format: Annotated[str, Field(pattern=r"^[A-Za-z0-9 ./,#+@%*-]{1,60}$")] | None = None
    input: tuple[Annotated[str, Field(pattern=r"^[%Yymd./ -]{6,20}$")], ...] = Field((), strict=False)
    time_zone: Annotated[str, Field(pattern=r"^[A-Za-z0-9_+/-]{1,40}$")] | None = None
    links: bool = False
    # Of a URL: where it may lead; what the design lists, if the field lists nothing.
    hosts: Annotated[tuple[str, ...], Field(strict=False, max_length=20)] = ()
    # Words that do not count as a value; None: a list of placeholders for names, nothing else. See merge/refusal.py.
    refuse: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field(strict=False)] | None = None
    # Words that this sender's lists have in place of a value, on top of what is refused: "deceased", "house account".
    missing: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=80)], ...],
        Field(strict=False, max_length=MAX_MISSING_WORDS),
    ] = ()
    openable: bool = False

    @property
    def longest(self) -> int:
        """Grapheme clusters a value may have."""
        return self.max_length or DEFAULT_MAX_LENGTH.get(self.type, MAX_CODE_POINTS)

    @property
    def notation(self) -> Notation:
        """How values are read and written."""
        return Notation(self.type, self.locale, self.currency, self.format, self.input, self.time_zone)

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
        problems += [*_choice_problems(self), *_date_problems(self), *_host_problems(self)]
        if self.refuse and self.type not in (FieldType.TEXT, FieldType.NAME):
            problems.append('"refuse" is for texts and names only')
        if self.missing and self.type not in (FieldType.TEXT, FieldType.NAME):
            problems.append('"missing" is for texts and names only')
        if self.format and self.type not in READ_TYPES:
            problems.append('"format" is for numbers, money and dates only')
        elif self.format and not _is_format(self):
            problems.append('"format" is not an ICU skeleton; write for example ".00", "compact-short" or "yMMMd"')
        if self.pattern is not None and (reason := unsafe_pattern(self.pattern)):
            problems.append(f'"pattern" {reason}')
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _choice_problems(field: MergeField) -> Iterator[str]:
    if (field.type in CHOICE_TYPES) != bool(field.choices):
        yield 'a field of type "choice" or "language", and only such a field, needs "choices"'
    elif field.type is FieldType.LANGUAGE:
        for choice in field.choices:
            if not is_language(choice):
                yield f'\'{choice}\' is not a language tag; write for example "de", "pt-BR" or "zh-Hant"'


def _host_problems(field: MergeField) -> Iterator[str]:
    if field.type is FieldType.URL and not field.hosts:
        yield (
            'a field of type "url" needs to know which hosts its values may be on; list them in the design, '
            '"hosts": ["cdn.example.com"]'
        )
    for host in field.hosts:
        if not is_host_pattern(host):
            yield f'\'{host}\' is not a host; write for example "cdn.example.com" or "*.example.com"'


def _date_problems(field: MergeField) -> Iterator[str]:
    for key, value in (("input", field.input), ("time_zone", field.time_zone)):
        if value and field.type not in (FieldType.DATE, FieldType.DATETIME):
            yield f'"{key}" is for dates only'
    if any(sorted(re.findall("%(.)", form.replace("%y", "%Y"))) != ["Y", "d", "m"] for form in field.input):
        yield '"input" names %Y, %m and %d, each once; %y stands for a year of two digits'
    if field.type is FieldType.DATETIME and not field.time_zone:
        yield (
            'a field of type "datetime" needs "time_zone", for example "Europe/Berlin": values that name no zone are '
            "meant there, and all are drawn so"
        )
    if field.time_zone and not is_time_zone(field.time_zone):
        yield f"'{field.time_zone}' is not a known time zone; write for example \"Europe/Berlin\""


def _is_format(field: MergeField) -> bool:
    """Say whether ICU can write a value of this field: a skeleton it does not know fails, some come out blank."""
    samples = {FieldType.DATE: "2026-03-01", FieldType.DATETIME: "2026-03-01T12:00:00Z"}
    if field.time_zone and not is_time_zone(field.time_zone):
        return True  # that is said of the zone
    try:
        return bool(display(field.notation, samples.get(field.type, "1")).text)
    except ValueError:
        return False


def is_time_zone(name: str) -> bool:
    """Say whether this system knows a time zone of this name."""
    return name in _time_zones()


@cache
def _time_zones() -> frozenset[str]:
    # Kept: each call of the library reads a folder of six hundred files.
    return frozenset(available_timezones())
