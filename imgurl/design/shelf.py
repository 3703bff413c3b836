"""The designs that are served now, and the versions they had before.

A folder that is empty or can't be read all at once was taken away, for example by a mount or by a copy that deletes
first: its designs stay until it has some again. A single design that is gone is meant to be, or is just being
replaced: it stays for a while. Mails that are out must not lose their pictures meanwhile.
"""

import math
import time
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from pathlib import Path

from imgurl.design.archive import Archive
from imgurl.design.library import Design, Library, fingerprint, load_library
from imgurl.errors import SettingsError
from imgurl.text.fonts import FontCatalogue

# How long a design that is no more in the folder is served: longer than a deployment that deletes before it copies.
MISSING_SECONDS = 600.0

# How often the versions in use are noted to be, so that pruning leaves them.
RENEW_SECONDS = 21_600.0

# A file that changed so lately may change again within the same tick of the disk's clock: it is read once more later.
SETTLED_SECONDS = 2.0


class Shelf:
    """The designs of a folder, as they were loaded last. Mutable state: the library, replaced as a whole.

    With an archive each version is kept in it. ``background`` is what puts versions into the archive's shared store;
    without, nothing is put there but by ``share``. Raises SettingsError where there is no such folder.
    """

    def __init__(
        self,
        folder: Path,
        fonts: FontCatalogue,
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
        self._seen = _seen(folder)
        self.library = load_library(folder, fonts)
        self._keep()

    def look(self) -> Library | None:
        """Return the designs as they are in the folder now, None where nothing has changed since the last look."""
        self._share_aside()
        seen, now = _seen(self._folder), self._clock()
        if self._archive and now >= self._renew_at:
            self._archive.renew()
            self._renew_at = now + RENEW_SECONDS
        is_due = any(until <= now for until in self.library.missing.values())
        if seen is not None and seen == self._seen and not is_due:
            return None
        self._seen = seen
        return look_again(self._folder, self._fonts, self.library, now)

    def take(self, library: Library) -> bool:
        """Serve these designs from now on; return whether they are others than before."""
        if library.is_like(self.library):
            return False
        self.library = library
        self._keep()
        return True

    def version(self, design: str, pin: str | None) -> tuple[Design, bool]:
        """Return a design, and whether it is the version that ``pin`` begins: where that is not here, the present one.

        Raises UnknownDesign.
        """
        present = self.library.find(design)
        if pin is None or present.version.startswith(pin):
            return present, pin is not None
        kept = self._archive.find(design, pin, self._fonts) if self._archive else None
        return (kept, True) if kept else (present, False)

    def may_fetch(self, design: str, pin: str | None) -> bool:
        """Say whether a version that is not here is worth looking for in the shared store."""
        return self._archive is not None and pin is not None and self._archive.may_fetch(design, pin)

    def fetch(self, design: str, pin: str | None) -> bool:
        """Get a version from the shared store, unless it is here; return whether it is now. May take seconds."""
        if self._archive is None or pin is None or design not in self.library.designs:
            return False
        is_here = self.version(design, pin)[1]
        return is_here or self._archive.fetch(design, pin, self._fonts) is not None

    def _keep(self) -> None:
        if self._archive:
            for design in self.library.designs.values():
                self._archive.keep(design)
        self._share_aside()

    def _share_aside(self) -> None:
        designs: Collection[Design] = self.library.designs.values()
        if self._archive and self._background and self._archive.wants_to_share(designs):
            self._background.submit(self._archive.share, tuple(designs))


def look_again(folder: Path, fonts: FontCatalogue, before: Library, now: float) -> Library:
    """Load the designs of a folder again; those that are gone stay for their time. ``now`` in monotonic seconds."""
    trouble = ""
    try:
        loaded = load_library(folder, fonts, before)
    except SettingsError as error:
        loaded, trouble = Library({}, {}), str(error)
    gone = before.designs.keys() - loaded.designs.keys() - loaded.broken.keys()
    if not loaded.designs and not loaded.broken and gone:
        trouble = trouble or f"the designs folder {folder} is empty; put the designs back, or start the server anew"
        missing = dict.fromkeys(gone, math.inf)
    else:
        until = {name: min(before.missing.get(name, math.inf), now + MISSING_SECONDS) for name in gone}
        missing = {name: end for name, end in until.items() if end > now}
    kept = {name: before.designs[name] for name in missing}
    return Library(dict(sorted({**loaded.designs, **kept}.items())), loaded.broken, missing, trouble)


def _seen(folder: Path) -> frozenset[tuple[str, int, int, int, int]] | None:
    """Return the fingerprint of a folder; None where it can't be told yet, because a file has changed just now."""
    try:
        found = fingerprint(folder)
    except SettingsError:
        return frozenset()
    newest = max((max(modified, changed) for _, modified, changed, _, _ in found), default=0)
    return None if abs(time.time() - newest / 1e9) < SETTLED_SECONDS else found
