"""``imgurl batch``: a list of any length on all cores, and going on after any end."""

import csv
import fcntl
import gzip
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from imgurl.cache.disk import DiskCache
from imgurl.cli.running import announced
from imgurl.storage import open_storage
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyState
from tests.cli.conftest import Run
from tests.cli.test_mint import BASE, read
from tests.pipeline.factories import pipeline_over
from tests.web.designs import card, write_design
from tests.web.server import KEYS

pytestmark = [pytest.mark.usefixtures("keys")]

CONTACTS = (
    "email,First Name,Firma,note\nava@example.com,Ava,Acme,1\nleo@example.com,,Öl & Co,2\nmia@example.com,Mia,A,3,4\n"
)
BATCH = ("batch", "contacts.csv", "--design", "sales-banner-01", "--map", "company_name=Firma", "--out", "urls.csv")

# Whatever is waited for happens within this time on a slow machine too.
PATIENCE_SECONDS = 60.0

ROWS = 6_000
CHUNK_ROWS = 750
CHUNKS = ROWS // CHUNK_ROWS

# The command with smaller chunks: a shorter list has as many.
SMALL_CHUNKS = f"""
from imgurl.batches import work
from imgurl.cli import main
work.MINT_CHUNK_ROWS = {CHUNK_ROWS}
main()
"""


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    """A short list."""
    path = tmp_path / "contacts.csv"
    path.write_text(CONTACTS)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a result."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


