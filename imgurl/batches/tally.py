"""What became of rows."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of rows: ``done`` have an image URL, ``failed`` have an error instead; together they are ``total``.

    ``drawn`` are rows whose image lies in the cache, drawn ahead.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    #: In how many rows a field took its fallback, by field.
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    #: The keys that the rows of an NDJSON list have, in the order they were met.
    columns: tuple[str, ...] = ()
    drawn: int = 0
    #: The first error of a row, "" where there is none.
    error: str = ""

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.total + other.total,
            self.done + other.done,
            self.failed + other.failed,
            dict(Counter(self.fallbacks) + Counter(other.fallbacks)),
            tuple(dict.fromkeys(self.columns + other.columns)),
            self.drawn + other.drawn,
            self.error or other.error,
        )

    def to_json(self) -> bytes:
        """Return the tally as JSON."""
        written = {
            "total": self.total,
            "done": self.done,
            "failed": self.failed,
            "fallbacks": self.fallbacks,
            "columns": self.columns,
            "drawn": self.drawn,
            "error": self.error,
        }
        return json.dumps(written).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Tally":
        """Read a tally."""
        read = json.loads(data)
        counts = read["total"], read["done"], read["failed"]
        columns = tuple(read["columns"])
        return cls(*counts, read["fallbacks"], columns, read.get("drawn", 0), read.get("error", ""))
