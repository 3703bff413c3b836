"""``POST /v1/generate``."""

import base64
import time
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from imgurl.text.fonts import FontCatalogue
from tests.pdf.readers import drawn_by_pdfium
from tests.plate.countdowns import sale
from tests.web.api.client import BASE, Api, ApiAnswer
from tests.web.designs import DEFAULT, FALLBACK, SIZE, TINT_AT, card, write_design

RED = {"design_id": "card", "data": {"tint": "#ff0000"}}


def generated(api: Api, key: str, **body: Any) -> ApiAnswer:
    """Send a request for the card, or for the design that is named."""
    return api.call("POST", "/v1/generate", key, json={"design_id": "card", **body})


def explained(api: Api, key: str, url: str) -> Any:
    """Return what explain says of a link."""
    return api.call("POST", "/v1/explain", key, json={"url": url}).json()


def test_the_answer_has_the_link_and_what_it_shows(shared: Api, admin: str) -> None:
    """Every fact of the image; the link shows just that."""
    data = {"tint": "#ff0000", "first_name": " ava ", "code": "A1"}
    answer = generated(shared, admin, data=data)
    assert (answer.status, answer["content-type"], answer["cache-control"]) == (200, "application/json", "no-store")
    result = answer.json()
    url = result.pop("image_url")
    assert url.startswith(f"{BASE}/i/card.png?_k=k1&")
    assert result.pop("bytes") > 100
    assert result == {
        "status": "completed",
        "design_id": "card",
        "version": shared.pipeline.library.find("card").version[:16],
        "width": SIZE[0],
        "height": SIZE[1],
        "fields": {
            "tint": {"text": "#ff0000", "from": "sealed", "flags": []},
            "first_name": {"text": "ava", "from": "sealed", "flags": []},
            "code": {"text": "A1", "from": "sealed", "flags": []},
        },
        "warnings": [],
        "image_base64": None,
    }
    found = explained(shared, admin, url)
    assert (found["status"], found["outcome"]) == (200, "ok")
    assert found["fields"] == result["fields"]


def test_the_image_is_made(api: Api) -> None:
    """When the answer is there the image is in the cache, under the key that a request for the link looks for."""
    key = api.key()
    result = generated(api, key, **RED).json()
    (picture,) = api.drawn
    body = api.pipeline.cached(picture.key)
    assert body is not None
    assert len(body) == result["bytes"]


def test_base64_holds_the_image(shared: Api, admin: str) -> None:
    """The same bytes as Accept gives, in the size that the answer states."""
    result = generated(shared, admin, **RED, **{"return": "base64"}, dpr=2, format="jpg").json()
    body = base64.b64decode(result["image_base64"])
    image = Image.open(BytesIO(body))
    assert (image.format, image.size, len(body)) == ("JPEG", (result["width"], result["height"]), result["bytes"])
    assert image.size == (2 * SIZE[0], 2 * SIZE[1])


@pytest.mark.parametrize(
    ("accept", "kind", "content_type"),
    [
        ("image/png", "PNG", "image/png"),
        ("image/jpeg", "JPEG", "image/jpeg"),
        ("image/gif", "GIF", "image/gif"),
        ("image/webp", "WEBP", "image/webp"),
        ("image/avif", "AVIF", "image/avif"),
        ("image/*", "PNG", "image/png"),
        ("application/json;q=0.5, image/jpeg", "JPEG", "image/jpeg"),
        ("IMAGE/PNG", "PNG", "image/png"),
    ],
)
def test_accept_makes_the_image_the_answer(shared: Api, admin: str, accept: str, kind: str, content_type: str) -> None:
    """Its link is in Content-Location."""
    answer = shared.call("POST", "/v1/generate", admin, json=RED, headers={"accept": accept})
    assert (answer.status, answer["content-type"], answer["x-imgurl-outcome"]) == (200, content_type, "fallback")
    image = Image.open(BytesIO(answer.body))
    assert (image.format, image.size) == (kind, SIZE)
    assert explained(shared, admin, answer["content-location"])["status"] == 200


