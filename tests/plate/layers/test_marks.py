"""Ratings, progress, charts, bound and dashed shapes, as they are drawn."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from imgurl.geometry import Box
from tests.design.documents import box, shape_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import small
from tests.plate.plates import changed, drawn, picture
from tests.raster.grids import letters


def mark(kind: str, width: int, height: int, **more: Any) -> dict[str, Any]:
    """Return a layer over a small document in red on blue."""
    defaults = {"chart": {"field": "series"}, "rating": {"empty_color": "blue"}, "progress": {"track": "blue"}}[kind]
    return {"type": kind, "field": "points", "color": "red", "box": box(0, 0, width, height)} | defaults | more


def share(image: Image.Image, letter: str) -> float:
    """Return which part of the pixels has a colour, as a letter."""
    rows = letters(image)
    return sum(row.count(letter) for row in rows) / (len(rows) * len(rows[0]))


class TestMissing:
    """Without a value nothing is drawn, and what is not a number is none."""

    @pytest.mark.parametrize(
        "layer",
        [
            mark("rating", 60, 12),
            mark("progress", 60, 12),
            mark("progress", 60, 60, form="ring"),
            mark("chart", 60, 12),
            mark("chart", 60, 12, form="line"),
            shape_layer(box=box(0, 0, 60, 12), bind={"width": {"field": "points"}}),
            shape_layer(box=box(0, 0, 60, 12), bind={"height": {"field": "points"}}),
            shape_layer(box=box(0, 0, 60, 12), bind={"rotation": {"field": "points"}}),
        ],
    )
    def test_nothing(self, plate_of: PlateOf, layer: dict[str, Any]) -> None:
        """Not even a track or empty stars: they would say zero."""
        plate = plate_of(small(60, 60, layer))
        for values in ({}, {"points": "", "series": ""}, {"points": "many", "series": "many"}):
            assert not changed(picture(plate, **values), plate.base).any()
        assert changed(picture(plate, points="50", series="5"), plate.base).any()


class TestRating:
    """Stars."""

    @pytest.mark.parametrize(("stars", "parts"), [("0", 0.0), ("2.5", 0.5), ("5", 1.0), ("99", 1.0), ("-1", 0.0)])
    def test_full_and_empty(self, plate_of: PlateOf, stars: str, parts: float) -> None:
        """Half of five stars is half of their pixels."""
        image = picture(plate_of(small(216, 40, mark("rating", 216, 40))), points=stars)
        full, empty = share(image, "R"), share(image, "B")
        assert full / (full + empty) == pytest.approx(parts, abs=0.02)

    @pytest.mark.parametrize(("align", "middle"), [("left", 20), ("center", 100), ("right", 180)])
    def test_aligned(self, plate_of: PlateOf, align: str, middle: int) -> None:
        """One star of 40 px in a box of 200."""
        plate = plate_of(small(200, 40, mark("rating", 200, 40, count=1, align=align)))
        columns = np.nonzero(np.asarray(picture(plate, points="1"))[..., 2].min(axis=0) < 100)[0]
        assert (columns[0] + columns[-1] + 1) / 2 == middle

    def test_as_many_as_fit(self, plate_of: PlateOf) -> None:
        """Stars shrink with the box: ten of them in 100 px."""
        layer = mark("rating", 100, 40, count=10, gap=1)
        rows, columns = np.nonzero(
            changed(picture(plate_of(small(100, 40, layer)), points="10"), plate_of(small(100, 40)).base)
        )
        assert len(set(columns.tolist())) >= 80
        assert len(set(rows.tolist())) <= 10

    @pytest.mark.parametrize("dpr", [2, 3])
    def test_at_a_higher_density(self, plate_of: PlateOf, dpr: int) -> None:
        """The same stars with more pixels: scaled down, they are those of a density of one, to a shade."""
        raw = small(216, 40, mark("rating", 216, 40))
        one, more = (picture(plate_of(raw, dpr=density), points="3.5") for density in (1, dpr))
        assert more.size == (216 * dpr, 40 * dpr)
        off = np.asarray(more.reduce(dpr)).astype(int) - np.asarray(one)
        assert np.abs(off).mean() < 3


class TestProgress:
    """Bars and rings."""

    def test_a_bar(self, plate_of: PlateOf) -> None:
        """Pixel by pixel."""
        plate = plate_of(small(8, 2, mark("progress", 8, 2, round=False)))
        assert drawn(plate, points="50") == ["RRRRBBBB"] * 2
        assert drawn(plate, points="0") == ["BBBBBBBB"] * 2
        assert drawn(plate, points="0.1") == ["RBBBBBBB"] * 2
        assert drawn(plate, points="200") == ["RRRRRRRR"] * 2

    @pytest.mark.parametrize("points", [10, 50, 75])
    def test_a_ring(self, plate_of: PlateOf, points: int) -> None:
        """With straight ends its area is in proportion."""
        plate = plate_of(small(200, 200, mark("progress", 200, 200, form="ring", round=False, thickness=20)))
        image = picture(plate, points=str(points))
        full, track = share(image, "R"), share(image, "B")
        assert full / (full + track) == pytest.approx(points / 100, abs=0.01)

    def test_a_ring_is_as_thick_at_every_density(self, plate_of: PlateOf) -> None:
        """At dpr 2 twelve pixels are 24."""
        raw = small(100, 100, mark("progress", 100, 100, form="ring", thickness=12))
        row = letters(picture(plate_of(raw, dpr=2), points="100"))[100]
        assert abs(row[:100].count("R") - 24) <= 1


class TestChart:
    """Bars and lines."""

    def test_bars(self, plate_of: PlateOf) -> None:
        """Up and down from zero, the last one in its own colour, a missing one left out."""
        layer = mark("chart", 8, 4, gap=0.5, last_color="blue", min=-1, max=3)
        plate = plate_of(small(8, 4, layer))
        assert drawn(plate, series="3,-1,,2") == ["RWWWWWWW", "RWWWWWBW", "RWWWWWBW", "WWRWWWWW"]

    def test_a_baseline(self, plate_of: PlateOf) -> None:
        """At zero, over the bars."""
        layer = mark("chart", 4, 4, gap=0, baseline={"color": "black", "width": 1})
        assert drawn(plate_of(small(4, 4, layer)), series="1,1")[-1] == "KKKK"

    def test_small_numbers_are_seen(self, plate_of: PlateOf) -> None:
        """One in ten thousand is a pixel; zero is none."""
        rows = drawn(plate_of(small(6, 4, mark("chart", 6, 4, gap=0))), series="1,10000,0")
        assert rows[-1] == "RRRRWW"
        assert rows[0] == "WWRRWW"

    @pytest.mark.parametrize("dpr", [1, 2, 3])
    @pytest.mark.parametrize("series", ["5", "1,2", "3,,5,-2", "0,0,0", ",".join("17" * 25)])
    def test_a_line_stays_in_its_box(self, plate_of: PlateOf, series: str, dpr: int) -> None:
        """With its dot and its area."""
        layer = mark("chart", 60, 30, form="line", last_color="blue", fill="#ffdddd", box=box(10, 10, 60, 30))
        plate = plate_of(small(80, 50, layer), dpr=dpr)
        touched = changed(picture(plate, series=series), plate.base)
        assert touched.any()
        inside = Box(10 * dpr, 10 * dpr, 70 * dpr, 40 * dpr)
        touched[inside.top : inside.bottom, inside.left : inside.right] = False
        assert not touched.any()


class TestBound:
    """Shapes that a number changes."""

    @pytest.mark.parametrize(
        ("bind", "points", "shown"),
        [
            ({"width": {"field": "points"}}, "50", ["RRWW"] * 4),
            ({"width": {"field": "points"}}, "0", ["WWWW"] * 4),
            ({"width": {"field": "points", "from": 100, "to": 0}}, "25", ["RRRW"] * 4),
            ({"height": {"field": "points"}}, "25", ["WWWW"] * 3 + ["RRRR"]),
            ({"width": {"field": "points"}, "height": {"field": "points"}}, "50", ["WWWW"] * 2 + ["RRWW"] * 2),
        ],
    )
    def test_lengths(self, plate_of: PlateOf, bind: dict[str, Any], points: str, shown: list[str]) -> None:
        """From the left, from the bottom."""
        plate = plate_of(small(4, 4, shape_layer(box=box(0, 0, 4, 4), fill="red", bind=bind)))
        assert drawn(plate, points=points) == shown

    @pytest.mark.parametrize(
        ("points", "middle"), [("0", (50, 30)), ("25", (70, 50)), ("50", (50, 70)), ("75", (30, 50))]
    )
    def test_a_needle(self, plate_of: PlateOf, points: str, middle: tuple[int, int]) -> None:
        """It turns about its lower end: by a quarter each time."""
        bind = {"rotation": {"field": "points", "pivot": [0.5, 1]}}
        plate = plate_of(small(100, 100, shape_layer(box=box(47, 10, 6, 40), fill="red", bind=bind)))
        ys, xs = np.nonzero(changed(picture(plate, points=points), plate.base))
        assert (xs.mean() + 0.5, ys.mean() + 0.5) == pytest.approx(middle, abs=0.6)


def test_a_dashed_outline(plate_of: PlateOf) -> None:
    """Dashes are on the outline alone, at every density alike."""
    layer = shape_layer(box=box(0, 0, 40, 40), fill="red", stroke={"color": "blue", "width": 2, "dash": [5, 5]})
    for dpr in (1, 2, 3):
        image = picture(plate_of(small(40, 40, layer), dpr=dpr))
        assert share(image, "B") == pytest.approx(4 * 38 * 2 / 1600 / 2, rel=0.2)
        assert letters(image)[20 * dpr].count("R") >= 36 * dpr


def test_a_dashed_line(plate_of: PlateOf) -> None:
    """A flat box."""
    layer = shape_layer(
        shape="line", box=box(0, 0, 22, 1), fill=None, stroke={"color": "red", "width": 1, "dash": [4, 2]}
    )
    assert drawn(plate_of(small(22, 1, layer))) == ["RRRRWWRRRRWWRRRRWWRRRR"]
