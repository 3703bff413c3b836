"""What the tests of plates look at."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgurl.geometry import Box
from imgurl.merge.resolve import resolve
from imgurl.pipeline.showing import texts_of
from imgurl.plate.compile import Plate
from imgurl.plate.drawing import Drawing
from tests.raster.grids import letters


def picture(plate: Plate, **values: str) -> Image.Image:
    """Return the picture for resolved values."""
    return Drawing(plate, values).whole()[0]


def drawn(plate: Plate, **values: str) -> list[str]:
    """Return the picture for resolved values as letters."""
    return letters(picture(plate, **values))


def resolved(plate: Plate, values: Mapping[str, str]) -> dict[str, str]:
    """Return what is drawn for sealed values: cleaned, checked, or the fallback."""
    return texts_of(plate.design, resolve(plate.design.document.fields, values))


def samples(plate: Plate) -> dict[str, str]:
    """Return what is drawn for the samples."""
    return resolved(plate, {field.name: field.sample for field in plate.design.document.fields})


def changed(first: Image.Image, second: Image.Image) -> NDArray[np.bool_]:
    """Return which pixels of two pictures differ."""
    found: NDArray[np.bool_] = (np.asarray(first.convert("RGBA")) != np.asarray(second.convert("RGBA"))).any(axis=2)
    return found


def outside(shape: tuple[int, ...], *boxes: Box) -> NDArray[np.bool_]:
    """Return which pixels lie in none of the boxes."""
    kept = np.ones(shape, bool)
    for box in boxes:
        kept[max(0, box.top) : max(0, box.bottom), max(0, box.left) : max(0, box.right)] = False
    return kept
