"""The manifest of a backup: what is in the file, and what it takes to trust it.

It is the last member of the ZIP file, as JSON. All other members are listed in it with their size and SHA-256.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from imgurl.errors import BackupError

NAME = "manifest.json"

# Raised when a backup can't be read by older versions any more.
FORMAT = 1

# The folders of a backup, as they are after it was restored.
DATA = "imgurl-data"
DESIGNS = "designs"
FONTS = "fonts"

# A part of a name: no dot at its start (so neither "." nor ".."), nothing that any file system takes for a path.
PART = re.compile(r"[^./\\:*?\"<>|\x00-\x1f][^/\\:*?\"<>|\x00-\x1f]{0,254}")
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a backup. ``modified`` is in Unix seconds: it says when a version was shown last."""

    name: str
    size: int
    sha256: str
    modified: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup. ``settings`` are the names of the variables that were set, never their values.

    ``elsewhere`` are those of them that name a service with data of its own, which is not in the backup.
    """

    imgurl: str
    created: float
    members: tuple[Member, ...]
    settings: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def folders(self) -> frozenset[str]:
        """The folders at the top that the backup has."""
        return frozenset(member.name.partition("/")[0] for member in self.members)

    def to_json(self) -> str:
        """Return the manifest as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"


def read_manifest(text: bytes) -> Manifest:
    """Return the manifest of a backup. Raises BackupError for anything else than a manifest of a known format."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise BackupError(
                f"this backup was made by imgurl {document['imgurl']}, in a format that this version does not know; "
                "install that version or a newer one"
            )
        return Manifest(
            str(document["imgurl"]),
            float(document["created"]),
            tuple(_member(entry) for entry in document["members"]),
            tuple(map(str, document["settings"])),
            tuple(map(str, document["elsewhere"])),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BackupError("this is not a backup of imgurl: its manifest can't be read; restore another file") from error


def _member(entry: Mapping[str, Any]) -> Member:
    member = Member(str(entry["name"]), int(entry["size"]), str(entry["sha256"]), float(entry["modified"]))
    top, *rest = member.name.split("/")
    is_safe = top in (DATA, DESIGNS, FONTS) and rest and all(PART.fullmatch(part) for part in rest)
    if not is_safe or member.size < 0 or not DIGEST.fullmatch(member.sha256) or not math.isfinite(member.modified):
        raise ValueError(member.name)
    return member
