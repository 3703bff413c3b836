"""Facts of imgurl.batches.files: where the files of a batch are."""

import pytest

from imgurl.batches.files import JobFiles
from imgurl.errors import UnknownJob
from imgurl.storage import Storage
from tests.batches.factories import BatchRunner


@pytest.fixture
def storage(runner: BatchRunner) -> Storage:
    """A store in a folder."""
    return runner.storage


@pytest.mark.parametrize("job_id", ["", "..", "a/b", "../x", "a" * 65, "ä", "a\0", "a.b", "a\n"])
def test_no_job_id_leads_elsewhere(storage: Storage, job_id: str) -> None:
    """What is not a valid job id is an unknown job."""
    with pytest.raises(UnknownJob):
        JobFiles(storage, job_id)


def test_chunks_are_listed_in_their_order(storage: Storage) -> None:
    """Up to a million of them."""
    files = JobFiles(storage, "job")
    for number in (10, 9, 99_999):
        files.rows(number).put(b"")
    assert storage.list(files.all_rows.key) == [files.rows(number).key for number in (9, 10, 99_999)]


def test_keys_are_those_of_earlier_versions(storage: Storage) -> None:
    """A batch that is under way during an upgrade goes on."""
    files = JobFiles(storage, "job")
    keys = [
        file.key
        for file in (
            files.list, files.order, files.plan, files.rows(9), files.tally(9), files.warm_limit, files.columns,
            files.result,
        )
    ]  # fmt: skip
    assert keys == [
        "jobs/job/input", "jobs/job/order.json", "jobs/job/plan.txt", "jobs/job/rows/000009",
        "jobs/job/tallies/000009.json", "jobs/job/room.json", "jobs/job/columns.json", "jobs/job/result",
    ]  # fmt: skip


def test_everything_is_below_one_key(storage: Storage) -> None:
    """Deleting it deletes all files of a batch, and none of another one whose id begins alike."""
    for job_id in ("job", "job1"):
        JobFiles(storage, job_id).order.put(b"{}")
        JobFiles(storage, job_id).tally(3).put(b"{}")
    JobFiles(storage, "job").everything.delete()
    assert storage.list("jobs") == ["jobs/job1/order.json", "jobs/job1/tallies/000003.json"]


def test_a_file_is_what_the_store_has_under_its_key(storage: Storage) -> None:
    """Each way to write and to read it."""
    file = JobFiles(storage, "job").result
    assert (file.get(), file.size()) == (None, None)
    file.put_stream([b"0123", b"456789"])
    assert (file.get(), file.size(), file.get_range(3, 5), b"".join(file.stream())) == (
        b"0123456789", 10, b"34", b"0123456789",
    )  # fmt: skip
    file.put(b"new")
    assert storage.get(file.key) == b"new"
    file.delete()
    assert file.get() is None