@pytest.mark.usefixtures("contacts")
def test_each_row_gets_a_url_or_an_error(run: Run, tmp_path: Path) -> None:
    """The list comes back with four columns more; what happened is reported on standard error; nothing else is left."""
    ran = run(*BATCH, "--campaign", "april", "--base-url", BASE)
    assert (ran.code, ran.out) == (0, "")
    rows = rows_of(tmp_path / "urls.csv")
    assert list(rows[0]) == ["email", "First Name", "Firma", "note", "image_url", "image_path", "error", "warnings"]
    assert rows[0]["image_url"] == f"{BASE}/i/{rows[0]['image_path']}"
    found = [read(row["image_url"]) for row in rows[:2]]
    assert [url.sealed for url in found] == [
        {"first_name": "Ava", "company_name": "Acme"}, {"company_name": "Öl & Co"},
    ]  # fmt: skip
    assert {url.campaign for url in found} == {"april"}
    assert rows[1]["warnings"] == "first_name is blank; the fallback is shown"
    assert (rows[2]["image_url"], rows[2]["error"]) == (
        "", "line 4: has 5 cells, the header has 4; is a comma not quoted?",
    )  # fmt: skip
    output = ran.err.splitlines()
    assert output[0].startswith("urls.csv: 3 rows in ")
    assert output[1:] == [
        "  read as UTF-8, cells end at a comma, header in line 1",
        "  first_name: the fallback is shown in 1 row",
        "  rep_name: the fallback is shown in 2 rows",
        "imgurl: 1 row has an error instead of a URL; the column 'error' says why",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contacts.csv", "urls.csv"]


@pytest.mark.usefixtures("contacts")
def test_links_to_this_machine_are_pointed_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a base URL they are good for trying and for no mail."""
    monkeypatch.delenv("IMGURL_BASE_URL")
    assert run(*BATCH).err.splitlines()[-1] == "  the links begin with http://127.0.0.1:8000; for mail, set --base-url"


@pytest.mark.usefixtures("contacts")
def test_the_running_servers_address_is_known(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links begin with it, as those of ``imgurl mint`` do."""
    monkeypatch.delenv("IMGURL_BASE_URL")
    with announced(tmp_path / "imgurl-data", "http://127.0.0.1:45071"):
        said = run(*BATCH).err.splitlines()[-1]
    assert said == "  the links begin with http://127.0.0.1:45071; for mail, set --base-url"
    assert rows_of(tmp_path / "urls.csv")[0]["image_url"].startswith("http://127.0.0.1:45071/i/")


def test_controls_and_fallbacks_are_for_all_rows(run: Run, contacts: Path, tmp_path: Path) -> None:
    """Format, expiry, pin, density; a fallback is sealed where a row has no value."""
    ran = run(*BATCH, "--format", "jpg", "--expires", "2099-12-31", "--pin", "--dpr", "2",
              "--fallback", "first_name=Du", "--fallback", "rep_name=Kim")  # fmt: skip
    assert ran.code == 0
    url = read(rows_of(tmp_path / "urls.csv")[1]["image_url"])
    assert (url.ext, url.expires, url.dpr, len(url.pin or "")) == ("jpg", 4_102_444_799, 2, 16)
    assert url.sealed == {"first_name": "Du", "company_name": "Öl & Co", "rep_name": "Kim"}


def test_ndjson_goes_in_and_out(run: Run, tmp_path: Path) -> None:
    """The ending of --out says which form is wanted; without a known one it is that of the list."""
    (tmp_path / "contacts.ndjson").write_text('{"id": 1.0, "firstName": "Ava"}\n{"id": 2}\n')
    for out in ("urls.ndjson", "urls.csv", "urls.out"):
        assert run("batch", "contacts.ndjson", "--design", "sales-banner-01", "--out", out).code == 0
    lines = (tmp_path / "urls.ndjson").read_text().splitlines()
    assert lines[0].startswith('{"id": 1.0, "firstName": "Ava","image_url":"')
    assert lines == (tmp_path / "urls.out").read_text().splitlines()
    urls = [json.loads(line)["image_url"] for line in lines]
    assert [row["image_url"] for row in rows_of(tmp_path / "urls.csv")] == urls


@pytest.mark.parametrize(
    ("out", "beginning"),
    [
        ("urls.csv", "email,first_name,image_url,"), ("urls.tsv", "email\tfirst_name\timage_url\t"),
        ("urls.txt", "email\tfirst_name\timage_url\t"), ("urls.ndjson", '{"email":"ava@example.com",'),
        ("urls.json", '[\n{"email":"ava@example.com",'), ("urls", "email\tfirst_name\timage_url\t"),
    ],
)  # fmt: skip
def test_the_result_is_what_its_name_says(run: Run, tmp_path: Path, out: str, beginning: str) -> None:
    """Commas in .csv, tabs in .tsv, objects in .ndjson, an array in .json; without an ending the form of the list."""
    (tmp_path / "contacts.tsv").write_text("email\tfirst_name\nava@example.com\tAva\n")
    assert run("batch", "contacts.tsv", "--design", "sales-banner-01", "--out", out).code == 0
    assert (tmp_path / out).read_text().startswith(beginning)
    if out == "urls.json":
        assert [row["email"] for row in json.loads((tmp_path / out).read_text())] == ["ava@example.com"]


def test_how_a_list_was_read_is_reported(run: Run, contacts: Path) -> None:
    """Charset, delimiter, header; columns of other names; records that are no rows."""
    contacts.write_bytes("Gäste\n\nVorname;Firma\nJürgen;Öl\nGrand Totals (1 records);\n".encode("cp1252"))
    output = run("batch", contacts, "--design", "sales-banner-01", "--out", "urls.csv").err.splitlines()
    assert output[1:5] == [
        "  read as cp1252, a guess (Gäste, Jürgen, Öl), cells end at a semicolon, header in line 3, 1 line above it "
        "skipped ('Gäste')",
        "  first_name ← Vorname",
        "  company_name ← Firma",
        "  rep_name: the fallback is shown in 1 row",
    ]
    assert output[5] == "  1 record left out that are not rows, the first in line 5: 'Grand Totals (1 records);'"


def test_a_list_in_another_charset_is_read_in_the_one_that_is_said(run: Run, contacts: Path, tmp_path: Path) -> None:
    """A guess between Latin charsets can be wrong where there are few names."""
    contacts.write_bytes("first_name\nGergő\n".encode("cp1250"))
    ran = run("batch", contacts, "--design", "sales-banner-01", "--out", "urls.csv", "--charset", "windows-1250")
    (row,) = rows_of(tmp_path / "urls.csv")
    assert (ran.code, read(row["image_url"]).sealed, row["warnings"]) == (0, {"first_name": "Gergő"}, "")


def test_no_link_at_all_is_a_failure(run: Run, contacts: Path, tmp_path: Path) -> None:
    """Exit code 2 and why; the result says it row by row."""
    contacts.write_text("full_name\nnull\n")
    ran = run("batch", contacts, "--design", "cert-2025", "--out", "urls.csv")
    assert ran.code == 2
    assert (
        'imgurl: no row has a link; the first says why: line 2: full_name is a placeholder such as "null" or '
        '"undefined"; it is required and has no fallback'
    ) in ran.err.splitlines()
    assert [bool(row["error"]) for row in rows_of(tmp_path / "urls.csv")] == [True]


@pytest.mark.parametrize(
    ("content", "more", "sentence"),
    [
        (CONTACTS, ("--design", "sales-baner-01"), "no design 'sales-baner-01': did you mean 'sales-banner-01'?"),
        (CONTACTS, ("--map", "frist_name=note"), "the design has no field 'frist_name': did you mean 'first_name'?;"),
        (CONTACTS, ("--map", "first_name=Frist Name"), "no column 'Frist Name': did you mean 'First Name'?; its"),
        (CONTACTS, ("--map", "first_name"), "--map takes NAME=VALUE, not 'first_name'"),
        (CONTACTS, ("--fallback", "name=x"), "the design has no field 'name'"),
        (CONTACTS, ("--fallback", "first_name={{name}}"), "in the fallbacks is a merge tag that was not replaced"),
        (CONTACTS, ("--expires", "soon"), "--expires: 'soon' is not a lifetime"),
        (CONTACTS, ("--expires", "2001-01-01"), "is in the past"),
        (CONTACTS, ("--campaign", "Not A Label"), "labels are lowercase letters, digits, - and _"),
        (CONTACTS, ("--out", "contacts.csv"), "--out must differ from LIST"),
        (CONTACTS, ("--out", "urls.xlsx"), "--out urls.xlsx is not supported: write .csv, .tsv, .ndjson"),
        (CONTACTS, ("--charset", "klingon"), "is said to be in 'klingon', which is not a charset"),
        (CONTACTS, ("--design", "cert-2025", "--map", "event_name=note"), "the field 'full_name' is required, and"),
        ("", (), "the list is empty; the first line must name the columns"),
        ("Firma\n", (), "the list has a header but no rows"),
        ("Firma\nAcme,x\nLeo,x\nMia,y\n", (), "every row of the list has the same"),
        ("Firma,image_url\nAcme,x\n", (), "already has a column 'image_url', which the result adds; rename"),
        (gzip.compress(b"Firma\n", mtime=0), (), "is compressed with gzip; send it unpacked"),
    ],
)  # fmt: skip
def test_wrong_use_begins_nothing(
    run: Run, contacts: Path, tmp_path: Path, content: str | bytes, more: tuple[str, ...], sentence: str
) -> None:
    """Exit code 2, one sentence, and no file is made or changed."""
    contacts.write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "urls.csv").write_text("last month's list")
    before = contacts.read_bytes()
    ran = run(*BATCH, *more) if "--design" not in more else run(*BATCH[:2], *BATCH[6:], *more)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contacts.csv", "urls.csv"]
    assert ((tmp_path / "urls.csv").read_text(), contacts.read_bytes()) == ("last month's list", before)


