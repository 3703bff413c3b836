"""Lists as programs write them, and as nobody should."""

from collections.abc import Iterable, Iterator
from typing import Final

from hypothesis import strategies as st

from imgurl.tables.byte_ranges import ByteRange, divide
from imgurl.tables.form import TableForm
from imgurl.tables.rows import Row, rows
from imgurl.tables.sniff import HEAD_BYTES, sniff

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
    result = read(data, hint)
    assert [row.problem for row in result] == [""] * len(result)
    return [row.values for row in result]


def chopped(data: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    """Yield data in parts of these lengths, the rest at last."""
    at = 0
    for length in lengths:
        yield data[at : at + length]
        at += length
    yield data[at:]


def read_by_ranges(data: bytes, form: TableForm, divided: Iterable[ByteRange]) -> list[Row]:
    """Read a list range by range, each from its own bytes alone."""
    return [
        row
        for each in divided
        if each.rows
        for row in rows(data[each.start : each.read_end], form, each.first_row, each.first_line)
    ]


def ranges_of(data: bytes, form: TableForm, rows_each: int, lengths: Iterable[int] = ()) -> list[ByteRange]:
    """Return the ranges of a list that comes in parts."""
    return list(divide(chopped(data, lengths), form, rows_each))
