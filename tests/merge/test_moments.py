"""Moments: a day with its time, in the zone of a field."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imgurl.merge.formats import display
from imgurl.merge.kinds import FieldType, Notation, NotOfType
from imgurl.merge.moments import read_moment


def berlin(locale: str = "en-US", written: str | None = None, zone: str = "Europe/Berlin") -> Notation:
    """Return how a field reads and writes moments."""
    return Notation(FieldType.DATETIME, locale, format=written, time_zone=zone)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31 18:00", "2026-12-31T18:00:00", "2026-12-31T17:00:00Z", "2026-12-31T12:00:00-05:00",
        "2026-12-31 18:00:00.123+01:00", "2026-12-31T18:00:00+01:00[Europe/Berlin]", "20261231T180000",
        "20261231180000", "1798736400", "1798736400000", "/Date(1798736400000)/", "31.12.2026 18:00 CET",
        "Dec 31, 2026 6:00 PM", "Thu, 31 Dec 2026 17:00:00 GMT", "31. Dezember 2026 um 18:00",
        "Thu Dec 31 2026 18:00:00 GMT+0100 (Central European Standard Time)", "２０２６-１２-３１ １８:００",
    ],
)  # fmt: skip
def test_what_programs_and_people_write(text: str) -> None:
    """All of these are one moment, and are drawn alike: pictures are shared."""
    shown = display(berlin("de-DE" if "Dezember" in text or "." in text[:3] else "en-US"), text)
    assert shown.reading == "2026-12-31T18:00:00+01:00"


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("2026-12-31", "not-a-datetime"), ("18:00", "not-a-datetime"), ("soon", "not-a-datetime"),
        ("2026-13-31 18:00", "not-a-datetime"), ("2026-12-31 25:00", "not-a-datetime"),
        ("2026-12-31 18:00 EST", "ambiguous"), ("03/04/2026 18:00", "ambiguous"),
        ("9999-12-31T23:59:59-23:00", "not-a-datetime"), ("0001-01-01 00:00", "not-a-datetime"),
    ],
)  # fmt: skip
def test_what_may_be_another_moment_is_refused(text: str, flag: str) -> None:
    """A day has no time, and letters of another zone have several."""
    with pytest.raises(NotOfType, match=f"^{flag}$"):
        display(berlin(), text)


@pytest.mark.parametrize(
    ("notation", "written"),
    [
        (berlin(), "December 31, 2026 at 6:00\u202fPM CET"),
        (berlin("en-GB", "EEEEjmmz"), "Thursday, 18:00 CET"),
        (berlin("de-DE", "EEEEjmmz"), "Donnerstag, 18:00 CET"),
        (berlin("fr-FR", "full"), "jeudi 31 décembre 2026 à 18:00 CET"),
        (berlin("en-GB", "short", "America/New_York"), "31/12/2026, 12:00"),
        (berlin("en-GB", "EEEEjmmz", "America/New_York"), "Thursday, 12:00 EST"),
        (berlin("en-GB", "jmmz", "America/Sao_Paulo"), "14:00 UTC−3"),
        (berlin("en-GB", "jmmz", "Asia/Kathmandu"), "22:45 UTC+5:45"),
    ],
)
def test_it_is_written_as_the_locale_does_in_the_zone_of_the_field(notation: Notation, written: str) -> None:
    """With the letters of the zone, or how far it is from UTC where it has none."""
    assert display(notation, "2026-12-31T17:00:00Z").text == written


@given(
    st.datetimes(min_value=datetime(1900, 1, 1)),  # noqa: DTZ001 - a wall clock's
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]),
)
@example(datetime(1919, 1, 1), "Asia/Kathmandu")  # noqa: DTZ001
def test_reading_is_idempotent(wall: datetime, zone: str) -> None:
    """What was read is read again as the same moment: link and picture agree."""
    try:
        first = read_moment(str(wall), berlin(zone=zone))
    except NotOfType:
        return
    assert read_moment(first.isoformat(), berlin(zone=zone)) == first
