"""Facts of imgurl.tables.sniff: what a list is, detected from its beginning."""

import gzip
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.errors import BadTable
from imgurl.tables.charset import transcoded
from imgurl.tables.form import Kind, TableForm
from imgurl.tables.sniff import HEAD_BYTES, MAX_COLUMNS, read_form, sniff
from tests.tables.factories import form_of, ranges_of, read_by_ranges, values_of

ZOE = {"first_name": "Zoë", "company_name": "Çelik"}


@pytest.mark.parametrize(
    ("data", "delimiter", "encoding"),
    [
        (b"first_name,company_name\nZo\xc3\xab,\xc3\x87elik\n", ",", "utf-8"),
        ("\ufefffirst_name,company_name\nZoë,Çelik\n".encode(), ",", "utf-8"),
        ('\ufeff"first_name";"company_name"\r\n"Zoë";"Çelik"\r\n'.encode(), ";", "utf-8"),
        ("first_name;company_name\r\nZoë;Çelik\r\n".encode("latin-1"), ";", "cp1252"),
        ("first_name\tcompany_name\r\nZoë\tÇelik\r\n".encode("cp1252"), "\t", "cp1252"),
        ("first_name,company_name\rZoë,Çelik\r".encode(), ",", "utf-8"),
        ("\r\n\nfirst_name,company_name\n\n\nZoë,Çelik".encode(), ",", "utf-8"),
        ("sep=;\r\nfirst_name;company_name\r\nZoë;Çelik\r\n".encode(), ";", "utf-8"),
        ("first_name , company_name\nZoë,Çelik\n".encode(), ",", "utf-8"),
        ('first_name;"company_name"\nZoë;"Çelik"\n'.encode(), ";", "utf-8"),
    ],
    ids=["plain", "mark", "quoted", "Latin-1", "tabs", "old Mac", "blank lines", "sep=", "blanks", "half quoted"],
)
def test_any_list_that_programs_write_is_read(data: bytes, delimiter: str, encoding: str) -> None:
    """Byte-order marks, semicolons, tabs, Latin-1, any line ends: delimiter, encoding, names and values are found."""
    form = form_of(data)
    assert (form.kind, form.delimiter, form.encoding) == (Kind.CSV, delimiter, encoding)
    assert form.guess == ("Zoë, Çelik" if encoding == "cp1252" else "")
    assert form.columns == ("first_name", "company_name")
    assert values_of(data) == [ZOE]


def test_the_header_is_given_as_written_and_as_names() -> None:
    """Two columns called alike and one without a name stay apart; a name that is taken is not given again."""
    form = sniff(b" note ,note,,note_2,note,\n")
    assert form.header == (" note ", "note", "", "note_2", "note", "")
    assert form.columns == ("note", "note_3", "column_3", "note_2", "note_4", "column_6")


def test_the_header_may_hold_line_ends() -> None:
    """A quoted name may have two lines; the rows begin below it."""
    form = sniff(b'"first\nname",city\r\nAva,Rome\n')
    assert (form.columns, form.data_start, form.data_line) == (("first\nname", "city"), 19, 3)


def test_a_header_alone_is_a_list_without_rows() -> None:
    """A segment may be empty."""
    for data in (b"first_name,city", b"first_name,city\n", b"first_name,city\r\n\r\n"):
        assert values_of(data) == []


def test_objects_a_line_are_ndjson() -> None:
    """Told by the content alone; the columns are the keys of the first rows, whichever has them."""
    data = b'{"first_name": "Ava"}\n\n{"city": "Rome", "first_name": null}\n'
    assert form_of(data) == TableForm(Kind.NDJSON, ("first_name", "city"), ("first_name", "city"))
    assert form_of(b"\xef\xbb\xbf" + data).data_start == 3


@pytest.mark.parametrize(
    ("data", "hint", "kind", "delimiter"),
    [
        (b'{"a"},b\n', "text/csv", Kind.CSV, ","),
        (b'{"a"},b\n', "contacts.CSV", Kind.CSV, ","),
        (b'\n {"a": 1}\n', "application/octet-stream", Kind.NDJSON, ","),
        (b'{"a": 1}\n', "application/x-ndjson; charset=UTF-8", Kind.NDJSON, ","),
        (b'{"a": 1}\n', "contacts.jsonl", Kind.NDJSON, ","),
        (b"a,b,c\td\n", "text/tab-separated-values", Kind.CSV, "\t"),
        (b"a,b,c\td\n", "contacts.tsv", Kind.CSV, "\t"),
        (b"a,b,c\td\n", "contacts.txt", Kind.CSV, ","),
    ],
)
def test_a_hint_decides_over_the_content(data: bytes, hint: str, kind: Kind, delimiter: str) -> None:
    """A media type or a file name; one that says nothing leaves it to the content."""
    form = sniff(data, hint)
    assert (form.kind, form.delimiter) == (kind, delimiter)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ('"UTF-8"', "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("Windows-1252", "cp1252"),
        ("windows-1250", "cp1250"),
        ("x-mac-roman", "mac-roman"),
        ("macintosh", "mac-roman"),
        ("gb2312", "gb18030"),
    ],
)
def test_a_charset_decides_over_the_content(charset: str, encoding: str) -> None:
    """Latin-1 is read as Windows-1252, as browsers do."""
    assert sniff(b"first_name\nZo\xeb\n", f"text/csv; header=present; charset={charset}").encoding == encoding


