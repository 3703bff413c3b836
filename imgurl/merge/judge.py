"""Judge one value by the rules of its field: what of it is drawn, and what was found.

The one judgement of values: requests, links, lists and the command line all ask here, and say the same sentences.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote

from imgurl.merge.booleans import read_boolean
from imgurl.merge.casing import set_casing
from imgurl.merge.clean import TooLong, clean
from imgurl.merge.fields import MAX_CODE_POINTS, MergeField
from imgurl.merge.formats import Displayed, display
from imgurl.merge.kinds import FieldCasing, FieldType, NotOfType
from imgurl.merge.languages import match_language
from imgurl.merge.nulls import without_null_words
from imgurl.merge.patterns import matches
from imgurl.merge.refusal import is_no_name, is_refused_word
from imgurl.merge.tags import is_unreplaced_tag
from imgurl.merge.web_addresses import looks_like_address
from imgurl.outbound.web_urls import is_listed, read_web_url

# Signs that mean something in a URL, the percent sign of what is encoded already among them.
URL_SIGNS = "-._~:/?@!$&'()*+,;=%"

# Characters of which each may be three code points before all of them are too many.
FEW = MAX_CODE_POINTS // 3


class Words(StrEnum):
    """Whose words a value is."""

    #: Anybody's: what is in the open part of a URL. Nothing that looks like an address is drawn.
    OPEN = "open"
    #: A recipient's, from a list or a request, about to be sealed. An address is drawn, with a warning to the signer.
    DATA = "data"
    #: Under a good signature: a value, or the fallback that was sealed in its place, "Valued customer".
    SIGNED = "signed"


class Flag(StrEnum):
    """What was found on the way to a value. Most made the value missing; with a text, a flag only informs."""

    UNRESOLVED = "unresolved"
    ENCODED_TAG = "encoded-tag"
    NOT_OPENABLE = "not-openable"
    NULL_WORD = "null-word"
    REFUSED_WORD = "refused-word"
    NOT_A_NAME = "not-a-name"
    CUT = "cut"
    UNDECODABLE = "undecodable"
    TOO_LONG = "too-long"
    LINK = "link"
    PATTERN = "pattern"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_BOOLEAN = "not-a-flag"
    NOT_A_COLOR = "not-a-color"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_DATE = "not-a-date"
    NOT_A_DATETIME = "not-a-datetime"
    AMBIGUOUS = "ambiguous"
    OTHER_CURRENCY = "other-currency"
    NOT_A_URL = "not-a-url"
    OTHER_HOST = "other-host"
    NO_GLYPH = "no-glyph"
    NOT_LIVE = "not-live"
    STALE = "stale"
    MISSING = "missing"
    CLEANED = "cleaned"
    REPEATED = "repeated"


# Ends of sentences that begin with the field's name: why there is no value. Callers of the API read them.
REASONS = {
    Flag.MISSING: "is blank",
    Flag.NULL_WORD: 'is a placeholder such as "null" or "undefined"',
    Flag.REFUSED_WORD: 'is a placeholder; the design may list others in the field\'s "refuse", or allow all with []',
    Flag.NOT_A_NAME: 'is not a name but a number, a date or punctuation; the design may allow it with "refuse": []',
    Flag.UNRESOLVED: "is a merge tag that was not replaced: mail platforms replace tags only in the mails that they "
    "send, and only in open fields",
    Flag.ENCODED_TAG: "is a merge tag whose brackets were percent-encoded: most likely an HTML tool did that before "
    "the mail platform saw the tag; run the tool first and paste the image afterwards",
    Flag.NOT_OPENABLE: 'is a field that only a signer may fill; "openable": true in the design opens it',
    Flag.CUT: "is cut off: the URL ended within or right after it",
    Flag.UNDECODABLE: "is damaged: letters were lost on the way, or its charset cannot be determined",
    Flag.TOO_LONG: "is too long: each field has a limit of its own, and none takes more than 200 characters",
    Flag.LINK: 'looks like a web address, a mail address or a phone number; the design may allow it with "links": true',
    Flag.PATTERN: "does not match the field's pattern",
    Flag.NOT_A_CHOICE: "is not one of the field's choices",
    Flag.NOT_A_BOOLEAN: "is neither true nor false",
    Flag.NOT_A_COLOR: "is not a CSS colour; write for example 1a73e8, #1a73e8 or tomato",
    Flag.NOT_A_NUMBER: "is not a number; write for example 1299.5",
    Flag.NOT_A_DATE: "is not a date; write for example 2026-03-01",
    Flag.NOT_A_DATETIME: "is not a day with its time; write for example 2026-12-31 18:00 or 2026-12-31T18:00:00Z",
    Flag.AMBIGUOUS: "is ambiguous: it can be read in two ways; write for example 1299.00 or 2026-03-01, or let the "
    'design say how its dates are written ("input") and whose day a moment is ("time_zone")',
    Flag.OTHER_CURRENCY: "is an amount in another currency than the field's",
    Flag.NOT_A_URL: "is not a URL that can be fetched; write for example https://cdn.example.com/logo.png",
    Flag.OTHER_HOST: "is a URL on a host that the design does not list",
    Flag.NO_GLYPH: "has a character that no font can draw",
    Flag.NOT_LIVE: "has no live value: its source did not answer in time, or not with a value for this field",
}

# The same for a value that is drawn all the same, where its owner should look at it.
WARNINGS = {
    Flag.LINK: "looks like a web address, a mail address or a phone number; it is drawn, because it is signed",
    Flag.NULL_WORD: 'contains a placeholder such as "null" or "undefined", which is left out',
    Flag.NOT_LIVE: "is not live: its source did not answer in time, or not with a value for this field",
    Flag.STALE: "is an earlier value: its source has not answered with a newer one yet",
    Flag.REPEATED: "has two values in the URL; the first one counts",
    Flag.NOT_OPENABLE: f"{REASONS[Flag.NOT_OPENABLE]}; its value in the URL's open part is ignored",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a value: ``text`` is what is drawn, "" if it is missing or refused; ``flags`` what was found.

    Where there is no text, the last flag says why. ``reading`` is a number in plain decimals, or a day or moment as
    ISO 8601 has it, which conditions compare.
    """

    text: str
    flags: tuple[Flag, ...] = ()
    reading: str = ""

    @property
    def refusal(self) -> Flag | None:
        """Why there is no text; None if there is one."""
        return None if self.text else self.flags[-1]

    def reason_in(self, field: MergeField) -> str:
        """Why the field has no text, as the end of a sentence that begins with its name; "" if it has one."""
        return "" if self.refusal is None else reason_of(self.refusal, field)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What its owner should know of a text that is drawn, as ends of sentences like ``reason_in``."""
        return sentences(self.flags, None, is_drawn=True) if self.text else ()


def reason_of(flag: Flag, field: MergeField | None) -> str:
    """Return why there is no value, with the limit of its field where that is known."""
    if flag is not Flag.TOO_LONG or field is None:
        return REASONS.get(flag, "breaks a rule of its field")
    # What a person calls a character may be several code points. In a short field only the rarest emoji get there.
    parts = f", and {MAX_CODE_POINTS} with accents and parts of emoji counted one by one" if field.longest > FEW else ""
    return f"is too long: at most {field.longest} characters{parts}"


def sentences(flags: Collection[Flag], field: MergeField | None, *, is_drawn: bool) -> tuple[str, ...]:
    """Return what the flags of a value that is drawn, or is not, say to its owner; nothing of a value that is blank."""
    known = WARNINGS if is_drawn else REASONS
    # The cause says more than what came of it.
    silent = (Flag.MISSING, Flag.UNRESOLVED) if Flag.ENCODED_TAG in flags else (Flag.MISSING,)
    told = (flag for flag in flags if flag in known and flag not in silent)
    return tuple(WARNINGS[flag] if is_drawn else reason_of(flag, field) for flag in told)


def judge(field: MergeField, text: str, words: Words = Words.OPEN) -> Judged:
    """Judge a value by the rules of its field. Never raises.

    ``words`` says whose they are: what looks like an address is refused in anybody's, drawn and flagged in a signer's.
    """
    try:
        tidy = clean(text)
    except TooLong:
        return Judged("", (Flag.TOO_LONG,))
    flags = (Flag.CLEANED,) if tidy != text else ()
    real = tidy if _is_own_word(field, tidy) else without_null_words(tidy, field.type)
    if real and real != tidy and is_refused_word(field, tidy, is_signed=words is Words.SIGNED):
        real = tidy  # "none given" as a whole, not a Ms Given
    if real != tidy:
        flags = (*flags, Flag.NULL_WORD)
        if not real:
            return Judged("", flags)
    flag = _broken_rule(field, real)
    if flag is None and _is_address(field, real):
        flags = (*flags, Flag.LINK)
        if words is Words.OPEN:
            return Judged("", flags)
    flag = flag or _unwanted(field, real, words)
    if flag is None:
        try:
            displayed = _by_type(field, real)
        except NotOfType as error:
            flag = Flag(str(error))
        else:
            return Judged(set_casing(displayed.text, field.casing, field.locale), flags, displayed.reading)
    return Judged("", (*flags, flag))


@lru_cache(maxsize=4096)
def design_fallback(field: MergeField) -> Judged:
    """Return what becomes of the design's own fallback; its text is "" if there is none or it is blank."""
    return judge(as_written(field), field.fallback or "", Words.SIGNED)


