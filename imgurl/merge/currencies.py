"""The marks next to an amount, and whose currency they are: signs, codes and what people write for them.

ICU knows how a locale writes a currency; this table adds what shops, spreadsheets and people write instead, and what
ICU writes in other locales, so that the mark of another currency is not taken for a word.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from imgurl.merge.icu import plain
from imgurl.merge.icu import write as icu_write
from imgurl.merge.kinds import NotOfType

# Currencies and their marks, in upper or lower case, without dots.
MARKS_OF = """
USD $ US$ US $US U$S dollar dollars | AUD $ A$ AU$ $AU | BBD $ Bds$ | BMD $ BD$ | BND $ B$ | BSD $ B$ | BZD $ BZ$
CAD $ C$ CA$ $CA CDN$ Can$ | FJD $ FJ$ | GYD $ G$ | HKD $ HK$ $HK 元 | JMD $ J$ | KYD $ CI$ | LRD $ L$ | NAD $ N$
NZD $ NZ$ $NZ | SGD $ S$ SG$ | SBD $ SI$ | SRD $ | TTD $ TT$ | TWD $ NT$ NTD 元 圓 圆 | XCD $ EC$ | ARS $ AR$
CLP $ CL$ CLP$ | COP $ COL$ CO$ | CUP $ | DOP $ RD$ | MXN $ MX$ MEX$ M.N. MN | UYU $ $U U$ | NIO C$ | MOP MOP$
BRL R$ real reais | TOP T$ | WST WS$ | CVE $ | ZWL Z$ | EUR € euro euros eur. Eur | GBP £ GB£ UK£
EGP £ E£ LE L.E. ج.م جنيه | FKP £ | GIP £ | SHP £ | SSP £ | SDG £ ج.س | SYP £ ل.س | LBP £ ل.ل LL L.L.
JPY ¥ JP¥ 円 yen | CNY ¥ CN¥ 元 圆 圓 RMB yuan 人民币 | INR ₹ Rs ₨ Re rupees रु रू ரூ ₹. | PKR Rs ₨ روپے | LKR Rs ₨ රු
NPR Rs ₨ रु नेरू | MUR Rs ₨ | SCR Rs ₨ SR | MVR Rf MRf .ރ | IDR Rp | MYR RM | PHP ₱ P Php | THB ฿ บาท
VND ₫ đ đồng vnđ | KRW ₩ 원 won | KPW ₩ | LAK ₭ | KHR ៛ | MMK K Ks | MNT ₮ | BDT ৳ Tk | BTN Nu | SEK kr | NOK kr
DKK kr | ISK kr | CHF Fr sFr Fr. SFr CHf | PLN zł zl | CZK Kč Kc | HUF Ft | RON lei leu L | MDL lei leu L
BGN лв lv | RUB ₽ руб р rub | BYN Br Rbl руб р | UAH ₴ грн | KZT ₸ тг | UZS soʻm so'm сум | AZN ₼ | GEL ₾
AMD ֏ դր | TRY ₺ TL | RSD din дин | MKD ден den | BAM KM КМ | ALL L Lek Lekë | ILS ₪ NIS ש"ח | SAR SR ر.س ريال ﷼
QAR QR ر.ق | OMR ر.ع R.O. RO | YER ر.ي | IRR ﷼ ریال Rial | AED د.إ Dh Dhs DHS درهم | MAD DH Dhs د.م. درهم
KWD د.ك KD | BHD د.ب BD | JOD د.أ JD | IQD د.ع ID | TND DT د.ت | DZD DA د.ج | LYD LD د.ل | ZAR R | NGN ₦ N
GHS GH₵ ₵ GHC | KES KSh Ksh Ksh. | TZS TSh | UGX USh | ETB Br ብር | XOF CFA FCFA F.CFA | XAF CFA FCFA F.CFA
XPF F CFP | RWF RF FRw | MZN MT MTn | ZMW K ZK | BWP P | AOA Kz | MGA Ar | MWK MK | PEN S/ S/. | BOB Bs
VES Bs Bs.S Bs.D | PYG ₲ Gs | CRC ₡ | GTQ Q | HNL L | PAB B/. | AFN ؋ | SZL E L | LSL L M | GMD D
"""

CODE = re.compile("[A-Z]{3}")

# Ways in which ICU writes a currency besides the usual one.
WIDTHS = ("unit-width-short", "unit-width-narrow", "unit-width-iso-code", "unit-width-full-name")


def mark_key(mark: str) -> str:
    """Return a mark as it is compared: without dots and blanks, and in one case."""
    return re.sub(r"[\s.]", "", mark).casefold()


def _table() -> dict[str, frozenset[str]]:
    codes_of: dict[str, set[str]] = {}
    for row in re.split(r"[|\n]", MARKS_OF):
        code, *marks = row.split() or [""]
        for mark in marks if code else ():
            codes_of.setdefault(mark_key(mark), set()).add(code)
    return {mark: frozenset(codes) for mark, codes in codes_of.items()}


TABLE = _table()

CODES = frozenset().union(*TABLE.values())

# Words that mean a currency and nothing else.
SURE = frozenset("kr zł kč lei rs rp rm euro euros dollar dollars руб 円 元 원".split())


@lru_cache(maxsize=256)
def marks_of(currency: str, locale: str) -> frozenset[str]:
    """Return the keys of all marks that a currency (ISO 4217) has in a locale."""
    written = [
        icu_write(f"{{v, number, ::currency/{currency} {width}}}", where, value)
        for where in (locale, "en")
        for width in WIDTHS
        for value in map(Decimal, (1, 2, 5))
    ]
    by_icu = {mark_key(re.sub(r"^[\d,.' ]+|[\d,.' ]+$", "", plain(text, "not-a-number"))) for text in written}
    by_people = {mark for mark, codes in TABLE.items() if currency in codes}
    return frozenset(by_icu | by_people | {currency.casefold()}) - {""}


def check_mark(mark: str, currency: str | None, locale: str) -> None:
    """Raise NotOfType unless ``mark`` may be next to an amount of the currency; None accepts the mark of any."""
    key = mark_key(mark)
    if not mark or (_is_sure(mark, key) if currency is None else key in marks_of(currency, locale)):
        return
    # A single letter is not certainly a currency: 5k, 1.2M.
    is_other = CODE.fullmatch(mark) or _has_sign(key) or (key in TABLE and not (len(key) == 1 and key.isascii()))
    raise NotOfType("other-currency" if is_other and currency is not None else "not-a-number")


def _is_sure(mark: str, key: str) -> bool:
    """Say whether a mark next to a plain number can only be a currency: not 5 km, 3 L or 6 ft."""
    return _has_sign(key) or mark in CODES or key in SURE


def _has_sign(key: str) -> bool:
    signs = [sign for sign in key if unicodedata.category(sign) == "Sc" and sign != "¢"]
    return len(signs) == 1 and len(key) <= 4
