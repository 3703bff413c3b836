"""What a campaign may cost: whether it was stopped, and its budget of pictures that are drawn.

Light: nothing that knows a database is loaded with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from imgurl.campaigns.facts import Line

# The database of campaigns in the data folder, where no other is set.
FILE_NAME = "campaigns.db"

HOUR_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Control:
    """A campaign's limits, and how many pictures were drawn for it.

    ``hour`` is the last hour in which one was drawn, in hours since 1970, ``hour_renders`` how many were then. None for
    a limit: there is none.
    """

    campaign: str
    #: Since when it is stopped, in Unix seconds; None: it is not.
    stopped: int | None = None
    per_hour: int | None = None
    total: int | None = None
    renders: int = 0
    hour: int = 0
    hour_renders: int = 0

    def renders_in(self, hour: int) -> int:
        """Return how many pictures were drawn in an hour that is not over."""
        return self.hour_renders if self.hour == hour else 0

    def allows(self, hour: int, more_in_hour: int, more: int) -> bool:
        """Say whether one more picture may be drawn in an hour, after these that are not in the counts yet."""
        return (self.per_hour is None or self.renders_in(hour) + more_in_hour < self.per_hour) and (
            self.total is None or self.renders + more < self.total
        )


#: Limits of the campaigns that have any, by label.
Controls = Mapping[str, Control]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a server process has to add to the counts. ``renders`` is by campaign and hour."""

    lines: Mapping[Line, int] = field(default_factory=dict)
    renders: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to add."""
        return not self.lines and not self.renders


def hour_of(now: float) -> int:
    """Return the hour of a moment in Unix seconds, in hours since 1970: budgets are of clock hours of UTC."""
    return int(now) // HOUR_SECONDS


def day_of(now: float) -> str:
    """Return the day of a moment in Unix seconds, in UTC.

    >>> day_of(0)
    '1970-01-01'
    """
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")
