"""A plate and the values of one recipient: lay out what they change, and paint that, or the whole picture."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imgurl.geometry import Box
from imgurl.plate.compile import Overlay, Plate, Slot
from imgurl.plate.layers.painter import DisplayItem, fits_of
from imgurl.plate.recent import RecentCache
from imgurl.raster.canvas import Canvas, PackedRows, cut, has_alpha, lay_picture, pixels_of
from imgurl.text.fit import Fitting

#: Names of text layers, each with what it took to fit its text.
Fits = tuple[tuple[str, Fitting], ...]

# Some thousand texts, or some hundred with large shadows.
ITEM_CACHE_BYTES = 16_000_000

# What is kept for a layer that shows nothing.
_NOTHING = 200


class ItemCache(RecentCache[DisplayItem | None]):
    """Layers laid out before, by their values."""

    def __init__(self, max_bytes: int = ITEM_CACHE_BYTES) -> None:
        super().__init__(max_bytes, lambda item: item.size if item else _NOTHING)


@dataclass(frozen=True, slots=True)
class Patch:
    """Painted pixels of a plate. Beyond all patches nothing changed."""

    box: Box
    canvas: Canvas

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """Its pixels, shape (height, width, channels)."""
        return pixels_of(self.canvas)


# Not slotted: what values change is laid out once, when it is first asked for.
@dataclass(frozen=True, eq=False)
class Drawing:
    """A plate with resolved values, by field name; a field without one is drawn like an empty one.

    ``cache`` has what was laid out before.
    """

    plate: Plate
    texts: Mapping[str, str]
    cache: ItemCache | None = None

    @cached_property
    def items(self) -> Mapping[int, DisplayItem]:
        """The slots laid out, by the number of their step; those that show nothing are left out."""
        items = {}
        for index, slot in self.plate.numbered_slots.items():
            # Empty: the layer is outside of the picture.
            if not slot.box.is_empty and (item := self._item(index, slot)) is not None:
                items[index] = item
        return items

    @cached_property
    def boxes(self) -> Mapping[int, Box]:
        """The pixels of the plate that each item can touch, none of them empty."""
        # Not the slot's box: that is made for the longest value.
        slots = self.plate.numbered_slots
        touched = {index: item.box.intersect(slots[index].box) for index, item in self.items.items()}
        return {index: box for index, box in touched.items() if not box.is_empty}

    @property
    def fits(self) -> Fits:
        """What fitting took for each text, in the order of the layers."""
        names = self.plate.slot_names
        return tuple(fit for index, item in self.items.items() for fit in fits_of(item, names[index]))

    def values_of(self, index: int) -> tuple[str, ...]:
        """Return the values that the slot at this step depends on."""
        return tuple(self.texts.get(field, "") for field in self.plate.numbered_slots[index].fields)

    def patches(self, indexes: Collection[int] | None = None) -> tuple[Patch, ...]:
        """Paint what some items change, or all of them: items that overlap together, others apart."""
        boxes = self.boxes if indexes is None else {index: self.boxes[index] for index in indexes}
        return tuple(Patch(box, self.paint(box, inside)) for box, inside in overlapping(boxes))

    def paint(self, box: Box, indexes: Collection[int]) -> Canvas:
        """Paint a part of the picture: the base, some of the items, and the overlays."""
        canvas = cut(self.plate.base, box)  # a copy: the base is shared by all requests
        # All steps in their order, overlays too. The base lacks the overlays, since they cover slots: a static layer
        # above a slot has to be laid over what was just painted.
        for index, step in enumerate(self.plate.steps):
            if isinstance(step, Overlay):
                lay_picture(canvas, step.picture, step.left - box.left, step.top - box.top)
            elif index in indexes:
                self.items[index].draw(canvas, box.left, box.top)
        return canvas

    def rows(self, box: Box, indexes: Collection[int]) -> NDArray[np.uint8]:
        """Return rows of the picture with some items painted, as bytes: ``box`` is as wide as the picture.

        What is plain is written on the rows themselves, which takes a third of the time of a canvas.
        """
        plate = self.plate
        rows = plate.pixels[box.top : box.bottom].reshape(box.height, -1).copy()
        plain = None if plate.has_overlays or has_alpha(plate.base) else PackedRows(rows)
        boxes = {index: self.boxes[index] for index in indexes}
        for part, inside in overlapping(boxes) if len(boxes) > 1 else [(next(iter(boxes.values())), tuple(boxes))]:
            writers = [self.items[index].write for index in inside]
            if plain and all(writers):
                for write in filter(None, writers):
                    write(plain, 0, box.top)
            else:
                painted = pixels_of(self.paint(part, inside))
                shaped = rows.reshape(box.height, box.width, -1)
                shaped[part.top - box.top : part.bottom - box.top, part.left : part.right] = painted
        return rows

    def whole(self) -> tuple[Canvas, Fits]:
        """Paint the slots on a copy of the whole base; also return what fitting took for each text."""
        # The reference for all splicing: a patch has the very pixels that this picture has there. Formats that are not
        # spliced, and test keys' pictures, are painted this way.
        return self.paint(Box(0, 0, self.plate.width, self.plate.height), self.items), self.fits

    def _item(self, index: int, slot: Slot) -> DisplayItem | None:
        if self.cache is None:
            return slot.painter.item(self.texts)
        key = self.plate.digest, index, self.values_of(index)
        return self.cache.get(key, lambda: slot.painter.item(self.texts))


def overlapping(boxes: Mapping[int, Box]) -> list[tuple[Box, tuple[int, ...]]]:
    """Group boxes so that no two groups share a pixel: the box around each group, from top to bottom, and its keys."""
    groups: list[tuple[Box, tuple[int, ...]]] = []
    for key, box in boxes.items():
        around, keys = box, [key]
        # Again after each union: a box that grew may touch others that it did not touch before.
        while touching := [group for group in groups if group[0].overlaps(around)]:
            for group in touching:
                around = around.union(group[0])
                keys += group[1]
                groups.remove(group)
        groups.append((around, tuple(sorted(keys))))
    return sorted(groups, key=lambda group: (group[0].top, group[0].left))
