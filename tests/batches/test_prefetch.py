"""Facts of imgurl.batches.prefetch: parts come from another thread, in order, a few ahead."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.batches.prefetch import PARTS_AHEAD, prefetch, with_lead
from imgurl.errors import StorageError
from tests.batches.factories import BatchRunner


@given(st.lists(st.binary(max_size=3), max_size=20))
def test_parts_come_as_they_were_produced(parts: list[bytes]) -> None:
    """The same parts, empty ones too, in the same order."""
    assert list(prefetch(parts)) == parts


def test_parts_are_produced_a_few_ahead() -> None:
    """On another thread, and no faster than they are taken."""
    threads: list[str] = []

    def parts() -> Iterator[bytes]:
        for number in range(50):
            threads.append(threading.current_thread().name)
            yield b"%d" % number

    taken: list[bytes] = []
    for part in prefetch(parts()):
        assert len(threads) <= len(taken) + PARTS_AHEAD + 2
        taken.append(part)
    assert taken == [b"%d" % number for number in range(50)]
    assert set(threads) == {"parts"}


def test_an_error_is_raised_in_the_reader() -> None:
    """The error itself, after the parts before it."""

    def parts() -> Iterator[bytes]:
        yield b"one"
        raise StorageError("gone")

    reader = prefetch(parts())
    assert next(reader) == b"one"
    with pytest.raises(StorageError, match="gone"):
        next(reader)


def test_a_reader_that_stops_ends_the_thread() -> None:
    """Parts that nobody takes are not produced."""

    def parts() -> Iterator[bytes]:
        while True:
            yield b"more"

    before = threading.active_count()
    reader = prefetch(parts())
    next(reader)
    reader.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_a_stream_may_come_from_the_store_it_goes_to(runner: BatchRunner) -> None:
    """Long enough for an upload in parts."""
    body = bytes(range(256)) * 100_000
    runner.storage.put("source", body)
    assert runner.storage.put_stream("copy", prefetch(runner.storage.stream("source"))) == len(body)
    assert runner.storage.get("copy") == body


@given(st.lists(st.integers()), st.integers(0, 5))
def test_items_are_begun_with_a_lead(items: list[int], lead: int) -> None:
    """All of them, in their order, and none later than that many items before its turn."""
    begun: list[int] = []
    taken = []
    for number, item in enumerate(with_lead(items, begun.append, lead)):
        assert begun == items[: number + lead + 1]
        taken.append(item)
    assert taken == begun == items
