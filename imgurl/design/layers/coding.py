"""What a code is made of: its kind and the data in it, known without a picture.

So whoever makes a link can say that its code will not be drawn, long before anybody draws.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from imgurl.merge.fields import CHOICE_TYPES, MergeField
from imgurl.merge.judge import Words, design_fallback, judge
from imgurl.merge.kinds import FieldType, reading_name
from imgurl.merge.template import parse_template


class Symbology(StrEnum):
    """Kinds of codes."""

    QR = "qr"
    CODE_128 = "code128"
    EAN_13 = "ean13"
    UPC_A = "upca"
    PDF_417 = "pdf417"
    DATA_MATRIX = "datamatrix"
    AZTEC = "aztec"


DIGITS = {Symbology.EAN_13: 13, Symbology.UPC_A: 12}

# An address whose beginning is the design's own: values are put into it as its parts.
ADDRESS = re.compile(r"https?://", re.IGNORECASE)

# Patterns that let in nothing but digits; letters, digits and what an address leaves as it is; ASCII. Each with signs
# of that kind which take many modules: they change from one set of a code to another all the time, and of those that an
# address has to encode there is every second.
SYNTAX = r"\{[0-9,]+\}|\(\?:|\((?!\?)|[)|?+*^$]"
SIGNS = (
    (re.compile(rf"(?:\[0-9\]|[0-9]|{SYNTAX})+"), "0123456789"),
    (re.compile(rf"(?:\[(?!\^)(?:[A-Za-z0-9_-]|\\-)+\]|[A-Za-z0-9_-]|{SYNTAX})+"), "aB-7c_D9"),
    (
        re.compile(rf"(?:\[(?!\^)(?:[ -Z^-~]|\\[^A-Za-z0-9])+\]|[^\\.\[\](){{}}|?+*^$]|\\[^A-Za-z0-9]|{SYNTAX})+"),
        "a;B/",
    ),
)
# Two bytes each. Characters of three or four are not expected to fill a field to its max_length.
ANY_SIGNS = "éЖ"


@dataclass(frozen=True, slots=True)
class Coding:
    """A kind of code, and its data with placeholders."""

    kind: Symbology
    data: str

    @property
    def fields(self) -> frozenset[str]:
        """The fields in the data."""
        return frozenset(parse_template(self.data).fields)

    def coded(self, texts: Mapping[str, str]) -> str:
        """Return the data for resolved values; "" if one is missing that is not in an optional part."""
        template = parse_template(self.data)
        values = {name: texts.get(reading_name(name)) or texts.get(name, "") for name in template.fields}
        if any(
            part.field and not values[part.field]
            for optional, parts in template.pieces
            if not optional
            for part in parts
        ):
            return ""
        if ADDRESS.match(self.data):
            values = {name: quote(value, safe="") for name, value in values.items()}
        return template.text(values)

    def longest(self, fields: Mapping[str, MergeField]) -> str:
        """Return data as long as values of these fields can make it."""
        if digits := DIGITS.get(self.kind):
            return "0" * digits
        data = self.coded({name: _longest_value(fields[name]) for name in self.fields})
        return re.sub("[^ -~]", "a", data) if self.kind is Symbology.CODE_128 else data

    def with_values(self, values: Mapping[str, str], fields: Mapping[str, MergeField]) -> str:
        """Return the data for values that are signed as they are; "" if one is missing.

        Of a field without a value it is the design's fallback.
        """
        judged = {
            name: judge(fields[name], values[name], Words.SIGNED) if values.get(name) else design_fallback(fields[name])
            for name in self.fields
        }
        return self.coded({name: value.reading or value.text for name, value in judged.items()})

    def refusal(self, data: str, fields: Mapping[str, MergeField]) -> str:
        """Say why data can't be drawn, as the end of a sentence; "" if it can."""
        if reason := _unfit(self.kind, data):
            return reason
        size, limit = (len(text.encode()) for text in (data, self.longest(fields)))
        return f"takes {size} bytes, and the code's box is made for {limit}" if size > limit else ""

    def shortcoming(self, data: str, fields: Mapping[str, MergeField]) -> str:
        """Say why data can't be drawn, as a sentence; "" if it can."""
        reason = self.refusal(data, fields)
        return f"'{data}' {reason}" if reason else ""


def undrawn_codes(
    codings: Mapping[str, Coding], values: Mapping[str, str], fields: Mapping[str, MergeField]
) -> tuple[str, ...]:
    """Say which codes, by the names of their layers, can't hold the values that are signed into a link."""
    data = {name: coding.with_values(values, fields) for name, coding in codings.items()}
    reasons = {name: codings[name].shortcoming(text, fields) for name, text in data.items() if text}
    return tuple(f"the layer {name} is not drawn: {reason}" for name, reason in reasons.items() if reason)


def _unfit(kind: Symbology, data: str) -> str:
    """Say why a kind of code can't hold data, as the end of a sentence."""
    if kind in DIGITS:
        # One digit less could be completed, but it could as well be a number with a digit lost.
        if not re.fullmatch(f"[0-9]{{{DIGITS[kind]}}}", data):
            return f"is not a number of {DIGITS[kind]} digits"
        digits = [int(digit) for digit in reversed(data)]
        # GS1 General Specifications, 7.9: weights 1 and 3 from the right.
        if (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10:
            return "has a wrong check digit, the last one"
    elif kind is Symbology.CODE_128 and not re.fullmatch("[ -~]+", data):
        # Beyond ASCII readers disagree.
        return "has characters that a Code 128 can't hold: it takes letters without accents, digits and punctuation"
    return ""


def _longest_value(field: MergeField) -> str:
    """Return a value of a field that takes as much of a code as any that can be expected."""
    if field.type in CHOICE_TYPES:
        return max(field.choices, key=lambda choice: len(quote(choice)))
    if field.type is FieldType.DATE:
        return "2026-12-31"
    if field.type in (FieldType.NUMBER, FieldType.MONEY):
        return "-" + "1234567890" * 2
    pattern = field.pattern if field.pattern and field.pattern.isascii() else ""
    signs = next((signs for known, signs in SIGNS if known.fullmatch(pattern)), ANY_SIGNS)
    return (signs * field.longest)[: field.longest]
