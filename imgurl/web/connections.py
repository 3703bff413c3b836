"""How long a connection may take, how many there may be, and what is logged when the process is out of files.

uvicorn limits only idle connections: one that sends nothing, or half a request, stays open forever, and each takes one
of the files that the process may open.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Protocol

import structlog

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

# asyncio accepts up to this many connections in one go, before they can be counted (uvicorn's backlog).
ACCEPTED_AT_ONCE = 2_048

# How many connections are looked at in one turn of the event loop: thousands opened together are due together, and
# to end one takes 20 µs or more.
LOOKED_AT_ONCE = 32

# How often each is looked at within the shortest time that a client may take.
LOOKS = 5

# Files that the process needs besides connections: designs, caches, databases, the store.
OTHER_FILES = 128

# What asyncio logs when accept() fails because the process is out of files: up to 2,048 times a second, each with a
# traceback.
OUT_OF_FILES = "socket.accept() out of system resource"
SECONDS_BETWEEN_REPORTS = 60.0

# The key of the Connections in the state that a server passes to each of its connections.
STATE = "connections"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take. Times in seconds, sizes in bytes."""

    #: From the first byte of a request (on a new connection: from its start) to the end of its headers.
    head_seconds: float = 5.0
    #: From one piece of a request's body to the next, and from one piece of a response that is read to the next.
    body_seconds: float = 10.0
    #: All header lines, without the request line.
    header_bytes: int = 16_384
    header_lines: int = 64
    #: Open connections of one process.
    connections: int = 4_096


class Connection(Protocol):
    """What is asked of a connection."""

    def give_up(self) -> None:
        """Close the connection, which waits for a request."""

    def look(self, now: float) -> None:
        """End the connection if its client has taken too long; ``now`` is the time of the event loop."""


class Connections:
    """The open connections of one process, and those of them that wait for a request, longest first.

    When there are too many, the one that has waited longest goes: a client that means it sends its request at once.
    Each is looked at now and then, a few in each turn of the event loop. ``image_refused`` is called with the status of
    each image request that is refused before the application sees it.

    Mutable state: the connections by the time of the next look at them, earliest first, and the one timer for that.
    """

    def __init__(
        self, limits: Limits | None = None, image_refused: Callable[[int], object] = lambda status: None
    ) -> None:
        self.limits = limits or Limits()
        self.image_refused = image_refused
        self._pause = min(self.limits.head_seconds, self.limits.body_seconds) / LOOKS
        self._open: OrderedDict[Connection, float] = OrderedDict()
        self._waiting: OrderedDict[Connection, None] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def begins(self, connection: Connection) -> bool:
        """Note a new connection, which waits for a request, and say whether it may stay; another may have to go."""
        if len(self._open) >= self.limits.connections:
            longest = next(iter(self._waiting), None)
            if longest is None:
                return False
            self.ends(longest)
            longest.give_up()
        loop = asyncio.get_running_loop()
        self._open[connection] = loop.time() + self._pause
        self._waiting[connection] = None
        if self._timer is None:
            self._timer = loop.call_later(self._pause, self._look)
        return True

    def ends(self, connection: Connection) -> None:
        """Forget a connection."""
        self._open.pop(connection, None)
        self.is_not_waiting(connection)

    def is_waiting(self, connection: Connection) -> None:
        """Note that a connection is now waiting for a request."""
        self._waiting[connection] = None
        self._waiting.move_to_end(connection)

    def is_not_waiting(self, connection: Connection) -> None:
        """Note that a connection has sent a request, or has ended."""
        self._waiting.pop(connection, None)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for connection, due in list(islice(self._open.items(), LOOKED_AT_ONCE)):
            if due > now:
                break
            self._open[connection] = now + self._pause
            self._open.move_to_end(connection)
            connection.look(now)
        first = next(iter(self._open.values()), None)
        self._timer = None if first is None else loop.call_at(first, self._look)


def raise_file_limit() -> None:
    """Let this process, and those it starts, open as many files as the system allows."""
    if resource is None:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems report no limit and enforce one.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def connections_below(files: int, most: int) -> int:
    """Return how many connections leave room among ``files`` for one burst of new ones and for everything else.

    >>> connections_below(20_000, 4_096), connections_below(1_024, 4_096)
    (4096, 512)
    """
    return min(most, max(files - ACCEPTED_AT_ONCE - OTHER_FILES, files // 2))


def affordable(limits: Limits) -> Limits:
    """Return limits with no more connections than this process's limit of open files allows."""
    if resource is None:
        return limits
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return limits
    return replace(limits, connections=connections_below(files, limits.connections))


class AcceptErrors:
    """Logs at most once a minute that no file is left for a new connection. Mutable state: when it last did."""

    def __init__(self) -> None:
        self._said_at: float | None = None

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an error of the event loop; the shape is that of ``loop.set_exception_handler``."""
        if context.get("message") != OUT_OF_FILES:
            loop.default_exception_handler(context)
            return
        if self._said_at is None or loop.time() - self._said_at >= SECONDS_BETWEEN_REPORTS:
            self._said_at = loop.time()
            structlog.get_logger().error(
                "no file is left for new connections, so they wait; raise the limit of open files (ulimit -n)"
            )
