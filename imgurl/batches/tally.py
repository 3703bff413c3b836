"""The outcome of rows, counted."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of rows: ``done`` have an image URL, ``failed`` have an error instead; together they are ``total``."""

    total: int = 0
    done: int = 0
    failed: int = 0
    #: In how many rows a field shows its fallback, by field.
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    #: The keys of the rows of an NDJSON list, in the order in which they first appear.
    columns: tuple[str, ...] = ()
    #: Rows whose image is in the cache, rendered in advance.
    drawn: int = 0
    #: The first error of a row, "" if there is none.
    error: str = ""

    def __add__(self, other: "Tally") -> "Tally":
        """Return the tally of the rows of both, those of ``self`` first."""
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
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Tally":
        """Read a tally."""
        values = json.loads(data)
        return cls(**{**values, "columns": tuple(values["columns"])})
