"""Facts and laws about assembled GIFs; Pillow's reader is the referee."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.encoders import gif
from imgurl.encoders.gif import Frame, assemble, frame

PALETTE = bytes(np.random.default_rng(1).integers(0, 256, 768, np.uint8))
COLORS = np.frombuffer(PALETTE, np.uint8).reshape(-1, 3)


def indexes(height: int, width: int, seed: int) -> gif.Indexes:
    """Return random palette indexes."""
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


def shown(data: bytes) -> list[tuple[int, gif.Indexes]]:
    """Return the pixels and the delay in milliseconds of each frame, as Pillow shows it."""
    frames = []
    with Image.open(BytesIO(data)) as file:
        for number in range(getattr(file, "n_frames", 1)):
            file.seek(number)
            frames.append((int(file.info.get("duration", 0)), np.asarray(file.convert("RGB"))))
    return frames


class TestOneFrame:
    """A single frame gives back its pixels."""

    @given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 9), st.sampled_from((1, 2, 256)))
    @settings(max_examples=60, deadline=None)
    def test_law(self, height: int, width: int, seed: int, colors: int) -> None:
        """Whatever the size and however few of the colours are used."""
        pixels = (indexes(height, width, seed).astype(int) % colors).astype(np.uint8)
        ((_, seen),) = shown(assemble(width, height, PALETTE, [frame(pixels)]))

        assert np.array_equal(seen, COLORS[pixels])


def test_an_animation_adds_rectangles_to_what_is_there() -> None:
    """Each frame changes its rectangle and leaves the rest; it stays as long as its delay says."""
    base, patch = indexes(20, 30, 1), indexes(5, 6, 2)
    data = assemble(30, 20, PALETTE, [frame(base, delay=100), frame(patch, left=7, top=3, delay=50)])
    after = base.copy()
    after[3:8, 7:13] = patch
    (first_delay, first), (second_delay, second) = shown(data)

    assert (first_delay, second_delay) == (1000, 500)
    assert np.array_equal(first, COLORS[base])
    assert np.array_equal(second, COLORS[after])


def test_an_animation_repeats_for_ever() -> None:
    """Loop count 0 means without end."""
    with Image.open(BytesIO(assemble(8, 8, PALETTE, [frame(indexes(8, 8, 1), delay=5)] * 2))) as file:
        assert file.info["loop"] == 0


def test_a_gif_without_a_frame_is_refused() -> None:
    """There is nothing to show."""
    frames: list[Frame] = []

    with pytest.raises(ValueError, match="needs a frame"):
        assemble(8, 8, PALETTE, frames)


@pytest.mark.parametrize("delay", [-1, 0, 1, 65_536])
def test_an_animation_has_only_delays_that_are_shown_as_written(delay: int) -> None:
    """Browsers show 0 and 1 for a tenth of a second, and more than 655.35 s can't be written."""
    with pytest.raises(ValueError, match="2 to 65,535 hundredths"):
        assemble(8, 8, PALETTE, [frame(indexes(8, 8, 1), delay=100), frame(indexes(8, 8, 2), delay=delay)])


def test_the_shortest_and_the_longest_delay() -> None:
    """Both ends are written as they are."""
    data = assemble(8, 8, PALETTE, [frame(indexes(8, 8, 1), delay=2), frame(indexes(8, 8, 2), delay=65_535)])
    assert [delay for delay, _ in shown(data)] == [20, 655_350]


def test_a_still_picture_needs_no_delay() -> None:
    """Without an animation nothing waits for it."""
    assert b"NETSCAPE" not in assemble(8, 8, PALETTE, [frame(indexes(8, 8, 1))])
