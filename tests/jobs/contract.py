"""What every engine of jobs does; a test class per engine runs it."""

import inspect
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from imgurl.errors import UnknownJob
from imgurl.jobs.port import Jobs, JobState


def public(owner: type) -> dict[str, list[tuple[str, object, object]]]:
    """Return the public methods of a class: name, kind and default of each parameter."""
    return {
        name: [
            (parameter.name, parameter.kind, parameter.default)
            for parameter in inspect.signature(method).parameters.values()
        ]
        for name, method in inspect.getmembers(owner, inspect.isfunction)
        if not name.startswith("_")
    }


class JobsContract:
    """Facts of every ``Jobs``. A subclass says how one is opened in a folder."""

    engine: type
    open: Callable[[Path], Jobs]

    @pytest.fixture
    def jobs(self, tmp_path: Path) -> Iterator[Jobs]:
        """The engine on an empty database."""
        jobs = type(self).open(tmp_path)
        yield jobs
        jobs.close()

    def test_it_has_the_methods_of_the_port(self) -> None:
        """The same ones, with the same parameters and defaults."""
        assert public(self.engine) == public(Jobs)

    def test_a_job_is_submitted_once(self, jobs: Jobs) -> None:
        """It is queued, and found by its id and its owner; a second time changes nothing."""
        status = jobs.submit("job", "anna", webhook="https://hooks.example.com/x", at_once=2)
        assert (status.job_id, status.owner, status.status) == ("job", "anna", JobState.QUEUED)
        assert jobs.submit("job", "bert").owner == "anna"
        assert jobs.status("job") == status
        assert jobs.list("anna", 10) == [status]
        assert jobs.list("bert", 10) == []

    def test_jobs_are_listed_page_by_page(self, jobs: Jobs) -> None:
        """The page that starts after a job does not repeat it."""
        for name in ("a", "b", "c"):
            jobs.submit(name, "anna")
            # Jobs are ordered by the millisecond.
            time.sleep(0.002)
        assert [status.job_id for status in jobs.list("anna", 2)] == ["c", "b"]
        assert [status.job_id for status in jobs.list("anna", 2, "b")] == ["a"]

    def test_a_cancelled_job_is_resumed(self, jobs: Jobs) -> None:
        """Each of the two leads to the state it names; a job that is resumed twice is queued once."""
        jobs.submit("job", "anna")
        assert jobs.cancel("job").status == JobState.CANCELLED
        assert jobs.resume("job").status == JobState.QUEUED
        assert jobs.resume("job").status == JobState.QUEUED

    def test_a_job_that_is_not_there(self, jobs: Jobs) -> None:
        """Every method that names one raises UnknownJob."""
        for call in (jobs.status, jobs.cancel, jobs.resume, partial(jobs.list, "anna", 10)):
            with pytest.raises(UnknownJob):
                call("none")

    def test_finished_jobs_are_purged(self, jobs: Jobs) -> None:
        """With their files; an open one stays. Purged, a job is unknown."""
        jobs.submit("ended", "anna")
        jobs.submit("open", "anna")
        jobs.cancel("ended")
        forgotten: list[str] = []
        assert jobs.purge(3600, forgotten.append) == 0
        assert jobs.purge(0, forgotten.append) == 1
        assert forgotten == ["ended"]
        assert [status.job_id for status in jobs.list("anna", 10)] == ["open"]
        with pytest.raises(UnknownJob):
            jobs.resume("ended")
