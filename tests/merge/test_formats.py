"""Facts of imgurl.merge.formats: numbers, money and dates, written as a locale does."""

from typing import Any

import pytest

from imgurl.merge.fields import MergeField
from imgurl.merge.formats import display as display_by
from imgurl.merge.kinds import NotOfType
from tests.merge.factories import make

# ICU writes a no-break space before a currency, a narrow one between thousands of French.
NBSP, NARROW = "\u00a0", "\u202f"


def display(field: MergeField, text: str) -> str:
    """Return a value as its field draws it."""
    return display_by(field.notation, text).text


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


@pytest.mark.parametrize("kind", ["number", "money", "date"])
@pytest.mark.parametrize("locale", ["en-US", "de-DE", "fr-FR", "de-CH", "ar-EG", "ja-JP"])
@pytest.mark.parametrize("text", ["nonsense", "0001-01-01", "1e400", "{v}", "'", "９9", "1,2,3"])
def test_nonsense_is_refused_in_every_locale(kind: str, locale: str, text: str) -> None:
    """And nothing but NotOfType is raised."""
    with pytest.raises(NotOfType):
        display(make(type=kind, locale=locale), text)


@pytest.mark.parametrize("year", [1583, 1600, 1752, 1899, 1900, 1969, 1970, 1999, 2000, 2038, 2100, 9999])
def test_a_day_is_written_as_it_was_read(year: int) -> None:
    """Whatever the century and wherever the server is: no time zone moves it."""
    field = make(type="date", format="yMMMMd")
    assert [f"January 1, {year}", f"December 31, {year}"] == [
        display(field, f"{year}-01-01"), display(field, f"{year}-12-31T23:59:59-11:00"),
    ]  # fmt: skip
