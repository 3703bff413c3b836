"""What is counted of a campaign: facts of requests, never a value and never an address.

Light: nothing that knows a database is loaded with it.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

# User agents that are remembered: half a megabyte.
MAX_AGENTS = 1_024
LONGEST_AGENT = 512


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


# Their plain words: a request is counted under a key of texts, because Python hashes enumerations ten times as slowly.
GMAIL, YAHOO, APPLE, OTHER = (via.value for via in Via)


class Tally(NamedTuple):
    """What one request of a campaign adds one to, each: a fact's word, and the field it is about, "" for none."""

    campaign: str
    design: str
    facts: tuple[tuple[str, str], ...]


class Line(NamedTuple):
    """One count of the statistics. Lines are put in order before they are written, so that writers cannot deadlock."""

    campaign: str
    #: ``2026-03-01``, in UTC.
    day: str
    design: str
    via: Via
    fact: Fact
    field: str


def via_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Say what sent a request with these headers, whose names are in lowercase, as the word of a ``Via``.

    The network is not looked at: behind a proxy it is the proxy's, and addresses are nobody's business here.
    """
    for name, value in headers:
        if name == b"user-agent":
            return _via_of_agent(value) if len(value) <= LONGEST_AGENT else OTHER
    return OTHER


@lru_cache(MAX_AGENTS)
def _via_of_agent(agent: bytes) -> str:
    if b"GoogleImageProxy" in agent:
        return GMAIL
    if b"YahooMailProxy" in agent:
        return YAHOO
    return APPLE if agent == b"Mozilla/5.0" else OTHER


def lines_of(tallies: Mapping[tuple[Tally, str], int], day: str) -> dict[Line, int]:
    """Return the counts of requests of one day, line by line."""
    lines: dict[Line, int] = {}
    for (tally, via), count in tallies.items():
        for fact, field in tally.facts:
            line = Line(tally.campaign, day, tally.design, Via(via), Fact(fact), field)
            lines[line] = lines.get(line, 0) + count
    return lines
