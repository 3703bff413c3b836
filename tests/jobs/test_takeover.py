"""Who lives: one process an id, and the work of those that are gone."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imgurl.errors import DatabaseDown, SettingsError, WorkerTaken
from imgurl.jobs.database import open_database
from imgurl.jobs.locks import FileLocks, Locks
from imgurl.jobs.postgres_locks import PostgresLocks, open_locks
from imgurl.jobs.takeover import Takeover
from tests.servers.postgres import run_postgres

Opening = Callable[[], Locks]

# Holds an id until its standard input is closed.
HOLDER = """
import sys
from pathlib import Path
from imgurl.jobs.database import open_database
from imgurl.jobs.postgres_locks import open_locks
data = Path(sys.argv[1])
locks = open_locks(open_database(data, sys.argv[2] or None), data)
print(locks.take("anna"), flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """The database."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def opening(url: str | None, tmp_path: Path) -> Iterator[Opening]:
    """Opens locks as another process would."""
    engine = open_database(tmp_path, url)
    opened: list[Locks] = []

    def another() -> Locks:
        opened.append(open_locks(engine, tmp_path))
        return opened[-1]

    yield another
    for locks in opened:
        locks.close()
    engine.dispose()


def test_one_process_an_id(opening: Opening) -> None:
    """A second one does not get it, and gets it when the first gives it back."""
    first, second = opening(), opening()
    assert [first.take("anna"), first.take("anna"), second.take("anna")] == [True, True, False]
    assert second.take("bert")
    first.drop("anna")
    assert second.take("anna")
    second.close()
    assert first.take("anna")


def test_a_killed_process_holds_nothing(opening: Opening, url: str | None, tmp_path: Path) -> None:
    """kill -9: the id is free, without anybody waiting for a timeout."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path), url or ""]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        assert not opening().take("anna")
        holder.kill()
    takeover = Takeover(opening(), "anna", list, lambda _: 0)
    takeover.hold()


def test_a_second_worker_of_an_id_is_reported(opening: Opening) -> None:
    """A sentence that says what to do."""
    Takeover(opening(), "anna", list, lambda _: 0).hold()
    with pytest.raises(
        WorkerTaken, match="a worker with the id 'anna' is already running; set another IMGURL_WORKER_ID"
    ):
        Takeover(opening(), "anna", list, lambda _: 0).hold(patience_seconds=0.2)


@pytest.mark.parametrize("worker_id", ["", "a/b", "a b", "ä", "x" * 65, "a\n"])
def test_ids_that_can_be_no_file_are_refused(tmp_path: Path, worker_id: str) -> None:
    """An id is the name of a file."""
    with pytest.raises(SettingsError, match="is not a valid worker id"):
        Takeover(FileLocks(tmp_path), worker_id, list, lambda _: 0)


def test_the_dead_are_taken_over_when_they_were_seen_twice(opening: Opening) -> None:
    """Busy and without a lock, two times in a row; the living, and oneself, never."""
    alive = opening()
    alive.take("bert")
    busy, released = {"anna", "bert", "carl"}, list[str]()

    def release(worker_id: str) -> int:
        released.append(worker_id)
        busy.discard(worker_id)
        return 3

    anna = Takeover(opening(), "anna", lambda: busy, release)
    assert (anna.tick(), released) == (0, [])
    assert (anna.tick(), released) == (3, ["carl"])
    assert (anna.tick(), released) == (0, ["carl"])


def test_one_that_comes_back_is_left_alone(opening: Opening) -> None:
    """Dead at the first look, alive at the second: nothing is taken."""
    other = opening()
    anna = Takeover(opening(), "anna", lambda: {"carl"}, lambda _: pytest.fail("taken over"))
    anna.tick()
    other.take("carl")
    anna.tick()
    other.drop("carl")
    anna.tick()


def test_two_do_not_take_over_from_one(opening: Opening) -> None:
    """While one takes over, the dead one's id is taken for all others."""
    third = opening()
    anna = Takeover(opening(), "anna", lambda: {"carl"}, lambda _: 10 + third.take("carl"))
    anna.tick()
    assert anna.tick() == 10
    assert third.take("carl")


def test_a_worker_whose_id_was_lost_ends(opening: Opening) -> None:
    """Its id is another's: it stops working at once, before both do the same."""
    locks = opening()
    anna = Takeover(locks, "anna", list, lambda _: 0)
    anna.hold()
    locks.drop("anna")
    opening().take("anna")
    stop = threading.Event()
    watch = threading.Thread(target=anna.watch, args=[stop, 0.01])
    watch.start()
    assert stop.wait(30)
    watch.join()


def test_a_postgres_that_restarts(tmp_path: Path) -> None:
    """All locks are gone for a moment: who lives takes its own again before anybody looks twice."""
    with run_postgres() as server:
        engine = open_database(tmp_path, server.new_database())
        anna, bert = PostgresLocks(engine), PostgresLocks(engine)
        assert (anna.take("anna"), bert.take("bert")) == (True, True)
        server.kill()
        with pytest.raises(DatabaseDown):
            anna.take("anna")
        server.start()
        assert (anna.take("anna"), bert.take("bert"), bert.take("anna")) == (True, True, False)
        anna.close()
        bert.close()
        engine.dispose()


def test_locks_do_not_outlive_a_child(tmp_path: Path) -> None:
    """A program that a worker starts does not inherit its lock."""
    locks, others = FileLocks(tmp_path), FileLocks(tmp_path)
    locks.take("anna")
    command = [sys.executable, "-c", "print('here', flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n"
        locks.close()
        assert others.take("anna")
        child.communicate(b"\n")
    others.close()
    assert os.listdir(tmp_path) == ["anna.lock"]
