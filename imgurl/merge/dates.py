"""Reading dates: what databases, languages and spreadsheets print. The day is the one that is printed.

Read without ``input``: a year of four digits in front, the name of a month, eight digits, dots in a locale that writes
day, month and year with dots, and any order in which only one day is possible (``25/12/2026``). Everything else
needs the field's ``input``: ``03/04/2026`` is April in London and March in New York, whoever the recipient is.
"""

import re
import unicodedata
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as midnight
from functools import lru_cache
from zoneinfo import ZoneInfo

from imgurl.merge.icu import plain, write
from imgurl.merge.kinds import Notation, NotOfType

# ICU counts days before October 1582 in the Julian calendar; and 0001-01-01 is what .NET prints for no date.
FIRST_YEAR = 1583

# Years of two digits on which POSIX (69 to 99 are 19xx) and Excel (30 to 99 are) agree.
CENTURIES = {**{year: 2000 + year for year in range(30)}, **{year: 1900 + year for year in range(69, 100)}}

# A time of day and its zone: 10:00, 12:00AM, T00:00:00.000Z, 00:00:00 GMT+0100 (Central European Standard Time),
# 00:00:00 +0000 UTC m=+0.01, 12.00.00.000000 AM, +01:00[Europe/Berlin].
TIME = re.compile(
    r"""(?:T|,?\ |\ at\ )(?P<hour>[01]?\d|2[0-4])
    (?: :(?P<minute>[0-5]\d)(?: :(?P<second>[0-5]\d|60)(?:[.,:]\d{1,9})?)? | \.(?:[0-5]\d)\.(?:[0-5]\d)(?:\.\d{1,9})? )
    (?:\ ?(?P<half>[AaPp])\.?[Mm]\.?)?
    (?P<zone>(?:\ ?(?:Z|[A-Z]{3,5}))?(?:\ ?[+-]\d{2}(?::?\d{2}){0,2}(?!\d))?(?:\ ?(?:[A-Z]{3,5}|[+-]\d{2}:\d{2}))?)
    (?:\ ?\([^()]*\)|\[[^\[\]]*\])?(?:\ m=[+-]\d+\.\d+)?(?=\ |$)""",
    re.VERBOSE,
)
BASIC_TIME = re.compile(r"^(\d{8})T(\d{2})(\d{2})(\d{2})(?=Z?$)")
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})(?:[0-2]\d[0-5]\d[0-5]\d)?")
IDEOGRAPHIC = re.compile(r"(\d{4})[年년.] ?(\d{1,2})[月월.] ?(\d{1,2})[日일.]?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4})")
SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}")
EPOCH = re.compile(r"(?:/Date\()?(-?\d{12,13}|\d{10}(?=\.0$|$))(?:[+-]\d{4})?(?:\)/|\.0)?")
# A word with its marks, which Python does not count as word characters: मार्च, วันที่.
WORD_OR_NUMBER = re.compile(r"\d+|[^\s\d.,/'\-]+")
ORDINALS = ("st", "nd", "rd", "th", "of", "de", "del")


@dataclass(frozen=True, slots=True)
class Words:
    """What a locale's dates consist of, in lowercase: months by their names, and words without meaning."""

    months: dict[str, int]
    fillers: frozenset[str]


def read_date(text: str, notation: Notation) -> date:
    """Read a date with or without a time after it.

    Raises NotOfType: ``not-a-date``, or ``ambiguous`` if it could be another day.
    """
    seen = plain(text, "not-a-date")
    moment = _from_epoch(seen, notation)
    if moment is not None:
        return _checked(moment)
    day, time = split_time(seen)
    read = _checked(read_day(day, notation))
    return _moved(read, time, notation.time_zone) if time and notation.time_zone else read


def split_time(text: str) -> tuple[str, re.Match[str] | None]:
    """Return a plain text without its time of day, and that time."""
    time = TIME.search(text := BASIC_TIME.sub(r"\1T\2:\3:\4", text))
    day = f"{text[: time.start()]}{text[time.end() :]}" if time else text
    # Postgres writes the zone after the year.
    return (re.sub(r" [A-Z]{3,5}$", "", day.strip()) if time else day), time


