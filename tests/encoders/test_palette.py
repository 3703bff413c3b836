"""Facts and laws about planned palettes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.encoders.palette import MAX_AREAS, MAX_ERROR, PALETTE_SIZE, nearest_entries, packed, plan_palette, unpacked
from imgurl.encoders.palette import Pixels as Array

colors = st.tuples(*[st.integers(0, 255)] * 3)


def ramp(ground: tuple[int, int, int], ink: tuple[int, int, int], steps: int = 64) -> Array:
    """Return the colours from one to the other, as soft edges have them."""
    return np.linspace(ground, ink, steps).round().astype(np.uint8)


def areas(*fills: tuple[int, int, int], side: int = 12) -> Array:
    """Return a picture of squares side by side."""
    return np.concatenate([np.full((side, side, 3), fill, np.uint8) for fill in fills], axis=1)


class TestPlanned:
    """What a palette of a flat picture holds."""

    @given(st.lists(colors, min_size=1, max_size=6), st.lists(colors, max_size=4))
    @settings(max_examples=60, deadline=None)
    def test_areas_are_exact_and_edges_near(
        self, fills: list[tuple[int, int, int]], inks: list[tuple[int, int, int]]
    ) -> None:
        """Each area keeps its colour; no drawn step is off by more than the bound, or there is no palette."""
        base = areas(*fills)
        drawn = np.concatenate([ramp(ground, ink) for ground in fills for ink in inks] or [base[0, :1]])
        palette = plan_palette(base, drawn)
        if palette is None:
            assert len(np.unique(drawn, axis=0)) + len(fills) > PALETTE_SIZE
            return
        entries = palette.near(packed(drawn))
        off = np.abs(palette.colors[entries].astype(int) - drawn)
        assert (palette.colors[palette.exact(base)] == base).all()
        assert (off.max() <= MAX_ERROR, palette.error(packed(drawn), entries)) == (True, off.max())

    def test_a_certificate_fits(self) -> None:
        """Six inks on one ground, each with all the steps of its edges, need no more than 256 entries."""
        paper = (253, 250, 242)
        inks = [(20, 38, 79), (201, 162, 74), (70, 80, 107), (134, 98, 28), (51, 60, 85), (200, 30, 60)]
        assert plan_palette(areas(paper, *inks), np.concatenate([ramp(paper, ink, 256) for ink in inks])) is not None

    def test_a_photograph_does_not(self) -> None:
        """Too many colours."""
        noise = np.random.default_rng(3).integers(0, 255, (120, 120, 3)).astype(np.uint8)
        assert plan_palette(noise, noise[0]) is None

    def test_a_gradient_of_too_many_areas_does_not(self) -> None:
        """A step of a gradient that is drawn a little off shows as a stripe."""
        steps = [(level, level // 2, 255 - level) for level in range(MAX_AREAS + 1)]
        base = areas(*steps, side=2)
        assert plan_palette(base, base[0, :1]) is None


@given(st.lists(colors, min_size=1, max_size=20))
def test_packing_has_an_inverse(pixels: list[tuple[int, int, int]]) -> None:
    """A colour is a number and comes back."""
    array = np.array(pixels, np.uint8)
    assert (unpacked(packed(array)) == array).all()


@given(st.integers(1, 256), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_the_nearest_of_all_entries(count: int, seed: int) -> None:
    """Each pixel has the entry with the least distance, and its own where there is one."""
    random = np.random.default_rng(seed)
    colors = random.integers(0, 256, (count, 3), np.uint8)
    pixels = np.concatenate([random.integers(0, 256, (5, 7, 3), np.uint8), np.resize(colors, (5, 7, 3))])
    entries = nearest_entries(colors, pixels)
    far = ((pixels[:, :, np.newaxis].astype(int) - colors.astype(int)) ** 2).sum(axis=3)
    assert np.array_equal(np.take_along_axis(far, entries[..., np.newaxis].astype(int), 2)[..., 0], far.min(axis=2))
    assert np.array_equal(colors[entries[5:]], pixels[5:])
