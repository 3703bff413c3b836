"""Facts of imgurl.campaigns.ledger: sums of several servers, limits, days."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgurl.campaigns.control import Batch, Control
from imgurl.campaigns.facts import Fact, Line, Via
from imgurl.campaigns.ledger import Ledger
from tests.campaigns.conftest import Opened

DAY = "2026-11-29"


def line(
    campaign: str = "sale", fact: Fact = Fact.SERVED, *, day: str = DAY, design: str = "card", field: str = ""
) -> Line:
    """Return a line of the statistics."""
    return Line(campaign, day, design, Via.OTHER, fact, field)


def test_counts_of_batches_add_up(opened: Opened) -> None:
    """Whoever writes them: what a third one reads is the sum, line by line."""
    fallback = line(fact=Fact.FALLBACK, field="first_name")
    opened().exchange(Batch({line(): 3, fallback: 1}))
    opened().exchange(Batch({line(): 4, line("other"): 9}))
    assert opened().counts("sale", DAY, DAY) == {fallback: 1, line(): 7}


def test_servers_that_write_together_lose_nothing(opened: Opened) -> None:
    """Four of them, a hundred batches of the same lines in different orders: the sums are exact, nobody fails."""
    names = [f"c{number}" for number in range(8)]

    def write(server: int) -> None:
        ledger = opened()
        for number in range(25):
            turned = names[(server + number) % 8 :] + names[: (server + number) % 8]
            ledger.exchange(Batch({line(name): 1 for name in turned}, {(name, 7): 1 for name in turned}))

    opened()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    ledger = opened()
    assert [ledger.counts(name, DAY, DAY) for name in names] == [{line(name): 100} for name in names]
    assert [ledger.find(name) for name in names] == [
        Control(name, renders=100, hour=7, hour_renders=100) for name in names
    ]


def test_renders_are_of_an_hour_and_in_all(ledger: Ledger) -> None:
    """A new hour begins at nothing; what comes late for an earlier one is in the sum alone."""
    for hour, count in ((5, 2), (6, 3), (5, 4), (6, 1)):
        ledger.exchange(Batch(renders={("sale", hour): count}))
    control = ledger.find("sale")
    assert control == Control("sale", renders=10, hour=6, hour_renders=4)
    assert [control.renders_in(hour) for hour in (5, 6, 7)] == [0, 4, 0]


def test_limits_are_read_by_whoever_writes_next(opened: Opened) -> None:
    """Those of campaigns that have some, with what was drawn; a change leaves what it does not name."""
    server, command = opened(), opened()
    server.exchange(Batch({line("quiet"): 1}, {("sale", 5): 2}))
    assert server.exchange(Batch()) == {}
    command.change("sale", {"per_hour": 10, "total": 20})
    command.change("sale", {"stopped": 1_800_000_000, "total": None})
    expected = Control("sale", 1_800_000_000, 10, None, 2, 5, 2)
    assert server.exchange(Batch()) == {"sale": expected}
    assert server.exchange(Batch(renders={("sale", 5): 1})) == {
        "sale": Control("sale", 1_800_000_000, 10, None, 3, 5, 3)
    }
    command.change("sale", {"stopped": None, "per_hour": None})
    assert server.exchange(Batch()) == {}


def test_a_campaign_may_be_limited_before_it_is_sent(ledger: Ledger) -> None:
    """It is listed without days, and counted from then on."""
    ledger.change("later", {"total": 5})
    (listed,) = ledger.page(10)
    assert (listed.control.total, listed.served, listed.first, listed.last) == (5, 0, None, None)
    assert ledger.find("unknown") is None


def test_pages_are_in_order_and_of_designs(ledger: Ledger) -> None:
    """By label, each with its requests and days; for some designs with theirs alone."""
    ledger.exchange(
        Batch({
            line("b"): 2, line("b", Fact.RENDERED): 1, line("b", day="2026-11-01"): 3, line("a", design="cert"): 1,
            line("c"): 1,
        })
    )  # fmt: skip
    listed = [(one.control.campaign, one.served, one.first, one.last) for one in ledger.page(2)]
    assert listed == [("a", 1, DAY, DAY), ("b", 5, "2026-11-01", DAY)]
    assert [one.control.campaign for one in ledger.page(2, "b")] == ["c"]
    assert [one.control.campaign for one in ledger.page(9, "", ["cert"])] == ["a"]
    assert ledger.counts("b", DAY, DAY, ["cert"]) == {}
    assert ledger.counts("b", "2026-11-01", "2026-11-28") == {line("b", day="2026-11-01"): 3}


def test_old_days_are_forgotten(ledger: Ledger) -> None:
    """Their counts go; what was drawn in all stays."""
    ledger.exchange(Batch({line(day="2025-01-01"): 2, line(): 1}, {("sale", 5): 2}))
    assert ledger.forget("2025-01-02") == 1
    assert ledger.counts("sale", "2000-01-01", DAY) == {line(): 1}
    control = ledger.find("sale")
    assert control is not None
    assert control.renders == 2


@given(
    drawn=st.lists(st.integers(0, 3), max_size=12),
    per_hour=st.none() | st.integers(0, 4),
    total=st.none() | st.integers(0, 6),
)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_a_budget_is_what_it_says(drawn: list[int], per_hour: int | None, total: int | None) -> None:
    """Pictures asked for in any hours: as many are drawn as a plain count of them allows."""
    allowed, by_hour = 0, Counter[int]()
    control = Control("sale", None, per_hour, total)
    mine: list[int] = []
    for hour in sorted(drawn):
        expected = (total is None or allowed < total) and (per_hour is None or by_hour[hour] < per_hour)
        assert control.allows(hour, mine.count(hour), len(mine)) == expected
        if expected:
            allowed, by_hour[hour] = allowed + 1, by_hour[hour] + 1
            mine.append(hour)
