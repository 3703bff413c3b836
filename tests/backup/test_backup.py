"""What was backed up comes back byte for byte, taken in one moment, or not at all."""

import contextlib
import errno
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.access.database import open_database
from imgurl.access.keys import ApiKeys
from imgurl.access.tokens import Token
from imgurl.backup.manifest import FORMAT, NAME, read_manifest
from imgurl.backup.restoring import restore
from imgurl.backup.writing import write_backup
from imgurl.config import Secret, Settings, shipped
from imgurl.errors import BackupError, ImgurlError, SettingsError
from imgurl.files import write_whole
from imgurl.urls.keychange import make_first_key
from imgurl.urls.keyfile import load_keys
from tests.backup.conftest import LONG_AGO
from tests.web.server import KEYS


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by their names, hidden ones and databases left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and ".db" not in path.name
    }


def packed(path: Path, files: dict[str, bytes], manifest: dict[str, object] | None = None) -> Path:
    """Write a ZIP file of these files, with a manifest that fits them unless another is given."""
    members = [
        {"name": name, "size": len(body), "sha256": sha256(body).hexdigest(), "modified": 0.0}
        for name, body in files.items()
    ]
    good = {
        "format": FORMAT, "imgurl": "0.1.0", "created": 0.0, "members": members, "settings": [], "elsewhere": [],
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
        archive.writestr(NAME, json.dumps(manifest or good))
    return path


def test_what_was_backed_up_comes_back(settings: Settings, token: Token, tmp_path: Path) -> None:
    """Keys, versions with the time of their use, results and designs: the same bytes; nothing that is made again."""
    made = write_backup(settings, tmp_path / "backups" / "today.zip")
    assert restore(tmp_path / "backups" / "today.zip", tmp_path / "there") == made
    here, there = contents(settings.data), contents(tmp_path / "there" / "imgurl-data")
    assert there == {name: body for name, body in here.items() if not name.startswith(("cache", "server-address"))}
    assert contents(tmp_path / "there" / "designs") == contents(settings.designs)
    assert {path.stat().st_mtime for path in (tmp_path / "there").rglob("versions/card/*.json")} == {LONG_AGO}
    engine = open_database(tmp_path / "there" / "imgurl-data", None)
    assert ApiKeys(engine).find(token.text) is not None
    engine.dispose()
    assert load_keys(tmp_path / "there" / "imgurl-data", None).signing == load_keys(settings.data, None).signing


def test_a_design_that_is_a_link_comes_back_as_a_folder(settings: Settings, tmp_path: Path) -> None:
    """A server shows it like any other; a link to a folder that it is in has no end, and is left out."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "design.json").write_text("{}")
    (settings.designs / "linked").symlink_to(tmp_path / "elsewhere")
    (settings.designs / "card" / "round").symlink_to(settings.designs)
    write_backup(settings, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "there")
    assert contents(tmp_path / "there" / "designs") == {**contents(settings.designs), "linked/design.json": b"{}"}


def test_a_folder_in_it_that_can_not_be_read_is_an_error(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup without it would look complete."""
    listed = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        if path.name == "card":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    with pytest.raises(BackupError, match=r"the folder .*/card can't be read \(Permission denied\)"):
        write_backup(settings, tmp_path / "b.zip")


def test_only_the_owner_reads_it(settings: Settings, token: Token, tmp_path: Path) -> None:
    """A backup holds signing keys: neither it nor what comes of it is for others, whatever the umask."""
    before = os.umask(0)
    try:
        write_backup(settings, tmp_path / "b.zip")
        restore(tmp_path / "b.zip", tmp_path / "there")
    finally:
        os.umask(before)
    data = tmp_path / "there" / "imgurl-data"
    secrets = (tmp_path / "b.zip", data / "keys.json", data / "access.db", data / "campaigns.db")
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_came_with_the_package_is_left_out(settings: Settings, tmp_path: Path) -> None:
    """The shipped designs and fonts belong to the next version of the package; fonts of one's own are taken."""
    made = write_backup(replace(settings, designs=shipped("designs")), tmp_path / "b.zip")
    assert made.folders == {"imgurl-data"}
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "fonts.json").write_text("{}")
    assert write_backup(replace(settings, fonts=tmp_path / "fonts"), tmp_path / "c.zip").folders == {
        "imgurl-data", "designs", "fonts",
    }  # fmt: skip


