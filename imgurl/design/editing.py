"""Change the designs of a folder: a document is read as its bytes, and written whole or not at all.

Whoever saves says which document they began from. If the folder has another one by then, nothing is written: what two
people do at once is never lost. A lock in the folder holds for all processes that write there.
"""

import hashlib
import os
import re
import shutil
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cachetools import LRUCache
from filelock import FileLock, Timeout

from imgurl.design.library import FILE_NAME, Design, make_design
from imgurl.design.sizes import SEPARATOR
from imgurl.design.surroundings import MAX_ASSET_BYTES, OWN_FONTS, dropped_fonts, files_for, is_picture, read_file
from imgurl.errors import BadDesign, BadUpload, DesignChanged, DesignsReadOnly, UnknownDesign
from imgurl.files import write_whole
from imgurl.identifiers import DESIGN_ID
from imgurl.text.font_files import SUFFIXES
from imgurl.text.fonts import FaceFile, FontCatalogue

LOCK_FILE = ".lock"
LOCK_SECONDS = 10.0

# Drafts that stay read: the same one is checked, drawn, and drawn for other names.
MAX_DRAFTS = 6

# Characters of a document.
MAX_DOCUMENT = 500_000

# Names that are tried for a design or a file before that is given up.
MAX_NAMES = 200

