"""The rig: what follows a task, what counts, and that no order of events loses or doubles a chunk."""

import contextlib
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from imgurl.errors import JobConflict, TooManyJobs, UnknownJob
from imgurl.jobs import ledger as module
from imgurl.jobs.ledger import MOST_CRASHES
from imgurl.jobs.port import JobState, WebhookState, WebhookStatus
from imgurl.jobs.queue import Ticket
from imgurl.jobs.rows import FINISH, SPLIT
from imgurl.jobs.step import AHEAD
from tests.jobs.ledger_rig import LedgerRig, Planned, Tallied, open_ledger_rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[LedgerRig]:
    """An empty ledger."""
    with open_ledger_rig(tmp_path) as opened:
        yield opened


def split(rig: LedgerRig, chunks: int, *, goes_on: bool = False, at_once: int = 0) -> tuple[Ticket, int | None]:
    """Book a job of chunks of ten rows as split; return the ticket and what it goes on with."""
    rig.ledger.add("job", "anna", "https://example.com/hook", at_once)
    ticket = rig.take()
    assert rig.begin(ticket) == SPLIT
    return ticket, rig.ledger.planned(ticket, Planned(chunks, 10 * chunks), goes_on=goes_on)


def test_a_new_job_is_queued(rig: LedgerRig) -> None:
    """It waits, and nothing is known of it yet."""
    rig.ledger.add("job", "anna", None, 0)
    status = rig.ledger.status("job")
    assert (status.status, status.total, status.rate, status.eta_s, status.created) == ("queued", 0, 0.0, None, 10**6)
    assert [ticket.number for ticket in rig.queue.tickets] == [SPLIT]


def test_a_job_that_is_added_twice_is_one(rig: LedgerRig) -> None:
    """The second time changes nothing, whatever it says."""
    rig.ledger.add("job", "anna", None, 0)
    rig.ledger.add("job", "bert", None, 3)
    assert rig.ledger.status("job").owner == "anna"
    assert len(rig.queue.tickets) == 1


def test_a_job_that_the_database_refuses_is_an_error(rig: LedgerRig, tmp_path: Path) -> None:
    """What breaks a rule of the database and is no second job is not taken for one."""
    with contextlib.closing(sqlite3.connect(tmp_path / "jobs.db")) as database, database:
        refuses = "BEFORE INSERT ON imgurl_job_tasks BEGIN SELECT RAISE(ABORT, 'no'); END"
        database.execute(f"CREATE TRIGGER refuses {refuses}")
    with pytest.raises(IntegrityError):
        rig.ledger.add("job", "anna", None, 0)
    with pytest.raises(UnknownJob):
        rig.ledger.status("job")


