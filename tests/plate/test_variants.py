"""Choices between layers and between backgrounds."""

import pytest
from PIL import Image

from imgurl.design.library import Variant
from imgurl.merge.resolve import resolve
from imgurl.pipeline.showing import Surroundings, picture_of
from imgurl.plate.compile import compile_plate
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import Json, box, document, field, image_layer, mistakes, pointers, shape_layer, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.plates import drawn

TIER = field("tier", type="choice", sample="gold", choices=["gold", "tin"])
POINTS = field("points", type="number", sample="7")
SMALL = {"size": {"width": 2, "height": 1}}
LEFT = box(0, 0, 1, 1)


def case(tier: str, *layers: Json) -> Json:
    """Return a case for a tier."""
    return {"when": {"field": "tier", "is": tier}, "layers": list(layers)}


CHOOSE = {
    "type": "choose",
    "cases": [case("gold", shape_layer(box=LEFT, fill="yellow")), case("tin", shape_layer(box=LEFT, fill="blue"))],
    "else": [shape_layer(box=LEFT, fill="red")],
}  # fmt: skip


@pytest.mark.parametrize(("tier", "cases"), [("gold", (0,)), ("tin", (1,)), ("lead", (2,)), ("", (2,))])
def test_the_first_case_that_holds(plate_of: PlateOf, fonts: FontCatalogue, tier: str, cases: tuple[int, ...]) -> None:
    """Its layers are in the plate, where they cost a request nothing; what is unknown shows ``else``."""
    design = plate_of(document(**SMALL, fields=[TIER], layers=[CHOOSE])).design
    texts = resolve(design.document.fields, {"tier": tier}).texts
    shown = design.shown(Variant(cases=design.document.cases_for(texts)))
    plate = compile_plate(shown, fonts)
    assert (shown.variant.cases, plate.slots) == (cases, ())
    assert drawn(plate) == [{0: "YW", 1: "BW", 2: "RW"}[cases[0]]]


def test_the_first_of_several_counts(plate_of: PlateOf) -> None:
    """Cases are looked at in their order."""
    cases = [{"when": {"field": "points", "at_least": bound}, "layers": []} for bound in (10, 100, 1)]
    choose = {"type": "choose", "cases": cases, "else": []}
    read = plate_of(document(**SMALL, fields=[POINTS], layers=[choose])).design.document
    found = [read.cases_for({"points": value, "points.reading": value}) for value in ("500", "5", "0")]
    assert found == [(0,), (2,), (3,)]


def test_backgrounds(plate_of: PlateOf, fonts: FontCatalogue) -> None:
    """A background may be chosen too, along with layers."""
    when = {"field": "points", "at_least": 100}
    background = {"cases": [{"when": when, "background": "lime"}], "else": "black"}
    design = plate_of(document(**SMALL, fields=[TIER, POINTS], background=background, layers=[CHOOSE])).design
    found = {
        points: picture_of(design, {"points": points, "tier": "tin"}, "png", 1, Surroundings(lambda _: True)).design
        for points in ("100", "99", "")
    }
    assert [shown.variant.cases for shown in found.values()] == [(0, 1), (1, 1), (1, 1)]
    assert [drawn(compile_plate(shown, fonts)) for shown in found.values()] == [["BG"], ["BK"], ["BK"]]


def test_variants_have_their_own_keys(plate_of: PlateOf) -> None:
    """Two recipients with the same values but for what chooses never share an image."""
    cases = [{"when": {"field": "points", "at_least": 10.05}, "layers": []}]
    choose = {"type": "choose", "cases": cases, "else": [shape_layer()]}
    design = plate_of(document(**SMALL, fields=[POINTS], layers=[choose])).design
    keys = {
        picture_of(design, {"points": value}, "png", 1, Surroundings(lambda _: True)).key
        for value in ("10.04", "10.05", "10.06")
    }
    assert len(keys) == 3


