"""Facts of imgurl.tables.rows: what a row holds, and what is wrong with it."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.tables.cells import UNCLOSED
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.ndjson import NO_OBJECT, TOO_DEEP
from imgurl.tables.records import MAX_ROW_BYTES
from imgurl.tables.rows import DAMAGED, NUL, WESTERN, rows
from imgurl.tables.writing import csv_bytes
from tests.tables.factories import cells, dirt, form_of, read, values_of

NAMES = ("first_name", "city")


def ndjson(*lines: str) -> list[Any]:
    """Read lines of NDJSON without looking at them first."""
    return list(rows("\n".join(lines).encode(), TableForm(Kind.NDJSON, (), ())))


@given(st.lists(st.tuples(cells, cells), max_size=8), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=300, deadline=None)
def test_rows_are_those_of_the_standard_library(table: list[tuple[str, str]], delimiter: str, end: str) -> None:
    """Whatever csv writes with all cells quoted, csv.DictReader and we read the same from it."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([NAMES, *table])
    text = written.getvalue()
    form = form_of(text.encode())
    result = list(rows(text.encode()[form.data_start :], form))
    assert [row.values for row in result] == list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert [row.problem for row in result] == [""] * len(table)


@given(dirt)
@settings(max_examples=500, deadline=None)
def test_a_row_never_swallows_another(dirty: bytes) -> None:
    """Quotation marks where they do not belong: a record of several lines is one to the standard library too."""
    text = dirty.replace(b"\0", b"").replace(b"\xeb", b"").replace(b" ", b"").decode()
    form = TableForm(Kind.CSV, ("a", "b", "c"), ())
    for row in rows(text.encode(), form):
        if len(row.text.splitlines()) > 1 and not row.problem:
            expected = [cells for cells in csv.reader(io.StringIO(row.text, newline="")) if cells]
            assert [[*row.values.values()]] == [[*cells, "", "", ""][:3] for cells in expected]


@given(st.lists(st.tuples(cells, cells), max_size=8), st.sampled_from(",;\t|"))
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_read_or_said(table: list[tuple[str, str]], delimiter: str) -> None:
    """Writing and reading a list gives its values back, or says in some row what can't be distinguished."""
    data = csv_bytes([NAMES, *table], delimiter)
    result = read(data)
    if not any(row.problem for row in result):
        assert [row.values for row in result] == [dict(zip(NAMES, row, strict=True)) for row in table]


@given(dirt)
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_reading_fail(dirty: bytes) -> None:
    """Half letters, NUL, stray quotation marks: every row comes, as both kinds."""
    for kind in Kind:
        result = list(rows(dirty, TableForm(kind, NAMES, NAMES)))
        assert [row.number for row in result] == list(range(1, len(result) + 1))


def test_rows_are_counted_and_lines_too() -> None:
    """Numbers count rows, lines count lines of the file: a quoted line end and a blank line take one each."""
    result = read(b'first_name,city\nAva,Rome\n\n"Le\no","Bo\r\nnn"\nMia,Oslo\n')
    assert [(row.number, row.line) for row in result] == [(1, 2), (2, 4), (3, 7)]
    assert result[1].values == {"first_name": "Le\no", "city": "Bo\r\nnn"}


@pytest.mark.parametrize(
    ("row", "values", "rest", "problem"),
    [
        (b"Ava;Rome", ("Ava;Rome", ""), (), "has 1 cell, the header has 2; its cells are separated by a semicolon"),
        (b"Ava,Rome,Italy, EU", ("Ava", "Rome"), ("Italy", " EU"),
         "has 4 cells, the header has 2; is a comma not quoted?"),
        (b"Ava,R\0ome", ("Ava", "R\0ome"), (), NUL),
        (b"Ava,Z\xc3\xab\xeb", ("Ava", "Zë\ufffd"), (), DAMAGED),
        (b'"Ava"",Rome', ('"Ava""', "Rome"), (), UNCLOSED),
        (b'Ava,"Rome', ("Ava", '"Rome'), (), UNCLOSED),
    ],
    ids=["other delimiter", "long", "NUL", "damaged UTF-8", "goes on", "open"],
)  # fmt: skip
def test_a_bad_row_keeps_what_can_be_read(
    row: bytes, values: tuple[str, ...], rest: tuple[str, ...], problem: str
) -> None:
    """It has a problem and its values; the rows round it are read as if nothing was."""
    before, bad, behind = read(b"first_name,city\nMia,Oslo\n" + row + b"\nLeo,Bonn\n")
    assert (bad.values, bad.rest) == (dict(zip(NAMES, values, strict=True)), rest)
    assert bad.problem.startswith(problem)
    assert (before.problem, behind.problem) == ("", "")
    assert (before.values, behind.values) == (
        {"first_name": "Mia", "city": "Oslo"}, {"first_name": "Leo", "city": "Bonn"},
    )  # fmt: skip


