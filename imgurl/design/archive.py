"""Versions of designs that were served, so that a pinned URL shows the same picture after an edit.

A version is one manifest: the text of ``design.json``, and the digest of each file it names. The files themselves are
stored once each, under their digests, however many versions and designs use them. The data folder has the versions this
machine has seen; the store that machines share, if there is one, has those of all.
"""

import contextlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cachetools import LRUCache, TTLCache

from imgurl.design.library import FILE_NAME, Design, load_design, make_design
from imgurl.errors import BadDesign, SettingsError, StorageError
from imgurl.storage import Storage, open_storage
from imgurl.text.fonts import FontCatalogue

# No design's name starts like this.
ASSETS = "_assets"

# Old versions that stay loaded, in bytes: a campaign's recipients ask for the same one.
MAX_LOADED_BYTES = 64_000_000

# A version that was not found, or that the shared store could not deliver, is not looked for again for so many seconds.
LACKING_SECONDS = 10.0
MAX_LACKING = 1_024

# After a failure of the shared store, this many seconds pass before versions are put there again.
SHARE_AGAIN_SECONDS = 30.0

# The time of use of a kept version is renewed once a day.
USED_AGAIN_SECONDS = 86_400.0

# The part of a version's digest that names its folder in the old layout: all files of each version in a folder.
OLD_DIGITS = 32

