"""Writing with ICU's message formats, and reading text with the signs that ICU and keyboards have for one thing."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from imgurl.merge.kinds import NotOfType

# One sign for each of: minus, apostrophe, decimal and grouping signs of Arabic, full-width currencies.
SAME = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`\uff07"), "'"),
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code not in (0xFF0D, 0xFF07)},
    **{ord(sign): plain for sign, plain in zip("٫٬،٪﹩￠￡￥￦", ".,,%$¢£¥₩", strict=True)},
}


def write(pattern: str, locale: str, value: Decimal | date) -> str:
    """Return the value ``v`` of an ICU message pattern, as the locale (BCP 47) writes it."""
    # Imported late: most requests have no such field, and ICU's data takes a while to map.
    from icu4py.messageformat import MessageFormat  # noqa: PLC0415

    return MessageFormat(pattern, locale.replace("-", "_")).format({"v": value})


def plain(text: str, flag: str) -> str:
    """Return the text with ASCII digits, signs and spaces; format characters are left out.

    Raises NotOfType with the flag where digits of two scripts are mixed.
    """
    if text.isascii():
        return " ".join(text.split())
    zeros = {ord(sign) - unicodedata.decimal(sign) for sign in text if unicodedata.category(sign) == "Nd"}
    if len(zeros) > 1:
        raise NotOfType(flag)
    digits = {zero + value: str(value) for zero in zeros for value in range(10)}
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return re.sub(r"\s+", " ", seen.translate(digits | {k: v for k, v in SAME.items() if k not in digits})).strip()
