"""The designs of a folder: loaded, versioned, looked at again for changes; and old versions kept for pinned URLs."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from imgurl.design.document import Document, parse_document
from imgurl.errors import BadDesign, Problem, SettingsError, UnknownDesign
from imgurl.merge.fields import MergeField
from imgurl.text.fonts import FontCatalogue

FILE_NAME = "design.json"

# The grammar of design ids in URLs; the rooms urls and design stand side by side and share no module.
DESIGN_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Design:
    """A design that can be drawn; ``version`` is the digest over document, assets and fonts, 64 hex digits."""

    id: str
    folder: Path
    document: Document
    version: str
    assets: Mapping[str, Path]

    @property
    def samples(self) -> dict[str, str]:
        """The sample value of each field."""
        return {field.name: field.sample for field in self.document.fields}


@dataclass(frozen=True, slots=True)
class Library:
    """All designs of a folder; ``broken`` holds the mistakes of those that could not be loaded.

    A design may be in both: then a broken edit keeps the last good version in use.
    """

    designs: Mapping[str, Design]
    broken: Mapping[str, BadDesign]

    def find(self, design: str) -> Design:
        """Return the design of this id. Raises UnknownDesign, which offers near ones."""
        if design not in self.designs:
            raise UnknownDesign(design, self.designs)
        return self.designs[design]

    @property
    def fields(self) -> Mapping[str, tuple[MergeField, ...]]:
        """The fields of every design, in the form the minter takes."""
        return {design.id: design.document.fields for design in self.designs.values()}


def load_design(folder: Path, fonts: FontCatalogue) -> Design:
    """Load one design. Raises BadDesign with all its mistakes."""
    design = folder.name
    if not DESIGN_ID.fullmatch(design):
        raise BadDesign(design, (Problem("", "a design's folder is named in small letters, digits, - and _"),))
    files = {path.name: path for path in folder.iterdir() if path.is_file() and not path.is_symlink()}
    try:
        # Not read_text, which would take line ends for alike: the version is over the file's bytes.
        text = files[FILE_NAME].read_bytes().decode()
    except KeyError:
        raise BadDesign(design, (Problem("", f"the folder has no {FILE_NAME}"),)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadDesign(design, (Problem("", f"{FILE_NAME} can't be read as UTF-8: {error}"),)) from error
    document = parse_document(design, text, files, fonts)
    assets = {name: files[name] for name in sorted(document.asset_places)}
    return Design(design, folder, document, _version(text, assets, document, fonts), assets)


def load_library(folder: Path, fonts: FontCatalogue, previous: Library | None = None) -> Library:
    """Load all designs of a folder; where one is broken now, the one of ``previous`` stays.

    Raises SettingsError when there is no such folder.
    """
    designs: dict[str, Design] = {}
    broken: dict[str, BadDesign] = {}
    for path in design_folders(folder):
        try:
            designs[path.name] = load_design(path, fonts)
        except BadDesign as error:
            broken[path.name] = error
            if previous and path.name in previous.designs:
                designs[path.name] = previous.designs[path.name]
    return Library(designs, broken)


def design_folders(folder: Path) -> tuple[Path, ...]:
    """Return the design folders: those with a ``design.json``. Raises SettingsError."""
    try:
        return tuple(sorted(path for path in folder.iterdir() if (path / FILE_NAME).is_file()))
    except OSError as error:
        raise SettingsError(f"the designs folder {folder} can't be read: {error.strerror}; set --designs") from error


def fingerprint(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Return name, time and size of every file of every design: differs as soon as one was changed."""
    found = set()
    for design in design_folders(folder):
        for path in design.iterdir():
            try:
                status = path.stat()
            except OSError:
                continue
            found.add((f"{design.name}/{path.name}", status.st_mtime_ns, status.st_size))
    return frozenset(found)


class Archive:
    """Versions of designs that were served, so that a pinned URL shows the same picture after an edit."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, design: Design) -> None:
        """Copy a design's files aside, unless this version is kept already. A full disk only loses the copy."""
        kept = self._folder / design.id / design.version[:32] / design.id
        if kept.exists():
            return
        try:
            kept.parent.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=kept.parent.parent, prefix=".new-") as temporary:
                copy = Path(temporary) / design.version[:32]
                (copy / design.id).mkdir(parents=True)
                for path in (design.folder / FILE_NAME, *design.assets.values()):
                    shutil.copyfile(path, copy / design.id / path.name)
                os.replace(copy, kept.parent)
        except OSError:
            return

    def find(self, design: str, pin: str, fonts: FontCatalogue) -> Design | None:
        """Return the kept version that ``pin`` begins, None where there is none or fonts have changed since."""
        for folder in _children(self._folder / design):
            if not folder.name.startswith(pin[:32]):
                continue
            try:
                found = load_design(folder / design, fonts)
            except (BadDesign, OSError):
                continue
            if found.version.startswith(pin):
                return found
        return None


def _children(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return ()


def _version(text: str, assets: Mapping[str, Path], document: Document, fonts: FontCatalogue) -> str:
    """Return the digest over document, assets and fonts: other digest, other pixels may come out."""
    digest = sha256(text.encode())
    for name, path in sorted(assets.items()):
        digest.update(f"\0{name}\0".encode() + sha256(path.read_bytes()).digest())
    # Any value may need any fallback font.
    used = sorted(document.families | set(fonts.fallback) | ({fonts.emoji} if fonts.emoji else set()))
    for family in used:
        digest.update(f"\0{family}\0{fonts.digests[family]}".encode())
    return digest.hexdigest()
