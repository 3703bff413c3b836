"""The words of a design for how a text stands in its box. Nothing is imported here: a design is read without a font."""

from enum import StrEnum


class Align(StrEnum):
    """Where lines stand in the box: ``start`` is left for left-to-right text and right for right-to-left text."""

    START = "start"
    CENTER = "center"
    END = "end"
    LEFT = "left"
    RIGHT = "right"


class VerticalAlign(StrEnum):
    """Where the lines together stand in the box."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"
