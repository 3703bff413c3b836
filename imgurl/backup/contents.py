"""What belongs in a backup: all that a server can't make again, and nothing that came with the package."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imgurl.access.tokens import FILE_NAME as ACCESS_FILE
from imgurl.backup.manifest import DATA, DESIGNS, FONTS
from imgurl.campaigns.control import FILE_NAME as CAMPAIGNS_FILE
from imgurl.config import Settings, shipped
from imgurl.errors import BackupError
from imgurl.jobs.port import FILE_NAME as JOBS_FILE
from imgurl.urls.keyfile import FILE_NAME as KEY_FILE

# The database of jobs is copied before the files of jobs: all that it knows of is there then.
DATABASES = (ACCESS_FILE, CAMPAIGNS_FILE, JOBS_FILE)

# Folders of the data folder whose files are written whole or not at all, and not changed afterwards.
FOLDERS = ("versions", "store")

# What names a folder.
NAMED_BY = {"data": "--data or IMGURL_DATA", DESIGNS: "--designs or IMGURL_DESIGNS", FONTS: "IMGURL_FONTS"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be backed up, and its name in the backup."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder whose files belong together: copied in a moment in which none of them changes."""

    name: str
    path: Path


def key_file(settings: Settings) -> Source | None:
    """Return the file with the signing keys, None where they come from the environment."""
    return None if settings.signing_keys else Source(f"{DATA}/{KEY_FILE}", settings.data / KEY_FILE)


def databases(settings: Settings) -> list[Source]:
    """Return the SQLite databases that there are."""
    found = [Source(f"{DATA}/{name}", settings.data / name) for name in DATABASES]
    return [source for source in found if source.path.is_file()]


def kept_files(settings: Settings) -> Iterator[Source]:
    """Yield the kept versions of designs and the files of jobs."""
    for name in FOLDERS:
        yield from files_in(Folder(f"{DATA}/{name}", settings.data / name))


def edited_folders(settings: Settings) -> Iterator[Folder]:
    """Yield the folders that people edit: each design, what designs share, fonts. Shipped ones are left out."""
    if not _is_shipped(settings.designs, "designs"):
        yield Folder(DESIGNS, settings.designs)
    if not _is_shipped(settings.fonts, "fonts"):
        yield Folder(FONTS, settings.fonts)


def require_folders(settings: Settings) -> None:
    """Raise BackupError for a folder that was named and can't be read: a backup without it would look complete.

    The default data folder need not be there: all that it would hold may be in services.
    """
    named = [(folder.path, folder.name) for folder in edited_folders(settings)]
    if settings.data != Settings.data or settings.data.exists():
        named.append((settings.data, "data"))
    for path, name in named:
        try:
            with os.scandir(path):
                pass
        except OSError as error:
            raise BackupError(
                f"the {name} folder {path} can't be read ({error.strerror}), so it can't be backed up; "
                f"name the right one with {NAMED_BY[name]}"
            ) from error


def files_in(folder: Folder) -> Iterator[Source]:
    """Yield the files below a folder, in the order of their names. Hidden ones are unfinished, or of the system.

    Raises BackupError for a folder that can't be read.
    """
    for path in sorted(_below(folder.path, frozenset())):
        yield Source("/".join((folder.name, *path.relative_to(folder.path).parts)), path)


def _below(folder: Path, around: frozenset[Path]) -> Iterator[Path]:
    """Yield the files below a folder that is in those ``around`` it. Links count: designs may be some."""
    real = folder.resolve()
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except FileNotFoundError:
        return  # not there, or removed meanwhile
    except OSError as error:
        raise BackupError(
            f"the folder {folder} can't be read ({error.strerror}), so it can't be backed up; "
            "let the user that makes the backup read it"
        ) from error
    for path in paths:
        if path.is_file():
            yield path
        # A link to a folder that it is in would have no end.
        elif path.is_dir() and path.resolve() not in around | {real}:
            yield from _below(path, around | {real})


def _is_shipped(folder: Path, name: str) -> bool:
    return folder.resolve() == shipped(name).resolve()
