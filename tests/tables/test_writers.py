"""Lists as programs write them, each with what is read from it. All names are made up.

The programs and their versions: PostgreSQL 15, MariaDB 10.11, R 4.2, PHP 8.2, pandas 2.3, Miller 6.6, exceljs 4.4,
Salesforce, LinkedIn and Zoom as of 2026.
"""

import csv
import io
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.errors import BadTable
from imgurl.tables.form import Quoting
from imgurl.tables.rows import Row, rows
from imgurl.tables.sniff import read_form
from tests.tables.factories import form_of, ranges_of, read_by_ranges

NAMES = ("first_name", "company_name")

# Writer, list, first names and companies as they are meant; None where the row has a problem and no value counts.
LISTS: dict[str, tuple[str, list[tuple[str, str] | None]]] = {
    "pandas to_csv with its index": (
        ',first_name,company_name\n0,"Lee, Bob",Northwind\n1,,Contoso\n', [("Lee, Bob", "Northwind"), ("", "Contoso")]),
    "polars": ('first_name,company_name\n"Ed ""Big"" Lee",""\n', [('Ed "Big" Lee', "")]),
    "COPY csv": ('first_name,company_name\n"Eva\nMaria",Northwind\n', [("Eva\nMaria", "Northwind")]),
    "psql -A": ("first_name|company_name\nEd \"Big\" Lee|Northwind\nAva|Contoso\n(2 rows)\n",
                [('Ed "Big" Lee', "Northwind"), ("Ava", "Contoso")]),
    "mysql --batch": ('first_name\tcompany_name\nEva\\nMaria\tNorthwind\nNULL\tA\\\\B\n"Bob" Lee\tC\n',
                      [("Eva\nMaria", "Northwind"), ("NULL", "A\\B"), ('"Bob" Lee', "C")]),
    "COPY text": ("first_name\tcompany_name\nAnn\\\\\tNorthwind\n\\N\tCon\\ttoso\n",
                  [("Ann\\", "Northwind"), ("", "Con\ttoso")]),
    "OUTFILE": ("first_name\tcompany_name\nEva\\\nMaria\tNorthwind\n\\N\tContoso\n",
                [("Eva\nMaria", "Northwind"), ("", "Contoso")]),
    "OUTFILE with quotes": (
        '"first_name","company_name"\n"\\"Bob\\" Lee","Northwind"\n"Ann\\\\","Contoso"\n\\N,"Tailspin"\n',
                            [('"Bob" Lee', "Northwind"), ("Ann\\", "Contoso"), ("", "Tailspin")]),
    "OUTFILE ESCAPED BY a quote": ('company_name,first_name\r\n"Northwind","N\r\n"Contoso","Ava"\r\n"N,"Leo"\r\n',
                                   [("", "Northwind"), ("Ava", "Contoso"), ("Leo", "")]),
    "OUTFILE ESCAPED BY nothing": ('"first_name","company_name"\n""Bob" Lee","Northwind"\n',
         [('"Bob" Lee', "Northwind")]),
    "PHP fputcsv": ('first_name,company_name\n"Jo\\"Jo",Northwind\n"Ann\\",Contoso\n',
                    [('Jo"Jo', "Northwind"), ("Ann\\", "Contoso")]),
    "RFC with a backslash at the end": ('first_name,company_name\n"Ann\\",Northwind\n"Lee, Bob",Contoso\n',
                                        [("Ann\\", "Northwind"), ("Lee, Bob", "Contoso")]),
    "JSON.stringify per cell": ('"first_name","company_name"\n"Eva\\nMaria","North \\"wind\\" \\u00e9"\n',
                                [("Eva\nMaria", 'North "wind" é')]),
    "Python QUOTE_NONE": ('first_name,company_name\nLee\\, Bob,Northwind\nEd,5\\" pipe\n',
                          [("Lee, Bob", "Northwind"), ("Ed", '5" pipe')]),
    "write.csv without row names": ('"first_name","company_name"\n"Ava",NA\nNA,"Northwind"\n"NA","Contoso"\n',
                                    [("Ava", ""), ("", "Northwind"), ("NA", "Contoso")]),
    "readr with NA among numbers": ("first_name,company_name,score\nAva,Northwind,1.5\nNA,Contoso,NA\n",
                                    [("Ava", "Northwind"), ("", "Contoso")]),
    "Miller, files joined": ("first_name,company_name\nAva,Northwind\nfirst_name,company_name\nLeo,Contoso\n",
                             [("Ava", "Northwind"), ("Leo", "Contoso")]),
    "files joined with their marks": (
        "\ufefffirst_name,company_name\r\nAva,A\r\n\ufefffirst_name,company_name\r\nLeo,B\r\n",
                                      [("Ava", "A"), ("Leo", "B")]),
    "exceljs": ("first_name,company_name,note\nAva,Northwind\nLeo\n", [("Ava", "Northwind"), ("Leo", "")]),
    "a cell too many": ("first_name,company_name\nAva,Northwind,\nLeo,Contoso, \n",
         [("Ava", "Northwind"), ("Leo", "Contoso")]),
    "Excel, guarded": ('first_name,company_name\n="Ava",Northwind\n"=""Leo""",\'=1+1\nMia_x000D_,\'0012\n',
                       [("Ava", "Northwind"), ("Leo", "=1+1"), ("Mia ", "0012")]),
    "Excel, sep quoted": ('"sep=;"\r\nfirst_name;company_name\r\nAva;Northwind\r\n', [("Ava", "Northwind")]),
    "PowerShell 5": ('#TYPE System.Data.DataRow\n"first_name","company_name"\n"Ava","Northwind"\n',
         [("Ava", "Northwind")]),
    "a German title": (
        "Teilnehmer Sommerfest 2026\n\nVorname;first_name;company_name\nx;Ava;Northwind\ny;Leo;Contoso\n",
                       [("Ava", "Northwind"), ("Leo", "Contoso")]),
    "a title of one word": ("Guests\nfirst_name,company_name\nAva,A\nLeo,B\n", [("Ava", "A"), ("Leo", "B")]),
    "a mail address below a blank line": ("email,first_name,company_name\na@example.com,Ava,A\n\nb@example.com\n",
                                          [("Ava", "A"), ("", "")]),
    "a comment": ("# exported 2026-03-01, by Ava\nfirst_name,company_name,x\nAva,Northwind,1\nLeo,B,2\n",
         [("Ava", "Northwind"), ("Leo", "B")]),
    "a comment as wide as the rows": ("# exported by Ava, Leo\nfirst_name,company_name\nAva,Northwind\n",
         [("Ava", "Northwind")]),
    "Zoom meeting, two tables of one width": (
        "Meeting ID,Topic\n81234567890,All hands\n\nfirst_name,company_name\nAva,A\nLeo,B\n",
        [("Ava", "A"), ("Leo", "B")]),
    "LinkedIn": (
        'Notes:\n"When exporting, some addresses may be missing. You may, however, ask."\n\n'
        "first_name,Last Name,URL,Email Address,company_name,Connected On\n"
        "Ava,Johnson,https://example.com/a,,Contoso,12 Mar 2024\nLeo,Martin,https://example.com/l,,Acme,7-Feb-22\n",
        [("Ava", "Contoso"), ("Leo", "Acme")]),
    "Salesforce": (
        '"first_name","company_name"\n"Ava","Northwind"\n\n\n"Spring guests"\n'
        '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
        '"Confidential Information - Do Not Distribute"\n"Generated By: Sam Okafor 3/1/2026"\n"Tailspin Toys"\n',
        [("Ava", "Northwind")]),
    "Salesforce, padded": ('"first_name","company_name"\n"Ava","Northwind"\n"Grand Totals (1 records)",""\n',
         [("Ava", "Northwind")]),
    "Zoom meeting": (
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,\n"
        "81234567890,All hands,10/05/2026 05:55:00 PM,10/05/2026 07:00:00 PM,sam@example.com,65,2,\n\n"
        "first_name,company_name,User Email,Guest\nAva,A,ava@example.com,Yes\nLeo,B,leo@example.com,No\n",
        [("Ava", "A"), ("Leo", "B")]),
    "Zoom webinar": (
        "Attendee Report,,,,,\nReport generated time,\"Mar 22, 2025 7:13 PM\",,,,\n"
        "Topic,Webinar ID,Actual Start Time,,,\nSpring,812,\"Mar 22, 2025\",,,\n"
        "Host Details,,,,,\nAttended,User Name (Original Name),Email,Join Time,,\nYes,Sam,sam@example.com,1,,\n"
        "Attendee Details,,,,,\nAttended,first_name,Last Name,company_name,Email,City\n"
        "Yes,Ava,Johnson,Contoso,ava@example.com,Oslo\nYes,Leo,Martin,Acme,leo@example.com,Bonn\n",
        [("Ava", "Contoso"), ("Leo", "Acme")]),
    "a blank before a quoted cell": ('first_name,company_name\nAva, "North, wind"\n', [("Ava", "North, wind")]),
    "a lone return in a list of line feeds": ("first_name,company_name\nAva\rMaria,Northwind\n",
         [("Ava\rMaria", "Northwind")]),
    "an old Mac": ("first_name,company_name\rAva,Northwind\rLeo,Contoso\r", [("Ava", "Northwind"), ("Leo", "Contoso")]),
    # What looks dangerous and is innocent.
    "domain logins": ("login\tfirst_name\tcompany_name\nNORTHWIND\\nina\tNina\tA\nNORTHWIND\\tom\tTom\tB\n",
         [("Nina", "A"), ("Tom", "B")]),
    "paths": ('first_name,company_name\nAva,"C:\\new\\""x"""\nLeo,\\\\server\\share\n',
         [("Ava", 'C:\\new\\"x"'), ("Leo", "\\\\server\\share")]),
    "Ms Na": ("first_name,company_name\nNA,Northwind\nNa,Contoso\n", [("NA", "Northwind"), ("Na", "Contoso")]),
    "a column called #": ("#,first_name,company_name\n1,Ava,Northwind\n", [("Ava", "Northwind")]),
    "a firm called Total": ("first_name,company_name\nAva,Total\nTotal,Contoso\n",
         [("Ava", "Total"), ("Total", "Contoso")]),
    "inches": ('first_name,company_name\nAva,6" pipes\nLeo,"6"" pipes, ltd"\n',
         [("Ava", '6" pipes'), ("Leo", '6" pipes, ltd')]),
    "an address of three lines": ('first_name,company_name\nAva,"1 High St\nFlat 2, Leeds\nUK"\n',
         [("Ava", "1 High St\nFlat 2, Leeds\nUK")]),
    "a tab in a quoted cell": ('"first_name"\t"company_name"\n"Ed\tNorthwind\nAl"\t"Contoso"\n',
         [("Ed\tNorthwind\nAl", "Contoso")]),
    # A quotation mark that nobody closed costs its own row.
    "stray marks in tabs": ('first_name\tcompany_name\n"Ed\tNorthwind\nAl"\tContoso\nMia\tFabrikam\n',
                            [None, ('Al"', "Contoso"), ("Mia", "Fabrikam")]),
    "a stray mark in commas": ('first_name,company_name\n"Ed,Northwind\nMia,"Fab, rikam"\nLeo,Acme\n',
                               [None, ("Mia", "Fab, rikam"), ("Leo", "Acme")]),
    "torn marks in a list that quotes": ('first_name,company_name\n"Lee, Ed",A\n"Al,B\nZoe",C\nMia,D\n',
                                         [("Lee, Ed", "A"), ("Al,B\nZoe", "C"), ("Mia", "D")]),
    "a name with a comma": ("first_name,company_name\nO'Brien, Jr.,Contoso\nAva,Acme\n", [None, ("Ava", "Acme")]),
    "two delimiters": ("first_name,company_name\nAva,Acme\nLeo;Contoso\n", [("Ava", "Acme"), None]),
}  # fmt: skip


