"""A thread with a queue whose length in seconds is known."""

import threading
from collections.abc import Iterator

import pytest

from imgurl.web.line import UNKNOWN_SECONDS, Line
from tests.web.test_render_queue import Clock


@pytest.fixture
def clock() -> Clock:
    """The clock of the line."""
    return Clock()


@pytest.fixture
def line(clock: Clock) -> Iterator[Line]:
    """A line that is closed at the end."""
    made = Line("test", clock)
    yield made
    made.close()


def lasting(clock: Clock, seconds: float, line: Line, kind: str = "png") -> None:
    """Do a work of a kind that lasts so long."""

    def work() -> None:
        clock.now += seconds

    line.submit(kind, work).result(20)


def test_what_a_kind_lasts_is_learnt_from_the_second_on(clock: Clock, line: Line) -> None:
    """The first compiles; an outlier among five is none; the last five count."""
    known = []
    for seconds in (9.0, 1.0, 1.0, 30.0, 1.0, 2.0, 2.0, 2.0):
        lasting(clock, seconds, line)
        line.forget(number := line.expect("png"))
        line.expect("png")
        known.append(line.seconds)
        line.forget(number + 1)
    assert known == [UNKNOWN_SECONDS, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0]


def test_kinds_are_apart(clock: Clock, line: Line) -> None:
    """What one kind lasts says nothing of another; a failure says nothing at all."""
    lasting(clock, 1.0, line)
    lasting(clock, 4.0, line)

    def failing() -> None:
        clock.now += 60.0
        raise ValueError("no ink")

    with pytest.raises(ValueError, match="no ink"):
        line.submit("png", failing).result(20)
    assert (line.has_done("png"), line.has_done("avif")) == (True, False)
    line.expect("avif")
    assert line.seconds == UNKNOWN_SECONDS
    line.expect("png")
    assert line.seconds == 4.0 + UNKNOWN_SECONDS


def test_what_is_under_way_counts_with_what_is_left_of_it(clock: Clock, line: Line) -> None:
    """And as nothing when it takes longer; what was cancelled does not count."""
    lasting(clock, 1.0, line)
    lasting(clock, 4.0, line)
    begun, gate = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert gate.wait(20)

    under_way = line.submit("png", work)
    assert begun.wait(20)
    waiting = line.submit("png", lambda: None)
    seen = [line.seconds]
    clock.now += 1.0
    seen.append(line.seconds)
    clock.now += 9.0
    seen.append(line.seconds)
    assert waiting.cancel()
    seen.append(line.seconds)
    gate.set()
    under_way.result(20)
    assert seen == [8.0, 7.0, 4.0, 0.0]
