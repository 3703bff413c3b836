"""Facts of imgurl.merge.alternative: an alternative text has no holes, and platforms put names into it."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.errors import BadValue
from imgurl.merge.alternative import TEXT_FORMS, alternative_text, personal_text, why_not_personal
from imgurl.merge.dialects import DIALECTS, find_dialect
from imgurl.merge.template import parse_template

CERTIFICATE: Final = "Certificate: <<a>>, <<b>>, <<c>>"


@pytest.mark.parametrize(
    ("template", "missing", "expected"),
    [
        (CERTIFICATE, "", "Certificate: A, B, C"),
        (CERTIFICATE, "b", "Certificate: A, C"),
        (CERTIFICATE, "a", "Certificate: B, C"),
        (CERTIFICATE, "c", "Certificate: A, B"),
        (CERTIFICATE, "ab", "Certificate: C"),
        (CERTIFICATE, "ac", "Certificate: B"),
        (CERTIFICATE, "bc", "Certificate: A"),
        (CERTIFICATE, "abc", "Certificate"),
        ("<<a>>, <<b>>[[ instead of <<c>>]]", "bc", "A"),
        ("<<a>>, <<b>>[[ instead of <<c>>]]", "c", "A, B"),
        ("Hi <<a>>, spring is here", "a", "Hi, spring is here"),
        ("Hi <<a>>, spring is here[[ in <<b>>]]: <<c>>", "bc", "Hi A, spring is here"),
        ("<<a>>, an idea for <<b>>", "a", "an idea for B"),
        ("Hi <<a>>!", "a", "Hi!"),
        ("Good-bye, <<a>>.", "a", "Good-bye."),
        ("Hello. <<a>>, come in", "a", "Hello. come in"),
        ("Salut <<a>> !", "a", "Salut !"),
        ("Ticket (<<a>>), hall <<b>>", "a", "Ticket, hall B"),
        ("Ticket (<<a>>, <<b>>)", "a", "Ticket (B)"),
        ("Ticket (<<a>>, <<b>>)", "b", "Ticket (A)"),
        ("Ticket (<<a>>, <<b>>)", "ab", "Ticket"),
        ("Film “<<a>>” – <<b>>", "a", "Film – B"),
        ("Film „<<a>>“!", "a", "Film!"),
        ("Film «\u00a0<<a>>\u00a0», <<b>>", "a", "Film, B"),
        ("Film '<<a>>' | <<b>>", "ab", "Film"),
        ("<<a>>'s offer", "a", "offer"),
        ("<<a>>’s offer: <<b>>", "b", "A’s offer"),
        ("Only $<<a>> today", "a", "Only today"),
        ("Only <<a>> € today", "a", "Only today"),
        ("Save <<a>> %", "a", "Save"),
        ("24 % off, <<a>>", "a", "24 % off"),
        ("Order #<<a>>: <<b>>", "a", "Order: B"),
        ("<<a>> | <<b>> | <<c>>", "ac", "B"),
        ("<<a>> · <<b>> · <<c>>", "b", "A · C"),
        ("<<a>> - <<b>> - <<c>>", "b", "A - C"),
        ("<<a>>/<<b>>", "b", "A"),
        ("<<a>> & <<b>>", "b", "A"),
        ("<<a>>, <<b>> & <<c>>", "b", "A & C"),
        ("<<a>><<b>>", "a", "B"),
        ("<<a>> <<b>> <<c>>", "b", "A C"),
        ("为<<a>>、<<b>>、<<c>>。", "b", "为A、C。"),
        ("为<<a>>、<<b>>。", "b", "为A。"),
        ("「<<a>>」、<<b>>", "a", "B"),
        ("مرحبا <<a>>، أهلا", "a", "مرحبا، أهلا"),
        ("नमस्ते <<a>>।", "a", "नमस्ते।"),
        ("<<a>>, <<b>>!", "ab", ""),
        ("(<<a>>)", "a", ""),
    ],
)
def test_an_empty_place_goes_with_its_separator(template: str, missing: str, expected: str) -> None:
    """By punctuation alone; ends of sentences stay with the words before them."""
    texts = {name: "" if name in missing else name.upper() for name in "abc"}
    assert alternative_text(parse_template(template), texts) == expected


def test_a_value_keeps_its_own_punctuation() -> None:
    """Only the design's own separators go."""
    assert alternative_text(parse_template("<<a>>, <<b>>"), {"a": "Yahoo!", "b": ""}) == "Yahoo!"
    assert alternative_text(parse_template("<<a>>, <<b>>"), {"a": "", "b": "-5"}) == "-5"


LITERALS: Final = st.sampled_from(
    [", ", ": ", " – ", " ", "! ", ". ", " (", ") ", " | ", "、", " & ", "", "Word ", " word"]
)


