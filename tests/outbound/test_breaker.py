"""The circuit breaker: when it opens, and how it closes again."""

import pytest

from imgurl.outbound.breaker import FAILURES, OPEN_SECONDS, WINDOW_SECONDS, Breaker


class Clock:
    """A clock that moves when it is set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    """A breaker that goes by the clock."""
    return Breaker(clock)


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    """Try and fail."""
    for _ in range(times):
        assert breaker.may_try()
        breaker.failed()


def test_five_failures_open_it(breaker: Breaker) -> None:
    """Four are borne, the fifth opens: nobody may try."""
    fail(breaker, FAILURES - 1)
    assert breaker.is_closed
    fail(breaker, 1)
    assert not breaker.is_closed
    assert not breaker.may_try()


def test_failures_of_long_ago_do_not_count(breaker: Breaker, clock: Clock) -> None:
    """Five failures that lie further apart than the window leave it closed."""
    for _ in range(3 * FAILURES):
        fail(breaker, 1)
        clock.now += WINDOW_SECONDS / 2
    assert breaker.is_closed


def test_a_few_failures_among_many_successes_do_not_open_it(breaker: Breaker) -> None:
    """A busy server sees some failures in any ten seconds; half of all is too many."""
    for _ in range(100):
        assert breaker.may_try()
        breaker.succeeded()
    fail(breaker, 99)
    assert breaker.is_closed
    fail(breaker, 1)
    assert not breaker.is_closed


def test_after_its_rest_one_may_try(breaker: Breaker, clock: Clock) -> None:
    """Not before five seconds, then one caller alone, until he is back with good news."""
    fail(breaker)
    clock.now += OPEN_SECONDS - 0.01
    assert not breaker.may_try()
    clock.now += 0.02
    assert [breaker.may_try() for _ in range(50)] == [True] + [False] * 49
    assert not breaker.is_closed
    breaker.succeeded()
    assert breaker.is_closed
    assert [breaker.may_try() for _ in range(3)] == [True] * 3
    fail(breaker, FAILURES - 1)
    assert breaker.is_closed


def test_a_failed_try_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    """Bad news: another five seconds for everybody."""
    fail(breaker)
    clock.now += OPEN_SECONDS + 0.01
    assert breaker.may_try()
    breaker.failed()
    clock.now += OPEN_SECONDS - 0.02
    assert not breaker.may_try()
    clock.now += 0.03
    assert breaker.may_try()


def test_a_try_that_was_broken_off_is_free_for_another(breaker: Breaker, clock: Clock) -> None:
    """The one caller went away: the next one may try, or it would stay open for ever."""
    fail(breaker)
    clock.now += OPEN_SECONDS + 0.01
    assert breaker.may_try()
    breaker.cancelled()
    assert breaker.may_try()
