"""Facts of imgurl.merge.dates: what databases, languages and spreadsheets print, and what could be two days."""

import re
from datetime import date
from typing import Any

import pytest

from imgurl.merge.dates import read_date
from imgurl.merge.icu import plain, write
from imgurl.merge.kinds import FieldType, Notation, NotOfType
from tests.merge.currencies import LOCALES

SEVENTH = date(2025, 3, 7)


def dates(**more: Any) -> Notation:
    """Return how a field of dates reads."""
    return Notation(FieldType.DATE, **more)


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-07", "2025-03-07T23:59:59Z", "2025-03-07T23:59:59.123456789+02:00", "2025-03-07 10:00",
        "2025-03-07T10:00:00+0200", "2025-03-07 00:00:00",
        # Postgres: timestamptz, and its styles
        "2025-03-07 00:00:00+00", "2025-03-07 23:30:00.123-05", "Fri Mar 07 00:00:00 2025 UTC",
        "Fri 07 Mar 00:00:00 2025",
        # Rails, Ruby
        "2025-03-07 00:00:00 UTC", "2025-03-07 00:00:00 +0100", "Fri, 07 Mar 2025 00:00:00.000000000 UTC +00:00",
        # JavaScript
        "Fri Mar 07 2025 00:00:00 GMT+0100 (Central European Standard Time)", "2025-03-07T00:00:00.000Z",
        "Fri, 07 Mar 2025 00:00:00 GMT", "Fri Mar 07 2025", "1741305600000",
        # .NET
        "2025-03-07T00:00:00.0000000", "2025-03-07 00:00:00.0000000 +00:00", "/Date(1741305600000)/",
        "Friday, March 7, 2025", "Friday, 7 March 2025 00:00:00", "Friday, March 7, 2025 12:00:00 AM",
        # Go
        "2025-03-07 00:00:00 +0000 UTC", "2025-03-07 00:00:00 +0100 CET m=+0.012", "Friday, 07-Mar-25 00:00:00 UTC",
        "07 Mar 25 00:00 UTC",
        # pandas, polars, Python, PHP, mail, Unix
        "2025-03-07 00:00:00+00:00", "2025-03-07T12:30:00.000000+0000", "Fri Mar  7 00:00:00 2025",
        "Fri, 07 Mar 2025 00:00:00 +0000", "Fri Mar  7 00:00:00 CET 2025", "1741305600", "1741305600.0",
        "2025-03-07T00:00:00+01:00[Europe/Berlin]",
        # Oracle, SQL Server, MySQL, SAP, Excel, Gnumeric
        "07-MAR-25", "07-MAR-25 12.00.00.000000 AM", "Mar  7 2025 12:00AM", "20250307", "20250307000000", "7-Mar-25",
        "20250307T000000Z",
        "2025/03/07", "2025-3-7",
        # people
        "March 7, 2025", "7 March 2025", "Mar. 7, 2025", "March 7th, 2025", "7 of March 2025", "2025年3月7日",
        "2025년 3월 7일", "2025. 3. 7.", "２０２５-０３-０７",
    ],
)  # fmt: skip
def test_a_date_is_read(text: str) -> None:
    """The day that is printed, whatever the time and zone behind it."""
    assert read_date(text, dates()) == SEVENTH


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("7. März 2025", "de-DE"),
        ("Freitag, 7. März 2025", "de-DE"),
        ("07.03.2025", "de-DE"),
        ("7.3.2025", "fi-FI"),
        ("07.03.2025 00:00", "ru-RU"),
        ("vendredi 7 mars 2025", "fr-FR"),
        ("7 de marzo de 2025", "es-ES"),
        ("7 марта 2025 г.", "ru-RU"),
        ("7 marca 2025", "pl-PL"),
        ("2025. március 7.", "hu-HU"),
        ("7 मार्च 2025", "hi-IN"),
        ("07.03.25", "de-DE"),
        ("7.3.25", "ru-RU"),
        ("7. 3. 2025", "cs-CZ"),
    ],
)
def test_a_date_is_read_in_the_language_of_the_field(text: str, locale: str) -> None:
    """Months by their names, and dots where the locale writes day, month and year with them."""
    assert read_date(text, dates(locale=locale)) == SEVENTH


def test_years_of_another_count_are_read_as_such() -> None:
    """25/12/2568 is Christmas of 2025 in Thailand, where years are counted from the death of the Buddha."""
    thai = dates(locale="th-TH")
    assert read_date("25/12/2568", thai) == read_date("25/12/2025", thai) == date(2025, 12, 25)
    assert read_date("25/12/2568", dates(locale="en-GB")) == date(2568, 12, 25)


