"""What is known about how long orders take."""

from imgurl.renderers.estimates import REMEMBERED, UNKNOWN_SECONDS, Estimates


def test_the_first_of_a_kind_does_not_count() -> None:
    """It compiles what the others find there."""
    estimates = Estimates()
    estimates.note("hero", 3.0)
    assert estimates.of("hero") == UNKNOWN_SECONDS
    estimates.note("hero", 0.002)
    assert estimates.of("hero") == 0.002


def test_the_median_of_the_last_ones_is_expected() -> None:
    """One that waited for something is left aside, and old ones are forgotten."""
    estimates = Estimates()
    for seconds in (9.0, 1.0, 1.0, 1.0, 0.002, 0.004, 5.0, 0.003, 0.002):
        estimates.note("hero", seconds)
    assert estimates.of("hero") == 0.003
    assert estimates.of("banner") == UNKNOWN_SECONDS
    assert REMEMBERED == 5
