"""Restore a backup into an empty folder: all of it, checked byte by byte, or nothing."""

import contextlib
import os
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from imgurl.backup.contents import DATABASES
from imgurl.backup.manifest import DATA, DESIGNS, FONTS, NAME, Manifest, Member, read_manifest
from imgurl.errors import BackupError, SettingsError
from imgurl.urls.keyfile import FILE_NAME as KEY_FILE
from imgurl.urls.keyfile import read_key_file

# Of the files that hold secrets, and of the folder that holds them.
SECRET_MODE = 0o600
DATA_MODE = 0o700

CHUNK_BYTES = 1 << 20

# What unpacking a damaged file raises: bad checksums, bad deflate streams, sizes and methods that make no sense.
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, RuntimeError)

# What is left to do with a backup that is no good.
ANOTHER = "nothing was restored; restore another backup"

# The list of a million files.
MAX_MANIFEST_BYTES = 400_000_000


def restore(path: Path, folder: Path) -> Manifest:
    """Restore a backup into a folder, which is new or empty; return what was in it.

    Every file is compared with its size and SHA-256 in the manifest, the signing keys are read and the databases are
    checked before the first file gets its place. Raises BackupError, OSError.
    """
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise BackupError(f"{path} is not a backup of imgurl, or it is incomplete: {error}; {ANOTHER}") from error
    with archive:
        manifest = _manifest(archive, path)
        with _work_folder(folder) as work:
            for member in manifest.members:
                _extract(archive, member, work)
            _check(work)
            for name in sorted(manifest.folders):
                (work / name).rename(folder / name)
    return manifest


@contextlib.contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """Lend a new folder in one that is new or empty, which is left as it was found if the block fails.

    Raises BackupError.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    with contextlib.ExitStack() as undo:
        undo.callback(_remove_empty, new)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            is_empty = not any(folder.iterdir())
            # Inside the folder, which may be a volume of its own: files are only renamed within a file system.
            work = Path(tempfile.mkdtemp(prefix=".restoring-", dir=folder)) if is_empty else None
        except OSError as error:
            raise BackupError(
                f"nothing can be written into the folder {folder} ({error.strerror}): name another one"
            ) from error
        if work is None:
            raise BackupError(f"{folder} is not empty: name a new folder, nothing is ever overwritten")
        # The folder was empty: whatever has these names was put there by this.
        for name in (work.name, DATA, DESIGNS, FONTS):
            undo.callback(shutil.rmtree, folder / name, ignore_errors=True)
        yield work
        work.rmdir()
        undo.pop_all()


def _remove_empty(folders: Sequence[Path]) -> None:
    for path in folders:
        with contextlib.suppress(OSError):
            path.rmdir()


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        if archive.getinfo(NAME).file_size > MAX_MANIFEST_BYTES:
            raise BackupError(f"{path} is not a backup of imgurl: its manifest is too long; {ANOTHER}")
        manifest = read_manifest(archive.read(NAME))
    except KeyError as error:
        raise BackupError(f"{path} is not a backup of imgurl: it has no {NAME}; {ANOTHER}") from error
    except (*DAMAGED, OSError) as error:
        raise BackupError(f"{path} is damaged: its {NAME} can't be read; {ANOTHER}") from error
    names = [member.name for member in manifest.members]
    if sorted([*names, NAME]) != sorted(archive.namelist()):
        raise BackupError(f"{path} is damaged: its files are not those of its {NAME}; {ANOTHER}")
    return manifest


def _extract(archive: zipfile.ZipFile, member: Member, work: Path) -> None:
    """Write a file and compare it with what the manifest says of it. Raises BackupError, OSError."""
    target = work / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    with target.open("xb") as file:
        for chunk in _unpacked(archive, member):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    if size != member.size or digest.hexdigest() != member.sha256:
        raise BackupError(f"the backup is damaged: {member.name} is not what was backed up; {ANOTHER}")
    os.utime(target, (member.modified, member.modified))


def _unpacked(archive: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    """Yield the bytes of a member, and at most one more than there should be: a small file may unpack to any size.

    Raises BackupError.
    """
    left = member.size + 1
    try:
        with archive.open(member.name) as packed:
            while left and (chunk := packed.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk
    except (*DAMAGED, OSError) as error:
        raise BackupError(f"the backup is damaged: {member.name} can't be unpacked; {ANOTHER}") from error


def _check(work: Path) -> None:
    """Check that what was unpacked can be used. Raises BackupError."""
    data = work / DATA
    if not data.is_dir():
        return
    data.chmod(DATA_MODE)
    if (data / KEY_FILE).exists():
        (data / KEY_FILE).chmod(SECRET_MODE)
        _check_keys(data / KEY_FILE)
    for name in DATABASES:
        if (data / name).exists():
            (data / name).chmod(SECRET_MODE)
            _check_database(data / name)


def _check_keys(path: Path) -> None:
    try:
        read_key_file(path)
    except SettingsError as error:
        # Without the folder, which is gone when this is read.
        sentence = str(error).replace(f"{path.parent}/", "")
        raise BackupError(f"the signing keys of the backup can't be used: {sentence}; {ANOTHER}") from error


def _check_database(path: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(path)) as database:
            (verdict,) = database.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"the backup's {path.name} is not a database: {error}; {ANOTHER}") from error
    if verdict != "ok":
        raise BackupError(f"the backup's {path.name} is damaged: {verdict}; {ANOTHER}")
