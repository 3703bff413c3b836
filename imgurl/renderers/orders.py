"""What the owner of a pool says to it: how a studio is opened, what renderers may take, what is to be drawn."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

# How much longer an order may last where its renderer waits for a processor: renderers are nice to everybody else.
PATIENCE = 5


class Lacking(Exception):
    """Raised by a studio that lacks what an order names, such as a design that was edited since it was opened."""


#: A finished file, and what the renderer does once it has answered, such as writing the file to a cache.
Drawn = tuple[bytes, Callable[[], object] | None]


class Studio(Protocol):
    """What draws. It is opened once in the zygote, and each renderer has its own copy by fork.

    It must start no thread before the fork: a lock that a thread holds at that moment stays locked in every copy.
    """

    def draw(self, work: Any, /) -> Drawn:
        """Draw what the ``work`` of an order says. Raises Lacking, or anything where it can't be drawn."""

    def learn(self, supply: Any, /) -> None:
        """Take in what was lacking."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a studio is opened: ``opener``, as ``package.module:name``, is called with ``settings``, which are pickled.

    It is a path and not the callable itself, so that the process that serves never imports what draws. If the studio
    can't be opened with ``settings``, it is with ``spare_settings``, such as without what is prepared ahead.
    """

    opener: str
    settings: object = None
    spare_settings: object = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one renderer may take: seconds for an order, or to start, and memory on top of what it shares with others.

    Of an order's seconds those do not count for which its renderer waits while others have the processors, up to
    PATIENCE times as many. ``open_seconds`` is what opening the studio may take. ``niceness`` is added to that of the
    process that serves.
    """

    order_seconds: float = 10.0
    start_seconds: float = 10.0
    open_seconds: float = 60.0
    memory_mb: int = 1_024
    niceness: int = 10

    @property
    def longest_seconds(self) -> float:
        """What an order may last on a machine that does much else."""
        return self.order_seconds * PATIENCE


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait before a pool: orders, and seconds until one begins."""

    orders: int = 1_000
    seconds: float = 3.0


class Urgency(IntEnum):
    """For whom a picture is drawn."""

    OPENED = 0  # a reader waits for it
    AHEAD = 1  # a batch draws it ahead


@dataclass(frozen=True, slots=True)
class Order:
    """A picture to be drawn.

    ``work`` is what the studio gets, pickled. ``key`` names the picture: one that kills its renderers is known by it.
    ``link`` is who shares the renderers fairly with others; orders of one ``kind`` take alike long. ``supply`` returns
    what a studio that raises Lacking is to learn; it is called only then.
    """

    key: Hashable
    work: object
    link: Hashable = None
    urgency: Urgency = Urgency.OPENED
    kind: Hashable = None
    supply: Callable[[], object] | None = None
