"""The words of a design for where a text is in its box. Imports nothing: a design is read without opening a font."""

from enum import StrEnum


class Align(StrEnum):
    """Where lines are in the box: ``start`` is left for left-to-right text and right for right-to-left text."""

    START = "start"
    CENTER = "center"
    END = "end"
    LEFT = "left"
    RIGHT = "right"


class VerticalAlign(StrEnum):
    """Where the lines together are in the box."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"