def read(data: bytes) -> list[Row]:
    """Read a list in ranges of one row, as a batch may be divided."""
    form = read_form(data)
    result = read_by_ranges(data, form, ranges_of(data, form, 1))
    assert result == read_by_ranges(data, form, ranges_of(data, form, 1_000))
    return result


@pytest.mark.parametrize("writer", LISTS)
def test_lists_are_read_as_they_are_meant(writer: str) -> None:
    """Whatever program wrote them, whole or row by row; what can't be known has a problem and no other row suffers."""
    text, expected = LISTS[writer]
    result = read(text.encode())
    assert [None if row.problem else (row.value(NAMES[0]), row.value(NAMES[1])) for row in result] == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("first_name,company_name\n", "the list has a header but no rows"),
        ("first_name,company_name\n\n\n", "the list has a header but no rows"),
        (
            '"first_name","company_name"\n"1","Ava","Northwind"\n"2","Leo","Contoso"\n',
            "use row.names = FALSE",
        ),
        (
            '"first_name","company_name"\n"x","Ava","Northwind"\n"y","Leo","Contoso"\n',
            "use row.names = FALSE",
        ),
        (
            "first_name,company_name\nAva,A,B\nLeo,A,B\nLeo,A,B\n",
            "every row of the list has the same problem: line 2 has 3 cells",
        ),
    ],
)
def test_what_is_wrong_with_all_rows_is_one_sentence(text: str, sentence: str) -> None:
    """Said before anything is begun."""
    with pytest.raises(BadTable, match=sentence):
        read_form(text.encode())


