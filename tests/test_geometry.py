"""Facts of imgurl.geometry: boxes as the sets of pixels that they are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.geometry import Box

edges = st.integers(-8, 8)
boxes = st.builds(Box, edges, edges, edges, edges)


def pixels(box: Box) -> set[tuple[int, int]]:
    """Return the pixels of a box, one by one."""
    return {(x, y) for x in range(box.left, box.right) for y in range(box.top, box.bottom)}


def test_a_box_is_half_open() -> None:
    """A box of width 3 at left 2 covers the columns 2, 3 and 4."""
    box = Box(2, 5, 5, 6)
    assert pixels(box) == {(2, 5), (3, 5), (4, 5)}
    assert (box.width, box.height, box.is_empty, box.corners) == (3, 1, False, (2, 5, 5, 6))


def test_a_box_that_is_turned_inside_out_is_empty() -> None:
    """Its width and height are 0, not negative."""
    box = Box(5, 5, 2, 1)
    assert (box.width, box.height, box.is_empty) == (0, 0, True)


@given(boxes)
@settings(max_examples=200, deadline=None)
def test_width_height_and_emptiness_count_pixels(box: Box) -> None:
    """They say what the set of pixels says."""
    inside = pixels(box)
    assert box.is_empty == (not inside)
    assert box.is_empty == (box.width * box.height == 0)
    if inside:
        assert len(inside) == box.width * box.height


@given(boxes, boxes)
@settings(max_examples=200, deadline=None)
def test_the_intersection_has_the_pixels_of_both(one: Box, other: Box) -> None:
    """And no other."""
    assert pixels(one) & pixels(other) == pixels(one.intersect(other))


@given(boxes, boxes)
@settings(max_examples=200, deadline=None)
def test_boxes_overlap_if_they_share_a_pixel(one: Box, other: Box) -> None:
    """Boxes that only meet at an edge do not."""
    if not one.is_empty and not other.is_empty:
        assert one.overlaps(other) == bool(pixels(one) & pixels(other))


@given(boxes, boxes)
@settings(max_examples=200, deadline=None)
def test_the_union_is_the_smallest_box_around_both(one: Box, other: Box) -> None:
    """Each of its sides touches a pixel; an empty box adds nothing."""
    together = pixels(one) | pixels(other)
    union = one.union(other)
    assert union.is_empty == (not together)
    if together:
        columns, rows = {x for x, _ in together}, {y for _, y in together}
        assert Box(min(columns), min(rows), max(columns) + 1, max(rows) + 1) == union


@given(boxes, edges, edges)
@settings(max_examples=200, deadline=None)
def test_a_moved_box_has_moved_pixels(box: Box, right: int, down: int) -> None:
    """All of them, by the same way."""
    assert {(x + right, y + down) for x, y in pixels(box)} == pixels(box.move(right, down))


@given(boxes, st.integers(0, 4))
@settings(max_examples=200, deadline=None)
def test_a_grown_box_reaches_so_many_pixels_further(box: Box, margin: int) -> None:
    """On each side; and grown back it is what it was."""
    grown = box.grow(margin)
    assert (box.left - margin, box.top - margin, box.right + margin, box.bottom + margin) == grown.corners
    assert grown.grow(-margin) == box
    assert pixels(box) <= pixels(grown)