def read_day(text: str, notation: Notation) -> date | None:
    """Return the day that a plain text names; None if it names none. Raises NotOfType where it may be another."""
    year_first = YEAR_FIRST.fullmatch(text)
    if year_first and (year_first[1] or 1900 <= int(year_first[5]) < 2100):
        return _day(*(year_first.group(1, 3, 4) if year_first[1] else year_first.group(5, 6, 7)))
    for form in notation.input:
        if (day := _by_form(text, form)) is not None:
            return day
    if ideographic := IDEOGRAPHIC.fullmatch(text):
        return _day(*ideographic.groups())
    if year_last := YEAR_LAST.fullmatch(text):
        return _of_two_orders(year_last, notation)
    if (short := SHORT_YEAR.fullmatch(text)) and not notation.input:
        first, second, year = re.findall(r"\d+", text)
        if short[1] != "." or not _writes_day_first(notation.locale):
            raise NotOfType("ambiguous")
        return _day(str(_full_year(int(year))), second, first)
    return _by_words(text, notation.locale)


def _by_form(text: str, form: str) -> date | None:
    try:
        day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no time
    except ValueError:
        return None
    return day.replace(year=_full_year(day.year % 100)) if "%y" in form else day


def _of_two_orders(match: re.Match[str], notation: Notation) -> date | None:
    """Read day, month and year if only one order is possible, or the dots of a locale settle it."""
    if notation.input:
        return None
    first, sign, second, year = match.groups()
    ahead = _years_ahead(notation.locale)
    if ahead and int(year) - ahead >= FIRST_YEAR:
        year = str(int(year) - ahead)
    by_day, by_month = _day(year, second, first), _day(year, first, second)
    if by_day == by_month or by_month is None or (sign == "." and _writes_day_first(notation.locale)):
        return by_day
    if by_day is None:
        return by_month
    raise NotOfType("ambiguous")


def _by_words(text: str, locale: str) -> date | None:
    """Read a day whose month is a word, in English or the language of the locale, whatever the order."""
    numbers: list[str] = []
    months: set[int] = set()
    for token in WORD_OR_NUMBER.findall(text.casefold()):
        known = next((words for words in (words_of("en"), words_of(locale)) if token in words.months), None)
        if token.isdecimal():
            numbers.append(token)
        elif known is not None:
            months.add(known.months[token])
        elif token not in ORDINALS and not any(token in words_of(where).fillers for where in ("en", locale)):
            return None
    if len(months) != 1 or len(numbers) != 2 or any(map(_is_sign, text)):
        return None
    years = [number for number in numbers if len(number) == 4]
    if len(years) == 1:
        (day,) = (number for number in numbers if len(number) != 4)
        return _day(years[0], str(months.pop()), day)
    # 07-MAR-25, as Oracle and Excel write it: the day is in front.
    is_short = re.fullmatch(r"(?:\w+,? )?\d{1,2}[- /.]\w+\.?[- /.]\d{2}", text)
    return _day(str(_full_year(int(numbers[1]))), str(months.pop()), numbers[0]) if is_short else None


def _is_sign(character: str) -> bool:
    return not (character.isalnum() or character in " .,'/-_" or unicodedata.category(character) in ("Mn", "Mc"))


def _full_year(year: int) -> int:
    if year not in CENTURIES:
        raise NotOfType("ambiguous")
    return CENTURIES[year]


def _day(year: str, month: str, day: str) -> date | None:
    with suppress(ValueError):
        return date(int(year), int(month), int(day))
    return None


def _checked(day: date | None) -> date:
    if day is None or day.year < FIRST_YEAR:
        raise NotOfType("not-a-date")
    return day


