"""A design in several languages."""

import json
from typing import Any

import pytest

from imgurl.design.reading import parse_documents
from imgurl.errors import BadDesign
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import Json, document, field, image_layer, text_layer

LANGUAGE = field("lang", type="language", sample="de", choices=["de", "en", "ar"], fallback="en")
HELLO = {"en": "Hello <<name>>", "de": "Hallo <<name>>"}


def design(**more: Any) -> Json:
    """Return a document with a greeting in two of its three languages."""
    return document(**{"fields": [LANGUAGE, field("name")], "layers": [text_layer(HELLO)]} | more)


def mistakes(raw: Json, fonts: FontCatalogue, assets: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return pointer and sentence of every mistake."""
    try:
        parse_documents("test", json.dumps(raw), assets, fonts)
    except BadDesign as error:
        return [(problem.pointer, problem.sentence) for problem in error.problems]
    return []


def test_a_document_for_each_language(fonts: FontCatalogue) -> None:
    """The default language is the first; what is not translated is shown in it, and named."""
    documents, languages = parse_documents("test", json.dumps(design()), (), fonts)
    texts = {tag: one.all_layers["/layers/0"].model_dump()["text"] for tag, one in documents.items()}
    assert texts == {"en": "Hello <<name>>", "de": "Hallo <<name>>", "ar": "Hello <<name>>"}
    assert (next(iter(documents)), languages.untranslated) == ("en", (("/layers/0/text", "ar"),))


def test_one_language_is_read_as_ever(fonts: FontCatalogue) -> None:
    """A field of languages alone makes no translations."""
    documents, languages = parse_documents("test", json.dumps(design(layers=[text_layer()])), (), fonts)
    assert (list(documents), languages.tags) == ([""], ())


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en-GB", {"en": "en-GB", "de": "de", "ar": "ar"}),
        ({"en": "en-US", "de": "de-AT", "ar": "ar-EG"}, {"en": "en-US", "de": "de-AT", "ar": "ar-EG"}),
    ],
)
def test_numbers_are_written_as_the_language_does(fonts: FontCatalogue, locale: Any, expected: Json) -> None:
    """The document's locale is that of the default language, unless it names one for each."""
    raw = design(locale=locale, fields=[LANGUAGE, field("name"), field("price", type="money", sample="9.95")])
    documents, _ = parse_documents("test", json.dumps(raw), (), fonts)
    assert {tag: one.by_name["price"].locale for tag, one in documents.items()} == expected


def test_fallbacks_alternative_texts_and_pictures(fonts: FontCatalogue) -> None:
    """Whatever a reader sees may differ."""
    raw = design(
        alt={"en": "Hello", "de": "Hallo", "ar": "مرحبا"},
        fields=[LANGUAGE, field("name") | {"fallback": {"en": "friend", "de": "du"}}],
        default_values={"name": {"en": "there", "de": "alle"}},
        layers=[image_layer({"en": "en.png", "de": "de.png"})],
    )  # fmt: skip
    documents, languages = parse_documents("test", json.dumps(raw), ("en.png", "de.png"), fonts)
    german = documents["de"]
    assert (german.alt, german.by_name["name"].fallback, german.default_values) == ("Hallo", "du", {"name": "alle"})
    assert {name for one in documents.values() for name in one.asset_places} == {"en.png", "de.png"}
    assert {pointer for pointer, _ in languages.untranslated} == {
        "/fields/1/fallback", "/default_values/name", "/layers/0/asset",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "pointer", "sentence"),
    [
        ({"fields": [field("name")]}, "/layers/0/text", "need exactly one field of type language"),
        ({"fields": [LANGUAGE | {"fallback": ""}, field("name")]}, "/fields/0/fallback", "must name the language"),
        ({"layers": [text_layer(HELLO | {"fr": "Salut"})]}, "/layers/0/text/fr", "'fr' is not one of the design's"),
        ({"layers": [text_layer({"de": "Hallo"})]}, "/layers/0/text", "lacks 'en'"),
        ({"layers": [text_layer(HELLO | {"de": "Hallo <<nane>>"})]}, "/layers/0/text/de", "did you mean 'name'?"),
        ({"layers": [text_layer({"en": "Hello <<nane>>"})]}, "/layers/0/text/en", "did you mean 'name'?"),
        ({"layers": [text_layer({"en": 5})]}, "/layers/0/text/en", "write a text"),
        ({"locale": {"en": "en-US", "de": "Deutsch"}}, "/locale/de", "is not of the form"),
    ],
)
def test_mistakes(fonts: FontCatalogue, more: Json, pointer: str, sentence: str) -> None:
    """Each is named once, at the language it is in."""
    places = [(place, found) for place, found in mistakes(design(**more), fonts) if place == pointer]
    assert [sentence in found for _, found in places].count(True) == 1
    assert len(places) == len(set(places))


def test_too_many_variants(fonts: FontCatalogue) -> None:
    """Languages and cases multiply."""
    choose = {
        "type": "choose",
        "cases": [{"when": {"field": "name", "is": str(n)}, "layers": []} for n in range(20)],
        "else": [],
    }
    raw = design(layers=[text_layer(HELLO), choose, choose])
    assert [place for place, found in mistakes(raw, fonts) if "1,323 variants" in found] == ["/layers"]
