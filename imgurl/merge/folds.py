"""Lines that a mail server broke inside a link, and putting the pieces together again.

RFC 5321 (4.5.3.1.6) allows lines of 998 bytes. Of a longer one Postfix makes two by CR LF SPACE, sendmail by that or by
``!`` CR LF SPACE. A browser drops the line end and encodes the space, so that ``%20`` or ``!%20`` is in the
link at an arbitrary place; some clients write ``+`` for it, or a bare space.
"""

import html
import re
from dataclasses import dataclass
from enum import StrEnum

FOLD = re.compile(r"!?(?:%20|[ +])")

HEX = "[0-9A-Fa-f]"
# A + is a space in a value that an encoder spelt; in one that a browser spelt it is a plus.
FOLD_IN_VALUE = r"!?(?:%20| )"
TORN_BEHIND_PERCENT = re.compile(rf"%{FOLD_IN_VALUE}(?={HEX}{{2}})")
TORN_IN_DIGITS = re.compile(rf"(%{HEX}){FOLD_IN_VALUE}(?={HEX})")
TORN = re.compile(rf"%{HEX}?{FOLD_IN_VALUE}")
# Between the bytes of one character of UTF-8.
TORN_CHARACTER = re.compile(rf"(%[89A-Fa-f]{HEX}){FOLD_IN_VALUE}(?=%[89ABab]{HEX})")
# "50% 24 h" from a browser, or an encoder's %24 that was torn: nobody can tell. The digit is not part of an escape.
PERCENTAGE = rf"(?<!%)(?<!%{HEX})\d%{FOLD_IN_VALUE}"
PERCENTAGE_OR_ESCAPE = re.compile(rf"{PERCENTAGE}[2-7]{HEX}")
PERCENTAGE_OR_TORN = re.compile(
    rf"(?P<percentage>{PERCENTAGE}|(?:%20|[ +])%{FOLD_IN_VALUE})|%{FOLD_IN_VALUE}(?={HEX}{{2}})"
)

# An entity with one space in it, or with sendmail's sign.
TORN_ENTITY = re.compile(r"&(?=[^;&]{0,9}!? )(?:!? ?#!? ?[xX]?[0-9A-Fa-f! ]{1,9}|[A-Za-z0-9! ]{2,11});")

# What is left of an entity that a browser read up to the line's end: its semicolon after the character …
LEFT_SEMICOLON = re.compile(rf"(?<=&){FOLD_IN_VALUE};|{FOLD_IN_VALUE};(?=[A-Za-z0-9\x80-\xff]|%[89A-Fa-f])")
# … or some of its digits, after another character.
LEFT_DIGITS = re.compile(
    rf"%(?:0[0-8BCEF]|1{HEX}|7F){FOLD_IN_VALUE}|{FOLD_IN_VALUE}(?:\d{{1,6}};$|{HEX}{{1,5}};(?!%20|[ +]|$))"
)

# sendmail's ! and the space after it: at either end, next to another space, after a sign or a single letter, within a
# number, before a lowercase letter, a letter beyond ASCII, or a sign that is not the last. Nobody types them there.
# Between a word and a capital letter or a digit somebody may: Yahoo! Japan.
BROKEN_BY_SENDMAIL = re.compile(
    r"""^!(?:%20|[ ])
      | (?<=%2[0-9A-F])!(?:%20|[ ]) | (?<=[-&'./,( +])!(?:%20|[ ])
      | (?<=^[A-Za-z])!(?:%20|[ ]) | (?<=[-&'./,( +][A-Za-z])!(?:%20|[ ]) | (?<=%2[0-9A-F][A-Za-z])!(?:%20|[ ])
      | !(?:%20|[ ])(?=$|%20|[ +])
      | !(?:%20|[ ])(?=[a-z\x80-\U0010ffff])
      | !(?:%20|[ ])(?=%(?:[4-9A-Fa-f][0-9A-Fa-f]))
      | !(?:%20|[ ])(?=['.,]|%2[7CE]|(?:[-/&]|%2[6DF])(?!%20|[ +]|$))
      | (?<=[0-9])!(?:%20|[ ])(?=[0-9])
    """,
    re.VERBOSE,
)