def test_layers_are_known_by_their_place(plate_of: PlateOf, fonts: FontCatalogue) -> None:
    """What a report says of a text in a case names the case."""
    choose = {"type": "choose", "cases": [case("gold", text_layer("<<tier>>"))], "else": []}
    design = plate_of(document(fields=[TIER], layers=[shape_layer(), choose])).design
    plate = compile_plate(design.shown(Variant(cases=(0,))), fonts)
    assert list(plate.slot_names.values()) == ["/layers/1/cases/0/layers/0"]


def test_mistakes_in_every_case_are_found(fonts: FontCatalogue) -> None:
    """Also in those that no sample shows, and files that only one case names."""
    choose = {
        "type": "choose",
        "cases": [case("gold", text_layer("<<teir>>")), case("silver")],
        "else": [image_layer("b.png"), shape_layer(fill="rood")],
    }
    raw = document(fields=[TIER], layers=[choose])
    assert pointers(raw, fonts, ["a.png"]) == [
        "/layers/0/cases/0/layers/0/text", "/layers/0/cases/1/when/is", "/layers/0/else/0/asset",
        "/layers/0/else/1/fill",
    ]  # fmt: skip
    assert pointers(document(layers=[{"type": "choose", "cases": []}]), fonts) == ["/layers/0/cases", "/layers/0/else"]


class TestAssetMaps:
    """A file for each value of a field."""

    @pytest.mark.parametrize(
        ("city", "expected"), [("Paris", "R"), ("PARIS", "R"), ("Rome", "B"), ("", "B")]
    )  # fmt: skip
    def test_which_file(self, plate_of: PlateOf, city: str, expected: str) -> None:
        """Compared without case; ``else`` for all others."""
        files = {"paris.png": Image.new("RGB", (1, 1), "red"), "us.png": Image.new("RGB", (1, 1), "blue")}
        asset = {"by": "city", "assets": {"Paris": "paris.png"}, "else": "us.png"}
        raw = document(size={"width": 1, "height": 1}, fields=[field("city")], layers=[image_layer(asset, box=LEFT)])
        assert drawn(plate_of(raw, files), city=city) == [expected]

    def test_nothing_for_all_others(self, plate_of: PlateOf) -> None:
        """With "" no picture is drawn."""
        files = {"paris.png": Image.new("RGB", (1, 1), "red")}
        asset = {"by": "city", "assets": {"Paris": "paris.png"}, "else": ""}
        raw = document(size={"width": 1, "height": 1}, fields=[field("city")], layers=[image_layer(asset, box=LEFT)])
        assert drawn(plate_of(raw, files), city="Rome") == ["W"]

    def test_mistakes(self, fonts: FontCatalogue) -> None:
        """Each file is checked at its place."""
        asset = {"by": "town", "assets": {"Paris": "pari.png", "Rome": "../x.png"}, "else": "us.jpg"}
        raw = document(fields=[field("city")], layers=[image_layer(asset)])
        assert pointers(raw, fonts, ["paris.png", "us.png"]) == [
            "/layers/0/asset/by", "/layers/0/asset/assets/Paris", "/layers/0/asset/assets/Rome", "/layers/0/asset/else",
        ]  # fmt: skip


@pytest.mark.parametrize("place", ["group", "choose"])
def test_a_choice_is_made_only_at_the_top(fonts: FontCatalogue, place: str) -> None:
    """Inside a group, or inside another choice, the sentence says where it is allowed and what to do here."""
    inner = {"type": "choose", "cases": [case("gold", text_layer("gold"))], "else": []}
    outer = {
        "group": {"type": "group", "box": box(), "layers": [inner]},
        "choose": {"type": "choose", "cases": [case("gold", inner)], "else": []},
    }[place]
    ((pointer, sentence),) = mistakes(document(fields=[TIER], layers=[outer]), fonts)
    assert pointer == {"group": "/layers/0/layers/0", "choose": "/layers/0/cases/0/layers/0"}[place]
    assert sentence.startswith('a "choose" is allowed only in the "layers" of the design')
