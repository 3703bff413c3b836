"""Numbers, money and dates: read from what data exports hold, write as the locale does (ICU, through icu4py)."""

import re
from datetime import date, datetime
from decimal import Decimal

from imgurl.merge.fields import FieldType, MergeField

# Enough for any price and any count; a longer run of digits is an id, not a number.
MAX_DIGITS = 18

# ICU counts days before October 1582 in the Julian calendar; and 0001-01-01 is what .NET prints for no date.
FIRST_YEAR = 1583

NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
# Signs and codes that stand before or behind an amount: $, €, US$, USD, kr, zł, Kč, Ft.
CURRENCY = r"(?:[A-Z]{0,3}\s?[$€£¥₹₩₺₴₽₫₪₱฿]|[A-Z]{3}|kr\.?|zł|Kč|Ft|lei)"
AMOUNT = re.compile(rf"([+-]?)(?:{CURRENCY})?\s?([+-]?)(\d.*?)\s?(?:{CURRENCY})?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ ,.'\u00a0\u202f\u2019])\d{3})(?:\1\d{3})*")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?")


class NotOfType(ValueError):
    """Raised with a flag (``not-a-number`` …) when a text is not of its field's type."""


def display(field: MergeField, text: str) -> str:
    """Return a cleaned, non-empty value as it is drawn.

    Raises NotOfType when the value is not of the field's type.
    """
    match field.type:
        case FieldType.NUMBER:
            return _format(f"{{v, number{_skeleton(field.format)}}}", field.locale, parse_number(text, field.locale))
        case FieldType.MONEY:
            pattern = f"{{v, number, ::currency/{field.currency}{' ' + field.format if field.format else ''}}}"
            return _format(pattern, field.locale, parse_number(text, field.locale))
        case FieldType.DATE:
            style = field.format or "long"
            written = style if style in ("short", "medium", "long", "full") else f"::{style}"
            return _format(f"{{v, date, {written}}}", field.locale, parse_date(text, field.input))
        case _:
            return text


def parse_number(text: str, locale: str) -> Decimal:
    """Read ``1299.5``, ``$1,299.50``, ``1.299,50 €`` or ``1 299,50``.

    A currency sign or code around the number is dropped. Where grouping and decimal signs could be either, the
    locale decides. Raises NotOfType.
    """
    amount = AMOUNT.fullmatch(text)
    if amount is None:
        raise NotOfType("not-a-number")
    bare = "".join(amount.groups())
    if NUMBER.fullmatch(bare) and not _groups_with_point(bare, locale):
        plain = bare
    else:
        whole, decimal_sign, decimals = _split_decimals(bare, locale)
        if not (whole.lstrip("+-").isdecimal() or GROUPED.fullmatch(whole)):
            raise NotOfType("not-a-number")
        plain = re.sub(r"[^\d+-]", "", whole) + (f".{decimals}" if decimal_sign else "")
    if not NUMBER.fullmatch(plain) or sum(map(str.isdigit, plain)) > MAX_DIGITS or not plain.isascii():
        raise NotOfType("not-a-number")
    return Decimal(plain)


def parse_date(text: str, formats: tuple[str, ...]) -> date:
    """Read ``2026-03-01`` with or without a time behind it, or one of ``formats`` (strptime). Raises NotOfType."""
    iso = ISO_DATE.fullmatch(text) if text.isascii() else None
    forms = ("%Y-%m-%d",) if iso else formats
    day = "-".join(iso.groups()) if iso else text
    for form in forms:
        try:
            found = datetime.strptime(day, form).date()  # noqa: DTZ007 - a day, no time
        except ValueError:
            continue
        if found.year >= FIRST_YEAR:
            return found
    raise NotOfType("not-a-date")


def _groups_with_point(bare: str, locale: str) -> bool:
    """``1.299`` is one thousand and more where the comma is the decimal sign."""
    return decimal_sign_of(locale) == "," and re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", bare) is not None


def _split_decimals(bare: str, locale: str) -> tuple[str, str, str]:
    signs = [sign for sign in ".," if sign in bare]
    if len(signs) == 2:  # the last one is the decimal sign
        decimal_sign = max(signs, key=bare.rfind)
    elif (
        signs
        and bare.count(signs[0]) == 1
        and (signs[0] == decimal_sign_of(locale) or not re.search(rf"{re.escape(signs[0])}\d{{3}}$", bare))
    ):
        decimal_sign = signs[0]
    else:
        return bare, "", ""
    whole, _, decimals = bare.rpartition(decimal_sign)
    return whole, decimal_sign, decimals


def decimal_sign_of(locale: str) -> str:
    """Return the decimal sign of a locale, ``.`` or ``,`` for all but a few."""
    return "," if "," in _format("{v, number, ::.0}", locale, Decimal("0.5")) else "."


def _skeleton(form: str | None) -> str:
    return f", ::{form}" if form else ""


def _format(pattern: str, locale: str, value: Decimal | date) -> str:
    # Imported late: most requests have no such field, and ICU's data takes a while to map.
    from icu4py.messageformat import MessageFormat  # noqa: PLC0415

    return MessageFormat(pattern, locale.replace("-", "_")).format({"v": value})
