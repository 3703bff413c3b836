"""Mistakes in remote pictures, sources and hosts, as sentences with their places."""

from typing import Any

import pytest

from imgurl.design.document import MAX_REMOTE
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import box, document, field, mistakes, parsed, the_mistake

HOST = "cdn.example.com"
URL = f"https://{HOST}/<<sku>>.png"


def image(**more: Any) -> dict[str, Any]:
    """Return an image layer."""
    return {"type": "image", "box": box()} | more


def raw(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a document with a list of hosts."""
    fields = [
        field("sku"),
        field("price", type="money", sample="5"),
        field("logo", type="url", sample=f"https://{HOST}/a"),
    ]
    return document(hosts=[HOST], fields=fields, layers=[*layers]) | more


def source(**more: Any) -> dict[str, Any]:
    """Return a document with a source."""
    return raw(sources={"shop": {"url": URL, "values": {"price": "$.price"}} | more})


@pytest.mark.parametrize(
    "good",
    [
        raw(image(url=URL)),
        raw(image(field="logo", fallback={"initials": "<<sku>>"}, trim=True, circle=True)),
        raw(image(url=URL, fallback="a.png", ttl=60)),
        # Half of them in each case: eight at once.
        raw(
            *[image(url=URL)] * (MAX_REMOTE // 2),
            {
                "type": "choose",
                "cases": [{"when": {"field": "sku", "is": "A"}, "layers": [image(url=URL)] * (MAX_REMOTE // 2)}],
                "else": [{"type": "group", "box": box(), "layers": [image(url=URL)] * (MAX_REMOTE // 2)}],
            },
        ),
        source(),
        # A key that is that of a text elsewhere.
        raw(sources={"text": {"url": URL, "values": {"price": "$.price"}}}),
        source(ttl=5, max_stale=0, deadline=0.05, headers="shop-1"),
    ],
)
def test_a_good_one_has_no_mistakes(fonts: FontCatalogue, good: dict[str, Any]) -> None:
    """Each way that the page names."""
    assert mistakes(good, fonts, ("a.png",)) == []


@pytest.mark.parametrize(
    ("bad", "pointer", "sentence"),
    [
        (raw(image()), "/layers/0/asset", "name a picture"),
        (raw(image(asset="a.png", url=URL)), "/layers/0/url", "names 2 pictures (asset, url); keep one"),
        (raw(image(asset="a.png", fallback="a.png")), "/layers/0/fallback", "only a remote picture has"),
        (raw(image(asset="a.png", trim=True)), "/layers/0/trim", "only a remote picture has"),
        (raw(image(url="https://other.example/<<sku>>")), "/layers/0/url", "does not list the host 'other.example'"),
        (raw(image(url=f"http://{HOST}/<<sku>>")), "/layers/0/url", "is not a URL that can be fetched"),
        (raw(image(url="https://<<sku>>.example.com/")), "/layers/0/url", "is not a URL that can be fetched"),
        (raw(image(url=f"https://{HOST}/<<skuu>>")), "/layers/0/url", "did you mean"),
        (raw(image(url=f"https://{HOST}/<<sku>")), "/layers/0/url", "never closed"),
        (raw(image(field="sku")), "/layers/0/field", "name one of type url"),
        (raw(image(field="lego")), "/layers/0/field", "has no field 'lego'"),
        (raw(image(url=URL, fallback="b.png")), "/layers/0/fallback", "has no file 'b.png'"),
        (raw(image(url=URL, fallback={"initials": "<<x>>"})), "/layers/0/fallback/initials", "has no field 'x'"),
        (raw(image(url=URL, fallback={"initials": "A", "family": "Nope"})), "/layers/0/fallback/family", "Nope"),
        (raw(image(url=URL, ttl=10)), "/layers/0/ttl", "must be 60 or more"),
        (raw(*[image(url=URL)] * (MAX_REMOTE + 1)), "/layers", "9 layers show remote pictures; at most 8 may"),
        (
            raw(image(url=URL), {"type": "group", "box": box(), "layers": [image(url=URL)] * MAX_REMOTE}),
            "/layers",
            "9 layers show remote pictures; at most 8 may",
        ),
        (raw(hosts=["https://cdn.example.com"]), "/hosts/0", "is not a host"),
        (raw(hosts=["10.0.0.1"], fields=[]), "/hosts/0", "is not a host"),
        (source(url="https://other.example/"), "/sources/shop/url", "does not list the host"),
        (source(values={}), "/sources/shop/values", "at least 1"),
        (source(values={"prize": "$.a"}), "/sources/shop/values/prize", "has no field 'prize'"),
        (source(values={"price": "price"}), "/sources/shop/values/price", "is not a JSONPath"),
        (source(values={"price": "$[?search(@.a,'b')]"}), "/sources/shop/values/price", "match() and search() are not"),
        (source(deadline=3), "/sources/shop/deadline", "must be 2 or less"),
        (source(headers="Bearer x"), "/sources/shop/headers", "is not of the form"),
        (raw(sources={"Shop!": {"url": URL, "values": {"price": "$.a"}}}), "/sources", "is not a name for a source"),
        (source(header="x"), "/sources/shop/header", "there is no key 'header' here"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    fonts: FontCatalogue, bad: dict[str, Any], pointer: str, sentence: str
) -> None:
    """What is wrong, where, what to do."""
    found = mistakes(bad, fonts, ("a.png",))
    assert [place for place, _ in found if place == pointer], found
    assert any(sentence in told for place, told in found if place == pointer), found


def test_two_sources_of_one_field_are_a_mistake(fonts: FontCatalogue) -> None:
    """One would win, and nobody could know which."""
    one = {"url": URL, "values": {"price": "$.a"}}
    pointer, sentence = the_mistake(raw(sources={"shop": one, "store": one}), fonts)
    assert (pointer, sentence) == ("/sources", "the field 'price' has two sources, 'shop' and 'store'; keep one")


def test_a_field_of_urls_takes_the_hosts_of_the_design(fonts: FontCatalogue) -> None:
    """Unless it lists its own; without any it is a mistake."""
    own = field("logo", type="url", sample="https://a.example.org/x", hosts=["*.example.org"])
    assert parsed(raw(fields=[own]), fonts).fields[0].hosts == ("*.example.org",)
    assert parsed(raw(), fonts).by_name["logo"].hosts == (HOST,)
    found = mistakes(document(fields=[field("logo", type="url", sample="https://a.example.org/x")]), fonts)
    assert any('"hosts": ["cdn.example.com"]' in sentence for _, sentence in found)
    wrong = field("logo", type="url", sample="https://a.example.net/x")
    assert "other-host" in the_mistake(raw(fields=[wrong]), fonts)[1]
