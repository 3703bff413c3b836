"""Facts of imgurl.merge.numbers and currencies: what is read as a number or an amount, and what is refused."""

from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.merge.currencies import TABLE
from imgurl.merge.formats import display
from imgurl.merge.icu import plain, write
from imgurl.merge.kinds import FieldType, Notation, NotOfType
from imgurl.merge.numbers import decimal_sign_of, pattern_of, read_number
from tests.merge.currencies import CURRENCIES, LOCALES


def number(locale: str, form: str | None = None) -> Notation:
    """Return how numbers are written in a locale."""
    return Notation(FieldType.NUMBER, locale, format=form)


def money(locale: str, currency: str, form: str | None = None) -> Notation:
    """Return how amounts are written in a locale."""
    return Notation(FieldType.MONEY, locale, currency, form)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("1299.5", "en-US", "1299.5"),
        ("1299.5", "de-DE", "1299.5"),
        ("1,299.50", "en-US", "1299.50"),
        ("1,299.50", "de-DE", "1299.50"),
        ("1.299,50", "en-US", "1299.50"),
        ("1.299,50", "de-DE", "1299.50"),
        ("1,299", "en-US", "1299"),
        ("1,299", "de-DE", "1.299"),
        ("1.299", "en-US", "1.299"),
        ("1.299", "de-DE", "1299"),
        ("-1.299", "de-DE", "-1299"),
        ("1234.567", "de-DE", "1234.567"),
        ("0.125", "de-DE", "0.125"),
        ("1,5", "en-US", "1.5"),
        ("1,5", "fr-FR", "1.5"),
        ("1 299,50", "fr-FR", "1299.50"),
        ("1 299 000", "fr-FR", "1299000"),
        ("1'299.50", "de-CH", "1299.50"),
        ("1\u2019299.50", "de-CH", "1299.50"),
        ("1,299,000", "en-US", "1299000"),
        ("1.299.000", "de-DE", "1299000"),
        ("1.299.000", "en-US", "1299000"),
        ("1,29,900", "en-IN", "129900"),
        ("12,34,56,789.5", "hi-IN", "123456789.5"),
        ("$1,299.50", "en-US", "1299.50"),
        ("5 USD", "en-US", "5"),
        ("1.299,50 €", "de-DE", "1299.50"),
        ("-$5", "en-US", "-5"),
        ("$-5", "en-US", "-5"),
        ("+5", "en-US", "5"),
        ("5-", "en-US", "-5"),
        ("1.299,50-", "de-DE", "-1299.50"),
        ("(5)", "en-US", "-5"),
        ("($5.00)", "en-US", "-5.00"),
        ("\u22125", "en-US", "-5"),
        ("5 kr.", "da-DK", "5"),
        ("0", "en-US", "0"),
        ("007", "en-US", "7"),
        ("7.0", "en-US", "7.0"),
        (".5", "en-US", "0.5"),
        ("1" * 18, "en-US", "1" * 18),
        ("1e9", "en-US", "1000000000"),
        ("1E-05", "en-US", "0.00001"),
        ("1.23456789012346E+016", "en-US", "12345678901234600"),
        ("1,2E+3", "de-DE", "1200"),
        ("0.11e1", "en-US", "1.1"),
        ("１，２９９．５", "ja-JP", "1299.5"),
        ("١٬٢٩٩٫٥", "ar-EG", "1299.5"),
        ("۱٬۲۹۹", "fa-IR", "1299"),
        ("१,२९,९००", "hi-IN", "129900"),
    ],
)
def test_a_number_is_read(text: str, locale: str, expected: str) -> None:
    """As exports and people write it; where a sign could be either, the locale decides."""
    assert Decimal(expected) == read_number(text, number(locale))


