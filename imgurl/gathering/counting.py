"""What is counted of fetches, in words; whoever composes says where."""

from collections.abc import Callable
from enum import StrEnum


class Kind(StrEnum):
    """What is fetched."""

    PICTURE = "picture"
    SOURCE = "source"


class Fetch(StrEnum):
    """How a fetch ended."""

    OK = "ok"
    #: The host says that there is none.
    ABSENT = "absent"
    #: It came, and is no picture that can be read, or has none of the values.
    UNUSABLE = "unusable"
    #: The host did not answer, or not as it should, or is not listed; or there was no time to look at what came.
    FAILED = "failed"
    #: Not even tried: the host has failed several times, and is left alone for some seconds.
    LEFT_ALONE = "left_alone"


class Wait(StrEnum):
    """How it went with one who waited for a fetch."""

    #: Another one had begun it already.
    SHARED = "shared"
    #: There was no time to wait for its end.
    LATE = "late"


Count = Callable[[Kind, Fetch | Wait], object]
CountWait = Callable[[Wait], object]


def uncounted(*_: object) -> None:
    """Count nothing."""
