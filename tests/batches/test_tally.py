"""Facts of imgurl.batches.tally: outcomes add up, and are read as they were written."""

from hypothesis import given
from hypothesis import strategies as st

from imgurl.batches.tally import Tally

counts = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 9))
tallies = st.builds(
    Tally,
    st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), counts, st.lists(st.text(), unique=True).map(tuple),
    st.integers(0, 9), st.sampled_from(["", "line 2: is blank", "line 7: is too long"]),
)  # fmt: skip


@given(tallies)
def test_a_tally_is_read_as_it_was_written(tally: Tally) -> None:
    """All of it."""
    assert Tally.from_json(tally.to_json()) == tally


@given(tallies, tallies, tallies)
def test_tallies_add_up(first: Tally, second: Tally, third: Tally) -> None:
    """In any grouping; adding nothing changes nothing; the first error stays the first."""
    assert (first + second) + third == first + (second + third)
    assert first + Tally() == first == Tally() + first
    both = first + second
    assert both.fallbacks.get("a", 0) == first.fallbacks.get("a", 0) + second.fallbacks.get("a", 0)
    assert both.error == (first.error or second.error)


def test_a_tally_of_an_earlier_version_is_read() -> None:
    """Without the count of images and the first error, which came later."""
    data = b'{"total": 2, "done": 1, "failed": 1, "fallbacks": {"a": 1}, "columns": ["x"]}'
    assert Tally.from_json(data) == Tally(2, 1, 1, {"a": 1}, ("x",))
