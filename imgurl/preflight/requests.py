"""What those who judge are asked for, and what they answer: it travels between processes."""

from collections.abc import Mapping
from dataclasses import dataclass

from imgurl.preflight.facts import Cell
from imgurl.tables.byte_ranges import ByteRange

#: A part of a list, and its bytes.
Part = tuple[ByteRange, bytes]


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A recipient's picture: a small copy of it as WebP, and how many bytes the picture itself has."""

    body: bytes
    width: int
    height: int
    full_bytes: int


@dataclass(frozen=True, slots=True)
class Draw:
    """Asks for the pictures of some rows, given the cells of their fields; ``width`` is that of the small copies."""

    rows: tuple[tuple[Cell, ...], ...]
    width: int


@dataclass(frozen=True, slots=True)
class Refit:
    """Asks for the ``min_size`` with which a layer would hold the text of each of these rows; 0 if there is none."""

    layers: Mapping[str, tuple[tuple[Cell, ...], ...]]
