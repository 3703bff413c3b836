"""The check of design.json: every mistake at once, each where it is, with a sentence that helps."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.design.layers.text import TextLayer
from imgurl.errors import BadDesign
from imgurl.merge.judge import judge
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import (
    SHIPPED,
    Json,
    box,
    document,
    field,
    image_layer,
    leads_somewhere,
    mistakes,
    parsed,
    pointers,
    shape_layer,
    shipped_files,
    shipped_text,
    text_layer,
    the_mistake,
)

# One document with every kind of mistake, and for each its place and words that its sentence must hold.
BROKEN = """
{
  "title": "Sale",
  "titel": "Sale",
  "size": {"width": "600", "height": 200, "height": 200},
  "background": "#ff00gg",
  "alt": "Hi <<first_nam>> from <<citty>>",
  "max_age": true,
  "jpeg": {"quality": 100},
  "expired_image": "over.png",
  "fields": [
    {"name": "first_name", "type": "name", "sample": "Ava", "fallback": "there", "required": true},
    {"name": "utm_source", "sample": "mail", "fallback": ""},
    {"name": "city", "sample": "Chicago", "required": true},
    {"name": "city", "sample": "Chicago", "fallback": ""},
    {"name": "price", "type": "money", "sample": "cheap", "fallback": "free"},
    {"name": "Tier", "type": "medal", "sample": "gold", "fallback": ""},
    {"name": "vip", "type": "flag", "sample": "yes", "fallback": "no", "max_lenght": 3}
  ],
  "default_values": {"firstname": "you", "price": "9.99"},
  "layers": [
    {"type": "text", "text": "Hi", "font": {"family": "Inter", "size": 20}},
    {"type": "text", "text": "Hi", "box": {"x": 0, "y": 0, "width": 90, "height": 23}, "colour": "red",
     "font": {"family": "Inter", "size": 20}},
    {"type": "text", "text": "Hi [[ in <<city>>", "box": {"x": 0.5, "y": 0, "width": 0, "height": 40},
     "font": {"family": "Playfare Display", "size": 20, "min_size": 24}},
    {"type": "text", "text": "for <<vip>>", "box": {"x": 0, "y": 0, "width": 90, "height": 40}, "align": "middle",
     "font": {"family": "Inter", "size": 20}, "styles": {"cty": {"weight": 1200}}},
    {"type": "image", "asset": "foto.jpg", "box": {"x": 0, "y": 0, "width": 90, "height": 40}, "fit": "crop"},
    {"type": "shape", "shape": "rectangle", "box": {"x": 0, "y": 0, "width": 90, "height": 40},
     "fill": {"type": "linear", "stops": [{"offset": 0.6, "color": "red"}, {"offset": 0.5, "color": "blue"}]}},
    {"type": "shape", "shape": "line", "box": {"x": 0, "y": 0, "width": 90, "height": 40}, "opacity": 1.5},
    {"type": "photo", "asset": "photo.jpg"},
    {"type": "shape", "shape": "ellipse", "box": {"x": 0, "y": 0, "width": 90, "height": 40}, "fill": "<<price>>",
     "show_if": {"field": "vipp"}}
  ]
}
"""
FOUND = {
    "/titel": "did you mean 'title'",
    "/size/width": "write a whole number here",
    "/size/height": 'the key "height" appears twice',
    "/background": "'#ff00gg' is not a CSS colour; write for example",
    "/alt": "no field 'first_nam': did you mean 'first_name'?; the design has no field 'citty': did you mean 'city'?",
    "/max_age": "write a whole number here",
    "/jpeg/quality": "must be 95 or less",
    "/expired_image": "no file 'over.png'",
    "/fields/0": 'give either a "fallback"',
    "/fields/1": "mail platforms tamper with",
    "/fields/3/name": "two fields are named 'city'",
    "/fields/4/sample": "'cheap' breaks the field's own rules (not-a-number)",
    "/fields/4/fallback": "'free' breaks the field's own rules (not-a-number)",
    "/fields/5/name": "is not of the form",
    "/fields/5/type": "must be one of 'text', 'name', 'number'",
    "/fields/6/max_lenght": "did you mean 'max_length'",
    "/default_values/firstname": "no field 'firstname': did you mean 'first_name'?",
    "/default_values/city": "the required field 'city' needs a value here",
    "/layers/0/box": "this key is required",
    "/layers/1/box": "at 20 px a line takes 24 px, the box has 23; make the box higher or font.min_size smaller",
    "/layers/1/colour": "did you mean 'color'",
    "/layers/2/text": "a '[[' is never closed",
    "/layers/2/box/x": "write a whole number here",
    "/layers/2/box/width": "must be 1 or more",
    "/layers/2/font/family": "did you mean 'Playfair Display'",
    "/layers/2/font/min_size": "min_size 24 is larger than size 20",
    "/layers/3/text": "the field 'vip' is of type flag and can't be written as text",
    "/layers/3/align": "must be one of 'start', 'center'",
    "/layers/3/styles/cty": "no field 'cty': did you mean 'city'?",
    "/layers/3/styles/cty/weight": "must be 1000 or less",
    "/layers/4/asset": "the design's folder has no file 'foto.jpg': did you mean 'photo.jpg'?",
    "/layers/4/fit": "must be one of 'cover', 'contain' or 'fill'",
    "/layers/5/fill/stops": "must ascend",
    "/layers/6/opacity": "must be 1 or less",
    "/layers/6/stroke": "a line needs a stroke",
    "/layers/7": 'a layer has "type": "text", "image", "shape", "qr"',
    "/layers/8/fill": "is not a field of type color",
    "/layers/8/show_if/field": "no field 'vipp': did you mean 'vip'?",
}


@pytest.fixture(scope="module")
def reported(fonts: FontCatalogue) -> list[tuple[str, str]]:
    """Pointer and sentence of each mistake of the document with every kind."""
    return mistakes(BROKEN, fonts, ["photo.jpg"])


class TestAllMistakesAtOnce:
    """One document with 38 mistakes of as many kinds."""

    def test_each_mistake_is_reported_where_it_is(self, reported: list[tuple[str, str]]) -> None:
        """No mistake hides another one, and nothing else is called a mistake."""
        assert sorted(FOUND) == sorted(pointer for pointer, _ in reported)

    @pytest.mark.parametrize(("pointer", "words"), FOUND.items())
    def test_each_sentence_says_what_to_do(self, reported: list[tuple[str, str]], pointer: str, words: str) -> None:
        """The sentence of each mistake names what is wrong and the near name where there is one."""
        sentence = dict(reported)[pointer]
        assert words in sentence

    @pytest.mark.parametrize("pointer", FOUND)
    def test_each_pointer_leads_to_its_place(self, pointer: str) -> None:
        """A pointer names a place of the document, or a key that is missing there."""
        assert leads_somewhere(json.loads(BROKEN), pointer)

    def test_the_error_lists_them_all(self, fonts: FontCatalogue) -> None:
        """The error's text counts the mistakes and holds a line for each."""
        with pytest.raises(BadDesign) as caught:
            parsed(BROKEN, fonts, ["photo.jpg"])
        first, *lines = str(caught.value).splitlines()
        assert (first, len(lines)) == ("design 'test' has 38 mistakes:", 38)


