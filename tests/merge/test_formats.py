"""Facts of imgurl.merge.formats: numbers, money and dates, read from exports and written as a locale does."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from imgurl.merge.formats import NotOfType, decimal_sign_of, display, parse_date, parse_number
from tests.merge.making import make

# ICU writes a no-break space before a currency, a narrow one between thousands of French.
NBSP, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en-US", "1,299.5"),
        ("de-DE", "1.299,5"),
        ("fr-FR", f"1{NARROW}299,5"),
        ("de-CH", "1'299.5"),
        ("ar-EG", "١٬٢٩٩٫٥"),
        ("ja-JP", "1,299.5"),
        ("hi-IN", "1,299.5"),
        ("xx-YY", "1299.5"),
    ],
)
def test_a_number_is_written_as_its_locale_does(locale: str, expected: str) -> None:
    """Grouping, decimal sign and digits."""
    assert expected == display(make(type="number", locale=locale), "1299.5").replace("\u2019", "'")


@pytest.mark.parametrize(
    ("locale", "currency", "expected"),
    [
        ("en-US", "USD", "$1,299.50"),
        ("de-DE", "EUR", f"1.299,50{NBSP}€"),
        ("fr-FR", "EUR", f"1{NARROW}299,50{NBSP}€"),
        ("de-CH", "CHF", f"CHF{NBSP}1'299.50"),
        ("ar-EG", "EGP", f"\u200f١٬٢٩٩٫٥٠{NBSP}ج.م.\u200f"),
        ("ja-JP", "JPY", "￥1,300"),
    ],
)
def test_money_is_written_as_its_locale_does(locale: str, currency: str, expected: str) -> None:
    """With the currency's own number of decimals."""
    field = make(type="money", locale=locale, currency=currency)
    assert expected == display(field, "1299.5").replace("\u2019", "'").replace("¥", "￥")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en-US", "March 1, 2026"),
        ("en-GB", "1 March 2026"),
        ("de-DE", "1. März 2026"),
        ("fr-FR", "1 mars 2026"),
        ("de-CH", "1. März 2026"),
        ("ar-EG", "١ مارس ٢٠٢٦"),
        ("ja-JP", "2026年3月1日"),
    ],
)
def test_a_date_is_written_as_its_locale_does(locale: str, expected: str) -> None:
    """In full, where the design says nothing else."""
    assert expected == display(make(type="date", locale=locale), "2026-03-01")


@pytest.mark.parametrize(
    ("rules", "text", "expected"),
    [
        ({"type": "number", "format": ".00"}, "1299.5", "1,299.50"),
        ({"type": "number", "format": ".##"}, "0.129", "0.13"),
        ({"type": "number", "format": "compact-short"}, "1299.5", "1.3K"),
        ({"type": "number", "format": "percent"}, "24", "24%"),
        ({"type": "number", "format": "group-off"}, "1299", "1299"),
        ({"type": "money", "format": "precision-integer"}, "1299.50", "$1,300"),
        ({"type": "money", "format": ".00", "currency": "JPY"}, "5", "¥5.00"),
        ({"type": "date", "format": "short"}, "2026-03-01", "3/1/26"),
        ({"type": "date", "format": "full"}, "2026-03-01", "Sunday, March 1, 2026"),
        ({"type": "date", "format": "MMMd"}, "2026-03-01", "Mar 1"),
        ({"type": "date", "format": "yMMMM", "locale": "de-DE"}, "2026-03-01", "März 2026"),
    ],
)
def test_a_design_may_say_how(rules: dict[str, Any], text: str, expected: str) -> None:
    """With ICU's skeletons."""
    assert expected == display(make(**rules), text)


def test_a_long_number_keeps_its_digits() -> None:
    """Numbers are decimals all the way, never floats."""
    assert display(make(type="number"), "123456789012345.678") == "123,456,789,012,345.678"
    assert display(make(type="money"), "-0.10") == "-$0.10"


def test_other_types_are_drawn_as_they_are() -> None:
    """A text that looks like a number stays a text."""
    for kind in ("text", "name", "color", "flag"):
        assert display(make(type=kind), "1299.50") == "1299.50"


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
        ("1,5", "en-US", "1.5"),
        ("1,5", "fr-FR", "1.5"),
        ("1 299,50", "fr-FR", "1299.50"),
        ("1 299 000", "fr-FR", "1299000"),
        ("1'299.50", "de-CH", "1299.50"),
        ("1\u2019299.50", "de-CH", "1299.50"),
        ("1,299,000", "en-US", "1299000"),
        ("1.299.000", "de-DE", "1299000"),
        ("1.299.000", "en-US", "1299000"),
        ("$1,299.50", "en-US", "1299.50"),
        ("$ 5", "en-US", "5"),
        ("US$5", "en-US", "5"),
        ("USD 5", "en-US", "5"),
        ("5 USD", "en-US", "5"),
        ("1.299,50 €", "de-DE", "1299.50"),
        ("€1.299,50", "de-DE", "1299.50"),
        ("-$5", "en-US", "-5"),
        ("$-5", "en-US", "-5"),
        ("+5", "en-US", "5"),
        ("5 kr", "sv-SE", "5"),
        ("5 kr.", "da-DK", "5"),
        ("5 zł", "pl-PL", "5"),
        ("₹1,299", "hi-IN", "1299"),
        ("0", "en-US", "0"),
        ("007", "en-US", "7"),
        ("0.1", "en-US", "0.1"),
        ("1" * 18, "en-US", "1" * 18),
    ],
)
def test_a_number_is_read(text: str, locale: str, expected: str) -> None:
    """As exports and people write it; where a sign could be either, the locale decides."""
    assert Decimal(expected) == parse_number(text, locale)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "cheap", "-", "+", ".", ",", "$", "1.2.3", "1,2,3", "1,29,9", "1.299.5", "1..2", "1,,2",
        "--5", "+-5", "5-", "1e9", "1E9", "0x10", "1_000", "Infinity", "NaN", "½", "²", "5²", "1²", "①", "١٢", "1٢",
        "１２", "五", "5%", "5 apples", "5 5", "1 2 3", "1:30", "2026-03-01", "1" * 19, "0." + "1" * 18, "(5)",
        "1,299.5,0", "1 299.5 0", "$$5", "€5€€", "\u22125", "12345,678.9", "1,299.", ".5", "5,", "1\u0301",
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["en-US", "de-DE", "fr-FR"])
def test_what_is_no_number_is_refused(text: str, locale: str) -> None:
    """Rather nothing than a wrong price."""
    with pytest.raises(NotOfType, match=r"^not-a-number$"):
        parse_number(text, locale)