def test_it_says_what_is_somewhere_else(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of the environment are not in it, nor any value of a setting; the names of both are."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", KEYS)
    monkeypatch.setenv("IMGURL_BASE_URL", "https://img.example.com")
    (settings.data / "keys.json").unlink()
    secret = replace(settings, signing_keys=Secret(KEYS), database_url=Secret("postgresql://ann:pw@db/imgurl"))
    made = write_backup(secret, tmp_path / "b.zip")
    assert made.elsewhere == ("IMGURL_DATABASE_URL", "IMGURL_SIGNING_KEYS")
    assert made.settings == ("IMGURL_BASE_URL", "IMGURL_SIGNING_KEYS")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert (KEYS.encode() in everything, b"ann:pw" in everything, b"img.example.com" in everything) == (False,) * 3


@contextlib.contextmanager
def meanwhile(work: Callable[[int], object]) -> Iterator[None]:
    """Do something over and over in another thread, with a number that grows."""
    stop = threading.Event()

    def over_and_over() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            work(number)

    thread = threading.Thread(target=over_and_over)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_database_is_as_it_was_in_one_moment(settings: Settings, tmp_path: Path) -> None:
    """Two rows of one transaction are both in a backup or both not, while somebody writes all the time."""
    open_database(settings.data, None).dispose()
    path = settings.data / "access.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE pairs (number INTEGER)")

    def write(number: int) -> None:
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as database, database:
            database.execute("INSERT INTO pairs VALUES (?)", (number,))
            database.execute("INSERT INTO pairs VALUES (?)", (number,))

    counts = []
    with meanwhile(write):
        for number in range(5):
            write_backup(settings, tmp_path / f"{number}.zip")
            restore(tmp_path / f"{number}.zip", tmp_path / str(number))
    for number in range(5):
        with contextlib.closing(sqlite3.connect(tmp_path / str(number) / "imgurl-data" / "access.db")) as database:
            rows, pairs = database.execute("SELECT count(*), 2 * count(DISTINCT number) FROM pairs").fetchone()
            assert rows == pairs
            counts.append(rows)
    assert counts == sorted(counts)


def test_a_design_is_as_it_was_in_one_moment(settings: Settings, tmp_path: Path) -> None:
    """Two files that are saved one after the other are of the same save, however often somebody saves."""
    card = settings.designs / "card"
    saved = threading.Event()

    def save(number: int) -> None:
        for name in ("first.txt", "second.txt"):
            write_whole(card / name, b"%d" % number, mode=0o644, durable=False)
        saved.set()
        threading.Event().wait(0.05)  # people pause between two saves

    with meanwhile(save):
        assert saved.wait(10)
        for number in range(3):
            write_backup(settings, tmp_path / f"{number}.zip")
            with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
                assert archive.read("designs/card/first.txt") == archive.read("designs/card/second.txt")