class TestNoJson:
    """Invalid JSON is one mistake."""

    def test_line_and_column(self, fonts: FontCatalogue) -> None:
        """The place in the text is given, counted from one."""
        pointer, sentence = the_mistake('{\n  "title": "Sale"\n  "size": {}\n}', fonts)
        assert (pointer, "(line 3, column 3)" in sentence) == ("", True)

    @pytest.mark.parametrize("text", ["[]", '"title"', "null", "5"])
    def test_no_object(self, fonts: FontCatalogue, text: str) -> None:
        """Any other JSON than an object is refused."""
        assert the_mistake(text, fonts) == ("", "design.json must hold one object: { … }")

    @pytest.mark.parametrize("text", ["[" * 100_000, '{"title": ' + "9" * 5_000 + "}"], ids=["deep", "digits"])
    def test_what_python_gives_up_on(self, fonts: FontCatalogue, text: str) -> None:
        """Brackets too deep and numbers too long are a mistake, not a crash."""
        assert the_mistake(text, fonts) == ("", "design.json has a number too long or brackets too deep")

    def test_a_byte_order_mark(self, fonts: FontCatalogue) -> None:
        """A byte-order mark is named."""
        assert "BOM" in the_mistake("\ufeff" + json.dumps(document()), fonts)[1]


