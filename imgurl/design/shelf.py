"""The designs that are served now, and the versions they had before.

A folder that is suddenly empty or unreadable is only unavailable, for example because of a mount or of a copy that
deletes first: its designs stay until it has some again. A single design that is gone was removed on purpose, or is just
being replaced: it stays for a while. Mails that have been sent must not lose their pictures in the meantime.
"""

import math
import time
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from pathlib import Path

from imgurl.design.archive import Archive
from imgurl.design.library import (
    FILE_NAME,
    Design,
    Library,
    changed_designs,
    load_library,
    settled_fingerprint,
    with_broken,
)
from imgurl.design.sizes import SEPARATOR
from imgurl.errors import BadDesign, SettingsError
from imgurl.text.fonts import FontCatalogue

# How long a design is served after it has left the folder: longer than a deployment that deletes before it copies.
MISSING_SECONDS = 600.0

# How often the versions in use are marked as used, so that pruning leaves them.
RENEW_SECONDS = 21_600.0


class Shelf:
    """The designs that are served now, and the versions of them that were served before.

    Mutable state: the library, replaced as a whole. ``library`` was loaded from ``folder`` with ``fonts``. ``archive``
    has the earlier versions; ``background`` is what puts versions into the archive's shared store, without it nothing
    is put there. Nothing is read or written here but by the methods that say so.
    """

    def __init__(
        self,
        folder: Path,
        fonts: FontCatalogue,
        library: Library,
        archive: Archive | None = None,
        background: Executor | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._fonts = fonts
        self._archive = archive
        self._background = background
        self._clock = clock
        self._renew_at = clock() + RENEW_SECONDS
        self._seen = library.seen
        self.library = library

    def find(self, design: str) -> Design:
        """Return the design of this id as it is now. Raises UnknownDesign."""
        return self.library.find(design)

    @property
    def folder(self) -> Path:
        """The folder that the designs are loaded from."""
        return self._folder

    @property
    def fonts(self) -> FontCatalogue:
        """The fonts that all designs have."""
        return self._fonts

    @property
    def archive(self) -> Archive | None:
        """Where earlier versions are."""
        return self._archive

    def changed_at(self, design: str) -> float | None:
        """Return when the document of a design was written last (Unix seconds), None where that can't be read."""
        try:
            return (self._folder / design.partition(SEPARATOR)[0] / FILE_NAME).stat().st_mtime
        except OSError:
            return None

    def keep(self) -> None:
        """Keep the versions that are served now in the archive, for links that will be pinned to them.

        Called once by a process that serves; ``take`` does it for what changes later.
        """
        if self._archive:
            for design in self.library.designs.values():
                self._archive.keep(design)
        self._share_in_background()

    def look(self) -> Library | None:
        """Return the designs as they are in the folder now, None if nothing has changed since the last look."""
        self._share_in_background()
        seen, now = settled_fingerprint(self._folder), self._clock()
        if self._archive and now >= self._renew_at:
            self._archive.renew()
            self._renew_at = now + RENEW_SECONDS
        is_due = any(until <= now for until in self.library.missing.values())
        if seen is not None and seen == self._seen and not is_due:
            return None
        self._seen = seen
        return look_again(self._folder, self._fonts, self.library, now)

    def reload(self, mistakes_of: Callable[[Design], BadDesign | None]) -> bool:
        """Look and take in one go; a design in which ``mistakes_of`` finds some keeps its last good version."""
        library = self.look()
        if library is None:
            return False
        changed = changed_designs(library, self.library)
        broken = {design.id: error for design in changed if (error := mistakes_of(design)) is not None}
        return self.take(with_broken(library, self.library, broken))

    def take(self, library: Library) -> bool:
        """Serve these designs from now on, and keep their versions; return whether anything is new."""
        if library.is_like(self.library):
            return False
        self.library = library
        self.keep()
        return True

    def version(self, design: str, pin: str | None) -> Design:
        """Return the version of a design that ``pin`` begins, or the current one if that version is not here.

        Raises UnknownDesign.
        """
        current = self.find(design)
        if pin is None or current.version.startswith(pin) or self._archive is None:
            return current
        return self._archive.find(design, pin, self._fonts) or current

    def may_fetch(self, design: str, pin: str | None) -> bool:
        """Say whether a version that is not here is worth looking for in the shared store."""
        return self._archive is not None and pin is not None and self._archive.may_fetch(design, pin)

    def fetch(self, design: str, pin: str | None) -> bool:
        """Get a version from the shared store, unless it is here; return whether it is now. May take seconds."""
        if self._archive is None or pin is None or design not in self.library.designs:
            return False
        is_here = self.version(design, pin).version.startswith(pin)
        return is_here or self._archive.fetch(design, pin, self._fonts) is not None

    def _share_in_background(self) -> None:
        designs: Collection[Design] = self.library.designs.values()
        if self._archive and self._background and self._archive.wants_to_share(designs):
            self._background.submit(self._archive.share, tuple(designs))


def open_shelf(
    folder: Path,
    fonts: FontCatalogue,
    archive: Archive | None = None,
    background: Executor | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Shelf:
    """Load the designs of a folder and put them on a shelf. Raises SettingsError if there is no such folder."""
    return Shelf(folder, fonts, load_library(folder, fonts), archive, background, clock)


def look_again(folder: Path, fonts: FontCatalogue, before: Library, now: float) -> Library:
    """Load the designs of a folder again; those that are gone stay for a while. ``now`` in monotonic seconds."""
    trouble = ""
    try:
        loaded = load_library(folder, fonts, before)
    except SettingsError as error:
        loaded, trouble = Library({}, {}), str(error)
    gone = before.designs.keys() - loaded.designs.keys() - loaded.broken.keys()
    if not loaded.designs and not loaded.broken and gone:
        trouble = trouble or f"the designs folder {folder} is empty; put the designs back, or restart the server"
        missing = dict.fromkeys(gone, math.inf)
    else:
        until = {name: min(before.missing.get(name, math.inf), now + MISSING_SECONDS) for name in gone}
        missing = {name: end for name, end in until.items() if end > now}
    retained = {name: before.designs[name] for name in missing}
    return Library(dict(sorted({**loaded.designs, **retained}.items())), loaded.broken, missing, trouble)
