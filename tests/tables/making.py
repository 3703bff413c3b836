"""Lists as programs write them, and as nobody should."""

from collections.abc import Iterable, Iterator
from typing import Final

from hypothesis import strategies as st

from imgurl.tables.form import TableForm
from imgurl.tables.rows import Row, rows
from imgurl.tables.sniff import HEAD_BYTES, sniff
from imgurl.tables.spans import Span, spans

#: Text that CSV has to quote, letters of one to four bytes, line ends that are none to a CSV.
cells: Final = st.text(st.sampled_from('ab "",;\t\n\r\'=Zoëß李🏴\u2028\x85\x1c\ufeff'), max_size=12)

#: Bytes of which a CSV is made, in any order: quotation marks where they do not belong, half letters, NUL.
dirt: Final = st.lists(
    st.sampled_from([b'"', b'""', b",", b";", b"\n", b"\r\n", b"\r", b"a", b"Ava", b" ", b"\xc3\xab", b"\xeb", b"\0"]),
    max_size=60,
).map(b"".join)


def form_of(data: bytes, hint: str = "") -> TableForm:
    """Return what a whole list is, from its beginning."""
    return sniff(data[:HEAD_BYTES], hint)


def read(data: bytes, hint: str = "") -> list[Row]:
    """Read a whole list at once."""
    form = form_of(data, hint)
    return list(rows(data[form.data_start :], form))


def values_of(data: bytes, hint: str = "") -> list[dict[str, str]]:
    """Read the values of a whole list; no row has a problem."""
    found = read(data, hint)
    assert [row.problem for row in found] == [""] * len(found)
    return [row.values for row in found]


def chopped(data: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    """Yield data in parts of these lengths, the rest at last."""
    at = 0
    for length in lengths:
        yield data[at : at + length]
        at += length
    yield data[at:]


def by_spans(data: bytes, form: TableForm, divided: Iterable[Span]) -> list[Row]:
    """Read a list span by span, each from its own bytes alone."""
    return [
        row
        for span in divided
        if span.rows
        for row in rows(data[span.start : span.read_end], form, span.first_row, span.first_line)
    ]


def divide(data: bytes, form: TableForm, rows_each: int, lengths: Iterable[int] = ()) -> list[Span]:
    """Return the spans of a list that comes in parts."""
    return list(spans(chopped(data, lengths), form, rows_each))
