"""Jobs on the real engine: failures, cancelling, fairness, webhooks, purging, and what the database may not do."""

import base64
import contextlib
import pickle
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest
from dbos import _serialization

from imgurl.errors import SettingsError
from imgurl.jobs.durable import WEBHOOKS, DurableJobs
from imgurl.jobs.lazy import open_jobs
from imgurl.jobs.port import JobState, WebhookState, WebhookStatus
from tests.jobs.sandbox import JobSandbox, Order
from tests.jobs.test_kills import counts, result_of

HOOK = "https://hooks.example.com"


def test_a_job_is_done(place: JobSandbox) -> None:
    """Submitted before any worker lives, done by the first one: counts, result, and nothing done twice."""
    order = Order(chunks=12)
    assert place.submit("job", order).status == JobState.QUEUED
    place.start("one")
    assert counts(place.finish("job")) == (JobState.COMPLETED, 120, 108, 12, 24)
    assert place.work.result("job") == result_of(order)
    assert place.work.executions("job", "began") == 12


def test_many_submit_one_job(place: JobSandbox) -> None:
    """Twenty threads submit the same id: there is one job, with one ticket."""
    place.work.accept("job", Order(chunks=2))
    with ThreadPoolExecutor(20) as pool:
        seen = list(pool.map(lambda _: place.jobs.submit("job", "anna").job_id, range(20)))
    assert seen == ["job"] * 20
    assert [status.job_id for status in place.jobs.list("anna", 10)] == ["job"]
    place.start("one")
    place.finish("job")
    assert place.work.executions("job", "began") == 2


def test_a_chunk_that_raises_once(small: JobSandbox) -> None:
    """It is tried again, and the job is completed."""
    order = Order(chunks=6, raises={"3": 1})
    small.submit("job", order)
    small.start("one")
    assert counts(small.finish("job")) == (JobState.COMPLETED, 60, 54, 6, 12)
    assert small.work.executions("job", "began 3 ") == 2


def test_a_chunk_that_always_raises(small: JobSandbox) -> None:
    """The job fails with a sentence; neither it nor the log holds the words of the error. Resuming does the rest."""
    order = Order(chunks=6, raises={"3": 3})
    small.submit("job", order)
    small.start("one")
    status = small.finish("job")
    assert (status.status, status.error) == (
        JobState.FAILED,
        "chunk 4 of 6 failed: ValueError; see the worker's log. "
        "Finished chunks are kept; resume the job to do the rest.",
    )
    assert small.work.executions("job", "began 3 ") == 3
    assert "run_chunk" in small.log()
    assert "Mia Secret" not in small.log()
    done = small.chunks_written("job")
    assert small.jobs.resume("job").status == JobState.QUEUED
    assert counts(small.finish("job")) == (JobState.COMPLETED, 60, 54, 6, 12)
    assert small.work.result("job") == result_of(order)
    assert small.work.executions("job", "began") == done + 3 + 6 - done


def test_a_mistake_of_the_list_is_not_tried_again(small: JobSandbox) -> None:
    """An error of ours that trying again can't mend fails the job at once, with its own words."""
    small.submit("job", Order(chunks=3, raises={"0": 9}, kind="list"))
    small.start("one")
    status = small.finish("job")
    assert (
        status.error
        == "chunk 1 of 3 failed: the list is wrong. Finished chunks are kept; resume the job to do the rest."
    )
    assert small.work.executions("job", "began 0 ") == 1


def test_cancel_and_resume(place: JobSandbox) -> None:
    """Cancelled in the middle nothing more begins; resumed, what was done is not done again."""
    order = Order(chunks=40, seconds=0.03)
    place.submit("job", order)
    place.start("one")
    place.wait(lambda: place.chunks_written("job") >= 5)
    assert place.jobs.cancel("job").status == JobState.CANCELLED
    # What is under way may finish: a job that comes later is begun behind it.
    place.submit("next", Order(chunks=1))
    place.finish("next")
    begun = place.work.executions("job", "began")
    assert 5 <= begun < 40
    status = place.jobs.status("job")
    assert (status.status, status.done) == (JobState.CANCELLED, 9 * begun)
    place.jobs.resume("job")
    assert counts(place.finish("job")) == (JobState.COMPLETED, 400, 360, 40, 80)
    assert place.work.executions("job", "began") == 40
    assert place.work.result("job") == result_of(order)


def test_owners_share_the_workers(place: JobSandbox) -> None:
    """A short list that comes after a long one of somebody else, or of the same owner, does not wait for it."""
    place.submit("long", Order(chunks=60, seconds=0.05), "anna")
    place.start("one")
    place.wait(lambda: place.chunks_written("long") >= 3)
    place.submit("other", Order(chunks=6, seconds=0.05), "bert")
    place.submit("own", Order(chunks=1, seconds=0.05), "anna")
    place.finish("other")
    place.finish("own")
    assert place.chunks_written("long") < 45


