"""Where layers are whose place follows from others: what somebody sees who edits a design."""

from collections.abc import Mapping

from imgurl.geometry import Box
from imgurl.plate.compile import Plate
from imgurl.plate.layers.group import GroupPainter
from imgurl.plate.layers.table import painter_of


def places_of(plate: Plate, texts: Mapping[str, str]) -> Mapping[str, Box]:
    """Return the boxes of members that a group places by what others show, by their pointers, in device pixels."""
    found: dict[str, Box] = {}
    for pointer, layer in plate.design.layers.items():
        painter = painter_of(layer, plate.context)
        if isinstance(painter, GroupPainter) and layer.is_drawn(texts):
            found |= {f"{pointer}{below}": box for below, box in painter.places(texts).items()}
    return found
