"""Reading moments: a day with its time, in a time zone. What a countdown runs to."""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from imgurl.merge.dates import FIRST_YEAR, clock_of, from_epoch, read_day, split_time
from imgurl.merge.icu import plain, write
from imgurl.merge.kinds import Notation, NotOfType

# What the styles of dates are for a moment: ICU's own have a day or a time, not both.
STYLES = {"short": "yMdjmm", "medium": "yMMMdjmmz", "long": "yMMMMdjmmz", "full": "yMMMMEEEEdjmmz"}

COMPACT = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})")

# What ICU writes for the zone of a time that it is given as UTC: the same letters in each language.
UTC_LETTERS = "UTC"


def read_moment(text: str, notation: Notation) -> datetime:
    """Read a moment, to the second, in the zone of the notation.

    A value without a zone is meant there. Of an hour that a clock shows twice in autumn, the first is taken; one that
    it skips in spring is counted on from before. Raises NotOfType: ``not-a-datetime``, or ``ambiguous``.
    """
    zone = ZoneInfo(notation.time_zone or "UTC")
    seen = plain(text, "not-a-datetime")
    try:
        moment = from_epoch(seen) or _with_clock(COMPACT.sub(r"\1T\2:\3:\4", seen), notation, zone)
        # By way of UTC: within one zone Python leaves a time that the clocks skip as it is.
        local = moment.astimezone(UTC).astimezone(zone).replace(microsecond=0)
    except OverflowError:
        raise NotOfType("not-a-datetime") from None
    if local.year < FIRST_YEAR:
        raise NotOfType("not-a-datetime")
    return local


def write_moment(moment: datetime, notation: Notation) -> str:
    """Return a moment as the locale writes it, with the letters of its zone: CET, EDT, UTC+3."""
    style = notation.format or "long"
    # ICU would take the zone of this machine, or UTC: it is given the wall clock's time, and the letters are put in.
    written = write(f"{{v, date, ::{STYLES.get(style, style)}}}", notation.locale, moment.replace(tzinfo=None))
    return written.replace(UTC_LETTERS, _letters(moment))


def _with_clock(text: str, notation: Notation, zone: ZoneInfo) -> datetime:
    written_day, clock = split_time(text)
    if clock is None or clock["minute"] is None:
        raise NotOfType("not-a-datetime")
    try:
        # What stands between day and time is a word in many languages: um, à, às.
        without_word, _, word = written_day.rpartition(" ")
        day = read_day(written_day, notation) or (read_day(without_word, notation) if word.isalpha() else None)
        since, offset, letters = clock_of(clock)
    except NotOfType as error:
        raise NotOfType("ambiguous" if str(error) == "ambiguous" else "not-a-datetime") from None
    if day is None:
        raise NotOfType("not-a-datetime")
    # The wall clock's time, and only then the zone: 18:00 is 18:00 also on a day of 23 hours.
    moment = (datetime.combine(day, time.min) + since).replace(tzinfo=offset or zone)
    # EST is New York or Brisbane: letters count where they are those of the zone, at any time of the year.
    if offset is None and letters and letters not in _all_letters(day.year, zone):
        raise NotOfType("ambiguous")
    return moment


def _all_letters(year: int, zone: ZoneInfo) -> set[str]:
    return {datetime(year, month, 1, tzinfo=zone).tzname() or "" for month in (1, 4, 7, 10)}


def _letters(moment: datetime) -> str:
    """Return the letters of a moment's zone; where it has none, as in Brazil, how far it is from UTC."""
    letters = moment.tzname() or ""
    found = re.fullmatch(r"([+-])(\d\d)(\d\d)?", letters)
    if found is None:
        return letters
    minutes = f":{found[3]}" if found[3] else ""
    return f"UTC{found[1].replace('-', chr(0x2212))}{int(found[2])}{minutes}"
