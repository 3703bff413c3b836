"""A countdown as it plays: a GIF of one frame a second, put together from rectangles that were compressed before.

A film is a plate with everything but its clocks: the picture without digits, and the boxes that each unit of a clock
changes. A second is that picture with the boxes of the digits that are shown; from one second to the next, one
rectangle changes. Both are kept: the rectangles of a second are those of each minute.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import combinations, pairwise

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
SAMPLES = tuple(
    86_400 * days + 3_600 * hours + 60 * minutes + seconds
    for days, hours, minutes, seconds in (
        (1, 1, 1, 1), (12, 12, 23, 23), (23, 23, 45, 45), (45, 16, 38, 38),
        (67, 7, 59, 59), (89, 18, 46, 46), (100, 9, 7, 7),
    )
)  # fmt: skip

#: What each part shows, by its number; None if the part is not there.
State = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A slot with clocks: their names, the parts that they change, and all that the slot can touch."""

    clocks: tuple[str, ...]
    parts: tuple[ClockPart, ...]
    whole: Box

    def state(self, left: Mapping[str, int]) -> State:
        """Return what the parts show with so many seconds left, and the whole as soon as a clock has ended."""
        if not all(left[clock] for clock in self.clocks):
            return (*(None for _ in self.parts), tuple(left[clock] for clock in self.clocks))
        shown: list[Hashable] = []
        digits: dict[Hashable, tuple[str, ...]] = {}
        for part in self.parts:
            cells = []
            for clock, units, number in part.cells:
                if (clock, units) not in digits:
                    digits[clock, units] = digits_of(units, left[clock])
                one = digits[clock, units]
                # Three digits of days are smaller than two, and so are all others beside them.
                cells.append(one[number] if len(one[0]) == 2 else (one[number], one[0]))
            shown.append(cells[0] if len(cells) == 1 else tuple(cells))
        return (*shown, None)


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
        # The last clock ends within the minute, or later.
        count = min(SECONDS, max(lefts.values()) + 1)
        states = [self._state(lefts, passed) for passed in range(count)]
        frames = [replace(frame(self._indexes(lefts, 0, states[0])), delay=SECOND)]
        for passed, (before, after) in enumerate(pairwise(states), start=1):
            if before == after:
                # Nothing is counted that changes in this second: what is shown stays.
                frames[-1] = replace(frames[-1], delay=frames[-1].delay + SECOND)
            else:
                frames.append(self._change(lefts, passed, before, after))
        frames[-1] = replace(frames[-1], delay=MAX_DELAY)
        return assemble(self.plate.width, self.plate.height, self.palette.tobytes(), frames)

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
        left = {clock: max(0, at_first - passed) for clock, at_first in lefts.items()}
        return tuple(shown for scene in self._scenes for shown in scene.state(left))

    @cached_property
    def _boxes(self) -> tuple[Box, ...]:
        """The boxes of the parts, by their numbers."""
        return tuple(box for scene in self._scenes for box in (*(part.box for part in scene.parts), scene.whole))

    @cached_property
    def _scenes(self) -> tuple[Scene, ...]:
        found: list[Scene] = []
        for index, item in self._blank.items.items():
            slot = self.plate.numbered_slots[index]
            parts = tuple(replace(part, box=part.box.intersect(slot.box)) for part in item.parts)
            parts = tuple(part for part in parts if not part.box.is_empty)
            clocks = tuple(sorted({clock for part in parts for clock, _, _ in part.cells}))
            if parts:
                found.append(Scene(clocks, parts, slot.box))
        groups = [[scene.whole for scene in found], *([part.box for part in scene.parts] for scene in found)]
        if not any(one.overlaps(other) for boxes in groups for one, other in combinations(boxes, 2)):
            return tuple(found)
        # One shows through the other: together they are one part, whose pixels all of their cells decide.
        whole = reduce(Box.union, [scene.whole for scene in found])
        cells = tuple(cell for scene in found for part in scene.parts for cell in part.cells)
        return (Scene(self.clocks, (ClockPart(whole, cells),), whole),)

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
        boxes = [scene.whole for scene in self._scenes]
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
    def palette(self) -> Pixels:
        """The colours of the film, shape (n, 3)."""
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
        return np.where(is_same, self._base_entries[rows, columns], nearest_entries(self.palette, pixels))

    @cached_property
    def _items(self) -> ItemCache:
        return ItemCache(1_000_000)

    @cached_property
    def _crops(self) -> LRUCache[tuple[int, Hashable], Indexes]:
        return LRUCache(CROP_BYTES, getsizeof=lambda crop: min(crop.nbytes, CROP_BYTES))

    @cached_property
    def _changes(self) -> LRUCache[Hashable, Frame]:
        return LRUCache(FRAME_BYTES, getsizeof=lambda one: min(500 + len(one.block), FRAME_BYTES))

    @staticmethod
    def _painted(drawing: Drawing, box: Box) -> NDArray[np.uint8]:
        touching = [index for index, touched in drawing.boxes.items() if touched.overlaps(box)]
        return pixels_of(over_white(drawing.paint(box, touching)))

    def _indexes(self, lefts: Mapping[str, int], passed: int, state: State) -> Indexes:
        """Return the picture after so many seconds: the one without digits, with what its parts show."""
        whole = self._base_entries.copy()
        for number, shown in enumerate(state):
            if shown is None:
                continue
            box, crop = self._boxes[number], self._crops.get((number, shown))
            if crop is None:
                drawing = Drawing(self.plate, self._texts_at(lefts, passed), self._items)
                crop = self._crops[number, shown] = self._entries(box, self._painted(drawing, box))
            whole[box.top : box.bottom, box.left : box.right] = crop
        return whole

    def _change(self, lefts: Mapping[str, int], passed: int, before: State, after: State) -> Frame:
        """Return the rectangle that changes from one second to the next."""
        changed = tuple(number for number, shown in enumerate(after) if before[number] != shown)
        # All that is in the rectangle around them, also what does not change.
        inside = self._inside.get(changed)
        if inside is None:
            around = reduce(Box.union, [self._boxes[number] for number in changed])
            inside = tuple(number for number, box in enumerate(self._boxes) if box.overlaps(around))
            self._inside[changed] = inside
        key = changed, *[(before[number], after[number]) for number in inside]
        known = self._changes.get(key)
        if known is None:
            first, second = self._indexes(lefts, passed - 1, before), self._indexes(lefts, passed, after)
            known = self._changes[key] = _difference(first, second)
        return known

    @cached_property
    def _inside(self) -> dict[tuple[int, ...], tuple[int, ...]]:
        return {}


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
