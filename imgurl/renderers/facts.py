"""What there is to be measured of renderers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """Renderers at a moment, and what has happened since they were made."""

    #: Process ids of the renderers, and of the zygote they come from.
    renderers: tuple[int, ...] = ()
    zygote: int | None = None
    busy: int = 0
    waiting: int = 0
    #: What waits is expected to take one renderer so long.
    waiting_seconds: float = 0.0
    #: Pictures that are not tried now, because they killed their renderers.
    poisoned: int = 0
    drawn: int = 0
    failed: int = 0
    #: Seconds that renderers took for the drawn and the failed ones.
    drawing_seconds: float = 0.0
    #: Renderers that ended without being asked to, and how many of them were killed because they took too long.
    died: int = 0
    killed: int = 0
    zygotes_died: int = 0
    #: Orders refused: as poisoned, and because too much waited.
    refused_poisoned: int = 0
    refused_full: int = 0
    #: Orders for which a renderer was sent what it lacked.
    supplied: int = 0