@given(st.lists(st.tuples(LITERALS, st.booleans()), max_size=6), LITERALS)
def test_nothing_is_left_of_an_empty_place(places: list[tuple[str, bool]], end: str) -> None:
    """The law: values stay in their order, no space doubles, and no separator is at the beginning."""
    template = "".join(f"{literal}<<f{number}>>" for number, (literal, _) in enumerate(places)) + end
    texts = {f"f{number}": f"v{number}" if given else "" for number, (_, given) in enumerate(places)}
    text = alternative_text(parse_template(template), texts)
    present = [value for value in texts.values() if value]
    positions = [text.find(value) for value in present]
    assert positions == sorted(positions)
    assert -1 not in positions
    assert "  " not in text
    assert text == text.strip()


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.sampled_from([", ", " | ", " – ", "、", "; "]))
def test_a_row_of_values_is_joined_as_without_the_missing_ones(given_ones: list[bool], separator: str) -> None:
    """The law: leaving out is joining the others."""
    template = separator.join(f"<<f{number}>>" for number in range(len(given_ones)))
    texts = {f"f{number}": f"v{number}" * given for number, given in enumerate(given_ones)}
    expected = separator.join(filter(None, texts.values()))
    assert alternative_text(parse_template(template), texts) == expected


def test_platforms_that_escape_are_these() -> None:
    """The others have a sentence that says why their tags do not fit an alternative text."""
    can = [dialect.id for dialect in DIALECTS if not why_not_personal(dialect)]
    assert can == ["braze", "drip", "hubspot", "iterable", "kit", "klaviyo", "sendgrid"] == sorted(TEXT_FORMS)
    assert "Marketo escapes it" in why_not_personal(find_dialect("marketo"))
    assert "a quote in a name would end the text" in why_not_personal(find_dialect("mailchimp"))


@pytest.mark.parametrize(
    ("esp", "expected"),
    [
        ("klaviyo", "Hi {% if first_name %}{{first_name}}{% else %}there{% endif %}!"),
        ("hubspot", "Hi {% if contact.firstname %}{{contact.firstname|escape}}{% else %}there{% endif %}!"),
        (
            "kit",
            "Hi {% if subscriber.first_name and subscriber.first_name != empty %}{{subscriber.first_name|escape}}"
            "{% else %}there{% endif %}!",
        ),
        ("braze", "Hi {% if {{${first_name}}} != blank %}{{${first_name}|escape}}{% else %}there{% endif %}!"),
        ("sendgrid", "Hi {{#if first_name}}{{first_name}}{{else}}there{{/if}}!"),
        ("iterable", "Hi {{#if firstName}}{{firstName}}{{else}}there{{/if}}!"),
    ],
)
def test_a_field_with_a_fallback_is_put_in_its_place(esp: str, expected: str) -> None:
    """The platform's tag, or the fallback for those without a value."""
    template = parse_template("Hi <<first_name>>!")
    text = personal_text(template, {"first_name": "there"}, ["first_name"], find_dialect(esp), {})
    assert text == expected


def test_a_field_without_a_fallback_has_a_text_of_its_own() -> None:
    """The piece vanishes with its separators for those without a value, in the platform's own words."""
    template = parse_template("Hi[[ <<first_name>>]], <<city>>: <<offer>>")
    opened = ["first_name", "city", "not_in_the_text"]
    text = personal_text(template, {"offer": "24 %"}, opened, find_dialect("klaviyo"), {"city": "Town"})
    with_name = (
        "{% if person.Town %}Hi {{first_name}}, {{person.Town}}: 24 %{% else %}Hi {{first_name}}: 24 %{% endif %}"
    )
    without = "{% if person.Town %}Hi, {{person.Town}}: 24 %{% else %}Hi: 24 %{% endif %}"
    assert text == f"{{% if first_name %}}{with_name}{{% else %}}{without}{{% endif %}}"


def test_a_text_does_not_grow_without_end() -> None:
    """Two fields without a fallback make four texts; further ones are left out of it."""
    template = parse_template(", ".join(f"<<f{number}>>" for number in range(10)))
    text = personal_text(template, {}, [f"f{number}" for number in range(10)], find_dialect("kit"), {})
    assert text.count("{% if") == 3
    assert "f2" not in text


@pytest.mark.parametrize("esp", sorted(TEXT_FORMS))
def test_a_tag_in_a_text_holds_no_quote(esp: str) -> None:
    """HTML tools would make an entity of it, and no name of theirs breaks out."""
    template = parse_template("<<first_name>>, <<shoe_size>>")
    text = personal_text(template, {"shoe_size": "?"}, ["first_name", "shoe_size"], find_dialect(esp), {})
    assert not set(text) & set("\"'<>&")
    with pytest.raises(BadValue):
        personal_text(template, {}, ["first_name"], find_dialect(esp), {"first_name": "a}}"})
