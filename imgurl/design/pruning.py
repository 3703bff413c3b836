"""Remove kept versions of designs that no link shows any more.

A version may go if it is not the current one of its design and was neither served nor loaded for some time. The shared
store is left alone: what other machines serve is not known here, and a version that is requested comes back from there.
"""

import contextlib
import json
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from imgurl.design.archive import ASSETS, Archive, KeptVersion

# A file that no manifest names may belong to a version that is being written right now: its manifest comes last.
SETTLED_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed: versions, and bytes on disk."""

    versions: int
    bytes: int


def prunable(archive: Archive, present: Mapping[str, str], unused_since: float) -> tuple[KeptVersion, ...]:
    """Return the versions that may go, in the order of their names.

    ``present`` is the version of each design that is served now; ``unused_since`` are Unix seconds. A design that is
    not in ``present`` has no current version: all of its versions are judged by their age.
    """

    def may_go(version: KeptVersion) -> bool:
        # The old layout names folders after the first digits of the version.
        is_present = present.get(version.design, "").startswith(version.version)
        return version.used < unused_since and not is_present

    return tuple(version for version in archive.versions() if may_go(version))


def prune(folder: Path, going: Iterable[KeptVersion]) -> Pruned:
    """Remove versions of the archive in a folder, then the files that no remaining version names."""
    count = size = 0
    for version in going:
        size += _size(version.path)
        _remove(version.path)
        count += 1
        with contextlib.suppress(OSError):
            version.path.parent.rmdir()  # if it was the design's last version
    for path in _unnamed(folder):
        size += _size(path)
        _remove(path)
    return Pruned(count, size)


def _unnamed(folder: Path) -> list[Path]:
    """Return the files of versions that no manifest names, and that are not part of one being written.

    None at all if a manifest can't be read: what it names is not known.
    """
    named: set[str] = set()
    for version in Archive(folder).versions():
        if version.path.is_file():
            try:
                named |= set(json.loads(version.path.read_bytes())["assets"].values())
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                return []
    before = time.time() - SETTLED_SECONDS
    return [path for path in (folder / ASSETS).glob("*/*") if path.name not in named and path.stat().st_mtime < before]


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
