"""Who opens a simulated mail, and when."""

from collections import Counter

import pytest

from benchmarks.capacity import Campaign
from benchmarks.recipients import RETURNING, Kind, Pace, opens

CAMPAIGN = Campaign(20_000)
DUE = opens(CAMPAIGN, until=180)


def test_opens_come_in_order_and_are_the_same_each_time() -> None:
    """A run can be repeated."""
    assert sorted(DUE) == DUE == opens(CAMPAIGN, until=180)
    assert all(0 < it.minute < 180 for it in DUE)


def test_a_recipient_opens_first_once_and_comes_again_later_if_at_all() -> None:
    """A proxy fetches once; a reader that comes again was there before."""
    first = {it.recipient: it for it in DUE if it.kind is Kind.FIRST}
    later = [it for it in DUE if it.kind is not Kind.FIRST]
    assert len(first) + len(later) == len(DUE)
    assert len({it.recipient for it in later}) == len(later) > 100
    assert all(it.via is RETURNING and first[it.recipient].minute < it.minute for it in later)


def test_opens_come_as_the_model_says() -> None:
    """Shares at some times, who comes again, and the rate of the peak, within what chance allows."""
    first = [it.minute for it in DUE if it.kind is Kind.FIRST]
    for minute in (10, 30, 60, 180):
        share = sum(it < minute for it in first) / CAMPAIGN.pictures
        assert share == pytest.approx(CAMPAIGN.curve.opened(minute), abs=0.025)
    _, rate = Pace(60).busiest(DUE, width=5)
    assert rate / 60 == pytest.approx(CAMPAIGN.peak, rel=0.15)
    kinds = Counter(it.kind for it in opens(CAMPAIGN, until=1e9))
    assert kinds[Kind.AGAIN] / kinds[Kind.FIRST] == pytest.approx(CAMPAIGN.again, abs=0.02)
    assert kinds[Kind.COPY] / kinds[Kind.FIRST] == pytest.approx(CAMPAIGN.conditional, abs=0.02)