class TestDoubledKeys:
    """JSON readers keep the last of two keys without a word."""

    def test_at_any_depth(self, fonts: FontCatalogue) -> None:
        """Each doubled key is found with its pointer, special characters escaped."""
        text = json.dumps(document(layers=[text_layer(), text_layer(), text_layer()]))
        doubled = text[:-1] + ', "title": "Again", "a/b~c": 1, "a/b~c": 2}'
        doubled = doubled.replace('"size": 20}', '"size": 20, "size": 21}', 2)
        expected = ["/a~1b~0c", "/a~1b~0c", "/layers/0/font/size", "/layers/1/font/size", "/title"]
        assert expected == sorted(pointers(doubled, fonts))

    def test_three_times_is_one_mistake(self, fonts: FontCatalogue) -> None:
        """A key that appears three times is reported once."""
        text = json.dumps(document())[:-1] + ', "title": "2", "title": "3"}'
        assert pointers(text, fonts) == ["/title"]


class TestStrictness:
    """Nothing is taken for what it is not."""

    @pytest.mark.parametrize(
        ("more", "pointer", "sentence"),
        [
            ({"title": 12}, "/title", "write a text in double quotes here"),
            ({"size": {"width": "12", "height": 40}}, "/size/width", "write a whole number here"),
            ({"size": {"width": 12.0, "height": 40}}, "/size/width", "write a whole number here"),
            ({"size": {"width": True, "height": 40}}, "/size/width", "write a whole number here"),
            ({"size": [60, 40]}, "/size", "write an object here: { … }"),
            ({"max_age": "60"}, "/max_age", "write a whole number here"),
            ({"fields": {"name": "city"}}, "/fields", "write a list here: [ … ]"),
            ({"layers": text_layer()}, "/layers", "write a list here: [ … ]"),
            ({"default_values": ["Ava"]}, "/default_values", "write an object here: { … }"),
            ({"fields": [field("city", required=0)]}, "/fields/0/required", "write true or false here"),
            ({"fields": [field("city", openable="true")]}, "/fields/0/openable", "write true or false here"),
            ({"fields": [field("city", max_length="5")]}, "/fields/0/max_length", "write a whole number here"),
            ({"layers": [text_layer(opacity="1")]}, "/layers/0/opacity", "write a number here"),
            ({"layers": [text_layer(opacity=True)]}, "/layers/0/opacity", "write a number here"),
            ({"layers": [text_layer(balance=1)]}, "/layers/0/balance", "write true or false here"),
            ({"layers": [text_layer(max_lines="2")]}, "/layers/0/max_lines", "write a whole number here"),
            ({"layers": [text_layer(id=7)]}, "/layers/0/id", "write a text in double quotes here"),
            ({"layers": [text_layer(text=None)]}, "/layers/0/text", "write a text in double quotes here"),
            ({"layers": [image_layer("a.png", circle="no")]}, "/layers/0/circle", "write true or false here"),
        ],
    )
    def test_no_type_is_made_into_another(self, fonts: FontCatalogue, more: Json, pointer: str, sentence: str) -> None:
        """ "12" is not 12, true is not 1, 12.0 is not 12."""
        assert the_mistake(document(**more), fonts, ["a.png"]) == (pointer, sentence)

    @pytest.mark.parametrize(
        ("center", "sentences"), [([0.5], ["entry 2 is missing"]), ([], ["entry 1 is missing", "entry 2 is missing"])]
    )
    def test_a_list_that_is_too_short(self, fonts: FontCatalogue, center: list[float], sentences: list[str]) -> None:
        """Of a list of fixed length the list is named: an entry that it lacks has no place."""
        fill = {
            "type": "radial",
            "center": center,
            "stops": [{"offset": 0, "color": "red"}, {"offset": 1, "color": "blue"}],
        }
        assert mistakes(document(layers=[shape_layer(fill=fill)]), fonts) == [
            ("/layers/0/fill/center", sentence) for sentence in sentences
        ]

    def test_a_whole_number_is_a_number(self, fonts: FontCatalogue) -> None:
        """Where fractions are allowed, 1 is 1.0."""
        assert parsed(document(layers=[text_layer(rotation=90)]), fonts).all_layers["/layers/0"].rotation == 90.0

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
    @pytest.mark.parametrize("key", ["opacity", "rotation"])
    def test_no_number_is_refused(self, fonts: FontCatalogue, key: str, number: str) -> None:
        """Python reads NaN and Infinity as JSON; no key takes them."""
        text = json.dumps(document(layers=[text_layer("Hello", **{key: 0.125})])).replace("0.125", number)
        assert pointers(text, fonts) == [f"/layers/0/{key}"]

    def test_half_a_character(self, fonts: FontCatalogue) -> None:
        """A lone surrogate is refused in words: nothing can draw it."""
        sentence = "contains an unpaired surrogate; write valid Unicode"
        assert the_mistake(document(title="\ud83d"), fonts) == ("/title", sentence)


