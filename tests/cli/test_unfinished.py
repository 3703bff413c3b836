"""Facts of imgurl.cli.unfinished: a run is begun, resumed and published as a whole."""

import re
from pathlib import Path
from typing import Any

import click
import pytest

from imgurl.batches.files import JobFiles
from imgurl.batches.order import read_order
from imgurl.cli.unfinished import JOB, LIST, REQUEST, Unfinished, digest_of, digest_of_file
from imgurl.storage import open_storage
from imgurl.text.fonts import FontCatalogue
from tests.batches.factories import LIST as CONTACTS
from tests.batches.factories import BatchRunner, make_runner


@pytest.fixture
def runner(tmp_path: Path, fonts: FontCatalogue) -> BatchRunner:
    """Designs, and what makes an order."""
    return make_runner(tmp_path, fonts)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A list."""
    path = tmp_path / "contacts.csv"
    path.write_bytes(CONTACTS)
    return path


@pytest.fixture
def run(tmp_path: Path) -> Unfinished:
    """A run that is not begun."""
    return Unfinished(tmp_path / "urls.csv")


def request(source: Path, **options: Any) -> dict[str, object]:
    """Return a request for a list."""
    return {LIST: digest_of_file(source), "--design": "card", "--warm": False, "--map": [], **options}


def begin(run: Unfinished, runner: BatchRunner, source: Path, **options: Any) -> None:
    """Begin a run."""
    with run.locked():
        run.begin(source, runner.order(CONTACTS), request(source, **options))


def test_a_run_that_is_begun_has_its_list_and_order(run: Unfinished, runner: BatchRunner, source: Path) -> None:
    """Both are in its store; before that there is nothing to resume."""
    assert not run.is_begun
    begin(run, runner, source)
    assert run.is_begun
    files = JobFiles(open_storage(run.store_url), JOB)
    assert files.list.get() == CONTACTS
    assert read_order(files) == runner.order(CONTACTS)


def test_a_list_is_stored_in_utf_8(run: Unfinished, runner: BatchRunner, tmp_path: Path) -> None:
    """Whatever it came in."""
    data = "first_name,tint\nZoë,red\n"
    source = tmp_path / "wide.csv"
    source.write_bytes(data.encode("utf-16"))
    order = runner.order(data.encode("utf-16"))
    with run.locked():
        run.begin(source, order, request(source))
    stored = JobFiles(open_storage(run.store_url), JOB).list.get()
    assert stored is not None
    assert stored.decode("utf-8-sig") == data


def test_a_list_that_changes_while_it_is_read_begins_nothing(
    run: Unfinished, runner: BatchRunner, source: Path
) -> None:
    """Its rows would not be those that were checked."""
    before = request(source)
    source.write_bytes(CONTACTS + b"new,Ava,red,,\n")
    with run.locked(), pytest.raises(click.UsageError, match="is being written; try again"):
        run.begin(source, runner.order(CONTACTS), before)
    assert not run.is_begun


def test_a_run_is_resumed_with_the_same_request_only(run: Unfinished, runner: BatchRunner, source: Path) -> None:
    """Each difference is named."""
    begin(run, runner, source)
    run.check_same(request(source))
    with pytest.raises(click.UsageError, match="--warm was not given and is given, --map was not given and is 'a=b"):
        run.check_same(request(source, **{"--warm": True, "--map": ["a=b", "c="]}))
    source.write_bytes(b"other")
    with pytest.raises(click.UsageError, match="the list has changed since"):
        run.check_same(request(source))


def test_a_run_that_is_begun_again_starts_over(run: Unfinished, runner: BatchRunner, source: Path) -> None:
    """What the earlier one did is deleted."""
    begin(run, runner, source)
    files = JobFiles(open_storage(run.store_url), JOB)
    files.tally(0).put(b"{}")
    begin(run, runner, source)
    assert files.tally(0).get() is None


def test_one_run_at_a_time(run: Unfinished, tmp_path: Path) -> None:
    """The folder is locked, and free again afterwards, also after an error."""
    with (
        run.locked(),
        pytest.raises(click.UsageError, match="another run is writing"),
        Unfinished(tmp_path / "urls.csv").locked(),
    ):
        raise AssertionError
    with pytest.raises(ValueError, match="x"), run.locked():
        raise ValueError("x")
    with run.locked():
        pass


def test_a_result_is_published_whole_or_not_at_all(
    run: Unfinished, runner: BatchRunner, source: Path, tmp_path: Path
) -> None:
    """If its parts fail, what was there stays, and the run can be resumed; otherwise only the result is left."""
    out = tmp_path / "urls.csv"
    out.write_bytes(b"old")
    begin(run, runner, source)

    def broken() -> Any:
        yield b"half"
        raise OSError("the store")

    with pytest.raises(OSError, match="the store"):
        run.publish(broken())
    assert (out.read_bytes(), run.is_begun) == (b"old", True)
    run.publish([b"new ", b"result"])
    assert out.read_bytes() == b"new result"
    assert not out.with_name("urls.csv.unfinished").exists()


def test_a_folder_with_other_files_is_left_alone(run: Unfinished, tmp_path: Path) -> None:
    """Nothing in it is deleted, and its file is named."""
    folder = tmp_path / "urls.csv.unfinished"
    folder.mkdir()
    (folder / "thesis.tex").write_text("x")
    with pytest.raises(click.UsageError, match=re.escape("contains 'thesis.tex'")), run.locked():
        pass
    (folder / "thesis.tex").rename(folder / REQUEST)
    with run.locked():
        assert run.is_begun


def test_digests_do_not_depend_on_the_parts(source: Path) -> None:
    """A list has one digest, however it is read."""
    assert digest_of([CONTACTS[:7], b"", CONTACTS[7:]]) == digest_of_file(source)
