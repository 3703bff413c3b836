"""Ratings, progress, charts, and numbers that bind shapes: what a design may say, and how values are read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.design.layers.chart import MAX_NUMBERS, ChartLayer
from imgurl.design.layers.names import number_of
from imgurl.design.layers.progress import ProgressLayer
from imgurl.design.layers.rating import RatingLayer
from imgurl.design.layers.shape import BoundRotation
from imgurl.merge.kinds import reading_name
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import box, document, field, shape_layer, the_mistake

FIELDS = [
    field("points", type="number", sample="1250"),
    field("name"),
    field("tint", type="color", sample="red"),
]
BOX = {"x": 0, "y": 0, "width": 100, "height": 20}


def mark(kind: str, **more: Any) -> dict[str, Any]:
    """Return a layer of a kind for the number."""
    return {"type": kind, "field": "name" if kind == "chart" else "points", "box": box()} | more


class TestMistakes:
    """Each at its place, in a sentence."""

    @pytest.mark.parametrize(
        ("layer", "key", "words"),
        [
            (mark("rating", field="name"), "field", "of type text; it must be a number"),
            (mark("rating", field="stars"), "field", "no field 'stars'"),
            (mark("rating", count=11), "count", "10 or less"),
            (mark("rating", color="<<name>>"), "color", "not a field of type color"),
            (mark("progress", field="tint"), "field", "of type color; it must be a number"),
            (mark("progress", min=100), "max", "greater than min, which is 100"),
            (mark("progress", form="pie"), "form", "bar|ring"),
            (mark("chart", field="points"), "field", "of type number; a chart's numbers are a text: 3,5,8.5,2"),
            (mark("chart", min=5, max=5), "max", "greater than min, which is 5"),
            (mark("chart", gap=1), "gap", "0.9 or less"),
            (shape_layer(bind={"width": {"field": "name"}}), "bind/width/field", "must be a number"),
            (shape_layer(bind={"width": {"field": "points", "from": 100}}), "bind/width/to", "are both 100"),
            (shape_layer(rotation=5.0, bind={"rotation": {"field": "points"}}), "bind", "keep one"),
            (shape_layer(stroke={"color": "red", "width": 2, "dash": [4]}), "stroke/dash", "a length and a gap"),
            (shape_layer(stroke={"color": "red", "width": 2, "dash": [0, 4]}), "stroke/dash/0", "0.5 or more"),
        ],
    )
    def test_each_is_reported(self, fonts: FontCatalogue, layer: dict[str, Any], key: str, words: str) -> None:
        """What is wrong, where, what to do."""
        pointer, sentence = the_mistake(document(fields=FIELDS, layers=[layer]), fonts)
        assert pointer == f"/layers/0/{key}"
        assert words in sentence


class TestNumbers:
    """The number that a mark shows is the one that was read."""

    @pytest.mark.parametrize(
        ("texts", "number"),
        [
            ({"points": "1.250 Punkte", reading_name("points"): "1250"}, 1250.0),
            ({"points": "12.5"}, 12.5),
            ({"points": "", reading_name("points"): ""}, None),
            ({}, None),
            ({"points": "many"}, None),
            ({"points": "nan"}, None),
            ({"points": "1e999"}, None),
        ],
    )
    def test_number_of(self, texts: dict[str, str], number: float | None) -> None:
        """However it is drawn; none where it is missing."""
        assert number_of(texts, "points") == number

    @pytest.mark.parametrize(
        ("step", "number", "full"),
        [
            (0.5, 3.7, 3.5), (0.5, 3.75, 4.0), (0.5, 3.24, 3.0), (0.5, 3.25, 3.5), (1, 3.5, 4.0), (0.1, 3.7, 3.7),
            (0.5, -2, 0.0), (0.5, 9, 5.0), (0.1, 4.95, 5.0), (0.3, 4.9, 4.8),
        ],
    )  # fmt: skip
    def test_stars_are_rounded(self, step: float, number: float, full: float) -> None:
        """To the next step, half up, within what there is."""
        layer = RatingLayer.model_validate({"box": BOX, "field": "points", "step": float(step)})
        assert layer.rounded(number) == full

    @pytest.mark.parametrize(("number", "share"), [(50, 0.0), (0, 0.0), (100, 0.5), (150, 1.0), (1e15, 1.0)])
    def test_progress(self, number: float, share: float) -> None:
        """From min to max, and no further."""
        layer = ProgressLayer.model_validate({"box": BOX, "field": "points", "min": 50.0, "max": 150.0})
        assert layer.share(number) == share

    @pytest.mark.parametrize(
        ("number", "degrees"), [("0", -90.0), ("5", 0.0), ("10", 90.0), ("-3", -90.0), ("x", None)]
    )
    def test_a_bound_rotation(self, number: str, degrees: float | None) -> None:
        """From start to end; scales may fall."""
        bound = BoundRotation.model_validate({"field": "p", "from": 0.0, "to": 10.0, "start": -90.0, "end": 90.0})
        falling = BoundRotation.model_validate({"field": "p", "from": 10.0, "to": 0.0, "start": 90.0, "end": -90.0})
        assert bound.degrees({"p": number}) == falling.degrees({"p": number}) == degrees


class TestChart:
    """Numbers of a text."""

    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("3,5,8.5,2", (3, 5, 8.5, 2)),
            (" 3 , -5 ", (3, -5)),
            ("3;5;8,5", (3, 5, 8.5)),
            ("3,,2", (3, None, 2)),
            ("7", (7,)),
            ("\u22123,+4", (-3, 4)),
            ("", ()),
            (",,", ()),
            ("3,x,2", ()),
            ("1e5,2", ()),
            ("nan", ()),
            ("3 5 8", ()),
            (",".join("1" * MAX_NUMBERS), (1,) * MAX_NUMBERS),
            (",".join("1" * (MAX_NUMBERS + 1)), ()),
        ],
    )
    def test_numbers(self, text: str, numbers: tuple[float | None, ...]) -> None:
        """All of them or none: a chart of a part would say something else."""
        layer = ChartLayer.model_validate({"box": BOX, "field": "series"})
        assert layer.numbers({"series": text}) == numbers
        assert bool(layer.shortcoming({"series": text}, {})) == bool(text and not numbers)

    @pytest.mark.parametrize(
        ("numbers", "more", "scale"),
        [
            ((3.0, 5.0), {}, (0, 5)),
            ((-3.0, -5.0), {}, (-5, 0)),
            ((3.0, None), {"min": 2.0}, (2, 3)),
            ((3.0,), {"min": 1.0, "max": 2.0}, (1, 2)),
            ((0.0, 0.0), {}, (0, 1)),
            ((3.0,), {"min": 9.0}, (9, 10)),
        ],
    )
    def test_scale(self, numbers: tuple[float | None, ...], more: dict[str, float], scale: tuple[float, float]) -> None:
        """The numbers and zero, unless the design says otherwise; never without height."""
        assert ChartLayer.model_validate({"box": BOX, "field": "series"} | more).scale(numbers) == scale

    @given(st.text("0123456789.,;-+ eEx\u2212", max_size=60))
    def test_any_text_is_read_or_not(self, text: str) -> None:
        """Never raises."""
        numbers = ChartLayer.model_validate({"box": BOX, "field": "series"}).numbers({"series": text})
        assert len(numbers) <= MAX_NUMBERS