@pytest.mark.usefixtures("contacts")
def test_images_are_drawn_ahead(run: Run, small: Path, tmp_path: Path, fonts: FontCatalogue) -> None:
    """With --warm the image of each row is in the cache that a server over the same data reads."""
    assert run("batch", "contacts.csv", "--design", "card", "--out", "urls.csv", "--warm", "--data", "data").code == 0
    pipeline = pipeline_over(small, fonts, disk=DiskCache(tmp_path / "data" / "cache", 10_000_000))
    urls = [row["image_url"] for row in rows_of(tmp_path / "urls.csv") if row["image_url"]]
    pictures = [pipeline.resolve(read(url), KeyState.SIGN, time.time()) for url in urls]
    assert len(pictures) == 2
    assert all(pipeline.cached(picture.key) for picture in pictures)


@pytest.mark.usefixtures("contacts", "small")
def test_images_go_to_the_shared_store(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one is set: servers on other machines find them there."""
    store = (tmp_path / "store").as_uri()
    monkeypatch.setenv("IMGURL_STORE_URL", store)
    assert run("batch", "contacts.csv", "--design", "card", "--out", "urls.csv", "--warm").code == 0
    assert len(open_storage(store).list("images")) == 2


@pytest.mark.usefixtures("contacts")
def test_a_run_that_ends_while_it_clears_up_leaves_no_trap(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result is there; half of the folder is gone, and the same command begins again."""

    def half(folder: Path, **_: object) -> None:
        if folder.name == "files":  # of an earlier run, which there is not
            return
        (folder / "files" / "jobs/batch/order.json").unlink()
        raise OSError("killed")

    with monkeypatch.context() as dying:
        dying.setattr("imgurl.cli.unfinished.shutil.rmtree", half)
        assert run(*BATCH).code == 1
    first = (tmp_path / "urls.csv").read_bytes()
    assert (tmp_path / "urls.csv.unfinished").exists()
    assert run(*BATCH).code == 0
    assert (tmp_path / "urls.csv").read_bytes() == first
    assert not (tmp_path / "urls.csv.unfinished").exists()


# What follows runs the command as a process of its own.

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts ``imgurl batch`` over the small design in a process group of its own."""
    write_design(tmp_path / "designs", document=card())
    environment = {**os.environ, "IMGURL_SIGNING_KEYS": KEYS, "IMGURL_DESIGNS": str(tmp_path / "designs")}
    started: list[subprocess.Popen[bytes]] = []

    def begin(*more: str, **pipes: Any) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", SMALL_CHUNKS, "batch", "list.csv", "--design", "card", "--workers", "2", *more]
        given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **pipes}
        started.append(subprocess.Popen(command, cwd=tmp_path, env=environment, start_new_session=True, **given))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def long_list(tmp_path: Path) -> Path:
    """Six thousand rows, some of them bad: eight chunks of links, each taking a while."""
    path = tmp_path / "list.csv"
    with path.open("w") as file:
        file.write("id,first_name,tint\n")
        for number in range(ROWS):
            file.write(f"{number},Ava {number:x},#{number % 4096:03x}{',x' if number % 997 == 3 else ''}\n")
    return path


def tallies(tmp_path: Path) -> int:
    """Return how many chunks are done."""
    return len(list((tmp_path / "urls.csv.unfinished" / "files").glob("jobs/batch/tallies/*.json")))


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, "what was waited for did not happen"
        time.sleep(0.005)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    """Say whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.usefixtures("long_list")
def test_kill_9_again_and_again_changes_no_byte_of_the_result(run: Run, start: Start, tmp_path: Path) -> None:
    """Killed at the start and after each new chunk, the run ends with what an undisturbed one writes.

    The processes of a killed run end by themselves, and nothing is left behind.
    """
    smooth = ("batch", "list.csv", "--design", "card", "--designs", tmp_path / "designs", "--workers", "1")
    assert run(*smooth, "--out", "smooth.csv").code == 0
    for goal in range(3):
        kill_at(start("--out", "urls.csv"), goal, tmp_path)
        assert not (tmp_path / "urls.csv").exists()
    last = start("--out", "urls.csv")
    _, output = last.communicate(timeout=PATIENCE_SECONDS)
    assert (last.returncode, output.decode().splitlines()[0].startswith("resuming after ")) == (0, True)
    assert f"urls.csv: {ROWS:,} rows in " in output.decode()
    assert "imgurl: 7 rows have an error" in output.decode()
    assert (tmp_path / "urls.csv").read_bytes() == (tmp_path / "smooth.csv").read_bytes()
    assert len(rows_of(tmp_path / "urls.csv")) == ROWS
    assert not list(tmp_path.glob("*.unfinished"))


def kill_at(process: "subprocess.Popen[bytes]", goal: int, tmp_path: Path) -> None:
    """Kill a run as soon as so many chunks are done, and see its own processes end."""
    wait_for((tmp_path / "urls.csv.unfinished" / "lock").exists)
    wait_for(lambda: tallies(tmp_path) >= goal)
    pool = children(process.pid)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    wait_for(lambda: not any(map(is_alive, pool)))


@pytest.mark.usefixtures("long_list")
def test_ctrl_c_leaves_what_is_done(start: Start, tmp_path: Path) -> None:
    """One sentence, exit code 130, no traceback of any process.

    The same command goes on, with the lifetime that the first began with: rows of both expire in one second.
    """
    process = start("--out", "urls.csv", "--expires", "30d", "--workers", "1")
    wait_for(lambda: tallies(tmp_path) >= 1)
    second = int(time.time())
    os.killpg(process.pid, signal.SIGINT)
    _, output = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, output) == (130, b"\nimgurl: stopped; run the same command again to resume\n")
    done = tallies(tmp_path)
    assert 1 <= done < CHUNKS
    wait_for(lambda: time.time() >= second + 1)
    again = start("--out", "urls.csv", "--expires", "30d")
    _, output = again.communicate(timeout=PATIENCE_SECONDS)
    assert again.returncode == 0
    assert output.startswith(f"resuming after {CHUNK_ROWS * done:,} rows\n".encode())
    rows = [row for row in rows_of(tmp_path / "urls.csv") if row["image_url"]]
    assert len({read(rows[index]["image_url"]).expires for index in range(0, len(rows), 500)}) == 1