def test_a_job_holds_back(small: JobSandbox) -> None:
    """With one chunk at once, two workers do not do two of its chunks at the same time."""
    small.submit("job", Order(chunks=8, seconds=0.05), at_once=1)
    small.start("one")
    small.start("two")
    small.finish("job")
    kinds = [note.split()[0] for note in small.work.notes("job")]
    assert kinds == ["began", "wrote"] * 8


def test_webhooks(small: JobSandbox) -> None:
    """Sent once a job ends, again while the receiver says so or sending fails, and not after it says no."""
    for name, outcomes in {"good": "ok", "busy": "retry-raise-ok", "dead": "retry-retry-retry", "gone": "gone"}.items():
        small.submit(name, Order(chunks=1), webhook=f"{HOOK}/{outcomes}")
    small.submit("bad", Order(chunks=1, raises={"0": 9}, kind="list"), webhook=f"{HOOK}/ok")
    small.start("one")
    small.wait(lambda: len(small.delivery.sent()) == 1 + 3 + 3 + 1 + 1)
    event_ids = [str(webhook["event_id"]) for webhook in small.delivery.sent()]
    expected = {"msg_good_1": 1, "msg_busy_1": 3, "msg_dead_1": 3, "msg_gone_1": 1, "msg_bad_1": 1}
    assert {event: event_ids.count(event) for event in event_ids} == expected
    (first, *_, last) = (webhook["payload"] for webhook in small.delivery.sent() if webhook["event_id"] == "msg_busy_1")
    assert first == last
    assert first["type"] == "job.completed"  # type: ignore[index]
    assert first["data"] == {  # type: ignore[index]
        "job_id": "busy", "status": "completed", "total": 10, "done": 9, "failed": 1,
        "fallbacks": {"first_name": 2}, "error": "", "result_url": "/v1/jobs/busy/result",
    }  # fmt: skip
    endings = [webhook["payload"] for webhook in small.delivery.sent() if webhook["event_id"] == "msg_bad_1"]
    assert [payload["type"] for payload in endings] == ["job.failed"]  # type: ignore[index]


def test_the_status_says_what_became_of_the_webhook(small: JobSandbox) -> None:
    """Delivered, given up after the last try or the receiver's word, refused with the reason, waiting for the next."""
    hooks = {"good": "ok", "busy": "retry-ok", "dead": "retry-retry-retry", "gone": "gone", "bad": "refused"}
    for name, outcomes in hooks.items():
        small.submit(name, Order(chunks=1), webhook=f"{HOOK}/{outcomes}")
    small.submit("none", Order(chunks=1))
    assert [small.jobs.status(name).webhook for name in ("good", "none")] == [None, None]
    small.start("one")
    ended = {WebhookState.DELIVERED, WebhookState.REFUSED, WebhookState.GIVEN_UP}

    def is_told(name: str) -> bool:
        webhook = small.jobs.status(name).webhook
        return webhook is not None and webhook.state in ended

    small.wait(lambda: all(map(is_told, hooks)))
    small.finish("none")
    assert {name: small.jobs.status(name).webhook for name in (*hooks, "none")} == {
        "good": WebhookStatus(WebhookState.DELIVERED, 1, None, "toy"),
        "busy": WebhookStatus(WebhookState.DELIVERED, 2, None, "toy"),
        "dead": WebhookStatus(WebhookState.GIVEN_UP, 3, None, "toy"),
        "gone": WebhookStatus(WebhookState.GIVEN_UP, 1, None, "toy"),
        "bad": WebhookStatus(WebhookState.REFUSED, 1, None, "toy"),
        "none": None,
    }


def test_jobs_outlive_the_server(small: JobSandbox) -> None:
    """Submitted, then all processes end; another server sees the job, and its worker does it."""
    small.submit("job", Order(chunks=2))
    small.jobs.close()
    small.jobs = DurableJobs(small.folder, None)
    assert small.jobs.status("job").status == JobState.QUEUED
    small.start("one")
    assert small.finish("job").status == JobState.COMPLETED


def test_old_jobs_are_purged(place: JobSandbox) -> None:
    """A job that ended leaves nothing behind: no files, no rig, no tickets; an open one keeps everything."""
    client = place.jobs._client
    place.submit("old", Order(chunks=3), webhook=f"{HOOK}/ok")
    place.start("one")
    place.finish("old")
    place.wait(lambda: len(place.delivery.sent()) == 1)
    place.submit("old-1", Order(chunks=3, seconds=30))
    place.wait(lambda: place.jobs.status("old-1").status == JobState.RUNNING)
    place.wait(lambda: {each.status for each in client.list_workflows(queue_name=WEBHOOKS)} == {"SUCCESS"})
    assert place.jobs.purge(3600, place.work.forget) == 0
    assert place.jobs.purge(0, place.work.forget) == 1
    assert [status.job_id for status in place.jobs.list("anna", 10)] == ["old-1"]
    assert sorted(path.name for path in (place.folder / "work").iterdir()) == ["old-1"]
    assert {ticket.workflow_id.split(".")[0] for ticket in client.list_workflows()} == {"old-1"}


