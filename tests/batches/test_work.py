"""Facts of imgurl.batches.work: whole batches, and that doing a step again changes nothing."""

import csv
import dataclasses
import io
import json
import random
from typing import Any

import pytest

from imgurl.batches.order import RESULT_COLUMNS
from imgurl.batches.plan import Plan
from imgurl.batches.tally import Tally
from imgurl.batches.work import CHUNK_ROWS, MINT_CHUNK_ROWS, BatchWork, LeftOut
from imgurl.errors import BadTable, ImgurlError, RetiredKey, RevokedKey, SettingsError, StorageError
from imgurl.storage import open_storage
from imgurl.tables.form import Kind
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from tests.batches.factories import BASE, LIST, RING, BatchRunner, read, sealed
from tests.web.designs import card, write_design
from tests.web.server import K1, K2

NDJSON = (
    b'{"id": 12.50, "first_name": "Ava", "tint": "red"}\n'
    b'{"id": 7, "first_name": null, "tags": ["a", {"b": 1}], "tint": "red"}\r\n'
    b"\n"
    b'{"id": 8, "first_name": "Leo",}\n'
    b'{"id": 9, "first_name": "Ava \\ud83c\\udff4", "tint": "red"}'
)


def test_a_result_is_the_list_with_links(runner: BatchRunner) -> None:
    """Own columns as they were, in order, then image_url, error and warnings."""
    tally = runner.done()
    rows = runner.rows()
    assert list(rows[0]) == ["email", "First Name", "tint", "code", "note", *RESULT_COLUMNS]
    assert [row["note"] for row in rows] == ["one", "two", "three"]
    assert sealed(rows) == [
        {"tint": "#ff0000", "first_name": "Ava", "code": "B2"},
        {"tint": "#0000ff"},
        {"first_name": "Mia", "code": "C3"},
    ]
    assert [row["warnings"] for row in rows] == [
        "",
        "first_name is blank; the fallback is shown | code is blank; the fallback is shown",
        "tint is not a CSS colour; write for example 1a73e8, #1a73e8 or tomato; the fallback is shown",
    ]
    assert tally == Tally(3, 3, 0, {"first_name": 1, "code": 1, "tint": 1})


def test_bad_rows_stop_nothing(runner: BatchRunner) -> None:
    """Each has its error in its own line of the result; the tally counts them."""
    data = b"first_name,tint\nAva,red\nLeo\n,red\nMia,red,x\nZo\xc3\xab\xeb,red\nEve,red\n"
    tally = runner.done(data, design="named")
    rows = runner.rows()
    assert [row["error"].partition(":")[0] for row in rows] == ["", "", "line 4", "line 5", "line 6", ""]
    assert [bool(row["image_url"]) for row in rows] == [True, True, False, False, False, True]
    assert (
        rows[1]["warnings"]
        == "has 1 cell, the header has 2; the missing ones count as blank | tint is blank; the fallback is shown"
    )
    assert [row["first_name"] for row in rows] == ["Ava", "Leo", "", "Mia", "Zoë\ufffd", "Eve"]
    assert (tally.total, tally.done, tally.failed) == (6, 3, 3)


def test_a_row_of_ndjson_stays_as_it_is_written(runner: BatchRunner) -> None:
    """Numbers, lists and escapes; a line that can't be read has an error and nothing else."""
    tally = runner.done(NDJSON)
    lines = runner.result(Kind.NDJSON).decode().splitlines()
    assert lines[0].startswith('{"id": 12.50, "first_name": "Ava", "tint": "red","image_url":"' + BASE)
    assert lines[3].startswith('{"id": 9, "first_name": "Ava \\ud83c\\udff4", "tint": "red","image_url":"')
    objects = runner.objects()
    assert objects[1]["tags"] == ["a", {"b": 1}]
    assert objects[1]["warnings"] == ["first_name is blank; the fallback is shown"]
    assert (objects[2]["image_url"], objects[2]["warnings"], list(objects[2])) == (None, [], [*RESULT_COLUMNS])
    assert objects[2]["error"].startswith("line 4: is not valid JSON at column 3")
    assert read(objects[3]["image_url"]).sealed == {"first_name": "Ava 🏴", "tint": "red"}
    assert (tally.total, tally.failed) == (4, 1)