def test_accept_asks_for_a_page(shared: Api, admin: str) -> None:
    """As for an image, with the name under which it may be saved; the link shows the same page."""
    answer = shared.call("POST", "/v1/generate", admin, json=RED, headers={"accept": "application/pdf"})
    assert (answer.status, answer["content-type"]) == (200, "application/pdf")
    assert answer["content-disposition"] == 'inline; filename="card.pdf"'
    assert "/i/card.pdf?" in answer["content-location"]
    assert drawn_by_pdfium(answer.body).shape == (SIZE[1], SIZE[0], 3)
    named = generated(shared, admin, **RED, format="pdf").json()
    assert (named["image_url"], named["bytes"]) == (answer["content-location"], len(answer.body))


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "application/json", "text/html", "application/json, image/png", "image/png;q=0", "image/png;q=x"],
)
def test_otherwise_the_answer_is_json(shared: Api, admin: str, accept: str) -> None:
    """Where it is wanted as much, or nothing we have is wanted."""
    answer = shared.call("POST", "/v1/generate", admin, json=RED, headers={"accept": accept})
    assert (answer.status, answer["content-type"]) == (200, "application/json")


def test_format_and_accept_must_not_differ(shared: Api, admin: str) -> None:
    """400 rather than a guess; the same said twice is good."""
    headers = {"accept": "image/jpeg"}
    answer = shared.call("POST", "/v1/generate", admin, json={**RED, "format": "png"}, headers=headers)
    assert (answer.status, list(answer.errors)) == (400, ["/format"])
    for name in ("jpg", "jpeg"):
        answer = shared.call("POST", "/v1/generate", admin, json={**RED, "format": name}, headers=headers)
        assert answer["content-type"] == "image/jpeg"


def test_a_name_that_is_not_the_designs_is_refused(shared: Api, admin: str) -> None:
    """400 that names the near one, for data and fallbacks, all at once."""
    answer = generated(shared, admin, data={"firstName": "Ava", "zip": "1"}, fallbacks={"Tint": "red"})
    assert answer.status == 400
    assert "did you mean 'first_name'?" in answer.errors["/data/firstName"]
    assert "did you mean" not in answer.errors["/data/zip"]
    assert "did you mean 'tint'?" in answer.errors["/fallbacks/Tint"]


def test_unknown_names_may_be_left_out(shared: Api, admin: str) -> None:
    """With ignore_unknown; the answer says which were."""
    answer = generated(shared, admin, data={"firstName": "Ava", "tint": "red"}, ignore_unknown=True)
    assert answer.status == 200
    assert "firstName is left out: the design has no such field" in answer.json()["warnings"]
    assert answer.json()["fields"]["first_name"]["from"] == "design-fallback"


@pytest.mark.parametrize("value", ["", " ", "\t\n", "\u200b", "\u2800", None])
def test_a_blank_value_is_missing(shared: Api, admin: str, value: str | None) -> None:
    """It takes the request's fallback, else the design's; for a required field without either it is 400."""
    fallen = generated(shared, admin, data={"first_name": value, "tint": "red"}, fallbacks={"first_name": "you"}).json()
    assert fallen["fields"]["first_name"] == {"text": "you", "from": "request-fallback", "flags": []}
    assert any(warning.startswith("first_name ") for warning in fallen["warnings"])
    own = generated(shared, admin, data={"first_name": value, "tint": "red"}).json()
    assert own["fields"]["first_name"]["text"] == "there"
    required = generated(shared, admin, design_id="cert", data={"full_name": value})
    assert required.status == 400
    assert "it is required and has no fallback" in required.errors["/data/full_name"]


@pytest.mark.parametrize("word", ["null", "None", "undefined", "N/A"])
def test_a_word_for_nothing_is_missing(shared: Api, admin: str, word: str) -> None:
    """As programs print it: the fallback is shown, and said so."""
    result = generated(shared, admin, data={"first_name": word}).json()
    assert result["fields"]["first_name"]["text"] == "there"
    assert result["warnings"][1] == ('first_name is a placeholder such as "null" or "undefined"; the fallback is shown')


def test_a_required_field_may_have_a_fallback_of_the_request(shared: Api, admin: str) -> None:
    """Then it is not a mistake that there is no value."""
    result = generated(shared, admin, design_id="cert", fallbacks={"full_name": "Our Guest"}).json()
    assert result["fields"]["full_name"]["text"] == "Our Guest"
    assert explained(shared, admin, result["image_url"])["outcome"] == "fallback"