def test_another_header_among_the_rows_is_refused() -> None:
    """What is below it would be read under the wrong names."""
    with pytest.raises(BadTable, match=r"line 3 is a header with other columns \(company_name, first_name\)"):
        read(b"first_name,company_name\nAva,A\ncompany_name,first_name\nB,Leo\n")


@pytest.mark.parametrize(
    "header", ["Vorname,Firma", "email,first_name", "First Name,Email Address", "city,Company Name"]
)
def test_a_header_of_other_words_is_one_too(header: str) -> None:
    """No row has two names of columns for people."""
    with pytest.raises(BadTable, match="line 3 is a header with other columns"):
        read(f"first_name,company_name\nAva,A\n{header}\nLeo,B\n".encode())


def test_blank_lines_of_one_column_are_rows() -> None:
    """A column of links that is pasted next to the list stays in its lines; below the last value there is none."""
    assert [row.value("first_name") for row in read(b"first_name\nAva\n\nLeo\n\n\n")] == ["Ava", "", "Leo"]


def test_how_a_list_is_read_is_said() -> None:
    """In one line: charset, delimiter, escapes, header, what is above it."""
    text = "Guests 2026\n\nfirst_name|company_name\nAva\\|Lee|\\N\nMia|B\n"
    assert form_of(text.encode()).read_as == (
        "UTF-8, cells end at a vertical bar, a backslash escapes, quotation marks are ordinary characters, header "
        "in line 3, 1 line above it skipped ('Guests 2026')"
    )
    assert not form_of(text.encode()).is_plain
    assert form_of(b"first_name,company_name\nAva,B\n").is_plain


