"""Who may call: keys, where they are, what they allow, and when they stop."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from imgurl.access.keys import Scope
from imgurl.access.tokens import new_token
from imgurl.text.fonts import FontCatalogue
from tests.access.conftest import Clock
from tests.web.api.client import Api, ApiAnswer
from tests.web.api.test_openapi import PAGES

CHALLENGE = 'Bearer realm="imgurl"'

# Which scopes let in, by page. admin always does.
SCOPES = {
    "/v1/designs": {"read"},
    "/v1/designs/{id}": {"read"},
    "/v1/designs/{id}/preview.png": {"read"},
    "/v1/generate": {"render"},
    "/v1/links": {"render"},
    "/v1/explain": {"read"},
    "/v1/preflight": {"batch"},
    "/v1/batches": {"batch"},
    "/v1/batches/csv": {"batch"},
    "/v1/batches/ndjson": {"batch"},
    "/v1/jobs": {"render", "batch"},
    "/v1/jobs/{id}": {"render", "batch"},
    "/v1/jobs/{id}/result": {"render", "batch"},
    "/v1/jobs/{id}/cancel": {"batch"},
    "/v1/jobs/{id}/resume": {"batch"},
    "/v1/campaigns": {"campaigns"},
    "/v1/campaigns/{id}": {"campaigns"},
    "/v1/campaigns/{id}/stats": {"campaigns"},
}


def asked(api: Api, headers: list[tuple[str, str]]) -> ApiAnswer:
    """Ask for the list of designs with some headers."""
    return api.call("GET", "/v1/designs", headers=headers)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize(("method", "path"), PAGES, ids=[" ".join(page) for page in PAGES])
def test_the_matrix_of_scopes(shared: Api, method: str, path: str, scope: Scope) -> None:
    """Each page with each scope alone: let in, or 403 that names what is missing."""
    key = shared.key(scope, name=f"only-{scope}-{PAGES.index((method, path))}")
    answer = shared.call(method, path.replace("{id}", "x"), key)
    if scope in SCOPES[path] | {"admin"}:
        assert answer.status != 403
        return
    wanted = sorted(SCOPES[path])
    assert (answer.status, answer.json()["type"]) == (403, "/docs#not-allowed")
    assert answer["www-authenticate"] == f'{CHALLENGE}, error="insufficient_scope", scope="{" ".join(wanted)}"'
    assert f"'{wanted[0]}'" in answer.json()["detail"]


@pytest.mark.parametrize(("method", "path"), PAGES, ids=[" ".join(page) for page in PAGES])
def test_no_page_opens_without_a_key(shared: Api, method: str, path: str) -> None:
    """401 with the challenge, before anything is read or looked up."""
    answer = shared.call(method, path.replace("{id}", "card"))
    assert (answer.status, answer["www-authenticate"]) == (401, CHALLENGE)
    assert answer["ratelimit"] == ""


def test_unknown_expired_and_revoked_keys_look_alike(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Nobody learns which keys exist, or existed: the same answer but for its request id."""
    clock = Clock()
    api = Api(tmp_path, fonts, clock=clock)
    revoked, key = api.made_key(name="gone")
    api.keys.revoke(key.id)
    expired, _ = api.made_key(name="old", expires=int(clock.now) + 1)
    clock.now += 1
    unknown = new_token(test=False).text
    answers = [asked(api, [("authorization", f"Bearer {text}")]) for text in (revoked, expired, unknown)]
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert [answer.status for answer in answers] == [401] * 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["detail"] == "the API key is unknown, expired or revoked"
    api.close()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "the request has no API key"),
        ("", "is not a bearer token"),
        ("Bearer", "cut off or mistyped"),
        ("Basic {key}", "is not a bearer token"),
        ("{key}", "is not a bearer token"),
        ("Bearer {key}x", "cut off or mistyped"),
        ("Bearer {short}", "cut off or mistyped"),
        ("Bearer {key} {key}", "cut off or mistyped"),
    ],
)
def test_what_is_wrong_with_the_header_is_reported(shared: Api, admin: str, value: str | None, words: str) -> None:
    """As far as anybody could work it out himself."""
    headers = [] if value is None else [("authorization", value.format(key=admin, short=admin[:-1]))]
    answer = asked(shared, headers)
    assert answer.status == 401
    assert words in answer.json()["detail"]
    assert admin not in answer.body.decode()


def test_two_keys_are_none(shared: Api, admin: str) -> None:
    """Which of two headers counts is not guessed."""
    assert asked(shared, [("authorization", f"Bearer {admin}")] * 2).status == 401


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_has_no_case(shared: Api, admin: str, kind: str) -> None:
    """RFC 9110, 11.1."""
    assert asked(shared, [("authorization", f"{kind} {admin}")]).status == 200


