"""The history of designs: which versions there were, in their order, who saved each and when.

The versions themselves are in the archive; this is the list of them, one line each, in a file beside them. A document
that was changed outside of the Studio is found when somebody looks, and gets a line too.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from imgurl.design.archive import Archive
from imgurl.design.changes import Change, changes_between
from imgurl.design.editing import DesignFolder, Written
from imgurl.design.library import Design
from imgurl.errors import BadDesign, UnknownVersion

FILE_NAME = "history.jsonl"

# Versions that are listed, the newest ones.
MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of a design. ``by`` is who saved it, "" for a change outside of the Studio.

    ``origin`` says where it came from, if not from an edit: ``new``, ``svg``, ``copy`` or ``return``, and of what.
    """

    number: int
    version: str
    revision: str
    saved: float
    by: str
    origin: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Saving:
    """Who saves, and where what is saved came from."""

    by: str
    origin: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Listed:
    """A version in the list: what changed since the one before, and whether it is still kept."""

    entry: Entry
    changes: tuple[Change, ...]
    is_kept: bool


class History:
    """The histories of all designs of a folder. Stateless itself; may be used from any thread."""

    def __init__(self, folder: DesignFolder, archive: Archive) -> None:
        self._folder = folder
        self._archive = archive

    def current(self, design: str) -> tuple[Written, Entry | None]:
        """Return the document as it is, and its entry; None if it is broken and was never a version."""
        written = self._folder.read(design)
        entries = self._entries(written.design)
        if entries and entries[-1].revision == written.revision:
            return written, entries[-1]
        try:
            made = self._folder.draft(written.design, written.text)
        except BadDesign:
            return written, None
        # Nobody saved it here: it was there before, or was edited by hand.
        return written, self._note(written, made, Saving(""))

    def save(
        self, design: str, text: str, revision: str, saving: Saving, assets: Mapping[str, bytes] | None = None
    ) -> tuple[Written, Entry]:
        """Save a document as a new version. Raises what ``DesignFolder.save`` does."""
        self.current(design)
        written = self._folder.save(design, text, revision, assets)
        return written, self._note(written, self._folder.draft(written.design, text), saving)

    def create(self, title: str, text: str, assets: Mapping[str, bytes], saving: Saving) -> tuple[Written, Entry]:
        """Make a new design. Raises what ``DesignFolder.create`` does."""
        written = self._folder.create(title, text, assets)
        return written, self._note(written, self._folder.draft(written.design, text), saving)

    def listing(self, design: str) -> tuple[Listed, ...]:
        """Return the versions, the newest one first."""
        written, _ = self.current(design)
        entries = self._entries(written.design)[-MAX_LISTED:]
        made = {entry.number: self._find(written.design, entry) for entry in entries}
        found = []
        for number, entry in enumerate(entries):
            before = made[entries[number - 1].number] if number else None
            design_then = made[entry.number]
            changes = changes_between(before.text, design_then.text) if before and design_then else ()
            found.append(Listed(entry, changes, design_then is not None))
        return tuple(reversed(found))

    def version(self, design: str, number: int) -> Design:
        """Return one of the versions of a design. Raises UnknownVersion if it is not kept any more."""
        base = self._folder.base_of(design)
        for entry in self._entries(base):
            if entry.number == number and (found := self._find(base, entry)) is not None:
                return found
        raise UnknownVersion(design, number)

    def return_to(self, design: str, number: int, revision: str, by: str) -> tuple[Written, Entry]:
        """Save an earlier version, with the files it had, as the newest one."""
        former = self.version(design, number)
        there = self._folder.files_of(design)
        # A font or a logo that all designs share is not this design's to bring back.
        own = {name: body for name, body in former.assets.items() if "/" not in name or name.startswith("fonts/")}
        missing = {name: body for name, body in own.items() if name != "brand.json" and there.get(name) != body}
        return self.save(design, former.text, revision, Saving(by, ("return", str(number))), missing)

    def _find(self, design: str, entry: Entry) -> Design | None:
        return self._archive.find(design, entry.version, self._folder.fonts)

    def _note(self, written: Written, made: Design, saving: Saving) -> Entry:
        self._archive.keep(made)
        entries = self._entries(written.design)
        number = entries[-1].number + 1 if entries else 1
        entry = Entry(number, made.version, written.revision, written.saved, saving.by, saving.origin)
        path = self._path(written.design)
        line = {key: value for key, value in asdict(entry).items() if key != "number"}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError:
            # The version is served all the same; only its line is lost.
            return entry
        return entry

    def _entries(self, design: str) -> tuple[Entry, ...]:
        try:
            lines = self._path(design).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return ()
        found: list[Entry] = []
        for line in lines:
            entry = _entry_of(line, len(found) + 1)
            # Two processes may have found the same edit at once.
            if entry is not None and not (found and found[-1].revision == entry.revision and not entry.by):
                found.append(entry)
        return tuple(found)

    def _path(self, design: str) -> Path:
        return self._archive.folder / design / FILE_NAME


def _entry_of(line: str, number: int) -> Entry | None:
    try:
        raw: dict[str, Any] = json.loads(line)
        kind, detail = raw["origin"]
        return Entry(
            number, str(raw["version"]), str(raw["revision"]), float(raw["saved"]), str(raw["by"]),
            (str(kind), str(detail)),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError):
        return None  # cut off by a full disk