def test_a_cell_that_never_ends_costs_one_row() -> None:
    """A missing quotation mark does not swallow the list."""
    result = read(b'first_name,city\nMia,Oslo\n"Ava,Rome\nLeo,Bonn\n')
    assert [row.problem for row in result] == ["", UNCLOSED, ""]
    assert [row.values["first_name"] for row in result] == ["Mia", '"Ava', "Leo"]


@pytest.mark.parametrize("length", [MAX_ROW_BYTES - 10, MAX_ROW_BYTES, 1_500_000])
def test_a_very_long_row_is_its_own_problem(length: int) -> None:
    """Up to 128 KiB a row is read; a longer one has a problem, and the next row is read."""
    result = read(b"first_name,city\nAva," + b"x" * length + b"\nLeo,Bonn\n")
    assert [bool(row.problem) for row in result] == [length >= MAX_ROW_BYTES, False]
    assert result[1].values == {"first_name": "Leo", "city": "Bonn"}


def test_a_quotation_mark_inside_a_cell_is_one() -> None:
    """Inches: only at the beginning of a cell does a mark mean that it is quoted."""
    assert values_of(b'first_name,city\n5" pipe,6"\n"Bob" Lee,"c ""d"""\n') == [
        {"first_name": '5" pipe', "city": '6"'}, {"first_name": '"Bob" Lee', "city": 'c "d"'},
    ]  # fmt: skip


def test_a_row_from_another_list_is_read_with_a_warning() -> None:
    """Windows-1252 in a list that is UTF-8, where all its words are of Western Europe; else its bytes are a problem."""
    data = "first_name,city\nZoë,Kraków\nRenée,Köln\n".encode() + "Jürgen,Paris\n".encode("cp1252")
    good = read(data)[-1]
    assert (good.values["first_name"], good.problem, good.warnings) == ("Jürgen", "", (WESTERN,))
    bad = read(data + "Paweł,Łódź\n".encode("cp1250"))[-1]
    assert (bad.problem, bad.warnings) == (DAMAGED, ())


def test_values_of_ndjson_are_text() -> None:
    """Numbers as they are written, true and false as words, null as blank, lists and objects as JSON."""
    (row,) = ndjson('{"a": 12.50, "b": 1e400, "c": -0, "d": true, "e": null, "f": "Zoë", "g": {"h": [1.0, "x", null]}}')
    assert row.values == {
        "a": "12.50", "b": "1e400", "c": "-0", "d": "true", "e": "", "f": "Zoë", "g": '{"h":[1.0,"x",null]}',
    }  # fmt: skip
    assert (row.nested, row.problem) == ({"g"}, "")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"a": 1, b}', "is not valid JSON at column 10: "),
        ('{"a": 1} {"b": 2}', "is not valid JSON at column 10: Extra data"),
        ("[1]", NO_OBJECT),
        ("7", NO_OBJECT),
        ("null", NO_OBJECT),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "has the key 'c' twice in one object; keep one"),
        ('{"\\ud800": 1, "\\ud800": 2}', "has the key '\ufffd' twice in one object; keep one"),
        ('{"a": NaN}', "holds NaN, which is not JSON; write null for a missing value"),
        ('{"a": ' + "[" * 100_000, TOO_DEEP),
        ('{"a": "x\0"}', NUL),
        ('{"a": "\t"}', "is not valid JSON at column 8: "),
    ],
)
def test_a_broken_line_of_ndjson_is_reported_with_its_place(line: str, problem: str) -> None:
    """The lines round it are read."""
    before, bad, behind = ndjson('{"a": "1"}', line, '{"a": "2"}')
    assert bad.problem.startswith(problem)
    assert (bad.number, bad.line, bad.values) == (2, 2, {})
    assert [before.values, behind.values] == [{"a": "1"}, {"a": "2"}]


def test_half_a_character_becomes_its_scar() -> None:
    """JSON can escape a lone surrogate, which no encoding can write."""
    (row,) = ndjson(r'{"\udc00": "Ava \ud83d", "b": "\ud83c\udff4"}')
    assert row.values == {"\ufffd": "Ava \ufffd", "b": "🏴"}


@given(st.dictionaries(cells, st.none() | st.booleans() | st.integers() | cells | st.lists(st.integers()), max_size=6))
@settings(max_examples=200, deadline=None)
def test_any_object_is_read(found: dict[str, Any]) -> None:
    """What json writes in a line is read: one value a key, the text of the line as it was."""
    line = json.dumps(found)
    (row,) = ndjson(line)
    expected = {
        name: "" if value is None else value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        for name, value in found.items()
    }
    assert (row.values, row.problem, row.text) == (expected, "", line)
