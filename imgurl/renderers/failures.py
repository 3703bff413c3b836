"""How drawing in another process fails.

RenderFailed
├── RendererDied       the process ended while it drew
│   └── RendererKilled it took longer than it may, and was killed
└── Poisoned           the picture killed two renderers: it is not tried again for a while
ImgurlError
├── QueueFull          too much of this link waits already: 503
├── PoolClosed         the pool is closed, or closes: 503
└── StudioFailed       the studio could not be opened: no renderer can be started
"""

import signal
from collections.abc import Hashable
from dataclasses import dataclass

from imgurl.errors import ImgurlError, RenderFailed


@dataclass(frozen=True, slots=True)
class Death:
    """How a process ended. ``status`` is what ``subprocess`` calls its return code; None where nobody knows it."""

    process: str
    pid: int | None
    status: int | None
    #: How long it had been at what it was drawing.
    seconds: float = 0.0
    #: It was killed here, because it took too long.
    is_overdue: bool = False

    def __str__(self) -> str:
        name = f"{self.process} {self.pid or '(not started yet)'}"
        if self.is_overdue:
            return f"{name} was killed after {self.seconds:.1f} s"
        if self.status is None:
            return f"{name} ended in an unknown way"
        if self.status >= 0:
            return f"{name} exited with status {self.status}"
        try:
            return f"{name} was ended by {signal.Signals(-self.status).name}"
        except ValueError:
            return f"{name} was ended by signal {-self.status}"


class RendererDied(RenderFailed):
    """Raised when the process that drew a picture ended; ``death`` says how."""

    def __init__(self, key: Hashable, death: Death) -> None:
        super().__init__(f"the picture {key} was not drawn: {death}")
        self.key = key
        self.death = death


class RendererKilled(RendererDied):
    """Raised when drawing took longer than it may; the process was killed."""


class Poisoned(RenderFailed):
    """Raised for a picture that killed its renderers lately."""

    def __init__(self, key: Hashable) -> None:
        super().__init__(f"the picture {key} killed the processes that drew it; it is tried again in some minutes")
        self.key = key


class QueueFull(ImgurlError):
    """Raised when more of a link waits than could be drawn in time."""

    status_hint = 503

    def __init__(self, link: Hashable) -> None:
        super().__init__(f"too many pictures of {link} are waiting already")
        self.link = link


class PoolClosed(ImgurlError):
    """Raised for orders of a pool that is closed."""

    status_hint = 503

    def __init__(self) -> None:
        super().__init__("the renderers are being shut down")


class StudioFailed(ImgurlError):
    """Raised when no renderer can be started, because what they draw with could not be opened; the message has why."""