cells = st.text(st.sampled_from('ab "",;|\t\n\'=Zoëß李🏴\u2028'), max_size=10)


@given(
    st.lists(st.tuples(cells, cells), max_size=6), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_quoted_tables_come_back(
    table: list[tuple[str, str]], delimiter: str, end: str, quoting: Literal[1, 2]
) -> None:
    """Any cells, any delimiter: what csv writes with quotation marks is read exactly, whole and in ranges."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(
        [NAMES, ("Ava", "Lee"), *table]
    )
    result = read(written.getvalue().encode())
    assert [tuple(row.values.values()) for row in result] == [("Ava", "Lee"), *table]
    assert [row.problem for row in result] == [""] * len(result)


@given(st.lists(st.tuples(cells, cells), max_size=6), st.sampled_from(",;|"), st.booleans())
@settings(max_examples=200, deadline=None)
def test_escaped_tables_come_back(table: list[tuple[str, str]], delimiter: str, quoted: bool) -> None:
    """A backslash instead of doubled marks, with quotation marks or without, as csv writes it."""
    written = io.StringIO(newline="")
    csv.writer(
        written, delimiter=delimiter, lineterminator="\n", escapechar="\\", doublequote=False,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_NONE,
    ).writerows([NAMES, (f'Ava "A{delimiter}" B', "Lee"), *table])  # fmt: skip
    data = written.getvalue().encode()
    form = form_of(data)
    assert form.quoting is (Quoting.BACKSLASH if quoted else Quoting.ESCAPED)
    result = list(rows(data[form.data_start :], form))
    if not any(row.problem for row in result):
        assert [tuple(row.values.values()) for row in result][1:] == table