@pytest.mark.usefixtures("long_list")
def test_a_run_is_resumed_when_the_server_it_began_with_is_gone(start: Start, tmp_path: Path) -> None:
    """All links begin with the address of that server, as the first ones do."""
    with announced(tmp_path / "imgurl-data", "http://127.0.0.1:4711"):
        process = start("--out", "urls.csv", "--base-url", "", "--workers", "1")
        wait_for(lambda: tallies(tmp_path) >= 1)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)
    again = start("--out", "urls.csv", "--base-url", "")
    _, output = again.communicate(timeout=PATIENCE_SECONDS)
    assert (again.returncode, output.startswith(b"resuming after ")) == (0, True)
    urls = [row["image_url"] for row in rows_of(tmp_path / "urls.csv") if row["image_url"]]
    assert {url.partition("/i/")[0] for url in urls} == {"http://127.0.0.1:4711"}


@pytest.mark.usefixtures("long_list")
def test_a_process_that_dies_is_reported(start: Start, tmp_path: Path) -> None:
    """Killed for want of memory: exit code 1, what to do, and the others end too."""
    process = start("--out", "urls.csv")
    wait_for(lambda: tallies(tmp_path) >= 1)
    pool = children(process.pid)
    os.kill(pool[-1], signal.SIGKILL)
    _, output = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert b"Error: a worker process died (exit code -9); run the same command again to resume, with fewer" in output
    wait_for(lambda: not any(map(is_alive, pool)))


