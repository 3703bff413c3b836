"""What a picture needs from elsewhere, and what became of that. Light: nothing that fetches is loaded with it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from imgurl.merge.json_paths import Scalar


@dataclass(frozen=True, slots=True)
class RemotePicture:
    """A picture on one of a design's hosts, good for ``ttl`` seconds."""

    url: str
    hosts: tuple[str, ...]
    ttl: int


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A JSON document on one of a design's hosts, and where in it the values of fields are.

    It is good for ``ttl`` seconds, and may be used for ``max_stale`` seconds more while a new one is fetched. A picture
    waits ``deadline`` seconds for it. ``headers`` names what the operator has set to be sent along.
    """

    name: str
    url: str
    hosts: tuple[str, ...]
    #: JSONPaths by the names of fields.
    paths: tuple[tuple[str, str], ...]
    ttl: int
    max_stale: int
    deadline: float
    headers: str


Need = RemotePicture | LiveSource


@dataclass(frozen=True, slots=True)
class Found:
    """What was fetched, ``age`` seconds ago; good for ``left`` more, 0 if it is used although it is not any more.

    Of a picture the bytes and their digest, both empty if its host says that there is none; of a source its values.
    """

    age: float
    left: float
    digest: str = ""
    body: bytes = field(default=b"", repr=False)
    values: Mapping[str, Scalar] = field(default_factory=dict, repr=False)

    @property
    def is_stale(self) -> bool:
        """Whether it is used only because nothing newer is there yet."""
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing that can be used, and why, as a sentence without values."""

    reason: str


Gathered = Mapping[Need, Found | Missing]

#: Says why a picture, given its digest and bytes, can't be read: "" if it can, None if that can't be known now.
LookAndWait = Callable[[str, bytes], str | None]


class Shown(Protocol):
    """What is shown, and what it needs still."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """What has to be gathered before it is what it is meant to be."""


Thing = TypeVar("Thing", bound=Shown)

#: Says what is shown with what was gathered so far.
Show = Callable[[Gathered], Thing]


class Gathers(Protocol):
    """What gathers on the event loop of a server."""

    async def complete(self, show: Show[Thing], shown: Thing | None = None) -> Thing:
        """Return what is shown once everything was gathered that could be in time."""

    async def close(self) -> None:
        """Give up what is on its way."""


class Gathering(Protocol):
    """What gathers for those who wait: commands, and the workers of batches. ``hosts`` are those that may be asked."""

    hosts: frozenset[str]

    def complete(self, show: Show[Thing]) -> Thing:
        """Return what is shown once everything was gathered that could be in time."""

    def start(self, needs: Iterable[Need]) -> None:
        """Begin to fetch pictures that will be needed, without waiting for them."""

    def close(self) -> None:
        """Give up what is on its way."""