def test_ndjson_may_be_had_as_csv(runner: BatchRunner) -> None:
    """With all keys of all rows as columns, those met first in front; lists as JSON, warnings in one cell."""
    runner.done(NDJSON)
    rows = runner.rows()
    assert list(rows[0]) == ["id", "first_name", "tint", "tags", *RESULT_COLUMNS]
    assert [(row["id"], row["first_name"], row["tags"]) for row in rows] == [
        ("12.50", "Ava", ""), ("7", "", '["a",{"b":1}]'), ("", "", ""), ("9", "Ava 🏴", ""),
    ]  # fmt: skip
    assert [row["image_url"] for row in rows] == [each["image_url"] or "" for each in runner.objects()]
    assert rows[2]["error"].startswith("line 4: is not valid JSON")


def test_csv_may_be_had_as_ndjson(runner: BatchRunner) -> None:
    """The same rows; columns that are called alike have names of their own, blanks and links are distinguished."""
    data = 'tint;note;note;"qu""o\nted"\nred;one;two;"a;""b"""\nblue;;;x\nred;;;;x\n'.encode("utf-8-sig")
    runner.done(data)
    first, second, third = runner.objects()
    assert {name: first[name] for name in list(first)[:4]} == {
        "tint": "red", "note": "one", "note_2": "two", 'qu"o\nted': 'a;"b"',
    }  # fmt: skip
    assert (first["error"], first["warnings"], read(first["image_url"]).sealed) == (None, [], {"tint": "red"})
    assert (second["note"], third["image_url"]) == ("", None)
    assert third["error"] == "line 5: has 5 cells, the header has 4; is a semicolon not quoted?"


def test_cells_beyond_the_header_are_kept(runner: BatchRunner) -> None:
    """Behind the columns of the result, also where it is wanted as NDJSON or with another delimiter."""
    runner.done(b"first_name,tint\nAva,red,x,y\nLeo,red\n")
    first = next(csv.reader(io.StringIO(runner.result().decode().splitlines()[1])))
    assert (first[:2], first[6:]) == (["Ava", "red"], ["x", "y"])
    assert runner.objects()[0]["error"] == "line 2: has 4 cells, the header has 2; is a comma not quoted?"
    tabbed = b"".join(runner.work().result("job", Kind.CSV, "\t")).decode().splitlines()
    assert tabbed[1].split("\t")[6:] == ["x", "y"]


def test_what_is_not_a_row_is_left_out_and_counted(runner: BatchRunner) -> None:
    """Headers of joined files and footers of reports, whole and in chunks of one row."""
    data = (
        b"first_name,tint\nAva,red\nfirst_name,tint\nLeo,red\nGrand Totals (2 records),\n\nSpring guests\nNorthwind\n"
    )
    for rows in (1, 500):
        job = f"rows{rows}"
        work = runner.work(chunk_rows=rows)
        runner.accept(data, job)
        plan = work.split(job)
        tally = sum((work.run_chunk(job, number) for number in range(plan.chunks)), start=Tally())
        assert work.left_out(job) == LeftOut(4, 3, "first_name,tint")
        assert (plan.rows, plan.left_out, tally.total, tally.done) == (2, 4, 2, 2)
        assert [row["first_name"] for row in runner.rows(job)] == ["Ava", "Leo"]


def test_joined_lists_of_other_columns_stop_the_batch(runner: BatchRunner) -> None:
    """The rows of the second would be read under the names of the first."""
    runner.accept(b"first_name,tint\nAva,red\ntint,first_name\nred,Leo\n")
    with pytest.raises(BadTable, match=r"line 3 is a header with other columns \(tint, first_name\)"):
        runner.work().split("job")


def test_a_formula_comes_back_as_a_text(runner: BatchRunner) -> None:
    """In a CSV, which a spreadsheet may open; numbers and telephone numbers are none. NDJSON stays as it was."""
    note = '=HYPERLINK("https://evil.example","x")'
    line = io.StringIO()
    csv.writer(line).writerows([["tint", "note"], ["red", note], ["red", "+49 30 901820"]])
    runner.done(line.getvalue().encode())
    assert [row["note"] for row in runner.rows()] == ["'" + note, "+49 30 901820"]
    runner.done(json.dumps({"tint": "red", "note": note}).encode(), "other")
    assert runner.objects("other")[0]["note"] == note
    assert runner.rows("other")[0]["note"] == "'" + note


def test_warnings_come_back_one_by_one(runner: BatchRunner) -> None:
    """From the cell of a CSV."""
    runner.done()
    assert runner.objects()[1]["warnings"] == [
        "first_name is blank; the fallback is shown", "code is blank; the fallback is shown",
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"first_name,city", b"first_name,city\n\n"])
def test_a_list_without_rows_has_a_result_without_rows(runner: BatchRunner, data: bytes) -> None:
    """Whoever orders it is told before (read_form); the work itself minds none."""
    assert runner.done(data) == Tally()
    assert runner.result(Kind.CSV) == b"first_name,city,image_url,image_path,error,warnings\r\n"
    assert runner.result(Kind.NDJSON) == b""


