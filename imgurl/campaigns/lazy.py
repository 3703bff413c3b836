"""The database of campaigns, opened when there is something to count or to look up.

A server that has no campaigns never loads the library of databases for them.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from imgurl.campaigns.control import FILE_NAME, Control

if TYPE_CHECKING:
    from imgurl.campaigns.ledger import Ledger

#: Sizes and modification times of the files of a database.
FileStates = tuple[tuple[int, int] | None, ...]


class LazyLedger:
    """Opens the ledger, once. May be used from any thread. Mutable state: the open ledger, behind a lock."""

    def __init__(self, data: Path, database_url: str | None) -> None:
        self._data = data
        self._database_url = database_url
        self._lock = threading.Lock()
        self._ledger: Ledger | None = None

    def opened(self) -> "Ledger":
        """Return the ledger; its database is created if there is none. Raises DatabaseDown, SettingsError."""
        with self._lock:
            if self._ledger is None:
                # Not at the top: see above.
                from imgurl.campaigns.database import open_database  # noqa: PLC0415
                from imgurl.campaigns.ledger import Ledger  # noqa: PLC0415
                from imgurl.database import translating_errors  # noqa: PLC0415

                with translating_errors():
                    self._ledger = Ledger(open_database(self._data, self._database_url))
            return self._ledger

    def limits_of(self, campaign: str) -> Control | None:
        """Return the limits of a campaign; None for one that has never been seen, and if there is no database.

        Raises DatabaseDown, SettingsError.
        """
        return self.opened().find(campaign) if self.is_there else None

    @property
    def is_there(self) -> bool:
        """Whether there is a database already, as far as can be known without asking one."""
        return self._database_url is not None or self._files[0].exists()

    def file_states(self) -> FileStates:
        """Return what tells whether somebody wrote, () for a database that is elsewhere."""
        return () if self._database_url is not None else tuple(map(_file_state, self._files))

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._ledger is not None:
                self._ledger.close()
                self._ledger = None

    @property
    def _files(self) -> Sequence[Path]:
        path = self._data / FILE_NAME
        return path, path.with_name(path.name + "-wal")


def _file_state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
