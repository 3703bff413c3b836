"""Facts of imgurl.batches.result: the chunks of a batch, joined, as CSV or NDJSON."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgurl.batches.order import BatchOrder
from imgurl.batches.result import all_columns, stream_as, stream_native
from imgurl.batches.tally import Tally
from imgurl.errors import StorageError
from imgurl.tables.form import Kind
from tests.batches.factories import LIST, BatchRunner

RESULT = (
    b"email,First Name,tint,code,note,image_url,image_path,error,warnings\r\n"
    b"ava@example.com,Ava,red,B2,one,https://x.example/i/a,a,,x | y\r\n"
    b'leo@example.com,"Le\no",,,two,,,line 3: no,\r\n'
)
NDJSON = b'{"name": "Ava"}\n'


def chopped(data: bytes, lengths: list[int]) -> Iterator[bytes]:
    """Yield data in parts of these lengths, the rest at last."""
    at = 0
    for length in lengths:
        yield data[at : at + length]
        at += length
    yield data[at:]


@pytest.fixture
def order(runner: BatchRunner) -> BatchOrder:
    """The order of a CSV list."""
    return runner.order(LIST)


@given(st.lists(st.integers(0, 40), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_csv_becomes_objects(order: BatchOrder, lengths: list[int]) -> None:
    """Columns by their names, blank ones of the result null, warnings a list; wherever the bytes are cut."""
    body = b"".join(stream_as(Kind.NDJSON, chopped(RESULT, lengths), order, ()))
    first, second = map(json.loads, body.splitlines())
    assert (first["First Name"], first["image_path"], first["warnings"], first["error"]) == (
        "Ava",
        "a",
        ["x", "y"],
        None,
    )
    assert (second["First Name"], second["image_url"], second["error"]) == ("Le\no", None, "line 3: no")


@given(st.lists(st.integers(0, 40), max_size=12), st.sampled_from([None, ",", ";", "\t"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_csv_gets_another_delimiter(order: BatchOrder, lengths: list[int], delimiter: str | None) -> None:
    """The cells stay; without another one, so do the bytes."""
    body = b"".join(stream_as(Kind.CSV, chopped(RESULT, lengths), order, (), delimiter))
    assert (body == RESULT) == (delimiter in (None, ","))
    cells = [[*csv.reader(io.StringIO(text.decode(), newline=""), delimiter=mark)]
             for text, mark in ((body, delimiter or ","), (RESULT, ","))]  # fmt: skip
    assert cells[0] == cells[1]


def test_objects_become_a_csv(runner: BatchRunner) -> None:
    """The columns of all rows; a row without one has a blank cell."""
    native = iter([b'{"name": "Ava", "image_url": null, "image_path": null, "error": "no", "warnings": ["x", "y"]}\n'])
    body = b"".join(stream_as(Kind.CSV, native, runner.order(NDJSON, ignore_unknown=True), ("name", "city")))
    assert [*csv.reader(io.StringIO(body.decode()))] == [
        ["name", "city", "image_url", "image_path", "error", "warnings"], ["Ava", "", "", "", "no", "x | y"],
    ]  # fmt: skip


def test_columns_come_from_all_chunks(runner: BatchRunner) -> None:
    """In the order in which they first appear; once written, they are read from their file."""
    runner.accept(NDJSON, ignore_unknown=True)
    runner.work().split("job")
    files = runner.files()
    with pytest.raises(StorageError, match="chunk 0 of job 'job' is not done"):
        all_columns(files)
    files.tally(0).put(Tally(1, 1, columns=("name", "city")).to_json())
    assert all_columns(files) == ("name", "city")
    files.columns.put(b'["name"]')
    assert all_columns(files) == ("name",)


def test_there_is_no_result_before_all_chunks_are_done(runner: BatchRunner) -> None:
    """It says what is missing; joined, the result is read from its own file."""
    runner.accept(LIST)
    order, files = runner.order(LIST), runner.files()
    with pytest.raises(StorageError, match="job 'job' is not split into chunks"):
        list(stream_native(files, order))
    runner.work().split("job")
    runner.work().run_chunk("job", 0)
    with pytest.raises(StorageError, match="chunk 1 of job 'job' is not done"):
        list(stream_native(files, order))
    files.result.put(b"joined")
    assert list(stream_native(files, order)) == [b"joined"]