def test_a_chunk_that_is_done_is_not_done_again(runner: BatchRunner) -> None:
    """Not even read: its tally says what became of it, also when the batch is finished."""
    runner.accept()
    work = runner.work()
    assert work.split("job") == Plan(2, 3)
    tally = work.run_chunk("job", 0)
    assert work.is_done("job", 0)
    assert not work.is_done("job", 1)
    runner.files().rows(0).put(b"kept as it is")
    assert work.run_chunk("job", 0) == tally
    assert runner.files().rows(0).get() == b"kept as it is"
    work.run_chunk("job", 1)
    work.finish("job")
    assert work.run_chunk("job", 0) == tally
    assert runner.storage.list("jobs/job/rows") == []


def test_a_chunk_without_its_tally_is_done_again(runner: BatchRunner) -> None:
    """Killed between the two: the rows are written over with the same ones."""
    runner.accept()
    work = runner.work()
    work.split("job")
    first = work.run_chunk("job", 0)
    body = runner.files().rows(0).get()
    runner.files().tally(0).delete()
    runner.files().rows(0).put(b"half")
    assert work.run_chunk("job", 0) == first
    assert runner.files().rows(0).get() == body


def test_a_list_is_split_once(runner: BatchRunner) -> None:
    """Whatever a later worker thinks of chunks."""
    runner.accept()
    assert runner.work(chunk_rows=1).split("job") == Plan(3, 3)
    assert runner.work(chunk_rows=3).split("job") == Plan(3, 3)