def test_an_owner_has_a_limit_of_open_jobs(rig: LedgerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is refused; another owner's is not."""
    monkeypatch.setattr(module, "MOST_OPEN", 2)
    rig.ledger.add("one", "anna", None, 0)
    rig.ledger.add("two", "anna", None, 0)
    with pytest.raises(TooManyJobs, match="2 jobs of this key are unfinished"):
        rig.ledger.add("three", "anna", None, 0)
    rig.ledger.add("three", "bert", None, 0)
    rig.ledger.cancel("one")
    rig.ledger.add("four", "anna", None, 0)


def test_few_chunks_wait_in_the_queue(rig: LedgerRig) -> None:
    """Of a long list a handful waits; each one that is begun is replaced."""
    split(rig, 1000)
    assert [ticket.number for ticket in rig.queue.tickets] == list(range(AHEAD))
    assert rig.begin(rig.take()) == 0
    assert [ticket.number for ticket in rig.queue.tickets] == list(range(1, AHEAD + 1))


def test_no_more_chunks_are_under_way_than_may_be(rig: LedgerRig) -> None:
    """With a limit of two, the third chunk is queued when the first is done."""
    split(rig, 5, at_once=2)
    first, second = rig.take(), rig.take()
    rig.begin(first)
    rig.begin(second)
    assert rig.queue.tickets == []
    rig.ledger.counted(first, 0, Tallied(10, 10), goes_on=False)
    assert [ticket.number for ticket in rig.queue.tickets] == [2]


def test_a_ticket_goes_on_from_splitting_to_finishing(rig: LedgerRig) -> None:
    """A short list costs one way through the queue: split, its chunk, finish."""
    ticket, number = split(rig, 1, goes_on=True)
    assert number == 0
    assert rig.begin(ticket) == 0
    assert rig.ledger.counted(ticket, 0, Tallied(10, 9, 1, {"name": 2}), goes_on=True) == FINISH
    assert rig.begin(ticket) == FINISH
    rig.ledger.finished(ticket, goes_on=True)
    status = rig.ledger.status("job")
    assert (status.status, status.total, status.done, status.failed) == ("completed", 10, 9, 1)
    assert (status.fallbacks, status.error, status.ended) == ({"name": 2}, "", 10**6)
    assert rig.queue.tickets == []


def test_an_empty_list_is_finished(rig: LedgerRig) -> None:
    """No chunk at all: the next thing is to finish."""
    assert split(rig, 0, goes_on=True)[1] == FINISH


def test_what_was_carried_is_found_again(rig: LedgerRig) -> None:
    """A worker dies with a chunk that had no ticket of its own: its ticket, begun again, leads to it."""
    ticket, number = split(rig, 3, goes_on=True)
    assert (number, rig.begin(ticket)) == (0, 0)
    assert rig.ledger.counted(ticket, 0, Tallied(10, 10), goes_on=False) is None
    chunk = rig.take()
    assert rig.begin(chunk) == 1
    assert rig.ledger.counted(chunk, 1, Tallied(10, 10), goes_on=False) is None
    assert rig.begin(ticket) is None
    assert rig.begin(chunk) is None


def test_a_chunk_counts_once(rig: LedgerRig) -> None:
    """Two workers did the same chunk: the second changes nothing and goes on with what the first carries."""
    split(rig, 30)
    ticket = rig.take()
    rig.begin(ticket)
    assert rig.ledger.counted(ticket, 0, Tallied(10, 10, 0, {"name": 1}), goes_on=True) == AHEAD + 1
    assert rig.ledger.counted(ticket, 0, Tallied(10, 10, 0, {"name": 1}), goes_on=True) == AHEAD + 1
    status = rig.ledger.status("job")
    assert (status.done, status.fallbacks) == (10, {"name": 1})


def test_a_failing_task_is_tried_again_later(rig: LedgerRig) -> None:
    """After each failure a longer pause; when all pauses are used up the job fails with a sentence, and tells."""
    split(rig, 2)
    ticket = rig.take()
    delays = []
    for _ in range(2):
        rig.begin(ticket)
        rig.ledger.failed(ticket, 0, "the store is away", for_good=False)
        ticket = rig.queue.tickets.pop()
        delays.append((ticket.number, ticket.attempt, ticket.delay))
    assert delays == [(0, 1, 1.0), (0, 2, 2.0)]
    rig.begin(ticket)
    rig.ledger.failed(ticket, 0, "the store is away", for_good=False)
    status = rig.ledger.status("job")
    assert status.status == "failed"
    assert status.error == (
        "chunk 1 of 2 failed: the store is away. Finished chunks are kept; resume the job to do the rest."
    )
    (notice,) = rig.queue.notices
    assert (notice.url, notice.event_id) == ("https://example.com/hook", "msg_job_1")
    assert notice.payload["type"] == "job.failed"


def test_a_failure_of_what_another_did_goes_on_with_what_the_ticket_carries(rig: LedgerRig) -> None:
    """Two workers have one ticket; the one that was taken for dead does the chunk, begins the next one and dies."""
    split(rig, 40)
    ticket = rig.take()
    assert [rig.begin(ticket), rig.begin(ticket)] == [0, 0]
    after = rig.ledger.counted(ticket, 0, Tallied(10, 10), goes_on=True)
    assert after is not None
    assert rig.begin(ticket) == after
    assert rig.ledger.failed(ticket, 0, "the store is away", for_good=False) == after


def test_a_ticket_that_has_ended_carries_nothing(rig: LedgerRig) -> None:
    """What it carried has a ticket of its own since it failed; who has the ended one, too, does the chunk and stops."""
    split(rig, 40)
    ticket = rig.take()
    rig.begin(ticket)
    after = rig.ledger.counted(ticket, 0, Tallied(10, 10), goes_on=True)
    assert after is not None
    assert [rig.begin(ticket), rig.begin(ticket)] == [after, after]
    assert rig.ledger.failed(ticket, after, "the store is away", for_good=False) is None
    assert rig.queue.tickets[-1].number == after
    assert rig.ledger.counted(ticket, after, Tallied(10, 10), goes_on=True) is None


def test_a_split_of_an_earlier_run_ends_no_split_of_this_one(rig: LedgerRig) -> None:
    """All chunks are done, the job was cancelled and resumed twice: the latest split comes to the end."""
    ticket, _ = split(rig, 1)
    chunk = rig.take()
    rig.begin(chunk)
    rig.ledger.counted(chunk, 0, Tallied(10, 10), goes_on=False)
    for _ in range(2):
        rig.ledger.cancel("job")
        rig.ledger.resume("job")
    early, late = rig.queue.tickets[-2:]
    assert (early.run, late.run) == (ticket.run + 1, ticket.run + 2)
    assert rig.ledger.planned(early, Planned(1, 10), goes_on=True) is None
    assert rig.begin(late) == SPLIT
    assert rig.ledger.planned(late, Planned(1, 10), goes_on=True) == FINISH


def test_a_mistake_of_the_list_fails_the_job_at_once(rig: LedgerRig) -> None:
    """What trying again can't mend is not tried again."""
    split(rig, 2)
    ticket = rig.take()
    rig.begin(ticket)
    rig.ledger.failed(ticket, 0, "there is no design 'x'", for_good=True)
    assert rig.ledger.status("job").status == "failed"


def test_no_character_keeps_a_job_from_failing(tmp_path: Path, postgres_url: str) -> None:
    """A NUL or half a character pair in an error's words, which Postgres takes neither of."""
    with open_ledger_rig(tmp_path, postgres_url) as rig:
        split(rig, 1)
        ticket = rig.take()
        rig.begin(ticket)
        rig.ledger.failed(ticket, 0, "a\0b\ud800" + "c" * 3_000, for_good=True)
        error = rig.ledger.status("job").error
        assert error.startswith("chunk 1 of 1 failed: ab?ccc")
        assert len(error) < 2_100


def test_a_task_that_kills_workers_fails_the_job(rig: LedgerRig) -> None:
    """Begun again and again without an end: the job fails and the workers live."""
    split(rig, 2)
    ticket = rig.take()
    assert [rig.begin(ticket) for _ in range(MOST_CRASHES + 1)] == [0] * MOST_CRASHES + [None]
    assert rig.ledger.status("job").error.startswith("chunk 1 of 2 crashed its worker process 10 times.")


def test_a_cancelled_job_starts_nothing(rig: LedgerRig) -> None:
    """No ticket begins; a chunk that was under way counts, and nothing follows it."""
    split(rig, 20)
    running, waiting = rig.take(), rig.take()
    rig.begin(running)
    rig.queue.tickets.clear()
    assert rig.ledger.cancel("job")
    assert rig.begin(waiting) is None
    assert rig.ledger.counted(running, 0, Tallied(10, 10), goes_on=True) is None
    assert rig.queue.tickets == []
    status = rig.ledger.status("job")
    assert (status.status, status.done, status.ended) == ("cancelled", 10, 10**6)
    assert not rig.ledger.cancel("job")


def test_a_resumed_job_does_what_is_missing(rig: LedgerRig) -> None:
    """Chunks that are done are not queued again; tickets of the first run do nothing."""
    split(rig, 3)
    done, old = rig.take(), rig.take()
    rig.begin(done)
    rig.ledger.counted(done, 0, Tallied(10, 10), goes_on=False)
    rig.ledger.cancel("job")
    rig.queue.tickets.clear()
    rig.ledger.resume("job")
    again = rig.take()
    assert (again.run, again.number, rig.begin(again)) == (2, SPLIT, SPLIT)
    rig.ledger.planned(again, Planned(3, 30), goes_on=False)
    assert [ticket.number for ticket in rig.queue.tickets] == [1, 2]
    assert rig.begin(old) is None


def test_what_an_earlier_run_left_at_work_carries_nothing(rig: LedgerRig) -> None:
    """A chunk of the first run that is done in the second counts there, and its worker stops."""
    split(rig, 30)
    old = rig.take()
    rig.begin(old)
    rig.ledger.cancel("job")
    rig.ledger.resume("job")
    rig.queue.tickets.clear()
    again = Ticket("job", "anna", 2, SPLIT)
    rig.begin(again)
    rig.ledger.planned(again, Planned(30, 300), goes_on=False)
    assert rig.ledger.counted(old, 0, Tallied(10, 10), goes_on=True) is None
    assert rig.ledger.status("job").done == 10
    assert rig.begin(Ticket("job", "anna", 2, 0)) is None


def test_states_that_can_not_be_left(rig: LedgerRig) -> None:
    """A completed job is neither cancelled nor resumed; resuming a running one changes nothing."""
    ticket, _ = split(rig, 0, goes_on=True)
    rig.ledger.resume("job")
    assert rig.ledger.status("job").status == "running"
    rig.begin(ticket)
    rig.ledger.finished(ticket, goes_on=False)
    with pytest.raises(JobConflict, match="'job' is completed and can't be cancelled"):
        rig.ledger.cancel("job")
    with pytest.raises(JobConflict, match="'job' is completed and can't be resumed"):
        rig.ledger.resume("job")


def test_a_job_that_is_not_there(rig: LedgerRig) -> None:
    """Everything that names it says so, and a ticket of it does nothing."""
    for ask in (rig.ledger.status, rig.ledger.cancel, rig.ledger.resume):
        with pytest.raises(UnknownJob, match="there is no job 'none'"):
            ask("none")
    ticket = Ticket("none", "anna", 1, 0)
    assert rig.begin(ticket) is None
    assert rig.ledger.planned(ticket, Planned(1, 1), goes_on=True) is None
    assert rig.ledger.counted(ticket, 0, Tallied(1, 1), goes_on=True) is None
    rig.ledger.finished(ticket, goes_on=True)
    rig.ledger.failed(ticket, 0, "?", for_good=True)


def test_the_rate_is_that_of_late(rig: LedgerRig) -> None:
    """Ten rows a second, then a pause: the rate falls, and what is left takes longer."""
    split(rig, 100)
    for number in range(40):
        rig.clock.now += 1
        rig.ledger.counted(Ticket("job", "anna", 1, number), number, Tallied(10, 9, 1), goes_on=False)
    status = rig.ledger.status("job")
    assert (status.rate, status.eta_s) == (10.0, 60.0)
    rig.clock.now += 32
    status = rig.ledger.status("job")
    assert (status.rate, status.eta_s) == (5.0, 120.0)


def test_jobs_are_listed_page_by_page(rig: LedgerRig) -> None:
    """The newest first, those of one moment in a steady order, each once, and nobody else's."""
    for number in range(7):
        rig.clock.now += number % 2
        rig.ledger.add(f"job{number}", "anna", None, 0)
        rig.ledger.add(f"other{number}", "bert", None, 0)
    whole = [status.job_id for status in rig.ledger.newest("anna", 50, None)]
    assert whole == [f"job{number}" for number in (6, 5, 4, 3, 2, 1, 0)]
    first = [status.job_id for status in rig.ledger.newest("anna", 3, None)]
    second = [status.job_id for status in rig.ledger.newest("anna", 3, first[-1])]
    third = [status.job_id for status in rig.ledger.newest("anna", 3, second[-1])]
    assert first + second + third == whole
    with pytest.raises(UnknownJob):
        rig.ledger.newest("anna", 3, "other1")


def test_jobs_that_ended_long_ago_are_forgotten(rig: LedgerRig) -> None:
    """Only what ended, and only after its time."""
    rig.ledger.add("old", "anna", None, 0)
    rig.ledger.cancel("old")
    rig.ledger.add("open", "anna", None, 0)
    rig.clock.now += 100
    rig.ledger.add("young", "anna", None, 0)
    rig.ledger.cancel("young")
    assert rig.ledger.ended_before(100, 10) == ["old"]
    rig.ledger.forget("old")
    assert rig.ledger.ended_before(100, 10) == []
    with pytest.raises(UnknownJob):
        rig.ledger.status("old")


@dataclass
class Lane:
    """A worker that carries out a ticket, at some point of it; ``is_ghost`` when it was wrongly taken for dead."""

    ticket: Ticket
    number: int | None
    is_ghost: bool = False


def step(rig: LedgerRig, lane: Lane, chance: random.Random, *, fails: bool) -> None:
    """Let a lane finish the task it is at, and begin the next one if it goes on."""
    goes_on = chance.random() < 0.7
    assert lane.number is not None
    if lane.number == SPLIT:
        number = rig.ledger.planned(lane.ticket, Planned(9, 90), goes_on=goes_on)
    elif lane.number == FINISH:
        number = rig.ledger.finished(lane.ticket, goes_on=goes_on)  # type: ignore[func-returns-value]
    elif fails and chance.random() < 0.1:
        number = rig.ledger.failed(lane.ticket, lane.number, "by chance", for_good=False)
    else:
        number = rig.ledger.counted(lane.ticket, lane.number, Tallied(10, 9, 1, {"name": 1}), goes_on=goes_on)
    lane.number = None if number is None else rig.begin(lane.ticket)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32))
