"""``imgurl mint --csv``: one sealed URL for each row of a list."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from imgurl.urls.target import SignedUrl
from tests.cli.conftest import Ran, Run
from tests.cli.test_mint import BASE, read

pytestmark = pytest.mark.usefixtures("keys")


def mint(run: Run, source: Path, content: str | bytes, *more: str, design: str = "sales-banner-01") -> Ran:
    """Write a list and mint it into ``out.csv``."""
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    return run("mint", design, "--csv", source, "--out", "out.csv", *more)


def rows_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    """Read a written list, all its rows."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""), delimiter=delimiter))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Where the list is."""
    return tmp_path / "contacts.csv"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the list goes."""
    return tmp_path / "out.csv"


def urls(out: Path, delimiter: str = ",", column: str = "image_url") -> list[SignedUrl]:
    """Return the URLs of a written list, their signatures checked."""
    header, *rows = rows_of(out, delimiter)
    return [read(row[header.index(column)]) for row in rows]


def test_each_row_gets_a_url_of_its_own(run: Run, source: Path, out: Path) -> None:
    """The list comes back whole with two columns more: URLs that hold the row's values, sealed, and their paths."""
    ran = mint(run, source, "email,first_name,company_name\nava@example.com,Ava,Acme\nleo@example.com,Leo,Öl & Co\n")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    header, *rows = rows_of(out)
    assert header == ["email", "first_name", "company_name", "image_url", "image_path"]
    assert [f"{BASE}/i/{row[4]}" for row in rows] == [row[3] for row in rows]
    assert [row[:3] for row in rows] == [["ava@example.com", "Ava", "Acme"], ["leo@example.com", "Leo", "Öl & Co"]]
    expected = [{"first_name": "Ava", "company_name": "Acme"}, {"first_name": "Leo", "company_name": "Öl & Co"}]
    assert expected == [url.sealed for url in urls(out)]
    assert [(url.open_names, url.open_query) for url in urls(out)] == [((), "")] * 2


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("\ufefffirst_name,company_name\nZoë,Çelik\n".encode(), ","),
        ("first_name;company_name\nZoë;Çelik\n".encode(), ";"),
        ("first_name\tcompany_name\r\nZoë\tÇelik\r\n".encode(), ","),
        ("first_name,company_name\rZoë,Çelik\r".encode(), ","),
        ('"first_name","company_name"\n"Zoë","Çelik"'.encode(), ","),
        ("First Name,Company-Name\nZoë,Çelik\n".encode(), ","),
        ("firstName,COMPANY_NAME\nZoë,Çelik\n".encode(), ","),
        ("company_name,first_name\nÇelik,Zoë\n".encode(), ","),
        ("first_name,company_name\nZoë,Çelik\n\n\n".encode(), ","),
    ],
    ids=["BOM", "semicolons", "tabs", "old Mac", "quoted", "words", "camel case", "order", "blank lines"],
)
def test_any_list_that_programs_write_is_read(
    run: Run, source: Path, out: Path, content: bytes, delimiter: str
) -> None:
    """Byte order marks, semicolons, tabs, Latin-1, any line ends, columns in other words: the values arrive."""
    ran = mint(run, source, content)
    assert (ran.code, ran.err) == (0, "")
    assert [url.sealed for url in urls(out, delimiter)] == [{"first_name": "Zoë", "company_name": "Çelik"}]