class TestFields:
    """What the fields say of themselves and of each other."""

    def test_a_broken_sample_is_reported_with_its_rule(self, fonts: FontCatalogue) -> None:
        """A sample is drawn in the studio: it keeps the field's rules."""
        raw = document(fields=[field("code", pattern="[0-9]{4}", sample="12345")])
        assert the_mistake(raw, fonts) == ("/fields/0/sample", "'12345' breaks the field's own rules (pattern)")

    def test_an_empty_fallback_breaks_no_rule(self, fonts: FontCatalogue) -> None:
        """An empty fallback means: leave it out."""
        assert mistakes(document(fields=[field("code", pattern="[0-9]{3}", sample="123")]), fonts) == []

    def test_a_sample_is_checked_whatever_else_is_wrong(self, fonts: FontCatalogue) -> None:
        """A mistake elsewhere hides no sample's mistake."""
        raw = document(fields=[field("age", type="number", sample="old")], background=5)
        assert sorted(pointers(raw, fonts)) == ["/background", "/fields/0/sample"]

    def test_the_third_of_a_name_is_too_many_as_well(self, fonts: FontCatalogue) -> None:
        """Each field after the first of a name is reported."""
        raw = document(fields=[field("city"), field("name"), field("city"), field("city")])
        assert pointers(raw, fonts) == ["/fields/2/name", "/fields/3/name"]

    def test_a_default_value_keeps_the_rules(self, fonts: FontCatalogue) -> None:
        """The default image shows what its field accepts."""
        raw = document(fields=[field("vip", type="flag", sample="yes")], default_values={"vip": "maybe"})
        assert the_mistake(raw, fonts) == (
            "/default_values/vip",
            "'maybe' breaks the field's own rules (not-a-flag)",
        )

    def test_required_fields_have_default_values(self, fonts: FontCatalogue) -> None:
        """With its default value a required field is good."""
        required = {"name": "city", "sample": "Chicago", "required": True}
        assert mistakes(document(fields=[required], default_values={"city": "your city"}), fonts) == []
        assert pointers(document(fields=[required], default_values={}), fonts) == ["/default_values/city"]
        assert pointers(document(fields=[required]), fonts) == ["/default_values"]

    def test_choices(self, fonts: FontCatalogue) -> None:
        """A choice needs its choices, and a sample among them."""
        fields = [
            field("tier", type="choice", sample="gold", choices=["gold", "silver"]),
            field("size", type="choice", sample="XL"),
            field("kind", type="choice", sample="tin", choices=["gold", "silver"]),
        ]
        assert pointers(document(fields=fields), fonts) == ["/fields/1", "/fields/2/sample"]