def from_epoch(text: str) -> datetime | None:
    """Return the moment that a count of milliseconds or seconds since 1970 is; None if the text is none."""
    match = EPOCH.fullmatch(text)
    if match is None:
        return None
    count = int(match[1])
    milliseconds = count if len(match[1].lstrip("-")) > 10 else count * 1000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def clock_of(time: re.Match[str]) -> tuple[timedelta, timezone | None, str]:
    """Return the time of day since midnight, its offset from UTC if it has one, and the zone as it is written."""
    zone = time["zone"].strip()
    hour = int(time["hour"])
    if time["half"]:
        hour = hour % 12 + (12 if time["half"] in "Pp" else 0)
    since = timedelta(hours=hour, minutes=int(time["minute"] or 0), seconds=int(time["second"] or 0))
    # Before there were time zones, places had times of their own, to the second.
    offset = re.search(r"([+-])(\d{2}):?(\d{2})?:?(\d{2})?", zone)
    if offset is None:
        return since, UTC if zone in ("Z", "UTC", "GMT") else None, zone
    east = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0), seconds=int(offset[4] or 0))
    try:
        return since, timezone(east if offset[1] == "+" else -east), zone
    except ValueError:  # more than a day
        raise NotOfType("not-a-date") from None


def _from_epoch(text: str, notation: Notation) -> date | None:
    """Read a count since 1970. Which day it is depends on where, unless it is midnight in UTC."""
    moment = from_epoch(text)
    if moment is None:
        return None
    if notation.time_zone:
        return moment.astimezone(ZoneInfo(notation.time_zone)).date()
    if moment.time() != midnight.min:
        raise NotOfType("ambiguous")
    return moment.date()


def _moved(day: date, time: re.Match[str], time_zone: str) -> date:
    """Return the day that a moment is in a time zone; a time without an offset is one of that zone already."""
    since, offset, _ = clock_of(time)
    if time["minute"] is None or offset is None:
        return day
    try:
        return (datetime.combine(day, midnight.min, offset) + since).astimezone(ZoneInfo(time_zone)).date()
    except OverflowError:  # the last day of the calendar
        raise NotOfType("not-a-date") from None


@lru_cache(maxsize=256)
def words_of(locale: str) -> Words:
    """Return the months of a locale by their names; none if it uses another calendar."""
    if "2001" not in plain(write("{v, date, ::yMMMMd}", locale, date(2001, 1, 5)), ""):
        return Words({}, frozenset())
    names: dict[str, set[int]] = {}
    for month in range(1, 13):
        for skeleton in ("MMMM", "MMM", "yMMMMd", "yMMMd"):
            written = write(f"{{v, date, ::{skeleton}}}", locale, date(2001, month, 5)).casefold()
            for token in _words_in(written):
                names.setdefault(token, set()).add(month)
    days = [date(2001, 1, day) for day in range(1, 8)]
    weekdays = [
        token
        for day in days
        for skeleton in ("EEEE", "EEE")
        for token in _words_in(write(f"{{v, date, ::{skeleton}}}", locale, day).casefold())
    ]
    months = {token: months.pop() for token, months in names.items() if len(months) == 1}
    fillers = {token for token, count in names.items() if len(count) > 1} | set(Counter(weekdays))
    return Words(months, frozenset(fillers - months.keys()))


def _words_in(written: str) -> list[str]:
    return [token for token in WORD_OR_NUMBER.findall(plain(written, "")) if not token.isdecimal()]


@lru_cache(maxsize=256)
def _years_ahead(locale: str) -> int:
    """Return how many years a locale with our days and months is ahead of ISO 8601: 543 in Thailand."""
    written = re.findall(r"\d+", plain(write("{v, date, ::yMd}", locale, date(2001, 2, 3)), ""))
    others = [int(number) for number in written if int(number) > 99]
    return others[0] - 2001 if len(others) == 1 and sorted(map(int, written))[:2] == [2, 3] else 0


@lru_cache(maxsize=256)
def _writes_day_first(locale: str) -> bool:
    """Say whether a locale writes day, month and year with dots; no locale writes a month before a day with them."""
    written = plain(write("{v, date, short}", locale, date(2001, 2, 3)), "")
    return re.fullmatch(r"0?3\. ?0?2\. ?(?:20)?01.*", written) is not None
