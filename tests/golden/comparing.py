"""When two pictures are the same to the eye."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

# Pictures are kept at this width: letters of every size can still be read, and all of them take a few MB.
KEPT_WIDTH = 400

# Another version of a library may round otherwise; another letter, size or place is far beyond these.
MAX_MEAN = 2.0
NEAR_LEVELS = 8
MIN_NEAR = 0.999


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two pictures differ: ``mean`` in levels of 255, ``near`` the share of pixels within eight levels."""

    mean: float
    near: float

    @property
    def is_small(self) -> bool:
        """Whether an eye takes the pictures for the same."""
        return self.mean <= MAX_MEAN and self.near >= MIN_NEAR


def kept(image: Image.Image) -> Image.Image:
    """Return a picture as it is kept."""
    height = round(image.height * KEPT_WIDTH / image.width)
    return image.convert("RGB").resize((KEPT_WIDTH, height), Image.Resampling.LANCZOS)


def difference(first: Image.Image, second: Image.Image) -> Difference:
    """Return how far two pictures differ; wholly where their sizes do."""
    if first.size != second.size:
        return Difference(255.0, 0.0)
    off = np.abs(np.asarray(first.convert("RGB")).astype(int) - np.asarray(second.convert("RGB")))
    return Difference(float(off.mean()), float((off.max(axis=2) <= NEAR_LEVELS).mean()))
