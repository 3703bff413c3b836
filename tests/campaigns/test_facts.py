"""Facts of imgurl.campaigns.facts: who fetched an image, and which lines a request adds to."""

import pytest

from imgurl.campaigns.facts import Fact, Line, Tally, Via, lines_of, via_of


@pytest.mark.parametrize(
    ("agent", "via"),
    [
        (b"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", Via.GMAIL),
        (b"YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", Via.YAHOO),
        (b"Mozilla/5.0", Via.APPLE),
        (b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", Via.OTHER),
        (b"Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.10228; Pro)", Via.OTHER),
        (b"", Via.OTHER),
    ],
)
def test_who_fetched_it(agent: bytes, via: Via) -> None:
    """As the User-Agent says; Outlook on a desktop is a reader and no proxy."""
    assert via_of([(b"host", b"img.example"), (b"user-agent", agent)]) == via


def test_without_a_user_agent() -> None:
    """Nobody says who it is: other."""
    assert via_of([(b"host", b"GoogleImageProxy")]) == Via.OTHER


def test_requests_become_lines() -> None:
    """Each fact of a request is a line, and requests with the same fact add up."""
    good = Tally("sale", "card", ((Fact.SERVED, ""),))
    bad = Tally("sale", "card", ((Fact.SERVED, ""), (Fact.FALLBACK, "city")))
    lines = lines_of({(good, Via.OTHER): 2, (bad, Via.OTHER): 3, (bad, Via.GMAIL): 1}, "2026-11-29")
    assert lines == {
        Line("sale", "2026-11-29", "card", Via.OTHER, Fact.SERVED, ""): 5,
        Line("sale", "2026-11-29", "card", Via.OTHER, Fact.FALLBACK, "city"): 3,
        Line("sale", "2026-11-29", "card", Via.GMAIL, Fact.SERVED, ""): 1,
        Line("sale", "2026-11-29", "card", Via.GMAIL, Fact.FALLBACK, "city"): 1,
    }