def test_the_designs_own_words_are_drawn_as_written(shared: Api, admin: str) -> None:
    """A fallback that is the design's own is not in any link."""
    result = generated(shared, admin, fallbacks={"first_name": "there"}).json()
    assert "first_name" not in result["image_url"]
    assert result["fields"]["first_name"]["text"] == "there"


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({"data": {"tint": "reddish"}}, "/data/tint", "is not a CSS colour"),
        ({"data": {"code": "abc"}}, "/data/code", "does not match the field's pattern"),
        ({"data": {"first_name": "x" * 41}}, "/data/first_name", "is too long: at most 40 characters"),
        ({"data": {"first_name": "y" * 5_000}}, "/data/first_name", "is too long: at most 40 characters"),
        ({"data": {"first_name": "{{name}}"}}, "/data/first_name", "is a merge tag that was not replaced"),
        ({"data": {"first_name": "*|FNAME|*"}}, "/data/first_name", "is a merge tag that was not replaced"),
        ({"fallbacks": {"tint": "reddish"}}, "/fallbacks/tint", "is not a CSS colour"),
        ({"data": {"tint": "red"}, "fallbacks": {"tint": "reddish"}}, "/fallbacks/tint", "is not a CSS colour"),
    ],
)
def test_a_value_that_breaks_a_rule_is_refused(
    shared: Api, admin: str, body: dict[str, Any], pointer: str, words: str
) -> None:
    """400 that says which rule; the value itself is not repeated."""
    answer = generated(shared, admin, **body)
    assert answer.status == 400
    assert words in answer.errors[pointer]
    value = str({**body.get("data", {}), **body.get("fallbacks", {})}[pointer.rpartition("/")[2]])
    assert value not in answer.body.decode()


def test_an_address_in_a_value_is_drawn_and_reported(shared: Api, admin: str) -> None:
    """The words are the caller's own; the link's explanation says the same."""
    result = generated(shared, admin, data={"first_name": "www.evil.example"}).json()
    assert result["fields"]["first_name"] == {"text": "www.evil.example", "from": "sealed", "flags": ["link"]}
    sentence = "looks like a web address, a mail address or a phone number; it is drawn, because it is signed"
    assert f"first_name {sentence}" in result["warnings"]
    assert explained(shared, admin, result["image_url"])["warnings"] == [f"first_name {sentence}"]


@pytest.mark.parametrize(
    ("name", "said"), [("asdf", "a placeholder"), ("Customer", "a placeholder"), ("2026-03-01", "not a name")]
)
def test_a_placeholder_is_not_a_value(shared: Api, admin: str, name: str, said: str) -> None:
    """The fallback is shown, and said; one of the request may be such a word itself."""
    result = generated(shared, admin, data={"first_name": name}).json()
    assert result["fields"]["first_name"]["text"] == "there"
    assert any(said in warning for warning in result["warnings"])
    result = generated(shared, admin, data={"first_name": name}, fallbacks={"first_name": "Valued customer"}).json()
    assert result["fields"]["first_name"]["text"] == "Valued customer"


def test_a_character_without_a_glyph_is_reported(shared: Api, admin: str) -> None:
    """The fallback is shown, as a request for the link will."""
    result = generated(shared, admin, data={"first_name": "A\ue123"}).json()
    assert result["fields"]["first_name"]["text"] == "there"
    assert "first_name has a character that no font can draw; the fallback is shown" in result["warnings"]


def test_where_a_required_value_can_not_be_drawn_the_default_image_is_made(shared: Api, admin: str) -> None:
    """200, because the link shows it too; the warning says which image."""
    result = generated(shared, admin, design_id="cert", data={"full_name": "\ue123"}, **{"return": "base64"}).json()
    assert "full_name has a character that no font can draw; the default image is shown" in result["warnings"]
    image = Image.open(BytesIO(base64.b64decode(result["image_base64"]))).convert("RGB")
    assert image.getpixel(TINT_AT) == DEFAULT


@pytest.mark.parametrize(("asked", "seconds"), [(60, 60), ("90m", 5_400), ("12h", 43_200), (60.0, 60)])
def test_a_link_may_expire(shared: Api, admin: str, asked: object, seconds: int) -> None:
    """After seconds, minutes, hours, days or weeks, counted from now on."""
    before = int(time.time())
    url = generated(shared, admin, expires_in=asked).json()["image_url"]
    expires = int(url.partition("_x=")[2].partition("&")[0])
    assert before + seconds <= expires <= int(time.time()) + seconds


def test_a_link_may_end_with_a_day(shared: Api, admin: str) -> None:
    """At its end, UTC; a day that is over is refused."""
    assert "_x=4102444799&" in generated(shared, admin, expires_in="2099-12-31").json()["image_url"]
    for day in ("2020-01-01", "2026-13-01"):
        assert list(generated(shared, admin, expires_in=day).errors) == ["/expires_in"]