@lru_cache(maxsize=4096)
def as_written(field: MergeField) -> MergeField:
    """Return the field as it treats its author's own words.

    Mending a name would make "There" of "there", and "Valued customer" is a placeholder, but a good fallback.
    """
    has_words = field.refuse or field.missing
    if field.type is not FieldType.NAME and not has_words and field.casing is not FieldCasing.NAME:
        return field
    casing = FieldCasing.NONE if field.casing is FieldCasing.NAME else field.casing
    return field.model_copy(update={"casing": casing, "refuse": (), "missing": ()})


def _is_own_word(field: MergeField, text: str) -> bool:
    """Say whether the design itself has this text: a choice may be called "none", a fallback be a dash."""
    if text in (field.fallback, field.sample):
        return True
    folded = text.casefold() if field.choices else ""
    return any(choice.casefold() == folded for choice in field.choices)


def _broken_rule(field: MergeField, text: str) -> Flag | None:
    if not text:
        return Flag.MISSING
    if "\ufffd" in text:
        return Flag.UNDECODABLE
    if is_unreplaced_tag(text, text, None, field.name):
        return Flag.UNRESOLVED
    if len(text) > field.longest and count_clusters(text) > field.longest:
        return Flag.TOO_LONG
    return None


def _is_address(field: MergeField, text: str) -> bool:
    if field.links or field.type not in (FieldType.TEXT, FieldType.NAME):
        return False
    return looks_like_address(text, is_name=field.type is FieldType.NAME)


