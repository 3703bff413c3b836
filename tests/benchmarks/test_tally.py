"""The arithmetic of measurements."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tally import Tally, growth, percentile

FLOATS = st.lists(st.floats(0, 1e6), min_size=1, max_size=200)


@given(values=FLOATS, share=st.floats(0.01, 1))
def test_a_percentile_is_the_smallest_value_that_covers_its_share(values: list[float], share: float) -> None:
    """It is one of the values; so many do not exceed it, and fewer do not exceed any smaller one."""
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values) + 1e-9


def test_one_slow_answer_of_a_hundred_is_beyond_the_99th_and_two_are_not() -> None:
    """What p99 says of a hundred answers."""
    assert percentile([1.0] * 99 + [9.0], 0.99) == 1.0
    assert percentile([1.0] * 98 + [9.0] * 2, 0.99) == 9.0
    assert math.isnan(percentile([], 0.99))


def test_growth_leaves_out_the_time_in_which_caches_fill() -> None:
    """Memory that rises at first is flat; memory that goes on rising is not."""
    assert growth([10.0, 50.0] + [100.0] * 6) == 1.0
    assert growth([float(value) for value in range(100, 200)]) == pytest.approx(187.5 / 137.5, rel=0.01)
    assert math.isnan(growth([1.0] * 7))


def test_tallies_add_up() -> None:
    """Counts by outcome, and all times."""
    one, other = Tally(), Tally()
    one.note("right", 1.0)
    other.note("wrong", 2.0)
    other.note("right", 3.0)
    both = one + other
    assert both.figures == {
        "requests": 3,
        "outcomes": {"right": 2, "wrong": 1},
        "median_ms": 2000.0,
        "p99_ms": 3000.0,
        "max_ms": 3000.0,
    }
    assert one.figures["requests"] == 1