def test_a_link_may_be_pinned(api: Api) -> None:
    """true takes today's version; its digest names it too, also when it was edited since; another is refused."""
    key = api.key()
    version = api.pipeline.library.find("card").version
    for pin in (True, version[:16], version[:12], version):
        assert f"_v={version[:16]}" in generated(api, key, pin=pin).json()["image_url"]
    assert "_v=" not in generated(api, key, pin=False).json()["image_url"]
    fields = [{**card()["fields"][0], "fallback": "#123456"}, *card()["fields"][1:]]
    write_design(api.designs, "card", card(fields=fields))
    assert api.pipeline.reload()
    result = generated(api, key, pin=version[:16], **{"return": "base64"}).json()
    assert result["version"] == version[:16]
    image = Image.open(BytesIO(base64.b64decode(result["image_base64"]))).convert("RGB")
    assert image.getpixel(TINT_AT) == FALLBACK
    assert list(generated(api, key, pin="0123456789ab").errors) == ["/pin"]


def test_a_link_may_carry_a_campaign_and_a_density(shared: Api, admin: str) -> None:
    """Both are in the sealed part."""
    result = generated(shared, admin, campaign="spring", dpr=3).json()
    assert "_dpr=3&_c=spring" in result["image_url"]
    assert (result["width"], result["height"]) == (3 * SIZE[0], 3 * SIZE[1])


def test_a_design_too_large_for_a_density_says_so(api: Api) -> None:
    """400, where the command line refuses too."""
    write_design(api.designs, "large", card(size={"width": 2_000, "height": 1_500}))
    api.pipeline.reload()
    answer = generated(api, api.key(), design_id="large", dpr=3)
    assert answer.errors == {"/dpr": "this design is too large for a dpr over 1"}


def test_a_design_that_is_not_there_is_404(shared: Api, admin: str) -> None:
    """With a near one."""
    answer = generated(shared, admin, design_id="cardd")
    assert (answer.status, answer.json()["detail"]) == (404, "there is no design 'cardd': did you mean 'card'?")


def test_async_answers_with_a_job(api: Api) -> None:
    """202 with the job and where it is; nothing is drawn here. What sync refuses, it refuses too."""
    key = api.key()
    answer = generated(api, key, **RED, mode="async", fallbacks={"first_name": "you"}, ignore_unknown=True)
    result = answer.json()
    assert (answer.status, result["status"], result["image_url"]) == (202, "queued", None)
    assert answer["location"] == result["url"] == f"/v1/jobs/{result['job_id']}"
    assert api.drawn == []
    assert api.call("GET", result["url"], key).json() == result
    bad = generated(api, key, data={"tint": "reddish"}, mode="async")
    assert (bad.status, list(bad.errors)) == (400, ["/data/tint"])
    for more in ({"return": "base64"}, {"dpr": 9}, {"pin": "0123456789ab"}):
        assert generated(api, key, **RED, mode="async", **more).status == 400
    image = api.call("POST", "/v1/generate", key, json={**RED, "mode": "async"}, headers={"accept": "image/png"})
    assert (image.status, list(image.errors)) == (400, ["/mode"])


def test_a_code_is_drawn_as_the_link_says(api: Api) -> None:
    """A ticket's QR code is read from the image; one that could not be drawn is reported."""
    layer = {
        "type": "qr",
        "data": "https://example.com/t/<<code>>",
        "box": {"x": 0, "y": 0, "width": 120, "height": 120},
    }
    fields = [{"name": "code", "sample": "A1", "fallback": "", "max_length": 4}]
    document = card(size={"width": 120, "height": 120}, alt="", fields=fields, default_values={}, layers=[layer])
    write_design(api.designs, "ticket", document)
    api.pipeline.reload()
    result = generated(api, api.key(), design_id="ticket", data={"code": "K7"}, **{"return": "base64"}).json()
    image = Image.open(BytesIO(base64.b64decode(result["image_base64"])))
    (code,) = zxingcpp.read_barcodes(np.asarray(image.convert("RGB")))
    assert (code.text, result["warnings"]) == ("https://example.com/t/K7", [])


def test_the_image_shows_the_time_that_is_asked_for(fonts: FontCatalogue, tmp_path: Path) -> None:
    """Two seconds before the end of a countdown there are two seconds, and the end; the link is the same."""
    write_design(tmp_path / "designs", "sale", sale())
    body = {"design_id": "sale", "data": {"ends": "2030-12-06 18:00"}, "format": "gif", "return": "base64"}
    times = ("2030-12-06T16:59:58Z", "2030-12-06T18:00:01+01:00")
    with closing(Api(tmp_path, fonts, designs=tmp_path / "designs")) as api:
        key = api.key()
        results = [generated(api, key, **body, at=at).json() for at in times]
    frames = []
    for result in results:
        with Image.open(BytesIO(base64.b64decode(result["image_base64"]))) as file:
            frames.append(getattr(file, "n_frames", 1))
    assert frames == [3, 1]
    assert results[0]["image_url"] == results[1]["image_url"]
