"""The laws of the queue: who is served next, and who is refused."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.renderers.fairness import Entry, FairQueue
from imgurl.renderers.orders import Urgency

LINKS = st.sampled_from("abcde")
SECONDS = st.floats(0.001, 1.0)
OPENED, AHEAD = Urgency.OPENED, Urgency.AHEAD

# A push of some seconds by a link, a pop, or a cancellation of the nth entry that was pushed.
STEPS = st.lists(
    st.tuples(st.just("push"), LINKS, st.sampled_from(Urgency), SECONDS)
    | st.tuples(st.just("pop"))
    | st.tuples(st.just("cancel"), st.integers(0, 40)),
    max_size=80,
)
COSTS = st.lists(SECONDS, min_size=20, max_size=20)


def queue() -> FairQueue[int]:
    return FairQueue(1_000_000, math.inf)


def served(line: FairQueue[int]) -> list[Entry[int]]:
    found = []
    while (entry := line.pop()) is not None:
        found.append(entry)
    return found


@given(STEPS)
def test_what_waits_is_served_once_and_no_renderer_idles_meanwhile(steps: list[tuple[Any, ...]]) -> None:
    """As long as something waits pop returns an entry; each comes out once, or was cancelled while it waited."""
    line, pushed = queue(), list[Entry[int]]()
    gone: set[int] = set()
    for step in steps:
        match step:
            case "push", link, urgency, seconds:
                pushed.append(line.push(len(pushed), link, urgency, seconds))
            case ("pop",):
                entry = line.pop()
                assert (entry is None) == (len(pushed) == len(gone))
                if entry is not None:
                    assert entry.item not in gone
                    gone.add(entry.item)
            case "cancel", number:
                if number < len(pushed):
                    assert line.cancel(pushed[number]) == (number not in gone)
                    gone.add(number)
        assert line.count == len(pushed) - len(gone)
        assert math.isclose(
            line.seconds, sum(entry.seconds for entry in pushed if entry.item not in gone), abs_tol=1e-9
        )
    assert {entry.item for entry in served(line)} == set(range(len(pushed))) - gone


@given(STEPS)
def test_each_link_is_served_in_order(steps: list[tuple[Any, ...]]) -> None:
    """Of one link and urgency, what came first is served first, whatever others do."""
    line, out, number = queue(), [], 0
    for step in steps:
        if step[0] == "push":
            line.push(number, step[1], step[2], step[3])
            number += 1
        elif step[0] == "pop" and (entry := line.pop()):
            out.append(entry)
    out += served(line)
    for urgency in Urgency:
        for link in "abcde":
            mine = [entry.item for entry in out if entry.link == link and entry.urgency == urgency]
            assert mine == sorted(mine)


@given(st.lists(COSTS, min_size=2, max_size=5), st.integers(0, 99), st.integers(0, 99))
def test_no_link_gets_more_than_half_while_another_waits(costs: list[list[float]], start: int, length: int) -> None:
    """In any window in which all links wait, each two had the same time, but for the order each was about to have.

    So none had more than half of the window, but for one order.
    """
    line = queue()
    for link, seconds in enumerate(costs):
        for cost in seconds:
            line.push(0, link, OPENED, cost)
    left: dict[Hashable, int] = dict.fromkeys(range(len(costs)), 20)
    out = []
    while min(left.values()) > 0:
        entry = line.pop()
        assert entry is not None
        left[entry.link] -= 1
        out.append(entry)
    window = out[start : start + length]
    had = [sum(entry.seconds for entry in window if entry.link == link) for link in range(len(costs))]
    most = [max(seconds) for seconds in costs]
    for one in range(len(costs)):
        for other in range(one):
            assert abs(had[one] - had[other]) <= most[one] + most[other] + 1e-9
        assert had[one] <= sum(had) / 2 + max(most) + 1e-9


@given(COSTS, COSTS, st.floats(0.1, 10))
def test_what_an_order_has_cost_counts_and_not_what_it_was_expected_to(
    mine: list[float], others: list[float], factor: float
) -> None:
    """A link whose orders take longer than expected gets no more time than the other one, but for one order each."""
    line = queue()
    for cost, other in zip(mine, others, strict=True):
        line.push(0, "mine", OPENED, cost)
        line.push(0, "other", OPENED, other)
    had: defaultdict[Hashable, float] = defaultdict(float)
    left: dict[Hashable, int] = {"mine": 20, "other": 20}
    while min(left.values()) > 0:
        entry = line.pop()
        assert entry is not None
        actual = entry.seconds * (factor if entry.link == "mine" else 1.0)
        line.settle(entry, actual)
        had[entry.link] += actual
        left[entry.link] -= 1
    slack = max(mine) * max(factor, 1.0) + max(others)
    assert abs(had["mine"] - had["other"]) <= slack + 1e-9


@given(st.integers(1, 500), st.integers(2, 20))
def test_time_that_nobody_else_wanted_is_free(alone: int, both: int) -> None:
    """A link that was served alone for however long gets its half at once when another one comes; so does that one."""
    line = queue()
    for _ in range(alone + both):
        line.push(0, "campaign", OPENED, 0.01)
    for _ in range(alone):
        line.pop()
    for _ in range(both):
        line.push(0, "new", OPENED, 0.01)
    first = Counter(entry.link for _ in range(2 * (both // 2)) if (entry := line.pop()))
    assert abs(first["campaign"] - first["new"]) <= 1


@given(st.lists(COSTS, min_size=1, max_size=5), SECONDS, st.integers(0, 15))
def test_a_quiet_link_waits_for_one_order_of_each_other(costs: list[list[float]], mine: float, before: int) -> None:
    """An order of a link that has nothing waiting is served after at most one more of each link, however much waits."""
    line = queue()
    for link, seconds in enumerate(costs):
        for cost in seconds:
            line.push(0, link, OPENED, cost)
    for _ in range(before):
        line.pop()
    entry = line.push(1, "quiet", OPENED, mine)
    ahead = []
    while (out := line.pop()) is not entry:
        assert out is not None
        ahead.append(out.link)
    assert max(Counter(ahead).values(), default=0) <= 1


@given(st.lists(SECONDS, min_size=200, max_size=200), st.lists(SECONDS, min_size=200, max_size=200))
@settings(max_examples=30)
def test_what_is_drawn_ahead_gets_a_tenth_and_never_nothing(opened: list[float], ahead: list[float]) -> None:
    """While readers wait, batches get a tenth of what readers get; while none do, everything."""
    line = queue()
    for first, second in zip(opened, ahead, strict=True):
        line.push(0, "mail", OPENED, first)
        line.push(0, "batch", AHEAD, second)
    had: defaultdict[Hashable, float] = defaultdict(float)
    while line.seconds and had["mail"] < sum(opened) - 2:
        entry = line.pop()
        assert entry is not None
        had[entry.link] += entry.seconds
        assert abs(had["batch"] - had["mail"] / 10) <= max(ahead) + max(opened) / 10 + 1e-9
    assert len(served(line)) > 0
    assert line.pop() is None


def flood(line: FairQueue[int], link: str, seconds: float) -> int:
    """Push until the link is refused; return how many entries it took."""
    count = 0
    while line.has_room(link, OPENED):
        line.push(0, link, OPENED, seconds)
        count += 1
    return count


@given(st.integers(1, 20), st.floats(0.005, 0.05))
def test_the_noisy_link_is_refused_and_the_quiet_ones_are_not(quiet: int, seconds: float) -> None:
    """Beside a link that pushes all it can, twenty others each get their order in; the noisy one does not."""
    line = FairQueue[int](1_000, 6.0)
    assert flood(line, "noisy", seconds) >= 1
    for number in range(quiet):
        assert line.has_room(f"quiet-{number}", OPENED)
        line.push(0, f"quiet-{number}", OPENED, seconds)
        assert not line.has_room("noisy", OPENED)


@given(st.integers(1, 60), st.floats(0.001, 0.2), st.sampled_from([10, 100, 1_000]))
@settings(max_examples=50)
def test_all_links_together_are_bounded_too(links: int, seconds: float, most: int) -> None:
    """Whatever links come and push all they can, what waits is the bound times the harmonic number of their count."""
    line = FairQueue[int](most, 6.0)
    for number in range(links):
        flood(line, str(number), seconds)
    harmonic = sum(1 / number for number in range(1, links + 1))
    assert line.count <= most * harmonic + links
    assert line.seconds <= (6.0 + seconds) * harmonic + links * seconds


def test_a_link_that_was_refused_has_room_again_when_it_was_served() -> None:
    """Room comes back with each entry that is served or cancelled."""
    line = FairQueue[int](3, 6.0)
    assert flood(line, "a", 0.01) == 3
    line.pop()
    assert line.has_room("a", OPENED)
    entry = line.push(0, "a", OPENED, 0.01)
    assert not line.has_room("a", OPENED)
    assert line.cancel(entry)
    assert not line.cancel(entry)
    assert line.has_room("a", OPENED)


def test_an_order_longer_than_the_bound_is_taken_where_nothing_waits() -> None:
    """A picture that takes longer than may wait is drawn all the same, unless others wait."""
    line = FairQueue[int](10, 1.0)
    assert line.has_room("a", OPENED)
    line.push(0, "a", OPENED, 5.0)
    assert not line.has_room("a", OPENED)
