"""``POST /v1/links`` and ``POST /v1/explain``."""

from typing import Any

import pytest

from imgurl.web.api.bodies import MAX_JSON_BYTES
from tests.web.api.client import BASE, Api, ApiAnswer, dumps
from tests.web.designs import card, write_design
from tests.web.server import MINTER


def linked(api: Api, key: str, **body: Any) -> ApiAnswer:
    """Ask for links of the card, or of the design that is named."""
    return api.call("POST", "/v1/links", key, json={"design_id": "card", **body})


def explained(api: Api, key: str, url: str) -> Any:
    """Return what explain says of a link."""
    return api.call("POST", "/v1/explain", key, json={"url": url}).json()


def test_one_link_is_made_without_its_image(api: Api) -> None:
    """What the library mints, byte for byte; nothing is drawn."""
    result = linked(api, api.key(), data={"tint": "red", "first_name": "Ava", "code": "A1"}).json()
    expected = MINTER.mint("card", {"tint": "red", "first_name": "Ava", "code": "A1"})
    assert result["links"] == [{"image_url": f"{BASE}{expected}", "error": None, "warnings": []}]
    assert (result["design_id"], result["version"]) == ("card", api.pipeline.library.find("card").version[:16])
    assert api.drawn == []


def test_rows_give_links_in_their_order(shared: Api, admin: str) -> None:
    """Each with the values of all; a row's own value wins."""
    rows = [{"first_name": "Ava"}, {"first_name": "Leo", "tint": "blue"}, {}]
    links = linked(shared, admin, data={"tint": "red", "code": "B2"}, rows=rows).json()["links"]
    texts = [explained(shared, admin, link["image_url"])["fields"] for link in links]
    assert [fields["first_name"]["text"] for fields in texts] == ["Ava", "Leo", "there"]
    assert [fields["tint"]["text"] for fields in texts] == ["#ff0000", "#0000ff", "#ff0000"]
    assert links[2]["warnings"] == ["first_name is missing; the fallback is shown"]


def test_a_bad_row_stops_no_other(shared: Api, admin: str) -> None:
    """It has an error that names the row and the field, and no link."""
    rows = [{"full_name": "Ava"}, {"full_name": " "}, {"full_name": "x" * 50, "tint": "reddish"}, {"full_name": "Leo"}]
    links = linked(shared, admin, design_id="cert", rows=rows).json()["links"]
    assert [link["image_url"] is not None for link in links] == [True, False, False, True]
    assert links[1]["error"].startswith("/rows/1/full_name: is blank; it is required and has no fallback")
    assert "/rows/2/full_name: is too long" in links[2]["error"]
    assert "; /rows/2/tint: is not a CSS colour" in links[2]["error"]


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"data": {"x": 1}, "rows": [{}]}, "/data/x"),
    ({"fallbacks": {"x": "1"}, "rows": [{}]}, "/fallbacks/x"),
    ({"fallbacks": {"tint": "reddish"}, "rows": [{}]}, "/fallbacks/tint"),
    ({"open": ["code"]}, "/open/code"),
    ({"open": {"firstName": "FNAME"}}, "/open/firstName"),
]


def test_a_mistake_of_all_rows_is_a_mistake_of_the_request(shared: Api, admin: str) -> None:
    """400: unknown names in rows, data and fallbacks, a fallback that breaks a rule, a field that may not be open."""
    rows = [{"first_name": "Ava"}, {"firstName": "Leo"}]
    answer = linked(shared, admin, rows=rows)
    assert (answer.status, list(answer.errors)) == (400, ["/rows/1/firstName"])
    for body, pointer in MISTAKES:
        answer = linked(shared, admin, **body)
        assert (answer.status, list(answer.errors)) == (400, [pointer])
    assert linked(shared, admin, rows=rows, ignore_unknown=True).json()["links"][1]["warnings"][0] == (
        "firstName is left out: the design has no such field"
    )


@pytest.mark.parametrize(
    ("opened", "esp", "tag"),
    [
        (["first_name"], "mailchimp", "&first_name=*|URL:FNAME|*&_z=1"),
        ({"first_name": "MERGE7"}, "mailchimp", "&first_name=*|URL:MERGE7|*&_z=1"),
        (["first_name"], None, "&first_name=@@first_name@@&_z=1"),
        ({"first_name": None}, None, "&first_name=@@first_name@@&_z=1"),
    ],
)
def test_fields_may_be_left_open(shared: Api, admin: str, opened: object, esp: str | None, tag: str) -> None:
    """The platform's tag follows the signature; a fallback is signed into the link."""
    body: dict[str, Any] = {"open": opened, "data": {"tint": "red"}, "fallbacks": {"first_name": "you"}}
    if esp:
        body["esp"] = esp
    (link,) = linked(shared, admin, **body).json()["links"]
    assert link["image_url"].endswith(tag)
    filled = link["image_url"].replace(tag, "&first_name=Mia&_z=1")
    assert explained(shared, admin, filled)["fields"]["first_name"] == {"text": "Mia", "from": "open", "flags": []}
    untouched = explained(shared, admin, link["image_url"])["fields"]["first_name"]
    assert (untouched["text"], untouched["from"]) == ("you", "url-fallback")