def test_keys_that_do_not_open_are_found_when_they_are_backed_up(settings: Settings, tmp_path: Path) -> None:
    """Not years later: no key and a damaged one are refused, and no file is left."""
    (settings.data / "keys.json").write_text("{")
    (settings.data / "keys.json").chmod(0o600)
    with pytest.raises(SettingsError, match=r"keys\.json"):
        write_backup(settings, tmp_path / "b.zip")
    (settings.data / "keys.json").unlink()
    with pytest.raises(SettingsError, match="no signing key"):
        write_backup(settings, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_a_damaged_database_is_found_when_it_is_backed_up(settings: Settings, tmp_path: Path) -> None:
    """A file that is no database, and one with a damaged page."""
    (settings.data / "access.db").write_bytes(b"SQLite format 3\0" + bytes(5_000))
    with pytest.raises(BackupError, match=r"access\.db"):
        write_backup(settings, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_a_name_that_others_can_not_have_is_found_when_it_is_backed_up(settings: Settings, tmp_path: Path) -> None:
    """A colon is fine here and a drive elsewhere."""
    (settings.designs / "card" / "a:b.png").write_bytes(b"")
    with pytest.raises(BackupError, match=r"a:b\.png has a name that not every system can have"):
        write_backup(settings, tmp_path / "b.zip")


@pytest.mark.parametrize(
    "name",
    [
        "../keys.json", "imgurl-data/../../x", "/etc/x", "imgurl-data//x", "imgurl-data/", "imgurl-data", "x",
        "etc/passwd", "designs/..", "designs/.hidden", "designs\\x", "designs/C:x", "designs/a\\b", "designs/a\nb",
    ],
)  # fmt: skip
def test_a_name_outside_its_folders_is_refused(name: str, tmp_path: Path) -> None:
    """Whatever the manifest says: nothing is written anywhere."""
    path = packed(tmp_path / "b.zip", {name: b"x"})
    with pytest.raises(BackupError):
        restore(path, tmp_path / "there")
    assert not (tmp_path / "there").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["b.zip"]


def test_a_file_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    """A ZIP file of some kilobytes may unpack to gigabytes: no more is written than the manifest says, and a byte."""
    body = bytes(50_000_000)
    good = {"name": "designs/a/b", "size": 10, "sha256": "0" * 64, "modified": 0.0}
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("designs/a/b", body)
        document = {
            "format": FORMAT, "imgurl": "0.1.0", "created": 0.0, "members": [good], "settings": [], "elsewhere": [],
        }  # fmt: skip
        archive.writestr(NAME, json.dumps(document))
    with pytest.raises(BackupError, match="designs/a/b is not what was backed up"):
        restore(path, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"designs/a/b": b"x"}, "designs/a/b is not what was backed up"),
        ({"imgurl-data/access.db": b"no database" * 99}, "the backup's access.db is not a database"),
        ({"imgurl-data/keys.json": b"{}"}, "the signing keys of the backup can't be used: the key file keys.json"),
    ],
)
@pytest.mark.parametrize("was_there", [True, False])
def test_the_folder_is_as_it_was_if_nothing_is_restored(
    tmp_path: Path, files: dict[str, bytes], sentence: str, *, was_there: bool
) -> None:
    """Not there, with the folders that it is in, or empty; and the sentence says what to do."""
    members = [
        {"name": name, "size": len(body), "sha256": sha256(body).hexdigest(), "modified": 0.0}
        for name, body in {name: body.replace(b"x", b"y") for name, body in files.items()}.items()
    ]
    document = {"format": FORMAT, "imgurl": "1", "created": 0.0, "members": members, "settings": [], "elsewhere": []}
    path = packed(tmp_path / "b.zip", files, document)
    there = tmp_path / "a" / "there"
    if was_there:
        there.mkdir(parents=True)
    with pytest.raises(BackupError, match=re.escape(sentence)) as raised:
        restore(path, there)
    assert str(raised.value).endswith("; nothing was restored; restore another backup")
    assert ".restoring-" not in str(raised.value)
    assert ((tmp_path / "a").exists(), list(there.glob("*"))) == (was_there, [])


def test_a_folder_that_can_not_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    """That of a backup, and that of what is restored: with what to do, and without a folder that was made."""
    write_backup(settings, tmp_path / "b.zip")
    (tmp_path / "file").touch()
    for nowhere in (Path("/proc"), tmp_path / "file"):
        with pytest.raises(BackupError, match=f"nothing can be written into the folder {nowhere} .*: name a file in"):
            write_backup(settings, nowhere / "b.zip")
        with pytest.raises(BackupError, match=f"nothing can be written into the folder {nowhere}/x .*: name another"):
            restore(tmp_path / "b.zip", nowhere / "x")


