"""What is counted of a campaign: facts of requests, never a value and never an address.

Light: nothing that knows a database is loaded with it.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Fact(StrEnum):
    """What a request adds one to."""

    #: Answered with an image, or with 304 to a client that has it.
    SERVED = "served"
    #: Waited for its image to be drawn: it was in no cache.
    RENDERED = "rendered"
    #: A field shows its fallback.
    FALLBACK = "fallback"
    #: A merge tag was not replaced.
    UNRESOLVED = "unresolved"
    #: The end of the link was missing.
    CUT = "cut"
    #: A value came in another charset, and was read all the same.
    CHARSET = "charset"
    #: A mail server broke a line within the link.
    FOLDED = "folded"
    #: The design's default image was shown: a required value was missing, or there was no time to draw.
    DEFAULT = "default"
    #: The link had expired.
    EXPIRED = "expired"
    #: The default image was shown because the campaign was stopped.
    STOPPED = "stopped"
    #: The default image was shown because the budget of the campaign was used up.
    OVER_BUDGET = "over-budget"
    #: Refused although the signature is good: there is no such design any more.
    REFUSED = "refused"


class Via(StrEnum):
    """What fetched an image, as far as its User-Agent tells."""

    GMAIL = "gmail"
    YAHOO = "yahoo"
    #: ``Mozilla/5.0`` and nothing else: what Apple's Mail Privacy Protection sends, and nearly nobody else.
    APPLE = "apple"
    #: Everybody else: readers, and proxies that do not say so, Outlook's among them.
    OTHER = "other"


class Tally(NamedTuple):
    """What one request of a campaign adds one to, each: a fact, and the field that it is about, "" for none."""

    campaign: str
    design: str
    facts: tuple[tuple[Fact, str], ...]


class Line(NamedTuple):
    """One count of the statistics. Lines are put in order before they are written, so that writers cannot deadlock."""

    campaign: str
    #: ``2026-03-01``, in UTC.
    day: str
    design: str
    via: Via
    fact: Fact
    field: str


def via_of(headers: Iterable[tuple[bytes, bytes]]) -> Via:
    """Say what sent a request with these headers, whose names are in lowercase.

    The network is not looked at: behind a proxy it is the proxy's, and addresses are nobody's business here.
    """
    for name, value in headers:
        if name == b"user-agent":
            if b"GoogleImageProxy" in value:
                return Via.GMAIL
            if b"YahooMailProxy" in value:
                return Via.YAHOO
            return Via.APPLE if value == b"Mozilla/5.0" else Via.OTHER
    return Via.OTHER


def lines_of(tallies: Mapping[tuple[Tally, Via], int], day: str) -> dict[Line, int]:
    """Return the counts of requests of one day, line by line."""
    lines: dict[Line, int] = {}
    for (tally, via), count in tallies.items():
        for fact, field in tally.facts:
            line = Line(tally.campaign, day, tally.design, via, fact, field)
            lines[line] = lines.get(line, 0) + count
    return lines
