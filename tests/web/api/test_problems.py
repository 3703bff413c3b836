"""problem+json (RFC 9457): one form for every error, and one meaning for every status."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from imgurl.access.keys import Scope
from imgurl.errors import RenderFailed
from imgurl.web.api.problems import PROBLEM_TYPES
from imgurl.web.render_queue import Overloaded
from tests.web.api.client import Api, ApiAnswer

MEMBERS = ["type", "title", "status", "detail", "errors", "request_id"]
RED = {"design_id": "card", "data": {"tint": "red"}}


def refused_once(api: Api) -> ApiAnswer:
    """Use an idempotency key for two requests."""
    key = api.key(name="twice")
    headers = {"idempotency-key": "a"}
    api.call("POST", "/v1/links", key, json={"design_id": "card"}, headers=headers)
    return api.call("POST", "/v1/links", key, json={"design_id": "cert"}, headers=headers)


def not_done(api: Api) -> ApiAnswer:
    """Ask for the result of a job that waits."""
    key = api.key(name="early")
    job = api.call("POST", "/v1/batches", key, json={"design_id": "card", "rows": [{"tint": "red"}]}).json()
    return api.call("GET", f"{job['url']}/result", key)


def overloaded(api: Api) -> ApiAnswer:
    """Ask for an image while too many wait."""
    return failing(api, Overloaded("256 pictures are waiting already"))


def failing(api: Api, error: Exception) -> ApiAnswer:
    """Ask for an image while drawing raises."""

    async def draw(_: object) -> bytes:
        raise error

    api.draw_by(draw)
    return api.call("POST", "/v1/generate", api.key(name=type(error).__name__.lower()), json=RED)


EACH: dict[int, Callable[[Api], ApiAnswer]] = {
    400: lambda api: api.call("POST", "/v1/generate", api.key(), json={}),
    401: lambda api: api.call("GET", "/v1/designs"),
    403: lambda api: api.call("GET", "/v1/designs", api.key(Scope.BATCH)),
    404: lambda api: api.call("GET", "/v1/designs/none", api.key()),
    405: lambda api: api.call("DELETE", "/v1/designs", api.key()),
    409: not_done,
    413: lambda api: api.call(
        "POST", "/v1/links", api.key(), body=b" " * 1_000_001, headers={"content-type": "application/json"}
    ),
    415: lambda api: api.call("POST", "/v1/links", api.key(), body=b"x"),
    422: refused_once,
    500: lambda api: failing(api, ZeroDivisionError("Mellifluous")),
    503: overloaded,
}


@pytest.mark.parametrize("status", EACH)
def test_every_error_has_one_form(api: Api, status: int) -> None:
    """Type, title, status, detail, errors, request id; the page of the reference that the type names is there."""
    answer = EACH[status](api)
    assert (answer.status, answer["content-type"]) == (status, "application/problem+json")
    result: dict[str, Any] = answer.json()
    assert list(result) == MEMBERS
    meaning = PROBLEM_TYPES[status]
    assert (result["type"], result["title"], result["status"]) == (f"/docs#{meaning.slug}", meaning.title, status)
    assert result["detail"]
    assert all(list(error) == ["pointer", "detail"] for error in result["errors"])
    assert re.fullmatch("[0-9a-f]{16}", result["request_id"])
    assert result["request_id"] == answer["x-request-id"]
    assert (answer["cache-control"], answer["x-content-type-options"]) == ("no-store", "nosniff")
    assert f'id="{meaning.slug}"' in api.call("GET", "/docs").body.decode()


def test_each_status_means_one_thing() -> None:
    """No two share a title or an anchor; all that the tests above can't reach is the limit of requests."""
    assert len({meaning.slug for meaning in PROBLEM_TYPES.values()}) == len(PROBLEM_TYPES)
    assert len({meaning.title for meaning in PROBLEM_TYPES.values()}) == len(PROBLEM_TYPES)
    assert set(PROBLEM_TYPES) - set(EACH) == {429}


