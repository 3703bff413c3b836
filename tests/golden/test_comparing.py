"""The comparison sees what an eye sees, and nothing else."""

import numpy as np
import pytest
from PIL import Image

from tests.design.documents import box, document, text_layer
from tests.golden.comparing import Difference, difference, kept
from tests.plate.conftest import PlateOf, plate_of

__all__ = ["plate_of"]


def banner(plate_of: PlateOf, text: str, **more: object) -> Image.Image:
    """Return a banner of 960 × 320 px with a line of small print."""
    layer = text_layer(text, box=box(40, 100, 880, 60), **more)
    return kept(plate_of(document(size={"width": 960, "height": 320}, layers=[layer])).base)


class TestDifference:
    """What is the same, and what is not."""

    def test_the_same(self, plate_of: PlateOf) -> None:
        """A picture is no different from itself."""
        assert difference(banner(plate_of, "Hello Ava"), banner(plate_of, "Hello Ava")) == Difference(0.0, 1.0)

    def test_rounding(self, plate_of: PlateOf) -> None:
        """A level or two all over are not seen."""
        image = banner(plate_of, "Hello Ava")
        noisy = np.asarray(image).astype(int) - np.random.default_rng(1).integers(0, 3, (133, 400, 3))
        assert difference(image, Image.fromarray(noisy.clip(0, 255).astype(np.uint8))).is_small

    @pytest.mark.parametrize(
        ("text", "more"),
        [
            ("Hello Eva, nice to see you", {}),
            ("Hello Ava, nice to see you", {"color": "#333333"}),
            ("Hello Ava, nice to see you", {"font": {"family": "Inter", "size": 21}}),
            ("Hello Ava, nice to see you", {"letter_spacing": 0.02}),
            ("Hello Ava, nice to see you", {"valign": "middle"}),
            ("", {}),
        ],
    )
    def test_a_small_change(self, plate_of: PlateOf, text: str, more: dict[str, object]) -> None:
        """Another letter, a lighter grey, a pixel more of size or place: each is seen in one line of small print."""
        assert not difference(banner(plate_of, "Hello Ava, nice to see you"), banner(plate_of, text, **more)).is_small

    def test_another_size(self) -> None:
        """Pictures of two sizes are never the same."""
        sizes = [Image.new("RGB", (9, 9)), Image.new("RGB", (9, 8))]
        assert not difference(*sizes).is_small