@example(2_181)
@example(268_081)
def test_no_order_of_events_loses_or_doubles_a_chunk(seed: int) -> None:
    """Workers die and come back, are wrongly taken for dead, jobs fail, are cancelled and resumed: all counts once."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, open_ledger_rig(Path(folder)) as rig:
        rig.ledger.add("job", "anna", None, chance.choice((0, 1, 3)))
        # Resuming mends a lot, so some jobs have to do without.
        fails, cancels = chance.choice(((False, False), (True, False), (False, True)))
        lanes: list[Lane] = []
        for turn in range(2_000):
            status = rig.ledger.status("job")
            if status.status == JobState.COMPLETED:
                break
            if status.status in {JobState.FAILED, JobState.CANCELLED}:
                rig.ledger.resume("job")
            event = chance.random()
            if cancels and event < 0.05 and turn < 200:
                rig.ledger.cancel("job")
                # The engine takes some of its tickets out of the queue, but not what is begun.
                rig.queue.tickets[:] = [ticket for ticket in rig.queue.tickets if chance.random() < 0.5]
            elif event < 0.4 and rig.queue.tickets:
                ticket = rig.queue.tickets.pop(chance.randrange(len(rig.queue.tickets)))
                lanes.append(Lane(ticket, rig.begin(ticket)))
            elif lanes:
                lane = chance.choice(lanes)
                if event < 0.5 and turn < 200:
                    # Its worker dies, or is taken for dead and lives on: the ticket goes back, once.
                    if not lane.is_ghost:
                        rig.queue.tickets.append(lane.ticket)
                    lane.is_ghost = True
                    if event < 0.45:
                        lanes.remove(lane)
                elif lane.number is None:
                    lanes.remove(lane)
                else:
                    step(rig, lane, chance, fails=fails)
        status = rig.ledger.status("job")
    assert (status.status, status.total, status.done, status.failed) == ("completed", 90, 81, 9)
    assert status.fallbacks == {"name": 9}


def test_the_fate_of_a_webhook_is_booked(rig: LedgerRig) -> None:
    """Waiting when the job ends; then the tries, what was said, when it is tried next; resumed, a job has a new one."""
    rig.ledger.add("job", "anna", "https://hooks.example.com/x", 0)
    ticket = rig.take()
    rig.begin(ticket)
    assert rig.ledger.status("job").webhook is None
    rig.ledger.failed(ticket, SPLIT, "the list is wrong", for_good=True)
    assert rig.ledger.status("job").webhook == WebhookStatus(WebhookState.WAITING, 0, None, "")
    (notice,) = rig.queue.notices
    later = rig.later(notice, 300.0)
    rig.ledger.webhook_later(later, "'hooks.example.com' answered with 503")
    next_try = int(rig.clock.now) + 300
    told = WebhookStatus(WebhookState.RETRYING, 1, next_try, "'hooks.example.com' answered with 503")
    assert rig.ledger.status("job").webhook == told
    assert rig.queue.notices == [notice, later]
    rig.ledger.resume("job")
    assert rig.ledger.status("job").webhook is None
    # What comes of the one before tells nothing of the next one.
    rig.ledger.webhook_ended(later, WebhookState.GIVEN_UP, "no more")
    assert rig.ledger.status("job").webhook is None
