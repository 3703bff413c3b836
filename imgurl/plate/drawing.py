"""A plate and the values of one recipient: paint what they change, or the whole picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imgurl.geometry import Box
from imgurl.plate.compile import Overlay, Plate, Slot, Zone
from imgurl.plate.layers.painter import DisplayItem
from imgurl.raster.canvas import Canvas, copied, cut, lay_picture, pixels_of
from imgurl.text.fit import Fitting

#: Names of text layers, each with what it took to fit its text.
Fits = tuple[tuple[str, Fitting], ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """Painted pixels of a plate, from ``left``, ``top`` on. Beyond all patches nothing changed."""

    left: int
    top: int
    canvas: Canvas

    @property
    def box(self) -> Box:
        """Where it is in the plate."""
        return Box(self.left, self.top, self.left + self.canvas.width, self.top + self.canvas.height)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """Its pixels, shape (height, width, channels)."""
        return pixels_of(self.canvas)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plate with resolved values, by field name; a field without one is drawn like an empty one."""

    plate: Plate
    texts: Mapping[str, str]

    def texts_of(self, zone: Zone) -> tuple[str, ...]:
        """Return the values that a zone depends on."""
        return tuple(self.texts.get(field, "") for field in zone.fields)

    def patches(self, regions: Sequence[Box]) -> tuple[tuple[Patch, ...], Fits]:
        """Paint what values change in some regions of the plate; also return what fitting took for each text."""
        # Each slot is laid out once for all regions; drawing it into one is then a question of moving it.
        items = {}
        for index, step in enumerate(self.plate.steps):
            if isinstance(step, Slot) and any(not step.box.intersect(region).is_empty for region in regions):
                item = step.painter.item(self.texts)
                if item is not None:
                    items[index] = item
        patches = tuple(patch for region in regions if (patch := self._patch(region, items)) is not None)
        return patches, self._fits(items)

    def whole(self) -> tuple[Canvas, Fits]:
        """Paint the slots on a copy of the whole base; also return what fitting took for each text."""
        # The reference for all splicing: a patch has the very pixels that this picture has there. Formats that are not
        # spliced, and test keys' pictures, are painted this way.
        canvas = copied(self.plate.base)
        items = {}
        for index, step in enumerate(self.plate.steps):
            if isinstance(step, Overlay):
                lay_picture(canvas, step.picture, step.left, step.top)
                continue
            item = None if step.box.is_empty else step.painter.item(self.texts)
            if item is not None:
                items[index] = item
                item.draw(canvas, 0, 0)
        return canvas, self._fits(items)

    def _patch(self, region: Box, items: Mapping[int, DisplayItem]) -> Patch | None:
        """Paint a region; None if no layer shows anything in it."""
        # Not the whole region: it is made for the longest value. These values touch a smaller box, and pixels outside
        # of it are those of the plate without values.
        touched = Box(0, 0, 0, 0)
        for item in items.values():
            touched = touched.union(item.box.intersect(region))
        if touched.is_empty:
            return None
        canvas = cut(self.plate.base, touched)  # a copy: the base is shared by all requests
        # All steps in their order, overlays too. The base lacks the overlays, since they cover slots: a static layer
        # above a slot has to be laid over what was just painted.
        for index, step in enumerate(self.plate.steps):
            if isinstance(step, Overlay):
                lay_picture(canvas, step.picture, step.left - touched.left, step.top - touched.top)
            # A slot of another region can't reach into this one, but it may be in the same zone.
            elif index in items and not items[index].box.intersect(touched).is_empty:
                items[index].draw(canvas, touched.left, touched.top)
        return Patch(touched.left, touched.top, canvas)

    def _fits(self, items: Mapping[int, DisplayItem]) -> Fits:
        named = ((name, items[index].fitting) for name, index in layer_names(self.plate) if index in items)
        return tuple((name, fitting) for name, fitting in named if fitting is not None)


def layer_names(plate: Plate) -> list[tuple[str, int]]:
    """Return what each slot's layer is called, and the number of its step."""
    # By its place in the document where the layer has no id, as mistakes name it: the same on every request, so
    # fragments can keep it. Slots are the layers with placeholders, in their order.
    places = [place for place, layer in enumerate(plate.design.document.layers) if layer.placeholders]
    slots = [(index, step) for index, step in enumerate(plate.steps) if isinstance(step, Slot)]
    return [(slot.layer.id or f"/layers/{place}", index) for place, (index, slot) in zip(places, slots, strict=True)]
