"""A countdown as it plays: a GIF of one frame a second, put together from rectangles that were compressed before.

A film is a plate with everything but its clocks: the picture without digits, and the boxes that each unit of a clock
changes. A second is that picture with the boxes of the digits that are shown; from one second to the next, one
rectangle changes. Both are kept: the rectangles of a second are those of each minute.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import pairwise

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from imgurl.design.layers.countdown import BLANK, ENDED, digits_of
from imgurl.encoders.gif import MAX_DELAY, Frame, Indexes, assemble, frame
from imgurl.encoders.palette import (
    MAX_ERROR,
    PALETTE_SIZE,
    Pixels,
    dithered,
    median_colors,
    nearest_entries,
    plan_colors,
)
from imgurl.geometry import Box
from imgurl.plate.compile import Plate
from imgurl.plate.drawing import Drawing, ItemCache
from imgurl.plate.layers.painter import ClockPart
from imgurl.plate.recent import RecentCache
from imgurl.raster.canvas import over_white, pixels_of

SECONDS = 60

# Hundredths of a second.
SECOND = 100

# Bytes of what one film keeps: rectangles of indexes, and compressed ones.
CROP_BYTES, FRAME_BYTES = 1_000_000, 1_000_000

# Some ten designs at once, at the most.
FILM_CACHE_BYTES = 40_000_000

# Seconds whose pictures have all ten digits in every cell, and one with three digits of days, to choose colours by.
SAMPLES = tuple(86_400 * days + 3_600 * hours + 60 * minutes + seconds for days, hours, minutes, seconds in (
    (1, 1, 1, 1), (12, 12, 23, 23), (23, 23, 45, 45), (45, 16, 38, 38), (67, 7, 59, 59), (89, 18, 46, 46), (100, 9, 7, 7),
))  # fmt: skip

#: A box, and what decides its pixels.
State = tuple[tuple[Box, Hashable], ...]


@dataclass(frozen=True, eq=False)
class Film:
    """A plate and the values of one recipient, ``lefts`` aside: the seconds that each clock has left.

    Mutable state: what was painted and compressed before.
    """

    plate: Plate
    texts: Mapping[str, str]
    clocks: tuple[str, ...]

    def play(self, lefts: Mapping[str, int]) -> bytes:
        """Return the GIF of the next minute. It ends with the last clock, and its last frame stays."""
        states = [self._state(lefts, passed) for passed in range(SECONDS)]
        # The last clock ends within the minute, or later.
        states = states[: max(lefts.values()) + 1]
        frames = [replace(frame(self._indexes(lefts, 0, states[0])), delay=SECOND)]
        for passed, (before, after) in enumerate(pairwise(states), start=1):
            if before == after:
                # Nothing is counted that changes in this second: what is shown stays.
                frames[-1] = replace(frames[-1], delay=frames[-1].delay + SECOND)
            else:
                frames.append(self._change(lefts, passed, before, after))
        frames[-1] = replace(frames[-1], delay=MAX_DELAY)
        return assemble(self.plate.width, self.plate.height, self._colors.tobytes(), frames)

    def indexes_of(self, lefts: Mapping[str, int]) -> Indexes:
        """Return a second's picture as entries of the palette, painted as a whole: what all frames are judged by."""
        drawing = Drawing(self.plate, self._texts_at(lefts, 0))
        whole = Box(0, 0, self.plate.width, self.plate.height)
        return self._entries(whole, pixels_of(over_white(drawing.whole()[0])))

    @property
    def size(self) -> int:
        """Bytes held, about, when everything was shown."""
        return 5 * self.plate.width * self.plate.height + CROP_BYTES + FRAME_BYTES

    # What is shown when.

    def _texts_at(self, lefts: Mapping[str, int], passed: int) -> dict[str, str]:
        return {**self.texts, **{clock: str(max(0, left - passed)) for clock, left in lefts.items()}}

    def _state(self, lefts: Mapping[str, int], passed: int) -> State:
        """Return the boxes that clocks change, each with what is in it after so many seconds."""
        left = {clock: max(0, all_ - passed) for clock, all_ in lefts.items()}
        state: list[tuple[Box, Hashable]] = []
        for whole, clocks, parts in self._slots:
            if not all(left[clock] for clock in clocks):
                state.append((whole, tuple(left[clock] for clock in clocks)))
                continue
            for part in parts:
                shown = []
                for clock, units, number in part.cells:
                    digits = digits_of(units, left[clock])
                    # Three digits are smaller than two, in all cells.
                    shown.append((digits[number], len(digits[0])))
                state.append((part.box, tuple(shown)))
        return tuple(state)

    @cached_property
    def _slots(self) -> tuple[tuple[Box, tuple[str, ...], tuple[ClockPart, ...]], ...]:
        """The slots with clocks: all that each can touch, its clocks, and the parts of it that they change."""
        found: list[tuple[Box, tuple[str, ...], tuple[ClockPart, ...]]] = []
        for index, item in self._blank.items.items():
            slot = self.plate.numbered_slots[index]
            clocks = tuple(sorted({clock for part in item.parts for clock, _, _ in part.cells}))
            parts = tuple(replace(part, box=part.box.intersect(slot.box)) for part in item.parts)
            parts = tuple(part for part in parts if not part.box.is_empty)
            if parts:
                found.append((slot.box, clocks, parts))
        boxes = [whole for whole, _, _ in found]
        if any(one.overlaps(other) for number, one in enumerate(boxes) for other in boxes[:number]):
            # Each shows through the other: they are one, whose pixels all of their cells decide.
            part = reduce(ClockPart.union, [part for _, _, parts in found for part in parts])
            whole = reduce(Box.union, boxes)
            return ((whole, self.clocks, (replace(part, box=whole),)),)
        return tuple(found)

    # Pixels.

    @cached_property
    def _blank(self) -> Drawing:
        """The drawing without digits."""
        return Drawing(self.plate, {**self.texts, **dict.fromkeys(self.clocks, BLANK)})

    @cached_property
    def _base(self) -> Pixels:
        """The picture without digits."""
        return pixels_of(over_white(self._blank.whole()[0]))

    @cached_property
    def _palette(self) -> tuple[Pixels, bool]:
        """The colours of all seconds, shape (n, 3), and whether the picture is so flat that they are enough."""
        boxes = [whole for whole, _, _ in self._slots]
        samples = [dict.fromkeys(self.clocks, str(left)) for left in (*SAMPLES, int(ENDED))]
        drawings = [Drawing(self.plate, {**self.texts, **clocks}, self._items) for clocks in samples]
        drawn = [self._painted(drawing, box).reshape(-1, 3) for drawing in drawings for box in boxes]
        planned = plan_colors(self._base, np.concatenate(drawn))
        if planned is not None:
            colors, chosen = planned
            off = np.abs(colors.astype(np.int16) - chosen[nearest_entries(chosen, colors)])
            if off.max() <= MAX_ERROR:
                return chosen, True
        return median_colors(np.concatenate([self._base.reshape(-1, 3), *drawn]), PALETTE_SIZE), False

    @property
    def _colors(self) -> Pixels:
        return self._palette[0]

    @cached_property
    def _base_entries(self) -> Indexes:
        colors, is_flat = self._palette
        return nearest_entries(colors, self._base) if is_flat else dithered(colors, self._base)

    def _entries(self, box: Box, pixels: Pixels) -> Indexes:
        """Return pixels painted in a box as entries: where they are those of the base, its dithered ones."""
        # So a pixel's entry follows from its colour and its place alone, whatever rectangle it is painted in.
        rows, columns = slice(box.top, box.bottom), slice(box.left, box.right)
        is_same = (pixels == self._base[rows, columns]).all(axis=2)
        return np.where(is_same, self._base_entries[rows, columns], nearest_entries(self._colors, pixels))

    @cached_property
    def _items(self) -> ItemCache:
        return ItemCache(1_000_000)

    @cached_property
    def _crops(self) -> LRUCache[tuple[Box, Hashable], Indexes]:
        return LRUCache(CROP_BYTES, getsizeof=lambda crop: min(crop.nbytes, CROP_BYTES))

    @cached_property
    def _changes(self) -> LRUCache[Hashable, Frame]:
        return LRUCache(FRAME_BYTES, getsizeof=lambda one: min(500 + len(one.block), FRAME_BYTES))

    @staticmethod
    def _painted(drawing: Drawing, box: Box) -> NDArray[np.uint8]:
        touching = [index for index, touched in drawing.boxes.items() if touched.overlaps(box)]
        return pixels_of(over_white(drawing.paint(box, touching)))

    def _indexes(self, lefts: Mapping[str, int], passed: int, state: State) -> Indexes:
        """Return the picture after so many seconds: the one without digits, with the boxes of its state."""
        whole = self._base_entries.copy()
        for box, shown in state:
            crop = self._crops.get((box, shown))
            if crop is None:
                drawing = Drawing(self.plate, self._texts_at(lefts, passed), self._items)
                crop = self._crops[box, shown] = self._entries(box, self._painted(drawing, box))
            whole[box.top : box.bottom, box.left : box.right] = crop
        return whole

    def _change(self, lefts: Mapping[str, int], passed: int, before: State, after: State) -> Frame:
        """Return the rectangle that changes from one second to the next."""
        changed = [box for box, _ in set(before) ^ set(after)]
        around = reduce(Box.union, changed)
        # All that is in it, also what does not change.
        key = around, *(tuple(part for part in state if part[0].overlaps(around)) for state in (before, after))
        known = self._changes.get(key)
        if known is None:
            first, second = self._indexes(lefts, passed - 1, before), self._indexes(lefts, passed, after)
            known = self._changes[key] = _difference(first, second)
        return known