def test_a_terminal_sees_how_far_it_is(start: Start, tmp_path: Path) -> None:
    """A bar with rows, time left and rate."""
    (tmp_path / "list.csv").write_text("first_name\n" + "Ava\n" * (2 * CHUNK_ROWS))
    ours, theirs = pty.openpty()
    process = start("--out", "urls.csv", stderr=theirs)
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 65_536):
            seen += part
    except OSError:  # Linux says so that the other end was closed
        pass
    finally:
        os.close(ours)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert b" 1500/1500 " in seen
    assert b" rows/s" in seen


@pytest.fixture
def begun(start: Start, long_list: Path, tmp_path: Path) -> Path:
    """A run that was killed in the middle; its list."""
    process = start("--out", "urls.csv", "--campaign", "april", "--expires", "30d", "--base-url", BASE)
    wait_for(lambda: tallies(tmp_path) >= 1)
    process.kill()
    process.communicate()
    return long_list


def again(run: Run, tmp_path: Path, *more: str) -> Any:
    """Call the command again as it was begun, with some more options."""
    return run("batch", "list.csv", "--design", "card", "--out", "urls.csv", "--campaign", "april", "--expires", "30d",
               "--base-url", BASE, "--designs", tmp_path / "designs", *more)  # fmt: skip