def test_a_failure_of_ours_tells_nothing_outside(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """No words of the exception, no path, in the answer; in the log where it happened, but not the words either."""
    capsys.readouterr()
    answer = failing(api, ZeroDivisionError("Mellifluous"))
    log = capsys.readouterr().out
    for words in (answer.body.decode(), log):
        assert "Mellifluous" not in words
    assert ".py" not in answer.body.decode()
    assert "ZeroDivisionError" in log
    assert "test_problems.py" in log
    assert answer.json()["request_id"] in log


def test_a_picture_that_can_not_be_drawn_is_a_failure_of_ours(api: Api) -> None:
    """500: the request was good, and the same one fails again."""
    answer = failing(api, RenderFailed("design 'card' could not be drawn: Mellifluous"))
    assert answer.status == 500
    assert "Mellifluous" not in answer.body.decode()


def test_too_much_to_do_is_503(api: Api) -> None:
    """With Retry-After; the request is good and may succeed soon."""
    answer = overloaded(api)
    assert (answer.status, answer["retry-after"]) == (503, "5")
    assert answer.json()["detail"] == "the server cannot do this at the moment; try again shortly"


def test_without_the_database_of_keys_nobody_gets_in(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """503, not 401 and not an open door; the log has the reason."""
    key = api.key()
    with api.engine.begin() as connection:
        connection.execute(text("DROP TABLE imgurl_api_keys"))
    capsys.readouterr()
    answer = api.call("GET", "/v1/designs", key)
    assert (answer.status, answer["retry-after"]) == (503, "5")
    log = capsys.readouterr().out
    assert "DatabaseDown" in log
    assert key[13:] not in log + answer.body.decode()


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/v1/designs/", "/v1/designs/a/b/c", "/v1//designs"])
@pytest.mark.parametrize("method", ["GET", "POST", "PURGE"])
def test_an_unknown_page_is_404(shared: Api, path: str, method: str) -> None:
    """With or without a key, for each method."""
    answer = shared.call(method, path)
    assert (answer.status, answer.json()["title"]) == (404, "Not found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/v1/designs", "GET, HEAD"),
        ("DELETE", "/v1/jobs/x", "GET, HEAD"),
        ("GET", "/v1/generate", "POST"),
        ("OPTIONS", "/v1/generate", "POST"),
        ("PURGE", "/v1/links", "POST"),
    ],
)
def test_another_method_is_405(shared: Api, method: str, path: str, allow: str) -> None:
    """Allow says which there are."""
    answer = shared.call(method, path)
    assert (answer.status, answer["allow"]) == (405, allow)


@pytest.mark.parametrize(
    ("body", "told", "more"),
    [
        ({"rows": [{"nonsense": 1}] * 5_000}, 20, " (and 19 more)"),
        ({f"nonsense{number}": 1 for number in range(900)}, 20, " (and 899 more)"),
        ({"fallbacks": {f"nonsense{number}": 1 for number in range(900)}}, 20, " (and 899 more)"),
        # A list of 5,000 equal mistakes is one mistake.
        ({"rows": [{"tint": []}] * 5_000}, 1, ""),
        ({"rows": [7] * 5_000}, 1, ""),
        ({"nonsense" * 10_000: 1}, 1, ""),
    ],
)
def test_the_first_twenty_mistakes_are_reported(
    shared: Api, admin: str, body: dict[str, Any], told: int, more: str
) -> None:
    """A request with thousands of mistakes gets an answer of some kilobytes, and no work is done for the others."""
    answer = shared.call("POST", "/v1/links", admin, json={"design_id": "card", **body})
    assert (answer.status, len(answer.json()["errors"])) == (400, told)
    assert answer.json()["detail"].endswith(more)
    assert len(answer.body) < 8_000


def test_an_object_has_a_thousand_members_at_the_most(shared: Api, admin: str) -> None:
    """Before any of them is looked at."""
    names = {f"nonsense{number}": 1 for number in range(50_000)}
    answer = shared.call("POST", "/v1/links", admin, json={"design_id": "card", **names})
    assert answer.json()["detail"] == "a JSON object has 50,001 members; the limit is 1,000"


def test_head_is_answered_as_get(shared: Api, admin: str) -> None:
    """The same status and headers, without a key 401 too."""
    head, get = (shared.call(method, "/v1/designs", admin) for method in ("HEAD", "GET"))
    assert (head.status, head["content-length"]) == (get.status, get["content-length"])
    assert shared.call("HEAD", "/v1/designs").status == 401