class Cause(StrEnum):
    """What happened to a link on its way."""

    FOLDED = "folded"
    ENCODED_TWICE = "encoded-twice"
    ENTITY = "entity"


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was undone in a link, with a sentence about it for the sender."""

    cause: Cause
    sentence: str

    @classmethod
    def folded(cls, text: str, position: int = 0) -> "Repair":
        """Return the repair of a line that was broken at a position of a link, or right after it."""
        start = max(0, position - 12)
        return cls(Cause.FOLDED, f"a mail server broke the line here: {text[start : position + 20]}")

    @classmethod
    def encoded_twice(cls) -> "Repair":
        """Return the repair of a whole link that was percent-encoded once more."""
        sentence = "percent-encoded twice by a Qt client, which a lone % in a link makes it do"
        return cls(Cause.ENCODED_TWICE, sentence)

    @classmethod
    def entity(cls, entity: str) -> "Repair":
        """Return the repair of an ``&`` and the beginning of a name that were read as a character."""
        return cls(Cause.ENTITY, f"an HTML tool turned &{entity} into {html.unescape(f'&{entity};')}")


def may_be_folded(raw: str) -> bool:
    """Say whether a raw value holds what may be a broken line: a space in any spelling but ``+``."""
    return "%20" in raw or " " in raw


def name_of(segment: str) -> str:
    """Return the name at the beginning of a segment of a query, without what a broken line left in it.

    If the line was broken inside ``&amp;``, pieces of that precede the name; if before its semicolon, the browser has
    read ``&amp`` as ``&`` already.
    """
    head = segment.partition("=")[0]
    whole = FOLD.sub("", head)
    return whole.removeprefix("amp;") if whole == head else whole.removeprefix("amp;").removeprefix(";")


def without_folds(raw: str, *, by_encoder: bool) -> str | None:
    """Return a raw value without what can't be anything but a broken line; None if an escape cannot be restored.

    ``by_encoder`` says that a URL encoder spelt the value: then no ``%`` means itself, and where a space is ``+``
    a ``%20`` is damage. A lone ``%20`` elsewhere can't be distinguished from a space that was typed, and stays.
    """
    mended = LEFT_SEMICOLON.sub("", raw) if ";" in raw else raw
    if "!" in mended:
        mended = BROKEN_BY_SENDMAIL.sub("", mended)
    if not by_encoder:
        may_be_left = ";" in raw or "%0" in raw or "%1" in raw or "%7F" in raw
        return None if may_be_left and LEFT_DIGITS.search(raw) else mended
    if "+" in mended:
        mended = re.sub(FOLD_IN_VALUE, "", mended)
    if TORN.search(mended):
        mended = TORN_BEHIND_PERCENT.sub("%", TORN_IN_DIGITS.sub(r"\1", mended))
    return None if TORN.search(mended) else mended


def joined_escapes(raw: str) -> str | None:
    """Return a raw value, spelt by an encoder or not, without torn escapes; None if nobody can tell which it was."""
    if not TORN.search(raw):
        return raw
    if PERCENTAGE_OR_ESCAPE.search(raw):
        return None
    mended = TORN_IN_DIGITS.sub(r"\1", raw)
    return PERCENTAGE_OR_TORN.sub(lambda match: match["percentage"] or "%", mended)


def name_without_sign(raw: str, text: str) -> str:
    """Return a person's name without sendmail's sign before a capital letter: nobody is called ``Mc! Donald``."""
    return text.replace("! ", "") if re.search("!(?:%20| )", raw) else text


def joined_characters(raw: str) -> str:
    """Return a raw value without the folds between the bytes of one character."""
    return TORN_CHARACTER.sub(r"\1", raw)


def joined_entities(text: str) -> str:
    """Return a decoded text without the folds inside entities: ``O&# 39;Brien`` is ``O&#39;Brien``."""
    return TORN_ENTITY.sub(_joined_entity, text)


def _joined_entity(match: re.Match[str]) -> str:
    whole = re.sub("!? ", "", match.group(), count=1)
    return whole if " " not in whole and html.unescape(whole) != whole else match.group()