@pytest.mark.parametrize(
    "query",
    ["api_key={key}", "limit=3&x={key}&y", "{key}", "key=%69mk_{rest}", "a=Bearer+{key}", "map.tint={key}"],
)
def test_a_key_in_the_query_is_refused_and_reported(
    shared: Api, admin: str, query: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when it is good, and when a good one is in the header. The log says whose it is, and not the key."""
    target = f"/v1/designs?{query.format(key=admin, rest=admin[4:])}"
    capsys.readouterr()
    for key in (None, admin):
        answer = shared.call("GET", target, key)
        assert (answer.status, answer.json()["type"]) == (401, "/docs#no-key")
        assert "revoke it" in answer.json()["detail"]
        assert admin[13:] not in answer.body.decode()
    log = capsys.readouterr().out
    assert log.count("api key in a query string") == 2
    assert admin[:13] in log
    assert "crm" in log
    assert admin[13:21] not in log


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/generate"])
def test_a_key_in_the_query_of_any_page_is_reported(
    shared: Api, admin: str, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also of one that is not there, or not for this method."""
    capsys.readouterr()
    assert shared.call("GET", f"{path}?key={admin}").status == 401
    assert "api key in a query string" in capsys.readouterr().out


def test_a_key_for_some_designs_sees_no_other(api: Api) -> None:
    """They are not listed; asking for one is 403, whether it is there or not."""
    key = api.key(designs=["card"])
    assert [design["design_id"] for design in api.call("GET", "/v1/designs", key).json()["designs"]] == ["card"]
    assert api.call("GET", "/v1/designs/card", key).status == 200
    for design in ("cert", "not-there"):
        body: dict[str, Any] = {"design_id": design, "rows": [{}]}
        answers = [
            api.call("GET", f"/v1/designs/{design}", key),
            api.call("GET", f"/v1/designs/{design}/preview.png", key),
            api.call("POST", "/v1/generate", key, json={"design_id": design}),
            api.call("POST", "/v1/generate", key, json={"design_id": design, "mode": "async"}),
            api.call("POST", "/v1/links", key, json=body),
            api.call("POST", "/v1/batches", key, json=body),
            api.call(
                "POST", f"/v1/batches?design_id={design}", key, body=b"a\n1\n", headers={"content-type": "text/csv"}
            ),
            api.call("POST", "/v1/explain", key, json={"url": f"/i/{design}.png?_k=k1&_s={'a' * 43}"}),
        ]
        assert [answer.status for answer in answers] == [403] * len(answers)


def test_a_key_revoked_by_another_process_stops_within_five_seconds(api: Api) -> None:
    """While it is in use: the command line revokes it, the server lets it in no longer."""
    text, key = api.made_key()
    assert api.call("GET", "/v1/designs", text).status == 200
    command = [sys.executable, "-m", "imgurl", "keys", "api", "revoke", key.id, "--data", str(api.folder)]
    subprocess.run(command, check=True, capture_output=True)
    give_up = time.monotonic() + 5
    while api.call("GET", "/v1/designs", text).status != 401:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_the_log_names_the_key_and_holds_no_value(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a request: its id, page, status, key; nothing of the body, the link or the key itself."""
    text, key = api.made_key(name="newsletter")
    capsys.readouterr()
    answer = api.call("POST", "/v1/generate", text, json={"design_id": "card", "data": {"first_name": "Mellifluous"}})
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    for fact in (key.id, "newsletter", answer["x-request-id"], "/v1/generate", "status=200"):
        assert fact in line
    for secret in (text[13:], "Mellifluous", "_s=", "tint"):
        assert secret not in line


def test_a_test_key_marks_its_images(api: Api) -> None:
    """Its links are signed with the key for trying, their pictures carry the mark, its jobs are kept apart."""
    live, trying = api.key(), api.key(test=True)
    body = {"design_id": "card", "data": {"tint": "red"}, "return": "base64"}
    answers = [api.call("POST", "/v1/generate", key, json=body).json() for key in (live, trying)]
    assert ["_k=k1&" in answer["image_url"] for answer in answers] == [True, False]
    assert answers[0]["image_base64"] != answers[1]["image_base64"]
    assert [picture.is_test for picture in api.drawn] == [False, True]
    job = api.call("POST", "/v1/batches", trying, json={"design_id": "card", "rows": [{"tint": "red"}]}).json()
    assert api.call("GET", job["url"], trying).status == 200
    assert api.call("GET", job["url"], live).status == 404


def test_the_header_is_the_only_way_in(shared: Api, admin: str) -> None:
    """No cookie, no form, no other header opens anything."""
    for headers in ({"cookie": f"api_key={admin}"}, {"x-api-key": admin}, {"proxy-authorization": f"Bearer {admin}"}):
        assert shared.call("GET", "/v1/designs", headers=headers).status == 401