def test_files_that_the_manifest_does_not_name_are_refused(tmp_path: Path) -> None:
    """One more, one less, one twice."""
    document = {"format": FORMAT, "imgurl": "1", "created": 0.0, "members": [], "settings": [], "elsewhere": []}
    with pytest.raises(BackupError, match="its files are not those of its manifest"):
        restore(packed(tmp_path / "b.zip", {"designs/a/b": b"x"}, document), tmp_path / "there")


def test_a_newer_format_is_named(tmp_path: Path) -> None:
    """With the version that made it."""
    path = packed(tmp_path / "b.zip", {}, {"format": FORMAT + 1, "imgurl": "9.9", "members": []})
    with pytest.raises(BackupError, match=r"made by imgurl 9\.9, in a format that this version does not know"):
        restore(path, tmp_path / "there")


@pytest.mark.parametrize("body", [b"", b"PK", b"not a backup", b"[]", b"{}", b'{"format": 1}', b"[" * 100_000])
def test_what_is_no_backup_is_refused(body: bytes, tmp_path: Path) -> None:
    """Neither as a file nor as a manifest."""
    (tmp_path / "b.zip").write_bytes(body)
    with pytest.raises(BackupError, match="is not a backup of imgurl"):
        restore(tmp_path / "b.zip", tmp_path / "there")
    with pytest.raises(BackupError, match="is not a backup of imgurl"):
        read_manifest(body)


def test_nothing_is_overwritten(settings: Settings, tmp_path: Path) -> None:
    """A folder with anything in it, even a hidden file, is left alone."""
    write_backup(settings, tmp_path / "b.zip")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / ".precious").write_text("mine")
    with pytest.raises(BackupError, match="is not empty"):
        restore(tmp_path / "b.zip", tmp_path / "there")
    assert [path.name for path in (tmp_path / "there").iterdir()] == [".precious"]


def test_an_earlier_backup_stays_if_a_new_one_fails(settings: Settings, tmp_path: Path) -> None:
    """A backup is written whole or not at all."""
    write_backup(settings, tmp_path / "b.zip")
    before = (tmp_path / "b.zip").read_bytes()
    (settings.data / "campaigns.db").write_bytes(b"SQLite format 3\0" + bytes(5_000))
    with pytest.raises(BackupError):
        write_backup(settings, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == before


@pytest.fixture(scope="module")
def small_backup(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup of a key, a database and a design of two files."""
    folder = tmp_path_factory.mktemp("small")
    settings = Settings(data=folder / "data", designs=folder / "designs")
    settings.data.mkdir()
    make_first_key(settings.data)
    with contextlib.closing(sqlite3.connect(settings.data / "access.db")) as database, database:
        database.execute("CREATE TABLE numbers AS SELECT 1 AS number")
    (settings.designs / "a").mkdir(parents=True)
    (settings.designs / "a" / "design.json").write_text("{}")
    write_backup(settings, folder / "b.zip")
    return (folder / "b.zip").read_bytes()


@given(data=st.data())
def test_damage_is_found_or_does_no_harm(small_backup: bytes, data: st.DataObject) -> None:
    """Of a file that was cut or changed anywhere, all files come back as they were, or nothing does."""
    body = bytearray(small_backup)
    if data.draw(st.booleans()):
        del body[data.draw(st.integers(0, len(body) - 1)) :]
    else:
        body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    work = Path(tempfile.mkdtemp())
    try:
        (work / "good.zip").write_bytes(small_backup)
        restore(work / "good.zip", work / "good")
        (work / "b.zip").write_bytes(body)
        try:
            restore(work / "b.zip", work / "there")
        except ImgurlError:
            assert list((work / "there").glob("*")) == []
        else:
            assert contents(work / "there") == contents(work / "good")
    finally:
        shutil.rmtree(work)