def test_an_unfinished_run_is_not_mixed_with_another(run: Run, begun: Path, tmp_path: Path) -> None:
    """Other options, another list, another design: each is named, and nothing is touched; --restart starts over."""
    ran = again(run, tmp_path, "--campaign", "may", "--expires", "60d", "--warm", "--fallback", "code=B2")
    assert ran.code == 2
    assert ran.said == (
        "Error: urls.csv.unfinished holds an unfinished run, and --fallback was not given and is 'code=B2', --warm was "
        "not given and is given, --expires was '30d' and is '60d', --campaign was 'april' and is 'may'. Use the same "
        "options to resume it, or add --restart to start over"
    )
    begun.write_text("id,first_name,tint\nfirst,Ava,blue\nlast,Mia,red\n")
    assert "and the list has changed since. Use the same" in again(run, tmp_path).said
    write_design(tmp_path / "designs", document=card(title="Other"))
    assert "and the list has changed since, the design's version was '" in again(run, tmp_path).said
    done = tallies(tmp_path)
    assert 1 <= done < CHUNKS
    ran = again(run, tmp_path, "--restart")
    assert (ran.code, "resuming" in ran.err) == (0, False)
    assert rows_of(tmp_path / "urls.csv")[-1]["id"] == "last"


@pytest.mark.usefixtures("contacts")
def test_two_runs_do_not_write_one_result(run: Run, tmp_path: Path) -> None:
    """The second says so and leaves the first alone."""
    (tmp_path / "urls.csv.unfinished").mkdir()
    with (tmp_path / "urls.csv.unfinished" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = run(*BATCH)
    assert (ran.code, ran.said) == (
        2, "Error: another run is writing urls.csv; wait for it, or name another --out",
    )  # fmt: skip
    assert not (tmp_path / "urls.csv").exists()


@pytest.mark.usefixtures("contacts")
def test_a_folder_of_somebody_else_is_left_alone(run: Run, tmp_path: Path) -> None:
    """A file that imgurl did not make is neither read nor deleted."""
    (tmp_path / "urls.csv.unfinished").mkdir()
    (tmp_path / "urls.csv.unfinished" / "thesis.tex").write_text("x")
    ran = run(*BATCH, "--restart")
    assert (ran.code, ran.said) == (
        2, "Error: urls.csv.unfinished contains 'thesis.tex', which imgurl did not make; move it away",
    )  # fmt: skip
    assert (tmp_path / "urls.csv.unfinished" / "thesis.tex").read_text() == "x"


@pytest.mark.usefixtures("contacts")
def test_a_result_that_can_not_be_written_is_a_failure(run: Run, tmp_path: Path) -> None:
    """A folder that is not there: exit code 1."""
    ran = run(*BATCH[:-1], tmp_path / "none" / "urls.csv")
    assert (ran.code, "No such file or directory" in ran.said) == (1, True)
