"""Reading numbers and amounts: as exports, spreadsheets and people write them, and as the field itself writes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import product

from imgurl.merge.currencies import check_mark
from imgurl.merge.icu import plain, write
from imgurl.merge.kinds import FieldType, Notation, NotOfType

# Enough for any price and any count; a longer run of digits is an id, not a number.
MAX_DIGITS = 18

# What precedes the digits, the digits with their separators and exponent, and what follows them. A point
# may begin the digits (.5), but not the one of "Rs.".
SHAPE = re.compile(r"([^\d]*?)((?:(?<![^\W\d_])\.)?\d(?:[\d ,.']*\d)?(?:[eE][+-]?\d{1,3})?)([^\d]*)")
SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE][+-]?\d{1,3}")
# No cents: 5,- of the Dutch and Germans, 5.- of the Swiss, 5:- of the Swedes, 5/- of the Indians.
NO_CENTS = re.compile(r"\s?[,.:/]\s?--?(?!\d)")
# Groups of three, of India (1,29,900), and no groups.
GROUPED = re.compile(r"\d{1,3}(?:([ ,.'])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}|\d+")

# Numbers for each plural that languages have words in: one, two, few and many, and fractions of their own.
FIRST_DIGITS = tuple(map(Decimal, ("1", "1.01", "1.1", "1.5", "1.9", "2", "5")))


@dataclass(frozen=True, slots=True)
class Signs:
    """The decimal and the grouping sign that a notation writes, and how many decimals its currency has."""

    decimal: str
    grouping: str
    decimals: int


def pattern_of(notation: Notation) -> str:
    """Return the ICU message pattern that writes ``v`` as a number or an amount."""
    if notation.type is FieldType.MONEY:
        return f"{{v, number, ::currency/{notation.currency}{' ' + notation.format if notation.format else ''}}}"
    return f"{{v, number{', ::' + notation.format if notation.format else ''}}}"


def read_number(text: str, notation: Notation) -> Decimal:
    """Read ``1299.5``, ``$1,299.50``, ``1.299,50 €``, ``1,29,900`` or ``1.2E+3``, and all that the notation writes.

    A number drops the mark of any currency; an amount takes the marks of its own. Raises NotOfType: ``not-a-number``,
    ``other-currency``, or ``ambiguous`` where a point or comma could be either sign: ``1.299`` as an amount of dollars.
    """
    seen = plain(text, "not-a-number")
    # A format of its own may write what looks like something else: K for thousand and for kwacha.
    if notation.format and (own := _read_own(seen, notation)) is not None:
        return own
    try:
        return _read(seen, notation)
    except NotOfType:
        own = _read_own(seen, notation)
        if own is None:
            raise
        return own


def decimal_sign_of(locale: str) -> str:
    """Return the decimal sign of a locale, ``.`` or ``,``."""
    return signs_of(Notation(FieldType.NUMBER, locale)).decimal


@lru_cache(maxsize=256)
def signs_of(notation: Notation) -> Signs:
    """Return the signs of a notation, read off what ICU writes for it."""
    bare = Notation(notation.type, notation.locale, notation.currency)
    pattern = pattern_of(bare)
    zero = _core(plain(write(pattern, notation.locale, Decimal(0)), ""))[1]
    half = _core(plain(write("{v, number, ::.0}", notation.locale, Decimal("0.5")), ""))[1]
    million = _core(plain(write(pattern, notation.locale, Decimal(1234567)), ""))[1]
    return Signs(
        decimal=(re.sub(r"\d", "", zero) or re.sub(r"\d", "", half))[:1] or ".",
        grouping=re.sub(r"\d", "", million)[:1],
        decimals=len(zero) - 2 if len(zero) > 1 else 0,
    )


def _read(text: str, notation: Notation) -> Decimal:
    shape = SHAPE.fullmatch(text)
    if shape is None:
        raise NotOfType("not-a-number")
    head, body, tail = shape.groups()
    no_cents = NO_CENTS.match(tail)
    tail = tail[no_cents.end() :] if no_cents else tail
    is_bracketed = "(" in head and ")" in tail
    if is_bracketed:
        head, tail = head.replace("(", "", 1), tail.replace(")", "", 1)
    (head, *before), (tail, *behind) = _without_sign(head), _without_sign(tail)
    signs = [*before, *behind]
    if len(signs) + is_bracketed > 1:
        raise NotOfType("not-a-number")
    currency = notation.currency if notation.type is FieldType.MONEY else None
    check_mark(head, currency, notation.locale)
    check_mark(tail, currency, notation.locale)
    digits = _digits(body, notation)
    if sum(map(str.isdigit, digits)) > MAX_DIGITS:
        raise NotOfType("not-a-number")
    return Decimal(digits).copy_negate() if is_bracketed or signs == ["-"] else Decimal(digits)


def _without_sign(mark: str) -> list[str]:
    """Return a mark without the plus or minus before or after it, and that sign if there is one."""
    mark = mark.strip()
    if mark[:1] in ("+", "-"):
        return [mark[1:].strip(), mark[0]]
    if mark[-1:] in ("+", "-"):
        return [mark[:-1].strip(), mark[-1]]
    return [mark]


def _digits(body: str, notation: Notation) -> str:
    """Return the digits of a number in plain notation: no groups, a point before the decimals."""
    if SCIENTIFIC.fullmatch(body):
        return f"{Decimal(body.replace(',', '.')):f}"
    if body.startswith("."):
        whole, decimals = "0", body[1:]
    else:
        sign = _decimal_sign(body, notation)
        whole, _, decimals = body.partition(sign) if sign and body.count(sign) == 1 else (body, "", "")
    if not GROUPED.fullmatch(whole) or not (decimals.isdecimal() or not decimals):
        raise NotOfType("not-a-number")
    return re.sub(r"\D", "", whole) + (f".{decimals}" if decimals else "")


def _decimal_sign(body: str, notation: Notation) -> str:
    """Return what separates the decimals of a number, "" if it has none. Raises NotOfType if it could be either.

    The last of two signs separates decimals, and so does one that is not followed by three digits. For the rest the
    field's own notation decides; an amount has cents, so three digits are a group there, or ambiguous.
    """
    kinds = sorted({sign for sign in body if sign in " ,.'"}, key=body.rfind)
    last = kinds[-1] if kinds else ""
    if last not in (".", ",") or (len(kinds) == 1 and body.count(last) > 1):
        return ""
    if len(kinds) > 1 or not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", body):
        return last
    signs = signs_of(notation)
    if last == signs.grouping:
        return ""
    is_amount = notation.type is FieldType.MONEY
    if last == signs.decimal and (not is_amount or signs.decimals == 3):
        return last
    raise NotOfType("ambiguous")


def _read_own(text: str, notation: Notation) -> Decimal | None:
    """Read what the notation itself writes: a compact ``1.3K``, ``24%``, ``5 US dollars``; None for all else.

    A number is accepted only if the notation writes it as this very text again.
    """
    signs = signs_of(notation)
    if text in _words(notation):
        return _words(notation)[text]
    for head, tail, factor in _affixes(notation):
        core = text[len(head) : len(text) - len(tail)]
        if not (core and text.startswith(head) and text.endswith(tail)):
            continue
        number = core.replace(signs.grouping or " ", "").replace(signs.decimal, ".")
        if re.fullmatch(r"\d*\.?\d+", number, re.ASCII) and len(number) <= MAX_DIGITS:
            value = (Decimal(number) * factor).normalize()
            if plain(write(pattern_of(notation), notation.locale, value), "") == text:
                return value
    return None


@lru_cache(maxsize=256)
def _words(notation: Notation) -> Mapping[str, Decimal]:
    """Return what the notation writes without a digit: a thousand is "mille" in compact French."""
    thousands = [sign * Decimal(1).scaleb(zeros) for zeros, sign in product(range(3, 15), (1, -1))]
    written = {plain(write(pattern_of(notation), notation.locale, value), ""): value for value in thousands}
    return {text: value for text, value in written.items() if not any(map(str.isdigit, text))}


@lru_cache(maxsize=256)
def _affixes(notation: Notation) -> tuple[tuple[str, str, Decimal], ...]:
    """Return what the notation writes before and after numbers, and the factor of the digits between them."""
    affixes: dict[tuple[str, str, Decimal], None] = {}
    for zeros, first, sign in product(range(15), FIRST_DIGITS, (1, -1)):
        value = sign * first.scaleb(zeros)
        head, core, tail = _core(plain(write(pattern_of(notation), notation.locale, value), ""))
        parts = [re.sub(r"\D", "", part) for part in core.split(signs_of(notation).decimal)]
        digits = Decimal(".".join(parts[:2]) or 0)
        if digits:
            affixes[head, tail, value / digits] = None
    return tuple(affixes)


def _core(text: str) -> tuple[str, str, str]:
    """Split a written number into what precedes its first digit, its digits, and what follows the last."""
    match = re.fullmatch(r"(\D*)(\d.*\d|\d)?(\D*)", text, re.DOTALL)
    return (match[1], match[2] or "", match[3]) if match else (text, "", "")