@pytest.mark.parametrize(
    ("text", "locale", "currency", "expected"),
    [
        ("1,29,900", "en-IN", "INR", "129900"),
        ("₹1,29,900.00", "en-IN", "INR", "129900"),
        ("Rs. 1,29,900", "en-IN", "INR", "129900"),
        ("Rs.500/-", "en-IN", "INR", "500"),
        ("Rp 1.299.000", "id-ID", "IDR", "1299000"),
        ("Rp1.299", "id-ID", "IDR", "1299"),
        ("1,299円", "ja-JP", "JPY", "1299"),
        ("￥1,299", "ja-JP", "JPY", "1299"),
        ("¥１，２９９", "ja-JP", "JPY", "1299"),
        ("128元", "zh-CN", "CNY", "128"),
        ("5,-", "nl-NL", "EUR", "5"),
        ("€ 1.299,--", "de-DE", "EUR", "1299"),
        ("CHF 1'299.-", "de-CH", "CHF", "1299"),
        ("Fr. 12.50", "de-CH", "CHF", "12.50"),
        ("1299:-", "sv-SE", "SEK", "1299"),
        ("1 299 kr", "sv-SE", "SEK", "1299"),
        ("99,90 zł", "pl-PL", "PLN", "99.90"),
        ("1 299,50 ₽", "ru-RU", "RUB", "1299.50"),
        ("1299 руб.", "ru-RU", "RUB", "1299"),
        ("R$ 1.299,90", "pt-BR", "BRL", "1299.90"),
        ("S/. 12.50", "es-PE", "PEN", "12.50"),
        ("1 299$50", "kea-CV", "CVE", "1299.50"),
        ("KWD 1.234", "en-US", "KWD", "1.234"),
        ("A$5", "en-AU", "AUD", "5"),
        ("$5 AUD", "en-AU", "AUD", "5"),
        ("U$S 5", "es-AR", "USD", "5"),
        ("5 $ US", "fr-CA", "USD", "5"),
        ("US$5", "en-US", "USD", "5"),
        ("usd 5", "en-US", "USD", "5"),
        ("$.99", "en-US", "USD", "0.99"),
        ("EUR-1'299.50", "de-CH", "EUR", "-1299.50"),
    ],
)
def test_an_amount_is_read(text: str, locale: str, currency: str, expected: str) -> None:
    """With every mark that its own currency has, on either side."""
    assert Decimal(expected) == read_number(text, money(locale, currency))


@pytest.mark.parametrize(
    ("text", "locale", "currency"),
    [
        ("€ 10", "en-US", "USD"),
        ("10 EUR", "en-US", "USD"),
        ("$10", "de-DE", "EUR"),
        ("US$10", "en-CA", "CAD"),
        ("10 $ US", "fr-CA", "CAD"),
        ("A$10", "en-US", "USD"),
        ("£10", "en-US", "USD"),
        ("Rs. 10", "en-US", "USD"),
        ("10 kr", "de-DE", "EUR"),
        ("10 zł", "cs-CZ", "CZK"),
        ("₹10", "en-US", "USD"),
        ("10円", "zh-CN", "CNY"),
        ("¥10", "ko-KR", "KRW"),
        ("CHF 10", "de-DE", "EUR"),
        ("$10 CAD", "en-US", "USD"),
    ],
)
def test_an_amount_of_another_currency_is_never_relabelled(text: str, locale: str, currency: str) -> None:
    """Ten euros are not ten dollars; the reason says so."""
    with pytest.raises(NotOfType, match=r"^other-currency$"):
        read_number(text, money(locale, currency))


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("1.299", money("en-US", "USD")),
        ("$1.299", money("en-US", "USD")),
        ("1,299", money("de-DE", "EUR")),
        ("1,299 €", money("fr-FR", "EUR")),
        ("1.299", money("ja-JP", "JPY")),
        ("1.299", money("de-CH", "CHF")),
        ("1.234", number("fr-FR")),
        ("1.234", number("sv-SE")),
        ("1,234", number("de-CH")),
    ],
)
def test_what_could_be_two_numbers_is_refused(text: str, notation: Notation) -> None:
    """A price a thousand times too low is worse than none: amounts have cents, so three digits may be a group."""
    with pytest.raises(NotOfType, match=r"^ambiguous$"):
        read_number(text, notation)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "cheap", "-", "+", ".", ",", "$", "1.2.3", "1,2,3", "1,29,9", "1.299.5", "1..2", "1,,2",
        "--5", "+-5", "-5-", "(5", "5)", "(-5)", "((5))", "1e", "e9", "1e1e1", "1e400", "0x10", "1_000", "Infinity",
        "NaN", "½", "²", "5²", "1²", "①", "1٢", "1２", "五", "5%", "5 apples", "5 5", "1 2 3", "1:30", "2026-03-01",
        "1" * 19, "0." + "1" * 18, "1,299.5,0", "1 299.5 0", "$$5", "€5€€", "12345,678.9", "1,299.", "5,", "1\u0301",
        "5K", "3 L", "12 m", "5 km", "6 ft", "5 KGS", "99¢", "1.2e3.4", "+1 415 555 0132",
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["en-US", "de-DE", "fr-FR"])
def test_what_is_not_a_number_is_refused(text: str, locale: str) -> None:
    """Rather nothing than a wrong price."""
    with pytest.raises(NotOfType, match=r"^not-a-number$"):
        read_number(text, number(locale))


