"""Carrying out tickets: turns, failures, and ending in the middle."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from imgurl.errors import DatabaseDown, ImgurlError, RetiredKey, RevokedKey, SettingsError, StorageError
from imgurl.jobs.queue import Ticket
from imgurl.jobs.runner import Runner, retry_while_database_down
from tests.jobs.ledger_rig import LedgerRig, Planned, Tallied, open_ledger_rig


class Job:
    """Work on a job of some chunks, in memory; ``during`` is called in each chunk."""

    def __init__(self, chunks: int, during: Callable[[int], None] = lambda _: None) -> None:
        self._chunks = chunks
        self._during = during
        self.calls: list[str] = []

    def split(self, _: str) -> Planned:
        """Split."""
        self.calls.append("split")
        return Planned(self._chunks, self._chunks)

    def run_chunk(self, _: str, number: int) -> Tallied:
        """Do a chunk."""
        self.calls.append(str(number))
        self._during(number)
        return Tallied(1, 1)

    def finish(self, _: str) -> None:
        """Finish."""
        self.calls.append("finish")


class Jobs:
    """Work on several jobs, by their ids."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self._jobs = jobs

    def split(self, job_id: str) -> Planned:
        """Split."""
        return self._jobs[job_id].split(job_id)

    def run_chunk(self, job_id: str, number: int) -> Tallied:
        """Do a chunk."""
        return self._jobs[job_id].run_chunk(job_id, number)

    def finish(self, job_id: str) -> None:
        """Finish."""
        self._jobs[job_id].finish(job_id)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[LedgerRig]:
    """A ledger with a job."""
    with open_ledger_rig(tmp_path) as opened:
        opened.ledger.add("job", "anna", None, 0)
        yield opened


def test_one_ticket_carries_a_short_job(rig: LedgerRig) -> None:
    """While it has time it goes on: split, the chunk, finish."""
    work = Job(1)
    assert Runner(rig.ledger, work, threading.Event()).run(rig.take())
    assert work.calls == ["split", "0", "finish"]
    assert rig.ledger.status("job").status == "completed"


def test_a_ticket_lets_others_have_their_turn(rig: LedgerRig) -> None:
    """Its time is up: what follows is in the queue."""
    work = Job(3)
    runner = Runner(rig.ledger, work, threading.Event(), slice_seconds=0.0)
    assert runner.run(rig.take())
    assert (work.calls, [ticket.number for ticket in rig.queue.tickets]) == (["split"], [0, 1, 2])
    while rig.queue.tickets:
        assert runner.run(rig.take())
    assert work.calls == ["split", "0", "1", "2", "finish"]


def test_chunks_are_drawn_one_at_a_time(rig: LedgerRig) -> None:
    """Four threads with tickets: no two chunks at once."""
    drawing = threading.Lock()

    def draw(_: int) -> None:
        assert drawing.acquire(blocking=False)
        time.sleep(0.01)
        drawing.release()

    work = Job(8, draw)
    runner = Runner(rig.ledger, work, threading.Event(), slice_seconds=0.0)
    runner.run(rig.take())
    threads = [threading.Thread(target=runner.run, args=[ticket]) for ticket in rig.queue.tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = rig.ledger.status("job")
    assert (status.done, status.error) == (8, "")


def test_a_split_does_not_wait_for_a_chunk(rig: LedgerRig) -> None:
    """A job is split while another one's chunk is drawn."""
    rig.ledger.add("other", "bert", None, 0)
    other = rig.queue.tickets.pop()
    drawing, may_end = threading.Event(), threading.Event()

    def draw(_: int) -> None:
        drawing.set()
        assert may_end.wait(30)

    short = Job(0)
    runner = Runner(rig.ledger, Jobs({"job": Job(1, draw), "other": short}), threading.Event())
    thread = threading.Thread(target=runner.run, args=[rig.take()])
    thread.start()
    assert drawing.wait(30)
    assert runner.run(other)
    assert short.calls == ["split", "finish"]
    may_end.set()
    thread.join()


def test_ending_hands_back_what_was_not_begun(rig: LedgerRig) -> None:
    """The process is to end: the chunk under way is counted, a ticket that waits for its turn is handed back."""
    draining, drawing = threading.Event(), threading.Event()
    handed_back = list[bool]()

    def draw(_: int) -> None:
        drawing.set()
        draining.wait(30)
        time.sleep(0.2)

    work = Job(20, draw)
    runner = Runner(rig.ledger, work, draining)
    ticket = rig.take()
    first = threading.Thread(target=runner.run, args=[ticket])
    first.start()
    assert drawing.wait(30)
    second = threading.Thread(target=lambda: handed_back.append(not runner.run(rig.queue.tickets[0])))
    second.start()
    draining.set()
    first.join()
    second.join()
    assert not runner.run(Ticket("job", "anna", 1, 5))
    assert (handed_back, work.calls) == ([True], ["split", "0"])
    assert rig.ledger.status("job").done == 1


def test_our_own_words_are_reported(tmp_path: Path) -> None:
    """An error of ours is put into the job's sentence; tried again it is, since the store may come back."""

    def away(_: int) -> None:
        raise StorageError("the store did not take jobs/x/rows/000000.")

    with open_ledger_rig(tmp_path, retry_seconds=()) as rig:
        rig.ledger.add("job", "anna", None, 0)
        assert Runner(rig.ledger, Job(2, away), threading.Event()).run(rig.take())
        assert rig.ledger.status("job").error == (
            "chunk 1 of 2 failed: the store did not take jobs/x/rows/000000. "
            "Finished chunks are kept; resume the job to do the rest."
        )


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (RetiredKey("k1"), "failed"),
        (RevokedKey("k1"), "failed"),
        (SettingsError("the key 'k1' is not known to this worker"), "running"),
    ],
)
def test_an_error_that_is_permanent_fails_the_job_at_once(rig: LedgerRig, error: ImgurlError, state: str) -> None:
    """A retired or revoked signing key comes back by no retry; a key that another worker may know is tried again."""

    def draw(_: int) -> None:
        raise error

    assert Runner(rig.ledger, Job(2, draw), threading.Event()).run(rig.take())
    assert rig.ledger.status("job").status == state
    # Chunk 1 waits in the queue in any case; chunk 0 comes back only where it may work then.
    assert [ticket.attempt for ticket in rig.queue.tickets if ticket.number == 0] == ([1] if state == "running" else [])


def test_the_books_are_tried_until_they_answer() -> None:
    """What was done is not lost because the database is away for a moment; other errors are not swallowed."""
    tries = iter([True, True, False])

    def step(given: int, *, named: int) -> int:
        if next(tries):
            raise DatabaseDown("away")
        return given + named

    assert retry_while_database_down(step, 1, named=2) == 3
    with pytest.raises(ZeroDivisionError):
        retry_while_database_down(lambda: 1 // 0)
