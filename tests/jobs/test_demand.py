"""What waits for workers, as a server asks for it that has none running."""

from pathlib import Path

import pytest
from sqlalchemy import update

from imgurl.database import writing
from imgurl.errors import DatabaseDown
from imgurl.jobs.database import JOBS, open_database
from imgurl.jobs.demand import Demand
from imgurl.jobs.port import FILE_NAME, RETENTION_SECONDS, WebhookState
from imgurl.jobs.rows import FINISH, SPLIT
from tests.jobs.ledger_rig import LedgerRig, Planned, Tallied, open_ledger_rig

HOOK = "https://hooks.example.com/x"


def asked(folder: Path, rig: LedgerRig) -> int:
    """Return the demand at the time of the rig, asked by somebody new."""
    demand = Demand(folder, None, rig.clock)
    try:
        return demand()
    finally:
        demand.close()


def complete(rig: LedgerRig, job_id: str, webhook: str | None = None) -> None:
    """Do a job of one chunk."""
    rig.ledger.add(job_id, "anna", webhook, 0)
    ticket = rig.take()
    assert rig.begin(ticket) == SPLIT
    rig.ledger.planned(ticket, Planned(1, 5), goes_on=True)
    assert rig.begin(ticket) == 0
    assert rig.ledger.counted(ticket, 0, Tallied(5, 5), goes_on=True) == FINISH
    assert rig.begin(ticket) == FINISH
    rig.ledger.finished(ticket, goes_on=True)


def test_asking_makes_no_database(tmp_path: Path) -> None:
    """A server to which nobody sent a batch has no database of jobs, and none is made."""
    demand = Demand(tmp_path, None)
    assert demand() == 0
    assert not (tmp_path / FILE_NAME).exists()
    open_database(tmp_path, None).dispose()
    assert demand() == 0
    demand.close()


def test_tasks_are_counted(tmp_path: Path) -> None:
    """A job that waits is something to do for one worker, its chunks for several; what ended is for none."""
    with open_ledger_rig(tmp_path) as rig:
        rig.ledger.add("job", "anna", None, 0)
        assert asked(tmp_path, rig) == 1
        ticket = rig.take()
        rig.begin(ticket)
        rig.ledger.planned(ticket, Planned(3, 30), goes_on=False)
        assert asked(tmp_path, rig) == 3
        rig.ledger.cancel("job")
        assert asked(tmp_path, rig) == 0
        rig.ledger.resume("job")
        # It is split again, into the same chunks.
        assert asked(tmp_path, rig) == 1
        rig.ledger.cancel("job")
        rig.queue.tickets.clear()
        complete(rig, "other")
        assert asked(tmp_path, rig) == 0


def test_a_write_is_seen_at_the_next_look(tmp_path: Path) -> None:
    """Where there was nothing to do the files alone are looked at, and a job of another process changes them."""
    with open_ledger_rig(tmp_path) as rig:
        demand = Demand(tmp_path, None, rig.clock)
        assert [demand(), demand()] == [0, 0]
        for number in range(3):
            rig.ledger.add(f"job-{number}", "anna", None, 0)
            assert [demand(), demand()] == [1, 1]
            rig.ledger.cancel(f"job-{number}")
            assert [demand(), demand()] == [0, 0]
        demand.close()


def test_a_webhook_is_something_to_do_when_it_is_due(tmp_path: Path) -> None:
    """At once when the job ends, and again when its pause is over; not between, and not when it was delivered."""
    with open_ledger_rig(tmp_path) as rig:
        complete(rig, "job", HOOK)
        assert asked(tmp_path, rig) == 1
        (notice,) = rig.queue.notices
        rig.ledger.webhook_later(rig.later(notice, 300.0), "'hooks.example.com' answered with 503")
        assert asked(tmp_path, rig) == 0
        rig.clock.now += 300
        assert asked(tmp_path, rig) == 1
        rig.ledger.webhook_ended(rig.later(notice, 0.0), WebhookState.DELIVERED, "took it")
        assert asked(tmp_path, rig) == 0


def test_old_jobs_are_something_to_do_each_hour(tmp_path: Path) -> None:
    """A worker purges them when it starts; where it could not, the next try is an hour later."""
    with open_ledger_rig(tmp_path) as rig:
        complete(rig, "job")
        engine = open_database(tmp_path, None)
        with writing(engine) as connection:
            long_ago = int(rig.clock.now - RETENTION_SECONDS) * 1000
            connection.execute(update(JOBS).values(ended=long_ago))
        engine.dispose()
        demand = Demand(tmp_path, None, rig.clock)
        assert [demand(), demand()] == [1, 0]
        demand.close()


def test_a_database_that_does_not_answer_is_reported(tmp_path: Path) -> None:
    """With the error that whoever asks waits for."""
    with pytest.raises(DatabaseDown):
        Demand(tmp_path, "postgresql://nobody@127.0.0.1:1/imgurl")()


def test_demand_on_postgres(tmp_path: Path, postgres_url: str) -> None:
    """The same question there."""
    with open_ledger_rig(tmp_path, postgres_url) as rig:
        demand = Demand(tmp_path, postgres_url, rig.clock)
        assert demand() == 0
        rig.ledger.add("job", "anna", HOOK, 0)
        assert demand() == 1
        demand.close()