@pytest.mark.parametrize(
    ("text", "forms", "expected"),
    [
        ("01.03.2026", ("%d.%m.%Y",), date(2026, 3, 1)),
        ("03/01/2026", ("%d.%m.%Y", "%m/%d/%Y"), date(2026, 3, 1)),
        ("03/01/2026", ("%d/%m/%Y", "%m/%d/%Y"), date(2026, 1, 3)),
        ("3/1/2026 12:00:00 AM", ("%m/%d/%Y",), date(2026, 3, 1)),
        ("3/1/24", ("%m/%d/%y",), date(2024, 3, 1)),
        ("20260301", ("%Y%m%d",), date(2026, 3, 1)),
        ("2026-03-01", ("%Y-%d-%m",), date(2026, 3, 1)),
        ("1583-01-01", (), date(1583, 1, 1)),
        ("9999-12-31", (), date(9999, 12, 31)),
        ("2024-02-29", (), date(2024, 2, 29)),
        ("25/12/2026", (), date(2026, 12, 25)),
        ("12/25/2026", (), date(2026, 12, 25)),
        ("05/05/2026", (), date(2026, 5, 5)),
        ("07-MAR-1945", (), date(1945, 3, 7)),
        ("-631152000000", (), date(1950, 1, 1)),
    ],
)
def test_other_forms(text: str, forms: tuple[str, ...], expected: date) -> None:
    """As the design lists them, in their order; without a list, what can only be one day."""
    assert expected == read_date(text, dates(input=forms))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("03/04/2026", {}),
        ("03/04/2026", {"locale": "en-GB"}),
        ("3/7/2025 12:00:00 AM", {}),
        ("07.03.2025", {}),
        ("07-03-2025", {"locale": "nl-NL"}),
        ("3/1/24", {}),
        ("07-MAR-45", {}),
        ("3/1/45", {"input": ("%m/%d/%y",)}),
        ("1740783600000", {}),
    ],
)
def test_what_could_be_two_days_is_refused(text: str, more: dict[str, Any]) -> None:
    """The order of the parts, the century, or the day of a moment: nobody knows, and the reason says so."""
    with pytest.raises(NotOfType, match=r"^ambiguous$"):
        read_date(text, dates(**more))


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "2026-13-01", "2026-02-30", "2025-02-29", "26-03-01x", "2026-03", "2026-03-01x", "x2026-03-01",
        "2026-03-01T", "2026-03-01T10", "٢٠٢٦-0٣-٠١", "0000-00-00", "1.5", "2026-03-01 25:00", "-2026-03-01",
        "12026-03-01", "May", "May 2026", "7 May", "5 Jan Feb 2026", "45292", "07032025", "31/31/2026", "2026-03-01 $",
    ],
)  # fmt: skip
def test_what_is_not_a_date_is_refused(text: str) -> None:
    """Days that do not exist, halves of dates, numbers of spreadsheets."""
    with pytest.raises(NotOfType, match=r"^not-a-date$"):
        read_date(text, dates())


def test_an_order_that_the_design_rules_out_is_refused() -> None:
    """A value of the other order shows that the list is not what the design says."""
    with pytest.raises(NotOfType, match=r"^not-a-date$"):
        read_date("25/12/2026", dates(input=("%m/%d/%Y",)))


@pytest.mark.parametrize(
    "text", ["0001-01-01", "0001-01-01T00:00:00", "1582-12-31", "1000-01-01", "01.01.0001", "31.12.1582"]
)
def test_a_date_before_the_calendar_is_not_a_date(text: str) -> None:
    """0001-01-01 is what .NET prints for none, and ICU would count such days in another calendar."""
    with pytest.raises(NotOfType):
        read_date(text, dates(input=("%d.%m.%Y",)))


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2025-03-06T23:00:00.000Z", "Europe/Berlin", SEVENTH),
        ("2025-03-07T02:00:00Z", "America/New_York", date(2025, 3, 6)),
        ("2025-03-07 23:30:00-05", "Europe/Berlin", date(2025, 3, 8)),
        ("2025-03-07 11:30 PM UTC", "Europe/Berlin", date(2025, 3, 8)),
        ("2025-03-07 00:00:00", "America/New_York", SEVENTH),
        ("2025-03-07", "America/New_York", SEVENTH),
        ("Fri Mar 07 2025 00:00:00 GMT+0100 (CET)", "Europe/Berlin", SEVENTH),
        ("1740783600000", "Europe/Berlin", date(2025, 3, 1)),
    ],
)
def test_a_time_zone_moves_the_date_only_where_the_field_names_one(text: str, zone: str, expected: date) -> None:
    """A moment is then the day it is there; a time without an offset stays."""
    assert expected == read_date(text, dates(time_zone=zone))


@pytest.mark.parametrize("text", ["9999-12-31T23:00:00-12:00", "2025-03-07T00:00:00+99:00"])
def test_a_moment_beyond_the_calendar_is_not_a_date(text: str) -> None:
    """Moved past the last year, or by an offset that no zone has."""
    with pytest.raises(NotOfType, match=r"^not-a-date$"):
        read_date(text, dates(time_zone="Europe/Berlin"))


@pytest.mark.parametrize("locale", LOCALES)
def test_no_locale_writes_the_month_first_with_dots(locale: str) -> None:
    """So that 07.03.2025 is safe where a locale uses dots: ICU writes the third of February with the day in front."""
    written = plain(write("{v, date, short}", locale, date(2001, 2, 3)), "")
    assert not re.match(r"0?2\. ?0?3\.", written)


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "pt-BR", "pl-PL", "ru-RU", "hu-HU"])
@pytest.mark.parametrize("style", ["medium", "long", "full"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_date_in_words_reads_what_it_writes(locale: str, style: str, month: int) -> None:
    """In the languages of which the months are words."""
    day = date(2026, month, 17)
    assert day == read_date(write(f"{{v, date, {style}}}", locale, day), dates(locale=locale))