def test_an_unknown_platform_is_refused(shared: Api, admin: str) -> None:
    """400 with the near one."""
    answer = linked(shared, admin, open=["first_name"], esp="mailchimpp")
    assert answer.status == 400
    assert "did you mean 'mailchimp'" in answer.json()["detail"]


def test_ten_thousand_links_at_once(shared: Api, admin: str) -> None:
    """As many as fit into a request of a megabyte, all different; one row more is refused."""
    rows = [{"first_name": f"A{number}"} for number in range(10_000)]
    body = {"design_id": "card", "rows": rows, "data": {"tint": "red"}}
    assert len(dumps(body)) < MAX_JSON_BYTES
    links = linked(shared, admin, **body).json()["links"]
    urls = [link["image_url"] for link in links]
    assert len(set(urls)) == 10_000
    assert [explained(shared, admin, urls[place])["fields"]["first_name"]["text"] for place in (0, 9_999)] == [
        "A0", "A9999"
    ]  # fmt: skip
    answer = linked(shared, admin, rows=[{}] * 10_001)
    assert (answer.status, list(answer.errors)) == (400, ["/rows"])


def test_controls_are_those_of_all_links(shared: Api, admin: str) -> None:
    """Format, density, lifetime, campaign, pin."""
    body = {"format": "jpeg", "dpr": 2, "expires_in": "2099-12-31", "campaign": "spring", "pin": True, "rows": [{}, {}]}
    version = shared.pipeline.library.find("card").version[:16]
    for link in linked(shared, admin, **body).json()["links"]:
        assert f"/i/card.jpg?_k=k1&_x=4102444799&_v={version}&_dpr=2&_c=spring&_s=" in link["image_url"]


def test_a_link_that_gets_too_long_is_an_error_of_its_row(shared: Api, admin: str) -> None:
    """No design here has enough fields for that; one value is refused long before."""
    links = linked(shared, admin, rows=[{"first_name": "x" * 3_000}]).json()["links"]
    assert "is too long" in links[0]["error"]


def test_explain_tells_what_the_command_tells(shared: Api, admin: str) -> None:
    """Of a good link, a changed one and one of nobody: 200, and the status its image request gets."""
    url = linked(shared, admin, data={"tint": "red"}).json()["links"][0]["image_url"]
    good = explained(shared, admin, url)
    assert (good["status"], good["outcome"], good["design"], good["key"]) == (200, "fallback", "card", "k1")
    changed = explained(shared, admin, url.replace(".png", ".gif"))
    assert (changed["status"], changed["reason"]) == (403, "the format was changed: it was .png")
    nobody = explained(shared, admin, "https://elsewhere.example/")
    assert (nobody["status"], nobody["outcome"], nobody["design"]) == (404, "refused", None)
    for body in ({}, {"url": ""}, {"url": 3}, {"url": "x" * 20_001}):
        assert shared.call("POST", "/v1/explain", admin, json=body).status == 400


def test_a_code_that_will_not_be_drawn_is_warned_of(api: Api) -> None:
    """A wrong check digit is said with the link, which is made all the same."""
    code = {"type": "barcode", "id": "ean", "symbology": "ean13", "data": "<<article>>"}
    document = card(
        fields=[{"name": "article", "type": "text", "sample": "4006381333931", "fallback": ""}], alt="",
        default_values={}, size={"width": 400, "height": 120},
        layers=[code | {"box": {"x": 0, "y": 0, "width": 400, "height": 100}}],
    )  # fmt: skip
    write_design(api.designs, "shelf", document)
    api.pipeline.reload()
    rows = [{"article": "4006381333931"}, {"article": "4006381333932"}]
    links = linked(api, api.key(), design_id="shelf", rows=rows).json()["links"]
    assert [link["warnings"] for link in links] == [
        [], ["the layer ean is not drawn: '4006381333932' has a wrong check digit, the last one"],
    ]  # fmt: skip
    assert all(link["image_url"] for link in links)