class TestLocale:
    """The language and region of a design."""

    def test_fields_and_layers_that_name_none_have_it(self, fonts: FontCatalogue) -> None:
        """And those that name one keep their own; without any it is English."""
        parts = {
            "fields": [field("first_name"), field("city", locale="de-DE")],
            "layers": [text_layer(), text_layer(language="de"), shape_layer()],
        }
        found = []
        for raw in (document(locale="tr-TR", **parts), document(**parts)):
            parsed_document = parsed(raw, fonts)
            layers = [layer.language for layer in parsed_document.layers if isinstance(layer, TextLayer)]
            found.append([*(each.locale for each in parsed_document.fields), *layers])
        assert found == [["tr-TR", "de-DE", "tr-TR", "de"], ["en-US", "de-DE", "en", "de"]]

    def test_a_name_is_set_by_the_locale_of_the_design(self, fonts: FontCatalogue) -> None:
        """A Turkish design keeps the dotless i of its readers."""
        parsed_document = parsed(
            document(locale="tr-TR", fields=[field("first_name", type="name", casing="name")]), fonts
        )
        assert judge(parsed_document.fields[0], "IŞIL").text == "Işıl"

    @pytest.mark.parametrize("locale", ["tr_TR", "TURKISH", "", 7])
    def test_a_wrong_locale_is_one_mistake(self, fonts: FontCatalogue, locale: Any) -> None:
        """It is said once, at its own key."""
        raw = document(locale=locale, fields=[field("first_name")], layers=[text_layer()])
        assert pointers(raw, fonts) == ["/locale"]


class TestBackground:
    """The background is the same for everyone."""

    @pytest.mark.parametrize(
        "background",
        [
            "<<tint>>",
            {"type": "linear", "stops": [{"offset": 0, "color": "red"}, {"offset": 1, "color": "<<tint>>"}]},
            {"asset": "back-<<vip>>.png"},
        ],
    )
    def test_no_field_changes_it(self, fonts: FontCatalogue, background: Any) -> None:
        """A field in the background is refused with what to do instead."""
        fields = [field("tint", type="color", sample="red"), field("vip", type="flag", sample="yes")]
        raw = document(fields=fields, background=background)
        pointer, sentence = the_mistake(raw, fonts, ["back-true.png", "back-false.png"])
        assert (pointer, "a background can't contain a field; choose one" in sentence) == ("/background", True)

    def test_no_field_changes_the_picture_for_expired_urls(self, fonts: FontCatalogue) -> None:
        """It is drawn without values, so its name can't hold one."""
        raw = document(fields=[field("vip", type="flag", sample="yes")], expired_image="over-<<vip>>.png")
        pointer, sentence = the_mistake(raw, fonts, ["over-true.png", "over-false.png"])
        assert (pointer, "without values" in sentence) == ("/expired_image", True)

    def test_no_kind(self, fonts: FontCatalogue) -> None:
        """A gradient of no known type is answered with the known ones."""
        pointer, sentence = the_mistake(document(background={"type": "conic"}), fonts)
        assert (pointer, '"linear" or "radial"' in sentence) == ("/background", True)


