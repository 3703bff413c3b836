"""Make a backup while servers and workers run."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from imgurl.backup.contents import (
    Folder,
    Source,
    databases,
    edited_folders,
    files_in,
    kept_files,
    key_file,
    require_folders,
)
from imgurl.backup.manifest import NAME, PART, Manifest, Member
from imgurl.config import Settings, set_variables, variable_of
from imgurl.errors import BackupError
from imgurl.files import whole_file
from imgurl.urls.keyfile import load_keys
from imgurl.version import __version__

# The owner's alone: whoever has the signing keys can make links.
MODE = 0o600

CHUNK_BYTES = 1 << 20

# How often a folder is copied again because somebody changed one of its files meanwhile.
TRIES = 5
TRY_AGAIN_SECONDS = 0.5

# Settings that name a service with data of its own.
SERVICES = ("database_url", "store_url", "signing_keys")


def write_backup(settings: Settings, path: Path) -> Manifest:
    """Write a backup into a ZIP file, whole or not at all; return what is in it.

    Databases are copied by SQLite itself, so each is as it was in one moment, whatever writes to it. Raises
    SettingsError if the signing keys can't be read, BackupError for a named folder that can't be read, a damaged
    database, a name that other systems can't have, a folder that does not come to rest, or one that can't be written
    to; OSError.
    """
    # A backup of keys that don't open is found out too late.
    load_keys(settings.data, settings.signing_keys.value if settings.signing_keys else None)
    require_folders(settings)
    with (
        _work_folder(path.parent) as work,
        whole_file(path, mode=MODE, durable=True) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        members = tuple(_write_members(archive, _sources(settings, Path(work))))
        manifest = Manifest(
            __version__,
            time.time(),
            members,
            tuple(sorted(set_variables())),
            tuple(variable_of(name) for name in SERVICES if getattr(settings, name)),
        )
        archive.writestr(NAME, manifest.to_json())
    return manifest


def _work_folder(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a new folder in the one that the backup goes to. Raises BackupError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".backup-", dir=folder)
    except OSError as error:
        raise BackupError(
            f"nothing can be written into the folder {folder} ({error.strerror}): name a file in another one"
        ) from error


def _sources(settings: Settings, work: Path) -> Iterator[Source]:
    """Yield the files of a backup, copied into ``work`` first where they may change while they are read."""
    if (keys := key_file(settings)) is not None:
        yield keys
    for database in databases(settings):
        yield _copied_database(database, work)
    yield from kept_files(settings)
    for folder in edited_folders(settings):
        yield from files_in(_copied_folder(folder, work))


def _write_members(archive: zipfile.ZipFile, sources: Iterable[Source]) -> Iterator[Member]:
    for source in sources:
        if not all(PART.fullmatch(part) for part in source.name.split("/")):
            raise BackupError(f"the file {source.path} has a name that not every system can have: rename it")
        # A version or a result that was removed since the folder was listed.
        with contextlib.suppress(FileNotFoundError), source.path.open("rb") as file:
            yield _write_member(archive, source.name, file)


def _write_member(archive: zipfile.ZipFile, name: str, file: BinaryIO) -> Member:
    modified = os.fstat(file.fileno()).st_mtime
    # The file's own time, in the form of the format: no earlier than 1980, in local time.
    info = zipfile.ZipInfo(name, time.localtime(max(modified, 315_619_200))[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = MODE << 16
    digest, size = sha256(), 0
    with archive.open(info, "w", force_zip64=True) as member:
        while chunk := file.read(CHUNK_BYTES):
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Member(name, size, digest.hexdigest(), modified)


def _copied_database(source: Source, work: Path) -> Source:
    """Copy a database as it is in one moment. Writers are not kept waiting. Raises BackupError."""
    copy = work / source.path.name
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.path.absolute().as_uri()}?mode=rw", uri=True)) as original,
            contextlib.closing(sqlite3.connect(copy)) as copied,
        ):
            original.backup(copied)
            (verdict,) = copied.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"the database {source.path} can't be copied: {error}") from error
    if verdict != "ok":
        raise BackupError(f"the database {source.path} is damaged: {verdict}; restore it from an earlier backup")
    return Source(source.name, copy)


def _copied_folder(folder: Folder, work: Path) -> Folder:
    """Copy a folder in a moment in which none of its files changes. Raises BackupError."""
    copy = Folder(folder.name, work / folder.name)
    for _ in range(TRIES):
        before = _fingerprint(folder)
        with contextlib.suppress(FileNotFoundError):
            for source in files_in(folder):
                target = copy.path / source.path.relative_to(folder.path)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source.path, target)
            if _fingerprint(folder) == before:
                return copy
        shutil.rmtree(copy.path, ignore_errors=True)
        time.sleep(TRY_AGAIN_SECONDS)
    raise BackupError(f"files in {folder.path} were changed all the time: try again when nobody edits them")


def _fingerprint(folder: Folder) -> list[tuple[str, int, int]]:
    found = [(source.name, source.path.stat()) for source in files_in(folder)]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in found]
