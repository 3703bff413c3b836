"""Boxes of whole pixels, half open: a box of width 3 at left 2 covers the columns 2, 3 and 4."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels: ``left`` and ``top`` are inside, ``right`` and ``bottom`` are not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Columns covered, 0 for an empty box."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Rows covered, 0 for an empty box."""
        return max(0, self.bottom - self.top)

    @property
    def is_empty(self) -> bool:
        """Whether no pixel is inside."""
        return self.right <= self.left or self.bottom <= self.top

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """``(left, top, right, bottom)``, the form Pillow takes."""
        return self.left, self.top, self.right, self.bottom

    def overlaps(self, other: "Box") -> bool:
        """Return whether a pixel is in both boxes; neither of them is empty."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def intersect(self, other: "Box") -> "Box":
        """Return the pixels in both boxes; the result may be empty."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def union(self, other: "Box") -> "Box":
        """Return the smallest box around both; an empty box adds nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def grow(self, pixels: int) -> "Box":
        """Return the box with ``pixels`` more on each side."""
        return Box(self.left - pixels, self.top - pixels, self.right + pixels, self.bottom + pixels)

    def move(self, right: int, down: int) -> "Box":
        """Return the box moved by so many pixels."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)
