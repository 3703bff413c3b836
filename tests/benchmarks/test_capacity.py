"""The capacity model, and the page that shows it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.capacity import HERO_JPEG, Campaign, Curve, curve_table, need, need_table, speeds_table

PAGE = Path(__file__).parents[2] / "docs" / "capacity.md"

CURVES = st.builds(Curve, median=st.floats(5, 300), sigma=st.floats(0.5, 2.5), send=st.floats(1, 240))


@given(curve=CURVES, minute=st.floats(0.1, 1e5), more=st.floats(0, 1e5))
def test_opens_never_go_back_and_never_exceed_all(curve: Curve, minute: float, more: float) -> None:
    """The curve is a share that grows from nothing towards all."""
    assert curve.opened(0) == 0
    assert -1e-6 <= curve.opened(minute) <= curve.opened(minute + more) + 1e-6 <= 1 + 2e-6


@given(curve=CURVES, minute=st.floats(1, 3_000))
def test_the_rate_is_the_growth_of_the_curve(curve: Curve, minute: float) -> None:
    """What comes in a minute is between the rates at its beginning, middle and end, but for rounding."""
    grown = curve.opened(minute + 0.5) - curve.opened(minute - 0.5)
    around = [curve.rate(minute + step / 20) for step in range(-10, 11)]
    assert min(around) - 1e-5 <= grown <= max(around) + 1e-5


def test_half_of_those_who_open_do_so_within_an_hour_of_a_send_that_takes_no_time() -> None:
    """The default curve is that of the page."""
    assert Curve(send=1e-3).opened(60) == pytest.approx(0.5, abs=1e-3)


def test_the_peak_is_at_the_end_of_the_send_and_nowhere_higher() -> None:
    """Of all times the rate is highest at the peak."""
    peak = Curve().peak
    assert 30 <= peak.minute < 32
    assert peak.share == max(Curve().rate(minute / 2) for minute in range(1, 1_000))


def test_twice_the_recipients_need_twice_of_everything_but_transactions() -> None:
    """Needs grow with recipients; counts are written by the clock."""
    one, two = (need(Campaign(count), HERO_JPEG) for count in (1_000_000, 2_000_000))
    assert two.cores == pytest.approx(2 * one.cores)
    assert two.price(0.04) == pytest.approx(2 * one.price(0.04))
    assert two.peak_megabits == pytest.approx(2 * one.peak_megabits)
    assert two.store_reads == pytest.approx(2 * one.store_reads)
    assert two.transactions == one.transactions


def test_the_tables_of_the_page_are_those_of_the_model() -> None:
    """docs/capacity.md shows what ``python -m benchmarks capacity`` prints."""
    page = PAGE.read_text()
    for table in (speeds_table(), curve_table(Curve()), need_table(Campaign(), core_hour=0.04)):
        assert "\n".join(table) in page
