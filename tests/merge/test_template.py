"""Facts of imgurl.merge.template."""

import re

import pytest

from imgurl.merge.template import TextPart, TextTemplate, parse_template

VALUES = {"first_name": "Ava", "city": "Rome", "empty": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Hi", "Hi"),
        ("Hi <<first_name>>!", "Hi Ava!"),
        ("<< first_name >>", "Ava"),
        ("<<first_name>><<city>>", "AvaRome"),
        ("Hi <<empty>>!", "Hi !"),
        ("Hi <<unknown>>!", "Hi !"),
        ("Hi[[ <<first_name>>]]!", "Hi Ava!"),
        ("Hi[[ <<empty>>]]!", "Hi!"),
        ("Hi[[ <<first_name>> of <<empty>>]]!", "Hi!"),
        ("[[a]][[b <<empty>>]][[c <<city>>]]", "ac Rome"),
        ("[[no value]]", "no value"),
        ("[[]]", ""),
        (r"\<<first_name\>>", "<<first_name>>"),
        (r"\<<<<first_name>>\>>", "<<Ava>>"),
        (r"\[[a\]]", "[[a]]"),
        (r"[[\]]<<city>>]]", "]]Rome"),
        ("a \\ b", "a \\ b"),
        ("a < b > c", "a < b > c"),
        ("[a] [b]", "[a] [b]"),
        ("more >>", "more >>"),
        ("{{x}} *|F|* %s {0}", "{{x}} *|F|* %s {0}"),
        ("a\n<<city>>", "a\nRome"),
    ],
)
def test_a_text_is_filled(text: str, expected: str) -> None:
    """Values in their places, optional pieces only with all of their values."""
    assert expected == parse_template(text).text(VALUES)


def test_a_value_is_never_a_template() -> None:
    """What a recipient is called is not parsed."""
    template = parse_template("Hi <<first_name>>[[ in <<city>>]]")
    assert template.text({"first_name": "<<city>>", "city": "]]\\<<"}) == "Hi <<city>> in ]]\\<<"


def test_spans_say_which_field_they_came_from() -> None:
    """A value's part has its field's name, the design's own text has none."""
    parts = parse_template("Hi <<first_name>>[[ in <<city>>]].").fill(VALUES)
    expected = (
        TextPart("Hi ", None),
        TextPart("Ava", "first_name"),
        TextPart(" in ", None),
        TextPart("Rome", "city"),
        TextPart(".", None),
    )
    assert expected == parts


def test_a_missing_value_makes_no_span() -> None:
    """Neither inside an optional piece nor outside."""
    assert parse_template("<<first_name>>[[ in <<city>>]]").fill({}) == ()


def test_the_fields_are_listed_in_order_each_once() -> None:
    """As a design's check needs them."""
    assert parse_template("<<b>> <<a>>[[<<b>> <<c>>]]").fields == ("b", "a", "c")
    assert parse_template(r"\<<b\>> [[x]]").fields == ()


def test_an_empty_text_has_no_pieces() -> None:
    """And fills to nothing."""
    assert parse_template("") == TextTemplate(())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a [[b", "a '[[' is never closed"),
        ("a ]] b", "']]' at character 3 is not paired"),
        ("[[a [[b]] c]]", "'[[' at character 5 is not paired; optional pieces do not nest"),
        ("[[a]] b]]", "']]' at character 8 is not paired"),
        ("<<First>>", "'<<First>>' is not a field name"),
        ("<<first name>>", "is not a field name; those are lowercase letters"),
        ("<<>>", "'<<>>' is not a field name"),
        ("<<1a>>", "is not a field name"),
        ("<<_k>>", "is not a field name"),
        ("<<" + "a" * 33 + ">>", "is not a field name"),
        ("<<first-name>>", "is not a field name"),
        ("Hi <<first_name", "'<<' at character 4 is never closed"),
        ("Hi <<first_name>", "'<<' at character 4 is never closed"),
        ("<<a<b>> <<c>>", "'<<' at character 1 is never closed"),
        ("[[<<a]]", "'<<' at character 3 is never closed"),
    ],
)
def test_a_text_with_a_mistake_is_refused(text: str, said: str) -> None:
    """With a sentence that says where: a design is checked before anybody sees it."""
    with pytest.raises(ValueError, match=re.escape(said)):
        parse_template(text)


class TestTags:
    """Tags name a style for the words between them."""

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("Only <accent>today</accent>!", [("Only ", None, ""), ("today", None, "accent"), ("!", None, "")]),
            ("<b>Hi <<city>></b>", [("Hi ", None, "b"), ("Rome", "city", "b")]),
            ("<b>Hi[[ <<empty>>]]</b> x", [("Hi", None, "b"), (" x", None, "")]),
            ("[[<b><<city>></b>, ]]x", [("Rome", "city", "b"), (", ", None, ""), ("x", None, "")]),
            (r"<b>a\[[</b>", [("a", None, "b"), ("[[", None, "b")]),
            (r"\<b>a\</b>", [("<b>", None, ""), ("a", None, ""), ("</b>", None, "")]),
            ("<b></b>", []),
            ("1 < 2 > <B> <b1> < b>", [("1 < 2 > <B> <b1> < b>", None, "")]),
            ("רק <b>היום</b>", [("רק ", None, ""), ("היום", None, "b")]),
        ],
    )
    def test_parts(self, text: str, parts: list[tuple[str, str | None, str]]) -> None:
        """Each part has the tag around it; a backslash takes the meaning away."""
        assert parse_template(text, with_tags=True).fill(VALUES) == tuple(TextPart(*part) for part in parts)

    def test_a_value_brings_none(self) -> None:
        """A recipient who is called <b> is written so."""
        template = parse_template("<b><<first_name>></b>", with_tags=True)
        assert template.fill({"first_name": "</b><b>"}) == (TextPart("</b><b>", "first_name", "b"),)

    def test_where_there_are_none_they_are_text(self) -> None:
        """File names and colours have no tags."""
        assert parse_template("<b>x</b>").text({}) == "<b>x</b>"

    def test_the_tags_are_listed_in_order_each_once(self) -> None:
        """As a layer's check needs them."""
        assert parse_template("<b>x</b><a>y</a><b>z</b>", with_tags=True).styles == ("b", "a")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("Hi <b>you", "'<b>' at character 4 is never closed; write '</b>' after the words, or '\\<b>'"),
            ("Hi</b>", "'</b>' at character 3 closes nothing"),
            ("<b>x</i>", "'</i>' at character 5 closes nothing"),
            ("<b>x<i>y</i></b>", "'<i>' at character 5 is inside of '<b>'; tags do not nest"),
            ("[[<b>x]]</b>", "'<b>' at character 3 and its '</b>' are on two sides"),
            ("<b>[[x</b>]]", "'<b>' at character 1 and its '</b>' are on two sides"),
            ("[[<b>x]][[</b>]]", "on two sides"),
            ("<<name>", "'<<' at character 1 is never closed"),
        ],
    )
    def test_mistakes(self, text: str, said: str) -> None:
        """With a sentence that says where."""
        with pytest.raises(ValueError, match=re.escape(said)):
            parse_template(text, with_tags=True)
