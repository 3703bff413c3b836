"""Facts of imgurl.batches.plan: which chunk has which bytes of the list."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgurl.batches.plan import DIGITS, Plan, all_ranges, range_of_chunk, read_plan, write_plan
from imgurl.errors import StorageError
from imgurl.tables.byte_ranges import ByteRange
from tests.batches.factories import BatchRunner

RANGES = [
    ByteRange(17, 4_000, 1, 500, 2),
    ByteRange(4_000, 2_000_000_017, 501, 1, 503, 1),
    ByteRange(2_000_000_017, 2_000_000_018, 502, 7, 504, 4),
]
ANY_RANGES = st.lists(st.builds(ByteRange, *(st.integers(0, 10**digits - 1) for digits in DIGITS)), max_size=5)


def test_a_plan_is_read_line_by_line(runner: BatchRunner) -> None:
    """Each chunk's range, and how many chunks, rows and left out records there are, without reading the rest."""
    files = runner.files()
    assert read_plan(files) is None
    write_plan(files, iter(RANGES))
    assert [range_of_chunk(files, number) for number in range(3)] == RANGES
    assert read_plan(files) == Plan(3, 508, 4)
    with pytest.raises(StorageError):
        range_of_chunk(files, 3)


@given(ANY_RANGES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ranges_are_read_as_they_were_written(runner: BatchRunner, ranges: list[ByteRange]) -> None:
    """Whatever their numbers, as long as they have at most so many digits."""
    write_plan(runner.files(), ranges)
    assert [*all_ranges(runner.files())] == ranges


def test_a_list_without_rows_has_an_empty_plan(runner: BatchRunner) -> None:
    """It is planned, and there is nothing to do."""
    write_plan(runner.files(), [])
    assert read_plan(runner.files()) == Plan(0, 0)


def test_a_damaged_plan_is_an_error(runner: BatchRunner) -> None:
    """With a sentence that says what to do."""
    runner.files().plan.put(b"x" * 100)
    with pytest.raises(StorageError, match="the plan of a batch is damaged"):
        read_plan(runner.files())