@pytest.mark.parametrize(
    ("locale", "sign"),
    [("en-US", "."), ("de-DE", ","), ("fr-FR", ","), ("de-CH", "."), ("ja-JP", "."), ("pt-BR", ","), ("ar-EG", ".")],
)
def test_the_decimal_sign_of_a_locale(locale: str, sign: str) -> None:
    """Comma or point; Arabic signs are read as these two."""
    assert sign == decimal_sign_of(locale)


@pytest.mark.parametrize("text", ["$12.5k", "1.2M", "99¢", "1.5 lakh", "$5/month", "$1,299 - $1,499"])
def test_no_word_next_to_an_amount_is_taken_for_a_currency(text: str) -> None:
    """Thousands, millions and cents are none, and what they say is not left out."""
    with pytest.raises(NotOfType, match=r"^not-a-number$"):
        read_number(text, money("en-US", "USD"))


def test_every_mark_is_one_of_a_currency_in_use() -> None:
    """The table names currencies by their codes, and every mark stands for at least one."""
    assert {code for codes in TABLE.values() for code in codes} <= {*CURRENCIES, "ZWL"}
    assert "" not in TABLE


amounts: Final = st.decimals(-10_000_000, 10_000_000, places=3, allow_nan=False)


@given(st.sampled_from(LOCALES), st.sampled_from(CURRENCIES), amounts)
@settings(max_examples=600, deadline=None)
def test_an_amount_reads_what_it_writes(locale: str, currency: str, value: Decimal) -> None:
    """In every locale and currency: what is drawn, given as the value itself, is drawn again."""
    notation = money(locale, currency)
    written = write(pattern_of(notation), locale, value)
    assert plain(display(notation, written).text, "") == plain(written, "")


@given(
    st.sampled_from(LOCALES),
    amounts,
    st.sampled_from([None, ".00", ".###", "percent", "compact-short", "compact-long", "group-off", "sign-accounting"]),
)
@settings(max_examples=300, deadline=None)
def test_a_number_reads_what_it_writes(locale: str, value: Decimal, form: str | None) -> None:
    """Also in the forms that a design may name: rounded, in thousands and millions, as a percentage."""
    notation = number(locale, form)
    written = write(pattern_of(notation), locale, value)
    assert plain(display(notation, written).text, "") == plain(written, "")


@pytest.mark.parametrize(
    ("locale", "form", "value", "written"),
    [
        ("sk-SK", "compact-long", "1500", "1,5 tisíca"),
        ("cs-CZ", "compact-long", "2500000", "2,5 milionu"),
        ("fil-PH", "compact-long", "1900", "1.9 na libo"),
        ("fr-FR", "compact-long", "1000", "mille"),
        ("it-IT", "compact-long", "-1000", "-mille"),
        ("mk-MK", "compact-short", "101000000000", "101 мј."),
    ],
)
def test_words_of_every_plural_are_read(locale: str, form: str, value: str, written: str) -> None:
    """Fractions have words of their own, and a thousand may have no digit."""
    notation = number(locale, form)
    assert plain(write(pattern_of(notation), locale, Decimal(value)), "").replace("\N{NO-BREAK SPACE}", " ") == written
    assert read_number(plain(write(pattern_of(notation), locale, Decimal(value)), ""), notation) == Decimal(value)