class FilmCache(RecentCache[Film]):
    """Films shown before: a campaign whose mails differ in the second alone has one."""

    def __init__(self, max_bytes: int = FILM_CACHE_BYTES) -> None:
        super().__init__(max_bytes, lambda film: film.size)

    def play(self, plate: Plate, texts: Mapping[str, str], lefts: Mapping[str, int]) -> bytes:
        """Return the GIF of a plate whose clocks have so many seconds left."""
        clocks = tuple(sorted(lefts))
        others = {name: text for name, text in texts.items() if name not in lefts}
        key = plate.digest, clocks, tuple(sorted(others.items()))
        return self.get(key, lambda: Film(plate, others, clocks)).play(lefts)


def running_clocks(plate: Plate, texts: Mapping[str, str]) -> dict[str, int]:
    """Return the seconds that each clock of a plate has left; none if all of them stand still."""
    countdowns = plate.design.document.countdowns
    if not any(layer.is_running(texts) for layer in countdowns):
        return {}
    states = {layer.clock: texts.get(layer.clock, "") for layer in countdowns}
    return {clock: int(state) for clock, state in states.items() if state.isdecimal()}


def _difference(before: Indexes, after: Indexes) -> Frame:
    """Return the smallest rectangle that turns one picture into another, shown for a second."""
    differs = before != after
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        # Two colours became one entry: a frame has at least one pixel.
        return frame(after[:1, :1], delay=SECOND)
    top, left = int(rows[0]), int(columns[0])
    return frame(after[top : rows[-1] + 1, left : columns[-1] + 1], left, top, SECOND)
