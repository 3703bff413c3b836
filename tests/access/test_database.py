"""Facts of imgurl.access.database."""

import contextlib
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from imgurl.access.database import open_database
from imgurl.access.keys import ApiKeys, Scope
from imgurl.access.tokens import FILE_NAME
from imgurl.database import reading, writing
from imgurl.errors import DatabaseDown, SettingsError
from tests.access.conftest import Opened

# Opens the database, makes a key named after the process and says so.
MAKER = """
import sys
import time
from pathlib import Path
from imgurl.access.database import open_database
from imgurl.access.keys import ApiKeys, Scope
from imgurl.access.tokens import FILE_NAME
engine = open_database(Path(sys.argv[1]), sys.argv[2] or None)
for number in range(5):
    ApiKeys(engine).create(f"p{sys.argv[3]}-{number}", [Scope.READ])
print("made")
"""


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """access.db and what SQLite puts next to it have mode 0600; the data folder is made."""
    engine = open_database(tmp_path / "data", None)
    ApiKeys(engine).create("crm", [Scope.READ])
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    assert FILE_NAME in files
    assert set(files.values()) == {0o600}
    engine.dispose()


def test_sqlite_writes_ahead(tmp_path: Path) -> None:
    """Readers don't wait for a writer: journal mode WAL."""
    engine = open_database(tmp_path, None)
    with reading(engine) as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    engine.dispose()


def test_sqlite_knows_milliseconds(tmp_path: Path) -> None:
    """Whatever its version: the engine of jobs asks for them (3.42 and newer have them by themselves)."""
    engine = open_database(tmp_path, None)
    with reading(engine) as connection:
        before = time.time() - 0.001
        told = connection.scalar(text("SELECT unixepoch('subsec')"))
        assert before <= told <= time.time() + 0.001
    engine.dispose()


def test_processes_may_begin_together(database_url: str | None, tmp_path: Path, opened: Opened) -> None:
    """Three processes that open an empty database at once and write: all succeed, nothing is lost."""
    command = [sys.executable, "-c", MAKER, str(tmp_path), database_url or ""]
    running = [
        subprocess.Popen([*command, str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for number in range(3)
    ]
    outcomes = [process.communicate(timeout=60) for process in running]
    assert outcomes == [("made\n", "")] * 3
    assert len(ApiKeys(opened()).list()) == 15


def test_a_reader_does_not_wait_for_a_writer(opened: Opened) -> None:
    """While one process is in the middle of a change, another finds what was there before."""
    first, second = opened(), opened()
    token, _ = ApiKeys(first).create("crm", [Scope.READ])
    with writing(first) as connection:
        connection.execute(text("UPDATE imgurl_api_keys SET revoked = 1"))
        assert ApiKeys(second).find(token.text) is not None
    assert ApiKeys(second).find(token.text) is None


def test_half_a_change_is_none(engine: Engine) -> None:
    """What fails in the middle leaves nothing behind."""
    ApiKeys(engine).create("crm", [Scope.READ])
    with contextlib.suppress(ZeroDivisionError), writing(engine) as connection:
        connection.execute(text("DELETE FROM imgurl_api_keys"))
        raise ZeroDivisionError
    assert len(ApiKeys(engine).list()) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://user:verysecret@db/keys", "must begin with postgresql://"),
        ("verysecret", "is not a valid URL"),
        ("://verysecret", "is not a valid URL"),
        ("sqlite:///verysecret", "must begin with postgresql://"),
    ],
)
def test_another_kind_of_url_is_a_wrong_setting(url: str, words: str, tmp_path: Path) -> None:
    """The message says what to write and repeats nothing of the URL: it may hold a password."""
    with pytest.raises(SettingsError, match=words) as raised:
        open_database(tmp_path, url)
    assert "verysecret" not in str(raised.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_database_that_is_away_is_down(scheme: str, tmp_path: Path) -> None:
    """DatabaseDown with status 503; the message names neither host nor password."""
    with pytest.raises(DatabaseDown) as raised:
        open_database(tmp_path, f"{scheme}://user:verysecret@127.0.0.1:1/keys")
    assert raised.value.status_hint == 503
    assert [word for word in ("verysecret", "127.0.0.1") if word in str(raised.value)] == []


def test_a_damaged_file_is_down(tmp_path: Path) -> None:
    """A file that is not a database is an error of the database, not of Python."""
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseDown):
        open_database(tmp_path, None)
