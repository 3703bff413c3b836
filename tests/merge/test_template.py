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
