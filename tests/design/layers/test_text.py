"""Text layers: the tags of their texts, and texts that are bent."""

import pytest

from imgurl.text.fonts import FontCatalogue
from tests.design.documents import Json, document, field, mistakes, parsed, text_layer, the_mistake

SPANS = {"accent": {"weight": 700, "color": "#c00", "underline": True}}


class TestSpans:
    """Words between tags."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("<acent>x</acent>", "'<acent>' is not one of the layer's spans: did you mean 'accent'?"),
            (
                "<b>x</b>",
                '\'<b>\' is not one of the layer\'s spans; add "spans": {"b": {"weight": 700}}, or write \\<b>',
            ),
            ("<accent>x", "'<accent>' at character 1 is never closed"),
        ],
    )
    def test_a_tag_that_is_wrong(self, fonts: FontCatalogue, text: str, said: str) -> None:
        """Is a mistake of the text."""
        place, sentence = the_mistake(document(layers=[text_layer(text, spans=SPANS)]), fonts)
        assert (place, said in sentence) == ("/layers/0/text", True)

    def test_without_spans_there_are_no_tags(self, fonts: FontCatalogue) -> None:
        """Nobody finds <b> in the mail."""
        place, sentence = the_mistake(document(layers=[text_layer("<b>Sale</b>")]), fonts)
        assert (place, "not one of the layer's spans" in sentence) == ("/layers/0/text", True)

    @pytest.mark.parametrize(
        ("spans", "pointer"),
        [
            ({"Accent": {}}, "/layers/0/spans/Accent"),
            ({"accent": {"weight": 0}}, "/layers/0/spans/accent/weight"),
            ({"accent": {"color": "rood"}}, "/layers/0/spans/accent/color"),
            ({"accent": {"color": "<<nobody>>"}}, "/layers/0/spans/accent/color"),
            ({"accent": {"family": "Intre"}}, "/layers/0/spans/accent/family"),
            ({"accent": {"size": 9}}, "/layers/0/spans/accent/size"),
        ],
    )
    def test_a_span_that_is_wrong(self, fonts: FontCatalogue, spans: Json, pointer: str) -> None:
        """Each key as in `styles`."""
        assert [place for place, _ in mistakes(document(layers=[text_layer("a", spans=spans)]), fonts)] == [pointer]

    def test_a_colour_of_a_field_is_a_placeholder(self, fonts: FontCatalogue) -> None:
        """The layer depends on it."""
        layer = text_layer("<a>x</a>", spans={"a": {"color": "<<tint>>"}})
        raw = document(fields=[field("tint", type="color", sample="red")], layers=[layer])
        assert parsed(raw, fonts).all_layers["/layers/0"].placeholders == {"tint"}

    def test_a_family_is_one_of_the_designs(self, fonts: FontCatalogue) -> None:
        """The version of a design is over the fonts that it uses."""
        layer = text_layer("<a>x</a>", spans={"a": {"family": "Playfair Display"}})
        assert parsed(document(layers=[layer]), fonts).families == {"Inter", "Playfair Display"}

    def test_each_language_has_its_tags(self, fonts: FontCatalogue) -> None:
        """A mistake names the language it is in."""
        lang = field("lang", type="language", choices=["en", "he"], fallback="en", sample="en")
        text = {"en": "Only <accent>today</accent>", "he": "רק <accent>היום"}
        place, sentence = the_mistake(document(fields=[lang], layers=[text_layer(text, spans=SPANS)]), fonts)
        assert (place, "never closed" in sentence) == ("/layers/0/text/he", True)

    def test_the_alternative_text_leaves_tags_out(self, fonts: FontCatalogue) -> None:
        """Any that pair."""
        assert the_mistake(document(alt="<b>Hi"), fonts)[0] == "/alt"
        assert parsed(document(alt="<b>Hi</b>"), fonts).alt == "<b>Hi</b>"


class TestArcs:
    """Texts that are bent."""

    @pytest.mark.parametrize(
        ("more", "pointer", "said"),
        [
            ({"max_lines": 2}, "/layers/0/arc", "has one line"),
            ({"valign": "middle"}, "/layers/0/arc", "begins at an edge of the box"),
            ({"underline": True}, "/layers/0/arc", "can't be bent"),
            ({"spans": SPANS}, "/layers/0/arc", "can't be bent"),
            ({"line_height": 2.5}, "/layers/0/box", "a line takes 50 px, the box has 40"),
            ({"arc": {"radius": 15}}, "/layers/0/arc", "smaller than a letter of 20 px"),
            ({"arc": {"radius": 5}}, "/layers/0/arc/radius", "must be 10 or more"),
            ({"arc": {"radius": 50, "side": "left"}}, "/layers/0/arc/side", "must be one of 'top' or 'bottom'"),
            ({"arc": {}}, "/layers/0/arc/radius", "this key is required"),
        ],
    )
    def test_mistakes(self, fonts: FontCatalogue, more: Json, pointer: str, said: str) -> None:
        """With what to do."""
        layer = text_layer(**{"arc": {"radius": 50}, "font": {"family": "Inter", "size": 20, "min_size": 10}} | more)
        place, sentence = the_mistake(document(layers=[layer]), fonts)
        assert (place, said in sentence) == (pointer, True), sentence
