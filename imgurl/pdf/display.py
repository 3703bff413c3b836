"""What is on a page: a display list, in px of the design, y downwards. The words between painters and this room."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from imgurl.color import Color, Fill
from imgurl.geometry import Box
from imgurl.pdf.passthrough import Picture
from imgurl.pdf.paths import Path
from imgurl.text.layout import TextLayout


@dataclass(frozen=True, slots=True)
class Filled:
    """A path filled; a gradient spans ``area``. With ``has_holes`` paths inside paths are holes (even-odd)."""

    path: Path
    fill: Fill
    area: Box
    has_holes: bool = False


@dataclass(frozen=True, slots=True)
class Stroked:
    """A line along a path, with round joins; with ``is_filled`` what it encloses as well."""

    path: Path
    color: Color
    width: float
    is_filled: bool = False
    clip: Path = b""


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture in a rectangle; of ``clip`` only the inside is seen."""

    picture: Picture
    left: float
    top: float
    width: float
    height: float
    clip: Path = b""


@dataclass(frozen=True, slots=True)
class Written:
    """Text that can be read: a traced layout whose origin is the corner of ``area``, which gradients span.

    ``fills`` are by the number of a run's style. Where it ``is_unseen``, a picture of the text is under it.
    """

    layout: TextLayout
    area: Box
    fills: tuple[Fill, ...]
    letter_spacing: float = 0.0
    language: str = ""
    is_unseen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Items that fade and mix with what is below as one, turn about a point, clockwise in degrees, and then move.

    ``blend`` is normal, multiply or screen. Of ``clip``, which turns and moves with them, only the inside is seen.
    ``name`` is what is said of its texts under.
    """

    items: "tuple[Item, ...]"
    opacity: float = 1.0
    turn: float = 0.0
    center: tuple[float, float] = (0.0, 0.0)
    blend: str = "normal"
    move: tuple[int, int] = (0, 0)
    clip: Path = b""
    name: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether its items can be drawn one by one."""
        return self.opacity >= 1.0 and self.blend == "normal"


Item = Union[Filled, Stroked, Placed, Written, Group]  # noqa: UP007 - a name that is yet to come is in it


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a drawing goes on its page: both in points, the drawing from its bottom left corner."""

    width: float
    height: float
    left: float
    bottom: float
    #: Points a px.
    scale: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page: what is drawn on it, and what is said about it.

    ``figure`` is the artwork, which ``alt`` describes; ``layers`` go over it in their order, which is the order of
    reading as well. ``mark`` goes over everything and is nothing that anybody reads.
    """

    width: int
    height: int
    paper: Paper
    title: str
    language: str
    alt: str
    figure: tuple[Item, ...]
    layers: tuple[tuple[Item, ...], ...] = ()
    mark: tuple[Item, ...] = ()


def texts_in(items: tuple[Item, ...]) -> tuple[Written, ...]:
    """Return the texts among items, those inside groups too."""
    return tuple(written for _, written in named_texts(items, ""))


def named_texts(items: tuple[Item, ...], name: str) -> Iterator[tuple[str, Written]]:
    """Yield the texts among the items of a layer of this name, each with the name of the layer that it is in."""
    for item in items:
        if isinstance(item, Written):
            yield name, item
        elif isinstance(item, Group):
            yield from named_texts(item.items, f"{name}/{item.name}" if item.name else name)
