"""Facts of imgurl.tables.records: where a record ends, whatever comes after it."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imgurl.tables.form import Kind, Quoting, TableForm
from imgurl.tables.records import MAX_ROW_BYTES, TOO_LONG, Record, cut, decode, grid_of, is_blank, without_end
from imgurl.tables.writing import csv_bytes
from tests.tables.factories import cells, dirt

NAMES = ("first_name", "city")
CSV = TableForm(Kind.CSV, NAMES, NAMES)
NDJSON = TableForm(Kind.NDJSON, (), ())
FORMS = st.builds(
    TableForm,
    st.sampled_from(Kind), st.just(NAMES), st.just(NAMES), quoting=st.sampled_from(Quoting),
    ends_at_return=st.booleans(), quotes=st.booleans(), quotes_header=st.booleans(),
)  # fmt: skip


def texts(data: bytes, form: TableForm = CSV) -> list[bytes]:
    """Return the bytes of each record."""
    return [data[record.start : record.end] for record in cut(data, form, 1)]


@given(dirt, FORMS)
@settings(max_examples=300)
@example(b'"\n\n', CSV)
def test_records_and_blank_lines_are_all_of_the_data(data: bytes, form: TableForm) -> None:
    """Records are in order and do not overlap; between them there are line ends and, in NDJSON, blanks alone."""
    at = 0
    for record in cut(data, form, 1):
        assert at <= record.start < record.end
        assert data[at : record.start].strip(b" \t\r\n") == b""
        at = record.end
    assert data[at:].strip(b" \t\r\n") == b""


@given(dirt, dirt, FORMS)
@settings(max_examples=300)
def test_a_record_ends_where_it_ends_with_less_data(data: bytes, more: bytes, form: TableForm) -> None:
    """An end that is known from the first bytes of a list stays the same, however the list continues."""
    grid = grid_of(form)
    known = grid.record_at(data, 0, is_all=False) if data else None
    if known is not None:
        assert grid.record_at(data + more, 0, is_all=False) == known
        assert grid.record_at(data + more, 0, is_all=True) == known


@given(st.lists(st.tuples(cells, cells), max_size=8))
def test_rows_of_the_standard_library_are_records(table: list[tuple[str, str]]) -> None:
    """Each row that csv writes is one record, with the line in which it begins."""
    data = csv_bytes(table)
    form = replace(CSV, quotes=True, quotes_header=True)
    records = [*cut(data, form, 1)]
    assert [data[record.start : record.end] for record in records] == [csv_bytes([row]) for row in table]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'"Ava\nLee",Rome\nLeo,Bonn', [b'"Ava\nLee",Rome\n', b"Leo,Bonn"]),
        (b'"Ava,Rome\nLeo,Bonn\nMia,"Oslo"\n', [b'"Ava,Rome\n', b"Leo,Bonn\n", b'Mia,"Oslo"\n']),
        (b'"Ava\nLee"x,Rome\n', [b'"Ava\n', b'Lee"x,Rome\n']),
        (b'6",Rome\nLeo,Bonn\n', [b'6",Rome\n', b"Leo,Bonn\n"]),
        (b"Ava,Rome\r\n\r\nLeo,Bonn\r", [b"Ava,Rome\r\n", b"Leo,Bonn\r"]),
    ],
    ids=["over two lines", "not closed", "closed within a cell", "six inches", "returns"],
)
def test_a_record_over_several_lines_has_to_look_like_one(data: bytes, expected: list[bytes]) -> None:
    """A quotation mark that nobody closed swallows nothing: its line is a record by itself."""
    assert texts(data) == expected


def test_a_line_of_ndjson_is_a_record() -> None:
    """Whatever is in it; lines of blanks are not."""
    assert texts(b'{"a": "\r"}\n \t\r\n{"b": 1}', NDJSON) == [b'{"a": "\r"}\n', b'{"b": 1}']


def test_lines_are_counted_within_records() -> None:
    """A record knows the line in which it begins, after records of several lines and blank ones."""
    assert [*cut(b'"Ava\nLee",Rome\n\nLeo,Bonn\n', CSV, 5)] == [Record(0, 15, 5), Record(16, 25, 8)]


def test_a_record_that_is_too_long_has_a_fault() -> None:
    """Its bytes are not read; the next record is."""
    data = b"x" * (MAX_ROW_BYTES + 1) + b"\nLeo,Bonn\n"
    long, short = cut(data, CSV, 1)
    assert (long.fault, short.fault, data[short.start : short.end]) == (TOO_LONG, "", b"Leo,Bonn\n")


def test_a_blank_line_is_a_row_of_a_list_of_one_column() -> None:
    """Its only cell is blank; in wider lists it is nothing."""
    narrow = replace(CSV, columns=("a",), header=("a",))
    assert [is_blank(b"\n", 0, form) for form in (narrow, CSV, NDJSON)] == [False, True, True]
    assert [is_blank(b"  \n", 0, form) for form in (narrow, CSV, NDJSON)] == [False, False, True]


def test_text_of_a_record() -> None:
    """Invalid bytes become U+FFFD and are noticed; an escaped line end belongs to the last cell."""
    assert [decode("Zoë".encode()), decode(b"Zo\xeb")] == [("Zoë", True), ("Zo\ufffd", False)]
    escaped = replace(CSV, quoting=Quoting.ESCAPED)
    assert [without_end("a\r\n\r\n", CSV), without_end("a\\\n\n", escaped)] == ["a", "a\\\n"]