@pytest.mark.parametrize("warm", [True, False])
def test_chunks_are_small_where_images_are_drawn(runner: BatchRunner, *, warm: bool) -> None:
    """A chunk of images takes seconds; one of links alone would be over before its files are written."""
    runner.accept(b"first_name\n" + b"Ava\n" * (MINT_CHUNK_ROWS + 1), warm=warm)
    plan = BatchWork(runner.storage, None, lambda: RING).split("job")
    assert plan == Plan(-(-(MINT_CHUNK_ROWS + 1) // (CHUNK_ROWS if warm else MINT_CHUNK_ROWS)), MINT_CHUNK_ROWS + 1)


@pytest.mark.parametrize("data", [LIST, NDJSON])
def test_the_result_is_the_same_whatever_happens(runner: BatchRunner, data: bytes) -> None:
    """Steps in any order, twice, after losses of any file that a step writes, with other chunks: equal bytes."""
    runner.done(data, "smooth")
    expected = runner.result(data_kind(data), "smooth")
    for seed in range(12):
        chance = random.Random(seed)
        job_id = f"rough-{seed}"
        work = runner.work(chunk_rows=chance.choice([1, 2, 500]))
        runner.accept(data, job_id)
        plan = work.split(job_id)
        for number in chance.choices(range(plan.chunks), k=3 * plan.chunks):
            work.run_chunk(job_id, number)
            lost = chance.choice([None, runner.files(job_id).tally(number).key])
            if lost:
                runner.storage.delete(lost)
        runner.do(job_id, work)
        work.finish(job_id)
        assert runner.result(data_kind(data), job_id) == expected


@pytest.mark.parametrize("data", [LIST, NDJSON])
def test_a_batch_in_an_object_store_has_the_same_result(runner: BatchRunner, s3_url: str, data: bytes) -> None:
    """Nothing depends on a folder."""
    runner.done(data)
    remote = dataclasses.replace(runner, storage=open_storage(s3_url))
    remote.done(data)
    for kind in Kind:
        assert remote.result(kind) == runner.result(kind)
    assert remote.storage.list("jobs") == runner.storage.list("jobs")
    remote.work().forget("job")
    assert remote.storage.list("jobs") == []


def data_kind(data: bytes) -> Kind:
    """Return the kind of a list."""
    return Kind.NDJSON if data is NDJSON else Kind.CSV


@pytest.mark.parametrize("kind", Kind)
def test_the_result_may_be_read_before_it_is_put_together(runner: BatchRunner, kind: Kind) -> None:
    """As soon as all chunks are done; it is the same afterwards, and the list is gone then."""
    for job_id, data in (("csv", LIST), ("ndjson", NDJSON)):
        runner.accept(data, job_id)
        work = runner.work()
        plan = work.split(job_id)
        for number in range(plan.chunks):
            work.run_chunk(job_id, number)
        before = runner.result(kind, job_id)
        work.finish(job_id)
        assert runner.result(kind, job_id) == before
        assert runner.files(job_id).list.size() is None
        assert runner.storage.list(runner.files(job_id).all_rows.key) == []


@pytest.mark.parametrize("left", ["rows", "input", "result"])
def test_finishing_may_be_broken_off(runner: BatchRunner, left: str) -> None:
    """Killed behind any of its steps, it goes on from there."""
    runner.done()
    expected = runner.result()
    if left == "result":
        runner.accept(job_id="other")
        work = runner.work()
        for number in range(work.split("other").chunks):
            work.run_chunk("other", number)
        runner.storage.put("jobs/job/input", b"")
        runner.files("job").result.delete()
        for key in runner.storage.list(runner.files("other").all_rows.key):
            runner.storage.put(key.replace("other", "job"), runner.storage.get(key) or b"")
    else:
        runner.storage.put(f"jobs/job/{left}" + ("/000000" if left == "rows" else ""), b"left behind")
    runner.work().finish("job")
    assert runner.result() == expected
    assert runner.storage.list("jobs/job/rows") == []
    assert runner.files("job").list.size() is None


def test_a_batch_that_is_not_done_has_no_result(runner: BatchRunner) -> None:
    """It says so, and finishing does too."""
    runner.accept(NDJSON)
    work = runner.work()
    for kind in Kind:
        with pytest.raises(StorageError, match="there is no result yet"):
            b"".join(work.result("job", kind))
    work.split("job")
    work.run_chunk("job", 0)
    for kind in Kind:
        with pytest.raises(StorageError, match="chunk 1 of job 'job' is not done: there is no result yet"):
            b"".join(work.result("job", kind))
    with pytest.raises(StorageError, match="chunk 1 of job 'job' is not done"):
        work.finish("job")
    assert runner.files("job").result.size() is None


def test_urls_are_those_of_the_moment_of_acceptance(runner: BatchRunner) -> None:
    """A key that is rotated and a design that is edited in the middle change no URL."""
    runner.done(job_id="smooth")
    runner.accept()
    work = runner.work()
    work.split("job")
    work.run_chunk("job", 0)
    write_design(runner.folder / "designs", document=card(fields=[], layers=[], default_values={}, alt=""))
    rotated = KeyRing((SigningKey("k1", KeyState.VERIFY, K1.secret), SigningKey("k2", KeyState.SIGN, K2.secret)))
    runner.do("job", runner.work(keys=rotated))
    assert runner.result() == runner.result(job_id="smooth")


def keys(state: KeyState, name: str = "k1") -> KeyRing:
    """Return a ring in which a key has a state and another one signs."""
    return KeyRing((SigningKey(name, state, K1.secret), SigningKey("k2", KeyState.SIGN, K2.secret)))


@pytest.mark.parametrize(
    ("ring", "error", "is_permanent"),
    [
        (keys(KeyState.REVOKED), RevokedKey, True),
        (keys(KeyState.RETIRED), RetiredKey, True),
        (keys(KeyState.VERIFY, "k9"), SettingsError, False),
    ],
    ids=["revoked", "retired", "unknown"],
)
def test_a_key_that_may_no_longer_sign_signs_nothing(
    runner: BatchRunner, ring: KeyRing, error: type[ImgurlError], is_permanent: bool
) -> None:
    """A revoked or retired key fails the batch for good; one that is not known here may be known to another worker."""
    runner.accept()
    work = runner.work(keys=ring)
    work.split("job")
    with pytest.raises(error) as caught:
        work.run_chunk("job", 0)
    assert caught.value.is_permanent == is_permanent
    assert not work.is_done("job", 0)


def test_a_test_batch_has_urls_of_the_test_key(runner: BatchRunner) -> None:
    """Whose pictures carry a mark."""
    runner.done(test=True)
    assert {RING.verify(read(row["image_url"])).state for row in runner.rows()} == {KeyState.TEST}


def test_a_forgotten_batch_leaves_nothing(runner: BatchRunner) -> None:
    """No file of it; others stay."""
    runner.done()
    runner.done(job_id="job2")
    runner.work().forget("job")
    assert {key.split("/")[1] for key in runner.storage.list("jobs")} == {"job2"}


def test_the_columns_of_a_long_list_are_bounded(runner: BatchRunner) -> None:
    """Rows of NDJSON with ever new keys: a CSV has the first thousand, NDJSON has all."""
    lines = [json.dumps({"tint": "red", **{f"k{row}_{number}": 1 for number in range(300)}}) for row in range(10)]
    runner.done("\n".join(lines).encode())
    result: list[Any] = json.loads(runner.files("job").columns.get() or b"")
    assert (len(result), result[0]) == (1_000, "tint")
    assert len(runner.rows()[0]) == 1_004
    assert len(runner.objects()[9]) == 305
