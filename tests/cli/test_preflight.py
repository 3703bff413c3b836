"""``imgurl preflight``: what it prints and writes, and how it ends."""

import json
import multiprocessing
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from imgurl.cli import cli
from imgurl.cli.drawing import open_preview
from imgurl.urls.keychange import make_first_key
from tests.preflight.lists import ROOT, some_rows, written
from tests.web.designs import write_design

DESIGN = "newsletter-hero-april"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Run the command; return its exit code, output and standard error."""
    result = CliRunner().invoke(cli, ["preflight", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def designs(tmp_path: Path) -> Path:
    """A folder with one design, to be changed."""
    shutil.copytree(ROOT / "designs" / DESIGN, tmp_path / "designs" / DESIGN)
    return tmp_path / "designs"


def test_it_says_in_a_sentence_what_the_list_gives(tmp_path: Path) -> None:
    """Shares of the list, names of what is suspicious, and what would help; on standard error how long it took."""
    source = written(tmp_path / "contacts.csv", [*some_rows(50), ("z@example.com", "Deceased", "Oslo", "Sale")])
    code, said, error = run(DESIGN, source)
    assert code == 0
    assert said.startswith("51 recipients: ")
    assert "first_name: must get no mail, " in said
    assert "'Deceased'" in said
    assert "(--apply)" in said
    assert "a second" in error


def test_the_report_is_for_who_made_it(tmp_path: Path) -> None:
    """It holds values, so nobody else can read it; JSON on standard output has no pictures."""
    source = written(tmp_path / "contacts.csv", some_rows(60))
    page = tmp_path / "report.html"
    code, said, _ = run(DESIGN, source, "--report", page, "--json")
    assert (code, stat.S_IMODE(page.stat().st_mode)) == (0, 0o600)
    assert page.read_text().startswith("<!doctype html>")
    told = json.loads(said)
    assert told["rows"] == 60
    assert all(one["picture"] is None for one in told["worst"])


def test_it_fails_on_what_it_is_told_to(tmp_path: Path) -> None:
    """With exit code 1 after everything was said; a criterion that is none is a wrong use."""
    rows = [("a@example.com", "Ava", "", "Sale"), ("b@example.com", "Leo", "Oslo", "")]
    source = written(tmp_path / "contacts.csv", rows)
    code, said, error = run(DESIGN, source, "--fail-on", "fallback:city>40%,overflow")
    assert (code, "2 recipients" in said, "the list fails: fallback:city>40%" in error) == (1, True, True)
    assert run(DESIGN, source, "--fail-on", "fallback>100%,overflow,missing-glyph")[0] == 0


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ("overflw", "'overflw', which is not a criterion: did you mean 'overflow'?"),
        ("fallback>=5%", "'fallback>=5%', which is not a criterion; write for example"),
        ("fallback:citty", "'citty', which is not a field of the design: did you mean 'city'?"),
        ("overflow:city", "a field for overflow, which only fallback takes"),
        ("fallback>101%", "'fallback>101%', more than all rows"),
    ],
)
def test_a_criterion_that_is_none_is_said_before_the_list_is_read(tmp_path: Path, criteria: str, said: str) -> None:
    """With what was meant; nothing is printed."""
    source = written(tmp_path / "contacts.csv", some_rows(2))
    result = CliRunner().invoke(cli, ["preflight", DESIGN, str(source), "--fail-on", criteria])
    assert (said in str(result.exception), result.stdout) == (True, "")


def test_a_report_that_cannot_be_written_is_said_before_the_list_is_read(tmp_path: Path) -> None:
    """As a wrong use (2): a list that fails ends with 1."""
    source = written(tmp_path / "contacts.csv", some_rows(2))
    code, said, error = run(DESIGN, source, "--report", tmp_path / "nowhere" / "report.html")
    assert (code, said, "there is no folder" in error) == (2, "", True)


def test_a_list_comes_through_a_pipe(tmp_path: Path) -> None:
    """It counts as the same list in a file; NDJSON is known by its content."""
    rows = [("a@example.com", "Ava", "Oslo", "Sale"), ("b@example.com", "Deceased", "", "Sale")]
    source = written(tmp_path / "contacts.csv", rows)
    piped = CliRunner().invoke(cli, ["preflight", DESIGN, "-"], input=source.read_bytes())
    assert (piped.exit_code, piped.stdout) == (0, run(DESIGN, source)[1])
    lines = b'{"first_name": "Ava", "city": "Oslo", "offer_name": "Sale"}\n'
    assert CliRunner().invoke(cli, ["preflight", DESIGN, "-"], input=lines).stdout == "1 recipient: 100 % personal\n"


def test_rules_are_applied(tmp_path: Path, designs: Path) -> None:
    """The design then counts the words as missing; its document is otherwise as it was."""
    rows = [("a@example.com", "Deceased", "Oslo", "Sale"), ("b@example.com", "Leo", "Bonn", "Sale")]
    source = written(tmp_path / "contacts.csv", rows)
    before = (designs / DESIGN / "design.json").read_text()
    assert run(DESIGN, source, "--designs", designs, "--apply")[0] == 0
    after = (designs / DESIGN / "design.json").read_text()
    cased = '"casing": "name", "openable": true'
    assert after == before.replace(cased, f'{cased}, "missing": ["Deceased"]')
    _, said, _ = run(DESIGN, source, "--designs", designs)
    assert said.startswith("2 recipients: 50.0 % personal, 50.0 % fallback for first_name")


def test_processes_judge_a_list_and_end(tmp_path: Path) -> None:
    """With ``--workers`` no row is judged by the command itself, the counts are the same, and no process is left."""
    source = written(tmp_path / "contacts.csv", some_rows(300, 7))
    told = [json.loads(run(DESIGN, source, "--json", *workers)[1]) for workers in ((), ("--workers", "1"))]
    assert multiprocessing.active_children() == []
    for one in told:
        del one["seconds"], one["rows_per_second"]
    assert told[0] == told[1]


def test_the_list_is_rendered_in_advance(tmp_path: Path) -> None:
    """With ``--warm`` each different image is in the cache of the server; a missing key is said before."""
    write_design(tmp_path / "designs")
    (tmp_path / "list.csv").write_text("first_name,tint\nAva,red\nBen,blue\nAva,red\n")
    options = ("card", tmp_path / "list.csv", "--warm", "--designs", tmp_path / "designs", "--data", tmp_path / "data")
    code, said, error = run(*options)
    assert (code, said) == (1, "")
    make_first_key(tmp_path / "data")
    code, said, error = run(*options)
    assert (code, said.startswith("3 recipients: ")) == (0, True)
    assert "3 rows of 3 have their image rendered in advance" in error
    pipeline = open_preview(tmp_path / "designs")
    card = pipeline.library.find("card")
    people = ({"first_name": "Ava", "tint": "red"}, {"first_name": "Ben", "tint": "blue"})
    drawn = {pipeline.picture_of(card, values, card.document.format, 1, 0.0).key.file_name for values in people}
    assert drawn <= {path.name for path in (tmp_path / "data" / "cache").rglob("*")}


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    """With a sentence, as every command refuses it."""
    source = tmp_path / "empty.csv"
    source.write_text("first_name\n")
    result = CliRunner().invoke(cli, ["preflight", DESIGN, str(source)])
    assert result.exception is not None
    assert "no rows" in str(result.exception)


def test_a_charset_that_is_a_guess_is_said(tmp_path: Path) -> None:
    """Names are judged as they are read; the report says by which charset, and for how many rows that is a guess."""
    source = tmp_path / "contacts.csv"
    source.write_bytes("first_name;city\nJürgen;Köln\nZoë;Malmö\nAva;Oslo\n".encode("cp1252"))
    code, said, _ = run(DESIGN, source, "--json")
    told = json.loads(said)
    assert (code, told["read_with_a_warning"], told["suspicious"]) == (0, 2, [])
    assert "cp1252, a guess" in told["read_as"]


def test_languages_without_a_text_are_said(tmp_path: Path) -> None:
    """Each with how many recipients asked for it; they see the default language."""
    rows = [("Ava", "Oslo", "nl"), ("Leo", "Bonn", "de"), ("Mia", "Rome", "nl"), ("Zoe", "Nice", "pl")]
    source = written(tmp_path / "contacts.csv", rows, ("first_name", "city", "language"))
    told = json.loads(run("newsletter-hero-languages", source, "--json")[1])
    assert (told["untranslated"], told["languages"]) == ({"nl": 2, "pl": 1}, {"de": 1, "en": 3})
    assert "languages without a text: nl 2, pl 1" in run("newsletter-hero-languages", source)[1]
