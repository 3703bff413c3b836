"""Facts of imgurl.batches.chunk: rows as they are in the result, and their tally."""

import csv
import io
import json
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from imgurl.batches.chunk import WARNING_SEPARATOR, Chunk, make_chunk
from imgurl.batches.order import RESULT_COLUMNS
from imgurl.batches.row_minter import MintedRow
from imgurl.batches.tally import Tally
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.rows import Row, rows

CSV = TableForm(Kind.CSV, ("name", "note"), ("name", "note"), delimiter=";")
NDJSON = TableForm(Kind.NDJSON, (), ())

outcomes = st.builds(
    MintedRow, st.sampled_from(["", "https://x.example/i/card.png?a=1"]), st.sampled_from(["", "line 2: is blank"]),
    fallbacks=st.lists(st.sampled_from("abc"), unique=True).map(tuple), is_drawn=st.booleans(),
)  # fmt: skip


def minted(row: Row) -> MintedRow:
    """Return a URL for each row, but for those called Leo."""
    if row.values.get("name") == "Leo":
        return MintedRow("", f"line {row.line}: no")
    return MintedRow(f"https://x.example/i/{row.number}", "", ("one", "two"), ("note",))


def chunk_of(form: TableForm, data: bytes, mint: Callable[[Row], MintedRow] = minted) -> Chunk:
    """Return the chunk of a whole list."""
    return make_chunk(form, ((row, mint(row)) for row in rows(data, form)))


def test_a_csv_keeps_its_cells_and_delimiter() -> None:
    """Own columns, the four of the result, then cells beyond the header; a formula becomes text."""
    chunk = chunk_of(CSV, b"Ava;=1+cmd|x\nLeo;b\n")
    assert [*csv.reader(io.StringIO(chunk.body.decode()), delimiter=";")] == [
        ["Ava", "'=1+cmd|x", "https://x.example/i/1", "1", "", f"one{WARNING_SEPARATOR}two"],
        ["Leo", "b", "", "", "line 2: no", ""],
    ]
    assert chunk.tally == Tally(2, 1, 1, {"note": 1}, error="line 2: no")


def test_a_row_that_is_too_wide_keeps_its_rest_at_the_end() -> None:
    """After the columns of the result, which stay under their names."""
    chunk = chunk_of(CSV, b"Ava;a;x\n", lambda row: MintedRow("", row.problem))
    ((*_, error, warnings, rest),) = csv.reader(io.StringIO(chunk.body.decode()), delimiter=";")
    assert ("has 3 cells" in error, warnings, rest) == (True, "", "x")


def test_an_object_keeps_its_spelling() -> None:
    """Numbers stay as they are written; what is blank is null."""
    chunk = chunk_of(NDJSON, b'{"name": "Ava", "id": 12.50}\n{"name": "Leo"}\n')
    first, second = chunk.body.decode().splitlines()
    assert first.startswith('{"name": "Ava", "id": 12.50,')
    assert json.loads(second) == {
        "name": "Leo", "image_url": None, "image_path": None, "error": "line 2: no", "warnings": [],
    }  # fmt: skip
    assert chunk.tally.columns == ("name", "id")


def test_an_object_that_cannot_be_repeated_is_left_out() -> None:
    """A line that is not JSON, or has a key of the result itself, has the columns of the result alone."""
    data = b'{"name": "Ava",}\n{"name": "Ava", "error": 1}\n'
    chunk = chunk_of(NDJSON, data)
    assert [tuple(json.loads(line)) for line in chunk.body.splitlines()] == [RESULT_COLUMNS] * 2


@given(st.lists(outcomes, max_size=9))
def test_the_tally_counts_each_row_once(results: list[MintedRow]) -> None:
    """Done and failed make up the total; each fallback is counted in its rows; the first error is kept."""
    left = iter(results)
    tally = chunk_of(CSV, b"a;b\n" * len(results), lambda _: next(left)).tally
    assert (tally.total, tally.done + tally.failed) == (len(results), len(results))
    assert tally.failed == sum(1 for each in results if each.error)
    assert tally.drawn == sum(1 for each in results if each.is_drawn)
    assert {name: sum(name in each.fallbacks for each in results) for name in tally.fallbacks} == tally.fallbacks
    assert tally.error == next((each.error for each in results if each.error), "")
