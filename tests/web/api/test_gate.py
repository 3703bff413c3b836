"""Facts of the gate alone: what is checked in which order, and what a request's log line and headers say of it."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from structlog.testing import capture_logs

from imgurl.access.database import open_database
from imgurl.access.idempotency import Idempotency
from imgurl.access.keys import ApiKey, ApiKeys, Scope
from imgurl.errors import StorageError
from imgurl.web.api.auth import Auth
from imgurl.web.api.gate import IN_BODY, Call, Endpoint, Gate, read_query
from imgurl.web.api.problems import ProblemError
from imgurl.web.api.rates import Rates
from imgurl.web.api.replays import Replays
from imgurl.web.api.schemas import BatchQuery, BatchRequest, DesignsQuery
from tests.web.asgi import scope_of

CSV = "text/csv"


class Place:
    """A gate with stores of its own, a key, and what it counted."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_database(folder, None)
        keys = ApiKeys(self.engine)
        token, self.key = keys.create("crm", [Scope.READ])
        self.text = token.text
        self.counted: list[tuple[str, str, int]] = []
        replays = Replays(Idempotency(self.engine))
        self.gate = Gate(Auth(keys), Rates("2/hour", None), replays, lambda *facts: self.counted.append(facts[:3]))

    def ask(self, endpoint: Endpoint, target: str = "/v1/x/1", text: str | None = None) -> tuple[Response, list[Any]]:
        """Send a GET to an endpoint; return the answer and the log."""
        request = request_of("GET", target, {"authorization": f"Bearer {text or self.text}"})
        with capture_logs() as lines:
            answer = asyncio.run(self.gate.answer(endpoint, request))
        return answer, [*lines]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A gate with a key that may read, twice an hour."""
    opened = Place(tmp_path)
    yield opened
    opened.engine.dispose()


def request_of(method: str, target: str, headers: Mapping[str, str]) -> Request:
    """Return a request without a body."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    return Request(scope_of(method, target, headers.items()), receive)


async def fine(call: Call[Any, Any]) -> Response:
    """Answer with the caller's name."""
    return Response(call.key.name)


async def breaks(_: Call[Any, Any]) -> Response:
    """Fail with a value of the request in the words."""
    raise ValueError("Ava Johnson")


async def store_is_away(_: Call[Any, Any]) -> Response:
    """Fail as a store that does not answer."""
    raise StorageError("bucket 'x' is away")


def endpoint(handler: Any = fine, scope: Scope = Scope.READ, **more: Any) -> Endpoint:
    """Return an endpoint for GET."""
    return Endpoint("GET", "/v1/x/{id}", frozenset([scope]), "Things", handler, **more)


def facts_of(key: ApiKey) -> dict[str, object]:
    """Return what a log line says of a key."""
    return {"key": key.id, "key_name": key.name, "test": key.test}


def test_a_request_that_is_let_in(place: Place) -> None:
    """The pattern of the path is logged and counted, not the path itself; the headers are the gate's."""
    answer, (line,) = place.ask(endpoint())
    assert (answer.status_code, answer.body) == (200, b"crm")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["ratelimit"].startswith('"default";r=1;')
    assert line.pop("ms") >= 0
    assert line == {
        "event": "api", "log_level": "info", "request_id": answer.headers["x-request-id"], "method": "GET",
        "route": "/v1/x/{id}", **facts_of(place.key), "status": 200,
    }  # fmt: skip
    assert place.counted == [("GET", "/v1/x/{id}", 200)]


def test_without_a_key_nothing_else_is_known(place: Place) -> None:
    """401: no key in the log line, no count against a limit."""
    answer, (line,) = place.ask(endpoint(), text="imk_live_x")
    assert (answer.status_code, line["refused"], line["status"]) == (401, "ProblemError", 401)
    assert "ratelimit" not in answer.headers
    assert line.keys() & {"key", "key_name", "test"} == set()


@pytest.mark.parametrize(("handler", "scope", "status"), [(fine, Scope.BATCH, 403), (store_is_away, Scope.READ, 503)])
def test_a_refusal_after_the_key_names_it(place: Place, handler: Any, scope: Scope, status: int) -> None:
    """The log line has the key, the headers what it has left, wherever the request ended."""
    answer, lines = place.ask(endpoint(handler, scope))
    assert answer.status_code == status
    assert answer.headers["ratelimit"].startswith('"default";r=1;')
    assert lines[-1].items() >= facts_of(place.key).items()
    assert "refused" in lines[-1]
    assert (len(lines) == 2) == (status >= 500)


def test_what_breaks_is_a_500_without_its_words(place: Place) -> None:
    """The log says where it happened, and nothing that the exception says: that may be a value."""
    answer, lines = place.ask(endpoint(breaks))
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert [line["event"] for line in lines] == ["api failed", "api"]
    assert any("test_gate.py" in place for place in lines[0]["places"])
    assert "Ava Johnson" not in str(lines) + bytes(answer.body).decode()
    assert lines[1].items() >= facts_of(place.key).items()
    assert "refused" not in lines[1]


def test_the_limit_comes_before_the_scope(place: Place) -> None:
    """Requests that are refused count; beyond the limit nothing else is looked at."""
    statuses = [place.ask(endpoint(scope=Scope.BATCH))[0].status_code for _ in range(3)]
    assert statuses == [403, 403, 429]


@pytest.mark.parametrize(("methods", "status", "allow"), [((), 404, None), (("POST", "GET"), 405, "GET, POST")])
def test_an_unknown_path(place: Place, methods: tuple[str, ...], status: int, allow: str | None) -> None:
    """404, or 405 with the methods there are; counted without its path, which may hold anything."""
    with capture_logs() as lines:
        answer = asyncio.run(place.gate.not_found(request_of("GET", "/v1/%00", {}), methods))
    assert (answer.status_code, answer.headers.get("allow")) == (status, allow)
    assert [(line["route"], line["status"]) for line in lines] == [("", status)]
    assert place.counted == [("GET", "", status)]


BATCHES = Endpoint(
    "POST", "/v1/batches", frozenset([Scope.BATCH]), "Batches", fine, query=BatchQuery, body=BatchRequest,
    body_media_types={CSV: "a\n"}, sort_query=lambda query: {"design_id": query["id"]},
)  # fmt: skip


def test_a_streamed_body_has_its_options_in_the_query() -> None:
    """They are grouped by the endpoint before the model sees them."""
    query = read_query(BATCHES, request_of("POST", "/v1/batches?id=card", {}), is_streamed=True)
    assert query == BatchQuery(design_id="card")


@pytest.mark.parametrize(
    ("target", "endpoint", "mistakes"),
    [
        ("/v1/batches?design_id=card", BATCHES, {"?design_id": IN_BODY}),
        ("/v1/batches?map.x=y", BATCHES, {"?map.x": IN_BODY}),
        ("/v1/x?limit=1&limit=2", endpoint(query=DesignsQuery), {"?limit": "is given more than once"}),
        ("/v1/x?limt=1", endpoint(query=DesignsQuery), {"?limt": "is not known here: did you mean 'limit'?"}),
    ],
)
def test_a_wrong_query(target: str, endpoint: Endpoint, mistakes: dict[str, str]) -> None:
    """Each parameter with its mistake; an option that belongs in a JSON body is distinguished from an unknown one."""
    with pytest.raises(ProblemError) as raised:
        read_query(endpoint, request_of("GET", target, {}), is_streamed=False)
    assert raised.value.status_hint == 400
    assert {problem.pointer: problem.sentence for problem in raised.value.errors} == mistakes
