"""kill -9 in the middle of jobs, and takeover: nothing is lost, nothing counts twice."""

from pathlib import Path

import pytest

from imgurl.errors import DatabaseDown
from imgurl.jobs.port import JobState, JobStatus
from tests.jobs.sandbox import JobSandbox, Order, sandbox
from tests.servers.postgres import run_postgres

KILLS = 5


def result_of(order: Order) -> list[str]:
    """Return the rows of an undisturbed run."""
    return [f"{chunk}:{row}" for chunk in range(order.chunks) for row in range(order.rows)]


def counts(status: JobStatus) -> tuple[JobState, int, int, int, int]:
    """Return what a job was counted to."""
    return status.status, status.total, status.done, status.failed, status.fallbacks["first_name"]


def test_five_kills_change_nothing(place: JobSandbox) -> None:
    """One of two workers is killed five times and comes back: the result and the counts are those of a quiet run."""
    # The gate holds the steady one, or it might be done before the others have begun.
    order = Order(chunks=40, seconds=0.01, gate=12)
    place.submit("job", order)
    place.start("steady")
    for _ in range(KILLS):
        victim = place.start("victim")
        place.wait(lambda victim=victim: place.work.begun_by("job", victim) > 0)  # type: ignore[misc]
        victim.kill()
        victim.join()
    place.work.open_gate("job")
    status = place.finish("job")
    assert counts(status) == (JobState.COMPLETED, 400, 360, 40, 80)
    # They were killed in the middle of chunks, which were begun again.
    assert place.work.executions("job", "began") > 40
    assert place.work.result("job") == result_of(order)
    assert set(place.work.written("job").values()) == {1}


def test_everything_is_killed_and_comes_back(place: JobSandbox) -> None:
    """All workers are killed at once and one of another id starts: it finishes what all of them had begun."""
    order = Order(chunks=30, seconds=0.03)
    place.submit("job", order)
    dead = [place.start("one"), place.start("two")]
    place.wait(lambda: place.chunks_written("job") >= 8)
    for worker in dead:
        worker.kill()
        worker.join()
    place.start("three")
    assert counts(place.finish("job")) == (JobState.COMPLETED, 300, 270, 30, 60)
    assert place.work.result("job") == result_of(order)
    assert "took over from dead workers" in place.log()


def test_a_stopped_worker_finishes_its_chunk(small: JobSandbox) -> None:
    """SIGTERM: the chunk under way is finished and counted, what waited behind it is handed back, and nobody waits."""
    order = Order(chunks=16, seconds=0.06)
    small.submit("job", order)
    first = small.start("one")
    small.wait(lambda: small.chunks_written("job") >= 3)
    first.terminate()
    first.join(30)
    assert first.exitcode == 0
    begun = small.work.executions("job", "began")
    assert begun == sum(small.work.written("job").values()) == small.jobs.status("job").done // 9
    small.start("two")
    small.finish("job")
    assert small.work.executions("job", "began") == 16
    assert small.work.result("job") == result_of(order)


def test_a_crash_in_the_middle_of_splitting(small: JobSandbox) -> None:
    """Killed while it splits: the next worker splits again, into the same chunks."""
    order = Order(chunks=3, split_seconds=1)
    small.submit("job", order)
    first = small.start("one")
    small.wait(lambda: small.jobs.status("job").status == JobState.RUNNING)
    first.kill()
    first.join()
    small.start("one")
    assert small.finish("job").status == JobState.COMPLETED
    assert small.work.result("job") == result_of(order)


def test_a_postgres_that_crashes(tmp_path: Path) -> None:
    """Postgres is killed in the middle of a job and comes back: the workers go on by themselves, with every row."""
    order = Order(chunks=40, seconds=0.05)
    with run_postgres() as server, sandbox(tmp_path, server.new_database()) as place:
        place.submit("job", order)
        place.start("one")
        place.start("two")
        place.wait(lambda: place.chunks_written("job") >= 10)
        server.kill()
        with pytest.raises(DatabaseDown, match="check IMGURL_DATABASE_URL"):
            place.jobs.status("job")
        server.start()
        assert counts(place.finish("job")) == (JobState.COMPLETED, 400, 360, 40, 80)
        assert place.work.result("job") == result_of(order)