def test_a_list_in_another_charset_is_reported(run: Run, source: Path, out: Path) -> None:
    """What was guessed, with an example; nothing is said where the sender names the charset."""
    content = "first_name;company_name\r\nZoë;Çelik\r\nAva;Acme\r\n".encode("latin-1")
    ran = mint(run, source, content)
    assert ran.err.splitlines() == [
        "imgurl: line 2: the list is not UTF-8 and was read as cp1252, which is a guess",
        "  read as cp1252, a guess (Zoë, Çelik), cells end at a semicolon, header in line 1",
    ]
    assert urls(out, ";")[0].sealed == {"first_name": "Zoë", "company_name": "Çelik"}
    assert "guess" not in mint(run, source, content, "--charset", "latin-1").err
    assert mint(run, source, "first_name\tcompany_name\r\nŁukasz\tÖl\r\n".encode("utf-16")).code == 0
    assert urls(out)[0].sealed == {"first_name": "Łukasz", "company_name": "Öl"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_a_line_end_inside_a_cell_ends_no_row(run: Run, source: Path, out: Path, end: str) -> None:
    """A quoted cell may hold a line end; the odder ones, which spreadsheets leave in a cell, end no row either."""
    cell = f'"Ava{end}Lee"' if end in {"\n", "\r\n"} else f"Ava{end}Lee"
    mint(run, source, f"first_name,company_name\n{cell},Acme\nLeo,Öl\n")
    _, *rows = rows_of(out)
    assert [[f"Ava{end}Lee", "Acme"], ["Leo", "Öl"]] == [row[:2] for row in rows]
    assert urls(out)[0].sealed == {"first_name": "Ava Lee", "company_name": "Acme"}


def test_cells_with_delimiters_and_quotes_come_back_as_they_were(run: Run, source: Path, out: Path) -> None:
    """What has to be quoted is quoted again."""
    mint(run, source, 'note,first_name\n"a, ""b"", c",Ava\n')
    assert rows_of(out)[1][0] == 'a, "b", c'


def test_a_short_row_is_filled_up(run: Run, source: Path, out: Path) -> None:
    """Missing cells are blank, with a warning; the URL is in its column."""
    ran = mint(run, source, "first_name,company_name,city\nAva\nLeo,Acme,Rome\n")
    assert (ran.code, ran.err.splitlines()) == (0, [
        "imgurl: line 2: has 1 cell, the header has 3; the missing ones count as blank",
    ])  # fmt: skip
    assert [len(row) for row in rows_of(out)] == [5, 5, 5]
    assert [url.sealed for url in urls(out)] == [{"first_name": "Ava"}, {"first_name": "Leo", "company_name": "Acme"}]


def test_a_long_row_keeps_its_cells_and_is_reported(run: Run, source: Path, out: Path) -> None:
    """More cells than columns, as a comma was not quoted: nothing is lost, no URL is made, the reason is reported."""
    ran = mint(run, source, "first_name,company_name\nAva,Acme, Inc\nLeo,Öl\n")
    assert ran.code == 0
    assert ran.err.splitlines() == [
        "imgurl: line 2: has 3 cells, the header has 2; is a comma not quoted?", "imgurl: 1 row without a link",
    ]  # fmt: skip
    assert rows_of(out)[1] == ["Ava", "Acme", "", "", " Inc"]
    assert read(rows_of(out)[2][2]).sealed == {"first_name": "Leo", "company_name": "Öl"}


def test_columns_of_one_name_stay_apart(run: Run, source: Path, out: Path) -> None:
    """Two columns called alike, or without a name, keep their own cells; the first one is the field."""
    mint(run, source, "first_name,note,,note,first_name,\nAva,one,two,three,Eve,four\n")
    header, row = rows_of(out)
    assert header == ["first_name", "note", "", "note", "first_name", "", "image_url", "image_path"]
    assert row[:6] == ["Ava", "one", "two", "three", "Eve", "four"]
    assert urls(out)[0].sealed == {"first_name": "Ava"}


def test_a_blank_required_value_is_reported(run: Run, source: Path, out: Path) -> None:
    """The row has no URL, as in a batch, and standard error says why."""
    ran = mint(run, source, "full_name,event_name\nAva,Gala\n ,Gala\n", design="cert-2025")
    assert ran.code == 0
    assert ran.err.splitlines() == [
        "imgurl: line 3: full_name is blank; it is required and has no fallback", "imgurl: 1 row without a link",
    ]  # fmt: skip
    assert read(rows_of(out)[1][2]).sealed == {"full_name": "Ava", "event_name": "Gala"}
    assert rows_of(out)[2] == [" ", "Gala", "", ""]


def test_a_blank_value_and_a_refused_one_have_one_fallback(run: Run, source: Path, out: Path) -> None:
    """The one that --set gives."""
    mint(run, source, "first_name,company_name\n,Acme\nasdf,Acme\n", "--set", "first_name=you")
    assert [url.sealed for url in urls(out)] == [{"first_name": "you", "company_name": "Acme"}] * 2


def test_a_column_is_named_or_found(run: Run, source: Path, out: Path) -> None:
    """--map says it; columns of other names are reported."""
    ran = mint(run, source, "Vorname,Account Name,x\nAva,Acme,Sam\n", "--map", "rep_name=x")
    assert urls(out)[0].sealed == {"first_name": "Ava", "company_name": "Acme", "rep_name": "Sam"}
    assert ran.err.splitlines() == ["  first_name ← Vorname", "  company_name ← Account Name"]


def test_no_link_at_all_is_a_failure(run: Run, source: Path, out: Path) -> None:
    """Exit code 2; the list is there, and standard error says why."""
    ran = mint(run, source, "first_name,company_name\nAva,Acme, Inc\n")
    assert (ran.code, ran.said) == (2, "imgurl: none of 1 row has a link")
    assert rows_of(out)[1] == ["Ava", "Acme", "", "", " Inc"]


def test_what_is_not_a_row_is_reported(run: Run, source: Path, out: Path) -> None:
    """A header in the middle, the totals of a report."""
    ran = mint(run, source, "first_name,company_name\nAva,A\nfirst_name,company_name\nLeo,B\n\nTotal\n")
    assert ran.err.splitlines() == [
        "imgurl: line 3: left out, not a row: 'first_name,company_name'",
        "imgurl: line 6: left out, not a row: 'Total'",
    ]  # fmt: skip
    assert [url.sealed["first_name"] for url in urls(out)] == ["Ava", "Leo"]


def test_a_value_that_breaks_a_rule_falls_back(run: Run, source: Path, out: Path) -> None:
    """A bad value is left out of its row's URL, with a warning; the other values and rows stay."""
    ran = mint(run, source, "first_name,company_name\nasdf,Acme\nnull,Öl\nMia,Öl\n")
    assert ran.code == 0
    assert [line.partition(":")[2].strip().split(":")[0] for line in ran.err.splitlines()] == ["line 2", "line 3"]
    assert "is a placeholder" in ran.err
    expected = [{"company_name": "Acme"}, {"company_name": "Öl"}, {"first_name": "Mia", "company_name": "Öl"}]
    assert expected == [url.sealed for url in urls(out)]


def test_blank_cells_are_not_sealed(run: Run, source: Path, out: Path) -> None:
    """A blank cell of an optional field leaves the fallback to the design, without a warning."""
    ran = mint(run, source, "first_name,company_name\n,Acme\n  ,\n")
    assert (ran.code, ran.err) == (0, "")
    assert [url.sealed for url in urls(out)] == [{"company_name": "Acme"}, {}]


def test_a_list_of_mistakes_is_reported_in_short(run: Run, source: Path, out: Path) -> None:
    """Of a thousand warnings twenty are printed, and how many there are more."""
    ran = mint(run, source, "first_name\n" + "www.evil.example\n" * 1_000)
    lines = ran.err.splitlines()
    assert (ran.code, len(lines), lines[-1]) == (0, 21, "imgurl: 980 more warnings")
    assert len(urls(out)) == 1_000


def test_controls_and_values_for_all_rows(run: Run, source: Path, out: Path) -> None:
    """--set is for rows without a value of their own; controls go into each URL; --column names the new column."""
    ran = mint(
        run, source, "first_name,rep_name\nAva,\nLeo,Kim\n", "--set", "rep_name=Sam", "--campaign", "april",
        "--format", "gif", "--column", "picture",
    )  # fmt: skip
    assert ran.code == 0
    found = urls(out, column="picture")
    assert [(url.ext, url.campaign) for url in found] == [("gif", "april")] * 2
    assert [url.sealed for url in found] == [
        {"first_name": "Ava", "rep_name": "Sam"},
        {"first_name": "Leo", "rep_name": "Kim"},
    ]


@pytest.mark.parametrize(
    ("content", "more", "sentence"),
    [
        ("", (), "is empty; the first line must name the columns"),
        ("first_name,image_url\nAva,x\n", (), "already has a column 'image_url'; name another with --column"),
        (
            "mail,phone\na,b\n",
            (),
            "no column matches a field (first_name, company_name, rep_name); its columns are: mail, phone; map",
        ),
        ("first_name\nAva\n", ("--open", "company_name"), "--csv seals all values; leave out --open and --html"),
        (gzip.compress(b"first_name\n", mtime=0), (), "is compressed with gzip; send it unpacked"),
        ("first_name\n".encode("utf-16"), (), "has a header but no rows"),
        ("first_name,company_name\nAva,A\ncompany_name,first_name\nB,Leo\n", (), "line 3 is a header with other col"),
        ("first_name\nAva\n", ("--map", "first_name=Nme"), "the list has no column 'Nme'"),
        ("first_name\nAva\n", ("--html",), "--csv seals all values; leave out --open and --html"),
        ("first_name\nAva\n", ("--campaign", "Not A Label"), "labels are lowercase letters, digits, - and _"),
        ("first_name\nAva\n", ("--set", "lastname=X"), "the design has no field 'lastname'"),
        ("first_name\nAva\n", ("--esp", "mailchmp"), "no mail platform is called 'mailchmp'"),
    ],
)
def test_wrong_use_writes_nothing(
    run: Run, source: Path, out: Path, content: str | bytes, more: tuple[str, ...], sentence: str
) -> None:
    """Exit code 2, one sentence, and a file that stood under --out is as it was."""
    out.write_text("last month's list")
    ran = mint(run, source, content, *more)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.said
    assert out.read_text() == "last month's list"


def test_a_list_may_be_written_over_itself(run: Run, source: Path) -> None:
    """--csv and --out may name one file."""
    source.write_text("first_name\nAva\n")
    assert run("mint", "sales-banner-01", "--csv", source, "--out", source).code == 0
    assert [url.sealed for url in urls(source)] == [{"first_name": "Ava"}]


def test_objects_are_for_the_other_command(run: Run, tmp_path: Path) -> None:
    """NDJSON is read by imgurl batch; the sentence says so."""
    (tmp_path / "contacts.ndjson").write_text('{"first_name": "Ava"}\n')
    ran = run("mint", "sales-banner-01", "--csv", "contacts.ndjson", "--out", "out.csv")
    assert (ran.code, ran.said) == (
        2, "Error: contacts.ndjson is NDJSON, which 'imgurl batch' reads; --csv takes a CSV",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("out", "sentence"), [("x.xlsx", "--out x.xlsx is not supported"), ("x.json", "'imgurl batch' writes .json")]
)
def test_other_forms_are_refused(run: Run, source: Path, out: str, sentence: str) -> None:
    """A name says what is in the file."""
    source.write_text("first_name\nAva\n")
    ran = run("mint", "sales-banner-01", "--csv", source, "--out", out)
    assert (ran.code, sentence in ran.said) == (2, True)


def test_a_file_that_cannot_be_written_is_a_failure(run: Run, source: Path, tmp_path: Path) -> None:
    """A folder that is not there: exit code 1 and the name of the file."""
    source.write_text("first_name\nAva\n")
    ran = run("mint", "sales-banner-01", "--csv", source, "--out", tmp_path / "none" / "out.csv")
    assert (ran.code, ran.out) == (1, "")
    assert "No such file or directory" in ran.said
    assert "out.csv" in ran.said