MANIFEST = re.compile(r"[0-9a-f]{64}\.json")


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version in the data folder; ``used`` is when it was served last (Unix seconds, to the day)."""

    design: str
    version: str
    used: float
    path: Path


class Archive:
    """The versions kept in a folder, and those in a store that machines share. May be used from any thread.

    ``keep`` and ``find`` look at the folder only and take no time worth mentioning; ``share`` and ``fetch`` may wait
    for the network. None of them raises. With ``is_read_only`` nothing is written into the folder, not even that a
    version is in use.
    """

    def __init__(
        self,
        folder: Path,
        shared: Storage | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        is_read_only: bool = False,
    ) -> None:
        self._folder = folder
        self._is_read_only = is_read_only
        self._shared = _Versions(shared, "versions/") if shared else None
        self._clock = clock
        self._lock = threading.Lock()
        self._loaded: LRUCache[tuple[str, str], Design] = LRUCache(
            MAX_LOADED_BYTES, getsizeof=lambda design: design.size
        )
        self._lacking_here: TTLCache[tuple[str, str], bool] = TTLCache(MAX_LACKING, LACKING_SECONDS, clock)
        self._lacking: TTLCache[tuple[str, str], bool] = TTLCache(MAX_LACKING, LACKING_SECONDS, clock)
        self._is_shared: frozenset[tuple[str, str]] = frozenset()
        self._share_after = clock()

    @property
    def folder(self) -> Path:
        """Where the versions are kept."""
        return self._folder

    def keep(self, design: Design) -> None:
        """Keep a version in the folder, unless it is there already. If the disk is full, only the copy is lost."""
        if self._is_read_only or self._note_use(design.id, design.version):
            return
        with contextlib.suppress(SettingsError, StorageError, OSError):
            self._kept_here().put(design)
        with self._lock:
            self._lacking_here.clear()

    def wants_to_share(self, designs: Iterable[Design]) -> bool:
        """Say whether ``share`` has something to do for these designs."""
        if self._shared is None or self._clock() < self._share_after:
            return False
        return any((design.id, design.version) not in self._is_shared for design in designs)

    def share(self, designs: Iterable[Design]) -> None:
        """Put versions into the shared store, unless they are there; a later call tries again what fails."""
        if self._shared is None:
            return
        for design in designs:
            named = design.id, design.version
            if named in self._is_shared:
                continue
            try:
                if not self._shared.has(*named):
                    self._shared.put(design)
            except StorageError:
                self._share_after = self._clock() + SHARE_AGAIN_SECONDS
                return
            self._is_shared |= {named}

    def find(self, design: str, pin: str, fonts: FontCatalogue) -> Design | None:
        """Return the version that ``pin`` begins, None if the folder lacks it or fonts have changed since."""
        with self._lock:
            loaded = self._loaded.get((design, pin))
            if loaded is not None or (design, pin) in self._lacking_here:
                return loaded
        pinned = self._find_in_folder(design, pin, fonts) or self._find_in_old_layout(design, pin, fonts)
        if pinned is not None:
            self._note_use(design, pinned.version)
            self._hold(pin, pinned)
        else:
            with self._lock:
                self._lacking_here[design, pin] = True
        return pinned

    def renew(self) -> None:
        """Renew the time of use of the loaded versions: they are found without looking at the folder."""
        with self._lock:
            loaded = [*self._loaded.values()]
        for design in loaded:
            self._note_use(design.id, design.version)

    def may_fetch(self, design: str, pin: str) -> bool:
        """Say whether it is worth asking the shared store for a version."""
        with self._lock:
            return self._shared is not None and (design, pin) not in self._lacking

    def fetch(self, design: str, pin: str, fonts: FontCatalogue) -> Design | None:
        """Return the version that ``pin`` begins, from the folder or else from the shared store; then it is kept."""
        pinned = self.find(design, pin, fonts)
        if pinned is not None or self._shared is None or not self.may_fetch(design, pin):
            return pinned
        with contextlib.suppress(StorageError):
            pinned = self._shared.find(design, pin, fonts)
        if pinned is None:
            with self._lock:
                self._lacking[design, pin] = True
            return None
        self.keep(pinned)
        self._hold(pin, pinned)
        return pinned

    def versions(self) -> Iterator[KeptVersion]:
        """Yield the versions in the folder, of both layouts."""
        for design in _children(self._folder):
            if design.name.startswith((".", ASSETS)):
                continue
            for entry in _children(design):
                is_old = (entry / design.name / FILE_NAME).is_file()
                if is_old or MANIFEST.fullmatch(entry.name):
                    stamp = entry / design.name / FILE_NAME if is_old else entry
                    with contextlib.suppress(OSError):
                        yield KeptVersion(design.name, entry.name.removesuffix(".json"), stamp.stat().st_mtime, entry)

    def _find_in_folder(self, design: str, pin: str, fonts: FontCatalogue) -> Design | None:
        # Not opened if nothing was kept: opening creates the folder.
        if (self._folder / design).is_dir():
            with contextlib.suppress(SettingsError, StorageError):
                return self._kept_here().find(design, pin, fonts)
        return None

    def _kept_here(self) -> "_Versions":
        """Return the versions in the folder, which is created if it is missing. Raises SettingsError."""
        return _Versions(open_storage(self._folder.absolute().as_uri()))  # a relative folder has no URL

    def _find_in_old_layout(self, design: str, pin: str, fonts: FontCatalogue) -> Design | None:
        for folder in _children(self._folder / design):
            if not folder.is_dir() or not folder.name.startswith(pin[:OLD_DIGITS]):
                continue
            try:
                former = load_design(folder / design, fonts)
            except (BadDesign, OSError):
                continue
            if former.version.startswith(pin):
                return former
        return None

    def _hold(self, pin: str, design: Design) -> None:
        with self._lock:
            if design.size <= self._loaded.maxsize:
                self._loaded[design.id, pin] = design

    def _note_use(self, design: str, version: str) -> bool:
        """Renew the time of use of a version in the folder; return whether it is there."""
        folder = self._folder / design
        for path in (folder / f"{version}.json", folder / version[:OLD_DIGITS] / design / FILE_NAME):
            with contextlib.suppress(OSError):
                is_due = abs(time.time() - path.stat().st_mtime) > USED_AGAIN_SECONDS
                if is_due and not self._is_read_only:
                    os.utime(path)
                return True
        return False


def open_archive(data: Path, store_url: str, *, is_read_only: bool = False) -> Archive:
    """Open the versions kept in a data folder and in the shared store, if there is one. Raises SettingsError."""
    shared = open_storage(store_url) if store_url else None
    return Archive(data / "versions", shared, is_read_only=is_read_only)


class _Versions:
    """Versions in a store, below a prefix. Every method raises StorageError when the store fails."""

    def __init__(self, storage: Storage, prefix: str = "") -> None:
        self._storage = storage
        self._prefix = prefix

    def has(self, design: str, version: str) -> bool:
        """Say whether the store has a version."""
        return self._storage.size(self._manifest(design, version)) is not None

    def put(self, design: Design) -> None:
        """Put a version: its files first, so that a manifest never names what is not there."""
        digests = {name: sha256(body).hexdigest() for name, body in design.assets.items()}
        for name, digest in digests.items():
            # Even if it is there already: it may be damaged, and its age shows that it is in use.
            self._storage.put(self._asset(digest), design.assets[name])
        manifest = {"document": design.text, "assets": digests}
        body = json.dumps(manifest, ensure_ascii=False).encode()
        self._storage.put(self._manifest(design.id, design.version), body)

    def find(self, design: str, pin: str, fonts: FontCatalogue) -> Design | None:
        """Return the version that ``pin`` begins; None if it is missing, damaged, or of other fonts."""
        folder = f"{self._prefix}{design}"
        for key in self._storage.list(folder):
            name = key.removeprefix(f"{folder}/")
            if MANIFEST.fullmatch(name) and name.startswith(pin):
                pinned = self._read(design, key, fonts)
                if pinned is not None and pinned.version == name.removesuffix(".json"):
                    return pinned
        return None

    def _read(self, design: str, key: str, fonts: FontCatalogue) -> Design | None:
        body = self._storage.get(key)
        try:
            manifest = json.loads(body or b"")
            text, digests = manifest["document"], manifest["assets"]
            return make_design(design, text, digests, lambda name: self._read_asset(digests[name]), fonts)
        except (ValueError, TypeError, KeyError, AttributeError, BadDesign):
            return None  # damaged, or written by another program

    def _read_asset(self, digest: str) -> bytes:
        body = self._storage.get(self._asset(digest))
        if body is None:
            raise FileNotFoundError("the kept file is gone")
        return body

    def _manifest(self, design: str, version: str) -> str:
        return f"{self._prefix}{design}/{version}.json"

    def _asset(self, digest: str) -> str:
        return f"{self._prefix}{ASSETS}/{digest[:2]}/{digest}"


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
