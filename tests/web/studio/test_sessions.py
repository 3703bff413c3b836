"""Signing in to the Studio, and what a session may do."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from imgurl.access.keys import Scope
from imgurl.access.passes import Passes
from imgurl.text.fonts import FontCatalogue
from tests.web.api.client import RING, Api, ApiAnswer

PASSES = Passes(lambda: RING.signing.secret)
JSON = {"content-type": "application/json"}


@pytest.fixture
def api(tmp_path: Path, fonts: FontCatalogue) -> Iterator[Api]:
    """The API and the Studio with a folder of their own."""
    api = Api(tmp_path, fonts)
    yield api
    api.close()


def sign_in(api: Api, body: dict[str, Any], **headers: str) -> ApiAnswer:
    """Send what a page sends to sign in."""
    return api.call("POST", "/studio/api/session", body=json.dumps(body).encode(), headers={**JSON, **headers})


def cookie(answer: ApiAnswer) -> str:
    """Return the session's cookie as a browser sends it back."""
    return answer["set-cookie"].partition(";")[0]


def test_a_key_signs_in(api: Api) -> None:
    """Its cookie can't be read by scripts, goes to this site alone, and is sent to the Studio only."""
    answer = sign_in(api, {"key": api.key(Scope.READ, name="mara")})
    assert answer.status == 200
    assert answer.json()["name"] == "mara"
    assert answer.json()["scopes"] == ["read"]
    facts = {part.strip().lower() for part in answer["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/studio"} <= facts
    assert "secure" not in facts
    behind_tls = sign_in(api, {"key": api.key(name="tls")}, **{"x-forwarded-proto": "https"})
    assert "Secure" in behind_tls["set-cookie"]
    who = api.call("GET", "/studio/api/session", headers={"cookie": cookie(answer)})
    assert who.json() == answer.json()


@pytest.mark.parametrize("body", [{"key": "imk_live_x"}, {"key": ""}, {"link": "x"}, {}])
def test_anything_else_does_not(api: Api, body: dict[str, Any]) -> None:
    """One sentence, no cookie."""
    answer = sign_in(api, body)
    assert answer.status == 401
    assert answer["set-cookie"] == ""


def test_other_pages_can_not_sign_somebody_in(api: Api) -> None:
    """Neither a form, nor a script that a browser says is from elsewhere."""
    key = api.key()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert api.call("POST", "/studio/api/session", body=f'{{"key":"{key}"}}'.encode(), headers=form).status == 415
    assert sign_in(api, {"key": key}, **{"sec-fetch-site": "cross-site"}).status == 415


def test_a_link_is_used_up(api: Api) -> None:
    """It makes a key that ends with the session and that nobody has the text of; the second time it makes none."""
    link = PASSES.new_link()
    first, second = sign_in(api, {"link": link}), sign_in(api, {"link": link})
    assert (first.status, second.status) == (200, 401)
    assert second["set-cookie"] == ""
    keys = api.keys.list()
    assert [(key.id, key.name) for key in keys] == [(PASSES.read_link(link), f"studio-{PASSES.read_link(link)}")]
    assert keys[0].expires is not None


def test_a_session_does_what_its_key_may(api: Api) -> None:
    """It reads; it changes with its token only; it gets 403 for what the key may not, 401 once that is revoked."""
    text, key = api.made_key(Scope.READ, name="mara")
    answer = sign_in(api, {"key": text})
    mine = {"cookie": cookie(answer)}
    token = {"x-imgurl-change": answer.json()["change_token"]}
    assert api.call("GET", "/studio/api/designs", headers=mine).status == 200
    explain = {"url": "https://img.example.com/i/card.png"}
    assert api.call("POST", "/studio/api/explain", json=explain, headers=mine).status == 403
    assert api.call("POST", "/studio/api/explain", json=explain, headers={**mine, **token}).status == 200
    batch = {"design_id": "card", "data": {}}
    assert api.call("POST", "/studio/api/generate", json=batch, headers={**mine, **token}).status == 403
    api.keys.revoke(key.id)
    assert api.call("GET", "/studio/api/designs", headers=mine).status == 401
    assert api.call("GET", "/studio/api/session", headers=mine).json() is None


def test_a_session_is_of_no_use_for_the_api(api: Api) -> None:
    """And a bearer token of none for the Studio: each door has its own key."""
    text = api.key()
    mine = {"cookie": cookie(sign_in(api, {"key": text}))}
    assert api.call("GET", "/v1/designs", headers=mine).status == 401
    assert api.call("GET", "/studio/api/designs", text).status == 401


def test_signing_out(api: Api) -> None:
    """It needs the token too; afterwards the browser has no cookie."""
    answer = sign_in(api, {"key": api.key()})
    mine = {"cookie": cookie(answer)}
    assert api.call("DELETE", "/studio/api/session", headers=mine).status == 403
    out = api.call("DELETE", "/studio/api/session", headers={**mine, "x-imgurl-change": answer.json()["change_token"]})
    assert out.status == 200
    assert "Max-Age=0" in out["set-cookie"]


def test_signing_out_ends_copies(api: Api) -> None:
    """Of the cookie: they open nothing any more. Another session of the same key, and the key, stay."""
    text = api.key()
    for body in ({"link": PASSES.new_link()}, {"key": text}):
        answer, other = sign_in(api, body), sign_in(api, {"key": text})
        mine = {"cookie": cookie(answer), "x-imgurl-change": answer.json()["change_token"]}
        assert api.call("DELETE", "/studio/api/session", headers=mine).status == 200
        assert api.call("GET", "/studio/api/designs", headers=mine).status == 401
        assert api.call("GET", "/studio/api/session", headers=mine).json() is None
        assert api.call("GET", "/studio/api/designs", headers={"cookie": cookie(other)}).status == 200
        assert api.call("GET", "/v1/designs", text).status == 200


@pytest.mark.parametrize("values", ['{"a":"\\ud800"}', "[" * 50_000, "x"])
def test_a_preview_with_values_that_can_not_be_read(api: Api, values: str) -> None:
    """It says so; more fields than a form has are nobody's."""
    answer = sign_in(api, {"key": api.key()})
    form = {"token": answer.json()["change_token"], "source": "<p>Hi", "values": values}
    head = {"cookie": cookie(answer), "content-type": "application/x-www-form-urlencoded"}
    assert api.call("POST", "/studio/mail", body=urlencode(form).encode(), headers=head).status == 400
    assert api.call("POST", "/studio/mail", body=b"a=1&" * 20, headers=head).status == 403


def test_a_number_that_is_too_long(api: Api) -> None:
    """Is no version's."""
    mine = {"cookie": cookie(sign_in(api, {"key": api.key()}))}
    assert api.call("GET", f"/studio/api/designs/card/history/{'9' * 5_000}/document", headers=mine).status == 404


def test_a_key_of_some_designs_sees_those(api: Api) -> None:
    """In the gallery and by address."""
    mine = {"cookie": cookie(sign_in(api, {"key": api.key(Scope.READ, designs=("card",))}))}
    gallery = api.call("GET", "/studio/api/gallery", headers=mine).json()
    assert [design["design_id"] for design in gallery["designs"]] == ["card"]
    assert api.call("GET", "/studio/api/designs/card/sheet", headers=mine).status == 200
    assert api.call("GET", "/studio/api/designs/cert/sheet", headers=mine).status == 403


def test_pages_have_the_strict_policy(api: Api) -> None:
    """``/`` leads to them; each address of theirs is the same page; what it loads is kept for good, packed."""
    assert api.call("GET", "/")["location"] == "/studio"
    for path in ("/studio", "/studio/designs/card/embed"):
        page = api.call("GET", path)
        policy = page["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'" in policy
        assert page["cache-control"] == "no-cache"
    script = page.body.decode().partition('src="')[2].partition('"')[0]
    plain = api.call("GET", script)
    assert "immutable" in plain["cache-control"]
    for coding in ("br", "gzip"):
        packed = api.call("GET", script, headers={"accept-encoding": f"deflate, {coding};q=0.9"})
        assert packed["content-encoding"] == coding
        assert len(packed.body) < len(plain.body)
    assert api.call("GET", script.replace("/s/", "/s/0")).status == 404
    assert api.call("GET", "/studio/api/nothing").status == 404
