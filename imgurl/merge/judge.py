"""Judge one value by the rules of its field: what of it is drawn, and what was found.

The one judgement of values: requests, links, lists and the command line all ask here, and say the same sentences.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from imgurl.merge.casing import set_casing
from imgurl.merge.clean import TooLong, clean, is_null_word
from imgurl.merge.fields import MergeField
from imgurl.merge.flags import read_flag
from imgurl.merge.formats import display
from imgurl.merge.kinds import FieldCasing, FieldType, NotOfType
from imgurl.merge.languages import match_language
from imgurl.merge.links import looks_like_link
from imgurl.merge.tags import is_unreplaced_tag


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
    AMBIGUOUS = "ambiguous"
    OTHER_CURRENCY = "other-currency"
    NO_GLYPH = "no-glyph"
    MISSING = "missing"
    CLEANED = "cleaned"


REASONS = {
    Flag.MISSING: "is blank",
    Flag.NULL_WORD: "is a word that programs print for nothing",
    Flag.UNRESOLVED: "is a merge tag that was not replaced; to let a mail platform fill the field, leave it open",
    Flag.TOO_LONG: "is too long: the field's max_length (grapheme clusters), or 200 code points",
    Flag.LINK: 'looks like a web address, a mail address or a phone number; the design may allow it with "links": true',
    Flag.PATTERN: "does not match the field's pattern",
    Flag.NOT_A_CHOICE: "is none of the field's choices",
    Flag.NOT_A_FLAG: "is neither true nor false",
    Flag.NOT_A_COLOR: "is no CSS colour",
    Flag.NOT_A_NUMBER: "is no number; write for example 1299.5",
    Flag.NOT_A_DATE: "is no date; write for example 2026-03-01",
    Flag.AMBIGUOUS: "is ambiguous: it reads in two ways; write for example 1299.00 or 2026-03-01, or let the design "
    'say how its dates are written ("input") and whose day a moment is ("time_zone")',
    Flag.OTHER_CURRENCY: "is an amount in another currency than the field's",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a value: ``text`` is what is drawn, "" where it is missing or refused; ``flags`` what was found.

    Where there is no text, the last flag says why.
    """

    text: str
    flags: tuple[Flag, ...] = ()

    @property
    def refusal(self) -> Flag | None:
        """Why there is no text; None where there is one."""
        return None if self.text else self.flags[-1]

    @property
    def reason(self) -> str:
        """Why there is no text, as the end of a sentence that begins with the field's name; "" where there is one."""
        return "" if self.refusal is None else REASONS.get(self.refusal, "breaks a rule of its field")


def judge(field: MergeField, text: str) -> Judged:
    """Judge a value by the rules of its field. Never raises."""
    try:
        tidy = clean(text)
    except TooLong:
        return Judged("", (Flag.TOO_LONG,))
    found = (Flag.CLEANED,) if tidy != text else ()
    flag = _broken_rule(field, tidy)
    if flag is None:
        try:
            return Judged(set_casing(_by_type(field, tidy), field.casing, field.locale), found)
        except NotOfType as error:
            flag = Flag(str(error))
    return Judged("", (*found, flag))


@lru_cache(maxsize=4096)
def design_fallback(field: MergeField) -> str:
    """Return the design's own fallback as it is drawn; "" where it has none or leaves it blank."""
    return judge(as_written(field), field.fallback).text if field.fallback else ""


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
        case FieldType.CHOICE | FieldType.LANGUAGE:
            return _choice(field, text)
        case FieldType.FLAG:
            return _flag(text)
        case FieldType.COLOR:
            return _color(text)
        case _:
            return display(field.notation, text)


def _choice(field: MergeField, text: str) -> str:
    """Return the choice that is meant: the one of these letters, else of these but for accents, blanks and hyphens."""
    for key in (str.casefold, _skeleton):
        wanted = key(text)
        found = [choice for choice in field.choices if key(choice) == wanted]
        if found and (len(found) == 1 or key is str.casefold):
            return found[0]
    language = match_language(text, field.choices) if field.type is FieldType.LANGUAGE else None
    if language is None:
        raise NotOfType(Flag.NOT_A_CHOICE)
    return language


def _skeleton(text: str) -> str:
    """Return a text in one case without accents, its blanks, hyphens and underscores all alike."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) != "Mn")
    return re.sub(r"[\s_\-\u2010-\u2015]+", "-", bare.casefold()).strip("-")


def _flag(text: str) -> str:
    found = read_flag(text)
    if found is None:
        raise NotOfType(Flag.NOT_A_FLAG)
    return "true" if found else "false"


def _color(text: str) -> str:
    from imgurl.color import parse_value  # noqa: PLC0415 - few designs have a colour field

    try:
        return parse_value(text).hex
    except ValueError:
        raise NotOfType(Flag.NOT_A_COLOR) from None


def count_clusters(text: str) -> int:
    """Count grapheme clusters (UAX #29): what a person calls characters."""
    from icu4py.breakers import CharacterBreaker  # noqa: PLC0415 - only values longer than their limit get here

    return sum(1 for _ in CharacterBreaker(text, "root"))