def _unwanted(field: MergeField, text: str, words: Words) -> Flag | None:
    if is_refused_word(field, text, is_signed=words is Words.SIGNED):
        return Flag.REFUSED_WORD
    if is_no_name(field, text):
        return Flag.NOT_A_NAME
    if field.pattern is not None and not matches(field.pattern, text):
        return Flag.PATTERN
    return None


def _by_type(field: MergeField, text: str) -> Displayed:
    match field.type:
        case FieldType.CHOICE | FieldType.LANGUAGE:
            word = _choice(field, text)
        case FieldType.BOOLEAN:
            word = _boolean(text)
        case FieldType.COLOR:
            word = _color(text)
        case FieldType.URL:
            word = _url(field, text)
        case _:
            return display(field.notation, text)
    return Displayed(word)


def _choice(field: MergeField, text: str) -> str:
    """Return the choice that is meant: the one of these letters, else of these but for accents, blanks and hyphens."""
    for key in (str.casefold, _skeleton):
        folded = key(text)
        choices = [choice for choice in field.choices if key(choice) == folded]
        if choices and (len(choices) == 1 or key is str.casefold):
            return choices[0]
    language = match_language(text, field.choices) if field.type is FieldType.LANGUAGE else None
    if language is None:
        raise NotOfType(Flag.NOT_A_CHOICE)
    return language


def _skeleton(text: str) -> str:
    """Return a text in one case without accents, its blanks, hyphens and underscores all alike."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) != "Mn")
    return re.sub(r"[\s_\-\u2010-\u2015]+", "-", bare.casefold()).strip("-")


def _boolean(text: str) -> str:
    is_true = read_boolean(text)
    if is_true is None:
        raise NotOfType(Flag.NOT_A_BOOLEAN)
    return "true" if is_true else "false"


def _color(text: str) -> str:
    from imgurl.color import parse_value  # noqa: PLC0415 - few designs have a colour field

    try:
        return parse_value(text).hex
    except ValueError:
        raise NotOfType(Flag.NOT_A_COLOR) from None


def _url(field: MergeField, text: str) -> str:
    # Letters that a URL can't have are what people paste from an address bar, which shows them decoded.
    url = read_web_url(quote(text, safe=URL_SIGNS))
    if url is None:
        raise NotOfType(Flag.NOT_A_URL)
    if not is_listed(url.host, field.hosts):
        raise NotOfType(Flag.OTHER_HOST)
    return url.text


def count_clusters(text: str) -> int:
    """Count grapheme clusters (UAX #29): what a person calls characters."""
    # Up to here only CR and LF are one cluster together: Latin letters are counted without ICU.
    if "\r" not in text and max(text, default="") < "\u0300":
        return len(text)
    from icu4py.breakers import CharacterBreaker  # noqa: PLC0415 - only values longer than their limit get here

    return sum(1 for _ in CharacterBreaker(text, "root"))