class TestDocument:
    """What a good document tells."""

    @pytest.mark.parametrize(("width", "height"), [(4096, 4096), (4096, 1954), (2829, 2828)])
    def test_too_large_an_area(self, fonts: FontCatalogue, width: int, height: int) -> None:
        """Two sides within their limit may be too many pixels together."""
        pointer, sentence = the_mistake(document(size={"width": width, "height": height}), fonts)
        assert (pointer, "at most 8 are drawn, make the design smaller" in sentence) == ("/size/height", True)

    @pytest.mark.parametrize(
        ("width", "height", "dpr"), [(1200, 630, 3), (1600, 1131, 2), (1366, 10, 2), (4096, 1953, 1), (10, 10, 3)]
    )
    def test_max_dpr(self, fonts: FontCatalogue, width: int, height: int, dpr: int) -> None:
        """The picture stays within 4,096 px a side and 8 megapixels, but for what the design itself asks."""
        assert parsed(document(size={"width": width, "height": height}), fonts).max_dpr == dpr

    def test_asset_places(self, fonts: FontCatalogue) -> None:
        """Every file that any value can mean, with where it is named first."""
        raw = document(
            background={"asset": "back.jpg"},
            expired_image="over.png",
            fields=[
                field("tier", type="choice", sample="gold", choices=["gold", "tin"]),
                field("vip", type="flag", sample="yes"),
            ],
            layers=[text_layer(), image_layer("<<tier>>-<<vip>>.png"), image_layer("back.jpg")],
        )
        files = ["back.jpg", "over.png", "gold-true.png", "gold-false.png", "tin-true.png", "tin-false.png"]
        expected = dict.fromkeys(files[2:], "/layers/1/asset") | {
            "back.jpg": "/background/asset",
            "over.png": "/expired_image",
        }
        assert parsed(raw, fonts, [*files, "other.png"]).asset_places == expected

    def test_families(self, fonts: FontCatalogue) -> None:
        """Families of layers and of single fields."""
        raw = document(
            fields=[field("city")],
            layers=[text_layer("<<city>>", styles={"city": {"family": "Great Vibes"}}), shape_layer()],
        )
        assert parsed(raw, fonts).families == {"Inter", "Great Vibes"}

    def test_fields_by_name(self, fonts: FontCatalogue) -> None:
        """Fields are found by their name."""
        parsed_document = parsed(document(fields=[field("city"), field("name")]), fonts)
        assert (list(parsed_document.by_name), parsed_document.by_name["city"]) == (
            ["city", "name"],
            parsed_document.fields[0],
        )

    @pytest.mark.parametrize("design", SHIPPED)
    def test_the_shipped_designs_are_good(self, fonts: FontCatalogue, design: str) -> None:
        """No shipped design has a mistake."""
        assert mistakes(shipped_text(design), fonts, shipped_files(design)) == []


# What appears where it should not: values of every JSON type, and words that mean something elsewhere.
odd_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 9_000)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["<<first_name>>", "<<x", "[[", "../a.png", "linear", "text", "red", "«text»", "[key]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every place in a JSON value."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [path, *(found for key in keys for found in places(node[key], (*path, key)))]


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_damage_is_reported_at_a_place_that_exists(fonts: FontCatalogue, data: st.DataObject) -> None:
    """Whatever replaces a part of a shipped document, the check ends in pointers that lead somewhere, in our words."""
    design = data.draw(st.sampled_from(SHIPPED))
    raw = json.loads(shipped_text(design))
    for _ in range(data.draw(st.integers(1, 4))):
        *path, last = data.draw(st.sampled_from(places(raw)[1:]))
        node = raw
        for key in path:
            node = node[key]
        if data.draw(st.booleans()):
            del node[last]
        else:
            node[last] = data.draw(odd_json)
        if len(places(raw)) < 2:
            break
    reported = mistakes(raw, fonts, shipped_files(design))
    assert [pointer for pointer, _ in reported if not leads_somewhere(raw, pointer)] == []
    assert [sentence for _, sentence in reported if sentence.startswith(("Input should", "Value error"))] == []


def test_a_key_of_another_type_of_layer_is_not_suggested(fonts: FontCatalogue) -> None:
    """The key as it is written is known elsewhere, and is no help here."""
    rating = {"type": "rating", "field": "price", "max": 10, "box": box()}
    ((pointer, sentence),) = mistakes(
        document(fields=[field("price", type="number", sample="7")], layers=[rating]), fonts
    )
    assert pointer == "/layers/0/max"
    assert "'max'" not in sentence.removeprefix("there is no key 'max' here")
