"""Colours and fills of a document."""

from typing import Any

import pytest

from imgurl.color import Color, GradientStop, LinearGradient, RadialGradient
from imgurl.design.layers.shape import ShapeLayer
from imgurl.design.paint import to_color, to_fill
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import document, field, mistakes, parsed, pointers, shape_layer

TINT = field("tint", type="color", sample="red")
STOPS = [{"offset": 0, "color": "red"}, {"offset": 1, "color": "<<tint>>"}]


def paint_of(fonts: FontCatalogue, fill: Any) -> Any:
    """Return the model of a shape's fill."""
    layer = parsed(document(fields=[TINT], layers=[shape_layer(fill=fill)]), fonts).layers[0]
    assert isinstance(layer, ShapeLayer)
    return layer.fill


class TestColors:
    """CSS colours, or one field of type color."""

    @pytest.mark.parametrize(
        "color",
        ["#1a73e8", "#fff8", "tomato", "rgb(26 115 232 / 80%)", "hsl(120deg 50% 50%)", "oklch(0.7 0.1 30)", "<<tint>>"],
    )
    def test_good(self, fonts: FontCatalogue, color: str) -> None:
        """Whatever design tools write, and a colour field."""
        assert mistakes(document(fields=[TINT], layers=[shape_layer(fill=color)]), fonts) == []

    @pytest.mark.parametrize(
        "color",
        [
            "",
            "rood",
            "#12345",
            "url(a.png)",
            "<<tint",
            "<<tint>>80",
            "<<tint>> red",
            "<<tint>><<tint>>",
            "rgb(<<tint>>)",
            "<<Tint>>",
            "<<hue>>",
            "<<city>>",
            "[[<<tint>>]]",
        ],
    )
    def test_bad(self, fonts: FontCatalogue, color: str) -> None:
        """Nothing that could fail, or show something else, once values are known."""
        raw = document(fields=[TINT, field("city")], layers=[shape_layer(fill=color)])
        assert pointers(raw, fonts) == ["/layers/0/fill"]

    def test_to_color(self) -> None:
        """A colour field's value takes its place; without one nothing is painted."""
        colors = [to_color("tomato", {}), to_color("<<tint>>", {"tint": "#010203"}), to_color("<<tint>>", {})]
        assert colors == [Color(255, 99, 71), Color(1, 2, 3), Color(0, 0, 0, 0)]


class TestGradients:
    """Linear and radial gradients."""

    def test_to_fill(self, fonts: FontCatalogue) -> None:
        """A document's gradient becomes one with colours."""
        stops = (GradientStop(0.0, Color(255, 0, 0)), GradientStop(1.0, Color(0, 0, 255)))
        linear = paint_of(fonts, {"type": "linear", "angle": 90, "stops": STOPS})
        radial = paint_of(fonts, {"type": "radial", "center": [0.25, 1], "radius": 0.5, "stops": STOPS})
        assert to_fill(linear, {"tint": "blue"}) == LinearGradient(90.0, stops)
        assert to_fill(radial, {"tint": "blue"}) == RadialGradient(0.25, 1.0, 0.5, stops)

    def test_equal_offsets_are_a_hard_edge(self, fonts: FontCatalogue) -> None:
        """Two stops at one place do not descend."""
        fill = {"type": "linear", "stops": [{"offset": 0.5, "color": "red"}, {"offset": 0.5, "color": "blue"}]}
        assert mistakes(document(layers=[shape_layer(fill=fill)]), fonts) == []

    @pytest.mark.parametrize(
        ("fill", "place"),
        [
            ({"type": "linear"}, "/stops"),
            ({"type": "linear", "stops": STOPS[:1]}, "/stops"),
            ({"type": "linear", "stops": [{"offset": 0, "color": "red"}] * 17}, "/stops"),
            ({"type": "linear", "stops": [STOPS[0], {"offset": 2, "color": "red"}]}, "/stops/1/offset"),
            ({"type": "linear", "stops": [STOPS[0], {"offset": 1, "color": "rood"}]}, "/stops/1/color"),
            ({"type": "linear", "stops": STOPS, "angle": 400}, "/angle"),
            ({"type": "linear", "stops": STOPS, "radius": 1}, "/radius"),
            ({"type": "radial", "stops": STOPS, "radius": 0}, "/radius"),
            ({"type": "radial", "stops": STOPS, "center": [0.5]}, "/center"),
            ({"type": "radial", "stops": STOPS, "center": [0.5, float("nan")]}, "/center/1"),
            ({"type": "radial", "stops": STOPS, "center": [1e300, 0]}, "/center/0"),
            ({"type": "conic", "stops": STOPS}, ""),
            ({}, ""),
            ([], ""),
            (5, ""),
        ],
    )
    def test_mistakes(self, fonts: FontCatalogue, fill: Any, place: str) -> None:
        """Each mistake of a gradient is reported at its place."""
        raw = document(fields=[TINT], layers=[shape_layer(fill=fill)])
        assert pointers(raw, fonts) == [f"/layers/0/fill{place}"]
