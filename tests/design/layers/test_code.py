"""Codes: what a design may say about them, and what of a recipient's values is in them."""

from typing import Any

import pytest

from imgurl.design.layers.code import CodeLayer
from imgurl.merge.kinds import reading_name
from imgurl.merge.patterns import matches
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import box, document, field, parsed, pointers, the_mistake

FIELDS = [
    field("ticket", sample="K7QX", pattern="[A-Z0-9-]+", max_length=12),
    field("guest", type="name"),
    field("seat", fallback=""),
    field("price", type="money", sample="1299.5"),
    field("day", type="date", sample="2026-03-01"),
    field("tier", type="choice", sample="gold", choices=["gold", "tin", "plätinum"]),
    field("tag", openable=True),
    field("tint", type="color", sample="red"),
    field("ean", sample="4006381333931"),
]


def qr(data: str = "<<ticket>>", **more: Any) -> dict[str, Any]:
    """Return a QR layer."""
    return {"type": "qr", "data": data, "box": box(0, 0, 400, 400)} | more


def barcode(symbology: str, data: str = "<<ticket>>", **more: Any) -> dict[str, Any]:
    """Return a barcode layer."""
    return {"type": "barcode", "symbology": symbology} | {"data": data, "box": box(0, 0, 400, 400)} | more


def code(fonts: FontCatalogue, raw: dict[str, Any]) -> CodeLayer:
    """Return the layer of a good document."""
    (layer,) = parsed(document(fields=FIELDS, layers=[raw]), fonts).layers
    assert isinstance(layer, CodeLayer)
    return layer


class TestMistakes:
    """What would make a code that leads elsewhere, or one that no scanner reads."""

    @pytest.mark.parametrize("data", ["<<tag>>", "https://example.com/<<ticket>>[[/<<tag>>]]"])
    def test_what_anybody_may_fill_is_refused(self, fonts: FontCatalogue, data: str) -> None:
        """An openable field would make a billboard of the code, also in an optional part."""
        pointer, sentence = the_mistake(document(fields=FIELDS, layers=[qr(data)]), fonts)
        assert pointer == "/layers/0/data"
        assert sentence.startswith("'tag' can be filled by anybody")

    def test_a_condition_on_an_open_field_is_allowed(self, fonts: FontCatalogue) -> None:
        """It shows the code or not; what is in the code stays the signer's."""
        assert pointers(document(fields=FIELDS, layers=[qr(when={"field": "tag", "is_set": True})]), fonts) == []

    @pytest.mark.parametrize(
        ("more", "key", "words"),
        [
            ({"color": "#ffffff", "background": "black"}, "background", "dark on light"),
            ({"color": "#999", "background": "#bbb"}, "background", "scanners need 55%"),
            ({"color": "#d00000"}, "color", "red light"),
            ({"color": "rgb(0 0 0 / 80%)"}, "color", "opaque"),
            ({"background": "transparent"}, "background", "opaque"),
            ({"color": "<<tint>>"}, "color", "can't change with a field"),
            ({"opacity": 0.9}, "opacity", "opaque"),
            ({"rotation": 45.0}, "rotation", "90, 180 or 270"),
            ({"quiet_zone": 3}, "quiet_zone", "4 or more"),
            ({"error_correction": "X"}, "error_correction", "LMQH"),
            ({"data": ""}, "data", "at least 1"),
            ({"data": "<<nobody>>"}, "data", "no field 'nobody'"),
            ({"data": "<<tint>>"}, "data", "can't be written"),
        ],
    )
    def test_each_is_reported(self, fonts: FontCatalogue, more: dict[str, Any], key: str, words: str) -> None:
        """At its place, in a sentence."""
        pointer, sentence = the_mistake(document(fields=FIELDS, layers=[qr(**more)]), fonts)
        assert pointer == f"/layers/0/{key}"
        assert words in sentence

    @pytest.mark.parametrize("color", ["#000", "#0b3d2e", "#1a2b8c", "navy", "#004d40", "#1a73e8"])
    def test_dark_brand_colors_are_good(self, fonts: FontCatalogue, color: str) -> None:
        """Blue, green and black have the contrast in any light."""
        assert pointers(document(fields=FIELDS, layers=[qr(color=color)]), fonts) == []

    @pytest.mark.parametrize("degrees", [0, 90.0, -90.0, 180.0, 270.0, 360.0])
    def test_quarter_turns_are_good(self, fonts: FontCatalogue, degrees: float) -> None:
        """They keep modules on whole pixels."""
        assert pointers(document(fields=FIELDS, layers=[qr(rotation=degrees)]), fonts) == []

    @pytest.mark.parametrize(
        ("layer", "sentence"),
        [
            (barcode("ean13", "4006381333930"), "'4006381333930' has a wrong check digit, the last one"),
            (barcode("ean13", "400638133393"), "'400638133393' is not a number of 13 digits"),
            (barcode("upca", "036000291453"), "'036000291453' has a wrong check digit, the last one"),
            (barcode("ean13", "<<ticket>>"), "with the samples, 'K7QX' is not a number of 13 digits"),
            (
                barcode("code128", "Köln"),
                "'Köln' has characters that a Code 128 can't hold: it takes letters without accents, digits and "
                "punctuation",
            ),
        ],
    )
    def test_data_that_could_never_be_drawn(self, fonts: FontCatalogue, layer: dict[str, Any], sentence: str) -> None:
        """What is fixed, and what the samples make of it, must be a code."""
        assert the_mistake(document(fields=FIELDS, layers=[layer]), fonts) == ("/layers/0/data", sentence)

    @pytest.mark.parametrize(("kind", "digits"), [("ean13", "4006381333931"), ("upca", "036000291452")])
    def test_a_good_check_digit(self, fonts: FontCatalogue, kind: str, digits: str) -> None:
        """Those of real articles."""
        assert code(fonts, barcode(kind, digits)).coded({}) == digits


