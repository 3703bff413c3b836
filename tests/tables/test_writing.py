"""Facts of imgurl.tables.writing."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imgurl.tables.values import unwrapped
from imgurl.tables.writing import csv_bytes, extended_object, inert, json_array, ndjson_bytes
from tests.tables.factories import cells


def test_a_csv_is_written_as_rfc_4180_says() -> None:
    """Return and line feed at each end, quotation marks where they are needed."""
    assert csv_bytes([["a", "b,c"], ['d"e', ""]], ",") == b'a,"b,c"\r\n"d""e",\r\n'
    assert csv_bytes([["Zoë", "b;c"]], ";") == 'Zoë;"b;c"\r\n'.encode()


@given(st.lists(st.lists(cells, min_size=1, max_size=4), max_size=5))
def test_what_was_written_is_read_by_the_standard_library(table: list[list[str]]) -> None:
    """Any cells."""
    assert list(csv.reader(io.StringIO(csv_bytes(table).decode(), newline=""))) == table


@given(st.lists(st.dictionaries(cells, cells | st.none() | st.lists(cells), max_size=4), max_size=5))
def test_objects_are_written_one_a_line(objects: list[dict[str, Any]]) -> None:
    """Only a line feed ends a line of NDJSON."""
    assert [json.loads(line) for line in ndjson_bytes(objects).split(b"\n")[:-1]] == objects


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"id": 12.50, "n": 1E5}', '{"id": 12.50, "n": 1E5,"url":"ü"}'),
        ("{}", '{"url":"ü"}'),
        (" { } ", ' {"url":"ü"}'),
    ],
)
def test_an_object_is_extended_as_it_is_written(text: str, expected: str) -> None:
    """Numbers and blanks stay."""
    assert extended_object(text, {"url": "ü"}) == expected


@given(st.dictionaries(cells, cells | st.integers() | st.lists(cells), max_size=4), st.sampled_from([None, 1]))
def test_an_extended_object_has_all_keys(found: dict[str, Any], indent: int | None) -> None:
    """Those it had and the new ones."""
    more = {"new key": [1, None]}
    assert json.loads(extended_object(json.dumps(found, indent=indent), more)) == found | more


@pytest.mark.parametrize(
    ("cell", "is_formula"),
    [
        ("=1+1", True), ('=HYPERLINK("https://evil.example","x")', True), ("\t=1+1", True), (" =1+1", True),
        ("@SUM(1,1)", True), ("+SUM(1,1)", True), ("-2+3+x|' /y'!z", True), ("=A1", True), ('="a"&B1', True),
        ("\r\n=1+1", True),
        ("", False), ("Ava", False), ("-", False), ("-5", False), ("+49 30 901820", False),
        ("+1 (415) 555-0132", False),
        ("@ava", False), ('="0012345"', False), ("'=1+1", False), ("a=b", False), ("- a note", False), ("'", False),
    ],
)  # fmt: skip
def test_a_formula_is_made_a_text(cell: str, is_formula: bool) -> None:
    """What a spreadsheet would run gets an apostrophe; everything that it would show stays as it is."""
    assert inert(cell) == ("'" + cell if is_formula else cell)


@given(cells)
@example(" \r=1+1")
@example(" \n @SUM(1)")
def test_reading_takes_the_apostrophe_away(cell: str) -> None:
    """A result that is read as a list again has the same values."""
    assert unwrapped(inert(cell)) == unwrapped(cell)


def test_a_json_array_has_an_object_a_line() -> None:
    """None at all too."""
    assert json.loads(b"".join(json_array([b'{"a":1}\n', b'{"a":2}']))) == [{"a": 1}, {"a": 2}]
    assert b"".join(json_array([])) == b"[]\n"