def test_one_line_in_another_code_page_does_not_change_a_lists_own() -> None:
    """A list in UTF-8 into which somebody pasted a row from Windows: every row is read as what it is."""
    data = "first_name\nZoë\nJosé\n".encode() + "Renée\nAva\n".encode("cp1252")
    assert form_of(data).encoding == "utf-8"
    assert [row["first_name"] for row in values_of(data)] == ["Zoë", "José", "Renée", "Ava"]


def test_a_letter_that_is_cut_at_the_end_of_the_head_changes_nothing() -> None:
    """The head of a long list may end within a letter."""
    data = b"first_name\n" + "ë".encode() * HEAD_BYTES
    for cut in (0, 1):
        assert sniff(data[cut:][:HEAD_BYTES]).encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "hint", "sentence"),
    [
        (b"", "", "the list is empty; the first line must name the columns"),
        (b"\xef\xbb\xbf\r\n \n", "", "the list is empty"),
        (b"sep=;\n", "", "the list is empty"),
        (gzip.compress(b"first_name\nAva\n", mtime=0), "text/csv", "is compressed with gzip; send it unpacked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "is an old Excel workbook"),
        (b"PAR1\x15\x04", "contacts.parquet", "is a Parquet file; write it as CSV or NDJSON"),
        (b'[\n{"first_name": "Ava"}]\n', "", "is a JSON array; write one object per line"),
        (b'[{"first_name": "Ava"}]\n', "contacts.ndjson", "is a JSON array; write one object per line"),
        (b"first_name\nAva\n", "text/csv; charset=utf-16", "is said to be in utf-16 and is not"),
        (b"first_name\nAva\n", "text/csv; charset=", "is said to be in '', which is not a charset"),
        (b"first_name\nAva\n", "text/csv; charset=klingon", "is said to be in 'klingon', which is not a charset"),
        (b"first_name\nAva\n", "text/csv; charset=rot13", "is said to be in 'rot13', which is not a charset for text"),
        (b"first_name\nAva\n", "text/csv; header=absent", "the first line must name the columns"),
        (b'{"a": 1}\n', "application/x-ndjson; charset=latin-1", "NDJSON must be UTF-8; the list is cp1252"),
        (b'"first_name,city\nAva,Rome\n', "", "the header has a cell that begins with a quotation mark"),
        (b"first_name,\xeb\x81,\xc3\xab\n", "text/csv; charset=latin-1", "not in the charset of the list"),
        (b"first\0name,city,and many more columns\n", "", "the header contains a NUL character"),
        (b"a" * 200_000 + b",b\n", "", "the header is longer than 131,072 bytes"),
        (b"," * MAX_COLUMNS + b"\n", "", "the list has 1,001 columns; at most 1,000 are read"),
        (b"{first_name: Ava}\n{}x\n", "contacts.ndjson", "no line of the list can be read: line 1 is not valid JSON"),
        (b'{"a": "' + b"x" * HEAD_BYTES, "", "line 1 is longer than 131,072 bytes"),
    ],
)  # fmt: skip
def test_what_is_not_a_list_is_reported_in_a_sentence(data: bytes, hint: str, sentence: str) -> None:
    """What it is and what to do."""
    with pytest.raises(BadTable) as caught:
        sniff(data[:HEAD_BYTES], hint)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_workbook_is_known() -> None:
    """The file people send most when a CSV is asked for."""
    workbook = BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(BadTable, match="is an Excel workbook or a ZIP archive; save the sheet as 'CSV UTF-8'"):
        sniff(workbook.getvalue(), "contacts.csv")


@given(
    st.lists(
        st.sampled_from((
            b'"', b'""', b",", b";", b"\t", b"|", b"\n", b"\r\n", b"\r", b"first_name", b"city", b" ", b"\xeb",
            b"\xc3\xab", b"\0", b"\\", b"\\N", b"NA", b"1", b"# ", b"sep=;", b"{", b"\xff\xfe", b"\x81", b"Total",
            b"\x1b$B",
        )),
        max_size=40,
    ).map(b"".join),
    st.sampled_from(["", "list.csv", "list.tsv", "list.ndjson"]),
    st.sampled_from([None, None, "utf-16", "cp1252", "utf-7", "shift_jis", "hz"]),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_list_or_refused_with_a_sentence(data: bytes, hint: str, charset: str | None) -> None:
    """Nothing else is raised, whatever the bytes are, and its rows can be read."""
    try:
        form = read_form(data, hint, charset)
        text = b"".join(transcoded([data], form.encoding))
        result = read_by_ranges(text, form, ranges_of(text, form, 2))
    except BadTable:
        return
    assert all(isinstance(row.value(column), str) for row in result for column in row.values)