FILE_PART = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A document as the folder has it: ``revision`` is the digest of its bytes, ``saved`` when it was (Unix seconds).

    ``files`` are the files that it may name.
    """

    design: str
    text: str
    revision: str
    saved: float
    files: tuple[str, ...]


class DesignFolder:
    """A folder of designs that can be changed. May be used from any thread. Mutable state: the drafts read last."""

    def __init__(self, folder: Path, fonts: FontCatalogue) -> None:
        self._folder = folder
        self._fonts = fonts
        self._lock = threading.Lock()
        self._drafts: LRUCache[object, Design] = LRUCache(MAX_DRAFTS)

    @property
    def fonts(self) -> FontCatalogue:
        """The fonts that all designs have."""
        return self._fonts

    @property
    def is_writable(self) -> bool:
        """Whether designs can be saved at all."""
        return os.access(self._folder, os.W_OK)

    def base_of(self, design: str) -> str:
        """Return the design whose document says what this one is: that without its size."""
        if not DESIGN_ID.fullmatch(design):
            raise UnknownDesign(design, ())
        if (self._folder / design / FILE_NAME).is_file():
            return design
        base = design.partition(SEPARATOR)[0]
        if not (self._folder / base / FILE_NAME).is_file():
            raise UnknownDesign(design, (path.name for path in self._designs))
        return base

    def read(self, design: str) -> Written:
        """Return the document of a design as it is now. Raises UnknownDesign."""
        base = self.base_of(design)
        path = self._folder / base / FILE_NAME
        try:
            body, saved = path.read_bytes(), path.stat().st_mtime
            # What is no UTF-8 can't be edited as text; its revision still tells it from others.
            text = body.decode(errors="replace")
            return Written(base, text, _digest(body), saved, tuple(sorted(files_for(self._folder / base))))
        except OSError as error:
            raise UnknownDesign(design, ()) from error

    def draft(self, design: str, text: str) -> Design:
        """Return the design that a document would make, with the files that are there. Raises BadDesign."""
        base = self.base_of(design)
        files = files_for(self._folder / base)
        stamps = tuple((name, status.st_mtime_ns, status.st_size) for name, path in files.items()
                       if name != FILE_NAME and (status := path.stat()))  # fmt: skip
        key = base, text, stamps
        with self._lock:
            known = self._drafts.get(key)
        if known is None:
            known = make_design(base, text, files, lambda name: read_file(files[name]), self._fonts)
            with self._lock:
                self._drafts[key] = known
        return known

    def save(self, design: str, text: str, revision: str, assets: Mapping[str, bytes] | None = None) -> Written:
        """Write a document in place of the one with this revision, and before it the files that it needs.

        Raises DesignChanged if the folder has another document by now, BadDesign if this one has mistakes, and
        DesignsReadOnly.
        """
        base = self.base_of(design)
        with self._locked():
            if self.read(base).revision != revision:
                raise DesignChanged(base)
            for name, body in (assets or {}).items():
                self._put(self._folder / base / name, body)
            self.draft(base, text)
            self._put(self._folder / base / FILE_NAME, text.encode())
        return self.read(base)

    def create(self, title: str, text: str, assets: Mapping[str, bytes]) -> Written:
        """Write a new design, under an id made of its title. Raises BadDesign and DesignsReadOnly."""
        with self._locked():
            folder = self._new_folder(title)
            try:
                for name, body in assets.items():
                    (folder / name).parent.mkdir(exist_ok=True)
                    self._put(folder / name, body)
                files = {**files_for(folder), FILE_NAME: folder / FILE_NAME}
                make_design(folder.name, text, files, lambda name: read_file(files[name]), self._fonts)
                # Last: a folder without it is no design.
                self._put(folder / FILE_NAME, text.encode())
            except (BadDesign, DesignsReadOnly):
                shutil.rmtree(folder)
                raise
        return self.read(folder.name)

    def add_file(self, design: str, name: str, body: bytes) -> str:
        """Put a picture or a font beside a document, and return its name there; an equal one is not put twice.

        What is already there under this name stays: versions that use it keep their picture. Raises BadUpload.
        """
        if len(body) > MAX_ASSET_BYTES:
            raise BadUpload(f"{name} is larger than {MAX_ASSET_BYTES / 1e6:.0f} MB; make it smaller")
        base = self.base_of(design)
        stem, dot, suffix = name.rpartition(".")
        is_font = f".{suffix.lower()}" in SUFFIXES
        folder = self._folder / base / "fonts" if is_font else self._folder / base
        with self._locked():
            for each in _names(_plain(stem if dot else name) or "picture"):
                path = folder / f"{each}.{suffix.lower()}"
                if path.exists() and path.read_bytes() != body:
                    continue
                folder.mkdir(exist_ok=True)
                self._put(path, body)
                return f"{OWN_FONTS}{path.name}" if is_font else path.name
        raise BadUpload(f"there are too many files called {name}; rename it")

    def files_of(self, design: str) -> Mapping[str, bytes]:
        """Return the files beside a document, for a copy of it: those of its own folder alone."""
        base = self.base_of(design)
        own = {
            name: path
            for name, path in files_for(self._folder / base).items()
            if name != FILE_NAME and path.is_relative_to(self._folder / base)
        }
        return {name: read_file(path) for name, path in own.items() if is_picture(name) or name.startswith(OWN_FONTS)}

    def own_families(self, design: str) -> Mapping[str, tuple[FaceFile, ...]]:
        """Return the font families beside a document, and those that all designs share beside the shipped ones."""
        base = self.base_of(design)
        shared = dropped_fonts(self._folder, self._fonts).families
        return {**shared, **dropped_fonts(self._folder / base, self._fonts).families}

    @property
    def _designs(self) -> Iterable[Path]:
        try:
            return [path for path in self._folder.iterdir() if (path / FILE_NAME).is_file()]
        except OSError:
            return []

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self.is_writable:
            raise DesignsReadOnly
        try:
            with FileLock(self._folder / LOCK_FILE, timeout=LOCK_SECONDS):
                yield
        except Timeout as error:
            raise DesignsReadOnly from error
        except OSError as error:
            raise DesignsReadOnly from error

    def _new_folder(self, title: str) -> Path:
        for name in _names(_plain(title)[:50].strip("-_") or "design"):
            folder = self._folder / name
            try:
                # Two who create at once: one of them gets the next name.
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
        raise BadUpload(f"there are too many designs called {title}; take another title")

    def _put(self, path: Path, body: bytes) -> None:
        write_whole(path, body, mode=0o666, durable=True)


def _names(first: str) -> Iterator[str]:
    yield first
    yield from (f"{first}-{number}" for number in range(2, MAX_NAMES))


def _plain(title: str) -> str:
    """Return a title as the name of a file: Frühling 2026 is fruhling-2026."""
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return FILE_PART.sub("-", letters).strip("-_")


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