@pytest.mark.parametrize(
    ("locale", "sign"),
    [("en-US", "."), ("de-DE", ","), ("fr-FR", ","), ("de-CH", "."), ("ja-JP", "."), ("pt-BR", ","), ("ar-EG", ".")],
)
def test_the_decimal_sign_of_a_locale(locale: str, sign: str) -> None:
    """Comma or point; where it is neither, exports have the point."""
    assert sign == decimal_sign_of(locale)


@pytest.mark.parametrize(
    ("text", "forms", "expected"),
    [
        ("2026-03-01", (), date(2026, 3, 1)),
        ("2026-03-01T23:59:59Z", (), date(2026, 3, 1)),
        ("2026-03-01T23:59:59.123456789+02:00", (), date(2026, 3, 1)),
        ("2026-03-01 10:00", (), date(2026, 3, 1)),
        ("2026-03-01T10:00:00+0200", (), date(2026, 3, 1)),
        ("2024-02-29", (), date(2024, 2, 29)),
        ("01.03.2026", ("%d.%m.%Y",), date(2026, 3, 1)),
        ("03/01/2026", ("%d.%m.%Y", "%m/%d/%Y"), date(2026, 3, 1)),
        ("03/01/2026", ("%d/%m/%Y", "%m/%d/%Y"), date(2026, 1, 3)),
        ("20260301", ("%Y%m%d",), date(2026, 3, 1)),
        ("2026-03-01", ("%Y-%d-%m",), date(2026, 3, 1)),
        ("1583-01-01", (), date(1583, 1, 1)),
        ("9999-12-31", (), date(9999, 12, 31)),
    ],
)
def test_a_date_is_read(text: str, forms: tuple[str, ...], expected: date) -> None:
    """ISO 8601 always, a time behind it dropped; other forms as the design lists them, in their order."""
    assert expected == parse_date(text, forms)


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "2026-13-01", "2026-02-30", "2025-02-29", "2026-3-1", "26-03-01", "2026/03/01", "01.03.2026",
        "2026-03", "2026-03-01x", "x2026-03-01", "2026-03-01T", "2026-03-01T10", "２０２６-03-01", "٢٠٢٦-٠٣-٠١",
        "0000-00-00", "1.5", "2026-03-01 10:00:00 PM", "March 1, 2026", "20260301", "2026-03-01\n", "-2026-03-01",
        "12026-03-01",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    """Days that do not exist, other orders, other digits."""
    with pytest.raises(NotOfType, match=r"^not-a-date$"):
        parse_date(text, ())


@pytest.mark.parametrize(
    "text", ["0001-01-01", "0001-01-01T00:00:00", "1582-12-31", "1000-01-01", "01.01.0001", "31.12.1582"]
)
def test_a_date_before_the_calendar_is_no_date(text: str) -> None:
    """0001-01-01 is what .NET prints for none, and ICU would count such days in another calendar."""
    with pytest.raises(NotOfType):
        parse_date(text, ("%d.%m.%Y",))


@pytest.mark.parametrize("kind", ["number", "money", "date"])
@pytest.mark.parametrize("locale", ["en-US", "de-DE", "fr-FR", "de-CH", "ar-EG", "ja-JP"])
@pytest.mark.parametrize("text", ["nonsense", "0001-01-01", "1e400", "{v}", "'", "９", "1,2,3"])
def test_nonsense_is_refused_in_every_locale(kind: str, locale: str, text: str) -> None:
    """And nothing but NotOfType is raised."""
    with pytest.raises(NotOfType):
        display(make(type=kind, locale=locale), text)


@pytest.mark.parametrize("year", [1583, 1600, 1752, 1899, 1900, 1969, 1970, 1999, 2000, 2038, 2100, 9999])
def test_a_day_is_written_as_it_was_read(year: int) -> None:
    """Whatever the century and wherever the server stands: no time zone moves it."""
    field = make(type="date", format="yMMMMd")
    assert [f"January 1, {year}", f"December 31, {year}"] == [
        display(field, f"{year}-01-01"), display(field, f"{year}-12-31T23:59:59-11:00"),
    ]  # fmt: skip
