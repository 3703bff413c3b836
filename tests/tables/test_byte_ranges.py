"""Facts of imgurl.tables.byte_ranges: a list is divided between rows, wherever its bytes are cut."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imgurl.errors import BadTable
from imgurl.tables.byte_ranges import BLOCK_BYTES, RANGE_BYTES, READ_BYTES, ByteRange, divide
from imgurl.tables.form import Kind, Quoting, TableForm
from imgurl.tables.records import MAX_RECORD_BYTES
from imgurl.tables.rows import rows
from imgurl.tables.writing import csv_bytes
from tests.tables.factories import cells, dirt, form_of, ranges_of, read_by_ranges

NAMES = ("first_name", "city")
LENGTHS = st.lists(st.integers(0, 30), max_size=20)


def assert_divides(data: bytes, form: TableForm, divided: list[ByteRange], rows_each: int) -> None:
    """Ranges are everything after the header, in order; rows read from them are those of the whole before its end."""
    *body, ending = divided if divided and not divided[-1].rows else [*divided, None]
    end = ending.start if ending else len(data)
    whole = list(rows(data[form.data_start : end], form))
    assert read_by_ranges(data, form, divided) == whole
    if divided:
        assert (divided[0].start, divided[-1].end) == (form.data_start, len(data))
    assert all(first.end == second.start for first, second in pairwise(divided))
    assert all(1 <= each.rows <= rows_each for each in body if each)
    assert sum(each.rows for each in divided) == len(whole)
    # Where there is no row, what was left out is before the blank line in the only range.
    if ending and (body or not ending.left_out):
        assert data[ending.start :][:1] in (b"\n", b"\r")


@given(st.lists(st.tuples(cells, cells), max_size=12), st.integers(1, 5), LENGTHS)
@settings(max_examples=200, deadline=None)
def test_ranges_joined_are_the_list(table: list[tuple[str, str]], rows_each: int, lengths: list[int]) -> None:
    """However many rows a range has and however the bytes come."""
    data = csv_bytes([NAMES, *table])
    form = form_of(data)
    assert_divides(data, form, ranges_of(data, form, rows_each, lengths), rows_each)


@given(dirt, st.sampled_from(Kind), st.integers(1, 4), LENGTHS)
@example(b'"a\r\n"\r\nb', Kind.CSV, 1, [3, 1, 3])
@example(b'"\n""\n', Kind.CSV, 1, [])
@settings(max_examples=500, deadline=None)
def test_ranges_of_dirt_are_the_list_too(dirty: bytes, kind: Kind, rows_each: int, lengths: list[int]) -> None:
    """Bytes in any order: every range is read by itself as it is read in the whole."""
    form = TableForm(kind, NAMES, NAMES)
    assert_divides(dirty, form, ranges_of(dirty, form, rows_each, lengths), rows_each)


@given(dirt, st.sampled_from(Kind), st.integers(1, 4), LENGTHS)
@settings(max_examples=500, deadline=None)
def test_ranges_of_dirt_with_endless_rows_are_the_list_too(
    dirty: bytes, kind: Kind, rows_each: int, lengths: list[int]
) -> None:
    """The same with limits of a few bytes, so that rows beyond them are everywhere."""
    form = TableForm(kind, NAMES, NAMES)
    with pytest.MonkeyPatch.context() as small:
        small.setattr("imgurl.tables.records.MAX_ROW_BYTES", 12)
        for module in ("records", "byte_ranges"):
            small.setattr(f"imgurl.tables.{module}.MAX_RECORD_BYTES", 24)
        small.setattr("imgurl.tables.byte_ranges.BLOCK_BYTES", 8)
        small.setattr("imgurl.tables.byte_ranges.RANGE_BYTES", 40)
        small.setattr("imgurl.tables.byte_ranges.READ_BYTES", 88)
        assert_divides(dirty, form, ranges_of(dirty, form, rows_each, lengths), rows_each)


WEIRD = st.lists(
    st.sampled_from((
        b'"', b'""', b"\\", b'\\"', b"\\N", b",", b" ", b"\n", b"\r\n", b"\r", b"a", b"first_name,city\n", b"Total,\n",
    )),
    max_size=60,
).map(b"".join)  # fmt: skip
FORMS = st.builds(
    TableForm,
    st.just(Kind.CSV), st.just(NAMES), st.just(NAMES), quoting=st.sampled_from(Quoting), ends_at_return=st.booleans(),
    quotes=st.booleans(), quotes_header=st.booleans(),
)  # fmt: skip


@given(WEIRD, FORMS, st.integers(1, 2), st.integers(1, 4), LENGTHS)
@example(b"first_name,city\n\n", TableForm(Kind.CSV, NAMES, NAMES), 2, 1, [])
@settings(max_examples=500, deadline=None)
def test_ranges_of_lists_of_any_spelling_are_the_list_too(
    dirty: bytes, form: TableForm, width: int, each: int, lengths: list[int]
) -> None:
    """Backslashes, lone returns, marks that are believed or not, headers in the middle, footers, one column."""
    narrow = replace(form, columns=NAMES[:width], header=NAMES[:width])
    try:
        divided = ranges_of(dirty, narrow, each, lengths)
    except BadTable:
        return  # a header with other columns
    assert_divides(dirty, narrow, divided, each)


HUGE = b"x" * (MAX_RECORD_BYTES + 7)
LONG = b"y" * (MAX_RECORD_BYTES // 3)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("size", [1_000, BLOCK_BYTES - 1, 10 * MAX_RECORD_BYTES])
@pytest.mark.parametrize(
    "pieces",
    [
        [b"Ava,Rome\n", HUGE, b"\nLeo,Bonn\n"],
        [HUGE, HUGE, HUGE, b"\r\n\r\nLeo,Bonn"],
        [b"Ava,", HUGE, b"\rLeo,Bonn\r", HUGE],
        [b'"', HUGE, b'"\nLeo,Bonn\n"'],
        [b'Ava,"Rome\n', LONG, b"\n", LONG, b"\n", LONG, b'\n"\nLeo,Bonn\n'],
        [b'Ava,"Rome\n', LONG, b'"\nLeo,Bonn\n', LONG, b"\n", LONG, b"\n", LONG],
        [b'"Ava,Rome\n', (b"Leo,Bonn" + b" " * 991 + b"\n") * 1_200, b'Leo,Bonn\nMia,"Oslo"\n'],
    ],
    ids=["long", "longer", "returns", "quoted", "quoted lines", "almost too long", "not closed"],
)
def test_rows_of_any_length_end_somewhere(kind: Kind, size: int, pieces: list[bytes]) -> None:
    """Rows beyond what is kept in memory are bad rows, wherever the bytes are cut; the rows behind them are read."""
    data = b"".join(pieces)
    form = TableForm(kind, NAMES, NAMES)
    divided = ranges_of(data, form, 500, [size] * (len(data) // size))
    assert_divides(data, form, divided, 500)
    assert all(each.read_end - each.start <= READ_BYTES for each in divided)
    if kind is Kind.CSV and b"Leo" in data:
        assert {"first_name": "Leo", "city": "Bonn"} in [row.values for row in read_by_ranges(data, form, divided)]


def test_a_range_has_few_rows_where_they_are_long() -> None:
    """Reading a range needs bounded memory."""
    data = (b"y" * 100_000 + b"\n") * 200
    divided = ranges_of(data, TableForm(Kind.CSV, ("note",), ("note",)), 500)
    assert len(divided) > 1
    assert all(each.end - each.start <= RANGE_BYTES + 100_001 for each in divided)


def test_blank_lines_belong_to_the_rows_before_them() -> None:
    """Those below the last row are the end of the list, which has no rows."""
    form = form_of(b"a,b\n")
    assert ranges_of(b"a,b\n\n1,2\n\n\n3,4\n\n\n", form, 1) == [
        ByteRange(4, 11, 1, 1, 2), ByteRange(11, 15, 2, 1, 6), ByteRange(15, 17, 3, 0, 7),
    ]  # fmt: skip
    assert [each.rows for each in ranges_of(b"a,b\n\n\n", form, 1)] == [0]


@pytest.mark.parametrize("kind", ["rows", "open", "line"])
def test_memory_does_not_grow_with_the_list(kind: str) -> None:
    """A hundred megabytes of rows, of a cell that never ends, of one line: a few megabytes are held."""
    row = b'Ava,"' + b"Rome " * 2_000 + b'"\n'
    line = {"rows": row * 100, "open": row.replace(b'"', b"") * 100, "line": b"x" * 1_000_000}[kind]

    def parts() -> Iterator[bytes]:
        yield b'first_name,city\n"' if kind == "open" else b"first_name,city\n"
        for _ in range(100):
            yield line

    form = form_of(b"first_name,city\n")
    tracemalloc.start()
    try:
        for _ in divide(parts(), form, 500):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
