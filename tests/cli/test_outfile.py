"""Facts of imgurl.cli.outfile: the ending of --out decides the form of a result."""

import json
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.cli.outfile import UNSUPPORTED, OutForm, out_form
from imgurl.tables.form import Kind, TableForm

TABS = TableForm(Kind.CSV, (), (), delimiter="\t")
SEMICOLONS = TableForm(Kind.CSV, (), (), delimiter=";")
NDJSON = TableForm(Kind.NDJSON, (), ())


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("x.csv", TABS, OutForm(Kind.CSV, ",")),
        ("x.csv", SEMICOLONS, OutForm(Kind.CSV)),
        ("x.CSV", NDJSON, OutForm(Kind.CSV)),
        ("x.tsv", SEMICOLONS, OutForm(Kind.CSV, "\t")),
        ("x.ndjson", SEMICOLONS, OutForm(Kind.NDJSON)),
        ("x.json", SEMICOLONS, OutForm(Kind.NDJSON, is_array=True)),
        ("x.txt", NDJSON, OutForm(Kind.CSV)),
        ("x", NDJSON, OutForm(Kind.NDJSON)),
        ("x.2026", TABS, OutForm(Kind.CSV)),
    ],
)
def test_the_ending_decides(name: str, form: TableForm, expected: OutForm) -> None:
    """Without a known ending the result has the form of the list."""
    assert out_form(Path(name), form) == expected


@pytest.mark.parametrize("ending", sorted(UNSUPPORTED))
def test_endings_of_other_files_are_refused(ending: str) -> None:
    """A text under such a name would not open."""
    with pytest.raises(click.UsageError, match="is not supported"):
        out_form(Path(f"x{ending}"), TABS)


@given(st.lists(st.integers(), max_size=5), st.lists(st.integers(0, 9), max_size=9))
def test_an_array_has_the_objects_of_its_lines(numbers: list[int], lengths: list[int]) -> None:
    """Wherever the parts of the result are cut, it is a JSON array."""
    data = "".join(json.dumps({"id": number}) + "\n" for number in numbers).encode()
    parts = []
    at = 0
    for length in lengths:
        parts.append(data[at : at + length])
        at += length
    written = b"".join(OutForm(Kind.NDJSON, is_array=True).encode([*parts, data[at:]]))
    assert json.loads(written) == [{"id": number} for number in numbers]
