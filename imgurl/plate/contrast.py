"""How well each text of a design stands out from the pixels that are really behind it (WCAG 2.2, 1.4.3).

A design is drawn four times: as it is, without the letters, and twice with a colour of its own for each text, the
second time with the opposite one. What differs between the last two are the letters, and the direction in which it
differs says of which text; so it does not matter how a text is turned, faded, clipped, or covered by other layers.
Shadows and outlines stay, as a part of what is behind.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imgurl.design.layers.text import TextLayer
from imgurl.design.library import Design, make_design
from imgurl.errors import pointer_of
from imgurl.plate.compile import compile_plate
from imgurl.plate.drawing import Drawing
from imgurl.raster.canvas import pixels_of
from imgurl.raster.glyphs import GlyphCache

# Ratios that text needs, and what counts as large: 18 pt, or 14 pt in bold.
NEEDED, NEEDED_LARGE = 4.5, 3.0
LARGE_PX, LARGE_BOLD_PX, BOLD = 24.0, 56 / 3, 700

# How much of a pixel is letter if it counts: not the soft ones at the edge. A fainter text than the least is none.
FULL, LEAST = 0.75, 0.05
# A text with fewer of them shows nothing that could be measured.
MIN_PIXELS = 12

# The ratio that a tenth of the letters falls below: where a text crosses a bright spot, not a single pixel of it.
PERCENTILE = 10

CLEAR = "rgb(0 0 0 / 0)"

# Directions that can be told apart although a level of a colour is rounded: about 10 degrees between any two.
DIRECTIONS = tuple(
    np.array(steps) * (255 / max(map(abs, steps)))
    for steps in product(range(-3, 4), repeat=3)
    if any(steps) and gcd(*steps) == 1
)

Pixels = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contrast:
    """The contrast of a text, and the one that it needs for its size."""

    pointer: str
    ratio: float
    needed: float

    @property
    def is_low(self) -> bool:
        """Whether it is hard to read."""
        return self.ratio < self.needed


def contrasts(design: Design, texts: Mapping[str, str]) -> tuple[Contrast, ...]:
    """Return the contrast of each text that is seen in a variant of a design with these values, by its pointer."""
    raw = json.loads(design.text)
    pointers = [pointer for pointer, _ in _text_layers(raw)][: len(DIRECTIONS)]
    if not pointers:
        return ()
    glyphs = GlyphCache()

    def drawn(color_of: Callable[[int], str] | None) -> NDArray[np.uint8]:
        shown = design if color_of is None else _recolored(design, color_of)
        canvas, _ = Drawing(compile_plate(shown, shown.fonts, 1, glyphs), texts).whole()
        return pixels_of(canvas)[..., :3]

    one, other = drawn(lambda number: _color(DIRECTIONS[number])), drawn(lambda number: _color(-DIRECTIONS[number]))
    # Only the pixels with a letter are looked at: a few in a hundred.
    lettered = (one != other).any(axis=-1)
    difference = one[lettered].astype(np.float64) - other[lettered]
    real, behind = (shown[lettered].astype(np.float64) for shown in (drawn(None), drawn(lambda _: CLEAR)))
    layers = design.document.every_layer
    found = []
    for pointer, direction in zip(pointers, DIRECTIONS, strict=False):
        covered = _covered(difference, direction)
        letters = covered >= FULL
        layer = layers[pointer]
        if letters.sum() >= MIN_PIXELS and isinstance(layer, TextLayer):
            ground = behind[letters]
            # What a pixel would be that is wholly inside of a letter: thin ones have none.
            ink = np.clip(ground + (real[letters] - ground) / covered[letters][:, None], 0, 255)
            found.append(Contrast(pointer, float(np.percentile(_ratios(ink, ground), PERCENTILE)), _needed(layer)))
    return tuple(found)


def _text_layers(raw: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the text layers of a raw document with their pointers, those in groups and cases too."""
    children: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(raw, dict):
        if raw.get("type") == "text" and place[:1] == ("layers",):
            yield pointer_of(place), raw
            return
        children = iter(raw.items())
    elif isinstance(raw, list):
        children = iter(enumerate(raw))
    for key, child in children:
        yield from _text_layers(child, (*place, str(key)))


def _recolored(design: Design, color_of: Callable[[int], str]) -> Design:
    """Return the same variant with other colours for its texts, given by their numbers."""
    raw = json.loads(design.text)
    for number, (_, layer) in enumerate(_text_layers(raw)):
        layer["color"] = color_of(number) if number < len(DIRECTIONS) else CLEAR
        for written in (layer, *layer.get("sizes", {}).values()):
            for style in written.get("styles", {}).values():
                style.pop("color", None)
        for difference in layer.get("sizes", {}).values():
            difference.pop("color", None)
    fonts = design.fonts.base or design.fonts  # its own ones are among its assets
    remade = make_design(design.id, json.dumps(raw), design.assets, design.assets.__getitem__, fonts)
    return remade.shown(design.variant)


def _color(direction: Pixels) -> str:
    return "rgb({} {} {})".format(*(round((255 + float(step)) / 2) for step in direction))


def _covered(difference: Pixels, direction: Pixels) -> Pixels:
    """Return how much of each pixel is a letter of the text that was drawn in a direction: 1 where it is most."""
    along = difference @ direction / (direction @ direction)
    # How far off the direction: a tenth of its length is about 6 degrees.
    off = np.linalg.norm(difference - along[..., None] * direction, axis=-1)
    is_its_own = (along > 0) & (off <= 0.1 * along * np.linalg.norm(direction))
    most = float(along[is_its_own].max(initial=0.0))
    covered: Pixels = np.where(is_its_own, along / max(most, LEAST), 0.0)
    return covered


def _ratios(one: Pixels, other: Pixels) -> Pixels:
    """Return the contrast ratio of each pixel of two pictures: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    first, second = _luminance(one), _luminance(other)
    ratios: Pixels = (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)
    return ratios


def _luminance(pixels: Pixels) -> Pixels:
    """Return the relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    levels = pixels / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    luminance: Pixels = linear @ np.array([0.2126, 0.7152, 0.0722])
    return luminance


def _needed(layer: TextLayer) -> float:
    font = layer.font
    is_large = font.size >= LARGE_PX or (font.size >= LARGE_BOLD_PX and font.weight >= BOLD)
    return NEEDED_LARGE if is_large else NEEDED