class TestData:
    """What is in a code for some values."""

    @pytest.mark.parametrize(
        ("data", "texts", "coded"),
        [
            ("<<ticket>>", {"ticket": "K7"}, "K7"),
            ("<<ticket>>", {"ticket": ""}, ""),
            ("<<ticket>>", {}, ""),
            ("T-<<ticket>>", {}, ""),
            ("T-<<ticket>>[[/<<seat>>]]", {"ticket": "K7"}, "T-K7"),
            ("T-<<ticket>>[[/<<seat>>]]", {"ticket": "K7", "seat": "4 A"}, "T-K7/4 A"),
            ("[[<<seat>>]]", {}, ""),
            ("https://example.com/<<guest>>?s=<<seat>>", {"guest": "Zoë & Co", "seat": "a/b"},
             "https://example.com/Zo%C3%AB%20%26%20Co?s=a%2Fb"),
            ("<<guest>> https://example.com", {"guest": "Zoë & Co"}, "Zoë & Co https://example.com"),
            ("<<price>> <<day>>", {"price": "$1,300", reading_name("price"): "1299.5", "day": "March 1",
             reading_name("day"): "2026-03-01"}, "1299.5 2026-03-01"),
            (r"a\<<ticket>>b", {}, "a<<ticket>>b"),
        ],
    )  # fmt: skip
    def test_coded(self, fonts: FontCatalogue, data: str, texts: dict[str, str], coded: str) -> None:
        """A missing value leaves no code, an optional one its part; parts of an address are encoded; readings count."""
        assert code(fonts, qr(data)).coded(texts) == coded

    @pytest.mark.parametrize(
        ("name", "longest"),
        [
            ("ticket", 12), ("guest", 2 * 40), ("seat", 2 * 80), ("price", 21), ("day", 10), ("tier", 9),
        ],
    )  # fmt: skip
    def test_longest(self, fonts: FontCatalogue, name: str, longest: int) -> None:
        """In bytes: what a pattern lets in, two for a character that may have an accent, the longest choice."""
        layer = code(fonts, qr(f"<<{name}>>"))
        document_fields = parsed(document(fields=FIELDS, layers=[]), fonts).by_name
        assert len(layer.longest(document_fields).encode()) == longest

    @pytest.mark.parametrize(
        ("pattern", "in_address"),
        [
            ("[0-9]{8}", 1), (r"^[A-Z]{2}[0-9]{4}$", 1), ("(?:AB|CD)-[A-Za-z0-9_-]+", 1), ("[A-Z0-9]+", 1),
            ("[A-Z ]+", 2), (r"[A-Z]+\.[0-9]+", 2), ("[^0-9]+", 6), (r"\d+", 6), (".+", 6), ("(?i)[a-z]+", 6),
            ("[A-Zé]+", 6), (r"\w+", 6),
        ],
    )  # fmt: skip
    def test_patterns_bound_what_is_expected(self, fonts: FontCatalogue, pattern: str, in_address: int) -> None:
        """Bytes a character in an address: letters and digits one, other ASCII two on average, what has accents six."""
        samples = ("12345678", "AB1234", "AB-X1", "AB", "A B", "AB.12", "é")
        sample = next(sample for sample in samples if matches(pattern, sample))
        fields = [field("code", sample=sample, pattern=pattern, max_length=12)]
        found = parsed(document(fields=fields, layers=[qr("https://example.com/<<code>>")]), fonts)
        (layer,) = found.layers
        assert isinstance(layer, CodeLayer)
        assert len(layer.longest(found.by_name)) == len("https://example.com/") + 12 * in_address


def test_no_number_of_a_field_is_longer_than_expected(fonts: FontCatalogue) -> None:
    """A number has at most 18 digits, a sign and a point."""
    layer = code(fonts, qr("<<price>>"))
    fields = parsed(document(fields=FIELDS, layers=[]), fonts).by_name
    assert len(layer.longest(fields)) >= len("-1234567890.12345678")
    assert layer.refusal("-1234567890.12345678", fields) == ""


def test_longer_than_the_box_is_made_for(fonts: FontCatalogue) -> None:
    """A name in Chinese takes three bytes a character: so many that its box may be too small are not drawn."""
    layer = code(fonts, qr("<<guest>>"))
    fields = parsed(document(fields=FIELDS, layers=[]), fonts).by_name
    assert layer.shortcoming({"guest": "李雷"}, fields) == ""
    assert "takes 90 bytes, and the code's box is made for 80" in layer.shortcoming({"guest": "李" * 30}, fields)
    assert layer.shortcoming({}, fields) == "a value of its data is missing"
