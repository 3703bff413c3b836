"""Facts of imgurl.batches.plan, tally, places and ahead."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.batches.ahead import PARTS_AHEAD, made_aside
from imgurl.batches.places import folder_of, input_key, plan_key, rows_key, tally_key
from imgurl.batches.plan import Plan, chunk_span, read_plan, write_plan
from imgurl.batches.tally import Tally
from imgurl.errors import StorageError, UnknownJob
from imgurl.tables.spans import Span
from tests.batches.making import Desk

SPANS = [
    Span(17, 4_000, 1, 500, 2),
    Span(4_000, 2_000_000_017, 501, 1, 503),
    Span(2_000_000_017, 2_000_000_018, 502, 7, 504),
]

counts = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 9))
tallies = st.builds(
    Tally, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), counts, st.lists(st.text(), unique=True).map(tuple)
)


def test_a_plan_is_read_line_by_line(desk: Desk) -> None:
    """Each chunk's span, and how many chunks and rows there are, without reading the rest."""
    assert read_plan(desk.storage, "job") is None
    write_plan(desk.storage, "job", iter(SPANS))
    assert [chunk_span(desk.storage, "job", number) for number in range(3)] == SPANS
    assert read_plan(desk.storage, "job") == Plan(3, 508)
    with pytest.raises(StorageError):
        chunk_span(desk.storage, "job", 3)


def test_a_list_without_rows_has_an_empty_plan(desk: Desk) -> None:
    """It is planned, and there is nothing to do."""
    write_plan(desk.storage, "job", [])
    assert read_plan(desk.storage, "job") == Plan(0, 0)


def test_a_damaged_plan_is_told(desk: Desk) -> None:
    """In words."""
    desk.storage.put(plan_key("job"), b"x" * 100)
    with pytest.raises(StorageError, match="the plan of a batch is damaged"):
        read_plan(desk.storage, "job")


@pytest.mark.parametrize("job_id", ["", "..", "a/b", "../x", "a" * 65, "ä", "a\0", "a.b"])
def test_no_job_id_leads_elsewhere(job_id: str) -> None:
    """What is no id is no job."""
    with pytest.raises(UnknownJob):
        folder_of(job_id)
    with pytest.raises(UnknownJob):
        input_key(job_id)


def test_chunks_are_listed_in_their_order(desk: Desk) -> None:
    """Up to a million of them."""
    for number in (10, 9, 99_999):
        desk.storage.put(rows_key("job", number), b"")
    assert desk.storage.list("jobs/job/rows") == [rows_key("job", number) for number in (9, 10, 99_999)]
    assert tally_key("job", 9) == "jobs/job/tallies/000009.json"


@given(tallies)
def test_a_tally_is_read_as_it_was_written(tally: Tally) -> None:
    """All of it."""
    assert Tally.from_json(tally.to_json()) == tally


@given(tallies, tallies, tallies)
def test_tallies_add_up(first: Tally, second: Tally, third: Tally) -> None:
    """In any grouping; nothing added changes nothing."""
    assert (first + second) + third == first + (second + third)
    assert first + Tally() == first
    assert (first + second).fallbacks.get("a", 0) == first.fallbacks.get("a", 0) + second.fallbacks.get("a", 0)


def test_parts_are_made_aside() -> None:
    """In order, on another thread, no more than a few ahead."""
    made: list[str] = []

    def parts() -> Iterator[bytes]:
        for number in range(50):
            made.append(threading.current_thread().name)
            yield b"%d" % number

    taken: list[bytes] = []
    for part in made_aside(parts()):
        assert len(made) <= len(taken) + PARTS_AHEAD + 2
        taken.append(part)
    assert taken == [b"%d" % number for number in range(50)]
    assert set(made) == {"parts"}


def test_what_goes_wrong_aside_is_raised_here() -> None:
    """The error itself, behind the parts before it."""

    def parts() -> Iterator[bytes]:
        yield b"one"
        raise StorageError("gone")

    found = made_aside(parts())
    assert next(found) == b"one"
    with pytest.raises(StorageError, match="gone"):
        next(found)


def test_parts_that_nobody_wants_are_not_made() -> None:
    """Whoever stops taking ends the thread."""

    def parts() -> Iterator[bytes]:
        while True:
            yield b"more"

    before = threading.active_count()
    found = made_aside(parts())
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_a_stream_may_come_from_the_store_it_goes_to(desk: Desk) -> None:
    """Long enough for an upload in parts."""
    body = bytes(range(256)) * 100_000
    desk.storage.put("source", body)
    assert desk.storage.put_stream("copy", made_aside(desk.storage.stream("source"))) == len(body)
    assert desk.storage.get("copy") == body