def test_the_hourly_purge_is_scheduled(small: JobSandbox) -> None:
    """A worker enters it once, and carries it out when its hour comes."""
    small.start("one")
    small.start("two")
    small.wait(lambda: small.log().count("worker started") == 2)
    client = small.jobs._client
    (schedule,) = client.list_schedules()
    assert (schedule["schedule_name"], schedule["schedule"]) == ("imgurl-purge", "17 * * * *")
    small.wait(lambda: client.get_latest_application_version()["version_name"] == "1")
    client.trigger_schedule("imgurl-purge")
    small.wait(lambda: "old jobs purged" in small.log())


class Shell:
    """What a pickle could do."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Run code when it is read."""
        return (Path.touch, (self._file,))


def test_pickled_rows_are_not_read(small: JobSandbox) -> None:
    """Whoever can write to the database can't run code in a worker: a row that says it is pickled is refused."""
    small.submit("job", Order(chunks=1))
    trap = small.folder / "trap"
    body = base64.b64encode(pickle.dumps({"args": (Shell(trap),), "kwargs": {}})).decode()
    with contextlib.closing(sqlite3.connect(small.folder / "jobs.db")) as database, database:
        database.execute("UPDATE workflow_status SET serialization = 'py_pickle'")
        database.execute("UPDATE workflow_input SET inputs = ?", [body])
    small.submit("next", Order(chunks=1))
    small.start("one")
    assert small.finish("next").status == JobState.COMPLETED
    assert "pickled rows in the database of jobs are not read" in small.log()
    assert not trap.exists()


def test_the_guard_is_of_this_version() -> None:
    """The guard against unpickling exchanges a private part of DBOS 3.4; with another minor version, look there again.

    What to look at: who binds ``DBOSDefaultSerializer`` or a ``DefaultSerializer`` of its own in ``dbos``, and whether
    DBOS has an option by now that makes the guard needless.
    """
    assert version("dbos").startswith("3.4.")
    assert [name for name in ("args", "value", "exception") if not hasattr(_serialization, f"deserialize_{name}")] == []


def test_jobs_do_not_open_where_the_guard_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A DBOS that reads pickled rows all the same ends the start, with a sentence that says what to install."""
    monkeypatch.setattr(_serialization, "deserialize_value", lambda *_: None)
    with pytest.raises(SettingsError, match=r"install dbos 3\.4"):
        open_jobs(tmp_path, None)


def test_what_is_in_the_database_is_json(small: JobSandbox) -> None:
    """No row of ours is pickled."""
    small.submit("job", Order(chunks=1), webhook=f"{HOOK}/ok")
    small.start("one")
    small.finish("job")
    small.wait(lambda: len(small.delivery.sent()) == 1)
    with contextlib.closing(sqlite3.connect(small.folder / "jobs.db")) as database:
        kinds = database.execute("SELECT DISTINCT serialization FROM workflow_status").fetchall()
        modes = database.execute("PRAGMA journal_mode").fetchall()
    assert (kinds, modes) == ([("portable_json",)], [("wal",)])
    assert (small.folder / "jobs.db").stat().st_mode & 0o777 == 0o600


# Does a job in its own process, and says what it connected to.
WATCHED = """
import json, sys, threading
from pathlib import Path
seen = []
sys.addaudithook(lambda event, given: event.startswith("socket.") and seen.append(event))
from imgurl.jobs.durable import DurableJobs
from imgurl.jobs.port import WorkerHandlers, WebhookState, WebhookStatus
from tests.jobs.sandbox import QUICK, Order, RecordingWork
folder = Path(sys.argv[1])
work = RecordingWork(folder / "work")
work.accept("job", Order(2))
jobs = DurableJobs(folder, None, QUICK)
jobs.submit("job", "anna")
stop = threading.Event()
def watch():
    while jobs.status("job").status != "completed":
        stop.wait(0.05)
    stop.set()
threading.Thread(target=watch).start()
jobs.run_worker(WorkerHandlers(work, None, (), work.forget), "one", stop, 5)
print(json.dumps(sorted(set(seen) & {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})))
"""


def test_the_engine_calls_nobody(tmp_path: Path) -> None:
    """From its import to its end the engine connects to nobody and looks no name up."""
    command = [sys.executable, "-c", WATCHED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("url", ["mysql://db/imgurl", "no url", "postgres"])
def test_a_database_url_of_another_kind(tmp_path: Path, url: str) -> None:
    """Refused with a sentence that holds nothing of it."""
    with pytest.raises(SettingsError, match="IMGURL_DATABASE_URL") as caught:
        open_jobs(tmp_path, url)
    assert url not in str(caught.value).replace("postgresql", "")
